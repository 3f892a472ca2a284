"""Two exports of one chat are aligned as well as is promised, on pairs whose truth is known.

The full table is measured by ``python -m tests.bench --only alignment``.
"""

from __future__ import annotations

import pytest

from tests.bench import alignment
from tests.bench.alignment_score import Score, total
from tests.bench.pairs import SCENARIOS

SEEDS, MESSAGES = 1, 4_000
ORDINARY = ("normal", "minutes", "media", "skewed", "summer-time", "travel", "renamed")
HEAVY = ("heavy", "heavy-6")
OTHERS = ("look-alike", "look-alike-forwarded", "look-alike-small")
AGAIN = ("re-export", "re-export-en")


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    """A short chat of each scenario, aligned."""
    names = (*ORDINARY, *HEAVY, "forwarded-overlap", *OTHERS, *AGAIN)
    return alignment.ours_of((SCENARIOS[name] for name in names), SEEDS, MESSAGES)


def of(scores: dict[str, Score], names: tuple[str, ...]) -> Score:
    """Count some scenarios together."""
    return total(scores[name] for name in names)


def test_ordinary_noise(scores: dict[str, Score]) -> None:
    """Of 10,000 messages at most one is merged wrongly, and at most fifteen are missed."""
    found = of(scores, ORDINARY)
    assert found.verdicts == {"same": len(ORDINARY)}
    assert found.wrong_each <= 1, found.errors
    assert found.missed_each <= 15, found.errors


def test_heavy_noise(scores: dict[str, Score]) -> None:
    """With four to six times the noise at most five are merged wrongly and a hundred missed."""
    found = of(scores, HEAVY)
    assert found.verdicts == {"same": len(HEAVY)}
    assert found.wrong_each <= 5, found.errors
    assert found.missed_each <= 100, found.errors


def test_forwarded_words_are_another_message(scores: dict[str, Score]) -> None:
    """A forwarded text is never merged with the message it repeats."""
    found = scores["forwarded-overlap"]
    assert found.wrong_each <= 5, found.errors


def test_look_alike_groups_are_never_merged(scores: dict[str, Score]) -> None:
    """Two groups of the same people on the same days are two, also when they forward messages."""
    found = of(scores, OTHERS)
    assert set(found.verdicts) == {"other"}
    assert (found.links, found.proposals) == (0, 0)


def test_another_export_of_one_phone(scores: dict[str, Score]) -> None:
    """A later export of one phone has nothing merged wrongly, and hardly anything missed."""
    found = of(scores, AGAIN)
    assert found.wrong == 0, found.errors
    assert found.missed_each <= 15, found.errors


def test_nobody_gets_the_words_of_another(scores: dict[str, Score]) -> None:
    """Of all messages that were merged, 99.9 % are of one person on both sides."""
    found = total(scores.values())
    assert found.authors_right >= 99.9, found.errors
