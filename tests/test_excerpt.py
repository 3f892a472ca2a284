"""The piece of a text that a search shows: around the first match, with matches marked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.search.analyse import Analysis
from archiver.search.excerpt import excerpter
from archiver.search.query import parse

STEM = Analysis.dutch().stem
LONG = " ".join(f"woord{n}" for n in range(100))


def _excerpt(query: str, text: str) -> str:
    return excerpter(parse(query), STEM)(text)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("besluit", "De besluiten zijn er.", "De «besluiten» zijn er."),
        ("BESLUIT", "Het Besluit, en nog een besluit", "Het «Besluit», en nog een «besluit»"),
        ("besl*", "Een beslissing", "Een «beslissing»"),
        ("besl* OF nota", "Nota's over beslissing", "«Nota»'s over «beslissing»"),
        ('"raad van state"', "de Raad van State", "de «Raad» «van» «State»"),
        ("NEAR(minister stikstof, 3)", "minister over stikstof", "«minister» over «stikstof»"),
        ("nota -concept", "concept van de nota", "concept van de «nota»"),
        ("nota OF memo", "memo en nota", "«memo» en «nota»"),
        ("coordinatie", "de Coördinatie ervan", "de «Coördinatie» ervan"),
        ("besluit", "concept_besluit.pdf", "«concept_besluit».pdf"),
        ("olifant", "geen enkel dier", "geen enkel dier"),
        ("olifant", "", ""),
        ("", "zomaar een tekst", ""),
    ],
)
def test_matches_are_marked(query: str, text: str, shown: str) -> None:
    """Words, other forms, parts, phrases and nearness are marked; what must be absent is not."""
    assert _excerpt(query, text) == shown


def test_a_long_text_is_cut_around_the_first_match() -> None:
    """Of a long text a few words before and after the first match are shown."""
    shown = _excerpt("woord50", LONG)
    assert shown.startswith("…woord42 ")
    assert "«woord50»" in shown
    assert shown.endswith(" woord66…")
    assert _excerpt("woord3", LONG).startswith("woord0 ")
    assert _excerpt("woord99", LONG).endswith("«woord99»")
    assert _excerpt("olifant", LONG) == " ".join(f"woord{n}" for n in range(24)) + "…"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab é\n,«»…👍", max_size=80))
def test_nothing_is_shown_that_is_not_there(text: str) -> None:
    """Without its marks the piece is a stretch of the text itself."""
    plain = text.translate({ord(sign): "" for sign in "«»…"})
    shown = _excerpt("a", plain)
    assert shown.translate({ord(sign): "" for sign in "«»…"}) in plain
