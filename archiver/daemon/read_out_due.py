"""Read-outs that should have been by now, by the rhythm that was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from archiver.coverage.rhythm import overdue
from archiver.language import say
from archiver.settings import Settings
from archiver.store.archive import Archive


def read_out_due(
    archive: Archive, settings: Settings, now: datetime
) -> Iterator[tuple[str, int, str]]:
    """Yield what is due: the sentence, how many, and the command that helps."""
    zone = ZoneInfo(settings.text("zone"))
    for account, days in overdue(archive, zone, now.astimezone(zone).date()):
        sentence = say(
            "Account {account}: its read-out is overdue by {days} days.",
            account=account, days=days,
        )  # fmt: skip
        yield sentence, 1, f"chatarchief coverage --account {account}"
