"""`chatarchief delivery`: what was handed in, what it asks, and what is still sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from archiver.commands import cover
from archiver.commands.answers import with_answers
from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.mapping import read_mapping, with_mapping
from archiver.commands.outcomes import as_finding, as_row, lines, totals
from archiver.commands.proposal import report, withdrawal
from archiver.commands.session import Session, session
from archiver.errors import ExitCode, NoSuchThing
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

_with_names = click.option(
    "--sealed", is_flag=True, help="With the names in what is sealed; for sorters."
)


@click.group(cls=Group)
def command() -> None:
    """Show deliveries, answer their questions, release what is sealed."""


@command.command("list", cls=Command)
@click.option("--state", default="", help="Only deliveries in this state.")
@_with_names
@with_frame
def list_(frame: Frame, state: str, sealed: bool) -> None:
    """Show all deliveries in the order in which they came."""
    from archiver.store.catalogue import deliveries

    with _session(frame, {"state": state}, sealed=sealed) as at:
        rows = deliveries.listed(
            at.archive.catalogue.connection, "(? = '' OR d.state = ?) ORDER BY d.id", (state, state)
        )
        frame.show(
            Report(
                name="deliveries",
                rows=[_row(frame, cover.row(row, sealed=sealed)) for row in rows],
                columns=(
                    Column("delivery", say("Delivery")),
                    Column("state", say("State")),
                    Column("account", say("Account")),
                    Column("source_format", say("Format")),
                    Column("received_at", say("Received")),
                    Column("read", say("Read")),
                    Column("new", say("New")),
                    Column("known", say("Known")),
                    Column("path", say("Path")),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("delivery")
@_with_names
@with_frame
def show(frame: Frame, delivery: str, sealed: bool) -> None:
    """Show one delivery: its balance, its files and its findings."""
    from archiver.store.catalogue import deliveries
    from archiver.store.items import latest_event, manifest_of

    with _session(frame, {"delivery": delivery}, sealed=sealed) as at:
        rows = deliveries.listed(at.archive.catalogue.connection, "d.public = ?", (delivery,))
        if not rows:
            raise NoSuchThing(what="delivery", name=delivery)
        covered = not sealed and cover.is_covered(
            rows[0]["state"], rows[0]["kind"], rows[0]["device"]
        )
        manifest = manifest_of(at.archive, latest_event(at.archive, delivery))
        files = [
            {
                "name": cover.COVERED if covered else m.name,
                "size": m.size,
                "sha256": m.sha256,
                "main": n in manifest.mains,
            }
            for n, m in enumerate(manifest.members)
        ]
        noted = cover.findings(manifest.findings) if covered else manifest.findings
        findings = [as_finding(finding) for finding in noted]
        frame.show(
            Report(
                name="members",
                rows=files,
                values={**_row(frame, cover.row(rows[0], sealed=sealed)), "findings": findings},
                columns=(
                    Column("name", say("File")),
                    Column("size", say("Bytes")),
                    Column("main", say("Read")),
                    Column("sha256", "SHA-256"),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("delivery")
@with_answers
@with_mapping
@with_frame
def answer(
    frame: Frame,
    delivery: str,
    source_format: str,
    date_order: str | None,
    zone: str,
    mapping: Path | None,
) -> ExitCode:
    """Answer what a delivery asks; it is then read again from the bytes that are kept."""
    from archiver.pipeline.bench import Answers, Bench
    from archiver.pipeline.reader import ChildReader
    from archiver.pipeline.reconcile import reconcile
    from archiver.pipeline.resume import answer as resume
    from archiver.register.accounts import account

    with session(frame, Role.RECORDS_OFFICER) as at:
        reader = ChildReader()
        try:
            bench = Bench(at.scribe, frame.settings, reader)
            form, told = read_mapping(source_format, mapping)
            outcome = resume(bench, delivery, Answers(form, date_order or "", zone, told))
            reconcile(at.scribe)
        finally:
            reader.close()
        outcome = cover.outcome(outcome, account(at.archive, outcome.account).kind)
        frame.show(
            Report(
                name="deliveries",
                rows=[as_row(frame, outcome)],
                values={"totals": totals([outcome])},
                lines=lambda: lines([outcome]),
            )
        )
        return outcome.exit_code


@command.command(cls=Command)
@click.argument("delivery")
@dry_run
@with_frame
def release(frame: Frame, delivery: str, dry_run: bool) -> None:
    """Open a sealed delivery: its messages can then be searched and shown."""
    from archiver.pipeline.resume import release as open_it
    from archiver.store.catalogue import deliveries

    with session(frame, Role.SORTER) as at:
        if not dry_run:
            open_it(at.scribe, delivery)
        rows = deliveries.listed(at.archive.catalogue.connection, "d.public = ?", (delivery,))
        if not rows:
            raise NoSuchThing(what="delivery", name=delivery)
        frame.show(Report(values=_row(frame, cover.row(rows[0], sealed=False))))


@command.command(cls=Command)
@click.argument("delivery")
@click.option("--account", "to", cls=Asked, help="The account whose conversations they are.")
@click.option("--owner", default="", help="The owner as the finding names it; empty for none.")
@with_frame
def assign(frame: Frame, delivery: str, to: str, owner: str) -> None:
    """Give conversations that no registered account fits to the account that they are of.

    They are those on the account's service whose owner the delivery names so; they stay sealed
    until the delivery is released.
    """
    from archiver.pipeline.assign import assign_to
    from archiver.register.accounts import account
    from archiver.store.catalogue import deliveries

    with session(frame, Role.RECORDS_OFFICER) as at:
        assign_to(at.scribe, delivery, account(at.archive, to), owner=owner)
        rows = deliveries.listed(at.archive.catalogue.connection, "d.public = ?", (delivery,))
        frame.show(Report(values=_row(frame, cover.row(rows[0], sealed=False))))


@command.command(cls=Command)
@click.argument("delivery")
@click.option("--reason", cls=Asked, help="Why; it stands in the statement for good.")
@dry_run
@with_frame
def withdraw(frame: Frame, delivery: str, reason: str, dry_run: bool) -> None:
    """Propose to withdraw a delivery that was mistaken or unlawful.

    It goes once two people approved that and it is carried out: see dispose.
    """
    from archiver.pipeline.returned import returned
    from retention.propose import propose

    with session(frame, Role.RECORDS_OFFICER, Role.ARCHIVE_MANAGER) as at:
        days = frame.settings.number("retention.proposal_days")
        asked = withdrawal(delivery, reason)
        made, digest = propose(at.scribe, asked, days=days, find=returned, dry_run=dry_run)
        frame.show(report(frame, made, digest))


@command.command(cls=Command)
@click.argument("delivery")
@click.option("--account", "owner", cls=Asked, help="The account that it is of.")
@click.option("--reason", cls=Asked, help="Why; it stands in the statement for good.")
@with_frame
def reassign(frame: Frame, delivery: str, owner: str, reason: str) -> ExitCode:
    """Take a delivery in again under the right account, and propose to withdraw the first.

    Until that is approved and carried out both are there.
    """
    from archiver.pipeline.bench import Bench
    from archiver.pipeline.reader import ChildReader
    from archiver.pipeline.reassign import reassign as take_in_again
    from archiver.pipeline.reconcile import reconcile
    from archiver.pipeline.returned import returned
    from archiver.register.accounts import account
    from retention.propose import propose

    with session(frame, Role.RECORDS_OFFICER) as at:
        reader = ChildReader()
        try:
            right = account(at.archive, owner)
            bench = Bench(at.scribe, frame.settings, reader)
            outcome = take_in_again(bench, delivery, right, reason)
            reconcile(at.scribe)
        finally:
            reader.close()
        days = frame.settings.number("retention.proposal_days")
        asked = withdrawal(delivery, reason, outcome.delivery)
        made, digest = propose(at.scribe, asked, days=days, find=returned)
        shown = report(frame, made, digest, {"taken_in": outcome.delivery})
        frame.show(shown)
        return cover.outcome(outcome, right.kind).exit_code


@contextmanager
def _session(frame: Frame, asked: Mapping[str, str], *, sealed: bool) -> Iterator[Session]:
    """Open the archive; that names of what is sealed are looked at is logged first."""
    with session(frame, *((Role.SORTER,) if sealed else ())) as at:
        if sealed:
            at.scribe.witness("deliveries.listed", asked, {})
        yield at


def _row(frame: Frame, row: Mapping[str, Any]) -> Row:
    names = ("read", "new", "known", "rejected", "excluded", "messages", "events")
    return {
        "delivery": row["public"],
        "state": row["state"],
        "account": row["account_public"],
        "device": row["device"],
        "path": row["path"],
        "sha256": row["sha256"],
        "source_format": row["format"],
        "received_at": frame.moment(row["received_at"]),
        **{name: row[name] for name in names},
        "attachments": {name: row[name] for name in ("referenced", "present", "missing")},
        "period": {"from": frame.moment(row["since"]), "to": frame.moment(row["until"])},
    }
