"""Decode one JSON value into a Struct, mending what can be mended and naming what does not fit.

A member of another type than the Struct says is left out and named, so that one odd member costs
no message. The caller makes findings of it.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from archiver.parse.json_mend import mended

T = TypeVar("T", bound=msgspec.Struct)

_FAILURES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Read(NamedTuple, Generic[T]):
    """A value (None when it is no object), the places mended, and the members left out."""

    value: T | None
    mended: int = 0
    wrong: tuple[str, ...] = ()


class Reading(Generic[T]):
    """Decodes values into one kind of Struct."""

    def __init__(self, kind: type[T]) -> None:
        """Prepare the decoders."""
        self._kind = kind
        self._typed = msgspec.json.Decoder(kind)
        self._members = {
            each.encode_name: each.type for each in msgspec.structs.fields(kind)
        }  # fmt: skip

    def read(self, raw: bytes) -> Read[T]:
        """Decode a value; never raises for what the bytes are."""
        try:
            return Read(self._typed.decode(raw))
        except _FAILURES:
            return self._mended(raw)

    def _mended(self, raw: bytes) -> Read[T]:
        sound, count = mended(raw)
        try:
            return Read(self._typed.decode(sound), count)
        except _FAILURES:
            return self._fitting(sound, count)

    def _fitting(self, raw: bytes, count: int) -> Read[T]:
        try:
            found: Any = msgspec.json.decode(raw)
        except _FAILURES:
            return Read(None, count)
        if not isinstance(found, dict):
            return Read(None, count)
        fitting: dict[str, Any] = {}
        wrong: list[str] = []
        for name, value in found.items():
            if name not in self._members:
                continue
            if _fits(value, self._members[name]):
                fitting[name] = value
            else:
                wrong.append(name)
        return Read(msgspec.convert(fitting, self._kind), count, tuple(wrong))


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError):
        return False
    return True
