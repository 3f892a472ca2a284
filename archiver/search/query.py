"""The language in which officers ask, as a small tree, and that tree as a query for FTS5.

Words, ``"phrases"``, ``prefix*``, ``NEAR(a b, 5)`` and ``a NEAR/5 b``, parentheses, ``-word``, and
in capitals AND, OR, NOT or EN, OF, NIET; words without an operator must all be there. FTS5's own
query syntax (SQLite 3.53) is written by `match` alone, with every word between quotation marks, so
nothing that someone typed can act as syntax. ``docs/search.md`` explains the language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from archiver.asked import Both, Either, Expression, Near, Phrase, Term, Without
from archiver.search.reader import read


def parse(text: str) -> Expression | None:
    """Read a query; None when it is empty, which matches everything.

    Words are folded as the index folds them; a word that the index splits (``e-mail``) becomes a
    phrase.

    Raises:
        BadQuery: It cannot be read; the class says why and `position` says where.
    """
    return read(text)


def match(expression: Expression, stem: Callable[[str], str], tags: Sequence[str] = ()) -> str:
    """Write an FTS5 query for a table with the columns subject, text, stem and tags.

    `stem` is that of the analysis that made the index. All `tags` must be there too.
    """
    asked = [_match(expression, stem), *(f"tags : {_quote(tag)}" for tag in tags)]
    return " AND ".join(asked)


def show(expression: Expression) -> str:
    """Write what was understood, in one way only; `parse` reads it back as the same tree."""
    match expression:
        case Term(word, prefix):
            return f"{word}*" if prefix else word
        case Phrase(found):
            return _quote(" ".join(found))
        case Near(found, distance):
            near = (_quote(word) if " " in word else word for word in found)
            return f"NEAR({' '.join(near)}, {distance})"
        case Both(members):
            return " AND ".join(map(_show_inside, members))
        case Either(members):
            return " OR ".join(map(_show_inside, members))
        case Without(wanted, unwanted):
            return f"{_show_inside(wanted)} NOT {_show_inside(unwanted)}"
        case _:
            assert_never(expression)


def _show_inside(expression: Expression) -> str:
    """Write a part of a larger expression, between parentheses when it needs them."""
    shown = show(expression)
    return f"({shown})" if isinstance(expression, Both | Either | Without) else shown


def _match(expression: Expression, stem: Callable[[str], str]) -> str:
    match expression:
        case Term(word, True):
            return f"{{subject text}} : {_quote(word)}*"
        case Term(word):
            return _match_word(word, stem)
        case Phrase(found):
            return f"{{subject text}} : {_quote(' '.join(found))}"
        case Near(found, distance):
            return f"{{subject text}} : NEAR({' '.join(map(_quote, found))}, {distance})"
        case Both(members):
            return _join(" AND ", members, stem)
        case Either(members):
            return _join(" OR ", members, stem)
        case Without(wanted, unwanted):
            return _join(" NOT ", (wanted, unwanted), stem)
        case _:
            assert_never(expression)


def _match_word(word: str, stem: Callable[[str], str]) -> str:
    """Match a word and all words of its stem.

    The column stem holds no stem that is a word of the text itself, so a stem is looked for in the
    text as well; but not a stem that has another stem, for as a word it is of another family.
    """
    root = stem(word)
    columns = "subject text stem" if stem(root) == root else "stem"
    if root == word:
        return f"{{subject text stem}} : {_quote(word)}"
    return f"({{subject text}} : {_quote(word)} OR {{{columns}}} : {_quote(root)})"


def _join(operator: str, members: Iterable[Expression], stem: Callable[[str], str]) -> str:
    return f"({operator.join(_match(member, stem) for member in members)})"


def _quote(text: str) -> str:
    """Make an FTS5 string, in which nothing has a meaning but a doubled quotation mark."""
    return '"' + text.replace('"', '""') + '"'
