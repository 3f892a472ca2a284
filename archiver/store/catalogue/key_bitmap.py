"""A bitmap of the match keys that strands have, by which the reader tells what is surely new."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import BEFORE_ALL, BEYOND_ALL

_BITS_A_KEY = 16
_MOST_BITS = 1 << 26
_HEADS = 10_000
"""Keys that are read at one go."""


def key_bitmap(connection: Connection, strands: Iterable[int]) -> bytes:
    """Give a bitmap of the first bytes of all match keys that these strands have.

    What it holds no bit of is surely new; its length is a power of two, or 0 without a key.
    """
    heads = array("Q")
    for strand in strands:
        for part in _heads(connection, strand):
            heads.frombytes(part)
    if not heads:
        return b""
    bits = min(_MOST_BITS, 1 << (len(heads) * _BITS_A_KEY).bit_length())
    return bitmap(heads, bits - 1)


def _heads(connection: Connection, strand: int) -> Iterator[bytes]:
    """Give the first halves of all keys of a strand, many thousands at a time."""
    after = BEFORE_ALL
    while after < BEYOND_ALL:
        end = connection.execute(
            "SELECT record FROM strand_copy WHERE strand = ? AND record > ?"
            " ORDER BY record LIMIT 1 OFFSET ?",
            (strand, after, _HEADS),
        ).fetchone()
        start, after = after, end[0] if end else BEYOND_ALL
        # One long piece is had in half the time of a row for each key.
        (found,) = connection.execute(
            "SELECT CAST(group_concat(substr(key, 1, 8), '') AS BLOB) FROM strand_copy"
            " WHERE strand = ? AND record > ? AND record <= ? AND length(key) = 16",
            (strand, start, after),
        ).fetchone()
        yield found or b""


def bitmap(heads: array[int], mask: int) -> bytes:
    """Set the bit of each head; `mask` is how many bits there are, less one."""
    found = bytearray(mask + 1 >> 3)
    for head in heads:
        found[(head & mask) >> 3] |= 1 << (head & 7)
    return bytes(found)
