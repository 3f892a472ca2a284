"""Contradictions: one message, or the same words, judged otherwise; and what stands in the way.

They are computed from what stands, never stored. One is settled by judging again, or explained by
an officer: an explanation is of exactly these two judgements and falls when either of them changes.
Nothing should be produced of a case while `obstacles` gives anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases import tables_judgement as tables
from archiver.cases.case import Case, CaseKind
from archiver.cases.file_contradictions import of_files
from archiver.cases.judgement import Judgement, Outcome, Reader, Standing, digest, normal, read
from archiver.cases.judgement import standing as standing_of
from archiver.cases.obstacle import Code, Need, Obstacle, key_of
from archiver.cases.repeated import away_of, repetitions
from archiver.cases.same_words import Found, Known, folded, is_telling, words
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal

EXPLAINED = "contradiction.explained"


class NotSettled(ArchiveError):
    """Case {case}: {count} judgements contradict each other or wait for a second reader."""

    exit_code = ExitCode.FINDINGS


class ReasonMissing(ArchiveError):
    """A contradiction is explained only with a reason."""

    exit_code = ExitCode.USAGE


def obstacles(connection: Connection, case: Case, need: Need = Need.NONE) -> list[Obstacle]:
    """Give what stands in the way of producing a case, but for what nobody judged yet."""
    if not schema.is_ready(connection):
        return []
    found = standing_of(connection, case.id)
    clear = set(explained(connection, case.id))
    stands = _Stands(connection, case, found)
    told = [
        *stands.contradictions(),
        *_readers(found, need),
        *_stale(found),
        *of_files(connection, case.id, found, need),
    ]
    return [one for one in told if not one.key or one.key not in clear]


def differing(connection: Connection, case: Case) -> list[Obstacle]:
    """Give what a second reader judged otherwise of records and files; no words are compared."""
    found = standing_of(connection, case.id)
    told = (*_readers(found, Need.NONE), *of_files(connection, case.id, found, Need.NONE))
    return [one for one in told if one.code in (Code.READERS_DIFFER, Code.FILE_READERS_DIFFER)]


def insist_settled(archive: Archive, case: Case, need: Need = Need.NONE) -> None:
    """Insist that nothing stands in the way of producing.

    Raises:
        NotSettled: Something does.
    """
    if found := obstacles(archive.catalogue.connection, case, need):
        raise NotSettled(case=case.id, count=len(found))


def explain(scribe: Scribe, public: str, key: str, reason: str) -> Obstacle:
    """Explain a contradiction, as it is now, by its key.

    Raises:
        NoSuchThing: There is no such case, or no such contradiction in it.
        ClosedCase: It is closed.
        ReasonMissing: There is no reason.
    """
    if not reason.strip():
        raise ReasonMissing
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        for found in obstacles(connection, one):
            if found.key == key != "":
                what = {"file": found.file} if found.file else {"record": found.record}
                detail = {"key": key, **what, "reason": reason}
                cases.record(scribe, one.id, EXPLAINED, detail, codes=(found.code,))
                return found
    raise NoSuchThing(what="contradiction", name=key)


def explained(connection: Connection, case: str) -> dict[str, str]:
    """Give the reasons of what was explained in a case, by key."""
    return {
        step.values["key"]: step.values["reason"]
        for step in cases.steps(connection, case)
        if step.what == EXPLAINED.partition(".")[2]
    }


def project(archive: Archive, event: Event) -> None:
    """Keep that a contradiction was explained."""
    schema.migrate(archive.catalogue.connection)
    cases.step(archive, event, unseal(archive, event))


class _Stands:
    """Compares what stands of a case."""

    def __init__(self, connection: Connection, case: Case, found: Mapping[str, Standing]) -> None:
        self._connection = connection
        self._case = case
        self._found = found
        self._judged = {name: one.judgement for name, one in found.items() if not one.stale}
        said = tables.said(connection, case.id)
        self._texts = {one.record: normal(one.words) for one in said}

    def contradictions(self) -> Iterator[Obstacle]:
        """Give every contradiction."""
        yield from self._same_record()
        alike = [*self._same_words(), *self._quoted()]
        yield from alike
        yield from self._repeated({frozenset((one.record, one.other)) for one in alike})
        yield from self._other_cases()

    def _same_record(self) -> Iterator[Obstacle]:
        for name, one in self._found.items():
            for other in one.others:
                sides = (name, one.judgement.decision), (name, other.decision)
                key = key_of(Code.SAME_RECORD, *sides)
                yield Obstacle(Code.SAME_RECORD, name, name, key=key)

    def _same_words(self) -> Iterator[Obstacle]:
        alike: dict[tuple[str, ...], dict[object, str]] = defaultdict(dict)
        for name, one in self._judged.items():
            told = folded(self._texts[name])
            if one.outcome.decides and is_telling(told):
                alike[told].setdefault(self._hidden(name, one), name)
        for names in alike.values():
            first, *others = names.values()
            for other in others:
                yield self._between(Code.SAME_WORDS, first, other)

    def _hidden(self, name: str, one: Judgement) -> object:
        """Say what of a record is hidden, and why, by its words."""
        text = self._texts[name]
        spans = tuple((folded(text[each.start : each.end]), each.grounds) for each in one.passages)
        return one.outcome, one.grounds, one.withhold, spans

    def _quoted(self) -> Iterator[Obstacle]:
        known = Known(self._removed())
        for name, one in self._judged.items():
            if not one.outcome.shows:
                continue
            seen = {name}
            for found in known.within(self._texts[name]):
                if found.key in seen or self._is_covered(one, found):
                    continue
                seen.add(found.key)
                # Where all words are the same, `_same_words` tells it.
                if folded(self._texts[name]) != folded(self._texts[found.key]):
                    yield self._between(Code.QUOTED, name, found.key)

    def _removed(self) -> Iterator[tuple[str, str]]:
        """Give the words that are withheld, each with its record."""
        for name, one in self._judged.items():
            text = self._texts[name]
            yield from ((name, text[each.start : each.end]) for each in away_of(one, text))

    def _repeated(self, told: Container[frozenset[str]]) -> Iterator[Obstacle]:
        """Give words that are judged away in one record and left in another's own words.

        One contradiction for all records that repeat the same words, such as a signature; none for
        a pair that is `told` already.
        """
        seen: set[str] = set()
        for one in repetitions(self._judged, self._texts):
            if frozenset((one.record, one.others[0])) in told:
                continue
            sides = ((of, self._judged[of].decision) for of in one.others)
            key = key_of(Code.REPEATED, (one.letters, ()), *sides)
            if key not in seen:
                seen.add(key)
                yield Obstacle(Code.REPEATED, one.record, one.others[0], key=key)

    def _is_covered(self, one: Judgement, found: Found[str]) -> bool:
        """Whether every word of what was found is withheld."""
        return all(
            any(each.start <= word.start and word.end <= each.end for each in one.passages)
            for word in words(self._texts[one.record])
            if found.start <= word.start and word.end <= found.end
        )

    def _between(self, code: Code, one: str, other: str) -> Obstacle:
        sides = (one, self._judged[one].decision), (other, self._judged[other].decision)
        key = key_of(code, *sides)
        return Obstacle(code, one, other, key=key)

    def _other_cases(self) -> Iterator[Obstacle]:
        for case, other in judged_elsewhere(self._connection, self._case):
            one = self._judged.get(other.record)
            if one is not None and _differs(one, other):
                sides = (other.record, one.decision), (f"{case}/{other.record}", other.decision)
                key = key_of(Code.OTHER_CASE, *sides)
                yield Obstacle(Code.OTHER_CASE, other.record, case=case, key=key)


def judged_elsewhere(connection: Connection, case: Case) -> Iterator[tuple[str, Judgement]]:
    """Give what other cases under the same law last judged of a case's candidates, by case."""
    kinds = {one.id: one.kind for one in cases.cases(connection)}
    latest: dict[tuple[str, str], tables.Row] = {}
    for of, row in tables.elsewhere(connection, case.id):
        alike = (kinds[of] is CaseKind.INQUIRY) == (case.kind is CaseKind.INQUIRY)
        if row.reader == Reader.FIRST and alike:
            latest[of, row.record] = row
    for (of, _), row in latest.items():
        if row.text == digest(row.subject, row.words):
            yield of, read(row)


def _readers(found: Mapping[str, Standing], need: Need) -> Iterator[Obstacle]:
    for name, one in found.items():
        if one.stale:
            continue
        if one.second is not None and one.second.decision != one.judgement.decision:
            yield Obstacle(Code.READERS_DIFFER, name)
        elif not one.judgement.second and _needs_second(one.judgement, need):
            yield Obstacle(Code.SECOND_READER, name)


def _needs_second(one: Judgement, need: Need) -> bool:
    return one.outcome is Outcome.WITHHELD and need.has(one)


def _stale(found: Mapping[str, Standing]) -> Iterator[Obstacle]:
    return (Obstacle(Code.STALE, name) for name, one in found.items() if one.stale)


def _differs(one: Judgement, other: Judgement) -> bool:
    """Whether two judgements of one record hide something else, on whatever ground."""
    if not (one.outcome.decides and other.outcome.decides):
        return False
    return _spans(one) != _spans(other)


def _spans(one: Judgement) -> object:
    return one.outcome, {(each.start, each.end) for each in one.passages}
