"""Make a JSON value decodable whose text breaks RFC 8259, and count what was changed.

Programs write control signs as ``\\x1b`` or bare, cut a pair of surrogates in two, or put bytes in
that are no UTF-8. What a sign was meant to be is kept where that is plain (``\\u001b``); the rest
becomes U+FFFD. The original bytes stay in the archive; the caller says in a finding that it was
needed.
"""

from __future__ import annotations

import re

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SURROGATES = rb"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}"
_LONE = rb"\\u[dD][89a-fA-F][0-9A-Fa-f]{2}"
_KNOWN = rb'\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4}'
_SIGN = re.compile(
    b"(?P<fine>" + _SURROGATES + b")|(?P<lone>" + _LONE + b")|(?P<known>" + _KNOWN + b")"
    rb"|\\x(?P<hex>[0-9A-Fa-f]{2})|(?P<control>[\x00-\x1f])|(?P<stray>\\)",
)
_STRAY_BYTE = re.compile("[\udc80-\udcff]")
_REPLACEMENT = rb"\ufffd"


def mended(raw: bytes) -> tuple[bytes, int]:
    """Give bytes that are JSON as far as its strings go, and the number of places changed."""
    count = 0

    def sign(match: re.Match[bytes]) -> bytes:
        nonlocal count
        if match["fine"] or match["known"]:
            return match[0]
        count += 1
        if match["hex"]:
            return b"\\u00" + match["hex"]
        if match["control"]:
            return b"\\u%04x" % match["control"][0]
        return _REPLACEMENT if match["lone"] else b"\\\\"

    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "surrogateescape")
        whole, count = _STRAY_BYTE.subn("\ufffd", text)
        raw = whole.encode("utf-8")
    return _STRING.sub(lambda match: _SIGN.sub(sign, match[0]), raw), count
