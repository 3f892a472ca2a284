"""`case view`: third parties are asked for their view, with only their own passages."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.commands.case_rows import JURISTS, LOOKERS, day_of, today
from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.judged import view_columns, view_row
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.output import Report


@click.group(cls=Group)
def view() -> None:
    """Ask third parties for their view on what is to be public, and register the answers."""


@view.command(cls=Command)
@click.argument("case")
@click.option("--party", cls=Asked, help="The third party, as the letter names it.")
@click.option("--records", multiple=True, required=True, metavar="RECORD[:FROM-TO]",
              help="What concerns it: passages of a record, or all of its text.")  # fmt: skip
@click.option(
    "--to",
    "folder",
    cls=Asked,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder in which letter and passages are written.",
)
@click.option("--on", "day", default="", metavar="DAY", help="The day of the letter; else today.")
@with_frame
def add(
    frame: Frame, case: str, party: str, records: tuple[str, ...], folder: Path, day: str
) -> None:
    """Write the letter to a third party and the passages that concern it, and nothing else.

    The term of a Woo case stands still from the day after; tell the requester so.
    """
    from archiver.cases import case as cases
    from archiver.cases import schema, views

    with session(frame, *JURISTS) as at:
        one = cases.opened(schema.ready(at.archive), case)
        at.scribe.witness("view.written", {"case": one.id}, {"records": len(records)})
        now = today(frame)
        asked = views.ask(
            at.scribe,
            one.id,
            party,
            records,
            folder,
            notice=day_of(day) if day else now,
            today=now,
            zone=frame.settings.text("zone"),
        )
        frame.show(Report(values=view_row(asked)))


@view.command(cls=Command)
@click.argument("case")
@click.argument("view")
@click.option("--objects", is_flag=True, help="It objects to what would be public.")
@click.option("--reply", default="", help="What it answered; kept encrypted.")
@click.option("--on", "day", default="", metavar="DAY", help="The day of the answer; else today.")
@with_frame
def answer(frame: Frame, case: str, view: str, objects: bool, reply: str, day: str) -> None:
    """Register the answer of a third party; with the last one the term runs again."""
    from archiver.cases import views

    with session(frame, *JURISTS) as at:
        now = today(frame)
        given = day_of(day) if day else now
        found = views.answer(
            at.scribe, case, view, day=given, objects=objects, reply=reply, today=now
        )
        frame.show(Report(values=view_row(found)))


@view.command("list", cls=Command)
@click.argument("case")
@with_frame
def list_(frame: Frame, case: str) -> ExitCode:
    """Show which third parties were asked, and which of them did not answer in time."""
    from archiver.cases import case as cases
    from archiver.cases import schema, views

    with session(frame, *LOOKERS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        found = views.views(connection, one.id)
        at.scribe.witness("views.listed", {"case": one.id}, {"views": len(found)})
        late = [each for each in found if each.answered is None and each.last < today(frame)]
        frame.show(
            Report(name="views", rows=[view_row(each) for each in found], columns=view_columns())
        )
        return ExitCode.FINDINGS if late else ExitCode.DONE
