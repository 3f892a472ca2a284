"""Keys are rotated, recovered and copied, wherever it is interrupted, and go on opening."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from full_disk import FullDisk

from archiver.errors import (
    Damage,
    DiskFull,
    NoSuchThing,
    WrongKey,
)
from archiver.store import files
from archiver.store.keyring import NoMachineKey
from archiver.store.keys import Keys
from archiver.store.objects import Objects
from tests.key_store import KEYS_OF, OFFICIAL, ONE, THREE, codes, contents, rewrite

pytest_plugins = ("tests.key_fixtures",)


def test_rotation_leaves_nothing_of_the_old_keys(keys: Keys, root: Path, away: Path) -> None:
    """After a rotation everything opens, and the machine key from before opens nothing."""
    before, box = contents(keys), keys.box("case:a", b"x")
    old = {path: path.read_bytes() for path in keys.files()}
    other = Keys.open(root)
    keys.rotate()
    for each in (keys, other, Keys.open(root)):
        assert contents(each) == before
        assert each.unbox("case:a", box) == b"x"
    assert json.loads((root / "archive-key.json").read_bytes())["generations"][0]["number"] == 2
    assert keys.check() == []
    (root / "machine.key").write_bytes(old[root / "machine.key"])
    with pytest.raises(WrongKey):
        Keys.open(root)


def test_a_process_that_slept_through_a_rotation_writes_readable_keys(
    keys: Keys, root: Path
) -> None:
    """A running process notices that the keys were rotated before it wraps anything."""
    sleeper = Keys.open(root)
    keys.rotate()
    text = sleeper.box("case:new", b"x")
    sleeper.write_delivery("dnew", "delivery", KEYS_OF)
    opened = Keys.open(root)
    assert opened.unbox("case:new", text) == b"x"
    delivery = opened.delivery("dnew")
    assert delivery is not None
    assert delivery.key_of(ONE) == b"a" * 32


class CrashError(Exception):
    """The moment at which a test lets the power fail."""


def crash_at(call: int, *, done: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let the call of this number (and all later ones) fail, after or before it was done."""
    calls = iter(range(1_000_000))

    def wrap(function: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*arguments: object) -> None:
            number = next(calls)
            if number < call or (number == call and done):
                function(*arguments)
            if number >= call:
                raise CrashError

        return wrapped

    return wrap


def interrupted(change: Callable[[], object], call: int, *, done: bool) -> bool:
    """Run a change of the keys with a crash at this call; whether it was reached."""
    crash = crash_at(call, done=done)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "replace", crash(files.replace))
        patch.setattr(files, "rename", crash_rename(crash))
        try:
            change()
        except CrashError:
            return True
    return False


def crash_rename(crash: Callable[[Callable[..., None]], Callable[..., None]]) -> object:
    """Count the renames of the machine key, and not those that are part of a replacement."""
    rename, counted = files.rename, crash(files.rename)

    def wrapped(source: Path, target: Path) -> None:
        (rename if source.suffix == ".tmp" else counted)(source, target)

    return wrapped


@pytest.mark.parametrize("done", [False, True])
def test_a_rotation_may_be_interrupted_anywhere(
    keys: Keys, root: Path, away: Path, tmp_path: Path, *, done: bool
) -> None:
    """Wherever a rotation stops, the keys open, and rotating again finishes it."""
    before, box = contents(keys), keys.box("log:2026-11", b"x")
    spare = tmp_path / "spare"
    shutil.copytree(root, spare)
    for call in range(100):
        shutil.rmtree(root)
        shutil.copytree(spare, root)
        if not interrupted(Keys.open(root).rotate, call, done=done):
            break
        opened = Keys.open(root)
        assert contents(opened) == before
        assert opened.unbox("log:2026-11", box) == b"x"
        assert set(codes(opened)) <= {"W-K002"}
        assert contents(Keys.recover(root, away, new_machine=False)) == before
        opened.rotate()
        assert contents(Keys.open(root)) == before
        assert len(json.loads((root / "archive-key.json").read_bytes())["generations"]) == 1
        assert len(json.loads((root / "archive-key.json").read_bytes())["recipients"]) == 2
        assert opened.check() == []
    assert call == 9


def test_an_unfinished_rotation_is_reported(keys: Keys, away: Path) -> None:
    """Whoever checks the keys learns that a rotation must be finished."""
    assert interrupted(keys.rotate, 3, done=True)
    assert "W-K002" in codes(keys)


