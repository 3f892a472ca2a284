"""`chatarchief produce`: make the packs that answer a case, and register who received them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.case_rows import today
from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.judged import need
from archiver.commands.produce_inquiry import inquiry
from archiver.commands.produce_options import layout_choice, out_folder, second_reader
from archiver.commands.produce_rows import faults_report, pack_report
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report

if TYPE_CHECKING:
    from archiver.produce.production import Production

_READERS = (Role.WOO_JURIST, Role.RECORDS_OFFICER, Role.AUDITOR)


@click.group(cls=Group)
def command() -> None:
    """Make the packs that answer a case, and register to whom they were handed over."""


@command.command(cls=Command)
@click.argument("case")
@out_folder
@click.option(
    "--unit",
    type=click.Choice(("message", "day", "silence", "conversation")),
    default="day",
    show_default=True,
    help="What one document shows; a reply stands with the message it answers.",
)
@click.option(
    "--gap",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    metavar="HOURS",
    help="The silence that ends a document, with --unit silence.",
)
@layout_choice
@click.option("--publisher", default="", help="The ministry, where the archive's own name is none.")
@click.option("--matter", default="", help="The matter on the platform; else the case's reference.")
@click.option("--prefix", default="", help="The ministry's prefix on the platform.")
@second_reader
@dry_run
@with_frame
def woo(
    frame: Frame,
    case: str,
    out: Path,
    unit: str,
    gap: int,
    layout: str,
    publisher: str,
    matter: str,
    prefix: str,
    asked_need: str | None,
    dry_run: bool,
) -> ExitCode:
    """Make the Woo pack of a case: documents, production report, inventory, metadata, manifest.

    Nothing is written unless every candidate is judged and found in it exactly once, and the
    publication platform would read the production report rightly.
    """
    from archiver.cases.case import case as case_of
    from archiver.cases.schema import ready
    from archiver.produce.pdf.render import Layout
    from archiver.produce.slices import Unit
    from archiver.produce.woo import diwoo, pack

    with session(frame, Role.WOO_JURIST) as at:
        found = case_of(ready(at.archive), case)
        asked = pack.Asked(
            publisher=diwoo.ministry(publisher or at.archive.identity.ministry),
            unit=Unit(unit),
            layout=Layout(layout),
            gap=gap,
            matter=matter,
            prefix=prefix,
            need=need(frame, asked_need),
        )
        if dry_run:
            made = pack.tried(at.archive, found, asked)
        else:
            at.scribe.witness("case.exported", {"case": found.id, "kind": pack.KIND}, {})
            made = pack.produce(at.scribe, found, out, asked)
    frame.show(pack_report(made, out, after={"attachments": made.attached}))
    return ExitCode.FINDINGS if made.warnings else ExitCode.DONE


@command.command("check", cls=Command)
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--prefix", default="", help="The ministry's prefix on the platform.")
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder with the documents; file names are compared with the ids.",
)
@with_frame
def check_report(frame: Frame, report: Path, prefix: str, documents: Path | None) -> ExitCode:
    """Judge a production report, CSV or XLSX, by what the publication platform does with it.

    It tells what the platform takes without a word and reads as something else.
    """
    from archiver.produce.sheet_reading import table_of
    from archiver.produce.woo.check import faults

    files = None if documents is None else [one.name for one in documents.iterdir()]
    size = report.stat().st_size
    found = faults(table_of(report), prefix=prefix, size=size, files=files)
    frame.show(faults_report(found, {"rows_with_faults": len({one.row for one in found})}))
    return ExitCode.FINDINGS if found else ExitCode.DONE


@command.command("list", cls=Command)
@click.option("--case", default="", help="Only those of this case.")
@with_frame
def list_(frame: Frame, case: str) -> None:
    """List what was produced, with its manifest's digest and to whom it was handed over."""
    from archiver.cases.case import case as case_of
    from archiver.produce.production import productions

    with session(frame, *_READERS) as at:
        connection = at.archive.catalogue.connection
        public = case_of(connection, case).id if case else ""
        frame.show(_productions([*productions(connection, public)]))


@command.command(cls=Command)
@click.argument("production")
@click.option("--to", "recipient", cls=Asked, help="To whom it was handed over.")
@click.option("--medium", cls=Asked, help="How: the platform, a data carrier, a portal.")
@click.option("--on", "day", type=click.DateTime(("%Y-%m-%d",)), help="On which day; else today.")
@click.option("--receipt", default="", help="What the recipient gave as a receipt.")
@with_frame
def deliver(
    frame: Frame, production: str, recipient: str, medium: str, day: datetime | None, receipt: str
) -> None:
    """Register to whom a production was handed over, when and how."""
    from archiver.produce.production import Handed
    from archiver.produce.production import deliver as register

    now = today(frame)
    when = (day.date() if day else now).isoformat()
    with session(frame, Role.WOO_JURIST, Role.RECORDS_OFFICER) as at:
        given = Handed(recipient=recipient, medium=medium, when=when, receipt=receipt)
        frame.show(_productions([register(at.scribe, production, given, now)]))


def _productions(found: list[Production]) -> Report:
    return Report(
        name="productions",
        rows=[
            {
                "production": one.id,
                "case": one.case,
                "kind": one.kind,
                "unit": one.unit,
                "made_at": one.at,
                "officer": one.officer,
                "manifest_sha256": one.manifest,
                "counts": one.counts,
                "handed": [
                    {
                        "recipient": each.recipient,
                        "medium": each.medium,
                        "on": each.when,
                        "receipt": each.receipt,
                    }
                    for each in one.handed
                ],
            }
            for one in found
        ],
        columns=(
            Column("production", say("Production")),
            Column("case", say("Case")),
            Column("kind", say("Kind")),
            Column("made_at", say("Made at")),
            Column("manifest_sha256", say("Manifest")),
            Column("handed", say("Handed over")),
        ),
    )


command.add_command(inquiry)
