"""The query language: what is understood, what is refused, and what the index answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from archiver.asked import Both, Either, Expression, Near, Phrase, Term, Without
from archiver.errors import ExitCode
from archiver.search import bad_query
from archiver.search.analyse import Analysis
from archiver.search.bad_query import BadQuery
from archiver.search.query import match, parse, show
from archiver.search.tokens import indexed, words

DUTCH = Analysis.dutch()

MESSAGES: tuple[tuple[str, str], ...] = (
    ("", "De minister gaat akkoord met het besluit"),
    ("", "Ministers besluiten morgen over stikstof"),
    ("Nota stikstof", "Zie de e-mail van gisteren"),
    ("Besluit", "De nota's komen nog"),
    ("", "bel even 06-12345678"),
    ("", "stikstof en nog eens stikstof, zei de minister"),
    ("", "email van de raad van state"),
    ("", "raad de staat van het besluit"),
    ("", "akkoord🤝"),
    ("", "@\u2068Fatima\u2069 heb jij het besloten overleg?"),
    ("", "👍"),
    ("", "Coördinatie van de kabinetsformatie"),
    ("", "AND OR NOT NEAR en of niet"),
    ("", "mini gezin met een zin"),
    ("van de raad", "state"),
)


# -- what is understood ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("besluit", "besluit"),
        ("Coördinatie", "coordinatie"),
        ("besluit minister", "besluit AND minister"),
        ("besluit AND minister OF nota", "(besluit AND minister) OR nota"),
        ("besluit EN (minister OR nota)", "besluit AND (minister OR nota)"),
        ("a (b c) EN (d AND e)", "a AND b AND c AND d AND e"),
        ("besluit NIET concept", "besluit NOT concept"),
        ("besluit AND NOT concept", "besluit NOT concept"),
        ("-concept besluit", "besluit NOT concept"),
        ('besluit -"eerste concept" -(b c)', 'besluit NOT ("eerste concept" OR (b AND c))'),
        ("de nota en of niet", "de AND nota AND en AND of AND niet"),
        ('"raad van State"', '"raad van state"'),
        ("“raad van state” „raad”", '"raad van state" AND "raad"'),
        ("e-mail", '"e mail"'),
        ("06-12345678", '"06 12345678"'),
        ("nota's", '"nota s"'),
        ("kabinets*", "kabinets*"),
        ("NEAR(minister stikstof, 5)", "NEAR(minister stikstof, 5)"),
        ("NEAR(minister, stikstof)", "NEAR(minister stikstof, 10)"),
        ('NEAR("raad van state" e-mail, 2)', 'NEAR("raad van state" "e mail", 2)'),
        ("minister NEAR/5 stikstof", "NEAR(minister stikstof, 5)"),
        ('minister NEAR "raad van state" nota', 'NEAR(minister "raad van state", 10) AND nota'),
        ('"AND" besluit', '"and" AND besluit'),
        ("near not and", "near AND not AND and"),
        ("wat?!", "wat"),
        ("tags:whatsapp", '"tags whatsapp"'),
        ('stem" OR "x', 'stem AND "or" AND x'),
    ],
)
def test_a_query_is_understood_in_one_way(typed: str, understood: str) -> None:
    """What an officer types has one meaning, and that meaning can be written down and read back."""
    expression = parse(typed)
    assert expression is not None
    assert show(expression) == understood
    assert parse(understood) == expression


@pytest.mark.parametrize("typed", ["", "   ", "\t\n\u00a0"])
def test_an_empty_query_asks_for_nothing_in_particular(typed: str) -> None:
    """An empty query is no error: it sets no condition."""
    assert parse(typed) is None


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "reason", "position"),
    [
        ('nota "raad van', bad_query.OpenQuote, 6),
        ("(nota", bad_query.OpenParenthesis, 1),
        ("(", bad_query.OpenParenthesis, 1),
        ("nota)", bad_query.LoneParenthesis, 5),
        ("nota OR ()", bad_query.EmptyParentheses, 9),
        ("nota 👍", bad_query.NothingToFind, 6),
        ('nota ""', bad_query.NothingToFind, 6),
        ("kosten & baten", bad_query.NothingToFind, 8),
        ("ab*", bad_query.ShortPrefix, 1),
        ("é*", bad_query.ShortPrefix, 1),
        ("be*luit", bad_query.StrayAsterisk, 3),
        ("nota *", bad_query.StrayAsterisk, 6),
        ('"nota*"', bad_query.StrayAsterisk, 6),
        ('"nota"*', bad_query.StrayAsterisk, 7),
        ("e-mail*", bad_query.StrayAsterisk, 7),
        ("nota OF", bad_query.LonelyOperator, 6),
        ("EN nota", bad_query.LonelyOperator, 1),
        ("nota AND OR brief", bad_query.LonelyOperator, 6),
        ("nota NIET", bad_query.LonelyOperator, 6),
        ("nota --brief", bad_query.LonelyOperator, 6),
        ("(nota OR)", bad_query.LonelyOperator, 7),
        ("-nota", bad_query.OnlyAbsence, 1),
        ("nota OR NIET brief", bad_query.OnlyAbsence, 9),
        ("nota (-brief)", bad_query.OnlyAbsence, 7),
        ("NEAR(nota)", bad_query.BadNear, 1),
        ("NEAR(nota Nota)", bad_query.BadNear, 1),
        ("NEAR(nota brie*, 4)", bad_query.BadNear, 1),
        ("NEAR(nota AND brief)", bad_query.BadNear, 1),
        ("NEAR(nota brief", bad_query.BadNear, 1),
        ("nota NEAR/2", bad_query.BadNear, 6),
        ("nota NEAR/2 (brief)", bad_query.BadNear, 6),
        ("a1 NEAR/2 b1 NEAR/2 c1", bad_query.BadNear, 4),
        ('x NEAR("a b', bad_query.OpenQuote, 8),
        ("NEAR(nota brief, 101)", bad_query.FarNear, 1),
        ("(" * 21 + "a" + ")" * 21, bad_query.DeepQuery, 21),
        ("a " * 251, bad_query.LongQuery, 501),
        ("a" * 4001, bad_query.LongQuery, 4001),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(
    typed: str, reason: type[BadQuery], position: int
) -> None:
    """A mistake is named with its place, and never searched in some other sense."""
    with pytest.raises(BadQuery) as caught:
        parse(typed)
    assert type(caught.value) is reason
    assert caught.value.fields["position"] == position
    assert str(position) in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE


# -- what the index answers -----------------------------------------------------------------------


def _table(messages: Sequence[tuple[str, str]], analysis: Analysis) -> dbapi2.Connection:
    """Make a table as the catalogue has it, with the messages in it."""
    database = dbapi2.connect(":memory:")
    database.execute(
        "create virtual table f using"
        " fts5(subject, text, stem, tags, tokenize='unicode61 remove_diacritics 2')"
    )
    rows = (
        (indexed(subject), indexed(text), analysis.extra(f"{subject}\n{text}"), "whatsapp")
        for subject, text in messages
    )
    database.executemany("insert into f values (?, ?, ?, ?)", rows)
    return database


TABLE = _table(MESSAGES, DUTCH)


def _ask(database: dbapi2.Connection, asked: str) -> set[int]:
    """Give the numbers, from 0, of the messages that match."""
    return {row - 1 for (row,) in database.execute("select rowid from f where f match ?", (asked,))}


def _holds(
    expression: Expression, message: tuple[str, str], stem: Callable[[str], str] = DUTCH.stem
) -> bool:
    """Say the slow and plain way whether an expression holds for a message."""
    columns = [words(column) for column in message]
    match expression:
        case Term(word, True):
            return any(found.startswith(word) for column in columns for found in column)
        case Term(word):
            return any(stem(found) == stem(word) for column in columns for found in column)
        case Phrase(found):
            return any(_starts(found, column) for column in columns)
        case Near(found, distance):
            return any(_near([each.split() for each in found], distance, each) for each in columns)
        case Both(parts):
            return all(_holds(part, message, stem) for part in parts)
        case Either(parts):
            return any(_holds(part, message, stem) for part in parts)
        case Without(wanted, unwanted):
            return _holds(wanted, message, stem) and not _holds(unwanted, message, stem)


def _starts(phrase: Sequence[str], column: Sequence[str]) -> list[int]:
    long = len(phrase)
    return [at for at in range(len(column)) if list(column[at : at + long]) == list(phrase)]


def _near(phrases: Sequence[Sequence[str]], distance: int, column: Sequence[str]) -> bool:
    """Whether all phrases stand so that at most `distance` words lie between first and last."""
    for starts in product(*(_starts(phrase, column) for phrase in phrases)):
        ends = [at + len(phrase) for at, phrase in zip(starts, phrases, strict=True)]
        if all(max(starts) - end <= distance for end in ends):
            return True
    return False


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("minister", {0, 1, 5}),
        ("besluiten", {0, 1, 3, 7, 9}),
        ('"besluiten"', {1}),
        ("stikstof NOT minister", {2}),
        ("e-mail", {2}),
        ("nota", {2, 3}),
        ("12345678", {4}),
        ('"raad van state"', {6}),
        ("raad state", {6, 14}),
        ("NEAR(raad besluit, 4)", {7}),
        ("NEAR(raad besluit, 3)", set()),
        ("akkoord", {0, 8}),
        ("fatima", {9}),
        ("coordinatie OR Coördinatie", {11}),
        ("kabinet*", {11}),
        ('"AND"', {12}),
        ("mini", {13}),
        ("gezin", {13}),
    ],
)
def test_the_index_finds_what_was_meant(typed: str, found: set[int]) -> None:
    """Words find their other forms, phrases only themselves, and filters and text never mix."""
    expression = parse(typed)
    assert expression is not None
    assert _ask(TABLE, match(expression, DUTCH.stem)) == found
    assert _ask(TABLE, match(expression, DUTCH.stem, ["whatsapp"])) == found
    assert _ask(TABLE, match(expression, DUTCH.stem, ["whatsapp", "telegram"])) == set()


def test_a_filter_cannot_act_as_syntax() -> None:
    """A tag with quotation marks in it is a tag that nothing has."""
    assert _ask(TABLE, match(Term("minister"), DUTCH.stem, ['x" OR "whatsapp'])) == set()
    assert _ask(TABLE, match(Term("whatsapp"), DUTCH.stem)) == set()


_WORD = st.sampled_from(
    sorted({word for message in MESSAGES for text in message for word in words(text)})
)
_LEAF = st.one_of(
    st.builds(Term, _WORD),
    st.builds(Term, _WORD.filter(lambda word: len(word) >= 3), prefix=st.just(True)),
    st.builds(Phrase, st.lists(_WORD, min_size=1, max_size=3).map(tuple)),
    st.builds(
        Near,
        st.lists(_WORD, min_size=2, max_size=3, unique=True).map(tuple),
        st.integers(min_value=0, max_value=6),
    ),
)
_EXPRESSION: st.SearchStrategy[Expression] = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.builds(Both, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Without, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(_EXPRESSION)
def test_the_index_answers_as_plain_reading_does(expression: Expression) -> None:
    """For any query the index gives exactly the messages for which it is true, none else."""
    expected = {at for at, message in enumerate(MESSAGES) if _holds(expression, message)}
    assert _ask(TABLE, match(expression, DUTCH.stem)) == expected
    again = parse(show(expression))
    assert again is not None
    assert _ask(TABLE, match(again, DUTCH.stem)) == expected


@settings(max_examples=150, deadline=None)
@given(_EXPRESSION)
def test_what_is_shown_reads_back_the_same(expression: Expression) -> None:
    """The written form of a query, as the log keeps it, is stable."""
    once = parse(show(expression))
    assert once is not None
    assert parse(show(once)) == once


_SIGNS = (*"()\"“”„*-,:^+{}[]\\'", " AND ", " OF ", " NIET ", " NEAR ", "NEAR(", " NEAR/3 ", ", 5)")
_SNIPPETS = (
    "besluit",
    "nota's",
    "e-mail",
    "👍",
    "\x00",
    "\ud800",
    "stem",
    "tags:",
    "ab*",
    "kabinet* ",
)
_PIECES = st.sampled_from(_SIGNS + _SNIPPETS)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=12).map("".join)))
def test_whatever_is_typed_is_refused_or_answered(typed: str) -> None:
    """No text breaks the search: it is understood, found or not, or refused with a place in it."""
    try:
        expression = parse(typed)
    except BadQuery as error:
        position = error.fields["position"]
        assert isinstance(position, int)
        assert 1 <= position <= len(typed) + 1
        return
    if expression is None:
        assert not typed.strip()
        return
    expected = {at for at, message in enumerate(MESSAGES) if _holds(expression, message)}
    assert _ask(TABLE, match(expression, DUTCH.stem)) == expected
    assert parse(show(expression)) == expression


@pytest.mark.parametrize(
    "typed",
    [
        "besluiten " * 250,
        " OF ".join(["ministers"] * 125),
        "besluit " + "-ministers " * 124,
        "(a OF " * 20 + "b" + ")" * 20,
        "".join(f"(w{at} -(w OF " for at in range(10)) + "z" + "))" * 10,
    ],
)
def test_the_largest_query_is_still_answered(typed: str) -> None:
    """The largest query that is read stays within the limits of the index."""
    expression = parse(typed)
    assert expression is not None
    expected = {at for at, message in enumerate(MESSAGES) if _holds(expression, message)}
    assert _ask(TABLE, match(expression, DUTCH.stem, ["whatsapp"])) == expected


def test_a_stem_that_has_another_stem_is_of_another_family() -> None:
    """A word of the text is not found because it looks like the stem of another family."""
    chain = {"lopers": "loper", "loper": "loop"}
    database = _table([("", "lopers"), ("", "loper"), ("", "loop")], DUTCH)
    database.execute("delete from f")
    texts = ["lopers", "loper", "loop"]
    for number, text in enumerate(texts, 1):
        extra = chain.get(text, "")
        database.execute("insert into f(rowid, text, stem) values (?, ?, ?)", (number, text, extra))
    for word, found in {"lopers": {0}, "loper": {1, 2}, "loop": {1, 2}}.items():
        asked = match(Term(word), lambda each: chain.get(each, each))
        assert _ask(database, asked) == found
