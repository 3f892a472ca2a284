"""Redaction: what was judged away is gone, and nothing else is."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.grapheme import is_boundary
from archiver.cases.redaction import (
    Bar,
    Cover,
    Length,
    OutsideText,
    Segment,
    Text,
    bar,
    kept,
    merged,
    redacted,
)

PRIVATE, OPINION = ("5.1.2e",), ("5.2",)
_FAMILY = "👨‍👩‍👧"
_ALPHABET = [
    "a",
    "b",
    " ",
    "\n",
    "é",
    "e\u0301",
    "👍🏽",
    _FAMILY,
    "🇳🇱",
    "ש",
    "\u202e",
    "\u202c",
    "\u2067",
]
_TEXTS = st.lists(st.sampled_from(_ALPHABET), max_size=30).map("".join)
_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@st.composite
def _judged(draw: st.DrawFn) -> tuple[str, list[Cover]]:
    """Draw a text with passages in it."""
    text = draw(_TEXTS)
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=5))
    grounds = st.sampled_from((PRIVATE, OPINION))
    return text, [Cover(min(pair), max(pair), draw(grounds)) for pair in pairs]


def _shape(segments: tuple[Segment, ...]) -> list[object]:
    return [one.text if isinstance(one, Text) else one.grounds for one in segments]


def test_a_passage_becomes_a_bar_with_its_ground() -> None:
    """Where a name stood is a bar that says on which ground it is away."""
    assert redacted("Bel Karim nu", [Cover(4, 9, PRIVATE)]) == (
        Text("Bel "), Bar(PRIVATE, Length.WORDS), Text(" nu"),
    )  # fmt: skip


def test_passages_that_overlap_or_touch_are_one_bar_with_all_grounds() -> None:
    """Two readers' passages over the same words are one bar with the grounds of both."""
    overlapping = redacted("abcdefgh", [Cover(4, 6, OPINION), Cover(1, 5, PRIVATE)])
    touching = redacted("abcdefgh", [Cover(1, 3, PRIVATE), Cover(3, 6, OPINION)])
    assert _shape(overlapping) == ["a", ("5.1.2e", "5.2"), "gh"]
    assert _shape(touching) == ["a", ("5.1.2e", "5.2"), "gh"]
    assert _shape(redacted("abc", [Cover(0, 1, PRIVATE), Cover(2, 3, PRIVATE)])) == [
        PRIVATE, "b", PRIVATE,
    ]  # fmt: skip


def test_the_bar_does_not_tell_how_long_a_name_was() -> None:
    """A name of three letters and one of thirty have the same bar."""
    short = redacted("Jan", [Cover(0, 3, PRIVATE)])
    long = redacted("J" * 30, [Cover(0, 30, PRIVATE)])
    assert short == long == (bar(PRIVATE),)
    assert redacted("x" * 60, [Cover(0, 60)])[0] == redacted("x" * 600, [Cover(0, 600)])[0]
    assert redacted("a\nb", [Cover(0, 3)])[0] == Bar((), Length.LINES)


@pytest.mark.parametrize("whole", [_FAMILY, "👍🏽", "🇳🇱", "e\u0301", "❤️", "\r\n", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_what_a_reader_sees_as_one_character_is_never_cut(whole: str) -> None:
    """A passage that ends inside an emoji or before an accent covers all of it."""
    text = f"ab{whole}cd"
    for start, end in ((0, 3), (3, len(text)), (2, 3)):
        shown = kept(redacted(text, [Cover(start, end)]))
        assert set(shown) <= set("abcd")


def test_two_flags_are_two_characters() -> None:
    """Of two flags beside each other one can be covered."""
    assert kept(redacted("🇳🇱🇧🇪", [Cover(0, 2)])) == "🇧🇪"


def test_a_passage_outside_the_text_is_refused() -> None:
    """A passage of another wording is an error, and never a wrong bar."""
    for start, end in ((-1, 2), (3, 2), (0, 9)):
        with pytest.raises(OutsideText):
            redacted("abcdefgh", [Cover(start, end)])


def test_text_that_is_turned_round_stays_so_on_both_sides_of_a_bar() -> None:
    """Each kept piece begins and ends the direction that was in force."""
    given_ = redacted("a\u202ebcdef\u202cg", [Cover(3, 4)])
    assert _shape(given_) == ["a\u202eb\u202c", (), "\u202edef\u202cg"]
    assert _shape(redacted("a\u202ebcd\u202ce", [Cover(1, 3)])) == ["a", (), "cde"]
    assert _shape(redacted("\u2067\u202eab\u2069cd", [Cover(2, 3)])) == [
        "\u2067\u202e\u202c\u2069", (), "\u2067\u202eb\u2069cd",
    ]  # fmt: skip


def test_a_pseudonym_stands_on_the_bar_over_a_name_only() -> None:
    """A bar has a label where it covers a numbered person's name and nothing else."""
    labels = {"karim bos": "[Medewerker 1]"}
    name = redacted("Karim  Bos belt", [Cover(0, 10, PRIVATE)], labels)
    more = redacted("Karim Bos belt", [Cover(0, 14, PRIVATE)], labels)
    assert name[0] == Bar(PRIVATE, Length.WORDS, "[Medewerker 1]")
    assert more == (Bar(PRIVATE, Length.WORDS),)


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_without_passages_the_text_is_whole(text: str) -> None:
    """Joining segments without bars gives the text, whatever is in it."""
    assert kept(redacted(text, ())) == text


@settings(max_examples=500, deadline=None)
@given(_judged())
def test_what_is_kept_is_all_that_no_passage_covers(judged: tuple[str, list[Cover]]) -> None:
    """Outside the passages nothing is lost, and of what they cover nothing stays."""
    text, passages = judged
    segments = redacted(text, passages)
    covers = merged(text, passages)
    covered = {at for one in covers for at in range(one.start, one.end)}
    rest = "".join(one for at, one in enumerate(text) if at not in covered)
    without = str.maketrans("", "", _CONTROLS)
    assert kept(segments).translate(without) == rest.translate(without)
    assert covered >= {at for one in passages for at in range(one.start, one.end)}
    assert all(is_boundary(text, at) for one in covers for at in (one.start, one.end))
    assert sum(isinstance(one, Bar) for one in segments) == len(covers)


@settings(max_examples=300, deadline=None)
@given(st.text("abcdefghij \n", min_size=3, max_size=60), st.data())
def test_no_run_of_what_was_removed_is_in_what_is_given(text: str, data: st.DataObject) -> None:
    """No three covered characters in a row are given, unless they also stand elsewhere."""
    start = data.draw(st.integers(0, len(text) - 3))
    end = data.draw(st.integers(start + 3, len(text)))
    segments = redacted(text, [Cover(start, end, PRIVATE)])
    given_ = msgspec.json.encode(segments).decode()
    elsewhere = (text[:start], text[end:])
    shown = [one.text for one in segments if isinstance(one, Text)]
    for at in range(start, end - 2):
        run = text[at : at + 3]
        if not any(run in one for one in elsewhere):
            assert not any(run in one for one in shown)
    assert given_.count('"bar"') == 1
