"""`chatarchief hold`: forbid that anything in a scope is destroyed, and tell who it concerns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.filters import end_of, start_of
from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.session import Session, session
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from retention.hold import Hold
    from retention.letter import Letter

_PLACERS = (Role.RECORDS_OFFICER, Role.WOO_JURIST, Role.ARCHIVE_MANAGER)
_LOOKERS = (*_PLACERS, Role.PROCESS_OWNER, Role.AUDITOR)
_KINDS = (
    "woo-request",
    "objection",
    "inquiry",
    "investigation",
    "audit",
    "hotspot",
    "temporary-instruction",
    "parliament",
    "access",
)


@click.group(cls=Group)
def command() -> None:
    """Forbid that anything in a scope is destroyed, and lift that again."""


@command.command(cls=Command)
@click.option("--kind", cls=Asked, type=click.Choice(_KINDS), help="Why nothing may be destroyed.")
@click.option("--query", default="", help="Only what this search finds.")
@click.option("--person", "persons", multiple=True, help="Only accounts of this person.")
@click.option("--from", "since", default="", metavar="DAY", help="From this day or time on.")
@click.option("--to", "until", default="", metavar="DAY", help="Up to and including this day.")
@click.option("--conversation", "conversations", multiple=True, help="Only this conversation.")
@click.option("--all-ministers", is_flag=True, help="Accounts of all ministers, also later ones.")
@click.option("--received", default="", metavar="DAY", help="The day from which it binds.")
@click.option("--ground", default="", help="On what it rests, such as the number of the request.")
@click.option("--reason", default="", help="Why; kept encrypted.")
@dry_run
@with_frame
def place(
    frame: Frame,
    kind: str,
    query: str,
    persons: tuple[str, ...],
    since: str,
    until: str,
    conversations: tuple[str, ...],
    all_ministers: bool,
    received: str,
    ground: str,
    reason: str,
    dry_run: bool,
) -> None:
    """Place a hold; it binds at once, also for what arrives later.

    Options of different kinds narrow each other. What is sealed or was not read is covered too.
    """
    from retention import held, hold, schema
    from retention.scope import Scope

    scope = Scope(
        query=query,
        persons=persons,
        since=start_of(frame, since),
        until=end_of(frame, until),
        conversations=conversations,
        all_ministers=all_ministers,
    )
    with session(frame, *_PLACERS) as at:
        connection = schema.ready(at.archive)
        if dry_run:
            hold.check(connection, scope)
            frame.show(
                Report(values={"kind": kind, "copies": held.records_held(connection, scope)})
            )
            return
        made = hold.place(
            at.scribe, hold.Kind(kind), scope, reason=reason, ground=ground, received=received
        )
        frame.show(Report(values=_row(frame, at, made)))


@command.command(cls=Command)
@click.argument("hold")
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def lift(frame: Frame, hold: str, reason: str) -> None:
    """Lift a hold: one officer asks for it, and another confirms it by the same command."""
    from retention import lifting

    with session(frame, *_PLACERS) as at:
        lifted = lifting.lift(at.scribe, hold, reason)
        frame.show(Report(values={"hold": lifted.id, "state": str(lifted.state)}))


@command.command("list", cls=Command)
@click.option("--all", "everything", is_flag=True, help="Also those that were lifted.")
@with_frame
def list_(frame: Frame, everything: bool) -> None:
    """Show the holds in force."""
    from retention import hold, schema

    with session(frame, *_LOOKERS) as at:
        connection = schema.ready(at.archive)
        found = [one for one in hold.holds(connection) if everything or one.is_active]
        frame.show(
            Report(
                name="holds",
                rows=[_row(frame, at, one) for one in found],
                columns=(
                    Column("hold", say("Hold")),
                    Column("kind", say("Kind")),
                    Column("state", say("State")),
                    Column("received", say("Binds from")),
                    Column("copies", say("Copies")),
                    Column("unanswered", say("Unanswered")),
                    Column("ground", say("Ground")),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("hold")
@with_frame
def show(frame: Frame, hold: str) -> None:
    """Show one hold: its scope, what was done with it, and its letters."""
    from retention import hold as holds
    from retention import letter, schema

    with session(frame, *_LOOKERS) as at:
        connection = schema.ready(at.archive)
        found = holds.hold(connection, hold)
        steps = holds.steps(connection, hold)
        frame.show(
            Report(
                name="steps",
                rows=[
                    {
                        "what": one.what,
                        "by": one.officer,
                        "at": frame.local(one.at),
                        "reason": one.reason,
                    }
                    for one in steps
                ],
                values={
                    **_row(frame, at, found),
                    "letters": [_letter(one) for one in letter.letters(connection, hold)],
                },
            )
        )


@command.command(cls=Command)
@click.argument("hold")
@click.option(
    "--to",
    "folder",
    cls=Asked,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder in which the letters are written.",
)
@with_frame
def letters(frame: Frame, hold: str, folder: Path) -> None:
    """Write the letters that a hold asks for: to each account holder one, as text and as JSON.

    An instruction to keep everything; to whoever refused or left office a demand to hand it over.
    Letters that were written before are written again as they were.
    """
    from retention import letter

    with session(frame, *_PLACERS) as at:
        days = frame.settings.number("retention.answer_days")
        zone = frame.settings.text("zone")
        written = letter.write(at.scribe, hold, folder, answer_days=days, zone=zone)
        frame.show(
            Report(
                name="letters",
                rows=[{**_letter(one), "path": str(path)} for one, path in written],
            )
        )


@command.command(cls=Command)
@click.argument("hold")
@click.option("--person", cls=Asked, help="Whose answer it is.")
@click.option("--on", "day", default="", metavar="DAY", help="The day of the answer; else today.")
@click.option("--refused", is_flag=True, help="The person refuses.")
@click.option("--reply", default="", help="What was answered; kept encrypted.")
@with_frame
def acknowledge(frame: Frame, hold: str, person: str, day: str, refused: bool, reply: str) -> None:
    """Register the answer to the last letter that a person got about a hold."""
    from retention import letter

    with session(frame, *_PLACERS) as at:
        answered = letter.answer(at.scribe, hold, person, on=day, refused=refused, reply=reply)
        frame.show(Report(values=_letter(answered)))


def _row(frame: Frame, at: Session, one: Hold) -> Row:
    from retention import held, letter
    from retention.span import today

    connection = at.archive.catalogue.connection
    scope = one.scope
    return {
        "hold": one.id,
        "kind": str(one.kind),
        "state": str(one.state),
        "received": one.received,
        "ground": one.ground,
        "reason": one.reason,
        "placed_by": one.placed_by,
        "placed_at": frame.local(one.placed_at),
        "scope": {
            "query": scope.query,
            "persons": list(scope.persons),
            "from": frame.moment(scope.since),
            "until": frame.moment(scope.until),
            "conversations": list(scope.conversations),
            "all_ministers": scope.all_ministers,
        },
        "copies": held.records_held(connection, scope) if one.is_active else 0,
        "unanswered": letter.unanswered(connection, one, today()) if one.is_active else 0,
    }


def _letter(one: Letter) -> Row:
    return {
        "person": one.person,
        "letter": str(one.kind),
        "written": one.written,
        "due": one.due,
        "answered": one.answered,
        "answer": str(one.answer),
        "note": one.note,
    }
