"""A disk that fills up at any moment costs nothing: a clear message, nothing half, and it resumes.

The disk is a tmpfs of a fixed size, which only root may mount; elsewhere these tests skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from crash.place import Place, Ran, state
from crash.scenario import Scenario, second

KIB = 1024
DISK = 4096 * KIB
INTERRUPTED = {"E-O001", "E-V004", "E-V006", "E-V007", "E-V011", "E-L106", "E-L107", "E-L117"}
"""What an interrupted write may leave until the next one: objects still staged, and the like."""

NO_SPACE = ("No space is left for", "No space left on device")


def why_not() -> str:
    """Say why no small disk can be made here; empty when it can."""
    if os.geteuid() != 0:
        return "only root may mount a tmpfs of a fixed size"
    done = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"a tmpfs cannot be mounted here: {done.stderr.strip()}" if done.returncode else ""


Fresh = Callable[[], tuple[Place, Path]]
"""Gives a new copy of the archive, and the disk of which the room is taken."""

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


@contextmanager
def small_disk(folder: Path, *, inodes: int = 4096) -> Iterator[Path]:
    """Mount a disk of 4 MiB."""
    folder.mkdir(parents=True)
    options = f"size={DISK},nr_inodes={inodes}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def room_left(folder: Path, room: int) -> Iterator[None]:
    """Fill a disk up to `room` bytes, and free it again."""
    filler = folder / "filler"
    status = os.statvfs(folder)
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(status.f_bavail * status.f_frsize - room, 1))
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """An archive with a delivery, and a command that adds another."""
    return second(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def expected(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the archive holds when the disk is large enough."""
    place = scenario.place.copy(tmp_path_factory.mktemp("enough") / "place")
    assert place.run(*scenario.words).code == 0
    assert place.run("verify").code == 0
    return state(place)


def sweep(scenario: Scenario, expected: dict[str, object], rooms: range, fresh: Fresh) -> None:
    """Run the command with ever more room, until there is enough.

    After each failure it has said so and harmed nothing, and it succeeds once there is room.
    """
    codes = []
    for room in rooms:
        place, disk = fresh()
        with room_left(disk, room):
            ran = place.run(*scenario.words)
        codes.append(ran.code)
        if ran.code:
            assert_nothing_is_half(place, ran, room)
        assert place.run(*scenario.words).code == 0, room
        proof = place.run("verify", "--full")
        assert proof.code == 0, (room, proof.report)
        assert state(place) == expected, room
        if not ran.code:
            break
    assert len(codes) > 1
    assert codes[-1] == 0, "there never was enough room"


def assert_nothing_is_half(place: Place, ran: Ran, room: int) -> None:
    """The message is clear, and all that the log names is whole."""
    assert ran.code == 9, (room, ran)
    assert any(words in ran.said for words in NO_SPACE), (room, ran.said)
    copy = place.copy(place.folder.parent / "looked-at")
    found = {each["code"] for each in copy.run("verify").report["damage"]}
    assert found <= INTERRUPTED, (room, found)


def on_disk(scenario: Scenario, disk: Path, folder: Path, *names: str) -> Place:
    """A copy of the archive in `folder`, of which these parts lie on the small disk."""
    place = scenario.place.copy(folder)
    for name in names:
        target = disk / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(place.folder / name, target)
        (place.folder / name).symlink_to(target)
    return place


PARTS = {"the archive": ("archive",), "the keys": ("keys",)}


@pytest.mark.parametrize("part", PARTS)
def test_a_disk_that_fills_up_costs_nothing(
    scenario: Scenario, expected: dict[str, object], tmp_path: Path, part: str
) -> None:
    """With too little room for archive or keys, in steps of 32 KiB or 1 KiB, nothing is half."""
    step = 32 * KIB if part == "the archive" else 4 * KIB
    with small_disk(tmp_path / "disk") as disk:
        folder = tmp_path / "place"
        sweep(
            scenario,
            expected,
            range(0, DISK, step),
            lambda: (on_disk(scenario, disk, folder, *PARTS[part]), disk),
        )


@pytest.mark.slow
def test_a_disk_that_fills_up_at_any_page_costs_nothing(
    scenario: Scenario, expected: dict[str, object], tmp_path: Path
) -> None:
    """The same in steps of one page, the least that a disk gives."""
    with small_disk(tmp_path / "disk") as disk:
        folder = tmp_path / "place"
        sweep(
            scenario,
            expected,
            range(0, DISK, 4 * KIB),
            lambda: (on_disk(scenario, disk, folder, "archive"), disk),
        )


def test_a_disk_without_room_for_another_file_costs_nothing(
    scenario: Scenario, expected: dict[str, object], tmp_path: Path
) -> None:
    """A disk with space but without inodes is a full disk too."""
    for spare in range(0, 24, 3):
        with small_disk(tmp_path / f"disk{spare}", inodes=200) as disk:
            place = on_disk(scenario, disk, tmp_path / "place", "archive")
            status = os.statvfs(disk)
            fillers = [disk / f"filler{n}" for n in range(max(status.f_ffree - spare, 0))]
            for filler in fillers:
                filler.touch()
            ran = place.run(*scenario.words)
            for filler in fillers:
                filler.unlink()
            if ran.code:
                assert_nothing_is_half(place, ran, spare)
            assert place.run(*scenario.words).code == 0
            assert place.run("verify", "--full").code == 0
            assert state(place) == expected
            shutil.rmtree(tmp_path / "place")
