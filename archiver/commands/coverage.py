"""`chatarchief coverage`: how complete the archive is, by official, account and conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
import msgspec

from archiver.commands.coverage_mail import mail
from archiver.commands.frame import Frame, Group, with_frame
from archiver.commands.session import READERS, session
from archiver.language import say
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.coverage.accounts import AccountCoverage
    from archiver.coverage.report import OfficialCoverage

_MOMENTS = ("first", "last", "received_at", "lacking_first", "lacking_last", "disappearing_since")


@click.group(cls=Group, invoke_without_command=True)
@click.option("--account", default="", help="Only this account.")
@click.option("--person", default="", help="Only this official, by name or id.")
@click.option("--conversation", default="", help="Only this conversation, by its id.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a page with a picture in time, to a file that is not there yet.",
)
@with_frame
@click.pass_context
def command(
    context: click.Context,
    frame: Frame,
    account: str,
    person: str,
    conversation: str,
    html: Path | None,
) -> None:
    """Show how complete the archive is: by account, by conversation, and what was never handed in.

    What is sealed is counted, and nothing else is told of it. That it was asked is logged first.
    """
    if context.invoked_subcommand is not None:
        return
    from archiver.coverage import told
    from archiver.coverage.months import Months
    from archiver.coverage.report import Asked, coverage

    with session(frame, *READERS) as at:
        zone = ZoneInfo(frame.settings.text("zone"))
        today = datetime.now(zone).date()
        asked = Asked(account, person, conversation)
        found = coverage(at.archive, asked, zone=zone, today=today)
        accounts = [one for each in found for one in each.accounts]
        talks = [one for each in found for one in each.conversations]
        detail = msgspec.to_builtins(asked) | {"html": html is not None}
        counts = {"accounts": len(accounts), "conversations": len(talks)}
        at.scribe.witness("coverage.shown", detail, counts)
        if html is not None:
            from archiver.coverage.pages import coverage_page

            write(html, coverage_page(at.archive.identity.ministry, found, Months(zone), today))
        rows: dict[str, list[Row]] = {
            "accounts": [_account(frame, one) for one in accounts],
            "conversations": [_moments(frame, one) for one in talks],
        }
        name = "conversations" if conversation else "accounts"
        frame.show(
            Report(
                name=name,
                rows=rows.pop(name),
                values={**rows, **_beside(frame, found)},
                columns=_columns(name),
                lines=lambda: told.text(found, Months(zone), threads=bool(conversation)),
            )
        )


def write(path: Path, text: str) -> None:
    """Write a page to a file that is not there yet."""
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _beside(frame: Frame, found: Sequence[OfficialCoverage]) -> dict[str, object]:
    """Give what is neither of an account nor of a conversation."""
    closings = [each.closing for each in found if each.closing is not None]
    return {
        "unseen": [_moments(frame, one) for each in found for one in each.unseen],
        "closing": [{**msgspec.to_builtins(one), "complete": one.is_complete} for one in closings],
    }


def _account(frame: Frame, one: AccountCoverage) -> Row:
    row = _moments(frame, one)
    account = row.pop("account")
    row.pop("months")
    kept = ("person", "service", "kind", "identifier")
    return {
        "account": account["id"],
        **{name: account[name] for name in kept},
        **row,
        "months_with_records": len(one.months),
        "last_read": frame.moment(one.last_read),
    }


def _moments(frame: Frame, one: msgspec.Struct) -> dict[str, Any]:
    """Give a struct as a row, its moments written out, those of the deliveries in it too."""
    row: dict[str, Any] = msgspec.to_builtins(one)
    below = row.get("deliveries")
    for each in (row, *(below if isinstance(below, list) else ())):
        for name in _MOMENTS:
            if name in each:
                each[name] = frame.moment(each[name])
    return row


def _columns(name: str) -> tuple[Column, ...]:
    shared = (
        Column("account", say("Account")),
        Column("service", say("Service")),
        Column("first", say("First")),
        Column("last", say("Last")),
        Column("records", say("Records")),
    )
    if name == "conversations":
        talk = Column("conversation", say("Conversation")), Column("title", say("Title"))
        return (*talk, *shared, Column("silent", say("Silent months")),
                Column("lacking", say("Lacking, others have")),
                Column("disappearing_since", say("Disappearing")))  # fmt: skip
    return (
        Column("person", say("Official")),
        *shared,
        Column("kind", say("Kind")),
        Column("identifier", say("Identifier")),
        Column("sealed", say("Sealed")),
        Column("silent", say("Silent months")),
        Column("unread", say("Not read")),
        Column("media_missing", say("Files missing")),
        Column("last_read", say("Last read-out")),
        Column("rhythm.due", say("Due on")),
    )


command.add_command(mail)
