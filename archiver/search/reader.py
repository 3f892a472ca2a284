"""Reading a query: from its parts to a tree, by recursive descent.

query  = both, { OR, both } ;
both   = [ NOT ], unit, { [ AND ], [ NOT ], unit } ;
unit   = "(", query, ")" | NEAR list | word or phrase, [ NEAR, word or phrase ] ;
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from archiver.asked import Both, Either, Expression, Near, Phrase, Term, Without
from archiver.search import bad_query as bad
from archiver.search.lexer import Part, Sign, parts
from archiver.search.tokens import words

SHORTEST_PREFIX: Final = 3
"""Letters that a prefix needs; with two a search takes thirty times as long as with four."""

DEEPEST: Final = 20
"""Parentheses within parentheses."""

FARTHEST: Final = 100
"""Words that NEAR lets stand between."""

_USUAL_DISTANCE: Final = 10
_OPERATORS: Final = (Sign.AND, Sign.OR, Sign.NOT)
_DISTANCE: Final = re.compile(r",\s*(\d+)\s*$")


def read(text: str) -> Expression | None:
    """Read a query; None when it is empty.

    Raises:
        BadQuery: It cannot be read.
    """
    return _Reader(tuple(parts(text))).read()


class _Reader:
    """Reads the parts of one query from left to right."""

    def __init__(self, found: tuple[Part, ...]) -> None:
        self._parts = found
        self._next = 0

    def read(self) -> Expression | None:
        """Read the whole query."""
        if not self._parts:
            return None
        expression = self._either(0)
        if closing := self._peek():
            raise bad.LoneParenthesis(position=closing.position)
        return expression

    def _either(self, depth: int) -> Expression:
        """Read alternatives: ``a OR b``."""
        members = [self._both(depth)]
        while self._take(Sign.OR):
            members.append(self._both(depth))
        return _flat(Either, members)

    def _both(self, depth: int) -> Expression:
        """Read what must all be there, and what must not: ``a AND b c NOT d -e``."""
        first, wanted, unwanted = self._next, list[Expression](), list[Expression]()
        while True:
            side = unwanted if self._take(Sign.NOT) else wanted
            side.append(self._unit(depth))
            if not self._take(Sign.AND) and self._ends():
                break
        if not wanted:
            raise bad.OnlyAbsence(position=self._parts[first].position)
        if not unwanted:
            return _flat(Both, wanted)
        return Without(_flat(Both, wanted), _flat(Either, unwanted))

    def _ends(self) -> bool:
        part = self._peek()
        return part is None or part.sign in (Sign.OR, Sign.CLOSE)

    def _unit(self, depth: int) -> Expression:
        """Read a word, a phrase, a NEAR or something between parentheses."""
        part = self._peek()
        if part is None or part.sign in (*_OPERATORS, Sign.NEAR, Sign.CLOSE):
            raise self._nothing_here(part)
        self._next += 1
        if part.sign is Sign.OPEN:
            return self._inside(part, depth)
        if part.sign is Sign.NEAR_LIST:
            return _near_list(part)
        if near := self._take(Sign.NEAR):
            return self._near(part, near)
        return _words(part)

    def _inside(self, opening: Part, depth: int) -> Expression:
        """Read what stands between parentheses."""
        if depth == DEEPEST:
            raise bad.DeepQuery(position=opening.position, most=DEEPEST)
        expression = self._either(depth + 1)
        if not self._take(Sign.CLOSE):
            raise bad.OpenParenthesis(position=opening.position)
        return expression

    def _near(self, left: Part, near: Part) -> Near:
        """Read ``left NEAR/5 right``."""
        right = self._peek()
        if right is None:
            raise bad.BadNear(position=near.position)
        self._next += 1
        if self._take(Sign.NEAR):
            raise bad.BadNear(position=near.position)
        distance = near.text.partition("/")[2]
        return _build_near(near, (left, right), int(distance or _USUAL_DISTANCE))

    def _nothing_here(self, part: Part | None) -> bad.BadQuery:
        """Say what is wrong where a word should stand: an operator, a closing mark or the end."""
        before = self._parts[self._next - 1] if self._next else None
        for operator in (before, part):
            if operator and operator.sign in _OPERATORS:
                return bad.LonelyOperator(operator=operator.text, position=operator.position)
        if part and part.sign is Sign.NEAR:
            return bad.BadNear(position=part.position)
        if before and before.sign is Sign.OPEN:
            error = bad.EmptyParentheses if part else bad.OpenParenthesis
            return error(position=before.position)
        return bad.LoneParenthesis(position=part.position if part else 1)

    def _peek(self) -> Part | None:
        return self._parts[self._next] if self._next < len(self._parts) else None

    def _take(self, sign: Sign) -> Part | None:
        """Take the next part if it is of this kind."""
        part = self._peek()
        if part is None or part.sign is not sign:
            return None
        self._next += 1
        return part


def _flat(kind: type[Both | Either], members: Iterable[Expression]) -> Expression:
    """Make one expression of several; what is nested in its own kind is no level of its own."""
    flat: list[Expression] = []
    for member in members:
        flat.extend(member.parts if isinstance(member, kind) else (member,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _words(part: Part) -> Term | Phrase:
    """Make a term or a phrase of what was typed."""
    if part.sign is Sign.WORD and part.text.endswith("*") and part.text != "*":
        return _prefix(part)
    found = _found(part)
    if len(found) == 1 and part.sign is Sign.WORD:
        return Term(found[0])
    return Phrase(found)


def _prefix(part: Part) -> Term:
    found = _found(part._replace(text=part.text[:-1]))
    if len(found) > 1:
        raise bad.StrayAsterisk(position=part.position + len(part.text) - 1)
    if len(found[0]) < SHORTEST_PREFIX:
        raise bad.ShortPrefix(word=part.text, position=part.position, least=SHORTEST_PREFIX)
    return Term(found[0], prefix=True)


def _found(part: Part) -> tuple[str, ...]:
    """Give the words, as the index has them, of a part that is a word or a phrase."""
    if "*" in part.text:
        quote = part.sign is Sign.PHRASE
        raise bad.StrayAsterisk(position=part.position + quote + part.text.index("*"))
    found = tuple(words(part.text))
    if not found:
        raise bad.NothingToFind(word=part.text or '""', position=part.position)
    return found


def _near_list(part: Part) -> Near:
    """Read ``NEAR(a b "c d", 5)``."""
    start = len("NEAR(")
    content, distance = part.text[start:-1], _USUAL_DISTANCE
    if stated := _DISTANCE.search(content):
        content, distance = content[: stated.start()], int(stated[1])
    inside = parts(content.replace(",", " "), first=part.position + start)
    return _build_near(part, tuple(inside), distance)


def _build_near(near: Part, members: Sequence[Part], distance: int) -> Near:
    if any(member.sign not in (Sign.WORD, Sign.PHRASE) or "*" in member.text for member in members):
        raise bad.BadNear(position=near.position)
    found = tuple(" ".join(_found(member)) for member in members)
    if len(set(found)) < 2:
        raise bad.BadNear(position=near.position)
    if distance > FARTHEST:
        raise bad.FarNear(position=near.position, most=FARTHEST)
    return Near(found, distance)
