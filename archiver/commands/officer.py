"""`chatarchief officer`: who may act in this archive, and in which roles."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.session import session
from archiver.language import say
from archiver.model import Officer, Role
from archiver.output import Column, Report, Row


@click.group(cls=Group)
def command() -> None:
    """Register and show officers."""


@command.command(cls=Command)
@click.option("--login", cls=Asked, help="The login name on this machine.")
@click.option("--name", default="", help="The name in full.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([str(role) for role in Role]),
    help="A role; give the option once for each.",
)
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The officer's public key, as ssh-keygen -t ed25519 writes it.",
)
@click.option("--from", "since", default="", metavar="DAY", help="The first day in this role.")
@click.option("--to", "until", default="", metavar="DAY", help="The last day in this role.")
@with_frame
def add(
    frame: Frame,
    login: str,
    name: str,
    roles: tuple[str, ...],
    key_file: Path | None,
    since: str,
    until: str,
) -> None:
    """Register an officer, or a known one anew with other roles or another period."""
    from archiver.register import officers

    with session(frame, Role.RECORDS_OFFICER) as at:
        officer = officers.add(
            at.scribe,
            login=login,
            name=name or login,
            roles=[Role(role) for role in roles],
            public_key=officers.read_public_key(key_file) if key_file else "",
            since=since,
            until=until,
        )
        frame.show(Report(values=_row(officer)))


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show all officers."""
    from archiver.register import officers

    with session(frame) as at:
        frame.show(
            Report(
                name="officers",
                rows=[_row(officer) for officer in officers.officers(at.archive)],
                columns=(
                    Column("officer", say("Officer")),
                    Column("login", say("Login")),
                    Column("name", say("Name")),
                    Column("roles", say("Roles")),
                    Column("from", say("Since")),
                    Column("to", say("Until")),
                ),
            )
        )


def _row(officer: Officer) -> Row:
    return {
        "officer": officer.id,
        "login": officer.login,
        "name": officer.name,
        "roles": [str(role) for role in officer.roles],
        "public_key": officer.public_key,
        "from": officer.since,
        "to": officer.until,
    }
