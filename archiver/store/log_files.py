"""The files of a log's folder: where they are, how they are read and how they grow.

``events.jsonl`` holds one event a line, ``checkpoints`` every signed note ever with a blank line
after each, ``frontier.json`` a cached edge of the hash tree, ``torn-<time>-<SHA-256>`` what a crash
left unfinished. The first two only ever grow, but for a torn end that was moved aside.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Struct, field

from archiver.errors import Damage
from archiver.store import files
from archiver.store.events import BadEvent, decode
from archiver.store.merkle import Frontier, leaf_hash

LONGEST_NOTE = 1024
"""Bytes of one signed note, at most; a longer rest is no interrupted write but damage."""

_TAIL = 4 * LONGEST_NOTE
_DASH = "— ".encode()
_CLOSE_ENOUGH = 1 << 16


class Position(Struct, frozen=True):
    """The log up to some event: the tree's edge there, and the bytes of the events before it."""

    frontier: Frontier = field(default_factory=Frontier)
    offset: int = 0

    @property
    def size(self) -> int:
        """The number of events."""
        return self.frontier.size

    def after(self, lines: Iterable[bytes]) -> Position:
        """Give the position behind these lines, newlines included."""
        frontier, offset = self.frontier.copy(), self.offset
        for line in lines:
            frontier.append(leaf_hash(line[:-1]))
            offset += len(line)
        return Position(frontier, offset)

    def encode(self) -> bytes:
        """Write it as the content of ``frontier.json``."""
        peaks = tuple(peak.hex() for peak in self.frontier.peaks)
        return _ENCODER.encode(_Edge(bytes=self.offset, peaks=peaks, size=self.size, v=1)) + b"\n"

    @staticmethod
    def decode(content: bytes) -> Position | None:
        """Read what `encode` wrote; None when it cannot be that."""
        try:
            edge = _DECODER.decode(content)
            peaks = [bytes.fromhex(peak) for peak in edge.peaks]
            return Position(Frontier(edge.size, peaks), edge.bytes)
        except (msgspec.MsgspecError, ValueError):
            return None


class Note(Struct, frozen=True):
    """One stretch of ``checkpoints``: a whole note, or, at the end, what is left of one.

    `line` counts from 1; `end` is the offset of the byte behind its closing blank line.
    """

    text: str
    line: int
    end: int
    is_whole: bool = True


class LogFiles(Struct, frozen=True):
    """The files of one log."""

    folder: Path

    @property
    def events(self) -> Path:
        """The events themselves, a line each."""
        return self.folder / "events.jsonl"

    @property
    def checkpoints(self) -> Path:
        """Every head that was ever signed."""
        return self.folder / "checkpoints"

    @property
    def frontier(self) -> Path:
        """The cached edge of the tree; may be absent or behind."""
        return self.folder / "frontier.json"

    def lines(self, offset: int = 0) -> Iterator[bytes]:
        """Yield the lines from a byte offset on, newlines included; the last may lack its own."""
        with suppress(FileNotFoundError), self.events.open("rb") as stream:
            stream.seek(offset)
            yield from stream

    def reached(self, known: Position, size: int) -> Position | None:
        """Give the position at `size` events from a known one on; None when it lies elsewhere."""
        if known.size >= size:
            return known if known.size == size else None
        position = known.after(islice(self.lines(known.offset), size - known.size))
        return position if position.size == size else None

    def offset_of(self, seq: int, end: int) -> int:
        """Find where event `seq` begins, within the first `end` bytes, by halving.

        Raises:
            Damage: The lines on the way are not events in order.
        """
        low, high, known = 0, end, 0
        with self.events.open("rb") as stream:
            while high - low > _CLOSE_ENOUGH:
                stream.seek((low + high) // 2)
                start = stream.tell() + len(stream.readline())
                number = self._number(stream.readline()) if start < high else seq + 1
                if number <= seq:
                    low, known = start, number
                else:
                    high = (low + high) // 2 + 1
            stream.seek(low)
            return low + sum(len(stream.readline()) for _ in range(seq - known))

    def _number(self, line: bytes) -> int:
        try:
            return decode(line[:-1]).seq
        except BadEvent as error:
            raise Damage(path=self.events, reason=str(error)) from error

    def notes(self) -> Iterator[Note]:
        """Yield what ``checkpoints`` holds, from the first note to a torn last one."""
        with suppress(FileNotFoundError), self.checkpoints.open("rb") as stream:
            yield from _notes(stream)

    def last_note(self) -> Note | None:
        """Give the last whole note, reading only the file's end; its `line` is not known."""
        with suppress(FileNotFoundError), self.checkpoints.open("rb") as stream:
            start = max(0, self.length(self.checkpoints) - _TAIL)
            stream.seek(start)
            whole = [note for note in _notes(stream) if note.is_whole]
            if whole:
                return Note(whole[-1].text, 0, start + whole[-1].end)
        return None

    def cached(self) -> Position | None:
        """Read the cached edge; None when there is none or it cannot be one."""
        try:
            return Position.decode(self.frontier.read_bytes())
        except FileNotFoundError:
            return None

    def cache(self, position: Position) -> None:
        """Keep an edge that a checkpoint has already confirmed."""
        files.replace(self.frontier, position.encode())

    def add(self, path: Path, data: bytes) -> None:
        """Add to the end of one of the files; durable on return."""
        is_new = not path.exists()
        fd = os.open(path, _APPEND, files.PRIVATE_FILE)
        try:
            files.append(fd, data)
            files.sync(fd)
        finally:
            os.close(fd)
        if is_new:
            files.sync_folder(self.folder)

    def sync(self, path: Path) -> None:
        """Make a file durable that another process may have left unsynced."""
        fd = os.open(path, _APPEND)
        try:
            files.sync(fd)
        finally:
            os.close(fd)

    def set_aside(self, path: Path, end: int, time: str) -> Path:
        """Move what stands behind byte `end` of a file into a file of its own; both durable."""
        with path.open("rb") as stream:
            stream.seek(end)
            rest = stream.read()
        digest = sha256(rest).hexdigest()
        aside = next(self.folder.glob(f"torn-*-{digest}"), self.folder / f"torn-{time}-{digest}")
        files.replace(aside, rest)
        fd = os.open(path, _APPEND)
        try:
            os.ftruncate(fd, end)
            files.sync(fd)
        finally:
            os.close(fd)
        return aside

    def name(self, path: Path) -> str:
        """Name a file as findings do: with the log's folder, since an archive has two logs."""
        return f"{self.folder.name}/{path.name}"

    @staticmethod
    def length(path: Path) -> int:
        """Give a file's length in bytes; 0 when it is not there."""
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return 0


_Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class _Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bytes: _Count
    peaks: tuple[str, ...]
    size: _Count
    v: Literal[1]


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(_Edge)
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


def _notes(stream: Iterable[bytes]) -> Iterator[Note]:
    """Cut lines into notes: each ends with a blank line behind a line of signature.

    So a damaged note spoils at most the one after it, and the rest stay readable.
    """
    held: list[bytes] = []
    first, end = 1, 0
    for number, line in enumerate(stream, 1):
        end += len(line)
        if line == b"\n" and held and held[-1].startswith(_DASH):
            yield Note(_text(held), first, end)
            held, first = [], number + 1
        else:
            held.append(line)
    if held:
        yield Note(_text(held), first, end, is_whole=False)


def _text(lines: list[bytes]) -> str:
    """Decode a note; bytes that are not UTF-8 become a character no checkpoint contains."""
    return b"".join(lines).decode("utf-8", "replace")
