"""`chatarchief function`: who held which function when, since retention follows from it."""

from __future__ import annotations

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.session import Session, session
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row
from archiver.store.catalogue.functions import Function


@click.group(cls=Group)
def command() -> None:
    """Register and show functions: who was minister or director-general, and when."""


@command.command(cls=Command)
@click.option("--person", cls=Asked, help="Who held it, as the accounts name the person.")
@click.option("--function", "code", cls=Asked, help="The function, by its code.")
@click.option("--from", "since", cls=Asked, metavar="DAY", help="The first day.")
@click.option("--to", "until", default="", metavar="DAY", help="The last day.")
@click.option("--title", default="", help="The title in full.")
@click.option(
    "--key-official/--no-key-official",
    default=None,
    help="Whether the person is in the register of key officials.",
)
@with_frame
def add(
    frame: Frame,
    person: str,
    code: str,
    since: str,
    until: str,
    title: str,
    key_official: bool | None,
) -> None:
    """Register a function that somebody holds or held.

    With a minister the hold over the messages of all ministers is placed, unless it is in force or
    a setting says otherwise.
    """
    from archiver.register import functions

    with session(frame, Role.RECORDS_OFFICER) as at:
        made = functions.add(
            at.scribe,
            person=person,
            code=code,
            since=since,
            until=until,
            title=title,
            key_official=key_official,
        )
        placed = hold_for(frame, at, made)
        frame.show(Report(values={**_row(made), "hold": placed}))


@command.command(cls=Command)
@click.argument("function")
@click.option("--to", "until", cls=Asked, metavar="DAY", help="The last day.")
@with_frame
def end(frame: Frame, function: str, until: str) -> None:
    """Register the last day of a function; an end that was registered stays as it is."""
    from archiver.register import functions

    with session(frame, Role.RECORDS_OFFICER) as at:
        frame.show(Report(values=_row(functions.end(at.scribe, function, until))))


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show all functions."""
    from archiver.register import functions
    from retention import schema

    with session(frame) as at:
        schema.ready(at.archive)
        frame.show(
            Report(
                name="functions",
                rows=[_row(one) for one in functions.functions(at.archive)],
                columns=(
                    Column("function", say("Function")),
                    Column("person", say("Person")),
                    Column("code", say("Code")),
                    Column("title", say("Title")),
                    Column("key_official", say("Key official")),
                    Column("from", say("Since")),
                    Column("to", say("Until")),
                ),
            )
        )


def hold_for(frame: Frame, at: Session, made: Function) -> str:
    """Place the hold that a new minister asks for; give its id, empty when none was placed."""
    from archiver.register.functions import kinds
    from retention.hold import place_for_ministers

    if not kinds()[made.code].minister or not frame.settings.switch("policy.hold_ministers"):
        return ""
    placed = place_for_ministers(at.scribe)
    return placed.id if placed else ""


def _row(one: Function) -> Row:
    return {
        "function": one.id,
        "person": one.person,
        "code": one.code,
        "title": one.title,
        "key_official": one.key_official,
        "from": one.since,
        "to": one.until,
    }
