"""Aligning window by window gives what aligning the whole gives, in bounded memory."""

from __future__ import annotations

import pytest

from archiver.deduplicate.alignment import align
from archiver.deduplicate.learning import learn
from archiver.deduplicate.relation import Relation
from archiver.deduplicate.windows import windows
from archiver.model import Utterance
from archiver.normalise.text import matching
from tests.strands import LEFT_NAMES, RIGHT_NAMES, both, rare, said

DAYS = 30
EACH = 40


def _chat(names: tuple[str, ...], first: int, shift: float) -> list[Utterance]:
    """Talk for a month, half of it short answers, and be silent at night."""
    made = []
    for n in range(DAYS * EACH):
        at = n // EACH * 1440 + n % EACH * 7 + shift
        text = rare(n) if n % 2 else ("ok", "ja", "dank")[n % 3]
        made.append(said(first + n, at, names[n % 3], text))
    return made


@pytest.mark.parametrize("most", [60, 100, 333, 20_000])
def test_windows_give_what_the_whole_gives(most: int) -> None:
    """Cut in the nights of a month, every window aligned by itself: the same links."""
    left = [one for one in _chat(LEFT_NAMES, 1, 0) if one.copy % 31]
    right = [one for one in _chat(RIGHT_NAMES, 10_000, -300) if one.copy % 37]
    relation = learn(left, right, matching)
    whole = align(left, right, relation, matching).links
    cut = list(windows(iter(left), iter(right), relation, most=most))
    parts = [link for here, there in cut for link in align(here, there, relation, matching).links]
    assert {(one.left, one.right) for one in parts} == {(one.left, one.right) for one in whole}
    assert len(parts) == len(whole) > 1_000


@pytest.mark.parametrize("most", [60, 500])
def test_windows_hold_everything_once_and_in_order(most: int) -> None:
    """Nothing is left out, and no window is larger than was asked for."""
    left, right = _chat(LEFT_NAMES, 1, 0), _chat(RIGHT_NAMES, 10_000, 60)[300:]
    cut = list(windows(left, right, learn(left, right, matching), most=most))
    assert [one for here, _ in cut for one in here] == left
    assert [one for _, there in cut for one in there] == right
    assert max(max(len(here), len(there)) for here, there in cut) <= most


def test_what_has_no_time_stays_where_it_stands() -> None:
    """An utterance without a time is in the window of the one before it."""
    left, right = both(count=9)
    timeless = Utterance(900, None, "min", False, "name:anna", False, "text", "datum onleesbaar")
    here = [*left[:5], timeless, *left[5:]]
    cut = list(windows(here, right, Relation(), most=4))
    assert [one for part, _ in cut for one in part] == here


def test_a_chat_that_is_never_silent_is_cut_all_the_same() -> None:
    """A message a minute for days leaves windows of bounded size."""
    left = [said(n + 1, n, LEFT_NAMES[n % 3], rare(n)) for n in range(900)]
    right = [said(n + 10_000, n, RIGHT_NAMES[n % 3], rare(n)) for n in range(900)]
    cut = list(windows(left, right, learn(left, right, matching), most=100))
    assert max(len(here) for here, _ in cut) <= 100
    assert sum(len(here) for here, _ in cut) == 900


def test_nothing_is_no_window() -> None:
    """Two empty strands have no windows."""
    assert list(windows([], [], Relation())) == []
