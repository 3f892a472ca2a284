"""What the register asks for: custody whose term runs out, bases that end, reviews that are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from archiver.language import say
from archiver.register import expiring
from archiver.settings import Settings
from archiver.store.archive import Archive


def register_due(
    archive: Archive, settings: Settings, now: datetime
) -> Iterator[tuple[str, int, str]]:
    """Yield what is due: the sentence, how many, and the command that helps."""
    zone = ZoneInfo(settings.text("zone"))
    today = now.astimezone(zone).date()
    left = expiring.custody(archive, settings.number("policy.custody_days"), zone, today)
    ending = sorted(days for _, days in left if days <= expiring.WARNED_DAYS)
    if ending:
        yield _custody(ending), len(ending), "chatarchief delivery list --state custody"
    for account, first in expiring.uncovered_soon(archive, today):
        sentence = say(
            "Account {account} has no legal basis from {day} on.", account=account, day=first
        )
        yield sentence, 1, f"chatarchief basis list --account {account}"
    for account, review in expiring.reviews(archive, today):
        sentence = say("Account {account}: the review is due on {day}.", account=account,
                       day=review)  # fmt: skip
        yield sentence, 1, f"chatarchief register facts --about {account}"


def _custody(ending: Sequence[int]) -> str:
    over = sum(days < 0 for days in ending)
    return say(
        "Deliveries whose term of custody runs out within {days} days: {n}; it ran out of: {over}.",
        days=expiring.WARNED_DAYS,
        n=len(ending) - over,
        over=over,
    )
