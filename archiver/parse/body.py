"""What of a message is its text, and what is attached.

RFC 2046 §5.1.4 (alternatives), RFC 2387 (related), RFC 2183 (disposition). Plain text goes before
HTML; every part that is not read as text is an attachment, so that no part is in neither list.
Only the HTML (or second plain) form of a text that is read is left out: it says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from archiver.parse import decode, hypertext, mime
from archiver.parse.mime import Part


@dataclass(slots=True)
class Body:
    """The text with its lines ending in LF, and the attached parts in their order.

    `is_derived` says that some of it was made from HTML; `charsets` are ``(declared, used)``
    where they differ; `broken` are parts whose transfer encoding could not be undone whole.
    """

    text: str = ""
    is_derived: bool = False
    attached: list[Part] = field(default_factory=list)
    charsets: list[tuple[str, str]] = field(default_factory=list)
    broken: list[Part] = field(default_factory=list)


def read(raw: bytes, parts: list[Part]) -> Body:
    """Choose the text of a message and list the rest."""
    body = Body()
    texts = []
    for part in parts if _is_alone(parts) else _Chooser(raw, parts, body).chosen(parts[0]):
        piece = _text(raw, part, body)
        if part.media_type == "text/html":
            piece = hypertext.text(piece)
            body.is_derived |= bool(piece)
        texts.append(piece.rstrip("\n"))
    body.text = "\n".join(texts)
    body.attached.sort(key=lambda part: part.number)
    return body


def content(raw: bytes, part: Part) -> decode.Content:
    """Give a part's content with its transfer encoding undone."""
    return decode.transfer(raw[part.start : part.end], part.encoding)


def _is_alone(parts: list[Part]) -> bool:
    """Whether the message is its own text, as most are, and there is nothing to choose."""
    return len(parts) == 1 and _is_text(parts[0])


def _text(raw: bytes, part: Part, body: Body) -> str:
    """Decode one text part and note what did not fit its header."""
    data, is_sound = content(raw, part)
    if not is_sound:
        body.broken.append(part)
    declared = part.parameters.get("charset", "")
    found = decode.text(data, declared)
    if not found.sound:
        body.charsets.append((declared, found.charset))
    return found.text.replace("\r\n", "\n") if "\r" in found.text else found.text


class _Chooser:
    """Walks the tree of parts; the depth is limited where the tree is made."""

    def __init__(self, raw: bytes, parts: list[Part], body: Body) -> None:
        self.raw, self.parts, self.body = raw, parts, body

    def chosen(self, part: Part) -> list[Part]:
        """Give the parts to read as text below one part; attaches the others."""
        if not part.is_multipart:
            if _is_text(part):
                return [part]
            self.body.attached.append(part)
            return []
        match part.media_type:
            case "multipart/alternative":
                return self._alternative(part)
            case "multipart/related":
                return self._related(part)
        return [found for child in self._children(part) for found in self.chosen(child)]

    def _children(self, part: Part) -> Iterator[Part]:
        return (self.parts[number] for number in part.children)

    def _alternative(self, part: Part) -> list[Part]:
        """Take the first alternative in plain text that says something, else the first HTML."""
        plain: list[list[Part]] = []
        others: list[list[Part]] = []
        for child in self._children(part):
            if option := self.chosen(child):
                is_html = all(one.media_type == "text/html" for one in option)
                (others if is_html else plain).append(option)
        said = (option for option in plain if self._says(option))
        return next(chain(said, others, plain), [])

    def _says(self, option: list[Part]) -> bool:
        return any(content(self.raw, part).data.strip() for part in option)

    def _related(self, part: Part) -> list[Part]:
        """Take the root (the first part); what it refers to is attached."""
        root, *others = self._children(part)
        for other in others:
            self._attach(other)
        return self.chosen(root)

    def _attach(self, part: Part) -> None:
        if not part.is_multipart:
            self.body.attached.append(part)
        for child in self._children(part):
            self._attach(child)


def _is_text(part: Part) -> bool:
    """Whether a part is read as the message's own words and not as a file beside them."""
    if part.media_type not in ("text/plain", "text/html"):
        return part.number == 0 and part.lapse == "boundary"
    if part.number == 0:
        return True
    kind, named = mime.disposition(part.header.first(b"content-disposition"))
    return kind != "attachment" and not (named.get("filename") or part.parameters.get("name"))
