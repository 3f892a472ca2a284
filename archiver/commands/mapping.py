"""`chatarchief mapping`: the file that says how to read an export of any other message service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.commands.frame import Command, Frame, Group, with_frame
from archiver.errors import ArchiveError, ExitCode
from archiver.language import say
from archiver.output import Column, Report
from archiver.output.labels import label
from archiver.output.words import word

if TYPE_CHECKING:
    from archiver.model import Item, Normal

with_mapping = click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The mapping file, for an export of rows that no other format reads.",
)


class UnreadableMapping(ArchiveError):
    """The mapping file {path} cannot be read: {reason}."""

    exit_code = ExitCode.USAGE


@click.group(cls=Group)
def command() -> None:
    """Try the mapping file that says what the columns of an export mean."""


@command.command("try", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("export", type=click.Path(path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(min=1, max=10_000),
    default=10,
    show_default=True,
    help="How many rows are shown.",
)
@with_frame
def try_(frame: Frame, file: Path, export: Path, rows: int) -> ExitCode:
    """Show the first rows of an export as they would be kept; nothing is kept.

    What the mapping file does not define is told, and the exit code is then 1.
    """
    from archiver.commands.outcomes import as_finding
    from archiver.pipeline.trial import trial

    _, text = read_mapping("", file)
    found = trial(export, text, rows, frame.settings)
    findings = [as_finding(finding) for finding in (*found.questions, *found.findings)]
    shown = [_row(frame, item, normal) for item, normal in found.rows]

    def lines() -> Iterator[str]:
        for row, (item, _) in zip(shown, found.rows, strict=True):
            yield from _lines(row, item)
        yield from (f"{one['code']}  {one['message']}" for one in findings)
        if found.questions:
            yield say("An ingest with this mapping file would wait for an answer.")

    frame.show(
        Report(
            name="rows",
            rows=shown,
            values={"findings": findings, "complete": found.complete},
            columns=tuple(map(Column, _COLUMNS)),
            lines=lines,
        )
    )
    return ExitCode.FINDINGS if found.refuses else ExitCode.DONE


def read_mapping(source_format: str, path: Path | None) -> tuple[str, str]:
    """Give the source format and the text of the mapping; a mapping chooses its format.

    Raises:
        UnreadableMapping: There is no such file, or it is no text in UTF-8.
    """
    if path is None:
        return source_format, ""
    from archiver.parse import mapped

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        raise UnreadableMapping(path=path, reason=reason) from error
    return source_format or mapped.NAME, text


def _lines(row: Mapping[str, Any], item: Item) -> Iterator[str]:
    kind = f"{word('kind', item.kind)}/{label(item.kind, item.type, item.values)}"
    yield f"{row['item']}  {row['sent_at']}  {kind}  {row['title']}"
    yield f"    {row['sender']}  {row['sender_id']}"
    yield f"    {row['text']}"
    for one in item.attachments:
        yield f"    + {one.name} {word('missing', one.missing)}".rstrip()


def _row(frame: Frame, item: Item, normal: Normal) -> dict[str, Any]:
    return {
        "item": item.number,
        "sent_at": frame.moment(normal.sent_at) or item.time_text,
        "basis": f"{normal.precision}/{normal.zone}",
        "kind": item.kind,
        "type": item.type,
        "title": item.title,
        "thread": item.thread,
        "sender": item.sender,
        "sender_id": normal.author,
        "text": item.text,
        "marks": list(item.marks),
        "id": item.native_id,
        "attachments": [f"{one.name} {one.missing}".strip() for one in item.attachments],
        "values": item.values,
    }


_COLUMNS = ("item", "sent_at", "kind", "type", "title", "sender", "sender_id", "text")
