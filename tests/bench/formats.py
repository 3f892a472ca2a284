"""Parsing of exports against a bare pass of a tokenizer over the same file, and its memory.

What is timed is survey and parse, every item made and dropped; normalising and what comes after it
is measured with the whole ingest. Each pass is a process of its own, in turns, and the best counts.
Memory is measured twice: of parsing alone, and of the reading process of a whole ingest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.bench import exports, measure, peers
from tests.bench.result import Row, Section, at_least, at_most, missing

_TURNS = 3
_MEMORY_MB = 60
_PROBES_MS = 50
_PEERS = frozenset({"ijson", "ijson-items"})
_SHOWN = {
    "msgspec": "msgspec, lines to plain objects",
    "json": "json of the standard library",
    "ijson": "ijson (yajl2_c), values",
    "ijson-items": "ijson (yajl2_c), items",
    "expat": "expat, elements",
    "expat-text": "expat, elements and text",
}
_AGAINST: dict[str, tuple[tuple[str, float | None], ...]] = {
    "telegram-json": (("ijson-items", 0.7),),
    "signal-export": (("msgspec", 0.5), ("json", None), ("ijson", None)),
    "sms-xml": (("expat", 0.5),),
    "ufdr": (("expat-text", 0.5),),
}
_SHARE = {"telegram-json": 1.0, "signal-export": 1.0, "sms-xml": 1.0, "ufdr": 1 / 3}
"""How many messages of the measured number; a UFDR takes two kilobytes for each."""


def measured(work: Path, cache: Path, messages: int) -> Section:
    """Measure four formats with so many messages each, and what loading and asking them costs."""
    python = peers.python(cache)
    rows = list(_probes())
    for form in _AGAINST:
        count = round(messages * _SHARE[form])
        file = exports.write(work, form, count)
        rows += _speeds(form, file, count, python)
        rows += _memory(work, form, file, count)
        file.unlink()
    return Section(f"Formats: {messages:,} messages, parsing alone", tuple(rows), _NOTES)


_NOTES = (
    "The figure is the CPU time of a bare pass ÷ that of survey and parse: 1 says that the parser"
    " costs no more than the tokenizer alone. A bare pass does nothing with what it reads.",
    "expat calls empty handlers of Python for each element, and for text where the format has its"
    " words there. msgspec decodes each line to plain dictionaries, the fastest that Python"
    " has for JSON; its lines are read with a limit, as hostile files demand. The ratios to json"
    " and ijson say what a program costs that reads the same file with these; they have no goal.",
    "Memory of parsing is that of a process that surveys and parses. The reading process of an"
    " ingest normalises, analyses and compresses besides, and remembers the stems of words.",
)


def _speeds(form: str, file: Path, count: int, python: Path | peers.Missing) -> Iterator[Row]:
    size = file.stat().st_size / 1e6
    mine: list[float] = []
    bare: dict[str, list[float]] = {name: [] for name, _ in _AGAINST[form]}
    for _ in range(_TURNS):
        said = json.loads(measure.run(_job("parse", form, file)).output)
        if said["messages"] != count:
            raise measure.CommandFailed(f"{form}: {said['messages']} messages of {count}")
        mine.append(said["cpu"])
        for name, seconds in bare.items():
            if name not in _PEERS:
                seconds.append(_bare(measure.PYTHON, name, file))
            elif isinstance(python, Path):
                seconds.append(_bare(python, name, file))
    ours = f"{min(mine) / count * 1e6:.2f} µs a message ({size:.0f} MB)"
    for name, goal in _AGAINST[form]:
        what = f"{form}: {_SHOWN[name]} ÷ survey and parse (CPU)"
        if not bare[name]:
            yield missing(what, "ijson could not be installed")
            continue
        best = min(bare[name])
        yield at_least(what, ours, f"{best / count * 1e6:.2f} µs", best / min(mine), goal)


def _bare(python: Path, name: str, file: Path) -> float:
    script = Path(__file__).with_name("bare.py")
    return float(json.loads(measure.run((python, script, name, file)).output))


def _job(*words: str | Path) -> tuple[str | Path, ...]:
    return (measure.PYTHON, "-m", "tests.bench.formats_job", *words)


def _memory(work: Path, form: str, file: Path, count: int) -> Iterator[Row]:
    """Hold the memory of parsing against that of a file a tenth as long."""
    short = exports.write(work, form, count // 10)
    long, brief = (measure.run(_job("parse", form, each)).peak for each in (file, short))
    whole = measure.run(_job("read", form, file)).peaks[1]
    short.unlink()
    against = f"of a tenth of the messages {brief:.0f} MB"
    ours = f"{long:.0f} MB"
    yield at_most(f"{form}: peak memory of parsing, MB", ours, against, long, _MEMORY_MB)
    what = f"{form}: peak memory of the reading process of an ingest, MB"
    yield at_most(what, f"{whole:.0f} MB", "", whole)


def _probes() -> Iterator[Row]:
    said = [json.loads(measure.run(_job("probes")).output) for _ in range(_TURNS)]
    listed, asked = (min(each[name] for each in said) * 1000 for name in ("list", "ask"))
    yield at_most(
        "all probes of a small chat text, ms (CPU)",
        f"listing the formats {listed:.0f} ms", "", asked, _PROBES_MS,
    )  # fmt: skip
