"""`chatarchief register`: dated facts, all lists as CSV, and the two registers that the law asks.

What it shows of people is logged first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
import msgspec

from archiver.commands import sheets
from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.session import READERS, session
from archiver.errors import ExitCode, UsageError
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.register.facts import Fact

_MAY = (*READERS, Role.AUDITOR, Role.PROCESS_OWNER, Role.SECURITY_OFFICER)
_STATERS = (Role.RECORDS_OFFICER, Role.SECURITY_OFFICER)
_Section = tuple[str, Sequence[str]]

_on = click.option("--on", default="", metavar="DAY", help="As it stands on this day; today.")
_pdf = click.option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it as a document to this new file.",
)


@click.group(cls=Group)
def command() -> None:
    """Register facts, take lists in and out, and report on processing and its legal bases."""


@command.command(cls=Command)
@with_frame
def kinds(frame: Frame) -> None:
    """Show which facts can be registered, about what, and with which fields."""
    from archiver.register.fact_kinds import kinds as known

    rows = [
        {
            "kind": one.code,
            "title": one.title,
            "about": one.about,
            "several": one.several,
            "fields": [
                f"{field.name}{'!' if field.required else ''}" for field in one.fields.values()
            ],
        }
        for one in known().values()
    ]
    columns = (
        Column("kind", say("Kind"), typed=True),
        Column("about", say("About")),
        Column("fields", say("Fields")),
        Column("title", say("Title")),
    )
    frame.show(Report(name="kinds", rows=rows, columns=columns))


@command.command(cls=Command)
@click.argument("kind")
@click.option("--about", default="", help="The account or the person; empty for the archive.")
@click.option("--on", cls=Asked, metavar="DAY", help="The day from which it is valid.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="One field of it.")
@click.option("--source", cls=Asked, help="On what it rests, such as a letter.")
@with_frame
def state(
    frame: Frame, kind: str, about: str, on: str, given: tuple[str, ...], source: str
) -> None:
    """Register a dated fact, such as a safety assessment; earlier facts stay as they are."""
    from archiver.register import facts

    with session(frame, *_STATERS) as at:
        made = facts.state(
            at.scribe, kind=kind, about=about, on=on, values=_values(given), source=source
        )
        frame.show(Report(values=_fact(frame, made)))


@command.command(cls=Command)
@click.argument("fact")
@click.option("--to", "until", cls=Asked, metavar="DAY", help="The last day.")
@with_frame
def end(frame: Frame, fact: str, until: str) -> None:
    """Register the last day of a fact; an end that was registered stays as it is."""
    from archiver.register import facts

    with session(frame, *_STATERS) as at:
        frame.show(Report(values=_fact(frame, facts.end(at.scribe, fact, until))))


@command.command("facts", cls=Command)
@click.option("--about", default="", help="Only of this account or person.")
@click.option("--kind", default="", help="Only facts of this kind.")
@click.option("--on", default="", metavar="DAY", help="Only those that count on this day.")
@with_frame
def facts_(frame: Frame, about: str, kind: str, on: str) -> None:
    """Show facts by their day, with who registered each and when; that is logged first."""
    from archiver.register import facts
    from archiver.register.accounts import day

    with session(frame, *_MAY) as at:
        found = facts.facts(at.archive, facts.subject(at.archive, about), kind)
        found = facts.valid(found, day(on)) if on else found
        at.scribe.witness("register.shown", {"about": about, "kind": kind}, {"shown": len(found)})
        frame.show(
            Report(
                name="facts",
                rows=[_fact(frame, one) for one in found],
                columns=(
                    Column("fact", say("Fact")),
                    Column("on", say("Since")),
                    Column("until", say("Until")),
                    Column("about", say("About")),
                    Column("kind", say("Kind")),
                    Column("values", say("Values")),
                    Column("source", say("Source")),
                    Column("officer", say("Officer")),
                    Column("at", say("Registered")),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_frame
def export(frame: Frame, folder: Path) -> None:
    """Write every list of the register as CSV into a folder; that is logged first."""
    from archiver.register.sheets import SHEETS

    with session(frame, Role.RECORDS_OFFICER) as at:
        sheets.write(frame, at, folder, SHEETS)


@command.command("import", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "name", default="", help="Which list it is; by default the file's name.")
@dry_run
@with_frame
def import_(frame: Frame, file: Path, name: str, dry_run: bool) -> ExitCode:
    """Register the rows of a CSV file of one list, all or none."""
    with session(frame, Role.RECORDS_OFFICER) as at:
        return sheets.take_in(frame, at, file, name, dry_run=dry_run)


@command.command(cls=Command)
@_on
@_pdf
@with_frame
def processing(frame: Frame, on: str, pdf: Path | None) -> None:
    """Make the register of processing of article 30(1) of the GDPR; that is logged first."""
    from archiver.register import processing as of

    with session(frame, *_MAY) as at:
        made = of.register(at.archive, _day(frame, on))
        told = list(of.sections(made))
        at.scribe.witness("register.reported", {"on": made.day}, {"rows": len(made.activities)})
        _write(pdf, say("Register of processing"), told)
        frame.show(
            Report(
                name="activities",
                rows=[msgspec.to_builtins(one) for one in made.activities],
                values={
                    "ministry": made.ministry, "on": made.day, "facts": made.facts,
                    "missing": made.missing,
                },
                lines=lambda: _text(told),
            )
        )  # fmt: skip


@command.command(cls=Command)
@click.option("--account", default="", help="Only this account.")
@_on
@_pdf
@with_frame
def bases(frame: Frame, account: str, on: str, pdf: Path | None) -> None:
    """Report on legal bases by account and purpose, with proof from the log; logged first."""
    from archiver.register import basis_report

    with session(frame, *_MAY) as at:
        day = _day(frame, on)
        found = basis_report.report(at.archive, _zone(frame), day, account)
        told = basis_report.sections(at.archive.identity.ministry, day, found)
        at.scribe.witness("register.reported", {"on": day, "account": account},
                          {"rows": len(found)})  # fmt: skip
        _write(pdf, say("Report on legal bases"), told)
        frame.show(
            Report(
                name="bases",
                rows=[msgspec.to_builtins(one) for one in found],
                values={"ministry": at.archive.identity.ministry, "on": day},
                lines=lambda: _text(told),
            )
        )


@command.command(cls=Command)
@with_frame
def cabinets(frame: Frame) -> None:
    """Show the cabinets with their periods."""
    from archiver.register.cabinets import cabinets as known

    rows = [
        {
            "cabinet": one.code,
            "name": one.name,
            "from": one.since.isoformat(),
            "to": one.until.isoformat() if one.until else "",
        }
        for one in known()
    ]
    frame.show(Report(name="cabinets", rows=rows))


def _values(given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or name in found:
            raise UsageError(reason=say("{value} is not FIELD=VALUE.", value=one))
        found[name] = value
    return found


def _fact(frame: Frame, one: Fact) -> Row:
    row = dict(msgspec.to_builtins(one))
    if one.at:
        row["at"] = frame.local(one.at)
    return {"fact": row.pop("id"), "on": row.pop("day"), **row}


def _zone(frame: Frame) -> ZoneInfo:
    return ZoneInfo(frame.settings.text("zone"))


def _day(frame: Frame, on: str) -> str:
    from archiver.register.accounts import day

    return day(on) if on else datetime.now(_zone(frame)).date().isoformat()


def _text(told: Iterable[_Section]) -> Iterator[str]:
    for title, lines in told:
        yield title
        yield from (f"  {line}" for line in lines)


def _write(path: Path | None, title: str, told: Sequence[_Section]) -> None:
    """Write the document to a file that is not there yet."""
    if path is None:
        return
    from retention.statement_pdf import pdf

    with path.open("xb") as file:
        file.write(pdf(title, say("Page {number}", number="{number}"), told))
