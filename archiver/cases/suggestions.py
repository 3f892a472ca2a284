"""What is suggested for a candidate that nobody judged yet, from what was judged before.

A message is one record in all its copies, so a judgement holds for each of them. Into other records
and other cases it does not go by itself: what is said here an officer takes over, or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum

import msgspec
from msgspec import Struct

from archiver.cases import schema
from archiver.cases import tables_judgement as tables
from archiver.cases.case import Case
from archiver.cases.contradictions import judged_elsewhere
from archiver.cases.judgement import Judgement, Outcome, Passage, normal, standing
from archiver.cases.same_words import Known, folded, is_telling
from archiver.store.catalogue.connection import Connection


class Why(StrEnum):
    """On what a suggestion rests."""

    OTHER_CASE = "other-case"
    """The same record was judged in another case."""
    SAME_WORDS = "same-words"
    """A record with the same words was judged in this case."""
    CONTAINS = "contains"
    """Its text contains words of a record that are withheld in this case."""
    QUOTES = "quotes"
    """It stands above an answer: what a source notes as quoted is withheld in this case."""


class Suggestion(Struct, frozen=True):
    """A judgement to take over, why, and from which record and case it comes.

    What only quotes has no passages: a quotation is covered wherever it is produced.
    """

    why: Why
    judgement: Judgement
    record: str
    case: str


def suggestions(connection: Connection, case: Case) -> dict[str, tuple[Suggestion, ...]]:
    """Give by public id what is suggested for candidates of a case that have no judgement."""
    if not schema.is_ready(connection):
        return {}
    found: dict[str, list[Suggestion]] = defaultdict(list)
    for record, one in _Suggesting(connection, case).all():
        found[record].append(one)
    return {record: tuple(several) for record, several in found.items()}


class _Suggesting:
    """Looks for what was judged of the candidates of a case that wait."""

    def __init__(self, connection: Connection, case: Case) -> None:
        self._connection = connection
        self._case = case
        found = standing(connection, case.id)
        self._judged = {name: one.judgement for name, one in found.items() if not one.stale}
        said = tables.said(connection, case.id)
        self._texts = {one.record: normal(one.words) for one in said}
        self._waiting = [one.record for one in said if one.record not in self._judged]

    def all(self) -> Iterator[tuple[str, Suggestion]]:
        """Give everything that is suggested, the surest first."""
        yield from self._other_cases()
        yield from self._same_words()
        yield from self._contained()
        yield from self._quoted()

    def _other_cases(self) -> Iterator[tuple[str, Suggestion]]:
        waiting = set(self._waiting)
        for case, other in judged_elsewhere(self._connection, self._case):
            if other.record in waiting:
                yield other.record, Suggestion(Why.OTHER_CASE, _bare(other), other.record, case)

    def _same_words(self) -> Iterator[tuple[str, Suggestion]]:
        # Of equal texts only, since passages are counted in signs.
        known = {self._texts[name]: one for name, one in self._judged.items()}
        for name in self._waiting:
            one = known.get(self._texts[name])
            if one is not None and is_telling(folded(self._texts[name])):
                yield name, self._of(Why.SAME_WORDS, one, name)

    def _contained(self) -> Iterator[tuple[str, Suggestion]]:
        known = Known(self._removed())
        for name in self._waiting:
            for found in known.within(self._texts[name]):
                source, grounds = found.key
                if self._texts[source] != self._texts[name]:
                    passage = Passage(found.start, found.end, grounds)
                    yield name, self._partly(Why.CONTAINS, name, source, (passage,))

    def _quoted(self) -> Iterator[tuple[str, Suggestion]]:
        """Look both ways: sources note a quotation whole, or only its beginning."""
        removed = list(self._removed())
        quoted = tables.quotations(self._connection, self._case.id)
        known = Known(removed)
        found = {(record, one.key[0]) for record, text in quoted for one in known.within(text)}
        parts = Known(quoted)
        found |= {(one.key, source) for (source, _), text in removed for one in parts.within(text)}
        for record, source in sorted(found):
            if record in self._texts and record not in self._judged:
                yield record, self._partly(Why.QUOTES, record, source, ())

    def _removed(self) -> Iterator[tuple[tuple[str, tuple[str, ...]], str]]:
        """Give the words that are withheld, each with its record and grounds."""
        for name, one in self._judged.items():
            if one.outcome is Outcome.WITHHELD:
                yield (name, one.all_grounds), self._texts[name]
            for each in one.passages:
                yield (name, each.grounds), self._texts[name][each.start : each.end]

    def _partly(
        self, why: Why, name: str, source: str, passages: tuple[Passage, ...]
    ) -> Suggestion:
        judgement = Judgement(record=name, outcome=Outcome.PARTLY, passages=passages)
        return Suggestion(why, judgement, source, self._case.id)

    def _of(self, why: Why, one: Judgement, name: str) -> Suggestion:
        judgement = msgspec.structs.replace(_bare(one), record=name)
        return Suggestion(why, judgement, one.record, self._case.id)


def _bare(one: Judgement) -> Judgement:
    """Give a judgement without who made it."""
    return msgspec.structs.replace(one, by="", at=0, second="")
