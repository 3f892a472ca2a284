"""The link that a writer typed, out of one that a gateway put in its place.

Microsoft Safe Links keeps the link percent-encoded; Proofpoint's URL Defense version 2 writes ``-``
for ``%`` and ``_`` for ``/``; version 3 leaves out what is not plain and puts a star there, the
signs themselves standing in base64 behind it (``**X`` for a run of them). What cannot be undone
stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote

_RUN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SHORTEST_RUN = 2
_STAR = re.compile(r"\*(?:\*(.))?")


def original(decode: str, found: re.Match[str]) -> str:
    """Give the link behind a rewritten one; `decode` names the way it was written."""
    return _DECODERS[decode](found)


def _percent(found: re.Match[str]) -> str:
    return unquote(found["link"])


def _dashed(found: re.Match[str]) -> str:
    return unquote(found["link"].replace("-", "%").replace("_", "/"))


def _starred(found: re.Match[str]) -> str:
    """Put the signs that were left out back in the places of the stars."""
    signs = _signs(found["stars"])
    if signs is None:
        return found[0]
    at = 0

    def fill(star: re.Match[str]) -> str:
        nonlocal at
        run = _RUN.find(star[1]) + _SHORTEST_RUN if star[1] else 1
        piece = signs[at : at + run]
        at += run
        return piece

    link = _STAR.sub(fill, found["link"])
    return link if at == len(signs) else found[0]


def _signs(stars: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(stars + "=" * (-len(stars) % 4)).decode()
    except (binascii.Error, ValueError):
        return None


_DECODERS: dict[str, Callable[[re.Match[str]], str]] = {
    "percent": _percent,
    "dashed": _dashed,
    "starred": _starred,
}
