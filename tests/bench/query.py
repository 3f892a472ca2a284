"""Searching a million messages: a word within a quarter and a conversation, and whole commands.

Each question is answered in full: the newest twenty with their surroundings, and the exact count.
Words are drawn by how often they occur, conversations by their length, quarters evenly.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from tests.bench import corpus, growth, measure
from tests.bench.result import Row, Section, at_most

_EACH = 60
_COMMANDS = 10
_GOAL_MS = 5
_GOAL_COMMAND_S = 0.4
_RANKS = {
    "a word of every third to tenth message": (0, 6),
    "a word of 1 to 2 % of the messages": (40, 80),
    "a word of 1 to 4 in ten thousand": (2_500, 7_000),
    "a word of a few in a million": (60_000, 110_000),
}


def measured(work: Path, messages: int) -> Section:
    """Search the archive that `growth` filled, after a night in which its full text was merged."""
    folder = work / "large"
    merged = json.loads(measure.run(measure.ours("night", folder)).output)
    choose = random.Random(5)
    rows = [_asked(folder, work, choose, name, ranks) for name, ranks in _RANKS.items()]
    return Section(
        f"Searching {messages:,} messages: word + quarter + conversation, newest 20 and count",
        (*rows, _command(folder, choose)),
        (
            "In process, processor time of the thread (the wall clock beside it also counts what"
            " other programs did meanwhile); every question is asked once before it is measured.",
            "Full text was merged before, as the watcher does at night:"
            f" {merged['steps']} steps, the longest of {merged['longest']:.2f} s.",
        ),
    )


def _asked(
    folder: Path, work: Path, choose: random.Random, name: str, ranks: tuple[int, int]
) -> Row:
    path = work / "questions.json"
    questions = [_question(choose, ranks) for _ in range(_EACH)]
    path.write_text(json.dumps(questions), encoding="utf-8")
    answers = json.loads(measure.run(measure.ours("query", folder, path)).output)["answers"]
    wall, cpu, totals = zip(*answers, strict=True)
    clock, cuts, hits = quantiles(wall, n=20), quantiles(cpu, n=20), sorted(totals)
    return at_most(
        f"p95 in ms, {name}",
        f"p50 {cuts[9]:.2f} ms; wall p50 {clock[9]:.2f}, p95 {clock[18]:.2f}",
        f"hits {hits[0]} to {hits[-1]}, median {hits[len(hits) // 2]}",
        cuts[18],
        _GOAL_MS,
    )


def _question(choose: random.Random, ranks: tuple[int, int]) -> dict[str, object]:
    year, quarter = choose.randint(2019, 2024), choose.randint(0, 3)
    ends = (year, quarter + 1) if quarter < 3 else (year + 1, 0)
    return {
        "words": choose.choice(corpus.vocabulary()[slice(*ranks)]),
        "since": _quarter(year, quarter),
        "until": _quarter(*ends),
        "conversation": corpus.title(
            choose.randrange(growth.PARTS), corpus.drawn(choose, growth.CONVERSATIONS)
        ),
    }


def _quarter(year: int, quarter: int) -> int:
    return int(datetime(year, quarter * 3 + 1, 1, tzinfo=UTC).timestamp() * 1000)


def _command(folder: Path, choose: random.Random) -> Row:
    """Time the command itself, from its start to its end."""
    program = measure.PYTHON.with_name("chatarchief")
    spent = []
    for _ in range(_COMMANDS):
        question = _question(choose, _RANKS["a word of 1 to 2 % of the messages"])
        command = (
            program, "--archive", folder / "archive", "--keys", folder / "keys",
            "search", str(question["words"]), "--from", "2021-01-01", "--to", "2021-03-31",
            "--conversation", str(question["conversation"]),
        )  # fmt: skip
        spent.append(measure.run(command))
    cpu, wall = (sorted(getattr(cost, name) for cost in spent) for name in ("cpu", "wall"))
    ours = f"wall {wall[0]:.2f} to {wall[-1]:.2f} s, CPU median {cpu[len(cpu) // 2]:.2f} s"
    middle = wall[len(wall) // 2]
    return at_most("median in s, the whole command", ours, "", middle, _GOAL_COMMAND_S)
