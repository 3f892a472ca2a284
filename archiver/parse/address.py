"""Lists of mail addresses: who is named, and never somebody else.

RFC 5322 §3.4 and §4.4 (routes, groups, comments), RFC 6531 (letters beyond ASCII). The rule is
that an address counts only where the syntax leaves no second reading: what a comment, a quoted
name or an encoded word contains is never an address (CVE-2023-27043 shows what comes of it).
Anything else keeps its text as a name, without an address, and is reported as doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from archiver.parse import header

LONGEST = 1 << 20
"""Characters of one field that are read."""

_RECURS = 200
"""Characters of the longest field that is remembered: the same few people write all the time."""

_TOKEN = re.compile(
    r'(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*+\?=|[^\s"<>\[\](),;:@]++)'
    r'|(?P<quoted>"(?:[^"\\]|\\.)*+(?P<close>"|\Z|\\\Z))'
    r"|(?P<angle><[^<>]*+>)"
    r"|(?P<literal>\[[^\[\]]*+\])"
    r"|(?P<blank>\s++)"
    r"|(?P<mark>.)",
    re.DOTALL,
)
_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_ROUTE = re.compile(r"(?:@[^\s:,@]++,?)++:")
_SPEC = re.compile(
    r'(?:"(?:[^"\\]|\\.)*+"|[^\s"@<>(),;:\\]++)@(?:[^\s"@<>(),;:\\\[\]]++|\[[^\[\]\\]*+\])'
)


class Addresses(NamedTuple):
    """``(name, address)`` pairs; the texts that could be read in two ways; whether some are left.

    `address` is empty where a name stands alone or is doubtful.
    """

    pairs: tuple[tuple[str, str], ...]
    doubtful: tuple[str, ...] = ()
    is_cut: bool = False


@dataclass(slots=True)
class _Pending:
    """The tokens of one mailbox that is being read."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    is_torn: bool = False


def read(value: str, *, most: int) -> Addresses:
    """Read at most so many mailboxes of an address field (unfolded, encoded words still in it)."""
    return (_recurring if len(value) <= _RECURS else _read)(value, most)


def _read(value: str, most: int) -> Addresses:
    pairs: list[tuple[str, str]] = []
    doubtful: list[str] = []
    for pending in _mailboxes(value[:LONGEST]):
        if len(pairs) >= most:
            return Addresses(tuple(pairs), tuple(doubtful), is_cut=True)
        pair, is_sure = _mailbox(pending)
        pairs.append(pair)
        if not is_sure:
            doubtful.append(pair[0])
    return Addresses(tuple(pairs), tuple(doubtful), is_cut=len(value) > LONGEST)


_recurring = lru_cache(maxsize=4096)(_read)


def _mailboxes(value: str) -> Iterator[_Pending]:
    """Cut the list at its commas and semicolons; an empty group counts as a name."""
    pending, group = _Pending(), _Pending()
    for kind, piece in _tokens(value):
        if kind == "mark" and piece in ",;":
            if pending.tokens or pending.comments:
                yield pending
            elif piece == ";" and group.tokens:
                yield group
            pending = _Pending()
            group = group if piece == "," else _Pending()
        elif kind == "mark" and piece == ":" and not _has_address(pending):
            pending, group = _Pending(), pending
        elif kind == "comment":
            pending.comments.append(piece)
            # A comment parts what stands around it: "an(x)na@…" is not "anna@…".
            pending.tokens += [("blank", " ")] if pending.tokens else []
        else:
            pending.is_torn |= kind == "torn"
            if kind != "blank" or pending.tokens:
                pending.tokens.append((kind, piece))
                group = _Pending() if kind != "blank" else group
    if pending.tokens or pending.comments:
        yield pending


def _tokens(value: str) -> Iterator[tuple[str, str]]:
    position = 0
    while found := _TOKEN.match(value, position):
        position = found.end()
        kind = found.lastgroup or "mark"
        if kind == "mark" and found[0] == "(":
            position = _comment_end(value, position)
            is_closed = value[position - 1 : position] == ")"
            yield ("comment" if is_closed else "torn"), value[found.start() : position]
        elif found["quoted"] is not None:
            yield ("quoted" if found["close"] == '"' else "torn"), found[0]
        else:
            yield kind, found[0]


def _comment_end(value: str, position: int) -> int:
    depth = 1
    for found in _COMMENT.finditer(value, position):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return len(value)


def _has_address(pending: _Pending) -> bool:
    return any(kind == "angle" or piece == "@" for kind, piece in pending.tokens)


def _mailbox(pending: _Pending) -> tuple[tuple[str, str], bool]:
    """Read one mailbox; the second value is False where it has two readings."""
    tokens = _trimmed(pending.tokens)
    angles = [piece for kind, piece in tokens if kind == "angle"]
    doubt = (_phrase(tokens), ""), False
    if (
        pending.is_torn
        or len(angles) > 1
        or any(kind == "mark" and t in "()<>" for kind, t in tokens)
    ):
        return doubt
    if angles:
        return _named(tokens, angles[0]) if tokens[-1][0] == "angle" else doubt
    if not any(piece == "@" for _, piece in tokens):
        return (_phrase(tokens) or _remark(pending), ""), True
    spec = _spec("".join(piece for _, piece in tokens))
    return ((_remark(pending), spec), True) if spec else doubt


def _trimmed(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    while tokens and tokens[-1][0] == "blank":
        tokens = tokens[:-1]
    return tokens


def _named(tokens: list[tuple[str, str]], angle: str) -> tuple[tuple[str, str], bool]:
    """Read ``name <address>``; a bare address in the place of the name must be the same one."""
    name = _phrase(tokens[:-1])
    inside = _without_comments(angle[1:-1]).strip()
    if route := _ROUTE.match(inside):
        inside = inside[route.end() :]
    spec = _spec(inside)
    if not spec and ("@" in inside or inside not in angle):  # a comment stood in the middle of it
        return (_phrase(tokens), ""), False
    if any(piece == "@" for _, piece in tokens[:-1]) and name.lower() != spec.lower():
        return (_phrase(tokens), ""), False
    return (name, spec or inside), True


def _without_comments(text: str) -> str:
    start = text.find("(")
    return text if start < 0 else f"{text[:start]} {text[_comment_end(text, start + 1) :]}"


def _spec(text: str) -> str:
    return text if _SPEC.fullmatch(text) else ""


def _phrase(tokens: list[tuple[str, str]]) -> str:
    """Give a name as a reader would write it: no quotes, single blanks, words decoded."""
    shown = (_unescaped(piece[1:-1]) if kind == "quoted" else piece for kind, piece in tokens)
    return " ".join(header.words("".join(shown)).split())


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text


def _remark(pending: _Pending) -> str:
    """Give the comment beside a bare address: the old way to write a name."""
    remark = " ".join(comment[1:-1] for comment in pending.comments)
    return " ".join(header.words(_unescaped(remark)).split())
