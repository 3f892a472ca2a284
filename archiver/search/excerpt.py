"""Show where a text answers a query: a few words around the first match, matches marked « ».

Full text could cut such a piece too, but from the column that matched best, and that may be the one
of the stems, which nobody wrote.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import assert_never

from archiver.asked import Both, Either, Expression, Near, Phrase, Term, Without
from archiver.search.tokens import words

_BEFORE, _AFTER = 8, 16
_WORD = re.compile(r"\w+")


def excerpter(expression: Expression | None, stem: Callable[[str], str]) -> Callable[[str], str]:
    """Give the function that cuts the piece of a text that answers a query; empty without words.

    `stem` is asked for folded words.
    """
    if expression is None:
        return lambda text: ""
    terms = list(_wanted(expression))
    roots = {stem(" ".join(words(term.word))) for term in terms if not term.prefix}
    prefixes = tuple(term.word for term in terms if term.prefix)

    @cache  # the hits of one query have most of their words in common
    def answers(word: str) -> bool:
        found = words(word)
        if not prefixes:
            return not roots.isdisjoint(map(stem, found))
        return any(one.startswith(prefixes) or stem(one) in roots for one in found)

    return lambda text: _cut(text, answers)


def _wanted(expression: Expression) -> Iterator[Term]:
    """Give the words that a match may rest on, each by itself."""
    match expression:
        case Term(word, prefix):
            yield Term(word, prefix)
        case Phrase(found) | Near(found):
            yield from (Term(one) for part in found for one in part.split())
        case Both(members) | Either(members):
            for member in members:
                yield from _wanted(member)
        case Without(wanted):
            yield from _wanted(wanted)
        case _:
            assert_never(expression)


def _cut(text: str, answers: Callable[[str], bool]) -> str:
    """Cut from a few words before the first match; from the beginning when none is seen."""
    places = _WORD.finditer(text)
    before: deque[re.Match[str]] = deque(maxlen=_BEFORE)
    marked: list[re.Match[str]] = []
    for place in places:
        if answers(place[0]):
            marked.append(place)
            break
        before.append(place)
    if not marked:
        places = _WORD.finditer(text)
    start = before[0].start() if marked and len(before) == _BEFORE else 0
    end = marked[0].end() if marked else 0
    following = next(places, None)
    for _ in range(_AFTER if marked else _BEFORE + _AFTER):
        if following is None:
            break
        end = following.end()
        if marked and answers(following[0]):
            marked.append(following)
        following = next(places, None)
    return _written(text, start, len(text) if following is None else end, marked)


def _written(text: str, start: int, end: int, marked: list[re.Match[str]]) -> str:
    parts, at = ["…" if start else ""], start
    for place in marked:
        parts += [text[at : place.start()], "«", place[0], "»"]
        at = place.end()
    parts += [text[at:end], "…" if end < len(text) else ""]
    return "".join(parts)
