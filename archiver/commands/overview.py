"""`chatarchief overview`: the table that is owed to parliament."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
import msgspec

from archiver.commands.coverage import write
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.model import Role
from archiver.output import Column, Report
from archiver.output import Row as Shown

if TYPE_CHECKING:
    from archiver.coverage.months import Months
    from archiver.coverage.overview import Row

_MAY = (*READERS, Role.AUDITOR, Role.PROCESS_OWNER)


@click.command(cls=Command)
@click.option("--from", "since", default="", metavar="DAY", help="From this day on.")
@click.option("--to", "until", default="", metavar="DAY", help="Up to and including this day.")
@click.option("--cabinet", default="", help="Only this cabinet, by its code.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write it as a document to print, to a file that is not there yet.",
)
@with_frame
def command(frame: Frame, since: str, until: str, cabinet: str, html: Path | None) -> None:
    """Show which accounts were used in which period, whether safely, and where they are kept.

    One row for each official, account and cabinet period; every cell names what it rests on, and
    one that nobody knows says so. That it was asked is logged first.
    """
    from archiver.coverage.months import Months
    from archiver.coverage.overview import overview

    with session(frame, *_MAY) as at:
        zone = ZoneInfo(frame.settings.text("zone"))
        today = datetime.now(zone).date()
        rows = overview(
            at.archive, since=_day(since), until=_day(until), cabinet=cabinet, zone=zone,
            today=today,
        )  # fmt: skip
        detail = {"from": since, "to": until, "cabinet": cabinet, "html": html is not None}
        at.scribe.witness("overview.shown", detail, {"rows": len(rows)})
        ministry = at.archive.identity.ministry
        if html is not None:
            from archiver.coverage.pages import overview_page

            write(html, overview_page(ministry, rows, Months(zone), today))
        frame.show(
            Report(
                name="overview",
                rows=[_row(frame, one) for one in rows],
                values={"ministry": ministry, "made_on": today.isoformat()},
                columns=_columns(),
                lines=lambda: _lines(rows, Months(zone)),
            )
        )


def _day(text: str) -> date | None:
    from archiver.register.accounts import day

    return date.fromisoformat(day(text)) if text else None


def _row(frame: Frame, one: Row) -> Shown:
    row: dict[str, object] = msgspec.to_builtins(one)
    row |= {"first": frame.moment(one.first), "last": frame.moment(one.last)}
    row |= {"from": row.pop("since"), "to": row.pop("until"), "percent": one.percent}
    return row


def _lines(rows: Sequence[Row], months: Months) -> Iterator[str]:
    """Write each row as lines, since the cells are too long for a table on a terminal."""
    from archiver.coverage.pages import overview_cells, overview_titles
    from archiver.register.cabinets import cabinets

    names = {one.code: one.name for one in cabinets()}
    titles = overview_titles()
    for one in rows:
        first, *rest = zip(titles, overview_cells(one, names, months), strict=True)
        yield first[1]
        yield from (f"  {title}: {cell}" for title, cell in rest)


def _columns() -> tuple[Column, ...]:
    names = (
        "official", "functions", "account", "service", "kind", "identifier", "cabinet", "from",
        "to", "first", "last", "records", "sealed", "safe", "safe_source.fact", "safe_source.day",
        "safe_source.source", "months", "months_kept", "percent", "gaps", "unread",
        "stored", "stored_source.fact", "declared", "declared_source.fact", "deliveries",
    )  # fmt: skip
    return tuple(Column(name, name) for name in names)
