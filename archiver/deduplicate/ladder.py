"""The ladder, levels 0 to 3: one decision an item, with the rule that made it.

Level 0 (the same file of the same account) is decided before an item is read. Level 1 is equal
bytes: a mail's raw bytes, or a chat file that another account handed in byte for byte. Level 2 is
a mail that differs only in transport headers, or a chat message with the source's own identifier
and the same sender and time; a copy that names no sender contradicts none. Level 3 is a chat
message of the same strand with the same author, time at the source's precision, text and media,
taken in order among equals; or a mail with the same Message-ID, text and attachments.

A multiset, never a set: where the source gives no identifiers, a record takes at most one item of
a delivery, so three "ok" in one minute are three records.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from archiver.deduplicate.candidates import Candidate, Candidates, Met
from archiver.model import NEW, Decision, Row

CHAT_LEVEL, CHAT_RULE = 3, "chat-3/1"
NATIVE_LEVEL, NATIVE_RULE, UNNAMED_RULE = 2, "native-id/1", "native-unnamed/1"
FILE_RULE = "same-file/1"
MAIL_RULES = {1: "mail-bytes/1", 2: "mail-neutral/1", 3: "mail-id-text/1"}


class Known(Protocol):
    """What the archive knows already; candidates come oldest first."""

    def in_strand(self, strand: int, times: Iterable[int | None]) -> Sequence[Candidate]:
        """Give the copies of a strand at these times whose records this delivery does not hold."""
        ...

    def by_keys(self, keys: Sequence[bytes], *, held: bool) -> Iterator[tuple[bytes, int, int]]:
        """Give (match key, record, level) for keys that hold across accounts."""
        ...

    def with_identifier(self, strand: int, keys: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        """Give (key, record) for records of a strand that have one of these identifiers."""
        ...

    def named(
        self, strand: int, keys: Sequence[bytes]
    ) -> Iterator[tuple[bytes, int, int | None, str]]:
        """Give (key, record, time, author) of a strand's copies that have an identifier.

        Only of records that this delivery does not hold.
        """
        ...

    def items_of(self, delivery: int, first: int, last: int) -> dict[int, int]:
        """Give item → record of another delivery."""
        ...


class Threads(Protocol):
    """Which strands a delivery's threads belong to."""

    def find(self, thread: str) -> tuple[int, int] | None:
        """Give (strand, conversation) of a thread when it is known."""
        ...


