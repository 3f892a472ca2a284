"""`chatarchief marking`: notices of state secrets, for the security officer alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.session import Session, session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row
from archiver.output.words import word

if TYPE_CHECKING:
    from archiver.register.notices import Marked, Notice

_OFFICER = Role.SECURITY_OFFICER
_FATES = ("destroy", "hand-over")
_LEVELS = ("limited", "departmental", "confidential", "secret", "top-secret")


@click.group(cls=Group)
def command() -> None:
    """See to what was set apart because of its marking; for the security officer."""


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show the notices of what was set apart, without a name or a word of it."""
    from archiver.register.notices import notices

    with session(frame, _OFFICER) as at:
        found = notices(at.archive)
        at.scribe.witness("markings.listed", {}, {"notices": len(found)})
        frame.show(
            Report(
                name="notices",
                rows=[_row(frame, one) for one in found],
                columns=(
                    Column("notice", say("Notice")),
                    Column("at", say("Set apart")),
                    Column("account", say("Account")),
                    Column("standing", say("State")),
                    Column("fate", say("Destination")),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("notice")
@with_frame
def show(frame: Frame, notice: str) -> None:
    """Show one notice, with the names of the files that were set apart."""
    from archiver.register.notices import notice as find
    from archiver.store.isolated import Compartment

    with session(frame, _OFFICER) as at:
        found = find(at.archive, notice)
        at.scribe.witness("marking.shown", {"notice": notice}, {})
        compartment = Compartment(at.archive)
        path, rows = "", list[Row]()
        if notice in compartment.ids():
            manifest = compartment.manifest(notice)
            path = manifest.path
            rows = [{"name": f.member.name, "size": f.member.size} for f in manifest.files]
        frame.show(Report(name="files", rows=rows, values={**_row(frame, found), "path": path}))


@command.command(cls=Command)
@click.argument("notice")
@click.option(
    "--to",
    "folder",
    cls=Asked,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder, on a system that is accredited for it.",
)
@with_frame
def copy(frame: Frame, notice: str, folder: Path) -> None:
    """Write what was set apart to a folder, to judge it or to hand it over."""
    from archiver.pipeline.give_back import copy_out
    from archiver.register.notices import notice as find
    from archiver.store.isolated import Compartment

    with session(frame, _OFFICER) as at:
        manifest = Compartment(at.archive).manifest(find(at.archive, notice).id)
        at.scribe.witness("marking.copied", {"notice": notice}, {"files": len(manifest.files)})
        place = folder / notice
        copy_out(at.archive, manifest, place / (Path(manifest.path).name or "delivery"))
        frame.show(Report(values={"notice": notice, "to": str(place)}))


@command.command(cls=Command)
@click.argument("notice")
@click.option("--outcome", cls=Asked, type=click.Choice(_FATES), help="What is to become of it.")
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def confirm(frame: Frame, notice: str, outcome: str, reason: str) -> None:
    """Confirm that it is a state secret, and say what is to become of it."""
    from archiver.register.notices import Fate
    from archiver.register.notices import confirm as decide

    with session(frame, _OFFICER) as at:
        frame.show(Report(values=_row(frame, decide(at.scribe, notice, Fate(outcome), reason))))


@command.command(cls=Command)
@click.argument("notice")
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def release(frame: Frame, notice: str, reason: str) -> ExitCode:
    """Lift a false alarm: the delivery is then taken in like any other."""
    with session(frame, _OFFICER) as at:
        return _release(frame, at, notice, reason)


@command.command(cls=Command)
@with_frame
def count(frame: Frame) -> None:
    """Count by account and level how many documents were marked, state secrets included."""
    from archiver.register.notices import counts

    with session(frame, _OFFICER) as at:
        found = counts(at.archive)
        at.scribe.witness("markings.counted", {}, {"accounts": len(found)})
        frame.show(
            Report(
                name="accounts",
                rows=[
                    {"account": one.account, **{name: one.levels[name] for name in _LEVELS}}
                    for one in found
                ],
                lines=lambda: _said(found),
            )
        )


def _release(frame: Frame, at: Session, notice: str, reason: str) -> ExitCode:
    from archiver.commands.outcomes import as_row, lines
    from archiver.pipeline.bench import Bench
    from archiver.pipeline.give_back import give_back
    from archiver.pipeline.reader import ChildReader

    reader = ChildReader()
    try:
        outcome = give_back(Bench(at.scribe, frame.settings, reader), notice, reason)
    finally:
        reader.close()
    row = as_row(frame, outcome)
    frame.show(Report(name="deliveries", rows=[row], lines=lambda: lines([outcome])))
    return outcome.exit_code


def _row(frame: Frame, one: Notice) -> Row:
    return {
        "notice": one.id,
        "at": frame.local(one.at),
        "account": one.detail.account,
        "standing": str(one.standing),
        "fate": one.fate,
        "reason": one.reason,
        "marked": one.detail.counts,
        "size": one.detail.size,
        "sha256": one.detail.sha256,
        "delivery": one.delivery,
    }


def _said(found: Sequence[Marked]) -> Iterator[str]:
    for one in found:
        levels = ", ".join(
            f"{word('level', name)} {one.levels[name]}" for name in _LEVELS if one.levels[name]
        )
        yield say("Account {account}: {levels}", account=one.account, levels=levels)
    if not found:
        yield say("Nothing with a marking was found.")
