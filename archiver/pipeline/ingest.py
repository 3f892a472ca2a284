"""The main job: what an official hands in becomes records and holdings, with a balance to check.

Both entrances, the command line and the daemon, call `ingest`. Whatever a delivery turns out to
be, its bytes are kept and an event says so (`archiver.pipeline.arrival`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from archiver.errors import ArchiveError, SourceChanged, UnreadableSource
from archiver.format import Format
from archiver.identify import IdentifyError, identify
from archiver.intake import NotARegularFile, OverLimit, intake, split_folder
from archiver.intake.name import from_disk
from archiver.model import Account, Delivery, State
from archiver.pipeline.arrival import Arrival, Overtaken
from archiver.pipeline.assign import assign
from archiver.pipeline.bench import NO_ANSWERS, Answers, Bench
from archiver.pipeline.formats import formats
from archiver.pipeline.marked import (
    LIFTED,
    RestrictedLate,
    StateSecret,
    Watched,
    says_state_secret,
)
from archiver.pipeline.outcome import Outcome, repeated
from archiver.register.accounts import new_id
from archiver.store.catalogue import deliveries

REPEATED = "delivery.repeated"
REFUSED = "intake.refused"


Refused = Callable[[Path, ArchiveError], None]


def ingest(
    bench: Bench,
    path: Path,
    account: Account,
    answers: Answers = NO_ANSWERS,
    *,
    refused: Refused,
) -> Iterator[Outcome]:
    """Take in a file, or what a folder holds: one delivery each.

    A part that cannot be taken in (a link, a pipe, a file that changes) stays where it is: that is
    logged, `refused` is told, and the others go on.
    """
    for part in parts(bench, path, answers):
        try:
            yield take_in(bench, part, account, answers)
        except (NotARegularFile, OverLimit, SourceChanged, UnreadableSource) as error:
            refuse(bench, part, account, error)
            refused(part, error)


def take_in(bench: Bench, part: Path, account: Account, answers: Answers = NO_ANSWERS) -> Outcome:
    """Take in one path that is a delivery.

    Raises:
        ArchiveError: It cannot be taken in; it stays where it is.
    """
    found = intake(part, bench.limits, spool=bench.spool)
    # Not every name on a disk is Unicode, and what is stored must be.
    named = replace(found, path=Path(from_disk(str(part))[0]))
    return ingest_one(bench, named, account, answers)


def refuse(bench: Bench, part: Path, account: Account, error: ArchiveError) -> None:
    """Log that a path could not be taken in."""
    bench.scribe.record(
        bench.scribe.event(
            REFUSED,
            result="refused",
            account=account.id,
            codes=[type(error).__name__],
            detail={"path": "" if says_state_secret(str(part)) else str(part)},
        )
    )


def parts(bench: Bench, path: Path, answers: Answers = NO_ANSWERS) -> Iterator[Path]:
    """Say which paths are a delivery each: a folder that a format claims is one."""
    if path.is_dir() and not path.is_symlink():
        asked = formats(answers.mapping)
        return split_folder(path, lambda found: _is_claimed(found, asked), bench.limits)
    return iter((path,))


def ingest_one(
    bench: Bench,
    delivery: Delivery,
    account: Account,
    answers: Answers = NO_ANSWERS,
    *,
    lifted: bool = False,
) -> Outcome:
    """Take in one delivery; the same file of the same account is known and not read again.

    `lifted` says that an officer looked at its markings and found no state secret.
    """
    connection = bench.scribe.archive.catalogue.connection
    known = deliveries.same_file(connection, account.id, delivery.sha256)
    if known is not None and State(known["state"]).is_final:
        assign(bench.scribe, known["public"])
        event = bench.scribe.event(
            REPEATED, delivery=known["public"], account=account.id, basis=account.basis
        )
        return repeated(known, (), str(delivery.path), bench.scribe.record(event))
    public = known["public"] if known else new_id("d")
    lifted = lifted or (known is not None and deliveries.has_finding(connection, public, LIFTED))
    watched = Watched(lifted, bench.settings.switch("policy.sealed_departmental"))
    try:
        return Arrival(bench, public, delivery, account, answers, watched).run()
    except StateSecret:
        from archiver.pipeline.isolate import isolate  # which loads all that destroys

        return isolate(bench, delivery, account, answers, watched.counts)
    except RestrictedLate:
        again = Watched(lifted, watched.policy, restricted=True)
        return Arrival(bench, public, delivery, account, answers, again).run()
    except Overtaken:
        return ingest_one(bench, delivery, account, answers, lifted=lifted)


def _is_claimed(delivery: Delivery, asked: Sequence[Format]) -> bool:
    try:
        return identify(delivery, asked).format.holds_media
    except IdentifyError:
        return False
