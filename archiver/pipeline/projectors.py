"""What brings each type of event into the catalogue.

A projector replays and never decides: verdicts and officers' decisions come from objects and log.
Packages with tables of their own hand in projectors beside these.
"""

from __future__ import annotations

from collections.abc import Mapping

from archiver.cases.project import PROJECTORS as CASES
from archiver.deduplicate.namesake import RULE as NAMESAKE
from archiver.errors import KeyMissing
from archiver.model import State
from archiver.pipeline import assign, destroy, linking, places, ruling
from archiver.pipeline.kept import rows_of, verdicts_of
from archiver.pipeline.replaying import Replaying
from archiver.pipeline.room import Room, make_room
from archiver.produce.bates import PROJECTORS as NUMBERED
from archiver.produce.production import PROJECTORS as PRODUCED
from archiver.readout.project import PROJECTORS as SESSIONS
from archiver.register.project import PROJECTORS as REGISTER
from archiver.sorting.project import PROJECTORS as SORTING
from archiver.store.archive import Archive, Projector
from archiver.store.catalogue import deliveries
from archiver.store.catalogue.devices import keep_places
from archiver.store.catalogue.homes import delivery_key
from archiver.store.catalogue.register import account_key
from archiver.store.catalogue.strands import entitle_own
from archiver.store.events import Event
from archiver.store.items import latest_event, manifest_of
from archiver.store.manifest import Manifest
from archiver.store.receipts import complete_receipt
from archiver.store.succession import REPLACED
from retention.arrive import arrive
from retention.project import PROJECTORS as RETENTION
from retention.project_dispose import PROJECTORS as DISPOSAL


def _kept(archive: Archive, event: Event) -> None:
    """Write a delivery again as its manifest and its verdicts say."""
    complete_receipt(archive, event)
    try:
        # Of what was destroyed in part since, the successor is what there is.
        event = archive.succession().now(event)
        manifest = manifest_of(archive, event)
    except KeyMissing:
        return
    connection = archive.catalogue.connection
    key = account_key(connection, manifest.account)
    if not manifest.item_frames or manifest.state is State.QUESTION:
        number = deliveries.begin(connection, event.delivery, key)
    else:
        seating = places.decided(archive, manifest)
        seating.service = manifest.service
        room = make_room(
            archive,
            event.delivery,
            (key or 0, manifest.account),
            manifest.service,
            opened=manifest.state is State.INGESTED,
            seating=seating,
        )
        _items(archive, event, manifest, room)
        number = room.number
    objects = {role: list(names) for role, names in event.objects.items()}
    deliveries.finish(connection, number, manifest, objects, event.seq)
    keep_places(connection, number, manifest)
    arrive(connection, number)


def _items(archive: Archive, event: Event, manifest: Manifest, room: Room) -> None:
    for union in manifest.unions:
        if union.rule == NAMESAKE:
            room.strands.divert(union.thread, union.strand, union.thread)
        elif (found := room.strands.find(union.strand)) is not None:
            room.strands.unite(union.thread, found[0])
    replaying = Replaying(archive, room, verdicts_of(archive, event))
    for rows in rows_of(archive, event, manifest):
        replaying.add(rows)
    room.close()


def _released(archive: Archive, event: Event) -> None:
    connection = archive.catalogue.connection
    number = delivery_key(connection, event.delivery)
    if number is None:
        return
    if deliveries.titled_by_others(connection, number):
        kept = latest_event(archive, event.delivery)
        for rows in rows_of(archive, kept, manifest_of(archive, kept)):
            entitle_own(connection, number, rows)
    deliveries.release(connection, number)


PROJECTORS: Mapping[str, Projector] = {
    **REGISTER,
    "delivery.kept": _kept,
    "delivery.released": _released,
    assign.ASSIGNED: assign.project,
    REPLACED: destroy.project,
    linking.LINKED: linking.project,
    ruling.JOINED: ruling.project,
    ruling.SPLIT: ruling.project,
    **SORTING,
    **RETENTION,
    **DISPOSAL,
    **CASES,
    **NUMBERED,
    **PRODUCED,
    **SESSIONS,
}
