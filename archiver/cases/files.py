"""Files of a case: what of an attached file may be public, by whom, and its clean copy.

A file of a case is its bytes, named by their SHA-256, so that one judgement follows them to every
message that carries them. What is public in part is given as a clean copy that the officer made; it
is kept with the judgement, under the key of the case, so that what was produced can be made again.
Woo articles 5.1 to 5.4. `archiver.cases.file_judging` makes the judgements.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from archiver.cases import schema
from archiver.cases import tables_files as tables
from archiver.cases.judgement import Judgement, Outcome, Reader, normal
from archiver.errors import Damage
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from retention import dossier

COPY = "copy"
"""What a clean copy is called among the objects of its event."""


class Copy(Struct, frozen=True):
    """A clean copy: the SHA-256 of its bytes, and the end of its name without the dot."""

    sha256: str
    suffix: str


class Kept(Struct, frozen=True, omit_defaults=True):
    """A judgement as the log keeps it; its `record` is the SHA-256 of the file."""

    judgement: Judgement
    copy: Copy | None = None

    @property
    def left_out(self) -> str:
        """What of a file that is public in part is left out: the digest of the copy without it."""
        if self.copy is None or self.judgement.outcome is not Outcome.PARTLY:
            return ""
        return self.copy.sha256

    @property
    def decision(self) -> tuple[object, ...]:
        """What two readers have to agree on, whatever their reasons."""
        return *self.judgement.decision, self.left_out


class Standing(Kept, frozen=True, kw_only=True):
    """What stands of a file: the judgement that counts, its event, the clean copy if there is one.

    `stale` says that what it is a double of is no file of the case any more, or a double by now.
    `second` is the second reader's own.
    """

    seq: int
    stale: bool = False
    second: Kept | None = None


def standing(connection: Connection, case: str) -> dict[str, Standing]:
    """Give by SHA-256 what stands of the files of a case (its id), also what is stale."""
    if not schema.is_ready(connection):
        return {}
    found: dict[str, list[tables.Row]] = {}
    for row in tables.rows(connection, case):
        found.setdefault(row.sha256, []).append(row)
    carried = tables.carried(connection, case) if found else {}
    made = {
        name: one
        for name, rows in found.items()
        if name in carried and (one := _standing(rows)) is not None
    }
    originals = carried.keys() - {name for name, one in made.items() if one.judgement.of}
    return {
        name: msgspec.structs.replace(
            one, stale=bool(of := one.judgement.of) and of not in originals
        )
        for name, one in made.items()
    }


def names(connection: Connection, case: str) -> dict[str, list[str]]:
    """Give by SHA-256 every name that the files of a case (its id) have, the longest first."""
    found: dict[str, list[str]] = {}
    for sha, name in tables.names(connection, case):
        found.setdefault(sha, []).append(normal(name))
    return {sha: sorted(known, key=len, reverse=True) for sha, known in found.items()}


def copy_of(archive: Archive, found: Standing) -> bytes:
    """Give the clean copy that was handed in with a judgement.

    Raises:
        Damage: It is not what was handed in, or there is none.
        KeyMissing: The key of the case was destroyed.
    """
    event = archive.log.event(found.seq)
    data = dossier.read(archive, event, COPY)
    if found.copy is None or sha256(data).hexdigest() != found.copy.sha256:
        raise Damage(path=event.delivery, reason="the clean copy is not what was handed in")
    return data


def _standing(rows: Sequence[tables.Row]) -> Standing | None:
    """Read what was judged of one file, given in the order of the log."""
    firsts = [row for row in rows if row.reader == Reader.FIRST]
    if not firsts:
        return None
    last = firsts[-1]
    first, second = _read(last), _second(rows, last.officer)
    judgement = first.judgement
    if second is not None and second.decision == first.decision:
        judgement = msgspec.structs.replace(judgement, second=second.judgement.by)
    return Standing(judgement, first.copy, seq=last.seq, second=second)


def _second(rows: Sequence[tables.Row], first: str) -> Kept | None:
    """Give what another person than the first reader last judged as second reader."""
    seconds = [row for row in rows if row.reader == Reader.SECOND and row.officer != first]
    return _read(seconds[-1]) if seconds else None


def _read(row: tables.Row) -> Kept:
    found = msgspec.json.decode(row.content, type=Kept)
    judgement = msgspec.structs.replace(found.judgement, by=row.officer, at=row.at)
    return msgspec.structs.replace(found, judgement=judgement)
