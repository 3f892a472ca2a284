"""`chatarchief session`: read out a device or accounts with the official present, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.readout_asking import ask, is_asked, maybe, split
from archiver.commands.readout_choice import conversations
from archiver.commands.readout_contacts import contacts
from archiver.commands.readout_ingest import counts, ingest
from archiver.commands.readout_rows import HOLDERS, READERS, as_row, columns, finding_rows, full
from archiver.commands.session import Session, session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Report

if TYPE_CHECKING:
    from archiver.readout.facts import Readout


@click.group(cls=Group)
def command() -> None:
    """Read out a device or accounts with the official present, and have minutes signed."""


@command.command(cls=Command)
@click.option("--person", cls=Asked, help="The official whose device or accounts are read out.")
@click.option("--device", default="", help="The device that is read out.")
@click.option("--account", "accounts", multiple=True, help="An account that is read out.")
@click.option("--present", multiple=True, help="The name of somebody who is present.")
@with_frame
def start(
    frame: Frame, person: str, device: str, accounts: tuple[str, ...], present: tuple[str, ...]
) -> None:
    """Open a session; it stays open until it is closed, also when it is interrupted."""
    from archiver.readout import session as sessions

    with session(frame, *HOLDERS) as at:
        if is_asked() and not device and not accounts:
            device, accounts = _about(at)
        if is_asked() and not present:
            present = split(ask(say("Who is present (names with commas between)")))
        made = sessions.start(
            at.scribe, person=person, present=present, device=device, accounts=accounts
        )
        frame.show(Report(values=as_row(frame, made)))


@command.command("list", cls=Command)
@click.option("--person", default="", help="Only sessions of this official.")
@with_frame
def list_(frame: Frame, person: str) -> None:
    """Show sessions, and how far each one is."""
    from archiver.readout import session as sessions

    with session(frame, *READERS) as at:
        rows = [as_row(frame, one) for one in sessions.sessions(at.archive, person)]
        frame.show(Report(name="sessions", rows=rows, columns=columns()))


@command.command(cls=Command)
@click.argument("name", metavar="SESSION")
@with_frame
def show(frame: Frame, name: str) -> ExitCode:
    """Show what was recorded in a session, without titles; that is logged first."""
    from archiver.readout import session as sessions

    with session(frame, *READERS) as at:
        one = sessions.session(at.archive, name)
        at.scribe.witness("session.shown", {"session": name}, {"exports": len(one.exports)})
        return _show(frame, one)


@command.command(cls=Command)
@click.argument("name", metavar="SESSION")
@click.option("--app", cls=Asked, help="The app whose settings were looked at.")
@click.option(
    "--conversation",
    default="",
    help="What a conversation that differs from the app may be called in the minutes.",
)
@click.option(
    "--deletion",
    cls=Asked,
    type=click.Choice(["on", "off"]),
    help="Whether messages are deleted automatically.",
)
@click.option("--term", default="", metavar="DURATION", help="After how long, such as P7D or PT8H.")
@click.option("--version", default="", help="The version of the app.")
@click.option(
    "--view-once",
    type=click.Choice(["used", "not-used"]),
    help="Whether messages are used that can be viewed once.",
)
@click.option("--linked", type=click.IntRange(min=0), help="How many other devices are linked.")
@with_frame
def settings(
    frame: Frame,
    name: str,
    app: str,
    conversation: str,
    deletion: str,
    term: str,
    version: str,
    view_once: str | None,
    linked: int | None,
) -> ExitCode:
    """Record the settings of an app, or of one conversation, as they stand on the device."""
    from archiver.readout import session as sessions
    from archiver.readout.facts import Deletion, Setting, ViewOnce

    with session(frame, *HOLDERS) as at:
        sessions.current(at.archive, name)
        if deletion == "on" and not term:
            term = maybe(say("After how long, such as P7D or PT8H"))
        if is_asked():
            version = version or maybe(say("The version of the app"))
            view_once = view_once or maybe(
                say("Whether messages are used that can be viewed once"), "used", "not-used"
            )
            if linked is None and (number := maybe(say("How many other devices are linked"))):
                linked = click.IntRange(min=0)(number)
        checked = Setting(
            app, Deletion(deletion), conversation, term, version,
            ViewOnce(view_once) if view_once else None, linked,
        )  # fmt: skip
        return _show(frame, sessions.check(at.scribe, name, checked))


@command.command(cls=Command)
@click.argument("name", metavar="SESSION")
@click.option("--next", "next_on", default="", metavar="DAY", help="The day of the next read-out.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Also write the minutes into this folder.",
)
@with_frame
def close(frame: Frame, name: str, next_on: str, folder: Path | None) -> ExitCode:
    """Close a session with minutes for two signatures: JSON and PDF, kept for good.

    The device may not be wiped on the strength of them.
    """
    from archiver.readout import minutes, notices

    with session(frame, Role.RECORDS_OFFICER) as at:
        zone = frame.settings.text("zone")
        try:
            done = minutes.close(at.scribe, name, zone=zone, next_on=next_on)
        except minutes.NoRhythm:
            if not is_asked():
                raise
            asked = ask(say("The day of the next read-out"))
            done = minutes.close(at.scribe, name, zone=zone, next_on=asked)
        paths = [] if folder is None else _write(at, name, folder)
        found = notices.findings(done)
        values = {**as_row(frame, done), "files": paths}
        frame.show(Report(name="findings", rows=finding_rows(found), values=values))
        solve = any(one.code.startswith("E") for one in found)
        return ExitCode.FINDINGS if solve else ExitCode.DONE


@command.command("minutes", cls=Command)
@click.argument("name", metavar="SESSION")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_frame
def minutes_(frame: Frame, name: str, folder: Path) -> None:
    """Write the minutes of a closed session into a folder; that is logged first."""
    with session(frame, *HOLDERS) as at:
        frame.show(Report(values={"session": name, "files": _write(at, name, folder)}))


def _about(at: Session) -> tuple[str, tuple[str, ...]]:
    """Ask for the device or the accounts: whichever of the two the id is of."""
    from archiver.register.devices import devices

    given = split(ask(say("The device, or the accounts with commas between")))
    if any(one.id in given for one in devices(at.archive)):
        return ", ".join(given), ()
    return "", given


def _show(frame: Frame, one: Readout) -> ExitCode:
    from archiver.readout import notices

    found = notices.findings(one)
    frame.show(Report(name="findings", rows=finding_rows(found), values=full(frame, one)))
    return ExitCode.DONE


def _write(at: Session, name: str, folder: Path) -> list[str]:
    from archiver.readout import minutes

    kept = minutes.parts(at.archive, name)
    at.scribe.witness("session.shown", {"session": name}, {"files": len(kept)})
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in kept.items():
        (folder / file).write_bytes(data)
    return [str(folder / file) for file in kept]


for each in (contacts, conversations, ingest, counts):
    command.add_command(each)
