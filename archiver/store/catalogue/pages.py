"""The pages of the catalogue as they lie on the disk, each decrypted by itself.

What a query shows is no proof of what is there: free pages and what stands between rows count too.
The form is that of SQLCipher 4 with a raw key: AES-256-CBC, at the end of every page its start
vector (16 bytes) and its HMAC, and in the place of the first 16 bytes of the file the salt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from archiver.store.catalogue.connection import Connection

_SALT = _VECTOR = 16
_HMAC_SHA256 = 32
_RESERVED = _VECTOR + _HMAC_SHA256


def pages(connection: Connection, path: Path, key: bytes) -> Iterator[bytes]:
    """Give every page; the write-ahead file is folded in first. Decrypted in memory only."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    with path.open("rb") as stream:
        number = 0
        while page := stream.read(size):
            yield _plain(page, key, skipped=0 if number else _SALT)
            number += 1


def _plain(page: bytes, key: bytes, *, skipped: int) -> bytes:
    vector = page[-_RESERVED : _VECTOR - _RESERVED]
    cipher = Cipher(algorithms.AES256(key), modes.CBC(vector)).decryptor()
    return cipher.update(page[skipped:-_RESERVED]) + cipher.finalize()
