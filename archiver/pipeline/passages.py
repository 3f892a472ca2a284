"""Solve a conversation passage by passage, so that memory does not grow with its length.

A passage ends where nobody says anything for a while. Only passages with something new are solved,
unless the conversation changed as a whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge

import msgspec
from msgspec import Struct

from archiver.deduplicate.clocks import HOUR
from archiver.deduplicate.frame import Frame, frames
from archiver.deduplicate.ladder import FILE_RULE
from archiver.deduplicate.likeness import Matching
from archiver.deduplicate.silences import BETWEEN, WITHIN, cut
from archiver.deduplicate.solve import Doubt, Held, Placed, Said, Solution, solve
from archiver.model import Utterance
from archiver.pipeline.kinship import Kin
from archiver.store.catalogue import gather
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.gather import CopyRow
from archiver.store.catalogue.regroup import Name

_PAD = 3 * HOUR


class Moved(Struct, frozen=True):
    """A copy that belongs to another record than it does: its own name, the record's, and why."""

    copy: Name
    record: Name
    how: str
    beside: Name | None
    offset: int
    agrees: tuple[str, ...]


class Unsure(Struct, frozen=True):
    """A copy that may belong to a record that it does not belong to."""

    copy: Name
    record: Name
    reason: str


class Passage(Struct, frozen=True):
    """What solving one passage changes, what it leaves in doubt, and the copies it looked at."""

    moved: tuple[Moved, ...]
    unsure: tuple[Unsure, ...]
    copies: frozenset[Name]


def passages(
    connection: Connection, kin: Kin, ranks: Mapping[int, int], matching: Matching
) -> Iterator[Passage]:
    """Solve a conversation in order of time; `ranks` put its deliveries in canonical order."""
    ids = [row.id for row in kin.strands]
    placed = dict(zip(ids, frames(ids, kin.relations), strict=True))
    for since, until in _spans(connection, kin, placed):
        rows = _within(connection, placed, since, until)
        rulings = gather.rulings(connection, (row.utterance.copy for row, _ in rows))
        joined = {copy for one, two, together in rulings if together for copy in (one, two)}
        rows = [(row, s) for row, s in rows if row.strand in placed or row.utterance.copy in joined]
        if len(rows) > 1:
            yield _solved(rows, placed, ranks, rulings, matching)


def _spans(
    connection: Connection, kin: Kin, placed: Mapping[int, Frame]
) -> Iterator[tuple[int, int]]:
    """Give the passages to solve, as ``[since, until)`` in the frame's time."""
    fresh: list[int] | None = None
    if not kin.changed:
        fresh = sorted(
            moment
            for row in kin.strands
            if row.fresh and _is_open(connection, kin, row.id, row.fresh)
            for moment in _in_frame(
                placed[row.id], gather.fresh_times(connection, row.id, row.fresh)
            )
        )
        if not fresh:
            return
    moments = merge(
        *(_in_frame(placed[row.id], gather.times(connection, row.id)) for row in kin.strands)
    )
    for since, until in cut(moments, BETWEEN if len(kin.strands) > 1 else WITHIN):
        if fresh is None or _any_within(fresh, since, until):
            yield since, until


def _is_open(connection: Connection, kin: Kin, strand: int, fresh: int) -> bool:
    """Whether anything new can meet anything old: always between strands, seldom within one."""
    if len(kin.strands) > 1:
        return True
    return gather.facing(connection, strand, fresh)


def _in_frame(frame: Frame, times: Iterable[int]) -> Iterator[int]:
    return (moment for time in times if (moment := frame.at(time)) is not None)


def _any_within(moments: Sequence[int], since: int, until: int) -> bool:
    index = bisect_left(moments, since)
    return index < len(moments) and moments[index] < until


def _within(
    connection: Connection, placed: Mapping[int, Frame], since: int, until: int
) -> list[tuple[CopyRow, Utterance]]:
    """Give the copies of a passage with their utterances in the frame.

    With each come the other copies of its record, also those of other strands.
    """
    found: dict[int, CopyRow] = {}
    for strand, frame in placed.items():
        shift = (frame.at(since) or since) - since
        start, end = since - shift - _PAD, until - shift + _PAD
        for row in gather.copies(connection, strand, start, end):
            found[row.utterance.copy] = row
    rows = [
        (row, placed[row.strand].place(row.utterance) if row.strand in placed else row.utterance)
        for row in found.values()
    ]
    inside = {
        row.record
        for row, said in rows
        if row.strand in placed and _is_within(said.sent_at, since, until)
    }
    return [(row, said) for row, said in rows if row.record in inside]