class Ladder:
    """Decides for the items of one delivery, batch after batch, in the order of the source.

    `twin` is another account's delivery of the very same file, `fresh` the strands that this
    delivery itself opened: nothing in them can be known.
    """

    def __init__(self, known: Known, threads: Threads, fresh: set[int], twin: int | None) -> None:
        self._known = known
        self._threads = threads
        self._fresh = fresh
        self._twin = twin
        self._sifted: frozenset[int] = frozenset()

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        """Give one decision a row; rows of a batch share their scope."""
        if not rows:
            return []
        if rows[0].scope != "strand":
            return self._mail(rows)
        decisions = self._unnamed(rows, self._chat(rows))
        return decisions if self._twin is None else self._same_file(rows, decisions, self._twin)

    def sift(self, strands: Iterable[int]) -> None:
        """Know from now on that items of these strands are new unless they come as repeats."""
        self._sifted = frozenset(strands)

    def split(self, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
        """Cut a batch where a mail repeats one of the same batch, which must be stored first."""
        if not rows or rows[0].scope == "strand":
            yield rows
            return
        start, seen = 0, set[bytes]()
        for index, row in enumerate(rows):
            marks = {row.keys[0], row.conflict} if row.conflict else {row.keys[0]}
            if not row.counted and marks & seen:
                yield rows[start:index]
                start, seen = index, set()
            seen.update(mark for mark in marks if mark)
        yield rows[start:]

    def conflicts(
        self, rows: Sequence[Row], decisions: Sequence[Decision]
    ) -> Iterator[tuple[Row, int]]:
        """Give what is new though another record has its identifier (level 5).

        Of mail: the Message-ID, anywhere, with other content. Of chat: the source's identifier, in
        the same strand, with another sender or time.
        """
        new = _new(rows, decisions)
        if not new:
            return
        if rows[0].scope == "strand":
            yield from self._same_identifier(new)
            return
        for key, record, _ in self._known.by_keys(list(new), held=True):
            yield new[key], record

    def _same_identifier(self, new: dict[bytes, Row]) -> Iterator[tuple[Row, int]]:
        for strand, keys in self._by_identifier(new):
            for key, record in self._known.with_identifier(strand, keys):
                yield new[key], record

    def _by_identifier(self, new: dict[bytes, Row]) -> Iterator[tuple[int, list[bytes]]]:
        by_strand: dict[int, list[bytes]] = defaultdict(list)
        for key, row in new.items():
            by_strand[self._strand(row)].append(key)
        for strand in by_strand.keys() - self._fresh - {0}:
            yield strand, by_strand[strand]

    def _chat(self, rows: Sequence[Row]) -> list[Decision]:
        strands = [self._strand(row) for row in rows]
        waiting: dict[int, Candidates] = {}
        for strand in {s for s in strands if s} - self._fresh - self._sifted:
            times = {row.sent_at for row, s in zip(rows, strands, strict=True) if s == strand}
            if found := self._known.in_strand(strand, times):
                waiting[strand] = Candidates(found)
        if not waiting:
            return [NEW] * len(rows)
        return [
            chat_decision(waiting[strand].take(row.keys[0], row.said), native=bool(row.conflict))
            if strand in waiting and row.keys
            else NEW
            for row, strand in zip(rows, strands, strict=True)
        ]

    def _unnamed(self, rows: Sequence[Row], decisions: list[Decision]) -> list[Decision]:
        """Take what has the identifier and the time where one of the two names no sender.

        Of a message that was taken back, a source may no longer say whose it was.
        """
        new = _new(rows, decisions)
        places = {row.number: at for at, row in enumerate(rows)}
        taken = {decision.record for decision in decisions}
        for strand, keys in self._by_identifier(new):
            for (key, record, time), authors in self._authors(strand, keys).items():
                row = new[key]
                if record in taken or row.sent_at is None or time != row.sent_at:
                    continue
                if any(map(is_named, authors)) != is_named(row.author):
                    decisions[places[row.number]] = Decision(record, NATIVE_LEVEL, UNNAMED_RULE)
                    taken.add(record)
        return decisions

    def _authors(
        self, strand: int, keys: Sequence[bytes]
    ) -> dict[tuple[bytes, int, int | None], list[str]]:
        """Give all authors of a record under an identifier: its copies may differ in that."""
        found: dict[tuple[bytes, int, int | None], list[str]] = defaultdict(list)
        for key, record, time, author in self._known.named(strand, keys):
            found[key, record, time].append(author)
        return found

    def _strand(self, row: Row) -> int:
        found = self._threads.find(row.thread)
        return found[0] if found else 0

    def _same_file(
        self, rows: Sequence[Row], decisions: list[Decision], twin: int
    ) -> list[Decision]:
        twins = self._known.items_of(twin, rows[0].number, rows[-1].number)
        return [
            Decision(twins[row.number], 1, FILE_RULE)
            if not decision.record and row.number in twins
            else decision
            for row, decision in zip(rows, decisions, strict=True)
        ]

    def _mail(self, rows: Sequence[Row]) -> list[Decision]:
        by_key: dict[bytes, deque[tuple[int, int]]] = defaultdict(deque)
        for held in (True, False):
            keys = [key for row in rows if row.counted is not held for key in row.keys]
            for key, record, level in self._known.by_keys(keys, held=held):
                by_key[key].append((record, level))
        return _finest_first(rows, by_key)


def chat_decision(met: Met, *, native: bool) -> Decision:
    """Give the decision of a chat's item by what it meets."""
    return NEW if met is None else Decision(met[1], *chat_rule(native=native))


def chat_rule(*, native: bool) -> tuple[int, str]:
    """Give level and rule of a match key that rests on the source's identifier, or on the words."""
    return (NATIVE_LEVEL, NATIVE_RULE) if native else (CHAT_LEVEL, CHAT_RULE)


def _new(rows: Sequence[Row], decisions: Sequence[Decision]) -> dict[bytes, Row]:
    """Give what is new and has an identifier, by that."""
    return {
        row.conflict: row
        for row, decision in zip(rows, decisions, strict=True)
        if row.conflict and not decision.record
    }


def is_named(author: str) -> bool:
    """Whether an author is an identifier; a label alone may be another name of the same person."""
    return bool(author) and not author.startswith("name:")


def _finest_first(
    rows: Sequence[Row], by_key: dict[bytes, deque[tuple[int, int]]]
) -> list[Decision]:
    """Take for each mail what is most alike; without an identifier each record is taken only once.

    The finest keys of all rows go first: what is equal to the byte is not given away to a mail that
    is only like it, and the order in which two deliveries came does not matter.
    """
    decisions, taken = [NEW] * len(rows), set[int]()
    for depth in range(1, max(len(row.keys) for row in rows) + 1):
        for index, row in enumerate(rows):
            if decisions[index] is not NEW or depth > len(row.keys):
                continue
            for record, level in by_key.get(row.keys[-depth], ()):
                if not (row.counted and record in taken):
                    taken.add(record)
                    decisions[index] = Decision(record, level, MAIL_RULES[level])
                    break
    return decisions
