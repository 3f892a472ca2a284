"""One measured job, in a process of its own: `tests.bench` starts it and reads its JSON.

python -m tests.bench.one make FOLDER
python -m tests.bench.one ingest FOLDER READER SERVICE FILE…
python -m tests.bench.one parse FILE
python -m tests.bench.one keys FILE
python -m tests.bench.one breakdown FOLDER SERVICE FILE
python -m tests.bench.one night FOLDER
python -m tests.bench.one query FOLDER QUESTIONS
python -m tests.bench.one retention FOLDER
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from archiver.asked import Query
from tests.bench import floor, place
from tests.bench.breakdown import Breakdown

_ROUNDS = 7


def make(folder: str) -> dict[str, object]:
    """Make an archive."""
    place.make(Path(folder))
    return {}


def ingest(folder: str, reader: str, service: str, *files: str) -> dict[str, object]:
    """Take files in; give what was read, what became of it, and who spent what."""
    from archiver.pipeline.ingest import take_in
    from archiver.pipeline.reconcile import reconcile

    with place.at_work(Path(folder), reader) as bench:
        account = place.account(bench, service)
        outcomes = [take_in(bench, Path(file), account) for file in files]
        reconcile(bench.scribe)
    spent = os.times()
    return {
        "own": spent.user + spent.system,
        "child": spent.children_user + spent.children_system,
        "read": sum(outcome.counts.read for outcome in outcomes),
        "new": sum(outcome.counts.new for outcome in outcomes),
        "states": sorted({str(outcome.state) for outcome in outcomes}),
    }


def parse(file: str) -> dict[str, object]:
    """Parse a chat text and read it with the floor, in turns; give the best seconds of each."""
    path = Path(file)
    times: dict[str, list[float]] = {"parse": [], "floor": []}
    for _ in range(_ROUNDS):
        for name, work in (("floor", floor.headers), ("parse", floor.parsed)):
            start = time.process_time()
            times[name].append(0.0)
            count = work(path)
            times[name][-1] = time.process_time() - start
    return {"messages": count, **{name: min(seconds) for name, seconds in times.items()}}


def keys(file: str) -> dict[str, object]:
    """Parse a chat text and compute the keys of its items, and nothing else; give the seconds."""
    start = time.process_time()
    count = floor.keyed(Path(file))
    return {"messages": count, "cpu": time.process_time() - start}


def breakdown(folder: str, service: str, file: str) -> dict[str, object]:
    """Take a file in, in one process, and say where the processor time went."""
    sampled = Breakdown()
    start = time.process_time()
    with sampled.sampling():
        counts = ingest(folder, "own", service, file)
    return {**counts, "cpu": time.process_time() - start, "parts": dict(sampled.seconds)}


def night(folder: str) -> dict[str, object]:
    """Merge full text as the watcher does at night; give how many steps and the longest."""
    steps = []
    with place.opened(Path(folder)) as archive, archive.writing():
        more = True
        while more:
            start = time.perf_counter()
            more = archive.catalogue.merge()
            steps.append(time.perf_counter() - start)
    return {"steps": len(steps), "longest": max(steps)}


def query(folder: str, questions: str) -> dict[str, object]:
    """Ask all questions of a file once to warm up and once measured; give times (ms) and hits."""
    from archiver.search.query import parse as read
    from archiver.search.run import search

    asked = json.loads(Path(questions).read_text(encoding="utf-8"))
    with place.opened(Path(folder)) as archive:
        for measured in (False, True):
            answers = []
            for question in asked:
                wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
                answer = search(archive, Query(**{**question, "words": read(question["words"])}))
                spent = time.perf_counter_ns() - wall, time.thread_time_ns() - cpu
                answers.append((spent[0] / 1e6, spent[1] / 1e6, answer.total))
            if measured:
                return {"answers": answers}
    return {}


def retention(folder: str) -> dict[str, object]:
    """Appraise and hold all of an archive; give what each took."""
    from tests.bench.keeping import job

    return job(folder)


_JOBS: dict[str, Callable[..., dict[str, object]]] = {
    "make": make,
    "ingest": ingest,
    "parse": parse,
    "keys": keys,
    "breakdown": breakdown,
    "night": night,
    "query": query,
    "retention": retention,
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_JOBS[sys.argv[1]](*sys.argv[2:])) + "\n")
