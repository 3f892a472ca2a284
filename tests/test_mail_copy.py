"""What is left out of a mail before its copies are compared, and what never is."""

from __future__ import annotations

import pytest

from archiver import configuration
from archiver.normalise.mail import letters
from archiver.normalise.mail_copy import Plain, base_subject, plain
from tests.mail_levels import DUTCH_DISCLAIMER, DUTCH_FOOTER, LIST_FOOTER, SAFE, TEXT


def of(text: str) -> Plain:
    """Strip one text."""
    return plain(text, letters(text))


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Dit bericht is vertrouwelijk, deel het niet en verwijder het.\n\nHet besluit is genomen.",
        "Wij spraken met externe adviseurs.\n\nOpen de bijlage voor het verslag.",
        "Zie hieronder.\n\n-----\nDe agenda van morgen staat vast.",
        "Afmelden voor de borrel kan tot vrijdag.",
        DUTCH_DISCLAIMER.strip(),
        "Lees https://urldefense.com/v3/__https://voorbeeld.example/a*b__;!!Kw!Ab$ eens.",
        "",
    ],
)
def test_what_was_said_is_left_alone(text: str) -> None:
    """Sentences that only resemble an addition, or are all there is, stay."""
    assert of(text) == Plain(text)


def test_one_addition_behind_another_is_left_out() -> None:
    """A disclaimer below a footer, and a footer below that: all go, the writer's words stay."""
    added = of(TEXT + LIST_FOOTER + DUTCH_DISCLAIMER + DUTCH_FOOTER)
    assert letters(added.text) == letters(TEXT)
    assert added.left_out == ("disclaimer-nl/1", "list-footer/1")


def test_a_link_in_a_long_text_is_found() -> None:
    """A rewritten link far from beginning and end gets its own form back."""
    filler = "Over de kade valt nog veel te zeggen. " * 200
    found = of(f"{filler}\n{SAFE}\n{filler}")
    assert "https://www.voorbeeld.example/nota?deel=2&kade=1" in found.text
    assert found.rewritten


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: [Kade] Fwd: Nota (fwd)", "nota"),
        ("[EXTERN] RE: Nota", "nota"),
        ("EXTERN: Nota", "nota"),
        ("Fw: re[2]: Nota  havenkade", "nota havenkade"),
        ("[alleen een label]", "[alleen een label]"),
        ("Externe audit: planning", "externe audit: planning"),
        ("Rente", "rente"),
    ],
)
def test_a_subject_has_a_base(subject: str, base: str) -> None:
    """Reply marks and tags are no part of a subject; what stands alone is."""
    assert base_subject(subject).text == base


def test_every_stripper_has_a_name_a_version_and_a_place() -> None:
    """The file can be read by a person: each entry says what it is and where it looks."""
    entries = configuration.read("mail/strippers.toml")["stripper"]
    names = [entry["id"] for entry in entries]
    assert len(set(names)) == len(names)
    for entry in entries:
        assert entry["version"] >= 1
        assert entry["where"] in ("link", "top", "bottom", "subject")
        assert entry["patterns"]
        assert entry.get("triggers") or entry["where"] == "subject"
