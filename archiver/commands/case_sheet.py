"""Judgements of a case as CSV: written for a spreadsheet, and taken in again, all rows or none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.case_rows import JURISTS
from archiver.commands.frame import Asked, Command, Frame, dry_run, with_frame
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.output import Column, Report, Row
from archiver.output.interchange import csv
from archiver.output.safe import encodable
from archiver.output.words import explained

if TYPE_CHECKING:
    from archiver.cases.case import Case
    from archiver.cases.judgement_sheet import JudgedRow
    from archiver.store.catalogue.connection import Connection


@click.command("export-judgements", cls=Command)
@click.argument("case")
@click.option(
    "--to",
    "file",
    cls=Asked,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write, which must not be there yet.",
)
@with_frame
def export(frame: Frame, case: str, file: Path) -> None:
    """Write the candidates with their text and what was judged of them as CSV."""
    from archiver.cases import case as cases
    from archiver.cases import schema
    from archiver.cases.candidates import candidates
    from archiver.store import files

    with session(frame, *JURISTS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        number = len(candidates(connection, one.id))
        at.scribe.witness("judgements.exported", {"case": one.id}, {"candidates": number})
        with os.fdopen(files.create(file), "w", encoding="utf-8", newline="") as stream:
            stream.writelines(_text(frame, connection, one))
        frame.show(Report(values={"case": one.id, "candidates": number, "path": str(file)}))


@click.command("import-judgements", cls=Command)
@click.argument("case")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dry_run
@with_frame
def import_(frame: Frame, case: str, file: Path, dry_run: bool) -> ExitCode:
    """Judge the rows of a sheet that say something new; each row is shown, and one refused row
    refuses all."""
    from archiver.cases import case as cases
    from archiver.cases import judgement_sheet, schema
    from archiver.register import sheet_file

    rows = sheet_file.read(file)
    zone = frame.settings.text("zone")
    with session(frame, *JURISTS) as at:
        if dry_run:
            connection = schema.ready(at.archive)
            one = cases.opened(connection, case)
            found = judgement_sheet.judge_rows(connection, one, rows, zone)
        else:
            found = judgement_sheet.take_in(at.scribe, case, rows, zone)
        refused = sum(each.refusal is not None for each in found)
        frame.show(
            Report(
                name="rows",
                rows=[_row(each) for each in found],
                values={"case": case, "dry_run": dry_run, **_counts(found)},
                columns=(
                    Column("line", say("Line")),
                    Column("record", say("Record")),
                    Column("outcome", say("Outcome")),
                    Column("reason", say("Reason")),
                ),
            )
        )
        return ExitCode.USAGE if refused else ExitCode.DONE


def _text(frame: Frame, connection: Connection, one: Case) -> Iterator[str]:
    from archiver.cases.judgement_sheet import COLUMNS, rows
    from archiver.register.cells import shielded

    def cells() -> Iterator[Row]:
        for said, row in rows(connection, one):
            row["sent_at"] = frame.moment(said.sent_at)
            yield {name: shielded(cell) for name, cell in row.items()}

    columns = tuple(Column(name, name) for name in COLUMNS)
    return csv(Report(name="judgements", rows=cells(), columns=columns), encodable)


def _row(one: JudgedRow) -> Row:
    refusal = one.refusal
    reason = "" if refusal is None else explained(refusal)
    return {"line": one.line, "record": one.record, "outcome": str(one.fate), "reason": reason}


def _counts(found: list[JudgedRow]) -> dict[str, int]:
    from archiver.cases.judgement_sheet import Fate

    refused = any(one.refusal for one in found)
    counts = {str(fate): sum(one.fate is fate for one in found) for fate in Fate}
    return counts | ({str(Fate.JUDGED): 0} if refused else {})
