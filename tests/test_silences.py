"""Aligning piece by piece gives what aligning the whole gives, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.deduplicate.alignment import align
from archiver.deduplicate.learning import learn
from archiver.deduplicate.links import Link
from archiver.deduplicate.silences import BETWEEN, WITHIN, Silence, cut
from archiver.model import Utterance
from archiver.normalise.text import matching
from tests.strands import HOUR, LEFT_NAMES, MINUTE, RIGHT_NAMES, rare, said

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


def _times(side: Sequence[Utterance], ahead: int = 0) -> list[int]:
    return [(one.sent_at or 0) - ahead for one in side]


@pytest.mark.parametrize("moments", [60, 100, 333, 20_000])
def test_pieces_give_what_the_whole_gives(moments: int) -> None:
    """Cut in the nights of a month, every piece aligned by itself: the same links."""
    left = [one for one in _chat(LEFT_NAMES, 1, 0) if one.copy % 31]
    right = [one for one in _chat(RIGHT_NAMES, 10_000, -300) if one.copy % 37]
    relation = learn(left, right, matching)
    whole = align(left, right, relation, matching).links
    times = merge(_times(left), _times(right, -5 * HOUR))
    parts: list[Link] = []
    for since, until in cut(times, (Silence(2 * HOUR, moments),)):
        here = [one for one in left if since <= (one.sent_at or 0) < until]
        there = [one for one in right if since <= (one.sent_at or 0) + 5 * HOUR < until]
        parts += align(here, there, relation, matching).links
    assert {(one.left, one.right) for one in parts} == {(one.left, one.right) for one in whole}
    assert len(parts) == len(whole) > 1_000


def test_pieces_hold_every_moment_once_and_end_where_nobody_speaks() -> None:
    """A month of one phone is cut in its nights, each night of them, and nothing is left out."""
    times = _times(_chat(LEFT_NAMES, 1, 0))
    pieces = list(cut(times, (Silence(2 * HOUR, EACH), *BETWEEN)))
    assert [sum(since <= at < until for at in times) for since, until in pieces] == [EACH] * DAYS
    assert all(other[0] - one[1] >= 2 * HOUR for one, other in pairwise(pieces))


def test_a_short_silence_parts_one_phone_and_not_several() -> None:
    """Half an hour without a word ends a piece where all copies have one clock, and only there."""
    times = [n * MINUTE for n in (*range(60), *range(95, 155))]
    assert len(list(cut(times, WITHIN))) == 2
    assert len(list(cut(times, BETWEEN))) == 1


def test_a_chat_that_is_never_silent_is_cut_all_the_same() -> None:
    """Two messages a minute for a month leave pieces of bounded size, none within a minute."""
    times = [n // 2 * MINUTE for n in range(100_001)]
    pieces = list(cut(times, BETWEEN))
    sizes = [sum(since <= at < until for at in times) for since, until in pieces]
    assert sizes == [40_000, 40_000, 20_001]


def test_a_moment_that_a_clock_put_back_ends_no_piece() -> None:
    """A time before the one it follows, as a change of the clock leaves, counts as no silence."""
    times = [5 * HOUR, HOUR, 5 * HOUR + 1]
    assert list(cut(times, (Silence(HOUR, 1),))) == [(5 * HOUR, 5 * HOUR + 2)]


def test_nothing_is_no_piece() -> None:
    """What has no moments has no pieces."""
    assert list(cut([], BETWEEN)) == []


@given(
    st.lists(st.integers(0, 9_000), max_size=80).map(sorted),
    st.lists(st.builds(Silence, st.integers(0, 300), st.integers(0, 9)), min_size=1, max_size=3),
)
def test_a_piece_ends_at_the_first_silence_that_suffices(
    times: list[int], silences: list[Silence]
) -> None:
    """Every moment of a piece but the first follows too soon, or the piece is too short to end."""
    pieces = list(cut(times, tuple(silences)))
    assert [at for since, until in pieces for at in times if since <= at < until] == times
    for since, until in pieces:
        piece = [at for at in times if since <= at < until]
        ends = [_ended(piece, n, silences) for n in range(1, len(piece))]
        after = [at for at in times if at >= until][:1]
        assert not any(ends)
        assert not after or _ended(piece + after, len(piece), silences)


def _ended(piece: Sequence[int], count: int, silences: Sequence[Silence]) -> bool:
    silence = piece[count] - piece[count - 1]
    return any(silence > each.length and count >= each.moments for each in silences)
