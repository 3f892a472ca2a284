"""Once a day: remove what was set aside long ago, look for silence, report, merge full text."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from zoneinfo import ZoneInfo

from archiver.daemon import due
from archiver.daemon.alarms import Alarm, Alarms
from archiver.daemon.failure import reason_of
from archiver.daemon.ledger import Ledger
from archiver.daemon.report import report
from archiver.daemon.upkeep import merge_text, remove_old
from archiver.daemon.watch import Watch
from archiver.errors import ArchiveError
from archiver.model import Finding
from archiver.pipeline.bench import Bench
from archiver.register.accounts import accounts
from archiver.store import files
from archiver.store.archive import Archive
from archiver.store.catalogue import today as moment

LEAST_FREE = 10 * 1024**3
"""Bytes; with less on the disk of the archive an alarm is raised."""

_GIB = 1024**3


def night(watch: Watch, ledger: Ledger, alarms: Alarms, before: date, today: date) -> None:
    """Do what is done once a day; `before` is the day of the last report."""
    bench, archive = watch.bench, watch.bench.scribe.archive
    now = datetime.now(ZoneInfo(bench.settings.text("zone")))
    _remove(watch, ledger, alarms, today)
    _silence(archive, bench, ledger, alarms, now)
    _room(archive, ledger, alarms)
    _forget_custody(archive, ledger)
    lines = list(report(archive, bench.settings, ledger, before, now))
    _write(watch, ledger, alarms, today, lines)
    merge_text(watch.bench.scribe.archive, lambda: watch.bell.stopped)


def _remove(watch: Watch, ledger: Ledger, alarms: Alarms, today: date) -> None:
    removed = 0
    for account in accounts(watch.bench.scribe.archive):
        folder = watch.drop / account.folder
        done = remove_old(watch.bench, folder, account, today, lambda: watch.bell.stopped)
        removed += done.removed
        values: dict[str, str | int] = {"account": account.id, "count": done.doubtful}
        _raise(
            ledger, alarms, f":kept:{account.id}", Finding("W-A003", values),
            account=account.id, wrong=bool(done.doubtful),
        )  # fmt: skip
    if removed:
        scribe = watch.bench.scribe
        scribe.record(scribe.event("source.removed", counts={"removed": removed}))


def _silence(archive: Archive, bench: Bench, ledger: Ledger, alarms: Alarms, now: datetime) -> None:
    quiet = {one.id: days for one, days in due.silent(archive, bench.settings, now)}
    for account in accounts(archive):
        values: dict[str, str | int] = {"account": account.id, "days": quiet.get(account.id, 0)}
        _raise(
            ledger, alarms, f":silence:{account.id}", Finding("W-A004", values),
            account=account.id, wrong=account.id in quiet,
        )  # fmt: skip


def _room(archive: Archive, ledger: Ledger, alarms: Alarms) -> None:
    free = shutil.disk_usage(archive.folder).free
    finding = Finding("W-A005", {"gib": free // _GIB})
    _raise(ledger, alarms, ":room", finding, wrong=free < LEAST_FREE)


def _raise(
    ledger: Ledger, alarms: Alarms, key: str, finding: Finding, *, wrong: bool, account: str = ""
) -> None:
    if not wrong:
        ledger.solved(key)
    elif ledger.note(key, "", finding.code, rests=True):
        alarms.add(Alarm(finding, account))


def _forget_custody(archive: Archive, ledger: Ledger) -> None:
    """Forget the alarms of deliveries that a legal basis covers by now."""
    rows = moment.in_state(archive.catalogue.connection, "custody", -1)
    still = {f":custody:{row['delivery']}" for row in rows}
    ledger.forget(lambda key: key.startswith(":custody:") and key not in still)


def _write(watch: Watch, ledger: Ledger, alarms: Alarms, today: date, lines: list[str]) -> None:
    folder = watch.bench.settings.path("receipts.folder")
    try:
        if folder is not None:
            files.make_folder(folder)
            text = "".join(f"{line}\n" for line in lines)
            files.replace(folder / f"night-{today}.txt", text.encode())
    except (ArchiveError, OSError) as error:
        finding = Finding("E-A012", {"reason": reason_of(error)})
        _raise(ledger, alarms, ":report", finding, wrong=True)
        folder = None
    if folder is None:
        for line in lines:
            watch.tell(line)
    else:
        ledger.solved(":report")
    scribe = watch.bench.scribe
    held = ledger.codes()
    counts = {"alarms": sum(map(len, held.values()))}
    scribe.record(scribe.event("night.reported", codes=sorted(held), counts=counts))
