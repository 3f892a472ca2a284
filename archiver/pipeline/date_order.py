"""Find the date order of a chat text that does not say it, by another export of the conversation.

The text is read in each order and compared with what the archive has. Its rare texts agree with
another export in one order only, or else nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from msgspec import Struct

from archiver.deduplicate.learning import learn
from archiver.deduplicate.likeness import recalled
from archiver.deduplicate.sketch import LONG, digest
from archiver.format import Source
from archiver.model import Finding, Item, Kind, Normal, Utterance
from archiver.normalise.text import matching
from archiver.pipeline.bench import Bench
from archiver.pipeline.formats import by_name
from archiver.pipeline.kinship import ALIKE
from archiver.store.catalogue import related
from archiver.store.catalogue.utterances import utterances
from archiver.store.events import Event
from archiver.store.items import items_of, latest_event, manifest_of
from archiver.store.manifest import Manifest

ORDERS = ("dmy", "mdy", "ymd")
_CANDIDATES = 3


def order_by_others(bench: Bench, delivery: str) -> str:
    """Give the one order in which a delivery agrees with what is here; empty when there is none."""
    archive = bench.scribe.archive
    event = latest_event(archive, delivery)
    manifest = manifest_of(archive, event)
    texts = {
        digest(item.text) for item in items_of(archive, event, manifest) if len(item.text) >= LONG
    }
    connection = archive.catalogue.connection
    strands = related.having(connection, manifest.service, texts, ALIKE)[:_CANDIDATES]
    agreeing = [
        order
        for order in ORDERS
        if any(_agrees(bench, event, manifest, order, strand) for strand in strands)
    ]
    return agreeing[0] if len(agreeing) == 1 else ""


class _Supposed(Struct, frozen=True):
    """A survey that takes one order for granted."""

    date_order: str
    questions: tuple[Finding, ...] = ()


def _agrees(bench: Bench, event: Event, manifest: Manifest, order: str, strand: int) -> bool:
    known = utterances(bench.scribe.archive.catalogue.connection, strand)
    read = sorted(_read(bench, event, manifest, order), key=lambda one: one.sent_at or 0)
    return learn(known, read, recalled(matching)).verdict == "same"


def _read(bench: Bench, event: Event, manifest: Manifest, order: str) -> Iterator[Utterance]:
    """Read a delivery's items as if it wrote its dates in this order."""
    source = Source(
        BytesIO(),
        manifest.members,
        manifest.mains[0],
        manifest.path,
        manifest.received_at,
        default_zone=manifest.zone or bench.settings.text("zone"),
    )
    normalise = by_name(manifest.format).normaliser(source, _Supposed(order))
    for item in items_of(bench.scribe.archive, event, manifest):
        normal = normalise(item)
        if normal.sent_at is not None:
            yield _utterance(item, normal)


def _utterance(item: Item, normal: Normal) -> Utterance:
    return Utterance(
        item.number,
        normal.sent_at,
        normal.precision,
        normal.ambiguous,
        normal.author,
        item.kind is Kind.EVENT,
        item.type,
        item.text,
        " ".join(item.marks),
    )
