"""The night report: what arrived, failed, waits and is due, and which alarms hold.

It names accounts and deliveries by their ids, so that it may lie where others can read it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, time

from archiver.daemon.ledger import Ledger
from archiver.daemon.today import Line, arrived, failed, overdue, waits
from archiver.language import say
from archiver.settings import Settings
from archiver.store.archive import Archive
from archiver.wording import remedy

_GIB = 1024**3


def report(
    archive: Archive, settings: Settings, ledger: Ledger, before: date, now: datetime
) -> Iterator[str]:
    """Yield the lines about the days from `before` to the midnight that has passed."""
    start, end = (datetime.combine(day, time(), now.tzinfo) for day in (before, now.date()))
    since, until = (int(limit.timestamp() * 1000) for limit in (start, end))
    yield say("Night report of {archive}", archive=archive.identity.name)
    yield say("From {start} to {end}.", start=start.isoformat(), end=end.isoformat())
    yield from part(say("Arrived"), arrived(archive, since, until))
    yield from part(say("Failed"), failed(archive))
    yield from part(say("Waits"), waits(archive, now))
    yield from part(say("Due"), overdue(archive, settings, now))
    yield f"{say('Alarms')}:"
    yield from _alarms(ledger) or [f"  {say('Nothing.')}"]
    yield say("Free on the disk: {gib} GiB.", gib=shutil.disk_usage(archive.folder).free // _GIB)


def part(title: str, lines: Iterator[Line]) -> Iterator[str]:
    """Yield the title of a part and its lines, each with the command to paste."""
    yield f"{title}:"
    yield from [_line(one) for one in lines] or [f"  {say('Nothing.')}"]


def _line(of: Line) -> str:
    whom = f" ({of.whom})" if of.role else ""
    return f"  {of.sentence}{whom}" + (f"  [{of.command}]" if of.command else "")


def _alarms(ledger: Ledger) -> list[str]:
    """Say which alarms hold, without the names, which can say a lot about people."""
    return [
        f"  {code} ({len(names)}): {remedy(code, {})}"
        for code, names in sorted(ledger.codes().items())
    ]
