"""Put a delivery with a state secret into the isolated compartment, and let officers decide on it.

In this order: bytes into the compartment, its key, the event. The event has an id and a code; all
else is detail under the compartment's own key. What the archive had of the same delivery before,
unread or waiting for an answer, is then emptied like a destroyed one: its bytes live on in the
compartment alone. The source outside the archive is for its owner to take away; the watcher removes
it from the drop folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec

from archiver.classify.level import Level
from archiver.intake import whole
from archiver.model import Account, Delivery, Finding, Layout, Member, State
from archiver.pipeline import destroy
from archiver.pipeline.bench import Answers, Bench
from archiver.pipeline.outcome import Outcome
from archiver.register.accounts import new_id
from archiver.register.notices import Detail
from archiver.store.catalogue import deliveries
from archiver.store.isolated import EVENT, REGISTER, Compartment, IsolatedManifest
from archiver.store.manifest import Counts
from archiver.store.scribe import now

CODE = "E-S001"
AGAIN = "delivery.repeated"


def isolate(
    bench: Bench,
    delivery: Delivery,
    account: Account,
    answers: Answers,
    counts: Mapping[Level, int],
) -> Outcome:
    """Isolate one delivery; the same file of the same account is isolated once.

    Raises:
        SourceChanged: The bytes are not those that were hashed; nothing was isolated.
        DiskFull: There is no room; nothing was isolated.
    """
    archive = bench.scribe.archive
    with archive.writing():
        compartment = Compartment(archive)
        compartment.clear()
        known = _same(compartment, account, delivery.sha256)
        if known:
            event = bench.scribe.event(AGAIN, result="isolated", delivery=known, codes=[CODE])
            seq = bench.scribe.record(event)
        else:
            known = new_id("s")
            manifest = _manifest(known, delivery, account, answers)
            compartment.keep(manifest, _sources(delivery))
            seq = _log(bench, manifest, counts)
        _empty(bench, account, delivery, known)
    return _outcome(known, delivery, account, seq)


def _same(compartment: Compartment, account: Account, sha256: str) -> str:
    for public in compartment.ids():
        found = compartment.manifest(public)
        if (found.account, found.sha256) == (account.id, sha256):
            return public
    return ""


def _manifest(
    public: str, delivery: Delivery, account: Account, answers: Answers
) -> IsolatedManifest:
    return IsolatedManifest(
        id=public,
        account=account.id,
        path=str(delivery.path),
        sha256=delivery.sha256,
        size=delivery.size,
        received_at=now(),
        whole=delivery.layout is not Layout.FOLDER,
        source_format=answers.source_format,
        date_order=answers.date_order,
        zone=answers.zone,
        mapping=answers.mapping,
    )


def _sources(delivery: Delivery) -> Iterator[tuple[Member, BinaryIO]]:
    one = delivery.layout is not Layout.FOLDER
    for member in (whole(delivery),) if one else delivery.members:
        yield member, delivery.open(member)


def _log(bench: Bench, manifest: IsolatedManifest, counts: Mapping[Level, int]) -> int:
    detail = Detail(
        account=manifest.account,
        counts={level.code: count for level, count in sorted(counts.items())},
        sha256=manifest.sha256,
        size=manifest.size,
    )
    event = bench.scribe.event(
        EVENT,
        result="isolated",
        delivery=manifest.id,
        codes=[CODE],
        detail=msgspec.to_builtins(detail),
        key=REGISTER,
    )
    return bench.scribe.record(event)


def _empty(bench: Bench, account: Account, delivery: Delivery, public: str) -> None:
    """Empty what was kept of this file while it was unread or waited for an answer."""
    connection = bench.scribe.archive.catalogue.connection
    known = deliveries.same_file(connection, account.id, delivery.sha256)
    if known is not None and not State(known["state"]).is_final:
        destroy.destroy(bench.scribe, {known["public"]: None}, public, state=State.WITHDRAWN)


def _outcome(public: str, delivery: Delivery, account: Account, seq: int) -> Outcome:
    return Outcome(
        delivery=public,
        path=str(delivery.path),
        sha256=delivery.sha256,
        source_format="",
        state=State.ISOLATED,
        counts=Counts(),
        since=None,
        until=None,
        findings=(Finding(CODE, {"delivery": public}),),
        seq=seq,
        account=account.id,
    )
