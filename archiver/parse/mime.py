"""The parts of a MIME message and where each stands in its bytes.

RFC 2045 (types, parameters), RFC 2046 §5.1 (multipart), RFC 2231 (parameters in pieces, charsets).
One pass over the lines that begin with two hyphens, so that the time is linear in the bytes
whatever the nesting; the standard library takes quadratic time or its recursion limit there. A
message inside a message (message/rfc822) is one part and is not opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from archiver.parse import decode, header
from archiver.parse.header import Header

_LONGEST = 64 << 10
_TYPE = re.compile(r"\s{0,20}([\w!#$&.+^-]{1,100}/[\w!#$&.+^-]{1,100})")
_DISPOSITION = re.compile(r"\s{0,20}([\w-]{1,40})(?![\w*-]*=)")
_PARAMETER = re.compile(
    r"""(?<![\w*.'%-])([\w.'%-]{1,80})(\*\d{1,3})?(\*)?\s{0,20}=\s{0,20}"""
    r"""(?:"((?:[^"\\]|\\.)*+)"?|([^;\s"]*+))""",
    re.DOTALL,
)
_DASHES = re.compile(rb"--([^\r\n]{1,250}+)\r?(?:\n|\Z)")
_TOKEN = re.compile(rb"[\w-]+")
_RECURS = 200
"""Bytes of the longest type that is remembered: ``text/plain; charset=utf-8`` comes by often."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may cost; what goes beyond is kept as bytes and reported.

    `message` in bytes, `text` and `field` in characters, `depth` in nested multiparts.
    """

    message: int = 128 << 20
    text: int = 4 << 20
    field: int = 64 << 10
    addresses: int = 5_000
    depth: int = 50
    parts: int = 10_000


LIMITS = Limits()


@dataclass(slots=True)
class Part:
    """One part: its type, and its content at ``raw[start:end]``.

    `number` counts depth-first from 0, the message itself. `children` are numbers; `lapse` is why
    a multipart was not opened (``depth``, ``parts`` or ``boundary``), else empty.
    """

    number: int
    header: Header
    start: int
    end: int
    media_type: str
    parameters: Mapping[str, str]
    children: list[int] = field(default_factory=list)
    lapse: str = ""

    @property
    def is_multipart(self) -> bool:
        """Whether it only holds other parts."""
        return bool(self.children)

    @property
    def encoding(self) -> str:
        """The transfer encoding, in lower case, without comments or parameters."""
        value = self.header.first(b"content-transfer-encoding")
        return (_recurring_encoding if len(value) <= _RECURS else _encoding)(value) if value else ""


def _encoding(value: bytes) -> str:
    found = _TOKEN.match(header.unfolded(value))
    return found[0].decode("ascii").lower() if found else ""


_recurring_encoding = lru_cache(maxsize=1024)(_encoding)


def split(raw: bytes, top: Header, limits: Limits = LIMITS) -> list[Part]:
    """List the parts of one message, itself first, depth-first."""
    parts = [_part(0, top, len(raw), "text/plain")]
    if _opens(parts[0], 0, limits):
        _Splitter(raw, parts, limits).run()
    for part in parts:
        if part.media_type.startswith("multipart/") and not part.children and not part.lapse:
            part.lapse = "boundary"
    return parts


def content_type(value: bytes, default: str = "text/plain") -> tuple[str, Mapping[str, str]]:
    """Read a type and its parameters (names in lower case), forgiving what mail programs do."""
    return (_recurring if len(value) <= _RECURS else _content_type)(value, default)


def _content_type(value: bytes, default: str) -> tuple[str, Mapping[str, str]]:
    text = header.plain(value[:_LONGEST]).text
    found = _TYPE.match(text)
    if not found:
        return default, _parameters(text)
    return found[1].lower(), _parameters(text[found.end() :])


_recurring = lru_cache(maxsize=1024)(_content_type)


def disposition(value: bytes) -> tuple[str, dict[str, str]]:
    """Read a Content-Disposition: ``inline``, ``attachment`` or nothing, and its parameters."""
    text = header.plain(value[:_LONGEST]).text
    found = _DISPOSITION.match(text)
    kind = found[1].lower() if found else ""
    return kind, _parameters(text[found.end() if found else 0 :])


def _parameters(text: str) -> dict[str, str]:
    """Collect parameters; pieces are put in order, and percent-encoded ones decoded."""
    whole: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, piece, star, quoted, bare in _PARAMETER.findall(text):
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        if piece or star:
            pieces.setdefault(name.lower(), {})[int(piece[1:] or 0)] = (value, bool(star))
        else:
            whole.setdefault(name.lower(), value)
    for name, found in pieces.items():
        whole[name] = _joined(found)
    return whole


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """Join the pieces of one parameter; the first may say a charset and a language."""
    charset = ""
    data = b""
    for number, (value, is_encoded) in sorted(pieces.items()):
        if is_encoded and number == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        octets = value.encode("utf-8", "surrogatepass")
        data += unquote_to_bytes(octets) if is_encoded else octets
    return decode.text(data, charset).text


def _part(number: int, fields: Header, end: int, default: str) -> Part:
    kind, parameters = content_type(fields.first(b"content-type"), default)
    return Part(number, fields, min(fields.body, end), end, kind, parameters)


def _opens(part: Part, depth: int, limits: Limits) -> bool:
    """Whether the part is a multipart to look into; notes why not."""
    if not part.media_type.startswith("multipart/"):
        return False
    if depth >= limits.depth:
        part.lapse = "depth"
    elif not part.parameters.get("boundary"):
        part.lapse = "boundary"
    return not part.lapse


def _dashes(raw: bytes, position: int) -> re.Match[bytes] | None:
    """Find the next line that begins with two hyphens (`find` is fast, ``^`` is not)."""
    # A boundary is told in a field before it, so that there is always a byte to look back at.
    at = position - 1
    while (at := raw.find(b"\n--", at) + 1) > 0:
        if found := _DASHES.match(raw, at):
            return found
    return None


class _Splitter:
    """Walks the boundary lines once, with the multiparts that are open as a stack."""

    def __init__(self, raw: bytes, parts: list[Part], limits: Limits) -> None:
        self.raw, self.parts, self.limits = raw, parts, limits
        self.open: list[tuple[bytes, Part]] = []
        self.leaf: Part | None = None
        self.known: set[bytes] = set()
        self._push(parts[0])

    def run(self) -> None:
        """Cut until the bytes, the open multiparts or the number of parts run out."""
        position = self.parts[0].start
        while self.open and (found := _dashes(self.raw, position)):
            position = found.end()
            level, is_last = self._level(found[1].rstrip(b" \t"))
            if level < 0:
                continue
            if len(self.parts) >= self.limits.parts:
                self.parts[-1].lapse = "parts"
                break
            self._close(found.start(), level + (0 if is_last else 1))
            if not is_last:
                position = self._begin(position)

    def _level(self, token: bytes) -> tuple[int, bool]:
        """Find the multipart that a boundary line belongs to, the innermost first."""
        is_last = token not in self.known
        boundary = token[:-2] if is_last and token.endswith(b"--") else token
        if boundary not in self.known:
            return -1, False
        levels = range(len(self.open) - 1, -1, -1)
        return next(at for at in levels if self.open[at][0] == boundary), is_last

    def _close(self, at: int, keep: int) -> None:
        """End the part before a boundary line, and the multiparts deeper than `keep`."""
        before = at
        if self.raw[before - 1 : before] == b"\n":
            before -= 2 if self.raw[before - 2 : before] == b"\r\n" else 1
        if self.leaf:
            self.leaf.end = max(self.leaf.start, before)
        for _, part in self.open[keep:]:
            part.end = max(part.start, at)
        if keep < len(self.open):
            del self.open[keep:]
            self.known = {boundary for boundary, _ in self.open}
        self.leaf = None

    def _begin(self, position: int) -> int:
        """Start the part after a boundary line; gives where to look for the next line."""
        parent = self.open[-1][1]
        default = "message/rfc822" if parent.media_type == "multipart/digest" else "text/plain"
        fields = header.read(self.raw, position)
        part = _part(len(self.parts), fields, len(self.raw), default)
        parent.children.append(part.number)
        self.parts.append(part)
        self.leaf = part
        if _opens(part, len(self.open), self.limits):
            self._push(part)
        # A header without a blank line ends at its boundary line, which is looked at next.
        return fields.body

    def _push(self, part: Part) -> None:
        boundary = part.parameters["boundary"].rstrip(" \t").encode("utf-8")
        self.open.append((boundary, part))
        self.known.add(boundary)
