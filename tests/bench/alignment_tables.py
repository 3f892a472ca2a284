"""The tables of how well exports were aligned: goals, scenarios, errors, and simpler ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.alignment_score import Score, total
from tests.bench.pairs import SCENARIOS
from tests.bench.result import Row, at_least, at_most, table

BASELINE = 2_000
"""Messages of a chat for the way that is too slow for more."""
KNOWN = ", known to be one phone"
JOIN = "join on text and minute"
COMMON = f"longest common run of texts (chats of {BASELINE:,})"
_ERRORS = ("equal", "same", "other", "missed")
_DEFINITIONS = (
    "*Wrong* are links of two items that are not one message, in 10,000 messages of the smaller"
    " side (in brackets their number); of those *equal* are the same words of the same person"
    " twice. *Missed* are messages of people that both sides hold and that were not linked, in"
    " 10,000 of those. *Proposals* are pairs that an officer is shown. *Authors right* is the"
    " share of the links that are of one person. Messages are those of the smaller side."
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores by scenario: of our own way and, by the name of each, of the simple ways."""

    simple: dict[str, dict[str, Score]]
    ours: dict[str, Score] = field(default_factory=dict)


def goals(figures: Figures) -> Iterator[Row]:
    """Hold what must hold against what was found."""
    for name, wrong, missed in (("normal", 1, 15), ("heavy", 5, 100)):
        each = figures.ours[name]
        join = figures.simple[JOIN][name]
        against = f"{join.wrong_each:.1f} by a join on text and minute"
        yield at_most(f"wrong in 10,000, {name}", str(each.wrong), against, each.wrong_each, wrong)
        against = f"{join.missed_each:.0f} by that join"
        yield at_most(
            f"missed of 10,000, {name}", str(each.missed), against, each.missed_each, missed
        )
    ordinary = total(figures.ours[each.name] for each in SCENARIOS.values() if each.is_ordinary)
    what, count = "all of normal noise", f"of {ordinary.messages:,}"
    yield at_most(f"wrong in 10,000, {what}", f"{ordinary.wrong} {count}", "", ordinary.wrong_each)
    count = f"{ordinary.missed} of {ordinary.pairs:,}"
    yield at_most(f"missed of 10,000, {what}", count, "", ordinary.missed_each)
    others = [figures.ours[name] for name in figures.ours if name.startswith("look-alike")]
    taken = sum(each.links for each in others)
    yield at_most("links between two look-alike groups", str(taken), "", taken, 0)
    whole = total(figures.ours.values())
    strangers = f"{whole.strangers} of {whole.links:,} links of two people"
    yield at_least("authors right, all scenarios, %", strangers, "", whole.authors_right, 99.9)
    yield at_least("messages a CPU second, normal", "", "", figures.ours["normal"].rate, 60_000)


def notes(figures: Figures) -> tuple[str, ...]:
    """Give all tables, each with what it shows."""
    return (
        *(_DEFINITIONS, _scenarios(figures)),
        *("What the wrong and the missed messages were, of all scenarios:", _errors(figures)),
        *("What two simple ways come to, in 10,000:", _simple(figures)),
    )


def _scenarios(figures: Figures) -> str:
    """Give the table of all scenarios."""
    head = (
        *("scenario", "what it is", "wrong", "of those equal", "by another person", "missed"),
        *("of those proposed", "proposals", "authors right", "messages a CPU second", "verdict"),
    )
    return table(head, (_line(name, each) for name, each in figures.ours.items()))


def _errors(figures: Figures) -> str:
    """Give the table of what the wrong and the missed messages were."""
    found = total(figures.ours.values()).errors
    whats = sorted({what for what, _ in found}, key=lambda what: (-_sum(found, what), what))
    head = (
        *("what they were", "wrong: same person, same words", "wrong: same person, other words"),
        *("wrong: another person", "missed"),
    )
    return table(head, ((what, *(str(found[what, kind]) for kind in _ERRORS)) for what in whats))


def _simple(figures: Figures) -> str:
    """Give the table of what simpler ways come to."""
    names = tuple(figures.simple)
    head = ("scenario", *(f"{name}: {what}" for name in names for what in ("wrong", "missed")))
    rows = []
    for scenario in figures.simple[JOIN]:
        scores = [figures.simple[name].get(scenario, Score()) for name in names]
        cells = ((f"{each.wrong_each:.1f}", f"{each.missed_each:.0f}") for each in scores)
        rows.append((scenario, *(cell for pair in cells for cell in pair)))
    return table(head, rows)


def _line(name: str, each: Score) -> tuple[str, ...]:
    scenario = SCENARIOS[name.removesuffix(KNOWN)]
    verdicts = ", ".join(f"{what} {count}" for what, count in sorted(each.verdicts.items()))
    return (
        name,
        scenario.says,
        f"{each.wrong_each:.2f} ({each.wrong})",
        str(each.equals),
        str(each.strangers),
        f"{each.missed_each:.1f}" if each.pairs else "",
        str(each.offered),
        str(each.proposals),
        f"{each.authors_right:.3f} %" if each.links else "",
        f"{each.rate:,.0f}",
        verdicts,
    )


def _sum(found: Counter[tuple[str, str]], what: str) -> int:
    return sum(found[what, kind] for kind in _ERRORS)
