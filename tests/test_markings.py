"""Markings are found however they are written, and talk about secrets is none."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.classify import markings as rules
from archiver.classify.level import Level, System
from archiver.classify.markings import markings
from archiver.classify.plain import plain
from archiver.classify.suspicion import is_suspect, suspects

_LISTS = Path(__file__).parent / "markings"
_SPACED = st.sampled_from(["", " ", "\u00a0", "-", " - ", "\u200b", "\n", ". ", "_"])
_HIDDEN = st.sampled_from(["", "\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060"])


def lines(name: str) -> list[str]:
    """Give the lines of a list, remarks left out."""
    found = (_LISTS / name).read_text("utf-8").splitlines()
    return [_read(line) for line in found if line and not line.startswith("#")]


def _read(line: str) -> str:
    parts = line.replace("\\n", "\n").split("\\u")
    return parts[0] + "".join(chr(int(part[:4], 16)) + part[4:] for part in parts[1:])


POSITIVES = [tuple(line.split("\t", 1)) for line in lines("positives.txt")]
NEGATIVES = lines("negatives.txt")


def test_the_lists_are_long_enough() -> None:
    """There are at least sixty sentences with a marking and sixty without."""
    assert len(set(POSITIVES)) == len(POSITIVES) >= 60
    assert len(set(NEGATIVES)) == len(NEGATIVES) >= 60


@pytest.mark.parametrize(("level", "text"), POSITIVES)
def test_every_marking_is_found(level: str, text: str) -> None:
    """Each way to write a marking is found, at its level."""
    assert [one.level.code for one in markings(text)][:1] == [level]


def test_recall_and_precision(capsys: pytest.CaptureFixture[str]) -> None:
    """No marking of the list is missed; how much talk is taken for one is stated."""
    found = sum(bool(markings(text)) for _, text in POSITIVES)
    wrong = [text for text in NEGATIVES if markings(text)]
    precision = found / (found + len(wrong))
    with capsys.disabled():
        recall = found / len(POSITIVES)
        sys.stdout.write(f"\nmarkings: recall {recall:.3f}, precision {precision:.3f} {wrong}\n")
    assert found == len(POSITIVES)
    assert precision >= 0.97


@given(_SPACED, st.sampled_from(["GEHEIM", "Geheim", "zeer geheim", "confidentieel", "ZG"]))
@settings(max_examples=60, deadline=None)
def test_what_stands_between_the_words_hides_nothing(between: str, level: str) -> None:
    """Blanks, hyphens, stops, line breaks and invisible characters between the words."""
    assert markings(f"Zie Stg{between}{level}, graag terug")[0].level.is_state_secret


@given(st.lists(_HIDDEN, min_size=40, max_size=40))
@settings(max_examples=60, deadline=None)
def test_invisible_characters_hide_nothing(hidden: list[str]) -> None:
    """Invisible characters between any two letters, of long words and of short ones."""
    for text in ("Stg. GEHEIM", "Dep.V.", "NATO SECRET", "EU RESTRICTED", "TLP:RED"):
        spread = "".join(map("".join, zip(text, hidden, strict=False)))
        assert [one.level for one in markings(spread)] == [one.level for one in markings(text)]


@given(st.sampled_from([" ", "-", ".", "\u00a0", "_", "\n"]))
def test_letters_that_stand_apart_are_read(between: str) -> None:
    """A marking whose every letter stands apart is one."""
    for text in ("StgGEHEIM", "STGZG", "DepV", "NATOSECRET", "TLPRED"):
        assert len(markings(between.join(text))) == 1


def test_places_are_those_of_the_text() -> None:
    """The place of a marking is where it stands in the text as it was given."""
    text = "Lien\u200b: zie \uff33tg. Ge\u00adheim, en verder Dep.V. graag"
    found = markings(text)
    assert [text[one.start : one.end] for one in found] == ["\uff33tg. Ge\u00adheim", "Dep.V"]
    assert [(one.system, one.reason) for one in found] == [(System.NL, "written")] * 2


@given(st.text(st.sampled_from("aBé\u0301É\u00ad\u200bﬁＳ\ud835\r\n\x85\u2028 1ßİ😀")))
def test_a_text_is_made_plain_as_if_sign_by_sign(text: str) -> None:
    """Stretches of ASCII, done at one go, become what their signs would each by itself."""
    letters: list[tuple[str, int]] = []
    was_small = False
    for place, character in enumerate(text):
        undone = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character))
        for one in undone:
            if unicodedata.category(one) in ("Cf", "Mn", "Me", "Cs"):
                continue
            if was_small and one.isupper():
                letters.append(("\x01", place))
            was_small = one.islower()
            shown = "\n" if one in "\r\n\v\f\x85\u2028\u2029" else one.lower()[:1]
            letters.append((shown, place))
    made = plain(text)
    assert list(zip(made.folded, made.places, strict=True)) == letters


def test_the_highest_of_two_readings_counts() -> None:
    """ZEER GEHEIM is not read as GEHEIM, nor a bilingual marking as two."""
    assert [one.level for one in markings("Stg. ZEER GEHEIM")] == [Level.TOP_SECRET]
    found = markings("TRÈS SECRET UE/EU TOP SECRET")
    assert [one.level for one in found] == [Level.TOP_SECRET]


@given(st.lists(st.sampled_from([text for _, text in POSITIVES] + NEGATIVES), max_size=30))
@settings(max_examples=60, deadline=None)
def test_many_texts_at_once_are_judged_as_one_by_one(texts: list[str]) -> None:
    """Looking at a frame of texts in one go finds the texts that each alone would be found."""
    assert set(suspects(texts)) >= {at for at, text in enumerate(texts) if is_suspect(text)}


def test_a_text_with_the_separating_sign_is_not_lost() -> None:
    """A text that holds the sign put between texts makes all of them suspect."""
    assert suspects(["a\0b", "Stg. GEHEIM"]) == [0, 1]


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_looked_at(text: str) -> None:
    """No text stops the search, and every place lies in the text."""
    for one in markings(text + " Stg. GEHEIM"):
        assert 0 <= one.start < one.end <= len(text) + 12


_SAID = (
    "stg/zeer/geheim/GEHEIM/conf/dep/v/vertrouwelijk/NATO/nato/R/NR/(NR)/restricted/ue/eu/TLP/red/"
    "rubricering:/classification:/CTS/d3p/\u00e9\u00e9n/v\u00e8rtrouwelijk/s/t/g"
)
_WORDS = st.sampled_from(_SAID.split("/"))


@given(st.lists(st.tuples(_WORDS, _SPACED | st.just("\0")), max_size=12))
@settings(max_examples=300, deadline=None)
def test_looking_for_letters_first_misses_nothing(pieces: list[tuple[str, str]]) -> None:
    """What the quick look at letters says about a text changes no marking that is found in it."""
    text = "".join(word + between for word, between in pieces)
    found = list(rules.markings_of_suspect(text))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rules, "_may_hold", lambda folded: True)
        assert found == list(rules.markings_of_suspect(text))
