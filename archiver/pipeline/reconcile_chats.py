"""Reconcile chats: the strands that are one conversation are solved together.

For the strands with something new: find those that are the same conversation, and solve them
together in canonical order (`archiver.deduplicate.solve`). What differs from how the archive has
it is logged as superseding verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from archiver.deduplicate.alignment import RULE
from archiver.deduplicate.likeness import Matching
from archiver.model import Finding
from archiver.pipeline import linking
from archiver.pipeline.changes import by_delivery, named
from archiver.pipeline.kinship import Kin, Kinship
from archiver.pipeline.linking import Change, Evidence, Learned, Linked, Tied
from archiver.pipeline.passages import Moved, passages
from archiver.pipeline.reconciled import Reconciled
from archiver.pipeline.standstill import Standstill
from archiver.store.catalogue import doubts, gather, regroup
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.doubts import Doubt
from archiver.store.catalogue.homes import publics
from archiver.store.scribe import Scribe

PERHAPS, UNITED = "E-D003", "W-D003"
DOUBTS = {
    "author-unknown": "E-D010",
    "other-author": "E-D011",
    "several-fit": "E-D012",
    "other-text": "E-D013",
    "late": "E-D014",
    "event": "E-D015",
    "held-twice": "E-D016",
    "cited": "E-D017",
}
"""The finding for each reason why two copies that may be one message were left apart."""


def reconcile_chats(
    scribe: Scribe, strands: Sequence[int], *, everything: bool = False, dry_run: bool = False
) -> Reconciled:
    """Solve the conversations that these strands are of."""
    archive = scribe.archive
    connection = archive.catalogue.connection
    waiting = list(strands)
    kinship = Kinship(archive, everything=everything)
    ranks = gather.ranks(connection)
    standstill = Standstill(connection)
    done: set[int] = set()
    total = Reconciled()
    for strand in waiting:
        if strand not in done:
            kin = kinship.of(strand)
            done |= kin.ids
            waiting += sorted(kin.left)
            solved = _Solved(connection, kin, ranks, kinship.matching, standstill)
            if dry_run:
                pass
            elif solved.tells:
                linking.write(scribe, solved.changes())
            else:
                # Nothing to log: a rebuild would solve it once more, to no other end.
                with archive.catalogue.transaction():
                    regroup.seen(connection, kin.ids)
            total += solved.amount()
    return total


class _Solved:
    """One conversation, solved: what changes, sorted by the delivery that it changes."""

    def __init__(
        self,
        connection: Connection,
        kin: Kin,
        ranks: Mapping[int, int],
        matching: Matching,
        standstill: Standstill,
    ) -> None:
        self._connection = connection
        self._kin = kin
        self._moved: list[Moved] = []
        self._doubts: list[Doubt] = []
        self._settled: list[Doubt] = []
        known = doubts.of_strands(connection, tuple(DOUBTS.values()), sorted(kin.ids))
        for passage in passages(connection, kin, ranks, matching):
            kept = [one for one in passage.moved if standstill.forbids(one.copy, one.record)]
            found = [(DOUBTS[one.reason], one.copy, one.record) for one in passage.unsure]
            found += [(DOUBTS["cited"], one.copy, one.record) for one in kept]
            self._moved += [one for one in passage.moved if one not in kept]
            self._doubts += [one for one in found if one not in known]
            self._settled += [one for one in known if one[1] in passage.copies and one not in found]

    @property
    def tells(self) -> bool:
        """Whether there is anything that the archive does not have already."""
        scattered = len({row.conversation for row in self._kin.strands}) > 1
        found = self._moved or self._doubts or self._settled or self._kin.learned
        return bool(found or scattered)

    def amount(self) -> Reconciled:
        """Count."""
        before = len({row.conversation for row in self._kin.strands})
        return Reconciled(1, len(self._moved), len(self._doubts), before - 1)

    def changes(self) -> dict[str, Change]:
        """Give what changes in each delivery, by its public id; one of them carries the rest."""
        carrier = gather.newest_delivery(self._connection, sorted(self._kin.ids))
        names = publics(self._connection, self._deliveries() | {carrier})
        links = [(one.copy[0], _linked(one, names)) for one in self._moved]
        found = by_delivery(names, links, self._doubts, self._settled)
        carried = found.get(carrier, Change(Learned(), ()))
        found[carrier] = Change(self._learned(carried.learned), carried.links)
        return {names[delivery]: found[delivery] for delivery in sorted(found)}

    def _learned(self, told: Learned) -> Learned:
        """Add what was learned of the conversation as a whole."""
        strands = tuple(row.public for row in self._kin.strands)
        first = min(self._kin.strands, key=lambda row: row.id).public
        ties = tuple(
            Tied(
                pair.one.public,
                pair.two.public,
                pair.relation.verdict,
                msgspec.json.encode(pair.relation).decode(),
            )
            for pair in self._kin.learned
        )
        findings = (*told.findings, *self._of_strands())
        return Learned(((first, strands),), ties, findings, told.settled)

    def _of_strands(self) -> list[Finding]:
        """Tell which conversations were found to be one, and which may be."""
        found = []
        for pair in self._kin.learned:
            verdict = pair.relation.verdict
            if verdict != "other":
                values: dict[str, str | int] = {
                    "one": pair.one.public,
                    "two": pair.two.public,
                    "shared": pair.relation.shared,
                    "agreeing": pair.relation.agreeing,
                }
                found.append(Finding(UNITED if verdict == "same" else PERHAPS, values))
        return found

    def _deliveries(self) -> set[int]:
        found = {name[0] for one in self._moved for name in (one.copy, one.record)}
        found |= {one.beside[0] for one in self._moved if one.beside}
        doubted = [*self._doubts, *self._settled]
        return found | {name[0] for _, own, record in doubted for name in (own, record)}


def _linked(moved: Moved, names: Mapping[int, str]) -> Linked:
    delivery, number = moved.record
    return Linked(
        moved.copy[1],
        names[delivery],
        number,
        Evidence(
            rule=RULE,
            how=moved.how,
            beside=named(moved.beside, names) if moved.beside else "",
            offset=moved.offset,
            agrees=moved.agrees,
        ),
    )
