"""Measure how well two exports of one chat are aligned: wrong, missed, speed, memory.

    python -m tests.bench --only alignment [--quick]
    python -m tests.bench.alignment [--quick] [SCENARIO…]

The pairs and their truth are those of ``tests.bench.pairs``. The exports are read by the parser
and the normaliser of the archive. *Wrong* are links whose two items are not one message, in 10,000
messages of the smaller side (*equal* when one person said the same words twice, so that nothing
but the order tells them apart); *missed* are messages of people that both sides hold and that were
not linked, in 10,000 of those. Speed counts the messages of the smaller side.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import accumulate, islice
from pathlib import Path

import msgspec

from archiver.deduplicate.alignment import align
from archiver.deduplicate.frame import frames
from archiver.deduplicate.learning import learn
from archiver.deduplicate.likeness import recalled
from archiver.deduplicate.relation import Relation, same_clock
from archiver.deduplicate.silences import BETWEEN, cut
from archiver.model import Kind, Member, Utterance
from archiver.normalise import text
from archiver.normalise.chat import chat_normaliser
from archiver.parse.whatsapp_text import survey
from tests.bench import alignment_baseline, measure
from tests.bench.alignment_score import Found, Score, score
from tests.bench.alignment_tables import BASELINE, COMMON, JOIN, KNOWN, Figures, goals, notes
from tests.bench.pairs import MESSAGES, SCENARIOS, Export, Pair, Scenario, generate
from tests.bench.result import Row, Section, at_most
from tests.whatsapp import items, source

SEEDS = 5
QUICK = (2, 5_000)
"""Seeds, and messages of each side, of a quick run."""
_SMALL_CHATS = 40
_MEMORY = (20_000, 200_000)


def measured(work: Path, *, quick: bool) -> Section:
    """Align every scenario, and measure the memory of a short and of a long chat."""
    seeds, messages = QUICK if quick else (SEEDS, MESSAGES)
    figures = figures_of(SCENARIOS.values(), seeds, messages)
    rows = [*goals(figures), *_memory(work, quick=quick)]
    title = f"Two exports of one chat aligned, {seeds} pairs of {messages:,} messages each"
    return Section(title, tuple(rows), notes(figures))


def figures_of(chosen: Iterable[Scenario], seeds: int, messages: int) -> Figures:
    """Score some scenarios, with the simple ways beside our own."""
    figures = Figures(simple={JOIN: {}, COMMON: {}})
    for scenario in chosen:
        for pair in _pairs(scenario, seeds, messages):
            left, right = utterances(pair.left), utterances(pair.right)
            _add_ours(figures.ours, scenario, pair, left, right)
            found = alignment_baseline.joined(left, right)
            _add(figures.simple[JOIN], scenario.name, score(pair, found))
        _add_common(figures.simple[COMMON], scenario, min(messages, BASELINE))
    return figures


def ours_of(chosen: Iterable[Scenario], seeds: int, messages: int) -> dict[str, Score]:
    """Score some scenarios, our own way only."""
    scores: dict[str, Score] = {}
    for scenario in chosen:
        for pair in _pairs(scenario, seeds, messages):
            left, right = utterances(pair.left), utterances(pair.right)
            _add_ours(scores, scenario, pair, left, right)
    return scores


def utterances(export: Export) -> list[Utterance]:
    """Read an export as the archive does; in order of time, as one strand is compared."""
    media = tuple(Member(name, 0, digest) for name, digest in export.files)
    given = source(
        export.content,
        name=export.name,
        path_name=export.path_name,
        date_order=export.date_order,
        media=media,
    )
    learned = survey(given)
    normalise = chat_normaliser(given, learned)
    said: list[Utterance] = []
    for item in items(given):
        normal = normalise(item)
        said.append(
            Utterance(
                copy=item.number,
                sent_at=normal.sent_at,
                precision=str(normal.precision),
                ambiguous=normal.ambiguous,
                author=normal.author,
                event=item.kind is Kind.EVENT,
                type=item.type,
                text=item.text,
                marks=" ".join(item.marks),
                media=tuple((each.name, each.sha256) for each in item.attachments),
            )
        )
    return sorted(said, key=_moment)


def aligned(
    left: Sequence[Utterance], right: Sequence[Utterance], prior: Relation | None = None
) -> Found:
    """Learn how two strands relate, and align them passage by passage."""
    start = time.process_time()
    matching = recalled(text.matching)
    relation = learn(left, right, matching, prior=prior)
    links, proposals = [], []
    if relation.verdict != "other":
        for one, two in _passages(left, right, _moments(left, right, relation)):
            made = align(one, two, relation, matching)
            links += [(link.left, link.right) for link in made.links]
            proposals += [(each.left, each.right) for each in made.proposals]
    spent = time.process_time() - start
    return Found(links, relation.verdict, proposals, seconds=spent)


def _moments(
    left: Iterable[Utterance], right: Iterable[Utterance], relation: Relation
) -> tuple[Sequence[int], Sequence[int]]:
    """Give when each side says something, rising, by the clock of the left."""
    here, there = frames((0, 1), {(0, 1): relation})
    ours = (here.at(one.sent_at) or 0 for one in left)
    theirs = (there.at(one.sent_at) or 0 for one in right)
    return array("q", accumulate(ours, max)), array("q", accumulate(theirs, max))


def _passages(
    left: Iterable[Utterance],
    right: Iterable[Utterance],
    moments: tuple[Sequence[int], Sequence[int]],
) -> Iterator[tuple[list[Utterance], list[Utterance]]]:
    """Cut two strands where the archive does."""
    ours, theirs = moments
    said, answered = iter(left), iter(right)
    here = there = 0
    for _, until in cut(merge(ours, theirs), BETWEEN):
        start, begin = here, there
        here, there = bisect_left(ours, until), bisect_left(theirs, until)
        yield list(islice(said, here - start)), list(islice(answered, there - begin))


def _add_ours(
    scores: dict[str, Score],
    scenario: Scenario,
    pair: Pair,
    left: Sequence[Utterance],
    right: Sequence[Utterance],
) -> None:
    """Score one pair; two exports of one phone also when that is known beforehand."""
    _add(scores, scenario.name, score(pair, aligned(left, right)))
    if scenario.kin == "phone":
        _add(scores, scenario.name + KNOWN, score(pair, aligned(left, right, same_clock())))


def _pairs(scenario: Scenario, seeds: int, messages: int) -> Iterator[Pair]:
    """Make the pairs of a scenario; of small chats as many as make up for their size."""
    each = _SMALL_CHATS if scenario.small else 1
    for seed in range(1, seeds * each + 1):
        yield generate(seed, scenario, messages)


def _add(scores: dict[str, Score], name: str, added: Score) -> None:
    scores.setdefault(name, Score()).add(added)


def _add_common(scores: dict[str, Score], scenario: Scenario, messages: int) -> None:
    """Score the way that is too slow for long chats on a short one."""
    pair = generate(1, scenario, messages)
    found = alignment_baseline.common(utterances(pair.left), utterances(pair.right))
    _add(scores, scenario.name, score(pair, found))


def _moment(each: Utterance) -> tuple[float, int]:
    return (float("inf") if each.sent_at is None else each.sent_at), each.copy


def _memory(work: Path, *, quick: bool) -> Iterator[Row]:
    """Align a short and a long chat in a process each, which reads them as a stream."""
    counts = (MESSAGES // 4, MESSAGES) if quick else _MEMORY
    peaks = [_peak(work, count) for count in counts]
    short, long = (
        f"{count:,} messages: {peak:.0f} MB" for count, peak in zip(counts, peaks, strict=True)
    )
    yield at_most("peak memory, long chat ÷ short", long, short, peaks[1] / peaks[0], 2)


def _peak(work: Path, count: int) -> float:
    pair = generate(1, SCENARIOS["normal"], count)
    files = []
    for side, export in (("left", pair.left), ("right", pair.right)):
        files.append(work / f"{side}-{count}.jsonl")
        encoded = (msgspec.json.encode(each) + b"\n" for each in utterances(export))
        files[-1].write_bytes(b"".join(encoded))
    del pair
    return measure.run((measure.PYTHON, "-m", "tests.bench.alignment", "--stream", *files)).peak


def _streamed(files: Sequence[Path]) -> int:
    """Learn and align from files, holding nothing but what the archive's own code holds."""
    left, right = files
    matching = recalled(text.matching)
    relation = learn(_stream(left), _stream(right), matching)
    linked = 0
    moments = _moments(_stream(left), _stream(right), relation)
    for one, two in _passages(_stream(left), _stream(right), moments):
        linked += len(align(one, two, relation, matching).links)
    return linked


def _stream(file: Path) -> Iterator[Utterance]:
    decoder = msgspec.json.Decoder(Utterance)
    with file.open("rb") as lines:
        yield from map(decoder.decode, lines)


def main() -> None:
    """Score the scenarios that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.alignment", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--messages", type=int)
    parser.add_argument("--stream", nargs=2, type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.stream:
        sys.stdout.write(json.dumps({"links": _streamed(chosen.stream)}) + "\n")
        return
    seeds, messages = QUICK if chosen.quick else (SEEDS, MESSAGES)
    picked = [SCENARIOS[name] for name in chosen.names or SCENARIOS]
    figures = figures_of(picked, chosen.seeds or seeds, chosen.messages or messages)
    sys.stdout.write("\n\n".join(notes(figures)) + "\n")


if __name__ == "__main__":
    main()
