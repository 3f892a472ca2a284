"""The open archive: keys, clock, writer, leftovers, index, head elsewhere, copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from archiver.actor import login_of
from archiver.daemon import due, reminders
from archiver.daemon.check import Check, fail, failing, ok, warn
from archiver.errors import Locked
from archiver.language import say
from archiver.model import Role
from archiver.register import officers
from archiver.settings import Settings
from archiver.store.archive import Archive
from archiver.store.lock import WriterLock
from archiver.store.staging import LOCK, locked
from archiver.wording import describe

_SLACK = timedelta(minutes=5)


def examine_archive(archive: Archive, settings: Settings) -> Iterator[Check]:
    """Yield what the open archive shows."""
    for name, check in _CHECKS:
        try:
            yield from check(archive, settings)
        except Exception as error:
            yield failing(name, error, "chatarchief verify")


def _keys(archive: Archive, settings: Settings) -> Iterator[Check]:
    folder = settings.needed("keys")
    if folder.resolve().is_relative_to(archive.folder.resolve()):
        yield fail("keys", say("The keys lie inside the archive; they must lie elsewhere."))
    found = archive.keys.check()
    if not found:
        yield ok("keys", str(folder))
    for finding in found:
        said = f"{finding.code} {describe(finding.code, finding.values)}"
        level = fail if finding.code.startswith("E") else warn
        path = finding.values.get("path", folder)
        command = f"chmod -R go= {folder}" if finding.code == "W-K003" else "chatarchief key check"
        yield level("keys", said, f"mv {path} …" if finding.code == "E-K001" else command)


def _clock(archive: Archive, settings: Settings) -> Iterator[Check]:
    if not archive.log.size:
        return
    zone = ZoneInfo(settings.text("zone"))
    last = datetime.fromisoformat(archive.log.event(archive.log.size - 1).at).astimezone(zone)
    now = datetime.now(zone)
    if now + _SLACK < last:
        said = say(
            "It is {now} here, and the last event is of {last}: the clock goes wrong.",
            now=now.isoformat(timespec="seconds"),
            last=last.isoformat(timespec="seconds"),
        )
        yield fail("clock", said, "timedatectl")
    else:
        yield ok("clock", now.isoformat(timespec="seconds"))


def _writer(archive: Archive, settings: Settings) -> Iterator[Check]:
    try:
        with WriterLock(archive.folder / "lock", command="doctor"):
            yield ok("writer", say("nobody is writing"))
    except Locked as busy:
        yield ok("writer", say("busy: {holder}", holder=busy.fields["holder"]))


def _leftovers(archive: Archive, settings: Settings) -> Iterator[Check]:
    """Folders of dead processes; the next writer finishes or clears them."""
    staging = archive.folder / "staging"
    folders = [path for path in staging.iterdir() if path.is_dir()] if staging.is_dir() else []
    dead = 0
    for folder in folders:
        lock = folder / LOCK
        if not lock.exists():
            dead += 1
            continue
        with locked(lock, wait=False) as free:
            dead += free
    if dead:
        said = say("{n} folders of processes that died wait for the next writer.", n=dead)
        yield warn("staging", said, "chatarchief watch --once")
    else:
        yield ok("staging", say("nothing is left over"))


def _index(archive: Archive, settings: Settings) -> Iterator[Check]:
    """Open the catalogue apart, so that looking does not bring it up to date."""
    catalogue = archive.open_catalogue()
    try:
        reached = catalogue.last_seq + 1
    finally:
        catalogue.close()
    if reached == archive.log.size:
        yield ok("index", say("{n} events, like the log", n=reached))
    else:
        said = say("The index knows {reached} of {n} events.", reached=reached, n=archive.log.size)
        yield fail("index", said, "chatarchief rebuild")


def _service(archive: Archive, settings: Settings) -> Iterator[Check]:
    """Whether the user that owns the archive may act as the service."""
    login = login_of(archive.folder.stat().st_uid)
    today = datetime.now(UTC).date().isoformat()
    for officer in officers.officers(archive):
        allowed = {Role.SERVICE, Role.RECORDS_OFFICER} & set(officer.roles)
        is_now = officer.since <= today <= (officer.until or today)
        if officer.login == login and allowed and is_now:
            yield ok("service", login)
            return
    said = say("{login} owns the archive and may not act as the service.", login=login)
    yield fail("service", said, f"chatarchief officer add --login {login} --role service")


def _heads(archive: Archive, settings: Settings) -> Iterator[Check]:
    folder = settings.path("heads.folder")
    if folder is None:
        said = say("No place outside is set: nobody else can show that the log is whole.")
        yield warn("heads", said, "CHATARCHIEF_HEADS_FOLDER=DIR")
        return
    days = due.since_head(archive, settings, datetime.now(UTC))
    if days is None or days > due.HEAD_DAYS:
        said = say(
            "There is no head of the last {days} days in {path}.", days=due.HEAD_DAYS, path=folder
        )
        yield fail("heads", said, "chatarchief watch --once")
    elif _same_disk(folder, archive.folder):
        said = say("{path} is on the disk of the archive itself.", path=folder)
        yield warn("heads", said)
    else:
        yield ok("heads", str(folder))


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _copies(archive: Archive, settings: Settings) -> Iterator[Check]:
    days = due.since_backup(archive, datetime.now(UTC))
    if days is None:
        yield warn("backup", say("There is no backup yet."), "chatarchief backup DIR")
    elif days > due.BACKUP_DAYS:
        said = say("The last backup is {days} days old.", days=days)
        yield warn("backup", said, "chatarchief backup DIR")
    else:
        yield ok("backup", say("{days} days ago", days=days))


def _holds(archive: Archive, settings: Settings) -> Iterator[Check]:
    yield from reminders.examine(archive)


_CHECKS: tuple[tuple[str, Callable[[Archive, Settings], Iterator[Check]]], ...] = (
    ("keys", _keys),
    ("clock", _clock),
    ("writer", _writer),
    ("staging", _leftovers),
    ("index", _index),
    ("service", _service),
    ("heads", _heads),
    ("backup", _copies),
    ("holds", _holds),
)
