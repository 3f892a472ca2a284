"""How much work lies among what was set aside: a blind sample, and the recall it proves.

An elusion test draws at random from the pile of what was sorted as no work; others judge the sample
without knowing why it was set aside. Of the work found there an interval follows, by Clopper and
Pearson (Biometrika 26, 1934; never too narrow) or by Wilson (JASA 22, 1927; nearer to the mark).
Report recall with its interval, not elusion alone: one in a hundred of a large pile is much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from math import sqrt
from statistics import NormalDist

from msgspec import Struct

from archiver.classify.beta import quantile


class Interval(Struct, frozen=True):
    """A share from 0 to 1: as found, and the bounds that hold it with the confidence asked for."""

    share: float
    low: float
    high: float


class Estimate(Struct, frozen=True):
    """What a sample says: the share of work in the pile, and of all work that was kept."""

    elusion: Interval
    recall: Interval
    sampled: int
    found: int


Method = Callable[[int, int, float], Interval]


def sample(ids: Iterable[str], size: int, seed: str) -> list[str]:
    """Draw at random, without putting back; the same seed draws the same of the same ids.

    The order of the ids does not matter, and a larger size draws the smaller sample first. The seed
    belongs in the log before the sample is judged: nobody can then have chosen it afterwards.

    Raises:
        ValueError: The size is below 0.
    """
    if size < 0:
        raise ValueError(size)
    return sorted(set(ids), key=lambda one: sha256(f"{seed}\0{one}".encode()).digest())[:size]


def clopper_pearson(found: int, sampled: int, confidence: float = 0.95) -> Interval:
    """Give the exact two-sided interval of a share.

    Raises:
        ValueError: Nothing was sampled, more was found than sampled, or no such confidence.
    """
    _check(found, sampled, confidence)
    tail = (1 - confidence) / 2
    low = quantile(found, sampled - found + 1, tail) if found else 0.0
    high = quantile(found + 1, sampled - found, 1 - tail) if found < sampled else 1.0
    return Interval(found / sampled, low, high)


def wilson(found: int, sampled: int, confidence: float = 0.95) -> Interval:
    """Give the score interval of a share, without correction for continuity.

    Raises:
        ValueError: Nothing was sampled, more was found than sampled, or no such confidence.
    """
    _check(found, sampled, confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = found / sampled, z * z / sampled
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / sampled + square / sampled / 4) / (1 + square)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(share, low if found else 0.0, high if found < sampled else 1.0)


def estimate(
    *,
    kept: int,
    pile: int,
    sampled: int,
    found: int,
    confidence: float = 0.95,
    method: Method = clopper_pearson,
) -> Estimate:
    """Estimate recall: `kept` items of work were kept, `pile` set aside, `found` of `sampled`.

    What was found is certain, and so is what was sampled and is none: the bounds of a small pile
    take both into account. `kept` counts as certain; where it is doubtful, sample it as well.

    Raises:
        ValueError: More was sampled than lies there, or the counts contradict each other.
    """
    if sampled > pile or kept < 0:
        raise ValueError((sampled, pile, kept))
    elusion = method(found, sampled, confidence)
    least, most = found, pile - (sampled - found)
    missed = [min(max(share * pile, least), most) for share in (elusion.low, elusion.high)]
    recall = Interval(
        _recall(kept, elusion.share * pile), _recall(kept, missed[1]), _recall(kept, missed[0])
    )
    return Estimate(elusion, recall, sampled, found)


def _check(found: int, sampled: int, confidence: float) -> None:
    if not (0 <= found <= sampled and sampled > 0 and 0 < confidence < 1):
        raise ValueError((found, sampled, confidence))


def _recall(kept: int, missed: float) -> float:
    """Give the share that was kept; where there is no work at all, none was lost."""
    return kept / (kept + missed) if kept + missed else 1.0
