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
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries, regroup
from archiver.store.catalogue.homes import copies_of, delivery_key, delivery_keys, strand_keys
from archiver.store.events import Event
from archiver.store.items import open_object
from archiver.store.manifest import encode
from archiver.store.scribe import Scribe
from archiver.store.staging import Staging

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
            name, key = put(staging, change)
            keys[delivery] = {name: key}
            events.append(linked(scribe, delivery, name, change))
        staging.sync()
        for delivery, added in keys.items():
            kept = archive.keys.delivery(delivery)
            archive.keys.write_delivery(delivery, kept.parent if kept else "delivery", added)
        archive.log.append(events)
        staging.publish([name for added in keys.values() for name in added])
        archive.replay()


def put(staging: Staging, change: Change) -> tuple[str, bytes]:
    """Write the object of a change into staging; give its name and key."""
    key = os.urandom(32)
    writer = staging.writer(_ROLE, key)
    lines = [encode(change.learned), *map(encode, change.links)]
    writer.write(ZstdCompressor(level=3).compress(b"\n".join(lines)))
    return writer.finish().name, key


def linked(scribe: Scribe, delivery: str, name: str, change: Change) -> Event:
    """Make the event of a change whose object is staged."""
    return scribe.event(
        LINKED,
        delivery=delivery,
        objects={_ROLE: [name]},
        counts={"moved": len(change.links)},
        codes=sorted({finding.code for finding in change.learned.findings}),
    )


def project(archive: Archive, event: Event) -> None:
    """Apply what an event of a solution says."""
    name = archive.succession().link_now(event.delivery, event.objects[_ROLE][0])
    change = read(archive, event.delivery, name)
    connection = archive.catalogue.connection
    delivery = delivery_key(connection, event.delivery)
    if delivery is None:
        return
    regroup.regroup(connection, list(_moves(archive, delivery, change.links)))
    _learn(archive, delivery, change.learned)


def read(archive: Archive, delivery: str, name: str) -> Change:
    """Read a links object."""
    with open_object(archive, delivery, name) as stream:
        first, *rest = ZstdDecompressor().decompress(stream.read()).split(b"\n")
    learned = msgspec.json.decode(first, type=Learned)
    return Change(learned, tuple(msgspec.json.decode(line, type=Linked) for line in rest))


def _moves(archive: Archive, delivery: int, links: Sequence[Linked]) -> Iterator[regroup.Move]:
    connection = archive.catalogue.connection
    copies = copies_of(connection, delivery, (link.item for link in links))
    homes = delivery_keys(connection, (link.record for link in links))
    for link in links:
        copy, home = copies.get(link.item), homes.get(link.record)
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
        (
            (strands[tie.one], strands[tie.two], tie.verdict, tie.relation)
            for tie in learned.ties
            if tie.one in strands and tie.two in strands
        ),
    )
    for home, names in learned.conversations:
        # A strand of which everything was destroyed since is none in a rebuild.
        keys = [strands[name] for name in (home, *names) if name in strands]
        if keys:
            regroup.gather_strands(connection, keys[0], keys)
            regroup.seen(connection, keys)
    deliveries.add_findings(connection, delivery, learned.findings)
    deliveries.settle(connection, delivery, learned.settled)