def _is_within(time: int | None, since: int, until: int) -> bool:
    """Whether a time falls within a passage, to the second as passages are counted."""
    return time is not None and since <= time // 1000 * 1000 < until


def _solved(
    rows: Sequence[tuple[CopyRow, Utterance]],
    placed: Mapping[int, Frame],
    ranks: Mapping[int, int],
    rulings: Sequence[tuple[int, int, bool]],
    matching: Matching,
) -> Passage:
    """Solve one passage and compare it with how the archive has it."""
    held, by_number = _held(rows, ranks, {strand: n for n, strand in enumerate(placed)})
    numbers = {row.utterance.copy: number for number, row in by_number.items()}
    pairs = [
        (numbers[one], numbers[two], together)
        for one, two, together in rulings
        if one in numbers and two in numbers
    ]
    said = Said(
        together=frozenset((one, two) for one, two, together in pairs if together),
        apart=frozenset((one, two) for one, two, together in pairs if not together),
        one_file=frozenset(_same_file(by_number)),
    )
    return _compared(solve(held, said, matching), by_number)


def _same_file(rows: Mapping[int, CopyRow]) -> Iterator[tuple[int, int]]:
    """Pair each copy of a file that came from another account too with that one's.

    Both stand under one number there, and name the sender alike; a copy of the same record from
    another phone does not.
    """
    first: dict[tuple[int, int, str, str], int] = {}
    for number, row in sorted(rows.items(), key=lambda one: _own(one[1])):
        said = row.utterance
        places = {(row.record, item, said.author, said.text) for _, item in row.holders}
        met = sorted(first[place] for place in places if place in first)
        if FILE_RULE in row.rules and met:
            yield number, met[0]
        for place in places:
            first.setdefault(place, number)


def _held(
    rows: Sequence[tuple[CopyRow, Utterance]],
    ranks: Mapping[int, int],
    strands: Mapping[int, int],
) -> tuple[list[Held], dict[int, CopyRow]]:
    """Number the copies in canonical order: what their keys are depends on who came first."""
    entries = []
    for row, said in rows:
        holders = sorted((ranks[delivery], item) for delivery, item in row.holders)
        if holders:
            entries.append((said.sent_at or 0, holders, row, said))
    entries.sort(key=lambda entry: entry[:2])
    held, by_number = [], {}
    for number, (_, holders, row, said) in enumerate(entries, 1):
        by_number[number] = row
        held.append(
            Held(
                msgspec.structs.replace(said, copy=number),
                strands.get(row.strand, len(strands)),
                tuple(dict.fromkeys(rank for rank, _ in holders)),
            )
        )
    return held, by_number


def _compared(solution: Solution, rows: Mapping[int, CopyRow]) -> Passage:
    names: dict[int, Name] = {}
    moved: list[Moved] = []
    for group in solution.groups:
        name = min(_own(rows[placed.copy]) for placed in group)
        for placed in group:
            names[placed.copy] = name
        moved += [
            _moved(_evident(placed, group), rows, name)
            for placed in group
            if _record(rows[placed.copy]) != name
        ]
    return Passage(
        tuple(moved),
        tuple(_unsure(doubt, rows, names) for doubt in solution.doubts),
        frozenset(map(_own, rows.values())),
    )


def _evident(placed: Placed, group: Sequence[Placed]) -> Placed:
    """Let the copy that opened a group rest on the first that was aligned with it."""
    if placed.how:
        return placed
    for each in group:
        if each.other == placed.copy:
            return Placed(placed.copy, each.how, each.copy, -each.offset, each.agrees)
    return placed


def _own(row: CopyRow) -> Name:
    return row.delivery, row.item


def _record(row: CopyRow) -> Name:
    return row.record_delivery, row.record_item


def _moved(placed: Placed, rows: Mapping[int, CopyRow], name: Name) -> Moved:
    beside = _own(rows[placed.other]) if placed.other else None
    return Moved(_own(rows[placed.copy]), name, placed.how, beside, placed.offset, placed.agrees)


def _unsure(doubt: Doubt, rows: Mapping[int, CopyRow], names: Mapping[int, Name]) -> Unsure:
    return Unsure(_own(rows[doubt.copy]), names[doubt.other], doubt.reason)
