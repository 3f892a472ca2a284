"""The parts of the watcher: its memory, its names, its hints, its scan and its alarms."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.daemon import Bell, set_aside
from archiver.daemon.hint import hints
from archiver.daemon.ledger import LAST_RETRY, Ledger
from archiver.daemon.scan import Closed, Dropped, scan
from archiver.daemon.take import key_of, path_of
from archiver.errors import (
    ExitCode,
)
from archiver.register.accounts import accounts
from archiver.wording import codes
from tests.ministry import mail
from tests.watched import Yard, yard

pytestmark = pytest.mark.usefixtures("english_again")


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3))
@settings(max_examples=50)
def test_any_name_survives_the_ledger(parts: list[bytes]) -> None:
    """The ledger names a source by its bytes, in any encoding, and finds it again."""
    clean = [part.replace(b"/", b"_").replace(b"\0", b"_") for part in parts]
    path = Path(*(os.fsdecode(part) for part in clean))
    ledger = Ledger()
    ledger.note(key_of(path), "look", "E-A001", rests=True)

    assert path_of(key_of(path)) == path
    assert list(Ledger(ledger.encode()).memory.notes) == [key_of(path)]


@given(st.text(min_size=1, max_size=255).filter(lambda name: "/" not in name and "\0" not in name))
@settings(max_examples=50)
def test_the_name_of_a_receipt_fits(name: str) -> None:
    """However long the name of a source is, that of its receipt fits on the disk."""
    with suppress(UnicodeEncodeError):
        assert len(os.fsencode(set_aside.receipt_name(name))) <= 255


def test_a_source_with_the_longest_name_is_kept(at: Yard) -> None:
    """Its receipt is named by a digest, since the name leaves no room for an ending."""
    name = "e" * 251 + ".eml"
    at.put(name, mail(1, "tekst"))

    assert len(at.rounds()) == 1
    assert at.left() == []
    assert name in at.kept()
    assert len(at.kept()) == 2


def test_a_name_that_is_no_unicode_is_kept_and_told_of(at: Yard) -> None:
    """Bytes that no encoding explains harm neither log nor memory."""
    (at.folder / os.fsdecode(b"caf\xe9.eml")).write_text(mail(1, "tekst"))
    (at.folder / os.fsdecode(b"l\xefnk")).symlink_to("ergens")

    assert len(at.rounds(4)) == 1
    assert at.codes() == ["E-A001"]


def test_what_failed_is_tried_ever_less_often() -> None:
    """After a minute, two, four, and at most once an hour."""
    ledger, now, pauses = Ledger(), 0.0, []
    for _ in range(10):
        ledger.postpone("x", now)
        step = next(s for s in range(60, 4000) if not ledger.leaves_alone("x", now + s, str))
        pauses.append(step)
        now += step
    assert pauses[:3] == [60, 120, 240]
    assert pauses[-1] == LAST_RETRY
    ledger.solved("x")
    assert not ledger.leaves_alone("x", now, str)


def test_a_memory_that_cannot_be_read_is_forgotten() -> None:
    """The catalogue is an index; a watcher that remembers nothing raises its alarms anew."""
    assert Ledger("{geen json").memory.notes == {}


def test_a_hint_wakes_the_watcher_for_what_people_drop(at: Yard) -> None:
    """A finished file rings; what the watcher itself moves and writes does not."""
    bell = Bell()
    with hints(at.drop, bell):
        at.put("brief.eml", mail(1, "tekst"))
        assert bell.wait(10)
        while bell.wait(0.3):
            pass
        (at.folder / ".kept").mkdir()
        (at.folder / "brief.eml").rename(at.folder / ".kept" / "brief.eml")
        (at.folder / ".brief.eml.receipt").write_text("bewijs")
        assert not bell.wait(0.5)
    bell.close()


def test_without_hints_the_watcher_still_works(
    at: Yard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder of another machine, one that is missing, or too few watches: no hint, no error."""
    bell = Bell()
    with hints(tmp_path / "weg", bell):
        assert not bell.wait(0)
    monkeypatch.setattr("archiver.daemon.hint.is_on_network", lambda path: True)
    with hints(at.drop, bell):
        at.put("brief.eml", mail(1, "tekst"))
        assert not bell.wait(0.2)
    monkeypatch.undo()
    from watchdog.observers import Observer

    monkeypatch.setattr(
        Observer, "start", lambda self: (_ for _ in ()).throw(OSError(28, "no watches"))
    )
    with hints(at.drop, bell):
        assert not bell.wait(0)
    bell.close()


def test_a_full_bell_rings_all_the_same() -> None:
    """Twenty thousand hints at once are one awakening."""
    bell = Bell()
    for _ in range(70_000):
        bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)
    bell.stop()
    assert bell.wait(100)
    bell.close()


def test_the_scan_names_accounts_by_their_folder(at: Yard) -> None:
    """Every entry comes with its account, in the order of the names."""
    at.put("b.eml", "b")
    at.put("a.eml", "a")
    at.put("Thumbs.db", "van het systeem")
    with at.office.opened() as archive:
        (account,) = accounts(archive)
    found = list(scan(at.drop, {account.folder: account}))

    assert [one.path.name for one in found if isinstance(one, Dropped)] == ["a.eml", "b.eml"]
    assert not any(isinstance(one, Closed) for one in found)


def test_every_alarm_has_its_sentences() -> None:
    """Each code says in two languages what was found and what to do, the latter without values."""
    mine = {code: one for code, one in codes().items() if code[1:3] == "-A"}

    assert len(mine) == 17
    for one in mine.values():
        assert set(one) == {"en", "nl", "solve_en", "solve_nl"}
        assert "{" not in one["solve_en"] + one["solve_nl"]


def test_the_log_says_nothing_about_names(at: Yard) -> None:
    """Names of sources that stay are in the log only as ciphertext."""
    (at.folder / "Gesprek met Willeke").symlink_to("ergens")
    at.rounds()
    log = (at.office.archive / "log" / "events.jsonl").read_text("utf-8")

    assert at.codes() == ["E-A001"]
    assert "Willeke" not in log
    assert json.loads(log.splitlines()[-1])["detail"]["box"]


def test_a_watcher_that_only_waits_holds_no_other_process(at: Yard) -> None:
    """Its reader is started for a delivery and ended after it; a signal ends the watcher."""
    running = at.start("--output", "jsonl", DROP_SCAN_SECONDS="600")
    try:
        _until(lambda: "watch.started" in at.types())
        sleep(0.3)
        assert _children(running) == []
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert running.returncode == ExitCode.DONE


def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def _children(process: subprocess.Popen[str]) -> list[str]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return path.read_text().split() if path.exists() else []
