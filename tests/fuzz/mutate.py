"""Make hostile variants of an export: the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_SNIPPETS = (
    b"\x00", b"\xff\xfe", b"\r\n", b"\n\n", b"\xe2\x80\x8e", b"From ", b"\nFrom x\n", b"--",
    b";" * 200,
    b"[1/1/20, 10:00:00] A: ", b"02-05-2022 16:08 - ", b"=?utf-8?q?", b"\xf0\x9f", b"99-99-9999 ",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"\x1b[2J", b"<" * 50, b"9" * 400,
    b"[" * 600, b'{"a":' * 600, b"null", b"true", b'""', b"-1", b"1e999", b"[]", b"{}", b"\\ud83d",
    b"&#55357;", b"&#0;", b"<!DOCTYPE a [", b"]]>", b"<![CDATA[", b"</", b'"""', b",,,,",
)  # fmt: skip


def variant(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Make one variant of a seed, perhaps with pieces of others."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        chance.choice(_CHANGES)(data, others, chance)
    return bytes(data)


def _flip(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _insert(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randint(0, len(data))
    data[at:at] = chance.choice(_SNIPPETS)


def _cut(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    start = chance.randint(0, len(data))
    del data[start : start + chance.randint(1, 200)]


def _shorten(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    del data[chance.randint(0, len(data)) :]


def _double(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    start = chance.randint(0, len(data))
    piece = bytes(data[start : start + chance.randint(1, 300)])
    data[start:start] = piece * chance.randint(1, 20)


def _cross(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    other = chance.choice(seeds)
    start = chance.randint(0, len(other))
    at = chance.randint(0, len(data))
    data[at:at] = other[start : start + chance.randint(1, 500)]


Change = Callable[[bytearray, Sequence[bytes], random.Random], None]
_CHANGES: tuple[Change, ...] = (_flip, _insert, _cut, _shorten, _double, _cross)
