"""What is overdue: a head kept elsewhere, a backup, a check, an account that fell silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from archiver.model import Account
from archiver.register.accounts import accounts
from archiver.register.devices import SERVICE as DEVICE
from archiver.settings import Settings
from archiver.store.archive import Archive
from archiver.store.catalogue import today as moment
from archiver.store.events import Event
from archiver.store.heads import SUFFIX
from archiver.store.last_event import last_event

BACKED_UP = "backup.made"
VERIFIED = "verify.run"

HEAD_DAYS = 2
BACKUP_DAYS = 7
VERIFY_DAYS = 35
"""Days after which a head, a backup, a check is overdue."""

_MS_A_DAY = 86_400_000


def last_head(archive: Archive, folder: Path | None) -> date | None:
    """Give the day (UTC) of the newest head of this archive that lies in the folder for heads."""
    if folder is None or not folder.is_dir():
        return None
    start = f"{archive.identity.name}-"
    days = (path.name[len(start) :].removesuffix(SUFFIX) for path in _heads(folder, start))
    return max((date.fromisoformat(day) for day in days if _is_day(day)), default=None)


def days_since(event: Event | None, now: datetime) -> int | None:
    """Give the whole days since an event."""
    return None if event is None else (now - datetime.fromisoformat(event.at)).days


def since_backup(archive: Archive, now: datetime) -> int | None:
    """Give the whole days since the last backup, None when there was none."""
    return days_since(last_event(archive, BACKED_UP), now)


def since_verified(archive: Archive, now: datetime) -> int | None:
    """Give the whole days since the archive was last checked, None when it never was."""
    return days_since(last_event(archive, VERIFIED), now)


def since_head(archive: Archive, settings: Settings, now: datetime) -> int | None:
    """Give the days since a head was last put elsewhere, None when it never was."""
    day = last_head(archive, settings.path("heads.folder"))
    return None if day is None else (now.astimezone(UTC).date() - day).days


def silent(archive: Archive, settings: Settings, now: datetime) -> list[tuple[Account, int]]:
    """Give the accounts in use of which nothing arrived for ``drop.silence_days``, with the days.

    Without any delivery the days count from the first day of the account. Of a device nothing is
    expected: it is read out when somebody decides so.
    """
    limit = settings.number("drop.silence_days")
    last = moment.last_arrivals(archive.catalogue.connection)
    expected = (one for one in accounts(archive) if one.service != DEVICE)
    found = ((one, _days(one, last.get(one.id), now)) for one in expected)
    return [(one, days) for one, days in found if days >= limit and _is_in_use(one, now.date())]


def _heads(folder: Path, start: str) -> list[Path]:
    return [path for path in folder.glob(f"*{SUFFIX}") if path.name.startswith(start)]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _days(account: Account, last: int | None, now: datetime) -> int:
    if last is not None:
        return int(now.timestamp() * 1000 - last) // _MS_A_DAY
    return (now.date() - date.fromisoformat(account.since)) // timedelta(days=1)


def _is_in_use(account: Account, today: date) -> bool:
    return account.since <= today.isoformat() and (
        not account.until or account.until >= today.isoformat()
    )
