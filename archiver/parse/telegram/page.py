"""Cut a page of Telegram's HTML into its messages and make a small tree of each.

The program writes one ``div`` a message and escapes every ``<`` that somebody typed, so that the
beginning of the next message is the end of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import BinaryIO, NamedTuple

LONGEST = 4 << 20
"""Bytes of the longest message that is looked at as a whole."""
_BLOCK = 1 << 18
_START = re.compile(rb'<div class="message (?:default|service)')
_LOOK_BACK = 40
_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*)>')
_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)\s*=\s*"([^"]*)"')
_LAYOUT = re.compile(r"\s*\n\s*")
_VOID = frozenset(("img", "br", "meta", "link", "input", "hr"))
_DEEPEST = 60


class Region(NamedTuple):
    """Bytes from the beginning of one message to that of the next; the first is the page's head."""

    offset: int
    raw: bytes
    is_last: bool


@dataclass(slots=True)
class Node:
    """One element: its classes, attributes, and what stands in it.

    `order` lists the elements of the whole tree in the order of the text, shared by all; those in
    this one stand from `begin` to before `end`.
    """

    tag: str
    order: list[Node]
    classes: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)
    begin: int = 0
    end: int = 0

    def child(self, name: str) -> Node | None:
        """Give the first element right in this one that has a class."""
        for each in self.inside:
            if isinstance(each, Node) and name in each.classes:
                return each
        return None

    def all(self, *names: str) -> Iterator[Node]:
        """Give all elements at any depth that have one of the classes, in order."""
        wanted = frozenset(names)
        for each in self.order[self.begin : self.end]:
            if not wanted.isdisjoint(each.classes):
                yield each

    def first(self, *names: str) -> Node | None:
        """Give the first of them."""
        return next(self.all(*names), None)

    @property
    def words(self) -> str:
        """What a reader sees; line breaks of the layout are none."""
        return "".join(self._pieces()).strip()

    def own_words(self) -> str:
        """The words that stand right in this element."""
        return "".join(each for each in self.inside if isinstance(each, str)).strip()

    def _pieces(self) -> Iterator[str]:
        for each in self.inside:
            if isinstance(each, str):
                yield each
            elif each.tag == "br":
                yield "\n"
            else:
                yield from each._pieces()


def regions(stream: BinaryIO) -> Iterator[Region]:
    """Read a page block by block and cut it at the beginnings of messages."""
    stream.seek(0)
    buffer, base, searched = b"", 0, 1
    while True:
        block = stream.read(_BLOCK)
        buffer += block
        cut = 0
        for match in _START.finditer(buffer, searched):
            yield Region(base + cut, buffer[cut : match.start()], is_last=False)
            cut = match.start()
        if not block:
            yield Region(base + cut, buffer[cut:], is_last=True)
            return
        if len(buffer) - cut > LONGEST:
            yield Region(base + cut, buffer[cut:-_LOOK_BACK], is_last=False)
            cut = len(buffer) - _LOOK_BACK
        buffer, base = buffer[cut:], base + cut
        searched = max(1, len(buffer) - _LOOK_BACK)


def tree(text: str) -> tuple[Node, int]:
    """Make a tree of the first element of a text; and where it ends, 0 if it does not."""
    order: list[Node] = []
    top = Node("", order)
    open_: list[Node] = [top]
    at = end = 0
    for match in _TAG.finditer(text):
        if match.start() > at:
            _put(open_[-1], text[at : match.start()])
        at = match.end()
        closing, tag, rest = match[1], match[2].lower(), match[3]
        if not closing:
            node = _opened(order, tag, rest)
            open_[-1].inside.append(node)
            if tag not in _VOID and not rest.endswith("/") and len(open_) < _DEEPEST:
                open_.append(node)
        elif _close(open_, tag) and len(open_) == 1:
            end = at
            break
    else:
        _put(open_[-1], text[at:])
    for each in open_:
        each.end = len(order)
    return top, end


def _opened(order: list[Node], tag: str, rest: str) -> Node:
    attributes = dict(_ATTRIBUTE.findall(rest))
    if "&" in rest:
        attributes = {name: unescape(value) for name, value in attributes.items()}
    node = Node(tag, order, tuple(attributes.get("class", "").split()), attributes)
    order.append(node)
    node.begin = node.end = len(order)
    return node


def _close(open_: list[Node], tag: str) -> bool:
    """Close the innermost element of a name; an element that stands open inside closes with it."""
    for depth in range(len(open_) - 1, 0, -1):
        if open_[depth].tag == tag:
            for each in open_[depth:]:
                each.end = len(each.order)
            del open_[depth:]
            return True
    return False


def _put(node: Node, text: str) -> None:
    """Put words in; the layout's line breaks and indents around a tag are no words."""
    if text.isspace() and "\n" in text:
        return
    if "\n" in text:
        text = _LAYOUT.sub("", text)
    node.inside.append(unescape(text) if "&" in text else text)
