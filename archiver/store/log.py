"""The log: what happened, in order, for good; each addition signed as a whole.

Used twice, each under its own lock: for the archive's events and for who searched, saw and
exported. The log takes no lock itself: whoever writes holds it, calls `recover` first, and may
then append. Readers hold none; they see what the last checkpoint covers and nothing beyond.

A log proves nothing against someone who holds its key, unless an earlier head is kept elsewhere:
`note` gives the head to keep, `verify` compares with those that were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from archiver.errors import ArchiveError, Damage, ExitCode, NoSuchThing
from archiver.model import Finding
from archiver.store.checkpoint import BadCheckpoint, Head, Signer, parse, sign
from archiver.store.events import BadEvent, Event, EventRefused, decode, encode
from archiver.store.log_audit import audit
from archiver.store.log_files import LogFiles, Position
from archiver.store.log_recovery import recover
from archiver.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    inclusion_ranges,
    leaf_hash,
    range_roots,
    verify_inclusion,
)
from archiver.store.receipt import write_receipt

CACHE_EVERY = 1024
"""Events between two writings of the cached frontier: what opening a log has to hash, at most."""

TILE_WIDTH = 256
"""Hashes in a full tile (C2SP tlog-tiles)."""


class NotRecovered(ArchiveError):
    """The log at {path} was left in the middle of a write; it must be recovered first."""

    exit_code = ExitCode.DAMAGE


class Log:
    """One log: a folder, the name it signs under, and who signs."""

    def __init__(self, folder: Path, origin: str, signer: Signer) -> None:
        """Name a log; nothing is read or made yet."""
        self.origin = origin
        self._files = LogFiles(folder)
        self._signer = signer
        self._before = Position()
        self._position = Position()
        self._head: tuple[str, Head] = ("", Head(origin, 0, EMPTY_ROOT))

    @property
    def folder(self) -> Path:
        """Where the log lies."""
        return self._files.folder

    @property
    def size(self) -> int:
        """The number of events that are signed."""
        return self.head().size

    def append(self, events: Sequence[Event]) -> Head:
        """Add events as one batch, durable and signed on return; the caller holds the lock.

        The log numbers them; an event that already has a number keeps it only if it is the next.
        One write and sync of the events, one of the checkpoint, whatever the size of the log.

        Raises:
            EventRefused: An event holds free text or a wrong number; nothing of the batch is kept.
            NotRecovered: An earlier write was interrupted; `recover` comes first.
            DiskFull: No room. What was written counts as interrupted.
        """
        head = self.head()
        if not events:
            return head
        before = self._ready(head)
        lines = [encode(_numbered(event, head.size + i)) + b"\n" for i, event in enumerate(events)]
        after = before.after(lines)
        new = Head(self.origin, after.size, after.frontier.root())
        note = sign(new, self._signer)
        self._keep_frontier(before)
        self._files.add(self._files.events, b"".join(lines))
        self._files.add(self._files.checkpoints, f"{note}\n".encode())
        self._before, self._position = before, after
        return new

    def recover(self) -> list[Finding]:
        """Mend what an interrupted write left; the caller holds the lock.

        Cheap when there is nothing to mend, so do it whenever the lock is taken. A torn end is
        moved aside, whole events behind the last checkpoint are signed; nothing that `append`
        acknowledged changes. The findings say what was done.

        Raises:
            Damage: The log disagrees with its last checkpoint, which no interruption can cause.
        """
        return recover(self._files, self.origin, self._signer, self._trusted(self.head()))

    def head(self) -> Head:
        """Give the newest head, its signature checked.

        Raises:
            Damage: The last checkpoint is not signed by the log's key.
        """
        return self._read_head()[1]

    def note(self) -> str:
        """Give the newest head as its signed note, to be kept elsewhere; empty for an empty log."""
        return self._read_head()[0]

    def heads(self) -> Iterator[Head]:
        """Yield every head that was ever signed, oldest first, each signature checked.

        Raises:
            Damage: One is not signed by the log's key; `verify` names all.
        """
        for note in self._files.notes():
            if note.is_whole:
                yield self._parsed(note.text)

    def events(self, start: int = 0) -> Iterator[Event]:
        """Yield the signed events from number `start` on.

        Raises:
            Damage: A line is not an event.
        """
        head = self.head()
        if start < head.size:
            offset = self._offset_of(start, head)
            lines = islice(self._files.lines(offset), head.size - start)
            yield from (self._decoded(line) for line in lines)

    def event(self, seq: int) -> Event:
        """Give one event by its number, in the time of a few reads.

        Raises:
            NoSuchThing: The log has no such event, or it is not signed yet.
        """
        return self._decoded(self._line(seq, self.head()))

    def verify(self, outside: Sequence[str] = ()) -> list[Finding]:
        """Check every byte of the log, and the log against heads kept elsewhere.

        Reads everything; gives a finding for each thing that is wrong, none when all is well. Hold
        the lock, or a batch that is just being written shows as not signed.
        """
        return audit(self._files, self.origin, self._signer.public_key, outside)

    def prove(self, seq: int) -> str:
        """Write a receipt for one event against the newest head; `verify_receipt` checks it.

        Fast for the newest events; for old ones the whole log is hashed.

        Raises:
            NoSuchThing: The log has no such event, or it is not signed yet.
            Damage: The events do not give the root that was signed.
        """
        note, head = self._read_head()
        line = self._line(seq, head)
        base = self._start_for(seq, head)
        leaves = self._leaves(base.offset)
        proof = range_roots(inclusion_ranges(seq, head.size), base.frontier, leaves)
        if not verify_inclusion(leaf_hash(line), seq, head.size, proof, head.root):
            raise self._disagreement(head)
        return write_receipt(line, seq, proof, note)

    def tile(self, level: int, index: int) -> bytes:
        """Compute one tile of the tree (C2SP tlog-tiles): up to 256 hashes of 32 bytes.

        Raises:
            NoSuchThing: The tree does not reach there.
        """
        head = self.head()
        span = TILE_WIDTH ** max(level, 0)
        width = min(TILE_WIDTH, head.size // span - index * TILE_WIDTH)
        if min(level, index) < 0 or width <= 0:
            raise NoSuchThing(what="tile", name=f"{level}/{index}")
        leaves = self._leaves(self._offset_of(index * TILE_WIDTH * span, head))
        return b"".join(_root(islice(leaves, span)) for _ in range(width))

    def _read_head(self) -> tuple[str, Head]:
        note = self._files.last_note()
        text = note.text if note else ""
        if text != self._head[0]:
            head = self._parsed(text) if text else Head(self.origin, 0, EMPTY_ROOT)
            self._head = (text, head)
        return self._head

    def _parsed(self, text: str) -> Head:
        try:
            return parse(text, self._signer.public_key, origin=self.origin)
        except BadCheckpoint as error:
            reason = str(error).rstrip(".")
            raise Damage(path=self._files.checkpoints, reason=reason) from error

    def _ready(self, head: Head) -> Position:
        """Give the end of the log, provided that nothing stands behind it."""
        position = self._trusted(head)
        note = self._files.last_note()
        lengths = (position.offset, note.end if note else 0)
        found = tuple(map(self._files.length, (self._files.events, self._files.checkpoints)))
        if lengths != found:
            raise NotRecovered(path=self.folder)
        return position

    def _trusted(self, head: Head) -> Position:
        """Give the position of a head: from memory, else the cache, else the events themselves.

        Whatever it starts from counts only if the events from there on lead to the signed root.
        """
        nearest = self._position if self._position.size == head.size else self._files.cached()
        for known in (nearest or Position(), self._position, Position()):
            reached = self._files.reached(known, head.size)
            if reached and reached.frontier.root() == head.root:
                self._position = reached
                return reached
        raise self._disagreement(head)

    def _disagreement(self, head: Head) -> Damage:
        reason = f"its events do not give the root that was signed at {head.size}"
        return Damage(path=self._files.events, reason=reason)

    def _confirms(self, cached: Position, head: Head) -> bool:
        reached = self._files.reached(cached, head.size)
        return reached is not None and reached.frontier.root() == head.root

    def _start_for(self, seq: int, head: Head) -> Position:
        """Give a position at or before an event from which its proof can be made."""
        known = (self._before, self._files.cached() or Position())
        for nearest in sorted(known, key=lambda one: one.size, reverse=True):
            if nearest.size <= seq and self._confirms(nearest, head):
                return nearest
        return Position()

    def _keep_frontier(self, position: Position) -> None:
        # The position before a batch, never the one after it: receipts for the batch start there.
        cached = self._files.cached() or Position()
        if position.size - cached.size >= CACHE_EVERY:
            self._files.cache(position)

    def _offset_of(self, seq: int, head: Head) -> int:
        return self._files.offset_of(seq, self._trusted(head).offset)

    def _line(self, seq: int, head: Head) -> bytes:
        if not 0 <= seq < head.size:
            raise NoSuchThing(what="event", name=seq)
        return next(self._files.lines(self._offset_of(seq, head)))[:-1]

    def _decoded(self, line: bytes) -> Event:
        try:
            return decode(line.removesuffix(b"\n"))
        except BadEvent as error:
            raise Damage(path=self._files.events, reason=str(error).rstrip(".")) from error

    def _leaves(self, offset: int) -> Iterator[bytes]:
        return (leaf_hash(line[:-1]) for line in self._files.lines(offset))


def _numbered(event: Event, seq: int) -> Event:
    if event.seq not in (0, seq):
        raise EventRefused(field="seq")
    return msgspec.structs.replace(event, seq=seq)


def _root(leaves: Iterator[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()
