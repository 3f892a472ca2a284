"""Read the messages of a JSON export, and say of everything else in the file what becomes of it.

What formats share that are an array of objects, or one object a line: each element becomes a Struct
or a finding at its place, and whatever stands beside the elements is told with its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

import msgspec

from archiver.model import Finding
from archiver.parse.json_elements import BOM, Broken, Element, Event, Unread, Value
from archiver.parse.json_reading import Reading

T = TypeVar("T", bound=msgspec.Struct)


class Codes(NamedTuple):
    """A format's codes: the rest cannot be read, one element cannot, it was not wholly sound, and
    something beside the messages is not read.
    """

    broken: str
    unreadable: str
    unsound: str
    beside: str


class Message(NamedTuple, Generic[T]):
    """One element at its place; `odd` names what of it was mended or left out, or is empty."""

    offset: int
    length: int
    value: T
    odd: str


def messages(
    events: Iterable[Event], reading: Reading[T], codes: Codes, member: int
) -> Iterator[Message[T] | Finding]:
    """Yield the elements in file order, with a finding for all that is none."""
    for event in events:
        match event:
            case Element():
                yield _element(event, reading, codes, member)
            case Value():
                name = ".".join(map(str, event.path)) or "–"
                values: dict[str, str | int] = {"name": name[:80]}
                yield Finding(codes.beside, values, member, event.offset, event.length)
            case Unread():
                if event.reason != BOM:
                    values = {"reason": event.reason}
                    yield Finding(codes.unreadable, values, member, event.offset, event.length)
            case Broken():
                values = {"at": event.at, "reason": event.reason}
                yield Finding(codes.broken, values, member, event.offset, event.length)


def about(
    message: Message[T], code: str, values: dict[str, str | int], member: int, item: int
) -> Finding:
    """Make a finding about the bytes of a message that is an item."""
    return Finding(code, values, member, message.offset, message.length, item)


def _element(
    event: Element, reading: Reading[T], codes: Codes, member: int
) -> Message[T] | Finding:
    found = reading.read(event.raw)
    if found.value is None:
        values: dict[str, str | int] = {"reason": "no-object"}
        return Finding(codes.unreadable, values, member, event.offset, event.length)
    odd = ", ".join(found.wrong) or ("\\" if found.mended else "")
    return Message(event.offset, event.length, found.value, odd)
