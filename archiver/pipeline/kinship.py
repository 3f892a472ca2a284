"""Which strands are one conversation: those that share many rare texts at agreeing times.

A sketch of each strand says which pairs are worth comparing; the comparison (`learn`) decides. What
it found is kept as a tie, so that only strands with something new are compared again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from archiver.deduplicate.learning import learn
from archiver.deduplicate.likeness import recalled
from archiver.deduplicate.relation import Relation
from archiver.deduplicate.ties import relations
from archiver.normalise.text import matching
from archiver.store.archive import Archive
from archiver.store.catalogue import related
from archiver.store.catalogue.related import StrandRow
from archiver.store.catalogue.utterances import utterances

ALIKE = 4
"""Texts that two sketches must share before two strands are compared."""


class Pair(Struct, frozen=True):
    """Two strands, the earlier in canonical order first, and how they relate."""

    one: StrandRow
    two: StrandRow
    relation: Relation


class Kin(Struct, frozen=True):
    """The strands of one conversation in canonical order, and what was learned just now.

    `learned` are pairs compared anew whose result differs from what was known, also those that
    are other conversations. `changed` says that the conversation has to be solved from end to end;
    `left` are strands that were of it and are not any more.
    """

    strands: tuple[StrandRow, ...]
    relations: Mapping[tuple[int, int], Relation]
    learned: tuple[Pair, ...]
    changed: bool
    left: frozenset[int]

    @property
    def ids(self) -> frozenset[int]:
        """The keys of the strands."""
        return frozenset(strand.id for strand in self.strands)


class Kinship:
    """Compares strands, each pair at most once a run; `matching` remembers what it read."""

    def __init__(self, archive: Archive, *, everything: bool) -> None:
        self.matching = recalled(matching)
        self._connection = archive.catalogue.connection
        self._everything = everything
        self._rows: dict[int, StrandRow] = {}
        self._places: dict[int, tuple[str, str, str]] = {}
        self._pairs: dict[tuple[int, int], Pair] = {}
        self._learned: set[tuple[int, int]] = set()

    def of(self, strand: int) -> Kin:
        """Give the conversation that a strand belongs to."""
        found, waiting = {strand}, [strand]
        while waiting:
            for other in self._kin(waiting.pop()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        rows = self._in_order(found)
        pairs = [p for p in self._pairs.values() if {p.one.id, p.two.id} & found]
        learned = [p for p in pairs if (p.one.id, p.two.id) in self._learned]
        return Kin(
            strands=tuple(rows),
            relations={
                (p.one.id, p.two.id): p.relation for p in pairs if p.relation.verdict == "same"
            },
            learned=tuple(learned),
            changed=self._everything
            or any(p.relation.verdict == "same" or _was_same(p) for p in learned)
            or len({row.conversation for row in rows}) > 1,
            left=frozenset(
                row.id
                for p in learned
                if p.relation.verdict != "same" and _was_same(p)
                for row in (p.one, p.two)
                if row.id not in found
            ),
        )

    def _kin(self, strand: int) -> list[int]:
        """Give the strands that are one conversation with this one."""
        known = relations(related.ties(self._connection, strand), self._place)
        others = {other for pair in known for other in pair if other != strand}
        others.update(related.alike(self._connection, strand, ALIKE))
        pairs = [self._pair(strand, other, known) for other in sorted(others)]
        return [
            p.two.id if p.one.id == strand else p.one.id
            for p in pairs
            if p.relation.verdict == "same"
        ]

    def _pair(self, strand: int, other: int, known: Mapping[tuple[int, int], Relation]) -> Pair:
        one, two = self._in_order((strand, other))
        key = one.id, two.id
        if key not in self._pairs:
            self._pairs[key] = Pair(one, two, self._relation(one, two, known.get(key)))
        return self._pairs[key]

    def _relation(self, one: StrandRow, two: StrandRow, before: Relation | None) -> Relation:
        if before is not None:
            settled = not (one.fresh or two.fresh or self._everything)
            if before.same_phone or settled:
                return before
        found = learn(
            utterances(self._connection, one.id),
            utterances(self._connection, two.id),
            self.matching,
        )
        if found != before and (before is not None or found.verdict != "other"):
            self._learned.add((one.id, two.id))
        return found

    def _in_order(self, strands: Collection[int]) -> list[StrandRow]:
        """Give strands in canonical order; one alone is not asked where it stands."""
        ordered = sorted(strands, key=self._place) if len(strands) > 1 else strands
        return [self._row(strand) for strand in ordered]

    def _place(self, strand: int) -> tuple[str, str, str]:
        if strand not in self._places:
            self._places[strand] = related.place_of(self._connection, strand)
        return self._places[strand]

    def _row(self, strand: int) -> StrandRow:
        if strand not in self._rows:
            self._rows[strand] = related.strand(self._connection, strand)
        return self._rows[strand]


def _was_same(pair: Pair) -> bool:
    return pair.one.conversation == pair.two.conversation
