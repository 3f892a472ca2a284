"""Judgements: what of a case's candidates may be public, on which grounds, by whom.

A judgement is of the wording that its officer saw; when a record reads otherwise since, it does not
count until somebody judged again. The latest that was not taken back counts. Woo articles 5.1 to
5.4; WPE 2008 articles 19 to 24. `archiver.cases.judging` makes them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256

import msgspec
from msgspec import Struct

from archiver.cases import schema
from archiver.cases import tables_judgement as tables
from archiver.cases.candidates import candidates
from archiver.cases.case import Case
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection


class Outcome(StrEnum):
    """What becomes of a record, in the words of the publication platform."""

    PUBLIC = "openbaar"
    PARTLY = "deels openbaar"
    WITHHELD = "niet openbaar"
    ALREADY = "reeds openbaar"
    DUPLICATE = "dubbel"
    OUT_OF_SCOPE = "buiten verzoek"

    @property
    def refuses(self) -> bool:
        """Whether something is withheld."""
        return self in (Outcome.PARTLY, Outcome.WITHHELD)

    @property
    def shows(self) -> bool:
        """Whether it is shown, wholly or in part."""
        return self in (Outcome.PUBLIC, Outcome.PARTLY)

    @property
    def decides(self) -> bool:
        """Whether it says by itself what may be read: all, some or nothing."""
        return self.shows or self.refuses


class Passage(Struct, frozen=True, omit_defaults=True):
    """Words of a record that are withheld: code points of its text in normal form C.

    `end` is the place after the last. In an inquiry the grounds are its withholding codes.
    """

    start: int
    end: int
    grounds: tuple[str, ...]
    reason: str = ""


class Judgement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an officer judged of a record, given by its public id.

    `withhold` are the codes on which an inquiry is refused it; `contested` says that the committee
    contests that, so that it is shown for inspection only. `aged` says why information older than
    five years is refused all the same. `link` is where it is public already, `of` the record of
    which it is a double. `at` is in milliseconds since 1970; `second` is the second reader who
    came to the same.
    """

    record: str
    outcome: Outcome
    grounds: tuple[str, ...] = ()
    reason: str = ""
    passages: tuple[Passage, ...] = ()
    withhold: tuple[str, ...] = ()
    contested: bool = False
    aged: str = ""
    link: str = ""
    of: str = ""
    by: str = ""
    at: int = 0
    second: str = ""

    @property
    def decision(self) -> tuple[object, ...]:
        """What two readers have to agree on, whatever their reasons."""
        passages = tuple((one.start, one.end, one.grounds) for one in self.passages)
        return self.outcome, self.grounds, passages, self.withhold, self.contested, self.of

    @property
    def all_grounds(self) -> tuple[str, ...]:
        """Every ground and withholding code, of its passages too, each once."""
        passages = (ground for one in self.passages for ground in one.grounds)
        return tuple(dict.fromkeys((*self.grounds, *self.withhold, *passages)))


class Reader(StrEnum):
    """Who of the two judged."""

    FIRST = "first"
    SECOND = "second"


class Kept(Struct, frozen=True, kw_only=True):
    """A judgement as the log keeps it: `text` is the digest of the wording that was judged.

    `names` are all names that its record had in the case then.
    """

    judgement: Judgement
    text: str
    names: tuple[str, ...]


class Standing(Struct, frozen=True, kw_only=True):
    """What stands of a candidate: the judgement that counts, and the second reader's own.

    `seq` is the event of the judgement. `stale` says that the record reads otherwise since, or that
    what it is a double of is no candidate any more, or a double by now. `others` are judgements of
    what became one record with it later, and that say something else.
    """

    judgement: Judgement
    seq: int
    stale: bool
    second: Judgement | None = None
    others: tuple[Judgement, ...] = ()


def judged(archive: Archive, case: Case) -> dict[str, Judgement]:
    """Give by public id what was judged of the candidates of a case and still counts."""
    found = standing(archive.catalogue.connection, case.id)
    return {name: one.judgement for name, one in found.items() if not one.stale}


def standing(connection: Connection, case: str) -> dict[str, Standing]:
    """Give by public id what stands of the candidates of a case (its id), also what is stale."""
    if not schema.is_ready(connection):
        return {}
    names = {one.record for one in candidates(connection, case)}
    found: dict[str, list[tables.Row]] = {}
    for row in tables.rows(connection, case):
        if row.record in names:
            found.setdefault(row.record, []).append(row)
    made = {record: one for record, rows in found.items() if (one := _standing(rows))}
    return dict(_resolved(connection, made, names))


def digest(subject: str | None, text: str) -> str:
    """Give the digest of a wording, by which a judgement knows that it still is the one judged."""
    return sha256(f"{subject or ''}\0{normal(text)}".encode()).hexdigest()


def normal(text: str) -> str:
    """Give a text in the form in which passages are counted: normal form C."""
    return unicodedata.normalize("NFC", text)


def read(row: tables.Row) -> Judgement:
    """Give a judgement as its row has it, by the present name of its record."""
    found = msgspec.json.decode(row.content, type=Judgement)
    return msgspec.structs.replace(found, record=row.record, by=row.officer, at=row.at)


def _standing(rows: Sequence[tables.Row]) -> Standing | None:
    """Read what was judged of one record, given in the order of the log."""
    firsts = [row for row in rows if row.reader == Reader.FIRST]
    if not firsts:
        return None
    last = max(firsts, key=_seq)
    judgement = read(last)
    second = _second(rows, judgement, last.text)
    if second is not None and second.decision == judgement.decision:
        judgement = msgspec.structs.replace(judgement, second=second.by)
    return Standing(
        judgement=judgement,
        seq=last.seq,
        stale=last.text != digest(last.subject, last.words),
        second=second,
        others=tuple(_others(firsts, judgement)),
    )


def _second(rows: Sequence[tables.Row], first: Judgement, text: str) -> Judgement | None:
    """Give what another person last judged as second reader, of the same wording."""
    seconds = [
        row
        for row in rows
        if row.reader == Reader.SECOND and row.officer != first.by and row.text == text
    ]
    return read(max(seconds, key=_seq)) if seconds else None


def _others(firsts: Sequence[tables.Row], judgement: Judgement) -> Iterator[Judgement]:
    """Give what was last judged under other names of the record, where it says something else."""
    latest = {row.name: row for row in sorted(firsts, key=_seq)}
    seen = {judgement.decision}
    for row in latest.values():
        other = read(row)
        if other.decision not in seen:
            seen.add(other.decision)
            yield other


def _resolved(
    connection: Connection, made: Mapping[str, Standing], names: set[str]
) -> Iterator[tuple[str, Standing]]:
    """Give doubles the present name of their original; stale where that is gone, or a double."""
    now = tables.present(connection, {one.judgement.of for one in made.values()} - {""})
    doubles = {name for name, one in made.items() if one.judgement.of}
    for record, one in made.items():
        if one.judgement.of:
            of = now.get(one.judgement.of, "")
            judgement = msgspec.structs.replace(one.judgement, of=of)
            stale = one.stale or of not in names - doubles
            one = msgspec.structs.replace(one, judgement=judgement, stale=stale)
        yield record, one


def _seq(row: tables.Row) -> int:
    return row.seq
