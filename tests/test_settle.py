"""When something that was dropped may be taken in, and when it must be left a little longer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import SourceChanged
from archiver.intake import writing
from archiver.intake.settle import Reason, Settled, Settling, Waiting


def reason(seen: Settled | Waiting) -> Reason | None:
    """Say why it waits, or None when it settled."""
    return seen.reason if isinstance(seen, Waiting) else None


def test_a_file_settles_when_it_stays_the_same(tmp_path: Path) -> None:
    """Two equal looks ten seconds apart, and not a moment earlier."""
    path = tmp_path / "a.zip"
    path.write_bytes(b"x")
    settling = Settling()
    assert settling.observe(path, 100.0) == Waiting(path, Reason.FIRST_SEEN, 100.0)
    assert settling.observe(path, 109.9) == Waiting(path, Reason.TOO_SOON, 100.0)
    assert settling.observe(path, 110.0) == Settled(path, 100.0)
    assert reason(settling.observe(path, 111.0)) is Reason.FIRST_SEEN


def test_every_change_starts_the_wait_anew(tmp_path: Path) -> None:
    """Another size, another time or another file in the same place: wait again."""
    path = tmp_path / "a.zip"
    path.write_bytes(b"x")
    settling = Settling()
    settling.observe(path, 0)
    path.write_bytes(b"xy")
    assert settling.observe(path, 10) == Waiting(path, Reason.CHANGED, 10)
    os.utime(path, ns=(1, 1))
    assert reason(settling.observe(path, 20)) is Reason.CHANGED
    other = tmp_path / "b"
    other.write_bytes(b"xz")
    os.utime(other, ns=(1, 1))
    other.replace(path)
    assert reason(settling.observe(path, 30)) is Reason.CHANGED
    assert isinstance(settling.observe(path, 40), Settled)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 15), st.booleans()), max_size=12))
def test_nothing_settles_within_the_wait_after_a_change(
    tmp_path: Path, looks: list[tuple[int, bool]]
) -> None:
    """Whenever a file is looked at, it settles only when it was the same for ten seconds."""
    path = tmp_path / "slow"
    path.write_bytes(b"")
    settling, now, size, first = Settling(), 0, 0, None
    for pause, written in looks:
        now += pause
        if written:
            size += 1
            path.write_bytes(b"x" * size)
        first = now if written or first is None else first
        settled = isinstance(settling.observe(path, now), Settled)
        assert settled == (now - first >= 10)
        first = None if settled else first


def test_a_file_that_is_being_written_waits_however_long(tmp_path: Path) -> None:
    """A program that pauses while it copies still holds the file open."""
    path = tmp_path / "a.mbox"
    settling = Settling()
    with path.open("wb") as writer:
        writer.write(b"half")
        writer.flush()
        settling.observe(path, 0)
        assert reason(settling.observe(path, 500)) is Reason.BEING_WRITTEN
    assert isinstance(settling.observe(path, 501), Settled)


def test_asking_for_writers_does_not_end_the_process(tmp_path: Path) -> None:
    """Whoever opens the file to write at the very moment it is asked about does not kill us."""
    path = tmp_path / "a"
    path.write_bytes(b"x")
    script = (
        "import fcntl, os, signal, sys, threading, time\n"
        "from pathlib import Path\n"
        "from archiver.intake import writing\n"
        "path = Path(sys.argv[1])\n"
        "real = fcntl.fcntl\n"
        "def slow(handle, what, value=0):\n"
        "    if what == fcntl.F_SETLEASE and value == fcntl.F_UNLCK:\n"
        "        writer = threading.Thread(target=lambda: path.open('ab').close())\n"
        "        writer.start(); time.sleep(0.2)\n"
        "        result = real(handle, what, value); writer.join(); return result\n"
        "    return real(handle, what, value)\n"
        "fcntl.fcntl = slow\n"
        "print(writing.is_being_written(path, None))\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=root, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "False\n")


@pytest.mark.parametrize(
    "name",
    [
        "a.zip.part",
        "a.crdownload",
        "a.TMP",
        "~$nota.docx",
        ".verborgen",
        ".a.zip.Xy12Zz",
        "a.filepart",
    ],
)
def test_names_of_unfinished_copies_are_left(tmp_path: Path, name: str) -> None:
    """What a browser, a copier or an editor has not given its own name yet is not taken."""
    path = tmp_path / name
    path.write_bytes(b"x")
    settling = Settling()
    settling.observe(path, 0)
    assert reason(settling.observe(path, 999)) is Reason.UNFINISHED_NAME


def test_a_folder_settles_with_the_last_of_its_files(tmp_path: Path) -> None:
    """One file that is written, added or unfinished keeps the whole folder waiting."""
    folder = tmp_path / "Export"
    (folder / "media").mkdir(parents=True)
    file = folder / "media" / "f.jpg"
    file.write_bytes(b"1")
    (folder / ".DS_Store").write_bytes(b"")
    settling = Settling()
    settling.observe(folder, 0)
    file.write_bytes(b"22")
    assert reason(settling.observe(folder, 10)) is Reason.CHANGED
    (folder / "media" / "g.jpg").write_bytes(b"")
    assert reason(settling.observe(folder, 20)) is Reason.CHANGED
    (folder / "link").symlink_to("x")
    assert reason(settling.observe(folder, 30)) is Reason.CHANGED
    with file.open("ab"):
        assert reason(settling.observe(folder, 40)) is Reason.BEING_WRITTEN
    part = folder / ".g.jpg.a1B2c3"
    part.write_bytes(b"")
    assert reason(settling.observe(folder, 41)) is Reason.UNFINISHED_NAME
    part.unlink()
    assert isinstance(settling.observe(folder, 41), Settled)


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    """A file that went away and came back is new."""
    path = tmp_path / "a"
    path.write_bytes(b"x")
    settling = Settling()
    settling.observe(path, 0)
    path.rename(tmp_path / "b")
    assert reason(settling.observe(path, 20)) is Reason.GONE
    (tmp_path / "b").rename(path)
    assert reason(settling.observe(path, 21)) is Reason.FIRST_SEEN


def test_a_lost_share_means_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the other machine does not answer, the file waits instead of stopping the service."""
    path = tmp_path / "a"
    path.write_bytes(b"x")

    def stale(_: Path) -> os.stat_result:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Path, "lstat", stale)
    assert reason(Settling().observe(path, 0)) is Reason.UNREADABLE


