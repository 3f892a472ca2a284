"""Read the fields of a protocol buffer without its description (protobuf.dev, wire format, 2025).

Only what a parser needs that knows by number which fields it looks for.
"""

from __future__ import annotations

from collections.abc import Iterator

_MOST_FIELDS = 100_000


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of every field: integers, or the bytes of text and messages.

    Raises:
        ValueError: It is no protocol buffer, or is cut off.
    """
    at = 0
    for _ in range(_MOST_FIELDS):
        if at == len(data):
            return
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        value: int | bytes
        if kind == 0:
            value, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = _bytes(data, at, size), at + size
        elif kind == 2:
            size, at = _varint(data, at)
            value, at = _bytes(data, at, size), at + size
        else:
            raise ValueError
        yield number, value
    raise ValueError


def inside(data: bytes, number: int) -> Iterator[bytes]:
    """Yield the messages and texts in a field of that number.

    Raises:
        ValueError: It is no protocol buffer, or is cut off.
    """
    for found, value in fields(data):
        if found == number and isinstance(value, bytes):
            yield value


def text_in(data: bytes, number: int) -> str:
    """Give the first text in a field of that number; empty when there is none.

    Raises:
        ValueError: It is no protocol buffer, is cut off, or holds no UTF-8 there.
    """
    return next((value.decode() for value in inside(data, number)), "")


def number_in(data: bytes, number: int) -> int:
    """Give the first integer in a field of that number; 0 when there is none.

    Raises:
        ValueError: It is no protocol buffer, or is cut off.
    """
    return next(
        (value for found, value in fields(data) if found == number and type(value) is int), 0
    )


def _bytes(data: bytes, at: int, size: int) -> bytes:
    if size > len(data) - at:
        raise ValueError
    return data[at : at + size]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise ValueError
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError
