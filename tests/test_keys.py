"""The keys open what they should, survive what they must, and are gone when they are deleted."""

from __future__ import annotations

import json
import os
import shutil
import stat
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
    WrongKey,
)
from archiver.store.archive_key import ArchiveKey
from archiver.store.delivery_files import OtherParent
from archiver.store.key_making import KeysExist, RecoveryInside
from archiver.store.keyring import NoKeys
from archiver.store.keys import Keys
from archiver.store.parents import BadReference
from archiver.store.recipients import Identity
from tests.key_store import OFFICIAL, ONE, THREE, TWO, codes, contents, rewrite

pytest_plugins = ("tests.key_fixtures",)

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


def test_no_key_shows_itself_where_it_is_named() -> None:
    """What a key is written as in a message or a trace of an error holds nothing of it."""
    identity = Identity("machine", b"geheim" * 6)
    key = ArchiveKey({1: b"geheim" * 6}, (), "herstel.key")
    assert repr(identity) == "Identity(name='machine')"
    assert repr(key) == "ArchiveKey(recipients=(), recovery_file='herstel.key')"


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
