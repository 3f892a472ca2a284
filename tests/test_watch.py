"""`chatarchief watch` as a process: a file that is dropped slowly, a signal, a single run."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from archiver.daemon.alone import alone
from archiver.errors import ExitCode
from tests.ministry import PIA, mail
from tests.watched import Yard, yard


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def test_a_single_run_shows_each_delivery_and_ends(at: Yard) -> None:
    """One JSON object a delivery, in the form that ingest gives, and the worst exit code."""
    at.put("brief.eml", mail(1, "tekst"))
    at.put("raadsel.bin", b"\x00 niemand kent dit")
    ran = at.start("--once", "--output", "jsonl")
    out, err = ran.communicate(timeout=60)
    rows = [json.loads(line) for line in out.splitlines()]

    assert ran.returncode == ExitCode.FINDINGS, err
    assert [(row["state"], row["new"]) for row in rows] == [("ingested", 1), ("quarantined", 0)]
    assert all(row["format_version"] == 1 and row["period"] is not None for row in rows)
    again = at.start("--once", "--output", "json")
    out, _ = again.communicate(timeout=60)
    assert again.returncode == ExitCode.DONE
    assert json.loads(out)["deliveries"] == []
    assert json.loads(out)["totals"]["read"] == 0


def test_what_stays_is_in_the_exit_code_of_every_run(at: Yard) -> None:
    """The alarm is told once, but a run that leaves something says so by its code."""
    os.mkfifo(at.folder / "pijp")
    for told in (True, False):
        ran = at.start("--once")
        _, err = ran.communicate(timeout=60)
        assert ran.returncode == ExitCode.FINDINGS
        assert ("E-A001 jan-mail/pijp is a pipe" in err) is told


def test_the_watcher_takes_in_what_is_dropped_slowly_and_ends_on_a_signal(at: Yard) -> None:
    """The receipt appears once the file is whole; SIGTERM ends it with exit code 0."""
    running = at.start("--output", "jsonl", DROP_SETTLE_SECONDS="1", DROP_SCAN_SECONDS="600")
    try:
        _until(lambda: "watch.started" in at.types())
        with (at.folder / "brief.eml").open("w") as stream:
            for part in (mail(1, "het eerste deel "), "het tweede deel ", "het slot"):
                stream.write(part)
                stream.flush()
                sleep(0.6)
        _until((at.folder / ".brief.eml.receipt").exists)
    finally:
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)

    assert running.returncode == ExitCode.DONE, err
    assert [json.loads(line)["new"] for line in out.splitlines()] == [1]
    assert at.types()[-1] == "watch.stopped"
    assert at.office.search("slot")["total"] == 1
    assert at.types().count("delivery.kept") == 1


def test_a_signal_ends_a_single_run_after_the_delivery_in_hand(at: Yard) -> None:
    """Of many files some are kept and the others are where they were; the next run goes on."""
    for number in range(60):
        at.put(f"{number:03}.eml", mail(number, f"bericht {number}"))
    running = at.start("--once", "--output", "jsonl")
    _until(lambda: "delivery.kept" in at.types())
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    kept = len(out.splitlines())

    assert running.returncode == ExitCode.DONE, err
    assert 0 < kept < 60
    assert len(at.left()) == 60 - kept
    assert at.types().count("delivery.kept") == kept
    assert len(at.rounds()) == 60 - kept


def test_a_signal_is_heard_between_the_files_of_a_folder(at: Yard) -> None:
    """A large folder is no reason to go on for hours; what is left of it is taken in next time."""
    for number in range(60):
        at.put(f"map/{number:03}.eml", mail(number, f"bericht {number}"))
    running = at.start("--once", "--output", "jsonl")
    _until(lambda: "delivery.kept" in at.types())
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=60)
    kept = len(out.splitlines())

    assert 0 < kept < 60
    assert len(at.rounds()) == 60 - kept
    assert at.left() == []


def test_two_watchers_do_not_work_at_once(at: Yard) -> None:
    """The second one ends at once and says why; nothing is touched."""
    at.put("brief.eml", mail(1, "tekst"))
    with alone(at.office.archive):
        ran = at.start("--once")
        _, err = ran.communicate(timeout=60)
    assert ran.returncode == ExitCode.LOCKED
    assert "chatarchief watch" in err
    assert at.left() == ["brief.eml"]


def test_whoever_is_not_registered_is_told_how(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watcher acts in the name of an officer; without one it says which command helps."""
    monkeypatch.setattr("archiver.settings.FILE", at.office.folder / "archive.toml")
    (at.office.folder / "archive.toml").write_text(f'drop.folder = "{at.drop}"\n', "utf-8")
    ran = at.office.run("watch", "--once", login=PIA)
    assert ran.code == ExitCode.NOT_AUTHORISED
    assert f"chatarchief officer add --login {PIA} --role service" in ran.err

    at.office.officer(PIA, "service")
    assert at.office.run("watch", "--once", login=PIA).code == ExitCode.DONE


def test_without_a_drop_folder_nothing_is_watched(at: Yard) -> None:
    """The place must be set; nothing is assumed."""
    ran = at.office.run("watch", "--once")
    assert ran.code == ExitCode.NO_ARCHIVE
    assert "drop.folder" in ran.err


def test_a_single_run_in_text_says_what_became_of_it(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are those of ingest."""
    monkeypatch.setattr("archiver.settings.FILE", at.office.folder / "archive.toml")
    text = f'[drop]\nfolder = "{at.drop}"\nsettle_seconds = 0\n'
    (at.office.folder / "archive.toml").write_text(text, "utf-8")
    at.put("brief.eml", mail(1, "tekst"))
    ran = at.office.run("watch", "--once")

    assert ran.code == ExitCode.DONE
    assert "Kept and searchable." in ran.out
