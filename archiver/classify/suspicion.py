"""Say quickly which texts may hold a marking, so that all others cost next to nothing.

All texts of a frame are looked at in one go: joined, everything but letters taken out, and searched
for a few stretches of letters of which every marking has one (``anchors`` in
``config/markings.toml``). What is named here is looked at properly by `archiver.classify.markings`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

from archiver.configuration import read


def is_suspect(text: str) -> bool:
    """Say whether a text may hold a marking."""
    return next(_hits(_squeezed((text,))), None) is not None


def suspects(texts: Sequence[str]) -> list[int]:
    """Give the places of the texts that may hold a marking."""
    squeezed = _squeezed(texts)
    hits = list(_hits(squeezed))
    if not hits:
        return []
    ends = list(accumulate(len(part) + 1 for part in squeezed.split(b"\0")))
    if len(ends) != len(texts):
        return list(range(len(texts)))  # A text holds the sign that keeps them apart.
    return sorted({bisect_right(ends, hit) for hit in hits})


def _hits(squeezed: bytes) -> Iterator[int]:
    """Find by `bytes.find`, which passes over what does not fit ten times faster than `re`."""
    for anchor in _anchors():
        at = squeezed.find(anchor)
        while at >= 0:
            yield at
            at = squeezed.find(anchor, at + 1)


@cache
def _anchors() -> tuple[bytes, ...]:
    return tuple(anchor.encode() for anchor in read("markings.toml")["anchors"])


def _squeezed(texts: Sequence[str]) -> bytes:
    """Give the letters only, small, as the anchors are written, with a zero between the texts."""
    joined = "\0".join(texts)
    raw = joined.encode("utf-8", "surrogatepass")
    if not joined.isascii() and _is_disguised(raw):
        raw = unicodedata.normalize("NFKC", joined).encode("utf-8", "surrogatepass")
    return raw.translate(_SMALL, _OTHERS)


def _is_disguised(raw: bytes) -> bool:
    """Whether there may be letters that NFKC undoes; a single byte is found fast."""
    return any(
        first in raw and any(lead in raw for lead in leads) for first, leads in _DISGUISED.items()
    )


_DISGUISED = {
    b"\xef": (b"\xef\xbc", b"\xef\xbd"),
    b"\x9d": (b"\xf0\x9d",),
    b"\x92": (b"\xe2\x92",),
    b"\xe2": (b"\xe2\x93",),
}
"""A byte that is seldom seen, and how wide, mathematical and circled letters begin in UTF-8."""
_SMALL = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ013cvz", b"abgdefghijklmnopqrstutwxygoiegtg")
_KEPT = b"\0ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz013"
_OTHERS = bytes(byte for byte in range(256) if byte not in _KEPT)
