"""`chatarchief conversations`: which conversations are here, and how long they run."""

from __future__ import annotations

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report


@click.command(cls=Command)
@click.option("--sealed", is_flag=True, help="Show what is still sealed; for sorters.")
@with_frame
def command(frame: Frame, sealed: bool) -> None:
    """Show the conversations, the longest first."""
    from archiver.store.catalogue import records

    with session(frame, *((Role.SORTER,) if sealed else READERS)) as at:
        found = records.conversations(at.archive.catalogue.connection, sealed=sealed)
        at.scribe.witness("conversations.listed", {"sealed": sealed}, {"shown": len(found)})
        for row in found:
            row["from"] = frame.moment(row.pop("since"))
            row["to"] = frame.moment(row.pop("until"))
        frame.show(
            Report(
                name="conversations",
                rows=found,
                columns=(
                    Column("conversation", say("Conversation")),
                    Column("title", say("Title")),
                    Column("service", say("Service")),
                    Column("records", say("Records")),
                    Column("accounts", say("Accounts")),
                    Column("from", say("Since")),
                    Column("to", say("Until")),
                ),
            )
        )
