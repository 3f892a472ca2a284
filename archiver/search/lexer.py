"""The parts of a query as it is typed: words, phrases, operators and parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from archiver.search.bad_query import LongQuery, OpenQuote

LONGEST: Final = 4000
"""Characters of the longest query that is read."""

MOST_PARTS: Final = 250
"""Words, phrases and operators of the largest query that is read."""


class Sign(Enum):
    """What a part of a query is."""

    WORD = auto()
    PHRASE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    NEAR_LIST = auto()
    OPEN = auto()
    CLOSE = auto()


class Part(NamedTuple):
    """One part of a query: what it is, its text without quotation marks, and where it begins."""

    sign: Sign
    text: str
    position: int


_OPERATORS = {
    "AND": Sign.AND,
    "EN": Sign.AND,
    "OR": Sign.OR,
    "OF": Sign.OR,
    "NOT": Sign.NOT,
    "NIET": Sign.NOT,
    "NEAR": Sign.NEAR,
}

_QUOTES = '"“”„'

_PART = re.compile(
    rf"""
      \s+
    | (?P<NEAR_LIST> NEAR \( [^()]* \) )
    | [{_QUOTES}] (?P<PHRASE> [^{_QUOTES}]* ) [{_QUOTES}]
    | (?P<OPEN_QUOTE> [{_QUOTES}] )
    | (?P<OPEN> \( )
    | (?P<CLOSE> \) )
    | (?P<NOT> - (?= [\w{_QUOTES}(-] ) )
    | (?P<WORD> [^\s(){_QUOTES}]+ )
    """,
    re.VERBOSE,
)


def parts(text: str, *, first: int = 1) -> Iterator[Part]:
    """Give the parts of a query in order; `first` is the position of its first character.

    Raises:
        OpenQuote: A quotation mark is not closed.
        LongQuery: The query has too many characters or too many parts.
    """
    if len(text) > LONGEST:
        raise LongQuery(position=first + LONGEST)
    found = (match for match in _PART.finditer(text) if match.lastgroup)
    for number, match in enumerate(found):
        if number >= MOST_PARTS:
            raise LongQuery(position=first + match.start())
        yield _part(match, first + match.start())


def _part(match: re.Match[str], position: int) -> Part:
    """Say what one part is; words in capitals may be operators."""
    kind = match.lastgroup or ""
    if kind == "OPEN_QUOTE":
        raise OpenQuote(position=position)
    text = match[kind]
    if kind != "WORD":
        return Part(Sign[kind], text, position)
    name, slash, distance = text.partition("/")
    if name in _OPERATORS and (not slash or (name == "NEAR" and distance.isdecimal())):
        return Part(_OPERATORS[name], text, position)
    return Part(Sign.WORD, text, position)
