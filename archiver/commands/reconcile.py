"""`chatarchief reconcile`: make one conversation of what several people handed in."""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import KEEPERS, session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.output import Report


@click.command(cls=Command)
@click.option("--all", "everything", is_flag=True, help="All conversations, not only the new.")
@click.option("--dry-run", is_flag=True, help="Only count what would change.")
@with_frame
def command(frame: Frame, everything: bool, dry_run: bool) -> ExitCode:
    """Compare conversations that several people handed in, and join what is the same message.

    Every ingest does this for what it brought; here for what was left, or for all of it.
    """
    from archiver.pipeline.reconcile import reconcile

    with session(frame, *KEEPERS) as at:
        done = reconcile(at.scribe, everything=everything, dry_run=dry_run)

        def lines() -> Iterator[str]:
            yield say(
                "{conversations} conversations compared; {united} joined to another;"
                " {moved} copies moved to another record; {doubts} new doubts.",
                **msgspec.structs.asdict(done),
            )
            if done.doubts:
                yield say("The doubts wait for you: chatarchief findings")

        frame.show(Report(values=msgspec.structs.asdict(done), lines=lines))
        return ExitCode.FINDINGS if done.doubts else ExitCode.DONE
