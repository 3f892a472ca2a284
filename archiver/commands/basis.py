"""`chatarchief basis`: on what legal basis an account's messages are processed, and the proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row
from archiver.wording import describe

if TYPE_CHECKING:
    from archiver.register.basis_proof import Proof

_account = click.option("--account", default="", help="Only this account.")
_source = click.option("--source", default="", help="On what it rests, such as a letter.")


@click.group(cls=Group)
def command() -> None:
    """Assign legal bases to accounts, withdraw them, and prove that they were there in time."""


@command.command(cls=Command)
@with_frame
def kinds(frame: Frame) -> None:
    """Show the legal bases to choose from, with what each is worth and for which purposes."""
    from archiver.register.bases import bases

    rows = [
        {
            "basis": one.code,
            "title": one.title,
            "article": one.article,
            "kind": str(one.kind),
            "status": str(one.strength),
            "purposes": list(one.purposes),
            "from": one.since.isoformat(),
            "to": one.until.isoformat() if one.until else "",
            "why": one.why,
        }
        for one in bases().values()
    ]
    columns = (
        Column("basis", say("Basis")),
        Column("status", say("Status")),
        Column("from", say("Since")),
        Column("to", say("Until")),
        Column("purposes", say("Purposes")),
        Column("article", say("Article")),
    )
    frame.show(Report(name="bases", rows=rows, columns=columns))


@command.command("list", cls=Command)
@_account
@with_frame
def list_(frame: Frame, account: str) -> None:
    """Show which legal bases accounts have, and had."""
    from archiver.register.basis_periods import periods, takes, withdrawals

    with session(frame) as at:
        rows: list[Row] = []
        for one in _accounts(at, account):
            gone = withdrawals(at.archive, one.id)
            for seq, period in periods(at.archive, one):
                days = [each.on for after, each in gone if after > seq and takes(period, each)]
                rows.append(_row(period, min(days, default="")))
        frame.show(Report(name="bases", rows=rows, columns=_columns()))


@command.command(cls=Command)
@click.option("--account", cls=Asked, help="The account.")
@click.option("--purpose", default="archivering", help="The purpose, by its code.")
@click.option("--basis", cls=Asked, help="The legal basis, by its code.")
@click.option("--from", "since", cls=Asked, metavar="DAY", help="The first day.")
@click.option("--to", "until", default="", metavar="DAY", help="The last day.")
@_source
@with_frame
def assign(
    frame: Frame, account: str, purpose: str, basis: str, since: str, until: str, source: str
) -> None:
    """Assign a legal basis to an account, for a purpose and a period.

    Deliveries in custody are read once they are handed in again or with delivery answer.
    """
    from archiver.register import basis_periods

    with session(frame, Role.RECORDS_OFFICER) as at:
        made = basis_periods.assign(
            at.scribe,
            account=account,
            purpose=purpose,
            basis=basis,
            since=since,
            until=until,
            source=source,
        )
        frame.show(Report(values=_row(made, "")))


@command.command(cls=Command)
@click.option("--account", cls=Asked, help="The account.")
@click.option("--basis", cls=Asked, help="The legal basis, by its code.")
@click.option("--on", cls=Asked, metavar="DAY", help="The first day on which it covers nothing.")
@click.option("--purpose", default="", help="Only for this purpose, by its code.")
@_source
@with_frame
def withdraw(frame: Frame, account: str, basis: str, on: str, purpose: str, source: str) -> None:
    """Register that a legal basis covers nothing from a day on, such as withdrawn consent."""
    from archiver.register import basis_periods

    with session(frame, Role.RECORDS_OFFICER) as at:
        made = basis_periods.withdraw(
            at.scribe, account=account, basis=basis, on=on, purpose=purpose, source=source
        )
        frame.show(
            Report(
                values={
                    "withdrawal": made.id, "account": made.account, "basis": made.basis,
                    "on": made.on, "purpose": made.purpose, "source": made.source,
                }
            )
        )  # fmt: skip


@command.command(cls=Command)
@_account
@with_frame
def proof(frame: Frame, account: str) -> ExitCode:
    """Prove from the log that every processing had a legal basis before it; fails when not."""
    from archiver.register.basis_proof import prove

    with session(frame) as at:
        for _ in _accounts(at, account):  # An account that does not exist proves nothing.
            pass
        found = list(prove(at.archive, ZoneInfo(frame.settings.text("zone")), account))
        holds = all(one.holds for one in found)
        frame.show(
            Report(
                name="proofs",
                rows=[_proof(one) for one in found],
                values={"ok": holds},
                lines=lambda: _lines(found),
            )
        )
        return ExitCode.DONE if holds else ExitCode.FINDINGS


def _accounts(at: Any, account: str) -> list[Any]:
    from archiver.register import accounts

    return [accounts.account(at.archive, account)] if account else accounts.accounts(at.archive)


def _row(one: Any, withdrawn: str) -> Row:
    return {
        "id": one.id,
        "account": one.account,
        "purpose": one.purpose,
        "basis": one.basis,
        "from": one.since,
        "to": one.until,
        "withdrawn_on": withdrawn,
        "source": one.source,
        "own": one.own,
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("account", say("Account")),
        Column("purpose", say("Purpose")),
        Column("basis", say("Basis")),
        Column("from", say("Since")),
        Column("to", say("Until")),
        Column("withdrawn_on", say("Withdrawn")),
        Column("id", say("Id")),
    )


def _proof(one: Proof) -> Row:
    return {
        "account": one.account,
        "delivery": one.delivery,
        "basis": one.basis,
        "basis_event": one.basis_event,
        "basis_at": one.basis_at,
        "processing_event": one.processing_event,
        "processed_at": one.processed_at,
        "outcome": str(one.outcome),
        "finding": "" if one.holds else "E-R003",
    }


def _lines(found: list[Proof]) -> Iterator[str]:
    for one in found:
        if not one.holds:
            values = {"delivery": one.delivery, "seq": one.processing_event, "basis": one.basis}
            yield f"E-R003 {describe('E-R003', values)}"
        elif one.basis_event is not None and one.outcome == "proved":
            yield say(
                "Delivery {delivery}: basis {basis} by event {seq} at {at}, read by event"
                " {read} at {read_at}.",
                delivery=one.delivery,
                basis=one.basis,
                seq=one.basis_event,
                at=one.basis_at,
                read=one.processing_event,
                read_at=one.processed_at,
            )
        else:
            yield say(
                "Delivery {delivery}: kept unread in custody by event {read}.",
                delivery=one.delivery,
                read=one.processing_event,
            )
    yield say("{n} looked at, {bad} without a basis before.", n=len(found),
              bad=sum(not one.holds for one in found))  # fmt: skip
