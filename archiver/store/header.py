"""The header of a stored object, format 1, and the nonces of its chunks.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance, 2015) over AES-256-GCM (NIST SP 800-38D). The nonce of a
chunk is the header's 7 random bytes, the chunk's number (4 bytes, big-endian) and 1 for the last
chunk, else 0; the additional data of every chunk is the whole header. So a chunk opens only under
its own object's key, in its own place, and only the true end is an end.

Header, 37 bytes: magic ``chatarch`` (8), version (1), algorithm (1), bytes of plaintext in a chunk
(4, big-endian), kind of object (16, ASCII, filled with zero bytes), nonce prefix (7). Every chunk
but the last holds exactly the stated number of bytes; a last chunk is empty only when the whole
object is. ``docs/archive-format.md`` describes the same for readers without this program.
"""

from __future__ import annotations

import re
import secrets
import struct
from pathlib import Path

from msgspec import Struct

from archiver.errors import Damage

MAGIC = b"chatarch"
VERSION = 1
AES_256_GCM_STREAM = 1
TAG_SIZE = 16
LARGEST_CHUNK = 1 << 24

_HEADER = struct.Struct(">8sBBI16s7s")
_NONCE = struct.Struct(">7sIB")
_KIND = re.compile(r"[a-z][a-z0-9-]{0,15}")

HEADER_SIZE = _HEADER.size


class Header(Struct, frozen=True):
    """What stands before the chunks of an object."""

    kind: str
    chunk_size: int
    prefix: bytes

    @classmethod
    def new(cls, kind: str, chunk_size: int) -> Header:
        """Begin an object of this kind, with fresh nonces.

        Raises:
            ValueError: The kind is not 1 to 16 lower-case letters, digits and hyphens, or a chunk
                is not of 1 byte to 16 MiB.
        """
        header = cls(kind, chunk_size, secrets.token_bytes(7))
        if not header._is_possible():
            raise ValueError(f"no object is of kind {kind!r} with chunks of {chunk_size} bytes")
        return header

    def encode(self) -> bytes:
        """The 37 bytes as they are stored."""
        kind = self.kind.encode("ascii")
        return _HEADER.pack(MAGIC, VERSION, AES_256_GCM_STREAM, self.chunk_size, kind, self.prefix)

    @classmethod
    def decode(cls, data: bytes, path: Path) -> Header:
        """Read the header of the object at `path`.

        Raises:
            Damage: It is none, or of a version or algorithm that is not known.
        """
        if len(data) != HEADER_SIZE:
            raise Damage(path=path, reason="it is too short to be an object")
        magic, version, algorithm, chunk_size, kind, prefix = _HEADER.unpack(data)
        if (magic, version, algorithm) != (MAGIC, VERSION, AES_256_GCM_STREAM):
            raise Damage(path=path, reason="its header is not one of a known version")
        header = cls(kind.rstrip(b"\0").decode("ascii", "replace"), chunk_size, prefix)
        if not header._is_possible():
            raise Damage(path=path, reason="its header states an impossible kind or chunk size")
        return header

    def nonce(self, number: int, *, last: bool) -> bytes:
        """The 12-byte nonce of a chunk; chunks are numbered from 0."""
        return _NONCE.pack(self.prefix, number, last)

    def _is_possible(self) -> bool:
        return bool(_KIND.fullmatch(self.kind)) and 0 < self.chunk_size <= LARGEST_CHUNK
