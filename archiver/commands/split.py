"""`chatarchief split`: rule that a copy is a message of its own."""

from __future__ import annotations

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import KEEPERS, session
from archiver.commands.visible import visible_item
from archiver.language import say
from archiver.output import Report


@click.command(cls=Command)
@click.argument("item")
@click.option("--reason", default="", help="Why; kept encrypted with the ruling.")
@with_frame
def command(frame: Frame, item: str, reason: str) -> None:
    """Rule that a copy is another message than its record. Undo it with join.

    ITEM is delivery and item as explain shows them. Copies that were matched with this one go with
    it. Later deliveries respect the ruling.
    """
    from archiver.pipeline.ruling import split

    with session(frame, *KEEPERS) as at:
        visible_item(at, item)
        record = split(at.scribe, item, reason)
        frame.show(
            Report(
                values={"record": record},
                lines=lambda: [say("It is a record of its own now: {record}", record=record)],
            )
        )
