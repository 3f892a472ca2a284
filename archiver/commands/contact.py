"""`chatarchief contact`: which contacts of an official are business, private or party-political.

A list of contacts tells of private life: only who sorts or keeps records may see it, and that is
logged first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands import sheets
from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.register.contacts import Contact

_LIST = "contacts"
_KINDS = ("business", "private", "party")
_MAY = (Role.RECORDS_OFFICER, Role.SORTER)


@click.group(cls=Group)
def command() -> None:
    """Register which contacts of an official are business, private or party-political."""


@command.command(cls=Command)
@click.option("--person", cls=Asked, help="The official whose contact it is.")
@click.option("--name", cls=Asked, help="The name of the contact.")
@click.option("--kind", cls=Asked, type=click.Choice(_KINDS), help="What the contact is.")
@click.option("--from", "since", cls=Asked, metavar="DAY", help="The first day.")
@click.option("--to", "until", default="", metavar="DAY", help="The last day.")
@click.option(
    "--identifier",
    "identifiers",
    multiple=True,
    help="A number or address of the contact; without one the name counts.",
)
@click.option("--source", default="", help="Who said so.")
@click.option(
    "--confirmed", default="", metavar="DAY", help="The day on which the official confirmed it."
)
@with_frame
def add(
    frame: Frame,
    person: str,
    name: str,
    kind: str,
    since: str,
    until: str,
    identifiers: tuple[str, ...],
    source: str,
    confirmed: str,
) -> None:
    """Register a contact of an official."""
    from archiver.register import contacts

    with session(frame, *_MAY) as at:
        made = contacts.add(
            at.scribe,
            person=person,
            name=name,
            kind=contacts.ContactKind(kind),
            since=since,
            until=until,
            identifiers=identifiers,
            source=source,
            confirmed=confirmed,
        )
        frame.show(Report(values=_row(made)))


@command.command(cls=Command)
@click.argument("contact")
@click.option("--to", "until", cls=Asked, metavar="DAY", help="The last day.")
@with_frame
def end(frame: Frame, contact: str, until: str) -> None:
    """Register the last day of a contact; an end that was registered stays as it is."""
    from archiver.register import contacts

    with session(frame, *_MAY) as at:
        frame.show(Report(values=_row(contacts.end(at.scribe, contact, until))))


@command.command(cls=Command)
@click.argument("contact")
@click.option("--on", cls=Asked, metavar="DAY", help="The day on which the official confirmed it.")
@with_frame
def confirm(frame: Frame, contact: str, on: str) -> None:
    """Register that the official confirmed what a contact is."""
    from archiver.register import contacts

    with session(frame, *_MAY) as at:
        frame.show(Report(values=_row(contacts.confirm(at.scribe, contact, on))))


@command.command("list", cls=Command)
@click.option("--person", default="", help="Only contacts of this official.")
@with_frame
def list_(frame: Frame, person: str) -> None:
    """Show contacts, of one official or of all; that is logged first."""
    from archiver.register import contacts

    with session(frame, *_MAY) as at:
        found = contacts.contacts(at.archive, person)
        at.scribe.witness("contacts.shown", {"person": person}, {"shown": len(found)})
        frame.show(
            Report(
                name="contacts",
                rows=[_row(one) for one in found],
                columns=(
                    Column("contact", say("Contact")),
                    Column("person", say("Person")),
                    Column("name", say("Name")),
                    Column("kind", say("Kind")),
                    Column("from", say("Since")),
                    Column("to", say("Until")),
                    Column("confirmed", say("Confirmed")),
                    Column("identifiers", say("Identifiers")),
                ),
            )
        )


@command.command("import", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dry_run
@with_frame
def import_(frame: Frame, file: Path, dry_run: bool) -> ExitCode:
    """Register the contacts of a CSV file, all or none."""
    with session(frame, *_MAY) as at:
        return sheets.take_in(frame, at, file, _LIST, dry_run=dry_run)


@command.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_frame
def export(frame: Frame, folder: Path) -> None:
    """Write the contacts as CSV into a folder; that is logged first."""
    with session(frame, *_MAY) as at:
        sheets.write(frame, at, folder, (_LIST,))


def _row(one: Contact) -> Row:
    return {
        "contact": one.id,
        "person": one.person,
        "name": one.name,
        "identifiers": list(one.identifiers),
        "kind": str(one.kind),
        "from": one.since,
        "to": one.until,
        "source": one.source,
        "confirmed": one.confirmed,
    }
