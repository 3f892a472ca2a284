"""The keys open what they should, survive what they must, and are gone when they are deleted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from full_disk import FullDisk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import (
    Damage,
    DiskFull,
    KeyMissing,
    NoSuchThing,
    WrongFormat,
    WrongKey,
)
from archiver.store import files, keyring
from archiver.store.delivery_files import OtherParent
from archiver.store.key_making import KeysExist, RecoveryInside
from archiver.store.keyring import NoKeys, NoMachineKey
from archiver.store.keys import Keys
from archiver.store.objects import Objects
from archiver.store.parents import BadReference
from archiver.store.recipients import read_identity

ONE, TWO, THREE = ("1" * 64, "2" * 64, "3" * 64)
KEYS_OF = {ONE: b"a" * 32, TWO: b"b" * 32}
OFFICIAL = "official:p-1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the keys lie."""
    return tmp_path / "keys"


@pytest.fixture
def recovery(tmp_path: Path) -> Path:
    """Where the recovery key lies: on another carrier."""
    return tmp_path / "elsewhere" / "recovery.key"


@pytest.fixture
def keys(root: Path, recovery: Path) -> Keys:
    """The keys of an archive with an open and a sealed delivery and some detail."""
    keys = Keys.create(root, recovery)
    keys.write_delivery("dopen", OFFICIAL, KEYS_OF)
    keys.write_delivery("dsealed", "delivery", KEYS_OF)
    keys.box("log:2026-11", b"detail")
    return keys


@pytest.fixture
def away(keys: Keys, recovery: Path) -> Path:
    """The recovery key after it was moved to where nobody finds it by looking around."""
    target = recovery.parent / "vault" / "recovery.key"
    target.parent.mkdir()
    return recovery.rename(target)


def contents(keys: Keys) -> tuple[object, ...]:
    """Everything that the keys of the fixture must go on opening, whatever happens to them."""
    found = [keys.delivery(each) for each in ("dopen", "dsealed")]
    opened = [
        (each.parent, each.objects, each.key_of(ONE), each.key_of(TWO), each.detail_key)
        for each in found
        if each is not None
    ]
    return (keys.check_value, keys.verify_key, keys.derive("catalogue"), tuple(opened))


def codes(keys: Keys) -> list[str]:
    """The codes that a check of the keys finds."""
    return sorted(finding.code for finding in keys.check())


