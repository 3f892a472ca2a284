"""The beta distribution: its regularised incomplete function and quantiles, to double precision.

The continued fraction is DLMF 8.17.22 (NIST Digital Library of Mathematical Functions, release
1.2), evaluated by the method of Lentz (1976); quantiles by bisection.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import Final

_PRECISE: Final = 1e-15
_TINY: Final = 1e-300
_HALVINGS: Final = 200
_TERMS: Final = 10_000


def incomplete(a: float, b: float, x: float) -> float:
    """Give I_x(a, b): the chance that a beta variable of shapes a, b > 0 is at most x."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast below the mean
        return 1 - incomplete(b, a, 1 - x)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(scale) / a / _fraction(a, b, x)


def quantile(a: float, b: float, chance: float) -> float:
    """Give the x of which I_x(a, b) is a chance from 0 to 1."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if incomplete(a, b, middle) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _fraction(a: float, b: float, x: float) -> float:
    """Give the continued fraction 1 + d1/(1 + d2/(1 + …))."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _TERMS):
        part = _part(a, b, x, term)
        d = 1 / (1 + part * d or _TINY)
        c = 1 + part / c or _TINY
        value *= c * d
        if abs(c * d - 1) < _PRECISE:
            break
    return value


def _part(a: float, b: float, x: float, term: int) -> float:
    """Give the numerator d of one term."""
    m = term // 2
    if term % 2 == 0:
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
