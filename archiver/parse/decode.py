"""Bytes of a mail into text or content: charsets (RFC 2978 names) and transfer encodings.

Nothing here raises on bad input: a charset that is unknown or wrong is replaced by one that fits,
and every function says what it used, so that the parser can report it. Transfer encodings are
those of RFC 2045 §6.
"""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}\Z")

# Labels that mail uses for a set that is in truth a larger one (WHATWG Encoding, 2024) or that
# Python knows by another name.
_LARGER = {
    "ascii": "us-ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "x-ansi": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "windows-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "utf8mb4": "utf-8",
}

# Python codecs that are no charsets of mail, and cost or mean something else.
_NOT_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})


_NO_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_PIECE = re.compile(rb"[^=]+")


class Text(NamedTuple):
    """Decoded text and the charset it was read with; `sound` when that is the declared one."""

    text: str
    charset: str
    sound: bool = True


class Content(NamedTuple):
    """Decoded content; not `sound` when the encoding was broken or unknown."""

    data: bytes
    sound: bool = True


def text(data: bytes, declared: str = "") -> Text:
    """Decode with the declared charset; else UTF-8, else Windows-1252, and say which."""
    if not declared:
        return Text(data.decode("ascii"), "us-ascii") if data.isascii() else undeclared(data)
    codec = _codec(declared)
    if not codec:
        return undeclared(data)._replace(sound=False)
    if data.isascii() and _keeps_ascii(codec):
        return Text(data.decode("ascii"), declared.lower())
    try:
        return Text(_without_surrogates(data.decode(codec), codec), declared.lower())
    except (UnicodeError, ValueError):
        return _repaired(data, codec)


def undeclared(data: bytes, hint: str = "") -> Text:
    """Decode bytes that nothing declares: UTF-8, else the hinted charset, else Windows-1252."""
    for codec in ("utf-8", _codec(hint) if hint else ""):
        if codec:
            try:
                return Text(_without_surrogates(data.decode(codec), codec), codec, sound=False)
            except (UnicodeError, ValueError):
                continue
    return Text(data.decode("cp1252", "replace"), "cp1252", sound=False)


def transfer(data: bytes, encoding: str) -> Content:
    """Undo a Content-Transfer-Encoding; an unknown one leaves the bytes as they stand."""
    match encoding:
        case "" | "7bit" | "8bit" | "binary":
            return Content(data)
        case "quoted-printable":
            return Content(binascii.a2b_qp(data))
        case "base64":
            return base64(data)
    return Content(data, sound=False)


def base64(data: bytes) -> Content:
    """Decode base64; what is broken is decoded as far as it goes and reported."""
    clean = data.translate(None, b" \t\r\n")
    try:
        return Content(binascii.a2b_base64(clean, strict_mode=True))
    except binascii.Error:
        return Content(
            b"".join(map(_quads, _PIECE.findall(clean.translate(None, _NO_BASE64)))), False
        )


@lru_cache(maxsize=512)
def _codec(declared: str) -> str:
    """Give Python's name of a charset label, or nothing when there is no such charset."""
    label = declared.strip().lower()
    if not _NAME.match(label):
        return ""
    try:
        found = codecs.lookup(_LARGER.get(label, label))
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True)
    is_charset = is_text and found.name.replace("-", "_") not in _NOT_CHARSETS
    return found.name if is_charset else ""


@lru_cache(maxsize=512)
def _keeps_ascii(codec: str) -> bool:
    """Whether bytes below 128 always mean ASCII (not so in UTF-16, UTF-7 and ISO-2022)."""
    if codec.startswith(("iso2022", "utf-7", "utf-16", "utf-32", "hz")):
        return False
    every = bytes(range(128))
    return every.decode(codec, "replace") == every.decode("ascii")


def _without_surrogates(decoded: str, codec: str) -> str:
    """Take out lone surrogates, which UTF-7 lets through and nothing can store."""
    if codec != "utf-7":
        return decoded
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _repaired(data: bytes, codec: str) -> Text:
    """Read with the charset that loses least when the declared one does not fit."""
    other = undeclared(data)
    if other.charset == "utf-8":
        return other
    marred = _without_surrogates(data.decode(codec, "replace"), codec)
    # One torn character in a long text is no reason to read all of it as another charset.
    if marred.count("\ufffd") * 4 <= sum(not char.isascii() for char in marred):
        return Text(marred, codec, sound=False)
    return other


def _quads(letters: bytes) -> bytes:
    """Decode one run without padding; a single letter left over holds no byte."""
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
