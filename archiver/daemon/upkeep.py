"""Once a night: remove what was set aside long ago and the archive certainly has; merge full text.

Certainly: the delivery was read to its end, its receipt is there, its objects still have the
digests they are named by, their keys are there, and the copy has the digest that was taken in.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from archiver.daemon.scan import KEPT, RECEIPT
from archiver.daemon.set_aside import receipt_name
from archiver.errors import ArchiveError, DiskFull, Locked
from archiver.intake import intake
from archiver.model import Account, State
from archiver.pipeline.bench import Bench
from archiver.store.archive import RECEIPTS, Archive
from archiver.store.catalogue import deliveries
from archiver.store.lock import PAUSE
from archiver.store.objects import digest
from archiver.store.receipts import SUFFIX

_SECONDS_A_DAY = 86_400
_STEPS = 2_000
"""Of some tens of milliseconds each."""
_FORM = b"c2sp.org/tlog-proof@v1"


@dataclass(slots=True)
class Removed:
    """What became of the copies that were due: removed, still waiting for an officer, doubtful."""

    removed: int = 0
    waiting: int = 0
    doubtful: int = 0


def remove_old(
    bench: Bench, folder: Path, account: Account, today: date, stopped: Callable[[], bool]
) -> Removed:
    """Remove the copies of one account that are older than ``drop.set_aside_days``.

    What waits for an officer stays, and so does what the archive does not certainly have.
    """
    days = bench.settings.number("drop.set_aside_days")
    done = Removed()
    for kept in _days_before(folder / KEPT, today - timedelta(days=days)):
        for copy in copies(kept):
            if stopped():
                return done
            _try(bench, copy, account, done)
        _clear(kept)
    _remove_receipts(folder, days)
    return done


def merge_text(archive: Archive, stopped: Callable[[], bool]) -> None:
    """Merge full text as far as one night goes, in steps that hold the writer's lock for moments.

    It is left for another night when somebody else is writing, or when there is no room.
    """
    with suppress(Locked, DiskFull):
        for _ in range(_STEPS):
            with archive.writing(wait=0.0):
                more = archive.catalogue.merge()
            if stopped() or not more:
                return
            time.sleep(2 * PAUSE)  # Whoever waits for the lock asks for it once a `PAUSE`.


def remove_copy(copy: Path) -> None:
    """Remove one copy; its receipt stays."""
    if copy.is_dir() and not copy.is_symlink():
        shutil.rmtree(copy)
    else:
        copy.unlink()


def _days_before(kept: Path, last: date) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in kept.iterdir() if path.name[:10] < last.isoformat())
    return []


def copies(folder: Path) -> Iterator[Path]:
    """Yield what has a receipt beside it, in this folder and those below."""
    names = sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
    known = set(names)
    for name in names:
        path = folder / name
        if receipt_name(name) in known or not (path.is_dir() or name.endswith(RECEIPT)):
            yield path
        elif path.is_dir() and not path.is_symlink():
            yield from copies(path)


def _try(bench: Bench, copy: Path, account: Account, done: Removed) -> None:
    try:
        row = deliveries.same_file(
            bench.scribe.archive.catalogue.connection, account.id, _digest(bench, copy)
        )
        if row is not None and not State(row["state"]).is_final:
            done.waiting += 1
        elif row is not None and _has(bench, row["public"], row["seq"]):
            remove_copy(copy)
            copy.with_name(receipt_name(copy.name)).unlink(missing_ok=True)
            done.removed += 1
        else:
            done.doubtful += 1
    except (ArchiveError, OSError):
        done.doubtful += 1


def _digest(bench: Bench, copy: Path) -> str:
    if copy.is_dir():
        return intake(copy, bench.limits, spool=bench.spool).sha256
    return digest(copy)


def _has(bench: Bench, delivery: str, seq: int) -> bool:
    """Whether the archive certainly has a delivery: receipt, objects and keys."""
    archive = bench.scribe.archive
    if not (archive.folder / RECEIPTS / f"{delivery}{SUFFIX}").is_file():
        return False
    keys = archive.keys.delivery(delivery)
    names = [name for found in archive.log.event(seq).objects.values() for name in found]
    return keys is not None and all(
        name in keys.objects and archive.objects.rehash(name) for name in names
    )


def _clear(folder: Path) -> None:
    """Remove the receipts whose copies are gone, and every folder that is empty then."""
    for top, _, _ in os.walk(folder, topdown=False):
        names = set(os.listdir(top))  # noqa: PTH208 - names, not paths
        needed = {receipt_name(name) for name in names}
        for name in names - needed:
            path = Path(top, name)
            if name.endswith(RECEIPT) and path.is_file() and is_receipt(path):
                path.unlink()
        with suppress(OSError):
            Path(top).rmdir()


def is_receipt(path: Path) -> bool:
    """Whether this is a receipt by its content; anyone may drop a file that is named like one."""
    with path.open("rb") as stream:
        return stream.read(len(_FORM)) == _FORM


def _remove_receipts(folder: Path, days: int) -> None:
    """Remove the receipts that stand where old sources stood."""
    oldest = time.time() - days * _SECONDS_A_DAY
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = entry.name.startswith(".") and entry.name.endswith(RECEIPT)
            if named and entry.stat(follow_symlinks=False).st_mtime < oldest:
                Path(entry.path).unlink()
