"""Texts are compared and searched in forms of their own; the raw text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.normalise.text import matching, searching

FAMILY = "👨\u200d👩\u200d👧"
HEART = "❤\ufe0f\u200d🔥"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Hallo", "hallo"),
        (" a\u00a0b\n\n c\t", "a b c"),
        ("a  b", "a b"),
        ("Eén\n\n  twee\n", "eén twee"),
        ("\u200eIMG-1.jpg\u200e", "img-1.jpg"),
        ("Financie\u0308n", "financiën"),
        ("Straße", "strasse"),
        ("minis\u00adterie", "ministerie"),
        ("wo\u200dord", "woord"),
        (FAMILY, FAMILY),
        (HEART, "❤\u200d🔥"),
        ("👍🏽", "👍🏽"),
        ("m²", "m²"),
    ],
)
def test_the_matching_form_keeps_what_people_see(text: str, form: str) -> None:
    """Invisible signs, case and blanks are folded; emoji, powers and letters are kept."""
    assert matching(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Hallo  daar", "Hallo  daar"),
        ("m²", "m2"),
        ("minis\u00adterie", "ministerie"),
        (FAMILY, FAMILY),
        ("\u200eéén\u202c", "één"),
        ("ﬁnancieel", "financieel"),
    ],
)
def test_the_search_form_folds_compatible_signs(text: str, form: str) -> None:
    """A reader who types plain letters finds ligatures, powers and words with soft hyphens."""
    assert searching(text) == form


def test_a_text_that_needs_no_change_is_not_copied() -> None:
    """The search form of plain text is the text itself, so that it is stored once."""
    text = "één nota"
    assert searching(text) is text


@given(st.text())
def test_both_forms_are_stable(text: str) -> None:
    """Making a form of a form changes nothing, so that keys do not depend on who made them."""
    assert matching(matching(text)) == matching(text)
    assert searching(searching(text)) == searching(text)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cf", "Mn"])))
def test_the_short_way_equals_the_long_one(text: str) -> None:
    """The tests that spare work give the same form as folding every text in full."""
    folded = unicodedata.normalize("NFC", text).casefold()
    assert matching(text) == " ".join(folded.split())
