"""Read exports to list their conversations by title, with counts and periods, and keep nothing.

It is what an official chooses from in a read-out session. Reading is processing, so a legal basis
must cover it; what carries the marking of a state secret is not listed at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.identify import Identified, identify
from archiver.intake import intake
from archiver.model import Account, Delivery, Kind, Row
from archiver.pipeline.absorb import read
from archiver.pipeline.batch import Batch
from archiver.pipeline.bench import NO_ANSWERS, Answers, Bench
from archiver.pipeline.formats import formats
from archiver.pipeline.ingest import Refused, parts
from archiver.pipeline.marked import StateSecret, Watched
from archiver.pipeline.sieve import nothing
from archiver.register.basis_periods import cover
from archiver.store.scribe import now


class NoBasisToRead(ArchiveError):
    """No legal basis of account {account} covers today: nothing is read or listed."""

    exit_code = ExitCode.PRECONDITION


class NotListed(ArchiveError):
    """{path} cannot be opened as it should ({codes}); it is not listed."""

    exit_code = ExitCode.FINDINGS


class MarkedSecret(ArchiveError):
    """An export has the marking of a state secret and is not listed; ask the security officer."""

    exit_code = ExitCode.FINDINGS


class Listed(Struct):
    """One conversation as an export has it; times in milliseconds since 1970.

    `title` is what the source calls it, or else its own name of it; `thread` how this archive
    would know it within the export.
    """

    number: int
    thread: str
    title: str
    messages: int = 0
    events: int = 0
    since: int | None = None
    until: int | None = None


class Listing(Struct, frozen=True):
    """One export with its conversations, in the order in which they begin in it."""

    path: Path
    sha256: str
    size: int
    format: str
    conversations: tuple[Listed, ...]


def listing(
    bench: Bench,
    paths: Iterable[Path],
    account: Account,
    answers: Answers = NO_ANSWERS,
    *,
    first: int = 1,
    refused: Refused,
) -> list[Listing]:
    """List the conversations of exports, numbered through from `first` on; nothing is kept.

    An export that cannot be read is told to `refused`, and the others go on.

    Raises:
        NoBasisToRead: No legal basis covers the account today.
    """
    _insist_on_basis(bench, account)
    found: list[Listing] = []
    number = first
    for path in paths:
        for part in parts(bench, path, answers):
            try:
                one = _list(bench, part, account, answers, number)
            except ArchiveError as error:
                refused(part, error)
                continue
            number += len(one.conversations)
            found.append(one)
    return found


def digest(found: Iterable[Listing]) -> str:
    """Give what a choice by number rests on: the SHA-256 of the exports and of their numbers."""
    said = [f"{one.sha256} {[each.number for each in one.conversations]}" for one in found]
    return sha256("\n".join(said).encode()).hexdigest()


def _insist_on_basis(bench: Bench, account: Account) -> None:
    zone = ZoneInfo(bench.settings.text("zone"))
    today = datetime.fromtimestamp(now() / 1000, zone).date()
    basis, _ = cover(bench.scribe.archive, account, today)
    if not basis:
        raise NoBasisToRead(account=account.id)


def _list(bench: Bench, part: Path, account: Account, answers: Answers, number: int) -> Listing:
    delivery = intake(part, bench.limits, spool=bench.spool)
    codes = sorted({one.code for one in delivery.findings if one.code.startswith("E")})
    if codes:
        raise NotListed(path=part, codes=", ".join(codes))
    found = identify(
        delivery,
        formats(answers.mapping),
        source_format=answers.source_format,
        service=account.service,
    )
    try:
        conversations = _conversations(bench, delivery, found, answers, number)
    except StateSecret:
        raise MarkedSecret() from None
    return Listing(part, delivery.sha256, delivery.size, found.format.name, conversations)


def _conversations(
    bench: Bench, delivery: Delivery, found: Identified, answers: Answers, number: int
) -> tuple[Listed, ...]:
    watched = Watched()
    watched.names(delivery)
    watched.texts(delivery, found.mains)
    known: dict[str, Listed] = {}
    for row in _rows(watched.watch(read(bench, delivery, found, answers, now(), nothing))):
        if row.thread not in known:
            known[row.thread] = Listed(number + len(known), row.thread, "")
        _count(known[row.thread], row)
    return tuple(known.values())


def _rows(batches: Iterable[Batch]) -> Iterator[Row]:
    for batch in batches:
        yield from batch.rows


def _count(one: Listed, row: Row) -> None:
    one.title = one.title or row.title or row.subject or ""
    if row.kind is Kind.MESSAGE:
        one.messages += 1
    else:
        one.events += 1
    if row.sent_at is not None:
        one.since = row.sent_at if one.since is None else min(one.since, row.sent_at)
        one.until = row.sent_at if one.until is None else max(one.until, row.sent_at)
