"""One writer at a time."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.errors import ExitCode, Locked, NoArchive
from archiver.store.lock import WriterLock

HOLD = """
import sys, pathlib
from archiver.store.lock import WriterLock
with WriterLock(pathlib.Path(sys.argv[1]), command="ingest"):
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


def hold_elsewhere(path: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock until its input ends or it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    """Let the other process end."""
    process.communicate("")


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """Whoever comes second learns the process and the command that hold the lock."""
    process = hold_elsewhere(tmp_path / "lock")
    with pytest.raises(Locked) as caught, WriterLock(tmp_path / "lock"):
        pass
    finish(process)
    assert f"process {process.pid} ingest since 20" in str(caught.value)
    assert caught.value.exit_code == ExitCode.LOCKED


def test_a_dead_writer_holds_nothing(tmp_path: Path) -> None:
    """The lock of a killed process is free, although its name still stands in the file."""
    process = hold_elsewhere(tmp_path / "lock")
    process.kill()
    process.communicate()
    with WriterLock(tmp_path / "lock") as lock:
        assert lock.held


@pytest.mark.parametrize("wait", [20.0, None])
def test_waiting_gets_the_lock_when_it_comes_free(tmp_path: Path, wait: float | None) -> None:
    """A writer that waits goes on as soon as the other has finished."""
    process = hold_elsewhere(tmp_path / "lock")
    assert process.stdin is not None
    process.stdin.close()
    with WriterLock(tmp_path / "lock", wait=wait) as lock:
        assert lock.held
    assert process.wait() == 0


def test_waiting_ends(tmp_path: Path) -> None:
    """A writer that may wait a moment gives up after it."""
    with (
        WriterLock(tmp_path / "lock", command="first"),
        pytest.raises(Locked, match="first"),
        WriterLock(tmp_path / "lock", wait=0.1),
    ):
        pass


def test_the_lock_can_be_taken_again(tmp_path: Path) -> None:
    """Letting go frees the lock, in the same process too, and the holder is the newest one."""
    lock = WriterLock(tmp_path / "lock", command="a command with a long name")
    with lock:
        assert lock.held
    assert not lock.held
    with lock, WriterLock(tmp_path / "other"):
        assert str(os.getpid()) in (tmp_path / "lock").read_text()


def test_no_folder_is_no_archive(tmp_path: Path) -> None:
    """A lock in a folder that does not exist means that there is no archive."""
    with pytest.raises(NoArchive), WriterLock(tmp_path / "absent" / "lock"):
        pass


def test_a_full_disk_is_no_reason_not_to_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the holder's name cannot be written, the lock still holds and names nobody wrong."""

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    (tmp_path / "lock").write_text("an earlier holder")
    monkeypatch.setattr(os, "pwrite", refuse)
    with (
        WriterLock(tmp_path / "lock") as lock,
        pytest.raises(Locked, match="unknown"),
        WriterLock(tmp_path / "lock"),
    ):
        pass
    assert not lock.held
