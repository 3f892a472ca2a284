"""What was done on a proposal, as the log tells: what became of each delivery, and the proof."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.manifest import Manifest
from archiver.store.scribe import unseal
from archiver.store.succession import GONE, REPLACED
from retention import dossier
from retention.proof import Proof
from retention.proposal import Proposal
from retention.tables_dispose import Proposed

DONE = "dispose.done"


class NotExecuted(ArchiveError):
    """Proposal {proposal} was not carried out yet."""


class RemovedFile(Struct, frozen=True):
    """A file that was removed from where it was handed in: whose it was, where it lay."""

    delivery: str
    account: str
    place: str
    size: int


class Gone(Struct, frozen=True):
    """What became of one delivery.

    `bytes_end` says that of its bytes only items are left; `objects` are the stored objects that
    were destroyed, `missing` how many items were no more before this began.
    """

    delivery: str
    items: int
    whole: bool
    bytes_end: bool
    objects: tuple[str, ...]
    at: str
    missing: int = 0


class Other(Struct, frozen=True):
    """A delivery of which other proposals destroyed what this one named."""

    delivery: str
    proposals: tuple[str, ...]


class Done(Struct, frozen=True):
    """What was done: times in milliseconds since 1970; `executor` is an officer's id.

    `proven` are the deliveries that the proof is about: after a crash not all of them. Of `others`
    everything that was proposed was destroyed on another proposal meanwhile; of `failed` nothing
    was there and nobody knows why.
    """

    proposal: str
    executor: str
    began_at: int
    done_at: int
    gone: tuple[Gone, ...]
    removed: tuple[RemovedFile, ...]
    proof: Proof
    proven: tuple[str, ...]
    failed: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()


def gone(archive: Archive, proposal: Proposal, known: Proposed) -> dict[str, Gone]:
    """Give what was destroyed on a proposal already, by delivery, as the log tells."""
    counts = _counts(proposal)
    found: dict[str, Gone] = {}
    for event in archive.log.events(known.seq):
        if event.type == REPLACED and proposal.id in event.codes and _destroyed(event):
            whole = "items" not in event.objects
            # Events of earlier versions count nothing when a delivery goes whole.
            items = event.counts["destroyed"] or counts.get(event.delivery, 0)
            found[event.delivery] = Gone(
                delivery=event.delivery,
                items=items,
                whole=whole,
                bytes_end=not whole and _bytes_ended(archive, event),
                objects=tuple(event.objects.get(GONE, ())),
                at=event.at,
                missing=max(counts.get(event.delivery, 0) - items, 0),
            )
    return found


def others(
    archive: Archive, proposal: Proposal, known: Proposed, deliveries: Collection[str]
) -> tuple[Other, ...]:
    """Give which other proposals destroyed something of these deliveries since this one was made.

    A delivery of which none did is left out.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for event in archive.log.events(known.seq) if deliveries else ():
        if event.type == REPLACED and event.delivery in deliveries and _destroyed(event):
            found[event.delivery] += [one for one in event.codes if one != proposal.id]
    return tuple(
        Other(delivery, tuple(dict.fromkeys(by))) for delivery, by in sorted(found.items())
    )


def done(archive: Archive, known: Proposed) -> Done:
    """Give what was done on a proposal that was carried out."""
    for event in archive.log.events(known.seq):
        if event.type == DONE and event.delivery == known.id:
            return msgspec.convert(unseal(archive, event), Done)
    raise NotExecuted(proposal=known.id)


def _counts(proposal: Proposal) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in proposal.lines:
        found[line.delivery] = found.get(line.delivery, 0) + line.count
    return found


def _destroyed(event: Event) -> bool:
    """Whether an event destroyed something of its delivery, not only what it had learned."""
    return bool(event.counts.get("destroyed")) or "items" not in event.objects


def _bytes_ended(archive: Archive, event: Event) -> bool:
    """Whether only items were left; where the event does not tell (first version), what is now."""
    if (told := event.counts.get("bytes_ended")) is not None:
        return bool(told)
    data = dossier.read(archive, archive.succession().now(event), "manifest")
    return msgspec.json.decode(data, type=Manifest).bytes_ended
