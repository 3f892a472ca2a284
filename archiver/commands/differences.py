"""`chatarchief differences`: in what the exports of one conversation differ, to hand over."""

from __future__ import annotations

import click

from archiver.commands.differing import Shown
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.model import Role
from archiver.output import Column, Report
from archiver.produce.differences.kinds import Kind

_COLUMNS = (
    "record", "sent_at", "until", "kind", "messages", "sender", "has", "lacks", "seconds",
    "explained",
)  # fmt: skip


@click.command(cls=Command)
@click.argument("conversation")
@click.option("--holder", default="", help="Only where this person's exports lack or differ.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([str(kind) for kind in Kind]),
    help="Only this kind of difference; may be repeated.",
)
@click.option("--text", "with_text", is_flag=True, help="Also the text of each copy.")
@click.option("--sealed", is_flag=True, help="Compare what is still sealed too; for sorters.")
@with_frame
def command(
    frame: Frame,
    conversation: str,
    holder: str,
    kinds: tuple[str, ...],
    with_text: bool,
    sealed: bool,
) -> None:
    """Show in what the exports of one conversation differ, as a report to hand over.

    CONVERSATION is an id, or part of a title. The report says who has what, what each kind of
    difference proves, and what it does not prove. Events are not compared: every phone words them
    from where its owner stands.
    """
    from archiver.produce.differences import compared, talk_named
    from archiver.store.catalogue.compare import still

    with session(frame, *((Role.SORTER,) if sealed else READERS)) as at:
        connection = at.archive.catalogue.connection
        with still(connection):
            talk = talk_named(connection, conversation, sealed=sealed)
            found = compared(connection, talk, sealed=sealed)
            exports = found.of(holder) if holder else frozenset()
            detail = {
                "conversation": talk.public, "holder": holder, "kinds": kinds, "sealed": sealed,
                "text": with_text,
            }  # fmt: skip
            counts = {"exports": len(found.exports), "messages": found.messages}
            at.scribe.witness("differences.shown", detail, counts)
            shown = Shown(
                frame, connection, found, frozenset(map(Kind, kinds)), exports, with_text=with_text
            )
            frame.show(
                Report(
                    name="differences",
                    rows=shown.rows(),
                    values=shown.values,
                    columns=[Column(name, name) for name in _COLUMNS],
                    lines=shown.lines,
                )
            )
