"""Take in what an official chose in a read-out session, and nothing else.

An export of which all was chosen is taken in as any other; one of which nothing was chosen stays
where it is. One of which a part was chosen cannot be cut: its bytes are evidence only as a whole.
It is taken in only when the official agreed to that and it will lie sealed; what was not chosen in
it is then held back from sorting, as an objection of the official that a third person settles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec.structs import replace

from archiver.classify.episode import Outcome as Sorting
from archiver.errors import ArchiveError, ExitCode
from archiver.intake import intake
from archiver.intake.name import from_disk
from archiver.model import AccountKind, Delivery
from archiver.pipeline.bench import NO_ANSWERS, Answers, Bench
from archiver.pipeline.ingest import REFUSED, Refused, ingest_one, parts
from archiver.pipeline.kept import rows_of
from archiver.pipeline.outcome import Outcome
from archiver.readout.facts import Export, HandedIn, Readout
from archiver.readout.session import check, current
from archiver.register.accounts import account
from archiver.register.devices import SERVICE
from archiver.settings import Settings
from archiver.sorting import schema
from archiver.sorting.decisions import OBJECTED, event
from archiver.sorting.episodes import Cut, Episode, episodes
from archiver.sorting.tables_acts import Source
from archiver.sorting.tables_members import sealed_strands
from archiver.store.archive import Archive
from archiver.store.catalogue.homes import copies_of, delivery_key
from archiver.store.items import latest_event, manifest_of
from archiver.store.scribe import Scribe


class NotLookedAt(ArchiveError):
    """{path} was not among what was listed in session {session}, or has changed since."""

    exit_code = ExitCode.USAGE


class NotWholly(ArchiveError):
    """{path} has {left} conversations that were not chosen: give one export a conversation, or
    record that the official agrees that it is kept whole (session conversations --whole)."""

    exit_code = ExitCode.USAGE


class NotSealed(ArchiveError):
    """{path} has conversations that were not chosen, and account {account} is open: give one
    export a conversation, or read out the device."""

    exit_code = ExitCode.USAGE


def hand_over(
    bench: Bench,
    public: str,
    path: Path,
    answers: Answers = NO_ANSWERS,
    *,
    refused: Refused,
) -> Iterator[Outcome]:
    """Take in of a path what was chosen in an open session, and record it there.

    A part that may not or cannot be taken in is told to `refused`, and the others go on. The event
    of that names no file, which may have a title that nobody chose.

    Raises:
        NoSuchThing: There is no such session.
        SessionClosed: It was closed.
    """
    archive = bench.scribe.archive
    for part in parts(bench, path, answers):
        session = current(archive, public)
        try:
            delivery = intake(part, bench.limits, spool=bench.spool)
            export = _export(session, delivery, archive, bench.settings)
            if export.chosen:
                yield _take_in(bench, session, delivery, export, answers)
        except ArchiveError as error:
            codes = (type(error).__name__, public)
            bench.scribe.record(bench.scribe.event(REFUSED, result="refused", codes=codes))
            refused(part, error)


def hold_back(scribe: Scribe, public: str, cut: Cut) -> int:
    """Hold back from sorting what was not chosen of exports that were kept whole.

    May be repeated, and is to be once what came in was settled; gives the number of episodes.
    """
    with scribe.archive.writing():
        session = current(scribe.archive, public)
        found = [
            one
            for handed_in in session.handed_in
            if (export := session.export(handed_in.sha256)) is not None and export.left
            for one in _unchosen(scribe.archive, handed_in.delivery, export, cut)
        ]
        for one in {one.id: one for one in found}.values():
            reason = f"session {public}"
            made = event(scribe, OBJECTED, one, Sorting.UNDECIDED, Source.OFFICIAL, reason)
            scribe.record(made)
        return len(found)


def _export(session: Readout, delivery: Delivery, archive: Archive, settings: Settings) -> Export:
    """Give what was chosen of an export, if it may be taken in."""
    export = session.export(delivery.sha256)
    if export is None:
        raise NotLookedAt(path=delivery.path, session=session.id)
    if export.chosen and export.left:
        if not export.whole:
            raise NotWholly(path=delivery.path, left=len(export.left))
        own = account(archive, export.account)
        kind = "private" if own.kind is AccountKind.PRIVATE else "business"
        if own.service != SERVICE and not settings.switch(f"policy.sealed_{kind}"):
            raise NotSealed(path=delivery.path, account=own.id)
    return export


def _take_in(
    bench: Bench, session: Readout, delivery: Delivery, export: Export, answers: Answers
) -> Outcome:
    # Not every name on a disk is Unicode, and what is stored must be.
    named = replace(delivery, path=Path(from_disk(str(delivery.path))[0]))
    own = account(bench.scribe.archive, export.account)
    outcome = ingest_one(bench, named, own, answers)
    counts = outcome.counts
    check(
        bench.scribe,
        session.id,
        HandedIn(
            delivery=outcome.delivery,
            sha256=delivery.sha256,
            state=str(outcome.state),
            read=counts.read,
            new=counts.new,
            known=counts.known,
            rejected=counts.rejected,
            excluded=counts.excluded,
            messages=counts.messages,
            referenced=counts.referenced,
            missing=counts.missing,
            findings=tuple(sorted({finding.code for finding in outcome.findings})),
        ),
    )
    return outcome


def _unchosen(archive: Archive, delivery: str, export: Export, cut: Cut) -> Iterator[Episode]:
    """Yield the sealed and undecided episodes that have something which was not chosen."""
    connection = schema.ready(archive)
    items = _items(archive, delivery, {one.thread for one in export.chosen})
    number = delivery_key(connection, delivery)
    held = set() if number is None else set(copies_of(connection, number, items).values())
    for strand in sealed_strands(connection):
        for one in episodes(connection, strand, cut):
            undecided = one.act is None and not one.is_open
            if undecided and any(member.copy in held for member in one.members):
                yield one


def _items(archive: Archive, delivery: str, chosen: Collection[str]) -> set[int]:
    """Give the numbers of the items that stand in none of the chosen conversations."""
    kept = latest_event(archive, delivery)
    manifest = manifest_of(archive, kept)
    if not manifest.item_frames:
        return set()
    return {
        row.number
        for rows in rows_of(archive, kept, manifest)
        for row in rows
        if row.thread not in chosen
    }
