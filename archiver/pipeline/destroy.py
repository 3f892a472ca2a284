"""Carry out a destruction: the mechanics behind the one gate, which alone decides (`retention`).

What goes is foreseen in the catalogue first, in a transaction that is taken back: only so is it
known which strands vanish and which records live on. Then, in the order of every write: successor
objects, their keys, the events, their names; the replay of the events destroys keys and bytes and
empties the catalogue, and may be repeated. Records that live on are stated anew in the log, since a
rebuild no longer sees the items that they were matched with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct, field

from archiver.deduplicate.sketch import Sketch
from archiver.model import State
from archiver.pipeline import blank, linking, marks
from archiver.pipeline.successor import Successor, succeed
from archiver.sorting import project as sorting
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries, remove, standing
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import delivery_key
from archiver.store.events import Event
from archiver.store.items import Items, items_of, latest_event, manifest_of
from archiver.store.scribe import Scribe
from archiver.store.shred import shred
from archiver.store.staging import Staging
from archiver.store.succession import GONE, LINKS, REPLACED
from retention.arrive import leave

Targets = Mapping[str, frozenset[int] | None]
"""By delivery the numbers of the items to destroy; None for all of it."""


class Outcome(Struct):
    """What became of one delivery: how many items, and whether only items are left of its bytes."""

    delivery: str
    items: int
    whole: bool
    bytes_end: bool
    objects: tuple[str, ...]


def destroy(
    scribe: Scribe, targets: Targets, proposal: str, *, state: State | None = None
) -> list[Outcome]:
    """Destroy items, or whole deliveries, which are then in `state` when one is given.

    The caller has checked everything that law asks for, inside the writer's lock.

    Raises:
        KeyMissing: A key is gone already.
        Damage: Something stored is not what it should be; nothing was destroyed.
    """
    archive = scribe.archive
    with archive.writing(), archive.objects.stage() as staging:
        successors = {
            delivery: succeed(archive, staging, delivery, targets[delivery], state=state)
            for delivery in sorted(targets)
        }
        written = _Written(scribe, staging, proposal)
        foreseen = _foresee(archive, successors)
        written.replace(successors, foreseen)
        written.restate(foreseen)
        written.commit()
    archive.catalogue.purge()
    return written.outcomes


# -- what will be ---------------------------------------------------------------------------------


class _Foreseen(Struct):
    """The strands that vanish, by public name, who is tied to them, and what is to be restated."""

    vanished: set[str] = field(default_factory=set)
    tied: set[str] = field(default_factory=set)
    changes: dict[str, linking.Change] = field(default_factory=dict)


class _TakenBack(Exception):
    """The transaction only looked ahead."""


def _foresee(archive: Archive, successors: Mapping[str, Successor]) -> _Foreseen:
    found = _Foreseen()
    try:
        with archive.catalogue.transaction() as connection:
            copies, strands = set[int](), set[int]()
            for delivery, one in successors.items():
                key = delivery_key(connection, delivery) or 0
                found.tied |= standing.tied_deliveries(connection, key)
                done = remove.remove(connection, key, _items(one))
                copies |= done.copies
                strands |= done.strands
            conversations = standing.conversations_of(connection, strands)
            found.vanished = set(remove.forget_strands(connection, strands))
            found.changes = _changes(
                connection, remove.records_of(connection, copies), conversations
            )
            raise _TakenBack
    except _TakenBack:
        return found


def _items(one: Successor) -> Collection[int] | None:
    return None if one.destroyed.whole else one.destroyed.items


def _changes(
    connection: Connection, records: Collection[int], conversations: Collection[int]
) -> dict[str, linking.Change]:
    """State for every copy of these records which record it belongs to, and why."""
    links: dict[str, list[linking.Linked]] = defaultdict(list)
    for row in standing.copies(connection, records):
        evidence = msgspec.json.decode(row.link or "{}", type=linking.Evidence)
        links[row.delivery].append(linking.Linked(row.item, row.record, row.number, evidence))
    learned = linking.Learned(
        conversations=tuple(standing.gathered(connection, conversations)),
        ties=tuple(linking.Tied(*tie) for tie in standing.ties(connection, conversations)),
    )
    changes = {}
    for delivery, ones in links.items():
        changes[delivery] = linking.Change(learned, tuple(ones))
        learned = linking.Learned()
    return changes


# -- what is written ------------------------------------------------------------------------------


class _Written:
    """Collects objects, keys and events, and makes them durable in this order."""

    def __init__(self, scribe: Scribe, staging: Staging, proposal: str) -> None:
        self._scribe = scribe
        self._archive = scribe.archive
        self._staging = staging
        self._proposal = proposal
        self._keys: dict[str, dict[str, bytes]] = defaultdict(dict)
        self._events: list[Event] = []
        self.outcomes: list[Outcome] = []

    def replace(self, successors: Mapping[str, Successor], foreseen: _Foreseen) -> None:
        for delivery, one in successors.items():
            self._keys[delivery].update(one.keys)
            objects = {**one.objects, LINKS: self._links(delivery, one, foreseen)}
            count = one.destroyed.count
            counts = {"destroyed": count, "bytes_ended": int(one.manifest.bytes_ended)}
            gone = self._replace(delivery, objects, counts, one.manifest.state)
            self.outcomes.append(
                Outcome(delivery, count, one.destroyed.whole, one.destroyed.bytes_end, gone)
            )
        if foreseen.vanished:
            for delivery in sorted(foreseen.tied - successors.keys()):
                self._relink(delivery, foreseen)

    def restate(self, foreseen: _Foreseen) -> None:
        for delivery, change in foreseen.changes.items():
            name, key = linking.put(self._staging, change)
            self._keys[delivery][name] = key
            self._events.append(linking.linked(self._scribe, delivery, name, change))

    def commit(self) -> None:
        archive = self._archive
        self._staging.sync()
        for delivery, keys in self._keys.items():
            kept = archive.keys.delivery(delivery)
            archive.keys.write_delivery(delivery, kept.parent if kept else "delivery", keys)
        archive.log.append(self._events)
        self._staging.publish([name for keys in self._keys.values() for name in keys])
        archive.replay()

    def _relink(self, delivery: str, foreseen: _Foreseen) -> None:
        """Let a delivery forget what it learned of strands that vanish."""
        names = self._links(delivery, None, foreseen)
        if list(names) != self._archive.succession().links_of(delivery):
            event = latest_event(self._archive, delivery)
            objects = {role: n for role, n in event.objects.items() if role != GONE}
            self._replace(delivery, {**objects, LINKS: names}, {"destroyed": 0}, event.result)

    def _links(self, delivery: str, one: Successor | None, foreseen: _Foreseen) -> tuple[str, ...]:
        """Write a delivery's links objects anew where they speak of what is destroyed."""
        names = []
        for name in self._archive.succession().links_of(delivery):
            change = linking.read(self._archive, delivery, name)
            kept = _without(change, one, foreseen.vanished)
            if kept != change:
                name, key = linking.put(self._staging, kept)
                self._keys[delivery][name] = key
            names.append(name)
        return tuple(names)

    def _replace(
        self,
        delivery: str,
        objects: Mapping[str, Sequence[str]],
        counts: Mapping[str, int],
        result: str,
    ) -> tuple[str, ...]:
        now = {name for names in objects.values() for name in names}
        gone = tuple(sorted(self._archive.succession().uses[delivery] - now))
        self._events.append(
            self._scribe.event(
                REPLACED,
                result=result,
                delivery=delivery,
                objects={**objects, GONE: gone},
                counts=counts,
                codes=[self._proposal],
            )
        )
        return gone


