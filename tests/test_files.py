"""What every write of the archive goes through."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from full_disk import FullDisk

from archiver.errors import DiskFull
from archiver.store import files


def test_short_counts_are_written_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes three bytes at a time still gets the whole file."""
    monkeypatch.setattr(os, "write", FullDisk(10_000, 3).write)
    files.replace(tmp_path / "file", b"0123456789" * 100)
    assert (tmp_path / "file").read_bytes() == b"0123456789" * 100


@pytest.mark.parametrize("room", range(0, 101, 5))
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, code: int
) -> None:
    """At whatever size the disk is full, the old content stands and nothing else is left."""
    path = tmp_path / "file"
    files.replace(path, b"old")
    monkeypatch.setattr(os, "write", FullDisk(room, 7, code).write)
    with pytest.raises(DiskFull) as caught:
        files.replace(path, b"n" * 101)
    assert path.name in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_a_write_of_nothing_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes nothing and says nothing does not keep the program waiting for ever."""
    monkeypatch.setattr(os, "write", lambda fd, data: 0)
    with pytest.raises(DiskFull):
        files.replace(tmp_path / "file", b"x")


@pytest.mark.parametrize("call", ["fsync", "rename", "open"])
def test_a_disk_that_is_full_later_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A full disk that shows itself only at another call than writing is told just as well."""
    path = tmp_path / "file"
    files.replace(path, b"old")

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        with pytest.raises(DiskFull):
            files.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_other_errors_are_not_called_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing disk is told apart from a full one, and leaves nothing half done either."""

    def fail(fd: int) -> None:
        raise OSError(errno.EIO, "failed")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="failed"):
        files.replace(tmp_path / "file", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("room", range(0, 20))
def test_an_append_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """A line for which there is no room is not left behind in part."""
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    fd = os.open(path, os.O_RDWR)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", FullDisk(room, 3).write)
        with pytest.raises(DiskFull):
            files.append(fd, b"a line of 20 bytes.\n")
    assert path.read_bytes() == b"one\n"
    files.append(fd, b"two\n")
    os.close(fd)
    assert path.read_bytes() == b"one\ntwo\n"


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    """Nobody but the archive's own user can read what is written, whatever the umask is."""
    old = os.umask(0)
    try:
        files.make_folder(tmp_path / "a" / "b")
        files.replace(tmp_path / "a" / "b" / "file", b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b" / "file").stat().st_mode) == 0o600


def test_everything_is_synced_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is synced before it gets its name, and its folder after."""
    calls: list[str] = []
    sync, rename = os.fsync, os.rename

    def traced_sync(fd: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
        sync(fd)

    def traced_rename(source: Path, target: Path) -> None:
        calls.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", traced_sync)
    monkeypatch.setattr(os, "rename", traced_rename)
    files.replace(tmp_path / "file", b"x")
    assert calls == ["file", "rename", "folder"]


def test_a_leftover_of_a_dead_process_is_no_hindrance(tmp_path: Path) -> None:
    """What a killed process left under the passing name is found, and does not stop a write."""
    leftover = tmp_path / f".file.{os.getpid()}.tmp"
    leftover.write_bytes(b"half")
    assert list(files.leftovers(tmp_path / "file")) == [leftover]
    files.replace(tmp_path / "file", b"whole")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    """A file that is to be new is not written over one that exists."""
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        files.write_new(tmp_path / "file", b"other")
    assert (tmp_path / "file").read_bytes() == b"mine"
