"""Sheets of the register at the command line: written to a folder, taken in from a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.commands.frame import Frame
from archiver.commands.function import hold_for
from archiver.commands.session import Session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Account
from archiver.output import Column, Report, Row
from archiver.output.interchange import csv
from archiver.output.safe import encodable
from archiver.output.words import explained
from archiver.store.catalogue.functions import Function

if TYPE_CHECKING:
    from archiver.register.sheets import Judged, Sheet


def write(frame: Frame, at: Session, folder: Path, names: Iterable[str]) -> None:
    """Write lists as CSV into a folder, which must not have them yet; logged before it is done."""
    from archiver.register import sheets
    from archiver.store import files

    found = [sheets.sheet(name) for name in names]
    at.scribe.witness("register.exported", {"lists": [one.name for one in found]}, {})
    folder.mkdir(parents=True, exist_ok=True)
    shown: list[Row] = []
    for one in found:
        rows = sheets.rows(at.archive, one)
        path = folder / f"{one.name}.csv"
        with os.fdopen(files.create(path), "w", encoding="utf-8", newline="") as file:
            file.writelines(_text(one, rows))
        shown.append({"list": one.name, "path": str(path), "rows": len(rows)})
    columns = (
        Column("list", say("List")),
        Column("rows", say("Rows")),
        Column("path", say("Path")),
    )
    frame.show(Report(name="lists", rows=shown, columns=columns))


def take_in(frame: Frame, at: Session, file: Path, name: str, *, dry_run: bool) -> ExitCode:
    """Judge the rows of a file and register them, all or none; each row is shown."""
    from archiver.register import sheet_file, sheets

    of = sheets.sheet(name or file.stem)
    rows = sheet_file.read(file)
    if dry_run:
        found = sheets.judge(at.archive, of, rows)
    else:
        found = sheets.take_in(at.scribe, of, rows)
    refused = any(one.refusal for one in found)
    if not (dry_run or refused):
        _follow_up(frame, at, found)
    frame.show(
        Report(
            name="rows",
            rows=[_row(file, one, held_back=refused or dry_run) for one in found],
            values={
                "list": of.name,
                "dry_run": dry_run,
                **_counts(found, nothing=refused or dry_run),
            },
            columns=(
                Column("line", say("Line")),
                Column("id", say("Id")),
                Column("outcome", say("Outcome")),
                Column("reason", say("Reason")),
            ),
        )
    )
    return ExitCode.USAGE if refused else ExitCode.DONE


def _text(of: Sheet, rows: Sequence[Row]) -> Iterator[str]:
    from archiver.register.cells import shielded

    columns = tuple(Column(name, name) for name in of.columns)
    cells = ({name: shielded(str(cell)) for name, cell in row.items()} for row in rows)
    return csv(Report(name=of.name, rows=cells, columns=columns), encodable)


def _follow_up(frame: Frame, at: Session, found: Sequence[Judged]) -> None:
    """Do for new entries what the commands that register them one by one do."""
    drop = frame.settings.path("drop.folder")
    for entry in (one.entry for one in found if not one.known):
        if isinstance(entry, Function):
            hold_for(frame, at, entry)
        elif isinstance(entry, Account) and drop is not None:
            (drop / entry.folder).mkdir(parents=True, exist_ok=True)


def _row(file: Path, one: Judged, *, held_back: bool) -> Row:
    outcome = "new" if held_back else "added"
    reason = ""
    if one.refusal:
        outcome, reason = "refused", explained(one.refusal)
    elif one.known:
        outcome = "unchanged"
    return {
        "file": file.name,
        "line": one.line,
        "id": one.entry.id if one.entry else "",
        "outcome": outcome,
        "reason": reason,
    }


def _counts(found: Sequence[Judged], *, nothing: bool) -> dict[str, int]:
    new = sum(not (one.refusal or one.known) for one in found)
    return {
        "new": new,
        "added": 0 if nothing else new,
        "unchanged": sum(one.known for one in found),
        "refused": sum(one.refusal is not None for one in found),
    }
