"""A check of the keys names every harm that was done to them, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from archiver.errors import (
    Damage,
    KeyMissing,
    WrongFormat,
)
from archiver.store import keyring
from archiver.store.keys import Keys
from archiver.store.recipients import read_identity
from tests.key_store import ONE, TWO, codes, contents, rewrite

pytest_plugins = ("tests.key_fixtures",)


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
