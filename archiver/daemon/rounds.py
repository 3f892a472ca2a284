"""Round after round: read the drop folder, take in what lies still, and do what the day asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from archiver.actor import Person
from archiver.daemon.alarms import Alarm, Alarms
from archiver.daemon.bell import Bell
from archiver.daemon.failure import finding_of, reason_of
from archiver.daemon.ledger import Ledger
from archiver.daemon.night import night
from archiver.daemon.scan import Closed, Dropped, Stray, scan
from archiver.daemon.take import Taking, path_of
from archiver.daemon.watch import Watch
from archiver.errors import ArchiveError, DiskFull, ExitCode, Locked, UnreadableSource
from archiver.intake.settle import Reason, Settling, Waiting
from archiver.intake.writing import is_on_network
from archiver.model import Account, Finding, Role
from archiver.output.words import explained
from archiver.pipeline.outcome import Outcome
from archiver.pipeline.reconcile import settle
from archiver.register import officers
from archiver.register.accounts import accounts
from archiver.store.catalogue import today as moment
from archiver.store.heads import publish_head

ROLES = (Role.RECORDS_OFFICER, Role.SERVICE)
"""Who may let the watcher act in their name."""

NETWORK_WAIT = 60.0
"""Seconds that a file of another machine must lie still."""

_LONG = 3600.0
_SOON = 5.0
_LEAST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0
_SHORTEST = 0.2
_SLACK = 2.0


class Rounds:
    """The watcher at work."""

    def __init__(self, watch: Watch) -> None:
        """Take up what the last run remembered."""
        self._watch, self._bench = watch, watch.bench
        self._archive = watch.bench.scribe.archive
        self._bell = watch.bell
        wait = float(self._bench.settings.number("drop.settle_seconds"))
        self._settling = Settling(wait=wait, network_wait=max(wait, NETWORK_WAIT))
        self._wait = wait
        self._scan = float(self._bench.settings.number("drop.scan_seconds"))
        self._ledger = Ledger(moment.recall(self._archive.catalogue.connection))
        self.alarms = Alarms(watch.tell)
        self._taking = Taking(self._bench, watch.drop, self._ledger, self.alarms)
        self._waits: dict[Path, tuple[float, Reason]] = {}
        self._next = 0.0
        self._published = -1

    @property
    def bell(self) -> Bell:
        """What wakes and what stops it."""
        return self._bell

    @property
    def failures(self) -> list[ExitCode]:
        """What the exit code of a single run must tell."""
        return self._watch.failures

    def until_stopped(self) -> Iterator[Outcome]:
        """Do rounds until the bell says stop."""
        self._ledger.try_again("E-A005")
        self._say_so("watch.started")
        while not self._bell.stopped:
            began = monotonic()
            yield from self.round()
            self._bench.reader.close()
            pause = min(max(_LEAST_PAUSE, (monotonic() - began) / 2), _LONGEST_PAUSE)
            if self._bell.wait(self._next - monotonic()):
                self._rest(pause)
        self._say_so("watch.stopped")

    def until_still(self) -> Iterator[Outcome]:
        """Do rounds until nothing is left that only had to lie still, at most that long."""
        deadline = monotonic() + self._still_after() + _SLACK
        while not self._bell.stopped:
            yield from self.round()
            if not self._waits or self._watch.failures or self._next > deadline:
                break
            self._bell.wait(self._next - monotonic())
        if not self._bell.stopped:
            self._told_waiting(0.0)
        self._finish()
        if self._ledger.codes():
            self._watch.failures.append(ExitCode.FINDINGS)

    def round(self) -> Iterator[Outcome]:
        """Read the drop folder once, and take in what lies still."""
        self._next = monotonic() + self._scan
        self._check_actor()
        try:
            with self._archive.writing(wait=_SOON):
                pass  # What a crash left undone is finished, and a rebuilt catalogue is taken up.
            yield from self._take_all()
            yield from settle(self._bench)
            self._over(":drop")
            self._watch.failures.clear()
        except Locked as error:
            self._next = monotonic() + _SOON
            self._stopped_by(error)
        except DiskFull as error:
            self._raise(":disk", Finding("E-A007", {"path": str(error.fields["path"])}))
            self._stopped_by(error)
        except UnreadableSource as error:
            self._raise(":drop", Finding("E-A008", {"reason": str(error.fields["reason"])}))
            self._stopped_by(error)
        self._finish()

    def _stopped_by(self, error: ArchiveError) -> None:
        """Remember what kept a round from its end; the next one begins anew."""
        self._watch.failures[:] = [error.exit_code]

    # -- one round --------------------------------------------------------------------------------

    def _check_actor(self) -> None:
        """Insist that the officer in whose name this runs still may: rights can end meanwhile."""
        actor = self._bench.scribe.actor
        person = Person(actor.officer.login, actor.uid, actor.source)
        officers.acting(self._archive, person, actor.via, ROLES)

    def _take_all(self) -> Iterator[Outcome]:
        seen: set[Path] = set()
        folders = {one.folder: one for one in accounts(self._archive) if one.folder}
        closed: set[str] = set()
        for found in scan(self._watch.drop, folders):
            if self._bell.stopped:
                return
            match found:
                case Stray():
                    self._stray(found)
                case Closed(account, path, error):
                    closed.add(account.folder)
                    finding = finding_of(error, self._taking.shown(path))
                    self._taking.stays(account.id, path, finding, rests=False)
                case Dropped(account, path):
                    seen.add(path)
                    yield from self._take(account, path)
        self._waits = {path: wait for path, wait in self._waits.items() if path in seen}
        self._told_waiting(_LONG)
        self._over(*(folders.keys() - closed))
        self._ledger.forget(self._is_gone)

    def _take(self, account: Account, path: Path) -> Iterator[Outcome]:
        if self._taking.leaves_alone(path):
            return
        judged = self._settling.observe(path, monotonic())
        if isinstance(judged, Waiting):
            self._waiting(judged)
            return
        self._waits.pop(path, None)
        for outcome in self._taking.take(account, path):
            self._over(":disk")
            yield outcome
            if self._bell.stopped:
                return

    def _waiting(self, found: Waiting) -> None:
        if found.reason is Reason.GONE:
            self._waits.pop(found.path, None)
            return
        now = monotonic()
        first, _ = self._waits.get(found.path, (now, found.reason))
        self._waits[found.path] = (first, found.reason)
        if found.reason is not Reason.UNFINISHED_NAME:
            wait = self._still_after()
            due = found.since + wait
            self._next = min(self._next, due if due > now else now + max(wait, _SHORTEST))

    def _still_after(self) -> float:
        """Seconds that a file must lie still here."""
        drop = self._watch.drop
        network = drop.is_dir() and is_on_network(drop)
        return max(self._wait, NETWORK_WAIT) if network else self._wait

    def _told_waiting(self, long: float) -> None:
        """Raise an alarm for what has not been still for so long."""
        for path, (first, reason) in self._waits.items():
            if monotonic() - first >= long:
                values: dict[str, str | int] = {
                    "path": self._taking.shown(path), "reason": str(reason),
                }  # fmt: skip
                self._raise_source(path, Finding("W-A002", values))

    def _raise_source(self, path: Path, finding: Finding) -> None:
        if self._ledger.note(self._taking.key(path), "", finding.code, rests=False):
            self.alarms.add(Alarm(finding, refused=True))

    def _stray(self, found: Stray) -> None:
        if self._taking.leaves_alone(found.path):
            return
        code = "E-A009" if found.is_folder else "E-A010"
        finding = Finding(code, {"path": self._taking.shown(found.path)})
        self._taking.stays("", found.path, finding, rests=True)

    def _is_gone(self, key: str) -> bool:
        return not key.startswith(":") and not _exists(self._watch.drop / path_of(key))

    # -- after each round -------------------------------------------------------------------------

    def _finish(self) -> None:
        """Put the head elsewhere, do what the night asks, tell and log the alarms, remember."""
        self._publish()
        today = datetime.now(ZoneInfo(self._bench.settings.text("zone"))).date()
        try:
            self._night(today)
            self.alarms.out(self._bench.scribe)
            self._save()
        except (DiskFull, Locked) as error:
            self._watch.tell(explained(error))

    def _publish(self) -> None:
        folder, size = self._bench.settings.path("heads.folder"), self._archive.log.size
        if folder is None or size == self._published:
            return
        try:
            publish_head(self._archive, folder)
        except (ArchiveError, OSError) as error:
            self._raise(":heads", Finding("E-A011", {"reason": reason_of(error)}))
        else:
            self._published = size
            self._over(":heads")

    def _night(self, today: date) -> None:
        before = self._ledger.memory.night
        if before == today.isoformat():
            return
        self._ledger.memory.night = today.isoformat()
        if before:
            self._ledger.try_again("E-A005")
            night(self._watch, self._ledger, self.alarms, date.fromisoformat(before), today)

    def _raise(self, key: str, finding: Finding) -> None:
        if self._ledger.note(key, "", finding.code, rests=True):
            self.alarms.add(Alarm(finding))

    def _over(self, *keys: str) -> None:
        for key in keys:
            self._ledger.solved(key)

    def _save(self) -> None:
        if not self._ledger.has_changed:
            return
        with self._archive.writing(wait=_SOON), self._archive.catalogue.transaction() as connection:
            moment.remember(connection, self._ledger.encode())
        self._ledger.saved()

    def _say_so(self, kind: str) -> None:
        with suppress(DiskFull, Locked):
            self._bench.scribe.record(self._bench.scribe.event(kind))

    def _rest(self, seconds: float) -> None:
        end = monotonic() + seconds
        while not self._bell.stopped and (left := end - monotonic()) > 0:
            self._bell.wait(left)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True
