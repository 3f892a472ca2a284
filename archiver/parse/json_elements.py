"""Split a JSON text into the elements of the arrays that a format wants, without holding it.

Every event says where its bytes stand. Bytes between events are the frame: blanks, punctuation, and
the keys that the events name. What stands inside a value, such as an escape that JSON does not
know, is for the caller to decode (with `msgspec.json`). The text follows RFC 8259 (December 2017),
but a comma too many before a closing bracket is stepped over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import msgspec
from msgspec import Struct

from archiver.parse.json_buffer import (
    BOM,
    DEEPEST,
    LONGEST,
    MALFORMED,
    TOO_DEEP,
    TOO_LONG,
    TRAILING,
    TRUNCATED,
    Buffer,
    Stop,
)

__all__ = [
    "ANY",
    "BOM",
    "DEEPEST",
    "LONGEST",
    "MALFORMED",
    "TOO_DEEP",
    "TOO_LONG",
    "TRAILING",
    "TRUNCATED",
    "Broken",
    "Element",
    "Entered",
    "Event",
    "Left",
    "Path",
    "Unread",
    "Value",
    "Wanted",
    "elements",
]

ANY = None
"""Stands for every key or index in a wanted path."""

Path = tuple[str | int, ...]
Wanted = tuple[str | None, ...]


class Element(Struct, frozen=True, gc=False):
    """One element of a wanted array; `path` is that of the array, `index` counts from 0."""

    path: Path
    index: int
    offset: int
    length: int
    raw: bytes


class Value(Struct, frozen=True, gc=False):
    """Another value on the way to the wanted arrays; `path` ends in its own key or index.

    A wanted path that holds no array is a value too.
    """

    path: Path
    offset: int
    length: int
    raw: bytes


class Entered(Struct, frozen=True, gc=False):
    """An object or array on the way, or a wanted array, begins here."""

    path: Path
    offset: int


class Left(Struct, frozen=True, gc=False):
    """It ended: all of its bytes, and how many members or elements it had."""

    path: Path
    offset: int
    length: int
    count: int


class Unread(Struct, frozen=True, gc=False):
    """A value that is not handed over, by its length or depth, or the byte order mark before all.

    `path` ends in the value's own key or index; `reason` is ``bom``, ``too-long``, ``too-deep``.
    """

    path: Path
    offset: int
    length: int
    reason: str


class Broken(Struct, frozen=True, gc=False):
    """The last event of a text that ends too early, is no JSON, or goes on after its end.

    `offset` is the first byte that is not accounted for, `length` what is left of the text from
    there; `at` where the trouble shows; `reason` is ``truncated``, ``malformed``, ``trailing``.
    """

    path: Path
    offset: int
    length: int
    at: int
    reason: str


Event = Element | Value | Entered | Left | Unread | Broken


def elements(
    stream: BinaryIO, wanted: Collection[Wanted], *, longest: int = LONGEST, deepest: int = DEEPEST
) -> Iterator[Event]:
    """Yield the elements of the wanted arrays and what else stands on the way, in file order.

    A wanted path names keys from the top, `ANY` for every one; ``()`` is the text itself when it
    is an array. Nothing is raised for bad content: `Unread` and `Broken` say it. `longest` bytes
    and brackets within `deepest` brackets are handed over; deeper ones may be `Unread`, or make
    the decoder raise `RecursionError`.
    """
    return chain.from_iterable(_Walk(stream, wanted, longest, deepest).read())


class _Walk:
    """One way through one text."""

    def __init__(
        self, stream: BinaryIO, wanted: Collection[Wanted], longest: int, deepest: int
    ) -> None:
        self._stream = stream
        self._buffer = Buffer(stream, longest, deepest)
        self._wanted = tuple(wanted)
        self._path: Path = ()
        self._start = 0
        self._covered = 0

    def read(self) -> Iterator[Iterable[Event]]:
        """Yield events, many at a time."""
        try:
            if self._buffer.bom():
                self._covered = 3
                yield (Unread((), 0, 3, BOM),)
            yield from self._value(())
            if self._buffer.next():
                raise Stop(TRAILING)
        except Stop as stop:
            at, size = self._buffer.place, self._stream.seek(0, 2)
            left = size - self._covered
            yield (Broken(self._path, self._covered, left, at, str(stop)),)

    def _value(self, path: Path) -> Iterator[Iterable[Event]]:
        self._path = path
        first = self._next()
        fitting = [each for each in self._wanted if _fits(path, each[: len(path)])]
        if first == b"[" and any(len(each) == len(path) for each in fitting):
            yield from self._elements(path)
        elif first in b"[{" and any(len(each) > len(path) for each in fitting):
            yield from self._container(path, b"]" if first == b"[" else b"}")
        else:
            yield (self._whole(path),)

    def _container(self, path: Path, closing: bytes) -> Iterator[Iterable[Event]]:
        """Go through an object or array on the way."""
        start, count = self._enter(), 0
        yield (Entered(path, start),)
        while self._next() != closing:
            yield from self._value((*path, count if closing == b"]" else self._key()))
            count += 1
            self._path = path
            self._separate(closing)
        yield (self._leave(path, start, count),)

    def _elements(self, path: Path) -> Iterator[Iterable[Event]]:
        start, count = self._enter(), 0
        yield (Entered(path, start),)
        self._next()
        indent = self._buffer.indent()
        while self._next() != b"]":
            batch: list[Event] = []
            if indent:
                batch = self._places(path, count, self._buffer.cut(indent), len(indent[1]))
            batch = batch or self._steps(path, count)
            count += len(batch)
            yield batch
            if not batch and not self._buffer.more():
                yield (self._whole(path, count),)
                count += 1
                self._separate(b"]")
        yield (self._leave(path, start, count),)

    def _places(self, path: Path, count: int, raws: list[bytes], between: int) -> list[Event]:
        """Say where elements stand that were cut: behind what is covered and one gap apart."""
        at = self._start
        found: list[Event] = []
        for index, raw in enumerate(raws, count):
            length = len(raw)
            found.append(Element(path, index, at, length, raw))
            at += length + between
        if raws:
            self._covered = at - between
        return found

    def _steps(self, path: Path, count: int) -> list[Event]:
        found: list[Event] = [
            Element(path, index, offset, len(raw), raw)
            for index, (offset, raw) in enumerate(self._buffer.steps(), count)
        ]
        if found:
            self._covered = self._buffer.place
        return found

    def _whole(self, path: Path, index: int | None = None) -> Event:
        """Take one value, whatever its length."""
        offset = self._buffer.place
        length, raw, reason = self._buffer.value()
        self._covered = self._buffer.place
        if reason:
            return Unread(path if index is None else (*path, index), offset, length, reason)
        if index is None:
            return Value(path, offset, length, raw)
        return Element(path, index, offset, length, raw)

    def _key(self) -> str:
        if self._next() != b'"':
            raise Stop(MALFORMED)
        _, raw, reason = self._buffer.value()
        if reason or self._next() != b":":
            raise Stop(MALFORMED)
        self._buffer.step()
        try:
            return msgspec.json.decode(raw, type=str)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return raw[1:-1].decode("utf-8", "replace")

    def _separate(self, closing: bytes) -> None:
        sign = self._next()
        if sign == b",":
            self._buffer.step()
        elif sign != closing:
            raise Stop(MALFORMED)

    def _enter(self) -> int:
        self._buffer.step()
        self._covered = self._buffer.place
        return self._covered - 1

    def _leave(self, path: Path, start: int, count: int) -> Left:
        self._buffer.step()
        self._covered = self._buffer.place
        return Left(path, start, self._covered - start, count)

    def _next(self) -> bytes:
        sign = self._buffer.next()
        if not sign:
            raise Stop(TRUNCATED)
        self._start = self._buffer.place
        return sign


def _fits(path: Path, wanted: Wanted) -> bool:
    return len(path) == len(wanted) and all(
        want is ANY or want == part for part, want in zip(path, wanted, strict=True)
    )
