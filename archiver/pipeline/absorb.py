"""Let the items of a delivery into the archive, batch by batch as the reader gives them.

A delivery that fits `FIRST_BATCHES` is read wholly before the writer's lock is taken; a longer one
goes on being read, in the reader's own process, while its items are matched and written. Why so is
in ``docs/decisions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from msgspec import Struct

from archiver.identify import Identified
from archiver.model import Delivery, Finding, Union
from archiver.pipeline.batch import BATCHES_BEFORE_ASKING, Batch
from archiver.pipeline.bench import Answers, Bench
from archiver.pipeline.companions import Companions
from archiver.pipeline.matching import Matching
from archiver.pipeline.shelf import Shelf
from archiver.pipeline.sieve import Ask
from archiver.pipeline.tally import Tally
from archiver.pipeline.wire import Job
from archiver.store.manifest import encode

FIRST_BATCHES = BATCHES_BEFORE_ASKING
_MIB = 1 << 20
_HUNDRED_MB = 100_000_000


class Absorbed(Struct, frozen=True):
    """What became of the items: the balance, the frames written, the titles united."""

    new: int
    known: int
    excluded: int
    item_frames: tuple[int, ...]
    normal_frames: tuple[int, ...]
    unions: tuple[Union, ...] = ()


NOTHING = Absorbed(0, 0, 0, (), ())


def read(
    bench: Bench,
    delivery: Delivery,
    found: Identified,
    answers: Answers,
    received: int,
    ask: Ask,
) -> Iterator[Batch]:
    """Yield the batches of all main members, items numbered through.

    `ask` says what the archive has, and is not asked before `FIRST_BATCHES` have come.

    Raises:
        ReadingFailed: A member cannot be read to its end.
        SourceChanged: The bytes are not those that were hashed.
    """
    number = 1
    companions = Companions(found.format, delivery.members)
    for main in found.mains:
        member = delivery.members[main]
        cpu = bench.settings.number("parse.cpu_seconds_per_100mb")
        job = Job(
            form=found.format.name,
            members=delivery.members,
            main=main,
            path_name=delivery.path.name,
            read_at=received,
            date_order=answers.date_order,
            zone=answers.zone,
            default_zone=bench.settings.text("zone"),
            first_number=number,
            memory=bench.settings.number("parse.memory_mib") * _MIB,
            cpu=cpu * (1 + member.size // _HUNDRED_MB),
            beside=companions.of(main),
            mapping=answers.mapping,
        )
        with ExitStack() as opened:
            read = (delivery.members[index] for index in (main, *job.beside))
            streams = [opened.enter_context(delivery.open(each)) for each in read]
            for batch in bench.reader.read(job, streams, ask):
                number += batch.count
                yield batch


def absorb(shelf: Shelf, batches: Iterable[Batch], tally: Tally, matching: Matching) -> Absorbed:
    """Write items, normal forms and verdicts, and make records and holdings of them."""
    items, normals, verdicts = shelf.part("items"), shelf.part("normals"), shelf.part("verdicts")
    for batch in batches:
        items.add_frames(batch.items)
        normals.add_frames(batch.normals)
        tally.rows(batch.rows)
        tally.placed(batch.rows)
        tally.repeats(batch.repeats)
        tally.parsed(batch.findings)
        for verdict in matching.add(batch):
            verdicts.write(encode(verdict) + b"\n")
    for verdict in matching.close():
        verdicts.write(encode(verdict) + b"\n")
    tally.noted(matching.findings())
    for part in (items, normals, verdicts):
        part.finish()
    return Absorbed(
        matching.new,
        matching.known,
        matching.excluded,
        tuple(items.frames),
        tuple(normals.frames),
        matching.unions,
    )


def set_apart(shelf: Shelf, batches: Iterable[Batch], tally: Tally) -> Absorbed:
    """Write the items of a delivery that waits for an answer: counted, and no record yet."""
    items, normals = shelf.part("items"), shelf.part("normals")
    for batch in batches:
        items.add_frames(batch.items)
        normals.add_frames(batch.normals)
        tally.rows(batch.rows)
        tally.parsed(batch.findings)
    items.finish()
    normals.finish()
    return Absorbed(0, 0, tally.items, tuple(items.frames), tuple(normals.frames))


def questions(batches: Iterable[Batch]) -> tuple[Finding, ...]:
    """Give what the first batches ask of an officer."""
    return tuple(finding for batch in batches for finding in batch.asked)
