"""The filters of a search as options, and a day as an instant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from archiver.commands.frame import Frame
from archiver.commands.options import together
from archiver.errors import ArchiveError, ExitCode


class NotADay(ArchiveError):
    """{text} is no day or time; write 2026-03-31 or 2026-03-31T14:05."""

    exit_code = ExitCode.USAGE


filters = together(
    click.option("--from", "since", default="", metavar="DAY", help="From this day or time on."),
    click.option("--to", "until", default="", metavar="DAY", help="Up to and including this day."),
    click.option("--participant", default="", help="A name, number or address that took part."),
    click.option("--conversation", default="", help="A conversation, by id or part of its title."),
    click.option("--service", default="", help="The service, such as whatsapp or mail."),
    click.option("--account", default="", help="Only what this account holds, in its words."),
    click.option("--holder", default="", help="Only what this person's accounts hold."),
    click.option("--delivery", default="", help="Only what this delivery holds."),
)
"""Add the filter options to a command."""


def start_of(frame: Frame, text: str) -> int | None:
    """Give the first millisecond of a day, or of a time, in the zone that is set."""
    return None if not text else _instant(frame, text)[0]


def end_of(frame: Frame, text: str) -> int | None:
    """Give the first millisecond after a day, or after a time."""
    return None if not text else _instant(frame, text)[1]


def _instant(frame: Frame, text: str) -> tuple[int, int]:
    zone = ZoneInfo(frame.settings.text("zone"))
    try:
        if len(text) == len("2026-03-31"):
            day = date.fromisoformat(text)
            start = datetime.combine(day, time(), zone)
            end = datetime.combine(day + timedelta(days=1), time(), zone)
        else:
            start = datetime.fromisoformat(text)
            start = start if start.tzinfo else start.replace(tzinfo=zone)
            end = start + timedelta(seconds=1)
    except (ValueError, OverflowError) as error:
        raise NotADay(text=text) from error
    return int(start.timestamp() * 1000), int(end.timestamp() * 1000)
