"""`chatarchief join`: rule that two records are one message."""

from __future__ import annotations

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import KEEPERS, session
from archiver.commands.visible import visible_item
from archiver.language import say
from archiver.output import Report


@click.command(cls=Command)
@click.argument("one")
@click.argument("two")
@click.option("--reason", default="", help="Why; kept encrypted with the ruling.")
@with_frame
def command(frame: Frame, one: str, two: str, reason: str) -> None:
    """Rule that two records are one message. Undo it with split.

    Every holding stays visible, and later deliveries respect the ruling.
    """
    from archiver.pipeline.ruling import join

    with session(frame, *KEEPERS) as at:
        for record in (one, two):
            visible_item(at, record)
        record = join(at.scribe, one, two, reason)
        frame.show(
            Report(
                values={"record": record},
                lines=lambda: [say("They are one record now: {record}", record=record)],
            )
        )