def rewrite(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change a key file as someone would who knows its format, digest and all."""
    content = json.loads(path.read_bytes())
    change(content)
    content["sha256"] = ""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    content["sha256"] = hashlib.sha256(canonical).hexdigest()
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())


# -- making and opening ---------------------------------------------------------------------------


def test_keys_open_again(keys: Keys, root: Path) -> None:
    """What was wrapped in one run is opened in the next, with the same values."""
    assert contents(Keys.open(root)) == contents(keys)
    opened = keys.delivery("dopen")
    assert opened is not None
    assert (opened.parent, opened.objects, opened.key_of(ONE)) == (OFFICIAL, (ONE, TWO), b"a" * 32)


def test_the_keys_are_private(keys: Keys, root: Path) -> None:
    """Only the archive's own user can read the keys, and none stands in the clear."""
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    for path in keys.files():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "a" * 32 not in repr(keys.delivery("dopen"))
    assert b"YWFhYWFh" not in (root / "deliveries" / "dopen.json").read_bytes()


def test_the_recovery_key_lies_in_its_own_file_only(keys: Keys, root: Path, recovery: Path) -> None:
    """The private half of the recovery key is in no file of the key store."""
    private = json.loads(recovery.read_bytes())["private"].encode()
    assert not any(private in path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert json.loads(recovery.read_bytes())["archive"] == keys.check_value
    assert stat.S_IMODE(recovery.stat().st_mode) == 0o600


def test_new_keys_overwrite_nothing(keys: Keys, root: Path, recovery: Path, tmp_path: Path) -> None:
    """Keys are never made where keys, or anything else, lie already."""
    before = contents(keys)
    with pytest.raises(KeysExist):
        Keys.create(root, tmp_path / "new.key")
    with pytest.raises(KeysExist):
        Keys.create(tmp_path / "other", recovery)
    with pytest.raises(RecoveryInside):
        Keys.create(tmp_path / "other", tmp_path / "other" / "recovery.key")
    assert contents(Keys.open(root)) == before
    assert not (tmp_path / "new.key").exists()


def test_a_full_disk_makes_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that could not be made wholly are not left behind, and making them again works."""
    refused = 0
    while True:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", FullDisk(refused * 250, 50).write)
            try:
                keys = Keys.create(tmp_path / "keys", tmp_path / "recovery.key")
                break
            except DiskFull:
                refused += 1
        assert not (tmp_path / "recovery.key").exists()
    assert refused > 6
    assert contents(Keys.open(tmp_path / "keys")) == contents(keys)


def test_no_keys_are_said_to_be_none(tmp_path: Path) -> None:
    """A folder without keys is told apart from damaged keys."""
    with pytest.raises(NoKeys):
        Keys.open(tmp_path / "absent")


def test_the_keys_of_another_archive_are_told_apart(keys: Keys, tmp_path: Path) -> None:
    """Each archive's keys have a check value and derived keys of their own."""
    other = Keys.create(tmp_path / "other", tmp_path / "other.key")
    assert other.check_value != keys.check_value
    assert other.derive("catalogue") != keys.derive("catalogue")
    assert len(bytes.fromhex(keys.check_value)) == 32


def test_the_machine_key_of_another_archive_does_not_fit(
    keys: Keys, root: Path, tmp_path: Path
) -> None:
    """A machine key that is sound but not of this archive is a wrong key, not damage."""
    Keys.create(tmp_path / "other", tmp_path / "other.key")
    shutil.copy(tmp_path / "other" / "machine.key", root / "machine.key")
    with pytest.raises(WrongKey):
        Keys.open(root)


def test_labels_give_different_keys(keys: Keys) -> None:
    """Every label gives a key of its own, and never the check value."""
    derived = {keys.derive(label) for label in ("catalogue", "marks", "check", "")}
    assert len(derived) == 4
    assert bytes.fromhex(keys.check_value) not in derived


def test_signatures_verify(keys: Keys) -> None:
    """What the log-signing key signs is accepted by its public half."""
    public = Ed25519PublicKey.from_public_bytes(keys.verify_key)
    public.verify(keys.sign(b"head"), b"head")
    assert keys.public_key == keys.verify_key


# -- deliveries -----------------------------------------------------------------------------------


def test_keys_are_added_and_replaced(keys: Keys) -> None:
    """A later write adds keys and replaces those of the same object, and the others stay."""
    before = keys.delivery("dopen")
    keys.write_delivery("dopen", OFFICIAL, {TWO: b"c" * 32, THREE: b"d" * 32})
    after = keys.delivery("dopen")
    assert before is not None
    assert after is not None
    assert after.objects == (ONE, TWO, THREE)
    assert [after.key_of(name)[:1] for name in after.objects] == [b"a", b"c", b"d"]
    assert after.detail_key == before.detail_key


def test_a_delivery_does_not_change_its_parent_by_accident(keys: Keys) -> None:
    """Adding keys under another parent than the delivery's own is refused."""
    with pytest.raises(OtherParent):
        keys.write_delivery("dopen", "delivery", {THREE: b"d" * 32})
    with pytest.raises(OtherParent):
        keys.write_delivery("dsealed", OFFICIAL, {})


@pytest.mark.parametrize("parent", ["official:p-2", "delivery"])
@pytest.mark.parametrize("delivery", ["dopen", "dsealed"])
def test_a_moved_delivery_opens_as_before(
    keys: Keys, root: Path, delivery: str, parent: str
) -> None:
    """Release and reassignment wrap the keys anew; keys and detail stay the same."""
    old = keys.delivery(delivery)
    assert old is not None
    box = keys.box(f"delivery:{delivery}", b"who it was")
    keys.move_delivery(delivery, parent)
    new = Keys.open(root).delivery(delivery)
    assert new is not None
    assert new.parent == parent
    assert [new.key_of(name) for name in (ONE, TWO)] == [old.key_of(name) for name in (ONE, TWO)]
    assert keys.unbox(f"delivery:{delivery}", box) == b"who it was"
    text = old.path.read_text()
    assert not any(wrap in text for wrap in old._content.objects.values())


def test_a_destroyed_use_is_gone(keys: Keys, root: Path) -> None:
    """One delivery's key of an object is destroyed; another delivery's key of it lives."""
    wrap = json.loads((root / "deliveries" / "dopen.json").read_bytes())["objects"][ONE]
    leftover = root / "deliveries" / ".dopen.json.1.tmp"
    leftover.write_text(wrap)
    keys.drop_uses("dopen", [ONE])
    keys.drop_uses("dopen", [ONE])
    keys.drop_uses("dnever", [ONE])
    opened, sealed = keys.delivery("dopen"), keys.delivery("dsealed")
    assert opened is not None
    assert sealed is not None
    with pytest.raises(KeyMissing):
        opened.key_of(ONE)
    assert sealed.key_of(ONE) == b"a" * 32
    assert not any(wrap in path.read_text() for path in root.rglob("*") if path.is_file())


def test_a_destroyed_delivery_is_gone(keys: Keys, root: Path) -> None:
    """Destroying a delivery's keys takes its objects and its detail in the log with it."""
    box = keys.box("delivery:dsealed", b"detail")
    keys.drop_delivery("dsealed")
    keys.drop_delivery("dsealed")
    assert keys.delivery("dsealed") is None
    assert list(keys.deliveries()) == ["dopen"]
    for use in (lambda: keys.unbox("delivery:dsealed", box), lambda: keys.box("delivery:dx", b"")):
        with pytest.raises(KeyMissing):
            use()
    with pytest.raises(KeyMissing):
        keys.move_delivery("dsealed", OFFICIAL)


def test_one_wrap_does_not_open_as_another(keys: Keys, root: Path) -> None:
    """A wrap that was moved to another object's name does not open there."""
    path = root / "deliveries" / "dopen.json"
    objects = json.loads(path.read_bytes())["objects"]
    rewrite(path, lambda content: content.update(objects={ONE: objects[TWO]}))
    opened = keys.delivery("dopen")
    assert opened is not None
    with pytest.raises(Damage):
        opened.key_of(ONE)


def test_a_delivery_with_thousands_of_objects(keys: Keys) -> None:
    """A delivery may use as many objects as it likes."""
    many = {f"{number:064x}": number.to_bytes(32, "big") for number in range(3000)}
    keys.write_delivery("dlarge", OFFICIAL, many)
    opened = keys.delivery("dlarge")
    assert opened is not None
    assert {name: opened.key_of(name) for name in opened.objects} == many


# -- detail ---------------------------------------------------------------------------------------


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plain=st.binary(max_size=200),
    ref=st.sampled_from(
        ["delivery:dopen", "delivery:dsealed", OFFICIAL, "register", "log:2026-12", "case:woo-1"]
    ),
)
def test_detail_comes_back(keys: Keys, root: Path, plain: bytes, ref: str) -> None:
    """Detail that was encrypted under any key is read again, also by another process."""
    text = keys.box(ref, plain)
    assert Keys.open(root).unbox(ref, text) == plain
    assert text.isascii()


def test_detail_opens_only_under_its_own_key(keys: Keys) -> None:
    """Detail of one case is not opened as detail of another, nor when a byte differs."""
    text = keys.box("case:a", b"secret")
    keys.box("case:b", b"")
    for ref, other in (
        ("case:b", text),
        ("case:a", text[:-4] + "AAA="),
        ("case:a", "?"),
        ("case:a", ""),
    ):
        with pytest.raises(Damage):
            keys.unbox(ref, other)


def test_detail_whose_key_is_gone_stays_closed(keys: Keys, root: Path) -> None:
    """Deleting the key of a month destroys the detail of that month, and of no other."""
    november, december = keys.box("log:2026-11", b"x"), keys.box("log:2026-12", b"y")
    keys.drop_key("log:2026-11")
    for each in (keys, Keys.open(root)):
        with pytest.raises(KeyMissing):
            each.unbox("log:2026-11", november)
        assert each.unbox("log:2026-12", december) == b"y"


@pytest.mark.parametrize(
    "ref", ["", "official:", "official:../x", "log:2026", "case:.x", "secret", "delivery:../x"]
)
def test_names_that_are_no_key_make_no_file(keys: Keys, root: Path, ref: str) -> None:
    """Only names of a known form are names of keys, so none leads to another folder."""
    before = sorted(root.rglob("*"))
    with pytest.raises(BadReference):
        keys.box(ref, b"x")
    assert sorted(root.rglob("*")) == before


def test_a_lost_parent_key_is_not_made_anew(keys: Keys, root: Path) -> None:
    """Where deliveries lie under a key that has gone missing, no other takes its place."""
    (root / "parents" / "official-p-1.json").unlink()
    again = Keys.open(root)
    with pytest.raises(KeyMissing):
        again.box(OFFICIAL, b"x")
    with pytest.raises(KeyMissing):
        again.delivery("dopen")
    assert codes(again).count("E-K004") == 1
    assert codes(keys).count("E-K004") == 1


def test_two_processes_make_one_key(keys: Keys, root: Path) -> None:
    """When two processes need a new key at the same time, both use the same one."""
    one, two = Keys.open(root), Keys.open(root)
    text = one.box("case:new", b"x")
    assert two.unbox("case:new", two.box("case:new", b"y")) == b"y"
    assert two.unbox("case:new", text) == b"x"


# -- checking -------------------------------------------------------------------------------------


def test_sound_keys_have_no_findings(keys: Keys, away: Path) -> None:
    """Once the recovery key has moved away, nothing is wrong."""
    assert keys.check() == []


def test_a_recovery_key_that_stayed_is_reported(keys: Keys, recovery: Path, root: Path) -> None:
    """The recovery key is found where it was written, beside the keys, and among them."""
    assert codes(keys) == ["E-K001"]
    shutil.copy(recovery, root.parent / "copy.txt")
    shutil.copy(recovery, root / "copy")
    recovery.unlink()
    found = {finding.values["path"] for finding in keys.check() if finding.code == "E-K001"}
    assert found == {str(root.parent / "copy.txt"), str(root / "copy")}


def test_every_flipped_byte_is_found_and_named(root: Path, recovery: Path) -> None:
    """Whichever byte of whichever key file changes, the check names that file."""
    keys = Keys.create(root, recovery)
    recovery.unlink()
    keys.write_delivery("d1", "register", {})
    keys.write_delivery("d2", "delivery", {ONE: b"a" * 32})
    for path in list(keys.files()):
        data = path.read_bytes()
        for at in range(len(data)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            named = {each.values["path"] for each in keys.check() if each.code == "E-K003"}
            assert named == {str(path)}
        path.write_bytes(data)
    assert keys.check() == []


def test_a_damaged_file_of_each_sort_is_named_by_the_check(keys: Keys, away: Path) -> None:
    """A changed, cut or swapped file of any sort is a finding that names it, and no other is."""
    for path in list(keys.files()):
        data = path.read_bytes()
        for damaged in (data[:-1], b"", b"[]", data.replace(b'"v":1', b'"v":2'), b" " + data):
            path.write_bytes(damaged)
            findings = keys.check()
            assert str(path) in {finding.values["path"] for finding in findings}
            assert {finding.code for finding in findings} == {"E-K003"}
        path.write_bytes(data)


def test_keys_under_another_name_are_found(keys: Keys, root: Path, away: Path) -> None:
    """The file of one delivery or parent under another's name is not taken for it."""
    shutil.copy(root / "deliveries" / "dopen.json", root / "deliveries" / "dother.json")
    shutil.copy(root / "parents" / "log-2026-11.json", root / "parents" / "log-2026-10.json")
    assert codes(keys) == ["E-K003", "E-K003"]
    with pytest.raises(Damage):
        keys.delivery("dother")


def test_a_wrap_that_cannot_be_opened_is_found(keys: Keys, root: Path, away: Path) -> None:
    """A wrap that was changed by someone who mended the digest is found all the same."""
    delivery, parent = root / "deliveries" / "dopen.json", root / "parents" / "log-2026-11.json"
    objects = json.loads(delivery.read_bytes())["objects"]
    rewrite(delivery, lambda content: content.update(objects={ONE: objects[TWO]}))
    other = json.loads((root / "parents" / "official-p-1.json").read_bytes())["key"]
    rewrite(parent, lambda content: content.update(key=other))
    assert codes(keys) == ["E-K002", "E-K002"]


def test_a_wrap_under_an_unknown_generation_is_found(keys: Keys, root: Path, away: Path) -> None:
    """A key that says it lies under an archive key that nobody has is found."""
    path = root / "parents" / "log-2026-11.json"
    key = json.loads(path.read_bytes())["key"] | {"generation": 9}
    rewrite(path, lambda content: content.update(key=key))
    assert codes(keys) == ["E-K002"]


def test_a_missing_file_is_found(keys: Keys, root: Path, away: Path) -> None:
    """A file without which nothing opens is missed."""
    (root / "secrets.json").unlink()
    assert codes(keys) == ["E-K005"]
    with pytest.raises(KeyMissing):
        Keys.open(root)


def test_strange_files_are_found(keys: Keys, root: Path, away: Path) -> None:
    """A file that does not belong among the keys is reported, wherever it lies."""
    for name in ("notes.txt", "parents/x", "deliveries/.dopen.json.77.tmp"):
        (root / name).write_bytes(b"x")
    assert codes(keys) == ["W-K001"] * 3


def test_keys_that_others_can_read_are_found(keys: Keys, root: Path, away: Path) -> None:
    """A key file or folder with rights for others is reported."""
    (root / "machine.key").chmod(0o640)
    (root / "parents").chmod(0o755)
    assert codes(keys) == ["W-K003", "W-K003"]


def test_a_later_version_is_not_guessed_at(keys: Keys, root: Path) -> None:
    """A key file of a later version says so instead of being read wrongly."""
    rewrite(root / "secrets.json", lambda content: content.update(v=2))
    with pytest.raises(WrongFormat):
        Keys.open(root)


# -- rotating and recovering ----------------------------------------------------------------------


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


# -- harm done by hand ----------------------------------------------------------------------------


def test_a_changed_wrap_of_the_archive_key_is_damage(keys: Keys, root: Path) -> None:
    """A wrap of the archive key that was changed, digest and all, is damage and not a wrong key."""
    content = json.loads((root / "archive-key.json").read_bytes())
    for member, value in (("wrap", "AAAA"), ("ephemeral", "?"), ("ephemeral", "AAAA"), ("to", "")):
        wraps = [each | {member: value} for each in content["generations"][0]["wraps"]]
        content["generations"] = [{"number": 1, "wraps": wraps}]
        rewrite(root / "archive-key.json", lambda file: file.update(content))
        with pytest.raises(Damage, match=r"archive-key\.json"):
            Keys.open(root)


def test_a_private_key_without_its_public_half_is_damage(keys: Keys, root: Path) -> None:
    """A machine key whose halves do not belong together is not used."""
    other = json.loads((root / "machine.key").read_bytes())["public"]
    for private in (other, "AAAA", "?"):
        rewrite(root / "machine.key", lambda file: file.update(private=private))  # noqa: B023
        with pytest.raises(Damage, match=r"machine\.key"):
            Keys.open(root)


def test_a_key_file_without_its_members_is_damage(keys: Keys, root: Path) -> None:
    """A file that has a right digest but is of another sort is not used."""
    rewrite(root / "secrets.json", lambda file: file.pop("verify"))
    with pytest.raises(Damage, match="lacks"):
        Keys.open(root)


def test_a_reader_does_not_stumble_over_a_new_machine_key(
    keys: Keys, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys that are rotated just while they are opened are opened all the same."""
    old = read_identity(root / "machine.key")
    keys.rotate()
    answers = iter([old])
    monkeypatch.setattr(
        keyring, "read_identity", lambda path: next(answers, None) or read_identity(path)
    )
    assert contents(Keys.open(root)) == contents(keys)
