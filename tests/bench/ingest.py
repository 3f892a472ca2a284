"""Whole ingest of one chat text, against programs that only parse it.

Ours hashes, parses, normalises, deduplicates, encrypts, stores, indexes and logs, in a new archive
each time, and counts from the start of the program to its end. The peers count the parsing call
alone. All take turns, and the best turn of each counts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench import measure, peers
from tests.bench.measure import Cost
from tests.bench.result import Row, Section, at_most, missing

TURNS = 4
OWN, CHILD = "one process", "two processes"
_GOALS = {"chat-miner": "must", "whatstk": "goal"}
_MEMORY_MB = 200
_SECOND_CORE = 0.75
_GROWTH = 1.2


def measured(work: Path, cache: Path, messages: int) -> Section:
    """Measure a file of so many messages, and one a fifth and one twice as long."""
    chat = written(work, messages)
    python = peers.python(cache)
    contenders: dict[str, Callable[[], Cost]] = {
        OWN: partial(whole, work, "own", chat),
        CHILD: partial(whole, work, "child", chat),
    }
    if isinstance(python, Path):
        for name in _GOALS:
            command = (python, Path(__file__).with_name("peer.py"), name, chat)
            contenders[name] = partial(measure.run, command)
    turns = in_turns(contenders)
    rows = [
        *_against_peers(turns, messages, python),
        *_second_core(turns, messages),
        *_sizes(work, messages, turns[CHILD]),
    ]
    return Section(f"A Dutch WhatsApp export of {messages:,} messages, whole", tuple(rows), _NOTES)


_NOTES = (
    "CPU is user and system time of all processes. Ours counts from the program's start to its"
    f" end, a peer's its parsing call alone. All take turns on the same file; the best of {TURNS}.",
    "On a busy machine the two processes do not run at once: then the row of the busier process"
    " says what the wall clock cannot.",
    "Memory is resident size, looked at every 20 ms; *together* is both processes at one moment.",
)


def in_turns(
    contenders: dict[str, Callable[[], Cost]], times: int = TURNS
) -> dict[str, list[Cost]]:
    """Let each contender run once, then each once more, so many times in all."""
    turns: dict[str, list[Cost]] = {name: [] for name in contenders}
    for _ in range(times):
        for name, run in contenders.items():
            turns[name].append(run())
    return turns


def written(work: Path, messages: int) -> Path:
    """Give a chat text of so many messages, written when it is not there yet."""
    path = work / f"{messages}" / "WhatsApp-chat met Directieoverleg.txt"
    if not path.exists():
        path.parent.mkdir(parents=True)
        script = Path(__file__).with_name("generate_whatsapp.py")
        measure.run((measure.PYTHON, script, path, "--messages", str(messages)))
    return path


def whole(work: Path, reader: str, *files: Path, service: str = "whatsapp") -> Cost:
    """Take files into a new archive.

    Raises:
        CommandFailed: They were not taken in, so that the time means nothing.
    """
    folder = work / "archive"
    shutil.rmtree(folder, ignore_errors=True)
    measure.run(measure.ours("make", folder))
    return taken_in(folder, reader, service, *files)


def taken_in(folder: Path, reader: str, service: str, *files: Path) -> Cost:
    """Take files into an archive that exists; its output holds the counts."""
    cost = measure.run(measure.ours("ingest", folder, reader, service, *files))
    outcome = json.loads(cost.output)
    if outcome["states"] != ["ingested"]:
        raise measure.CommandFailed(f"not taken in: {outcome}")
    return cost


def _against_peers(
    turns: dict[str, list[Cost]], messages: int, python: Path | peers.Missing
) -> Iterator[Row]:
    for name, force in _GOALS.items():
        if isinstance(python, peers.Missing):
            yield missing(f"CPU, whole ingest ÷ {name}'s parsing ({force})", python.reason)
            continue
        said = [json.loads(cost.output) for cost in turns[name]]
        theirs = min(each["cpu"] for each in said)
        against = f"{name} {said[0]['version']}: {_each(theirs, messages)}"
        for way, goal in ((CHILD, 1), (OWN, None)):
            ours = min(cost.cpu for cost in turns[way])
            what = f"CPU, whole ingest ÷ {name}'s parsing ({force}), {way}"
            yield at_most(what, _each(ours, messages), against, ours / theirs, goal)
        mine, peak = max(c.peak for c in turns[CHILD]), min(c.peak for c in turns[name])
        what = f"peak memory, two processes together ÷ {name}"
        yield at_most(what, f"{mine:.0f} MB", f"{peak:.0f} MB", mine / peak)


def _second_core(turns: dict[str, list[Cost]], messages: int) -> Iterator[Row]:
    one, two = (min(cost.wall for cost in turns[name]) for name in (OWN, CHILD))
    yield at_most(
        "wall clock, two processes ÷ one", f"{two:.1f} s", f"{one:.1f} s", two / one, _SECOND_CORE
    )
    yield _busier(turns)
    one, two = (min(cost.cpu for cost in turns[name]) for name in (OWN, CHILD))
    ours, against = _each(two, messages), _each(one, messages)
    yield at_most("CPU, two processes ÷ one", ours, against, two / one)


def _busier(turns: dict[str, list[Cost]]) -> Row:
    """Give what the clock would show if nothing else ran: the busier process sets the pace."""
    best = min(turns[CHILD], key=lambda cost: cost.cpu)
    said = json.loads(best.output)
    whole = min(cost.cpu for cost in turns[OWN])
    return at_most(
        "CPU of the busier process ÷ of one process",
        f"writing {said['own']:.1f} s, reading {said['child']:.1f} s",
        f"{whole:.1f} s",
        max(said["own"], said["child"]) / whole,
        _SECOND_CORE,
    )


def _sizes(work: Path, messages: int, middle: list[Cost]) -> Iterator[Row]:
    """Compare memory and cost a message of a short, the middle and a long file."""
    counts = (messages // 5, messages, messages * 2)
    costs = [
        whole(work, "child", written(work, counts[0])),
        min(middle, key=lambda cost: cost.cpu),
        whole(work, "child", written(work, counts[2])),
    ]
    for count, cost in zip(counts, costs, strict=True):
        each = ", ".join(f"{peak:.0f}" for peak in cost.peaks)
        yield at_most(
            f"peak memory of {count:,} messages, MB", f"each {each}", "", cost.peak, _MEMORY_MB
        )
    small, _, large = (cost.peak for cost in costs)
    against = f"{small:.0f} MB"
    yield at_most("peak memory, longest ÷ shortest", f"{large:.0f} MB", against, large / small)
    small, _, large = (cost.cpu / count for count, cost in zip(counts, costs, strict=True))
    yield at_most(
        "CPU a message, longest ÷ shortest file",
        f"{large * 1e6:.1f} µs", f"{small * 1e6:.1f} µs", large / small, _GROWTH,
    )  # fmt: skip


def _each(seconds: float, messages: int) -> str:
    return f"{seconds:.1f} s, {seconds / messages * 1e6:.1f} µs a message"