def test_a_rotation_stops_at_a_damaged_wrap(keys: Keys, root: Path, away: Path) -> None:
    """A wrap that cannot be opened is not left behind under a key that is thrown away."""
    path = root / "parents" / "log-2026-11.json"
    sound = path.read_bytes()
    other = json.loads((root / "parents" / "official-p-1.json").read_bytes())["key"]
    rewrite(path, lambda content: content.update(key=other))
    with pytest.raises(Damage):
        keys.rotate()
    path.write_bytes(sound)
    Keys.open(root).rotate()
    assert Keys.open(root).check() == []


def test_a_lost_machine_key_is_replaced_with_the_recovery_key(
    keys: Keys, root: Path, away: Path
) -> None:
    """With the recovery key everything opens again, and the machine has a new key."""
    before = contents(keys)
    lost = (root / "machine.key").read_bytes()
    (root / "machine.key").unlink()
    with pytest.raises(NoMachineKey):
        Keys.open(root)
    assert contents(Keys.recover(root, away)) == before
    opened = Keys.open(root)
    assert contents(opened) == before
    assert opened.check() == []
    (root / "machine.key").write_bytes(lost)
    with pytest.raises(WrongKey):
        Keys.open(root)


def test_a_damaged_machine_key_is_replaced_as_well(keys: Keys, root: Path, away: Path) -> None:
    """A machine key that no longer reads is named as damage, and recovery mends it."""
    (root / "machine.key").write_bytes(b"{}")
    with pytest.raises(Damage, match=r"machine\.key"):
        Keys.open(root)
    Keys.recover(root, away)
    assert contents(Keys.open(root)) == contents(keys)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("call", range(4))
def test_a_recovery_may_be_interrupted_anywhere(
    keys: Keys, root: Path, away: Path, call: int, *, done: bool
) -> None:
    """Wherever a recovery stops, it can be done again."""
    (root / "machine.key").unlink()
    assert interrupted(lambda: Keys.recover(root, away), call, done=done)
    Keys.recover(root, away)
    assert contents(Keys.open(root)) == contents(keys)
    assert Keys.open(root).check() == []


def test_looking_with_the_recovery_key_changes_nothing(keys: Keys, root: Path, away: Path) -> None:
    """An auditor with the recovery key can read without leaving a trace in the keys."""
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert contents(Keys.recover(root, away, new_machine=False)) == contents(keys)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_another_recovery_key_does_not_fit(keys: Keys, root: Path, tmp_path: Path) -> None:
    """The recovery key of another archive, or none at all, is refused by name."""
    Keys.create(tmp_path / "other", tmp_path / "other.key")
    with pytest.raises(WrongKey, match=r"other\.key"):
        Keys.recover(root, tmp_path / "other.key")
    with pytest.raises(NoSuchThing):
        Keys.recover(root, tmp_path / "absent.key")


def test_a_backup_of_the_files_is_enough(keys: Keys, root: Path, tmp_path: Path) -> None:
    """Copying what the keys list as their files is a full backup."""
    copy = tmp_path / "copy"
    for path in keys.files():
        target = copy / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    assert contents(Keys.open(copy)) == contents(keys)


def test_a_full_disk_leaves_the_keys_as_they_were(
    keys: Keys, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up while keys are written costs none of those that were there."""
    before = contents(keys)
    for room in range(0, 600, 60):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", FullDisk(room, 40).write)
            with pytest.raises(DiskFull):
                keys.write_delivery("dopen", OFFICIAL, {THREE: b"d" * 32})
        assert contents(Keys.open(root)) == before
        assert not [path for path in root.rglob(".*") if path.is_file()]


READER = Path(__file__).parent / "independent" / "read_object.py"


@pytest.mark.parametrize("parent", [OFFICIAL, "delivery"])
@pytest.mark.parametrize("rotations", [0, 2])
def test_the_description_of_the_format_is_enough(
    keys: Keys, root: Path, away: Path, tmp_path: Path, parent: str, rotations: int
) -> None:
    """A reader that shares no code with the archive decrypts an object, with either key."""
    plain, key = os.urandom(200_000), os.urandom(32)
    with Objects(tmp_path / "archive").stage() as staging:
        writer = staging.writer("original", key)
        writer.write(plain)
        name = writer.finish().name
        staging.sync()
        staging.publish([name])
    keys.write_delivery("dx", parent, {name: key})
    for _ in range(rotations):
        keys.rotate()
    for private in (root / "machine.key", away):
        places = (READER, tmp_path / "archive", root, private)
        command = [sys.executable, *map(str, places), "dx", name]
        assert subprocess.run(command, capture_output=True, check=True).stdout == plain
