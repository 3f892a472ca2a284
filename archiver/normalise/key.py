"""Match keys: what makes two items the same record.

A key is a BLAKE2b-128 digest over the rule and its parts, set apart by the unit separator; when a
part holds that sign itself, each part is led by its length instead, so that no two lists of parts
can run into one another. Keys of different versions are never compared.
"""

from __future__ import annotations

from hashlib import blake2b

VERSION = 1
_APART = "\x1f"


def match_key(rule: str, *parts: str) -> bytes:
    """Digest the parts of one item that a rule compares; 16 bytes."""
    joined = _APART.join((rule, *parts))
    if joined.count(_APART) != len(parts):
        joined = _APART + _APART.join(f"{len(part)}:{part}" for part in (rule, *parts))
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).digest()
