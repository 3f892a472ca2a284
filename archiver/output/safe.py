"""Make text harmless where it is shown: on a terminal, in JSON, in a spreadsheet.

Control characters (ECMA-48) and the marks that reorder text (Unicode Standard Annex 9) are shown
as ``\\x1b`` or ``\\u202e`` and never sent.
"""

from __future__ import annotations

import re

_CONTROL = "\x00-\x1f\x7f-\x9f"
_REORDERING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BREAKING = "\u2028\u2029"
_SURROGATE = "\ud800-\udfff"

_UNSAFE = re.compile(f"[{_CONTROL}{_REORDERING}{_BREAKING}{_SURROGATE}]")
_UNSAFE_IN_JSON = re.compile(f"[\x7f-\x9f{_REORDERING}{_BREAKING}{_SURROGATE}]")
_UNENCODABLE = re.compile(f"[{_SURROGATE}]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def plain(text: str) -> str:
    """Make a text safe for a terminal: what would move, colour or reorder it becomes visible."""
    return _UNSAFE.sub(_visible, text)


def encodable(text: str) -> str:
    """Keep a text as it is, but for bytes of a file name that UTF-8 cannot hold."""
    return _UNENCODABLE.sub(_visible, text)


def harmless_json(encoded: str) -> str:
    """Escape inside JSON what would trouble a terminal; it still reads as the same text."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded)


def guarded(cell: str) -> str:
    """Keep a spreadsheet from reading text as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _visible(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _NAMED:
        return _NAMED[sign]
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"
