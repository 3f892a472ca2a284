"""Take in one thing that was dropped: every delivery in it, its receipt, and then its source.

One failing delivery stops no other: what goes wrong becomes an alarm and the source stays. Only
what stops them all, a full disk or another writer, is for the caller.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from archiver.daemon.alarms import Alarm, Alarms
from archiver.daemon.failure import finding_of, reason_of, rests
from archiver.daemon.handed_in import remove_handed_in
from archiver.daemon.ledger import Ledger
from archiver.daemon.look import look
from archiver.daemon.set_aside import prune, set_aside
from archiver.daemon.upkeep import remove_copy
from archiver.errors import ArchiveError, DiskFull, Locked, SourceChanged
from archiver.intake.folder import shown_name
from archiver.model import Account, Finding, State
from archiver.pipeline.bench import Bench
from archiver.pipeline.ingest import parts, take_in
from archiver.pipeline.outcome import Outcome
from archiver.store.archive import RECEIPTS
from archiver.store.catalogue import deliveries
from archiver.store.receipts import SUFFIX, hand_out, write_receipt


@dataclass(frozen=True, slots=True)
class Taking:
    """What taking in works with."""

    bench: Bench
    drop: Path
    ledger: Ledger
    alarms: Alarms

    def take(self, account: Account, path: Path) -> Iterator[Outcome]:
        """Take in what was dropped at `path`, and what a folder there holds.

        Raises:
            DiskFull: The archive has no room; every source is where it was.
            Locked: Another process is writing; the same.
        """
        is_folder = path.is_dir() and not path.is_symlink()
        try:
            for part in parts(self.bench, path):
                yield from self._part(account, part)
        except (DiskFull, Locked):
            raise
        except Exception as error:
            self._failed(account, path, error)
        else:
            if is_folder:
                self._leave(account, path)

    def leaves_alone(self, path: Path) -> bool:
        """Say whether this stays for a reason that was told already."""
        return self.ledger.leaves_alone(self.key(path), monotonic(), lambda: look_at(path))

    def shown(self, path: Path) -> str:
        """Name a source for people: its path below the drop folder."""
        return shown_name(path.relative_to(self.drop).parts)

    def stays(self, account: str, path: Path, finding: Finding, *, rests: bool) -> None:
        """Write down that a source stays, and raise an alarm the first time."""
        key = self.key(path)
        if self.ledger.note(key, look_at(path), finding.code, rests=rests):
            self.alarms.add(Alarm(finding, account, refused=True))
        if not rests:
            self.ledger.postpone(key, monotonic())

    def _part(self, account: Account, part: Path) -> Iterator[Outcome]:
        """Take in one delivery and put its source away; a failure yields nothing."""
        if self.leaves_alone(part):
            return
        try:
            seen = look(part)
            outcome = take_in(self.bench, part, account)
        except (DiskFull, Locked):
            raise
        except Exception as error:
            self._failed(account, part, error)
            return
        if outcome.state is State.ISOLATED:
            self._take_away(account, part, outcome)
        else:
            self._put_away(account, part, seen, outcome)
        if outcome.state is State.CUSTODY:
            self._in_custody(outcome)
        yield outcome

    def _take_away(self, account: Account, part: Path, outcome: Outcome) -> None:
        """Remove what is in the isolated compartment now, wherever its owner dropped it."""
        for finding in outcome.findings:
            self.alarms.add(Alarm(finding))
        bench = self.bench
        try:
            for _ in remove_handed_in(
                self.drop, account, outcome.sha256, bench.limits, bench.spool
            ):
                pass
        except OSError as error:
            self._failed(account, part, error)
        else:
            self.ledger.solved(self.key(part))

    def _put_away(self, account: Account, part: Path, seen: str, outcome: Outcome) -> None:
        """Hand out the receipt, then set the source aside; what waits is never removed at once."""
        folder = self.drop / account.folder
        try:
            receipt = self._receipt(account, outcome).read_bytes()
            copy = set_aside(folder, part.relative_to(folder).parts, seen, receipt, self._today())
            if self.bench.settings.text("drop.after") == "remove" and outcome.state.is_final:
                remove_copy(copy)
        except SourceChanged as error:
            self._failed(account, part, error)
        except (ArchiveError, OSError) as error:
            finding = Finding("E-A005", {"path": self.shown(part), "reason": reason_of(error)})
            self.stays(account.id, part, finding, rests=True)
        else:
            self.ledger.solved(self.key(part))

    def _receipt(self, account: Account, outcome: Outcome) -> Path:
        archive = self.bench.scribe.archive
        path = archive.folder / RECEIPTS / f"{outcome.delivery}{SUFFIX}"
        if not path.exists():
            # A crash came between the event and its receipt.
            connection = archive.catalogue.connection
            row = deliveries.same_file(connection, account.id, outcome.sha256)
            write_receipt(archive, row["seq"] if row else outcome.seq)
        elsewhere = self.bench.settings.path("receipts.folder")
        if elsewhere is not None:
            hand_out(archive, outcome.delivery, elsewhere)
        return path

    def _failed(self, account: Account, path: Path, error: Exception) -> None:
        self.stays(account.id, path, finding_of(error, self.shown(path)), rests=rests(error))

    def _leave(self, account: Account, path: Path) -> None:
        """Remove a folder that is empty now; leave what else it holds alone until it changes."""
        folder = self.drop / account.folder
        prune(folder, path.relative_to(folder).parts)
        seen, key = look_at(path), self.key(path)
        if not seen:
            self.ledger.solved(key)
        elif self.ledger.tries_again_below(f"{key}/"):
            self.ledger.memory.notes.pop(key, None)
            self.ledger.postpone(key, monotonic())
        elif not self.ledger.explains(key):
            self.ledger.note(key, seen, "", rests=True)

    def key(self, path: Path) -> str:
        """Name a source in the ledger."""
        return key_of(path.relative_to(self.drop))

    def _in_custody(self, outcome: Outcome) -> None:
        if self.ledger.note(f":custody:{outcome.delivery}", "", "E-A006", rests=True):
            values: dict[str, str | int] = {
                "delivery": outcome.delivery, "account": outcome.account,
            }  # fmt: skip
            self.alarms.add(Alarm(Finding("E-A006", values), outcome.account))

    def _today(self) -> date:
        return datetime.now(ZoneInfo(self.bench.settings.text("zone"))).date()


def look_at(path: Path) -> str:
    """Describe how it lies there, or nothing when it is gone or cannot be looked at."""
    try:
        return look(path)
    except (ArchiveError, OSError):
        return ""


def key_of(below: Path) -> str:
    """Name a path in the ledger: its bytes as text, whatever encoding they are in."""
    return os.fsencode(below).decode("latin-1")


def path_of(key: str) -> Path:
    """Give the path that a key names."""
    return Path(os.fsdecode(key.encode("latin-1")))
