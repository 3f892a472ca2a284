"""Match keys: what makes two items the same record.

A key is a BLAKE2b-128 digest over the version of the rule and its parts, each led by its length,
so that no two lists of parts can run into one another. Keys of different versions are never
compared.
"""

from __future__ import annotations

from hashlib import blake2b

VERSION = 1


def match_key(rule: str, *parts: str) -> bytes:
    """Digest the parts of one item that a rule compares; 16 bytes."""
    joined = "\x1f".join((f"{VERSION}:{rule}", *(f"{len(part)}:{part}" for part in parts)))
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).digest()
