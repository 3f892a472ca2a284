"""Reconcile mail: copies that were changed on their way or lost their Message-ID.

For the keys by which new copies met others: gather all that hangs together, solve it in canonical
order (`archiver.deduplicate.mails`), and log what differs from how the archive has it, as reconcile
does for chats. What may be one and is not certain becomes a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from archiver.deduplicate import mail_doubts
from archiver.deduplicate.mail_doubts import SEVERAL
from archiver.deduplicate.mails import Likeness, MailCopy, compare, solve
from archiver.normalise import mail_copy
from archiver.normalise.mail import letters
from archiver.normalise.text import matching
from archiver.pipeline import linking
from archiver.pipeline.changes import by_delivery, named
from archiver.pipeline.linking import Change, Evidence, Linked
from archiver.pipeline.mail_cluster import Cluster
from archiver.pipeline.reconciled import Reconciled
from archiver.pipeline.standstill import Standstill
from archiver.store.catalogue import doubts, gather, gather_mail
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.doubts import Doubt
from archiver.store.catalogue.gather_mail import MailRow
from archiver.store.catalogue.homes import publics
from archiver.store.catalogue.regroup import Name
from archiver.store.scribe import Scribe

DOUBTS = {
    "message-id": "E-D020",
    "text": "E-D021",
    "recipients": "E-D022",
    "attachments": "E-D023",
    "subject": "E-D024",
    "author": "E-D025",
    "time": "E-D026",
    SEVERAL: "E-D027",
    "delivery": "E-D028",
    "cited": "E-D029",
}
"""The finding for each component that is against a pair which agrees in all the others."""

MANY = "W-D020"
"""Mails with one content, in one minute, under more Message-IDs than one message may have."""

_RULES = {
    "same": (3, "mail-id-text/1", ""),
    "modified": (3, "mail-3m/1", "modified-copy"),
    "neutral": (2, "mail-neutral/1", "same-but-transport"),
    "composite": (4, "mail-4/1", "composite"),
    "ruled": (4, "officer/1", "officer"),
}
"""For each rung: level, rule and how, as a link says them."""

_KEYS = 2_000


def reconcile_mail(
    scribe: Scribe, keys: Sequence[tuple[bytes, int]], *, dry_run: bool = False
) -> Reconciled:
    """Solve the mails that share these keys.

    Returns:
        What changed, or with `dry_run` what would; mails are no conversations, so none are told.
    """
    archive = scribe.archive
    connection = archive.catalogue.connection
    known = set(doubts.with_codes(connection, (*DOUBTS.values(), MANY)))
    ranks = gather.ranks(connection)
    standstill = Standstill(connection)
    total = Reconciled()
    for start in range(0, len(keys), _KEYS):
        part = keys[start : start + _KEYS]
        solved = _Solved(connection, part, known, ranks, standstill)
        total += Reconciled(moved=len(solved.moved), doubts=len(solved.doubts))
        known |= {*solved.doubts, *solved.crowds}
        if dry_run:
            continue
        if solved.tells:
            linking.write(scribe, solved.changes())
        with archive.catalogue.transaction():
            gather_mail.looked_at(connection, (key for key, _ in part))
    return total


class _Moved(Struct, frozen=True):
    """A copy that belongs to another record than it does, and why."""

    row: MailRow
    name: Name
    link: Evidence


class _Solved:
    """Some mails, solved: what changes, sorted by the delivery that it changes."""

    def __init__(
        self,
        connection: Connection,
        keys: Sequence[tuple[bytes, int]],
        known: set[Doubt],
        ranks: Mapping[int, int],
        standstill: Standstill,
    ) -> None:
        self._connection = connection
        self._cluster = Cluster(connection, keys)
        self._ranks = ranks
        self._rulings = self._cluster.rulings
        self._names: dict[int, Name] = {}
        copies = self._in_order(self._cluster.rows)
        groups = solve(
            copies,
            [(one, two) for one, two, together in self._rulings if together],
            [(one, two) for one, two, together in self._rulings if not together],
        )
        solved = [move for group in groups for move in self._moves(group)]
        kept = [move for move in solved if standstill.forbids(move.row.own, move.name)]
        self.moved = [move for move in solved if move not in kept]
        found = set(self._doubts()) | {(DOUBTS["cited"], one.row.own, one.name) for one in kept}
        self.crowds = [one for one in self._crowds() if one not in known]
        self.doubts = sorted(found - known)
        self.settled = sorted(
            one for one in known if one[0] != MANY and one[1] in self._examined and one not in found
        )

    @property
    def tells(self) -> bool:
        """Whether there is anything that the archive does not have already."""
        return bool(self.moved or self.doubts or self.settled or self.crowds)

    def changes(self) -> dict[str, Change]:
        """Give what changes in each delivery, by its public id, in order of arrival."""
        told = [*self.doubts, *self.crowds]
        public = publics(self._connection, self._deliveries(told))
        links = [(move.row.own[0], self._named(move, public)) for move in self.moved]
        found = by_delivery(public, links, told, self.settled)
        return {public[delivery]: found[delivery] for delivery in sorted(found)}

    def _in_order(self, rows: Mapping[int, MailRow]) -> list[MailCopy]:
        """Give copies in the order of their deliveries' digests, which no arrival changes."""
        held = {
            copy: sorted((self._ranks[delivery], item) for delivery, item in row.holders)
            for copy, row in rows.items()
        }
        return [
            _compared(rows[copy], frozenset(rank for rank, _ in held[copy]))
            for copy in sorted(held, key=lambda copy: (held[copy], copy))
            if held[copy]
        ]

    def _moves(self, group: Sequence[MailCopy]) -> Iterator[_Moved]:
        rows = self._cluster.rows
        name = min(rows[one.copy].own for one in group)
        self._names.update((one.copy, name) for one in group)
        staying = [one for one in group if rows[one.copy].name == name]
        for one in group:
            if rows[one.copy].name != name:
                others = [*staying, *(other for other in group if other not in staying)]
                yield _Moved(rows[one.copy], name, self._because(one, others, len(staying)))

    def _because(self, one: MailCopy, others: Sequence[MailCopy], staying: int) -> Evidence:
        """Find the copy that one belongs with; one that is just another holding needs none."""
        for number, other in enumerate(others):
            if other is one:
                continue
            if self._is_ruled(one.copy, other.copy, together=True):
                return self._evidence(one, other, Likeness("ruled"))
            likeness = compare(one, other)
            if likeness.rung == "same" and number < staying:
                return Evidence()
            if likeness.rung not in ("", "same"):
                return self._evidence(one, other, likeness)
        return Evidence()

    def _evidence(self, one: MailCopy, other: MailCopy, likeness: Likeness) -> Evidence:
        level, rule, how = _RULES[likeness.rung]
        apart = (one.sent_at or 0) - (other.sent_at or 0)
        timed = one.sent_at is not None and other.sent_at is not None
        return Evidence(
            level=level,
            rule=rule,
            how=how,
            beside=str(other.copy),
            offset=apart if timed else 0,
            agrees=likeness.agrees,
            stripped=self._stripped(one.copy, other.copy),
        )

    def _stripped(self, one: int, other: int) -> tuple[str, ...]:
        """Say what had to be left out before the two were the same."""
        texts = gather_mail.texts(self._connection, (one, other))
        used = _needed(texts[one], texts[other])
        subjects = [self._cluster.rows[copy].subject for copy in (one, other)]
        if matching(subjects[0]) != matching(subjects[1]):
            for subject in subjects:
                used.update(mail_copy.base_subject(subject).left_out)
        return tuple(sorted(used))

    def _doubts(self) -> Iterator[Doubt]:
        rows = self._cluster.examined()
        self._examined = {row.own for row in rows.values()}

        def name_of(copy: int) -> Name:
            return self._names.get(copy, rows[copy].name)

        for one in mail_doubts.doubts(self._in_order(rows), name_of, ruled=self._is_apart):
            early, late = sorted((one.copy, one.other), key=lambda copy: rows[copy].own)
            yield DOUBTS[one.reason], rows[late].own, name_of(early)

    def _crowds(self) -> Iterator[Doubt]:
        crowds = list(self._cluster.crowds())
        copies = {peer.copy for crowd in crowds for peer in (crowd.first, crowd.second)}
        rows = {row.copy: row for row in gather_mail.mail_rows(self._connection, copies)}
        for crowd in crowds:
            yield MANY, rows[crowd.first.copy].own, rows[crowd.second.copy].name

    def _is_apart(self, one: int, other: int) -> bool:
        return self._is_ruled(one, other, together=False)

    def _is_ruled(self, one: int, other: int, *, together: bool) -> bool:
        return (min(one, other), max(one, other), together) in self._rulings

    def _named(self, move: _Moved, public: Mapping[int, str]) -> Linked:
        link = move.link
        if link.beside:
            own = self._cluster.rows[int(link.beside)].own
            link = msgspec.structs.replace(link, beside=named(own, public))
        delivery, number = move.name
        return Linked(move.row.own[1], public[delivery], number, link)

    def _deliveries(self, told: Iterable[Doubt]) -> set[int]:
        found = {name[0] for _, own, record in (*told, *self.settled) for name in (own, record)}
        found |= {name[0] for move in self.moved for name in (move.row.own, move.name)}
        return found | {row.own[0] for row in self._cluster.rows.values()}


def _needed(one: str, other: str) -> set[str]:
    """Give the strippers without which two texts are not the same; one that both need may not."""
    said = {text: letters(text) for text in (one, other)}
    if said[one] == said[other]:
        return set()
    used = [set(mail_copy.plain(text, said[text]).left_out) for text in (one, other)]
    idle: set[str] = set()
    for name in sorted(used[0] & used[1]):
        left = [mail_copy.plain(text, said[text], {*idle, name}).text for text in (one, other)]
        if letters(left[0]) == letters(left[1]):
            idle.add(name)
    return (used[0] | used[1]) - idle


def _compared(row: MailRow, deliveries: frozenset[int]) -> MailCopy:
    keys = row.keys
    return MailCopy(
        row.copy, keys.id, keys.same, keys.neutral, keys.raw, keys.said, keys.files, keys.content,
        keys.is_telling, row.author, mail_copy.base_subject(row.subject).text, row.sent_at,
        row.recipients, deliveries,
    )  # fmt: skip
