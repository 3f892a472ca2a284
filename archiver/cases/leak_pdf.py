"""What a PDF says: the words of its pages, its properties, notes, bookmarks and hidden strings.

Enough of ISO 32000-1:2008 to read a PDF that our own engine wrote: objects in the open, streams by
Flate, ASCII85 or ASCIIHex, fonts with a ToUnicode map or a Latin encoding. What is
written from right to left is drawn backwards, so it is read both ways. Of any other PDF it says
that it was not read, since half a reading would be no proof.
"""

from __future__ import annotations

import base64
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

_OBJECT: Final = re.compile(rb"(?<!\d)(\d+) \d+ obj\b(.*?)\bendobj", re.S)
_STREAM: Final = re.compile(rb"(.*?)\bstream\r?\n(.*?)\r?\n?endstream", re.S)
_FILTER: Final = re.compile(
    rb"/(ASCII85|Flate|ASCIIHex|LZW|RunLength|DCT|JPX|CCITTFax|JBIG2)Decode"
)
_FONT_PROGRAM: Final = re.compile(rb"/Length1\s+\d")
_FONT: Final = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+)\s+\d+\s+R")
_TO_UNICODE: Final = re.compile(rb"/ToUnicode\s+(\d+)\s+\d+\s+R")
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE: Final = re.compile(_PAIR.pattern + rb"\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_SECTION: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.S)
_TOKEN: Final = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)"
    rb"|<[0-9A-Fa-f\s]*>|/[^\s/<>\[\]()]+|[A-Za-z'\"*]+|-?[\d.]+",
    re.S,
)
_ESCAPE: Final = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_ESCAPED: Final = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r\n": b"",
}
_MOVES: Final = frozenset((b"Td", b"TD", b"T*", b"Tm", b"ET", b"'", b'"'))
_BLANK: Final = -180.0
"""Thousandths of an em by which the next letters stand apart, so that a reader sees a blank."""

_PICTURES: Final = frozenset((b"DCT", b"JPX", b"CCITTFax", b"JBIG2"))

_Map = Mapping[bytes, str]