def _without(
    change: linking.Change, one: Successor | None, vanished: Collection[str]
) -> linking.Change:
    learned = change.learned
    ties = tuple(t for t in learned.ties if t.one not in vanished and t.two not in vanished)
    if one is None:
        return linking.Change(msgspec.structs.replace(learned, ties=ties), change.links)
    items, whole = one.destroyed.items, one.destroyed.whole
    return linking.Change(
        msgspec.structs.replace(
            learned,
            ties=ties,
            findings=blank.findings(learned.findings, items, {}, whole=whole),
            settled=tuple(s for s in learned.settled if not (whole or s[1] in items)),
        ),
        tuple(link for link in change.links if not (whole or link.item in items)),
    )


# -- what a replay does ---------------------------------------------------------------------------


def project(archive: Archive, event: Event) -> None:
    """Empty the catalogue of what an event says is gone, then destroy keys and bytes."""
    connection = archive.catalogue.connection
    delivery = delivery_key(connection, event.delivery)
    # Of several such events the last says all, and only its objects are there.
    if delivery is not None and archive.succession().latest[event.delivery].seq == event.seq:
        manifest = manifest_of(archive, event)
        items = (
            frozenset(i.number for i in items_of(archive, event, manifest) if _is_gone(i.type))
            if manifest.item_frames
            else None
        )
        done = remove.remove(connection, delivery, items)
        remove.forget_strands(connection, done.strands)
        leave(connection, done.copies)
        _sketch_anew(connection, done.strands)
        objects = {role: list(names) for role, names in event.objects.items()}
        deliveries.replace(connection, delivery, manifest, objects, event.seq)
        _retitle(archive, connection, delivery)
        remove.keep_marks(connection, delivery, _marks(archive, event))
        sorting.forget(archive)
    shred(archive, event)


def _is_gone(type_: str) -> bool:
    return type_ == blank.DESTROYED


def _sketch_anew(connection: Connection, strands: Collection[int]) -> None:
    for strand in sorted(strands):
        sketch = Sketch()
        sketch.add(remove.texts_of(connection, strand))
        remove.sketch_anew(connection, strand, sketch.entries())


def _retitle(archive: Archive, connection: Connection, delivery: int) -> None:
    """Give conversations whose title only this delivery had the title that another has."""
    titled = set[int]()
    items = Items(archive)
    for conversation, other, number in remove.untitled(connection, delivery):
        if conversation in titled:
            continue
        titled.add(conversation)
        public = deliveries.public_of(connection, other)
        title = items.of(public, number).title
        remove.retitle(connection, conversation, title, other)


def _marks(archive: Archive, event: Event) -> Iterator[bytes]:
    for name in event.objects.get("marks", ()):
        yield from marks.read(archive, event.delivery, name)
