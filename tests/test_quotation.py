"""Quotations: what was judged away in one record is away wherever it is repeated."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.quotation import Removed
from archiver.cases.redaction import Cover, kept, redacted

PRIVATE = ("5.1.2e",)
SOURCE = "Morgen spreek ik Karim over het contract. Hij zit op 06-12345678, na vijven."
NAME = Cover(17, 22, PRIVATE)
NUMBER = Cover(53, 64, PRIVATE)


def _shown(removed: Removed, text: str) -> str:
    return kept(redacted(text, removed.covers(text)))


@pytest.mark.parametrize("quotation", [
    SOURCE,
    SOURCE.upper(),
    "> Morgen spreek ik\n> Karim over het\n> contract. Hij zit op 06-\n> 12345678, na vijven.",
    "Sanne schreef: *Morgen  spreek ik Karim over het contract.*",
    "\u200emorgen spreek ik ka\u00adrim over het contract",
])  # fmt: skip
def test_a_quotation_is_redacted_like_what_it_quotes(quotation: str) -> None:
    """Case, line breaks, quotation signs and invisible characters do not save a name."""
    shown = _shown(Removed([(SOURCE, [NAME, NUMBER])]), f"Wat bedoel je hiermee?\n{quotation}\n")
    assert "rim" not in shown.lower()
    assert "morgen" in shown.lower()
    assert "bedoel" in shown


def test_a_name_elsewhere_is_another_judgement() -> None:
    """Where the name stands in a text of its own it is not taken away by itself."""
    text = "Karim is ziek, dus het contract wacht."
    assert Removed([(SOURCE, [NAME])]).covers(text) == ()


@pytest.mark.parametrize("written", ["0612345678", "+31 6 12345678", "0031 6 12 34 56 78"])
def test_a_number_is_away_wherever_it_stands(written: str) -> None:
    """A telephone number that was judged away is away in every way to write it."""
    shown = _shown(Removed([(SOURCE, [NUMBER])]), f"bel {written} even")
    assert "345678" not in shown.replace(" ", "")
    assert shown.startswith("bel ")
    assert shown.endswith(" even")


def test_a_short_record_is_known_when_it_is_quoted_whole() -> None:
    """A message of two words is redacted in a quoted line, and the same words elsewhere are not."""
    removed = Removed([("Bel Piet", [Cover(4, 8, PRIVATE)])])
    assert _shown(removed, "ja\n> bel Piet\nok") == "ja\n> bel \nok"
    assert _shown(removed, "bel Piet") == "bel Piet"


def test_part_of_a_long_passage_is_enough() -> None:
    """Half of a withheld paragraph, quoted elsewhere, is withheld there too."""
    text = "We vinden intern dat de minister dit niet had moeten toezeggen aan de Kamer."
    removed = Removed([(text, [Cover(0, len(text), ("5.2",))])])
    shown = _shown(removed, 'Hij zei: "de minister dit niet had moeten toezeggen" en ging weg.')
    assert shown == 'Hij zei: "" en ging weg.'


@pytest.mark.parametrize("words", ["Bel Karel Geheim even", "Bel Karel Gehei…", "bel karel"])
def test_what_stands_above_an_answer_is_redacted_however_short(words: str) -> None:
    """A short message that is quoted above an answer, whole or cut off, shows no name."""
    removed = Removed([("Bel Karel Geheim even", [Cover(4, 16, PRIVATE)])])
    shown = kept(redacted(words, removed.quoted(words)))
    assert "kar" not in shown.lower()
    assert shown.lower().startswith("bel ")
    assert removed.quoted("Karel") == ()
    assert removed.quoted("👍") == ()


def test_a_common_greeting_takes_nothing_away() -> None:
    """The same closing words under two mails do not make one a quotation of the other."""
    one = "Akkoord.\n\nMet vriendelijke groet,\nKarim Bos"
    removed = Removed([(one, [Cover(one.index("Karim"), len(one), PRIVATE)])])
    two = "Niet akkoord.\n\nMet vriendelijke groet,\nKarin Visser"
    assert removed.covers(two) == ()


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.text("abcdefghijklmnop", min_size=2, max_size=9), min_size=12, max_size=30),
    place=st.integers(0, 9),
    width=st.integers(14, 60),
)
def test_any_quotation_however_it_is_broken_off(words: list[str], place: int, width: int) -> None:
    """A whole text that is quoted with its lines broken anywhere shows nothing that was removed."""
    secret = "zwxyq" + words[place]
    text = " ".join([*words[:place], secret, *words[place:]])
    start = text.index(secret)
    removed = Removed([(text, [Cover(start, start + len(secret), PRIVATE)])])
    lines = textwrap.wrap(text, width, break_long_words=True)
    shown = _shown(removed, "".join(f"> {line}\n" for line in lines))
    assert "z" not in shown
    assert sum(map(shown.count, "wxyq")) == 0
