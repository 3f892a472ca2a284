"""`chatarchief person`: officials and the names by which the lists know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.session import session
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.register.persons import Person

_aliases = click.option("--alias", "aliases", multiple=True, help="Another name in the lists.")


@click.group(cls=Group)
def command() -> None:
    """Register and show officials, with the names by which the lists know them."""


@command.command(cls=Command)
@click.option("--name", cls=Asked, help="The name in full.")
@_aliases
@with_frame
def add(frame: Frame, name: str, aliases: tuple[str, ...]) -> None:
    """Register an official."""
    from archiver.register import persons

    with session(frame, Role.RECORDS_OFFICER) as at:
        frame.show(Report(values=_row(persons.add(at.scribe, name=name, aliases=aliases))))


@command.command(cls=Command)
@click.argument("person")
@click.option("--name", default="", help="The name in full.")
@_aliases
@with_frame
def change(frame: Frame, person: str, name: str, aliases: tuple[str, ...]) -> None:
    """Register another name of an official; the present one stays known."""
    from archiver.register import persons

    with session(frame, Role.RECORDS_OFFICER) as at:
        found = persons.person(at.archive, person)
        changed = persons.rename(at.scribe, found.id, name=name, aliases=aliases)
        frame.show(Report(values=_row(changed)))


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show all officials."""
    from archiver.register import persons

    with session(frame) as at:
        frame.show(
            Report(
                name="persons",
                rows=[_row(one) for one in persons.persons(at.archive)],
                columns=(
                    Column("person", say("Person")),
                    Column("name", say("Name")),
                    Column("aliases", say("Other names")),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("person")
@with_frame
def show(frame: Frame, person: str) -> None:
    """Show one official with functions and accounts, by id or by any of the names."""
    from archiver.register import accounts, functions, persons

    with session(frame) as at:
        found = persons.person(at.archive, person)
        names = persons.names(at.archive, found.id)
        held = [
            {"function": one.id, "title": one.title, "from": one.since, "to": one.until}
            for one in functions.functions(at.archive)
            if any(functions.same(one.person, name) for name in names)
        ]
        used = [
            {"account": one.id, "service": one.service, "kind": str(one.kind)}
            for one in accounts.accounts(at.archive)
            if any(functions.same(one.person, name) for name in names)
        ]
        frame.show(Report(values={**_row(found), "functions": held, "accounts": used}))


def _row(one: Person) -> Row:
    return {"person": one.id, "name": one.name, "aliases": list(one.aliases)}
