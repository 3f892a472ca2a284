"""Make an SMS backup well-formed byte for byte, so that offsets stay what they are.

The program writes an emoji as two references to the halves of a UTF-16 pair (``&#55357;&#56832;``),
which XML 1.0 (fifth edition, section 2.2) forbids; so it does a sign that no text may hold. A pair
becomes one reference of equal length with leading zeros; half a pair and a forbidden sign become
the replacement character.
"""

from __future__ import annotations

import re

_HALVES = re.compile(
    rb"&#(?:(?P<high>55(?:29[6-9]|[3-9][0-9]{2})|56(?:[0-2][0-9]{2}|3[01][0-9]))"
    rb"|x(?P<hex_high>[dD][89abAB][0-9a-fA-F]{2}));"
    rb"&#(?:(?P<low>56(?:3[2-9][0-9]|[4-9][0-9]{2})|57(?:[0-2][0-9]{2}|3(?:[0-3][0-9]|4[0-3])))"
    rb"|x(?P<hex_low>[dD][c-fC-F][0-9a-fA-F]{2}));"
)
_OPEN = re.compile(
    rb"(?:&#(?:55(?:29[6-9]|[3-9][0-9]{2})|56(?:[0-2][0-9]{2}|3[01][0-9])"
    rb"|x[dD][89abAB][0-9a-fA-F]{2});)?(?:&#?\w{0,12})?\Z"
)
_TAIL = 64
_REFERENCE = re.compile(rb"&#(?:([0-9]{1,12})|[xX]([0-9a-fA-F]{1,12}));")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_REPLACEMENT = "\ufffd".encode()
_REFERRED = b"65533"


class Mended:
    """Counts what was mended, and where it began."""

    def __init__(self) -> None:
        self.pairs = 0
        self.signs = 0
        self.first_pair: int | None = None
        self.first_sign: int | None = None

    def mend(self, block: bytes, at: int) -> bytes:
        """Give a block of the same length that a strict tokenizer takes; `at` is its place."""
        if b"&#" in block:
            block = _HALVES.sub(lambda match: self._pair(match, at), block)
            block = _REFERENCE.sub(lambda match: self._sign(match, at), block)
        if len(block.translate(None, _CONTROLS)) < len(block):
            block = _CONTROL.sub(lambda match: self._control(match, at), block)
        return block

    def _pair(self, match: re.Match[bytes], at: int) -> bytes:
        high = _number(match["high"], match["hex_high"])
        low = _number(match["low"], match["hex_low"])
        self.pairs += 1
        if self.first_pair is None:
            self.first_pair = at + match.start()
        sign = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
        return b"&#%0*d;" % (len(match[0]) - 3, sign)

    def _sign(self, match: re.Match[bytes], at: int) -> bytes:
        sign = _number(match[1], match[2])
        allowed = sign in (9, 10, 13) or 32 <= sign < 0xD800 or 0xE000 <= sign < 0xFFFE
        if allowed or 0x10000 <= sign <= 0x10FFFF:
            return match[0]
        self._count(at + match.start())
        length = len(match[0]) - len(b"&#;")
        if length >= len(_REFERRED):
            return b"&#%0*d;" % (length, 0xFFFD)
        return _REPLACEMENT + b" " * (len(match[0]) - len(_REPLACEMENT))

    def _control(self, match: re.Match[bytes], at: int) -> bytes:
        self._count(at + match.start())
        return b"?"

    def _count(self, at: int) -> None:
        self.signs += 1
        if self.first_sign is None:
            self.first_sign = at


def open_end(text: bytes) -> int:
    """Count the last bytes that may be half of a pair of references."""
    tail = text[-_TAIL:]
    found = _OPEN.search(tail) if b"&" in tail else None
    return len(tail) - found.start() if found else 0


def _number(decimal: bytes | None, hexadecimal: bytes | None) -> int:
    return int(decimal) if decimal is not None else int(hexadecimal or b"0", 16)