def pdf_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Give texts of a PDF, each with why it could not be read (empty when it could)."""
    if b"/Encrypt" in data:
        yield "", "encrypted-pdf"
        return
    if b"/ObjStm" in data:
        yield "", "compressed-objects-pdf"
        return
    objects = {int(number): body for number, body in _OBJECT.findall(data)}
    if not objects:
        yield "", "broken-pdf"
    fonts = _fonts(objects)
    for number, body in objects.items():
        head, stream, problem = _opened(body)
        if problem:
            yield "", f"{problem}-pdf-{number}"
        yield "\n".join(map(_simple, _literals(head))), ""
        if stream:
            yield stream.decode("utf-8", "ignore"), ""
            if not stream.isascii():
                yield stream.decode("latin-1"), ""
            words = _shown(stream, fonts)
            yield words, ""
            if any(unicodedata.bidirectional(one) in ("R", "AL") for one in words):
                yield words[::-1], ""


def _opened(body: bytes) -> tuple[bytes, bytes, str]:
    """Give the dictionary of an object, its stream, and why that could not be decoded."""
    match = _STREAM.match(body)
    if match is None:
        return body, b"", ""
    head, stream = match.groups()
    if _FONT_PROGRAM.search(head):
        return head, b"", ""
    for name in _FILTER.findall(head):
        if name in _PICTURES:
            return head, b"", ""
        try:
            stream = _decoded(name, stream)
        except (ValueError, zlib.error, KeyError):
            return head, b"", "undecoded-stream"
    return head, stream, ""


def _decoded(name: bytes, stream: bytes) -> bytes:
    if name == b"ASCII85":
        return base64.a85decode(stream.strip().removeprefix(b"<~").removesuffix(b"~>"))
    if name == b"ASCIIHex":
        return bytes.fromhex(stream.strip().rstrip(b">").decode("ascii"))
    if name == b"Flate":
        return zlib.decompress(stream)
    raise KeyError(name)


def _fonts(objects: Mapping[int, bytes]) -> Mapping[bytes, _Map]:
    """Give the map of each font by the name that pages call it by; Latin ones have none."""
    maps: dict[int, _Map] = {}
    for number, body in objects.items():
        if found := _TO_UNICODE.search(body):
            maps[number] = _map(_opened(objects.get(int(found[1]), b""))[1])
    return {
        name: maps[int(number)]
        for body in objects.values()
        for name, number in _FONT.findall(_opened(body)[0])
        if int(number) in maps
    }


def _map(stream: bytes) -> _Map:
    found: dict[bytes, str] = {}
    for kind, section in _SECTION.findall(stream):
        if kind == b"bfchar":
            found |= {_hex(code): _wide(text) for code, text in _PAIR.findall(section)}
        else:
            for first, last, begin, array in _RANGE.findall(section):
                found.update(_range(_hex(first), _hex(last), begin, array))
    return found


def _range(first: bytes, last: bytes, begin: bytes, array: bytes) -> Iterator[tuple[bytes, str]]:
    codes = range(int.from_bytes(first, "big"), int.from_bytes(last, "big") + 1)
    given = re.findall(rb"<([0-9A-Fa-f]+)>", array)
    for place, code in enumerate(codes):
        if given:
            text = _wide(given[place]) if place < len(given) else ""
        else:
            base = _wide(begin)
            text = base[:-1] + chr(ord(base[-1]) + place) if base else ""
        yield code.to_bytes(len(first), "big"), text


def _shown(stream: bytes, fonts: Mapping[bytes, _Map]) -> str:
    """Give the words that a content stream draws, blanks where it moves; and its other strings."""
    said: list[str] = []
    font: _Map = {}
    for token in _TOKEN.findall(stream):
        if token.startswith(b"/"):
            font = fonts.get(token[1:], {}) if token[1:] in fonts or _is_font(token) else font
        elif token.startswith((b"(", b"<")):
            said.append(_through(_bytes(token), font))
        elif token in _MOVES or (_is_number(token) and float(token) < _BLANK):
            said.append(" ")
    return "".join(said)


def _through(code: bytes, font: _Map) -> str:
    """Read the codes of a string by its font."""
    if not font or code.startswith(b"\xfe\xff"):
        return _text(code)
    width = len(next(iter(font)))
    codes = (code[at : at + width] for at in range(0, len(code), width))
    return "".join(font.get(one, "") for one in codes)


def _is_font(token: bytes) -> bool:
    """Whether it is called as fonts are by the engines that we know."""
    return re.fullmatch(rb"/F\d+(?:\+\d+)?", token) is not None


def _is_number(token: bytes) -> bool:
    return re.fullmatch(rb"-?\d+(?:\.\d*)?|-?\.\d+", token) is not None


def _literals(body: bytes) -> Iterator[bytes]:
    return (one for one in _TOKEN.findall(body) if one.startswith((b"(", b"<")))


def _simple(token: bytes) -> str:
    return _text(_bytes(token))


def _bytes(token: bytes) -> bytes:
    if token.startswith(b"<"):
        return _hex(token[1:-1])
    return _ESCAPE.sub(_unescaped, token[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    one = match[1]
    if one.isdigit():
        return bytes([int(one, 8) & 255])
    return _ESCAPED.get(one, one)


def _hex(digits: bytes) -> bytes:
    text = b"".join(digits.split())
    return bytes.fromhex((text + b"0" * (len(text) % 2)).decode("ascii"))


def _wide(digits: bytes) -> str:
    return _hex(digits).decode("utf-16-be", "ignore")


def _text(code: bytes) -> str:
    if code.startswith(b"\xfe\xff"):
        return code[2:].decode("utf-16-be", "ignore")
    return code.decode("cp1252", "ignore")
