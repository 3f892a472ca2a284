"""What a solution changes, as objects and events: written once, and replayed like everything else.

The changes of one delivery are one object (compressed JSON lines, the first of which says what was
learned of its conversation) and one event ``delivery.linked``. All events of a solution are one
append. A rebuild applies them and solves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct
from zstandard import ZstdCompressor, ZstdDecompressor

from archiver.model import Finding
from archiver.pipeline.kept import open_object
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries, regroup
from archiver.store.catalogue.homes import copy_of, delivery_key, strand_keys
from archiver.store.events import Event
from archiver.store.manifest import encode
from archiver.store.scribe import Scribe

LINKED = "delivery.linked"
_ROLE = "links"


class Evidence(Struct, frozen=True, omit_defaults=True):
    """Why a copy belongs to its record: aligned with which other copy, how, and what agrees.

    `offset` is this copy's clock minus the other's, in milliseconds. `how` is empty for a copy
    that stands by itself again. `stripped` names what was left out of the two mails before they
    were compared.
    """

    level: int = 4
    rule: str = ""
    how: str = ""
    beside: str = ""
    offset: int = 0
    agrees: tuple[str, ...] = ()
    stripped: tuple[str, ...] = ()


class Linked(Struct, frozen=True, omit_defaults=True):
    """The copy first seen as `item` of the delivery belongs to the record ``<record>.<number>``."""

    item: int
    record: str
    number: int
    link: Evidence


class Tied(Struct, frozen=True):
    """What is known of two strands, by their public names; `relation` is JSON."""

    one: str
    two: str
    verdict: str
    relation: str


class Learned(Struct, frozen=True, omit_defaults=True):
    """The first line of a links object: conversations, ties, and what an officer should look at.

    `conversations` are (home strand, its strands). `settled` are doubts that are none any more, as
    (item, other record's delivery, other record's item).
    """

    conversations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ties: tuple[Tied, ...] = ()
    findings: tuple[Finding, ...] = ()
    settled: tuple[tuple[str, int, str], ...] = ()
    v: int = 1


class Change(Struct, frozen=True):
    """What a solution changes in one delivery."""

    learned: Learned
    links: tuple[Linked, ...]


def write(scribe: Scribe, changes: Mapping[str, Change]) -> None:
    """Store and log the changes of one solution, then bring them into the catalogue.

    Deliveries come in the order in which they arrived: the copy that names a record moves first.
    Objects are synced before their keys, keys before the events, as in every write.
    """
    archive = scribe.archive
    with archive.writing(), archive.objects.stage() as staging:
        events = []
        keys: dict[str, dict[str, bytes]] = {}
        for delivery, change in changes.items():
            key = os.urandom(32)
            writer = staging.writer(_ROLE, key)
            writer.write(_encoded(change))
            name = writer.finish().name
            keys[delivery] = {name: key}
            events.append(
                scribe.event(
                    LINKED,
                    delivery=delivery,
                    objects={_ROLE: [name]},
                    counts={"moved": len(change.links)},
                    codes=sorted({finding.code for finding in change.learned.findings}),
                )
            )
        staging.sync()
        for delivery, added in keys.items():
            kept = archive.keys.delivery(delivery)
            archive.keys.write_delivery(delivery, kept.parent if kept else "delivery", added)
        archive.log.append(events)
        staging.publish([name for added in keys.values() for name in added])
        archive.replay()


def _encoded(change: Change) -> bytes:
    lines = [encode(change.learned), *map(encode, change.links)]
    return ZstdCompressor(level=3).compress(b"\n".join(lines))


def project(archive: Archive, event: Event) -> None:
    """Apply what an event of a solution says."""
    change = _read(archive, event)
    connection = archive.catalogue.connection
    delivery = delivery_key(connection, event.delivery)
    if delivery is None:
        return
    regroup.regroup(connection, list(_moves(archive, delivery, change.links)))
    _learn(archive, delivery, change.learned)


def _read(archive: Archive, event: Event) -> Change:
    with open_object(archive, event.delivery, event.objects[_ROLE][0]) as stream:
        first, *rest = ZstdDecompressor().decompress(stream.read()).split(b"\n")
    learned = msgspec.json.decode(first, type=Learned)
    return Change(learned, tuple(msgspec.json.decode(line, type=Linked) for line in rest))


def _moves(archive: Archive, delivery: int, links: Sequence[Linked]) -> Iterator[regroup.Move]:
    connection = archive.catalogue.connection
    for link in links:
        copy = copy_of(connection, delivery, link.item)
        home = delivery_key(connection, link.record)
        if copy is not None and home is not None:
            evidence = encode(link.link).decode() if link.link.how else ""
            yield regroup.Move(copy, (home, link.number), evidence)


def _learn(archive: Archive, delivery: int, learned: Learned) -> None:
    connection = archive.catalogue.connection
    strands = strand_keys(
        connection,
        {name for home, names in learned.conversations for name in (home, *names)}
        | {name for tie in learned.ties for name in (tie.one, tie.two)},
    )
    regroup.keep_ties(
        connection,
        ((strands[t.one], strands[t.two], t.verdict, t.relation) for t in learned.ties),
    )
    for home, names in learned.conversations:
        keys = [strands[name] for name in names]
        regroup.gather_strands(connection, strands[home], keys)
        regroup.seen(connection, keys)
    deliveries.add_findings(connection, delivery, learned.findings)
    deliveries.settle(connection, delivery, learned.settled)
