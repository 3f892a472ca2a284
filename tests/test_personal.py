"""Personal data in Dutch text: what is proposed, why, and how much is missed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.classify.personal import Confidence, Kind, People, personal
from tests.labelled import BLIND, HELD_OUT, MADE, PEOPLE, ROUGH, read, scores

_KINDS = [kind for kind in Kind if kind is not Kind.NAME]


def _found(text: str, people: People = PEOPLE) -> list[tuple[str, str, str]]:
    return [(one.kind, text[one.start : one.end], one.reason) for one in personal(text, people)]


def test_the_labelled_lists_are_long_enough() -> None:
    """What is said of the recognisers rests on more than three hundred sentences."""
    assert sum(len(read(name)) for name in (MADE, HELD_OUT)) >= 300


@pytest.mark.parametrize("kind", _KINDS)
def test_numbers_and_addresses_are_found(kind: Kind) -> None:
    """Of numbers and addresses nothing in the lists is missed, and nothing is taken for one."""
    for name in (MADE, HELD_OUT):
        score = scores(read(name))[kind]
        assert (score.recall, score.precision) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("name", "recall", "precision"), [(MADE, 0.98, 0.93), (HELD_OUT, 0.95, 0.9)]
)
def test_names_are_found(name: str, recall: float, precision: float) -> None:
    """Names are found as well as the documentation says, when they are written as names are."""
    score = scores(read(name))["name"]
    assert score.recall >= recall
    assert score.precision >= precision


def test_rough_chat_is_harder_and_that_is_said() -> None:
    """In rough chat a good part of the names is missed, so that an officer must read all of it."""
    score = scores(read(ROUGH))["name"]
    assert 0.6 <= score.recall < 0.9


def test_what_is_likely_or_sure_is_seldom_wrong() -> None:
    """Who confirms all that is likely or sure covers hardly anything that need not be covered."""
    for name in (MADE, HELD_OUT, ROUGH, BLIND):
        assert scores(read(name), possible=False)["all"].precision >= 0.98


def test_the_documentation_gives_the_figures_as_they_are() -> None:
    """What the documentation says of each list is what is measured on it."""
    page = (Path(__file__).parents[1] / "docs/redaction.md").read_text("utf-8")
    for name in (MADE, HELD_OUT, ROUGH, BLIND):
        sentences = read(name)
        every, sure = scores(sentences)["all"], scores(sentences, possible=False)["all"]
        figures = (every.recall, every.precision, sure.recall, sure.precision)
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        counts = [str(len(sentences)), str(every.labelled)]
        assert [cell.strip() for cell in row.split("|")[2:-1]] == [
            *counts, *(f"{one:.2f}" for one in figures),
        ]  # fmt: skip


def test_nine_digits_are_no_bsn_by_themselves() -> None:
    """A number that passes the eleven-test is only possible; behind a word for an order none."""
    assert _found("op de lijst: 999919003") == [("bsn", "999919003", "eleven-test")]
    assert personal("op de lijst: 999919003")[0].confidence is Confidence.POSSIBLE
    assert personal("bsn 999919003")[0].confidence is Confidence.SURE
    assert _found("ordernummer 999919003") == []
    assert _found("op de lijst: 999919004") == []


def test_a_named_bsn_with_a_slip_is_proposed() -> None:
    """A number that is called a burgerservicenummer is one, also when a digit is wrong."""
    assert personal("BSN: 999919004")[0].confidence is Confidence.LIKELY


def test_invisible_characters_hide_nothing() -> None:
    """A number with invisible characters between its digits is found at its place."""
    text = "bel 06\u200b-12\u00ad34\u206056\ufeff78 nu"
    assert _found(text) == [("phone", text[4:-3], "numbering-plan")]


def test_public_officials_stay_named() -> None:
    """A minister's name is not proposed, with or without the title; another bearer's is."""
    assert _found("Minister Vera Lindhout en mevrouw Lindhout en Ter Horst") == []
    assert ("name", "Vera Jansen", "first-name") in _found("Ik sprak Vera Jansen")


def test_known_people_are_found_as_anybody_writes_them() -> None:
    """A participant is found in small letters, without accents, by surname and by first name."""
    people = People(known=("Zoë Çelik", "Karim el Amrani"))
    text = "zoe celik en KARIM EL AMRANI, of el amrani, karim dus"
    assert [one[1] for one in _found(text, people)] == [
        "zoe celik", "KARIM EL AMRANI", "el amrani", "karim",
    ]  # fmt: skip


def test_a_name_that_is_a_word_needs_its_capital() -> None:
    """A participant called Roos does not make every rose a person."""
    people = People(known=("Roos Bakker",))
    assert _found("een roos voor de deur", people) == []
    assert _found("ik zag Roos", people) == [("name", "Roos", "known-first-name")]


def test_a_name_that_was_introduced_is_found_again() -> None:
    """Who is called mevrouw once is found at every place in the text."""
    text = "O'Brien zei het. Dat is mevrouw O'Brien."
    assert [one[1] for one in _found(text)] == ["O'Brien", "O'Brien"]


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("Karim van0612345678 -.@,\n1234ABNL\u200b\u202eé👍🏽bsn:"), max_size=80)
)
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    """Whatever the text, each proposal lies in it, has letters or digits, and overlaps no other."""
    at = 0
    for span in personal(text, PEOPLE):
        assert at <= span.start < span.end <= len(text)
        assert any(one.isalnum() for one in text[span.start : span.end])
        at = span.end
