"""Take a delivery in again under the account that it is of, from the bytes that are kept.

Nothing of the first one is touched: its withdrawal is proposed, and goes through the gate.
"""

from __future__ import annotations

from msgspec.structs import replace

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.intake import intake
from archiver.model import Account, State
from archiver.pipeline.bench import MAPPED, Answers, Bench
from archiver.pipeline.ingest import ingest_one
from archiver.pipeline.outcome import Outcome
from archiver.pipeline.resume import originals
from archiver.store.items import latest_event, manifest_of
from archiver.store.manifest import Manifest

REASSIGNED = "delivery.reassigned"


class SameAccount(ArchiveError):
    """Delivery {delivery} is of account {account} already."""

    exit_code = ExitCode.USAGE


class NotWhole(ArchiveError):
    """Of delivery {delivery} a part was destroyed, so that it cannot be read again."""


def reassign(bench: Bench, delivery: str, account: Account, reason: str) -> Outcome:
    """Take it in under `account`; the event on the first delivery names the new one.

    Raises:
        NoSuchThing: There is no such delivery, or it was withdrawn.
        SameAccount: It is of that account.
        NotWhole: A part of it was destroyed.
    """
    archive = bench.scribe.archive
    with archive.writing():
        manifest = manifest_of(archive, latest_event(archive, delivery))
    if manifest.state is State.WITHDRAWN:
        raise NoSuchThing(what="delivery", name=delivery)
    if manifest.account == account.id:
        raise SameAccount(delivery=delivery, account=account.id)
    if manifest.unpacked or manifest.counts.destroyed:
        raise NotWhole(delivery=delivery)
    with originals(archive, manifest) as path:
        found = intake(path, bench.limits, spool=bench.spool)
        shown = replace(found, path=type(path)(manifest.path))
        outcome = ingest_one(bench, shown, account, _answers(manifest))
    event = bench.scribe.event(
        REASSIGNED,
        delivery=delivery,
        account=account.id,
        codes=[outcome.delivery],
        detail={"reason": reason},
    )
    bench.scribe.record(event)
    return outcome


def _answers(manifest: Manifest) -> Answers:
    """What was said of it before counts again."""
    source_format = MAPPED if manifest.mapping else ""
    return Answers(source_format, manifest.date_order, manifest.zone, manifest.mapping)
