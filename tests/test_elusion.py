"""The elusion test: a sample nobody could choose, and intervals that agree with published ones."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.classify.beta import incomplete, quantile
from archiver.classify.elusion import clopper_pearson, estimate, sample, wilson

# R. G. Newcombe, Statistics in Medicine 17 (1998), table I: methods 5 (exact) and 3 (score).
NEWCOMBE = (
    (81, 263, (0.2527, 0.3676), (0.2553, 0.3662)),
    (15, 148, (0.0578, 0.1617), (0.0624, 0.1605)),
    (0, 20, (0.0, 0.1684), (0.0, 0.1611)),
    (1, 29, (0.0009, 0.1776), (0.0061, 0.1718)),
)


@pytest.mark.parametrize(("found", "sampled", "exact", "score"), NEWCOMBE)
def test_the_intervals_are_those_published(
    found: int, sampled: int, exact: tuple[float, float], score: tuple[float, float]
) -> None:
    """Both intervals agree with Newcombe's published table to its four decimals."""
    one, other = clopper_pearson(found, sampled), wilson(found, sampled)
    assert (round(one.low, 4), round(one.high, 4)) == exact
    assert (round(other.low, 4), round(other.high, 4)) == score


def test_nothing_found_still_leaves_a_doubt() -> None:
    """Of 300 without work at most one in a hundred is work, as the rule of three has it."""
    assert clopper_pearson(0, 300, 0.90).high == pytest.approx(1 - 0.05 ** (1 / 300))
    assert clopper_pearson(5, 1500, 0.90).high == pytest.approx(0.0070, abs=5e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_exact_interval_is_what_it_claims(counts: tuple[int, int]) -> None:
    """At each bound the binomial chance of what was found, or of more extreme, is one in forty."""
    found, sampled = counts
    one = clopper_pearson(found, sampled)
    if found:
        assert _at_least(found, sampled, one.low) == pytest.approx(0.025, rel=1e-6)
    if found < sampled:
        assert 1 - _at_least(found + 1, sampled, one.high) == pytest.approx(0.025, rel=1e-6)
    assert one.low <= one.share <= one.high


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 400), st.floats(0.5, 400), st.floats(0.001, 0.999))
def test_a_quantile_undoes_the_beta_function(a: float, b: float, chance: float) -> None:
    """The chance of what lies below a quantile is the chance it was asked for."""
    assert incomplete(a, b, quantile(a, b, chance)) == pytest.approx(chance, abs=1e-9)


def test_large_samples_stay_exact() -> None:
    """Half of a million found gives the interval of the normal law, and no overflow."""
    one = clopper_pearson(500_000, 1_000_000)
    assert (one.low, one.high) == pytest.approx((0.49902, 0.50098), abs=1e-5)


def test_a_sample_depends_on_its_seed_alone() -> None:
    """The order of the pile changes nothing, another seed draws others, a larger one adds."""
    ids = [f"d.{number}" for number in range(1000)]
    drawn = sample(ids, 50, "2026-05-01 committee")
    assert drawn == sample(reversed(ids), 50, "2026-05-01 committee")
    assert drawn != sample(ids, 50, "another")
    assert sample(ids, 80, "2026-05-01 committee")[:50] == drawn
    assert len(set(drawn)) == 50
    assert sorted(sample(ids, 5000, "all")) == sorted(ids)


def test_every_item_is_drawn_equally_often() -> None:
    """Over many seeds each item comes in about its share of the samples."""
    times = dict.fromkeys(map(str, range(20)), 0)
    for seed in range(2000):
        for one in sample(times, 5, str(seed)):
            times[one] += 1
    assert all(430 < count < 570 for count in times.values())


def test_recall_is_told_with_its_interval() -> None:
    """One in a hundred of a large pile is a sixth of all work, and the interval says how unsure."""
    told = estimate(kept=1000, pile=20_000, sampled=300, found=3)
    assert told.recall.share == pytest.approx(1000 / 1200)
    assert told.recall.low == pytest.approx(1000 / (1000 + 20_000 * told.elusion.high))
    assert told.recall.low < 0.64 < 0.95 < told.recall.high


def test_what_was_found_and_what_was_seen_is_certain() -> None:
    """A pile that was sampled whole leaves no doubt, and what was found was surely missed."""
    told = estimate(kept=90, pile=40, sampled=40, found=10)
    assert told.recall.low == told.recall.share == told.recall.high == 0.9
    assert estimate(kept=90, pile=40, sampled=20, found=10, method=wilson).recall.high <= 0.9
    assert estimate(kept=0, pile=40, sampled=40, found=0).recall.share == 1.0


@pytest.mark.parametrize(("found", "sampled"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(found: int, sampled: int) -> None:
    """Nothing is estimated from counts that cannot be."""
    for method in (clopper_pearson, wilson):
        with pytest.raises(ValueError, match=str(found)):
            method(found, sampled, 0.95)
    with pytest.raises(ValueError, match="9"):
        estimate(kept=1, pile=5, sampled=9, found=1)
    with pytest.raises(ValueError, match="-1"):
        sample(["a"], -1, "seed")


def _at_least(found: int, sampled: int, share: float) -> float:
    """Give the binomial chance of so many or more, summed term by term."""
    terms = range(found, sampled + 1)
    return sum(comb(sampled, k) * share**k * (1 - share) ** (sampled - k) for k in terms)