def test_a_folder_that_changes_under_the_look_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that vanishes while the folder is listed is a change like any other."""

    def vanish(*_: object) -> None:
        raise SourceChanged(path=tmp_path)

    monkeypatch.setattr("archiver.intake.settle.list_folder", vanish)
    assert reason(Settling().observe(tmp_path, 0)) is Reason.CHANGED


def test_links_and_pipes_settle_for_intake_to_refuse(tmp_path: Path) -> None:
    """A pipe does not block the service and is not left waiting for ever."""
    os.mkfifo(tmp_path / "pijp")
    (tmp_path / "link").symlink_to("nergens")
    settling = Settling()
    for name in ("pijp", "link"):
        settling.observe(tmp_path / name, 0)
        assert isinstance(settling.observe(tmp_path / name, 10), Settled)


def test_files_of_other_machines_wait_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a share nobody can tell who is writing, so the time must do it."""
    path = tmp_path / "a"
    path.write_bytes(b"x")
    monkeypatch.setattr("archiver.intake.settle.is_on_network", lambda _: True)
    settling = Settling()
    settling.observe(path, 0)
    assert reason(settling.observe(path, 59)) is Reason.TOO_SOON
    assert isinstance(settling.observe(path, 60), Settled)


def test_the_system_tells_which_files_another_machine_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kind of file system decides; where the system does not say, the answer is cautious."""

    def answering(magic: int, result: int) -> None:
        def statfs(_: bytes, buffer: object, /) -> int:
            buffer[0:4] = magic.to_bytes(4, "little")  # type: ignore[index]
            return result

        writing._device_is_on_network.cache_clear()
        monkeypatch.setattr(writing, "_statfs", lambda: statfs)

    for magic, result, network in [(0x6969, 0, True), (0xEF53, 0, False), (0, -1, True)]:
        answering(magic, result)
        assert writing.is_on_network(tmp_path / "..") is network
    writing._device_is_on_network.cache_clear()


def test_a_file_system_without_leases_relies_on_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system cannot tell who writes, that is no reason to wait for ever."""

    def refuse(*_: object) -> int:
        raise OSError(22, "Invalid argument")

    path = tmp_path / "a"
    path.write_bytes(b"x")
    monkeypatch.setattr(writing.fcntl, "fcntl", refuse)
    assert writing.is_being_written(path, None) is False
    path.unlink()
    path.symlink_to("b")
    assert writing._has_writer(path) is False


def test_twenty_thousand_files_at_once_all_settle(tmp_path: Path) -> None:
    """A whole phone dropped at once is taken at the second look, and then forgotten."""
    paths = [tmp_path / f"{number}.eml" for number in range(20_000)]
    for path in paths:
        path.touch()
    settling = Settling()
    assert {reason(settling.observe(path, 0)) for path in paths} == {Reason.FIRST_SEEN}
    assert all(isinstance(settling.observe(path, 10), Settled) for path in paths)
    assert reason(settling.observe(paths[0], 11)) is Reason.FIRST_SEEN


def test_memory_is_bounded_and_everything_still_settles(tmp_path: Path) -> None:
    """More files than are remembered wait for their turn; what vanished makes room."""
    paths = [tmp_path / f"{number}" for number in range(30)]
    for path in paths:
        path.touch()
    settling, settled, now = Settling(capacity=10), set(), 0
    assert reason(settling.observe(paths[0], now)) is Reason.FIRST_SEEN
    while len(settled) < 30 and now < 200:
        now += 10
        seen = [settling.observe(path, now) for path in paths if path not in settled]
        settled |= {each.path for each in seen if isinstance(each, Settled)}
    assert len(settled) == 30
    full = Settling(capacity=1)
    full.observe(paths[0], 0)
    assert reason(full.observe(paths[1], 0)) is Reason.TOO_MANY
    assert reason(full.observe(paths[1], 5)) is Reason.TOO_MANY
    assert reason(full.observe(paths[1], 5000)) is Reason.FIRST_SEEN
