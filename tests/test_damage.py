"""Whatever is changed, removed or added in a small archive, `verify` finds it and names it.

Not looked at are the lock files: their text only says who held the lock, and nothing relies on it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from crash.exports import chat
from crash.place import Place, Ran, new_account, new_place, newest_head
from crash.scenario import released, second

from archiver.pipeline.project import project
from archiver.store import log
from archiver.store.archive import Archive
from archiver.store.keys import Keys
from archiver.store.verify import Scope, verify

SEED = 20261121
FLIPS_IN_CHECK = 300
PARTS = 3
LOCKS = {"lock", "access.lock"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive with two deliveries, a cached frontier, an access log and an outside head."""
    folder = tmp_path_factory.mktemp("small")
    with patch.object(log, "CACHE_EVERY", 2):
        scenario = second(folder)
        assert scenario.place.run(*scenario.words).code == 0
        assert scenario.place.run("search", "nota").code == 0
    proof = scenario.place.run("verify")
    assert proof.code == 0, proof.report
    assert (scenario.place.archive / "log" / "frontier.json").exists()
    return scenario.place


@pytest.fixture
def place(small: Place, tmp_path: Path) -> Place:
    """A copy of it that may be damaged."""
    return small.copy(tmp_path / "place")


def files(place: Place) -> list[Path]:
    """The files whose every byte counts."""
    return [path for path in place.files() if path.name not in LOCKS]


def found(ran: Ran) -> str:
    """All that a command reported and said."""
    return json.dumps(ran.report) + ran.said


def assert_named(place: Place, path: Path, *codes: int) -> None:
    """The archive is damaged (or as stated), and the file's name is in what is said of it."""
    ran = place.run("verify")
    assert ran.code in (codes or (6,)), (path, found(ran))
    assert path.name in found(ran) or _owner(path) in found(ran), (path, found(ran))


def _owner(path: Path) -> str:
    """What a key file is the key of: where the file is gone, that is named."""
    is_key = path.parent.name in ("deliveries", "parents")
    return path.stem.split("-", 1)[-1] if is_key and not path.exists() else path.name


def flip(place: Place, path: Path, offset: int, bit: int) -> None:
    """Flip one bit, look, and put it back."""
    data = path.read_bytes()
    changed = bytearray(data)
    changed[offset] ^= 1 << bit
    path.chmod(0o600)
    path.write_bytes(changed)
    try:
        assert_named(place, path)
    finally:
        path.write_bytes(data)


@pytest.mark.unmeasured
@pytest.mark.parametrize("part", range(PARTS))
def test_a_flipped_bit_anywhere_is_found_and_its_file_named(place: Place, part: int) -> None:
    """Three hundred bits of all files, each file as often as any other: each ends with 6."""
    chance = random.Random(SEED)
    paths = [path for path in files(place) if path.stat().st_size]
    chosen = [(n, chance.random(), chance.randrange(8)) for n in range(FLIPS_IN_CHECK)]
    for n, where, bit in chosen[part::PARTS]:
        path = paths[n % len(paths)]
        flip(place, path, int(where * path.stat().st_size), bit)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_byte_counts(place: Place, part: int) -> None:
    """A changed byte at every place of every file but the catalogue is found; its seal is by page.

    Of the catalogue's pages, each sealed as a whole, the first, the last and 20 more bytes are.
    """
    chance = random.Random(SEED)
    tried = 0
    for path in files(place):
        size = path.stat().st_size
        for offset in _page_samples(size, chance) if path.suffix == ".db" else range(size):
            bit = chance.randrange(8)
            if offset % 4 == part:
                flip(place, path, offset, bit)
                tried += 1
    assert tried > 1000


def _page_samples(size: int, chance: random.Random) -> Iterator[int]:
    for page in range(0, size, 4096):
        inside = {0, 15, 16, 4015, 4016, 4031, 4032, 4095, *chance.sample(range(4096), 14)}
        yield from (page + offset for offset in sorted(inside))


def test_a_page_of_zeros_and_a_cut_file_are_found(place: Place) -> None:
    """What a failing disk leaves, a stretch of zeros or a short file, is found and named."""
    for path in files(place):
        data = path.read_bytes()
        if not data:
            continue
        path.chmod(0o600)
        for worse in (bytes(min(len(data), 4096)) + data[4096:], data[: len(data) // 2], b""):
            path.write_bytes(worse)
            assert_named(place, path)
        path.write_bytes(data)


def test_a_removed_file_is_found(place: Place, tmp_path: Path) -> None:
    """Every file that is taken away is missed, whichever it is."""
    for path in files(place):
        aside = tmp_path / "aside"
        path.rename(aside)
        if path.name == "frontier.json":
            assert place.run("verify").code == 0, "a cache may be absent"
        else:
            assert_named(place, path)
        aside.rename(path)
    assert place.run("verify").code == 0


@pytest.mark.parametrize("name", ["stray", ".hidden", "copy.json", "x.receipt", "ab" * 32])
def test_an_added_file_is_found(place: Place, name: str) -> None:
    """A file that does not belong is named, in whichever folder of archive or keys it lies."""
    folders = [place.archive, place.keys]
    folders += [path for top in folders for path in top.rglob("*") if path.is_dir()]
    for folder in folders:
        stray = folder / name
        stray.write_bytes(b"{}")
        assert_named(place, stray)
        stray.unlink()
    assert place.run("verify").code == 0


def test_a_copy_of_a_true_file_under_another_name_is_found(place: Place) -> None:
    """Files that are sound in themselves do not pass for others."""
    for path in files(place):
        if path.parent in (place.archive, place.keys):
            continue
        copy = path.with_name(f"d{path.name[1 : -len(path.suffix) or None][::-1]}{path.suffix}")
        if copy != path:
            shutil.copy(path, copy)
            assert_named(place, copy)
            copy.unlink()


@pytest.mark.parametrize("folder", ["objects", "receipts", "deliveries", "parents"])
def test_two_files_that_changed_places_are_found(place: Place, folder: str) -> None:
    """Objects, receipts and keys that were swapped are found, though both are whole."""
    paths = [path for path in files(place) if folder in path.parts][:2]
    if len(paths) < 2:
        paths.append(paths[0].with_name("register.json"))
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.chmod(0o600)
        path.write_bytes(content)
    for path in paths:
        assert_named(place, path)


def test_an_older_version_put_back_is_found(place: Place, small: Place, tmp_path: Path) -> None:
    """Files of a state that was true once do not pass for those of now."""
    account = place.run("account", "list").report["accounts"][0]["account"]
    older = place.copy(tmp_path / "older")
    place.run("ingest", chat(tmp_path / "third", "Cor", range(20, 22)), "--account", account)
    assert place.run("verify").code == 0
    for name in ("log/events.jsonl", "log/checkpoints", "catalogue.db"):
        path = place.archive / name
        now = path.read_bytes()
        shutil.copy(older.archive / name, path)
        assert place.run("verify").code == 6
        path.write_bytes(now)
    for name in ("deliveries", "parents"):
        for path in (place.keys / name).iterdir():
            if not (older.keys / name / path.name).exists():
                now = path.read_bytes()
                path.unlink()
                assert_named(place, path)
                path.write_bytes(now)
    assert place.run("verify").code == 0


def test_keys_of_another_archive_are_told_from_damage(place: Place, tmp_path: Path) -> None:
    """With other keys nothing is called damaged: the keys are wrong, and the exit code is 9."""
    other = new_place(tmp_path / "other")
    shutil.rmtree(place.keys)
    shutil.copytree(other.keys, place.keys)
    for words in (("verify",), ("search", "nota"), ("rebuild",)):
        ran = place.run(*words)
        assert (ran.code, "do not fit" in ran.said) == (9, True), ran.said


def test_the_machine_key_of_another_archive_is_a_wrong_key(place: Place, tmp_path: Path) -> None:
    """A machine key that was made for other keys opens nothing and damages nothing."""
    other = new_place(tmp_path / "other")
    shutil.copy(other.keys / "machine.key", place.keys / "machine.key")
    assert place.run("verify").code == 9


def test_an_archive_of_a_later_format_is_told_from_damage(place: Place) -> None:
    """A changed number of the format is damage; a whole archive of that format is another."""
    path = place.archive / "archive.toml"
    text = path.read_text().replace("format = 1", "format = 2")
    path.write_text(text)
    assert_named(place, path)
    (place.archive / "log" / "events.jsonl").unlink()
    assert place.run("verify").code == 7


def test_keys_that_the_log_does_not_know_are_found(place: Place) -> None:
    """Keys of a delivery that no event names are found, and kept: the log may be an old one."""
    known = next((place.keys / "deliveries").iterdir())
    keys = Keys.open(place.keys)
    held = keys.delivery(known.stem)
    assert held is not None
    keys.write_delivery("dunknown", "register", {"ab" * 32: b"k" * 32})
    keys.write_delivery(known.stem, held.parent, {"cd" * 32: b"k" * 32})
    ran = place.run("verify")
    assert [each["code"] for each in ran.report["damage"]] == ["E-V007", "E-V007"]
    assert place.run("account", "add", *_ACCOUNT).code == 0
    assert "dunknown" in found(place.run("verify"))


_ACCOUNT = (
    "--person", "Cor", "--service", "whatsapp", "--identifier", "+31600000009", "--kind",
    "business", "--owner", "Cor", "--basis", "archiefwet", "--from", "2020-01-01",
)  # fmt: skip


def test_a_changed_name_of_the_ministry_is_found(place: Place) -> None:
    """The identity is checked against the log's first event."""
    path = place.archive / "archive.toml"
    path.write_text(path.read_text().replace("Voorbeeld", "Anders"))
    codes = {each["code"] for each in place.run("verify").report["damage"]}
    assert codes == {"E-V001"}


@pytest.mark.parametrize("text", ['"seq":3', '"items":["', '"delivery":"d', '"key":"register'])
def test_a_log_that_misleads_is_damage_and_no_accident(place: Place, text: str) -> None:
    """An event that states a wrong number, object, delivery or key stops no check half-way."""
    path = place.archive / "log" / "events.jsonl"
    start = path.read_bytes().index(text.encode()) + len(text) - 1
    for offset in range(start, start + 3):
        for bit in range(8):
            flip(place, path, offset, bit)


def test_a_key_that_does_not_open_its_object_is_found(place: Place) -> None:
    """With --full every object is opened: a key that is sound but another one is found."""
    path = next((place.keys / "deliveries").iterdir())
    keys = Keys.open(place.keys)
    held = keys.delivery(path.stem)
    assert held is not None
    keys.write_delivery(path.stem, held.parent, {held.objects[0]: b"k" * 32})
    found = place.run("verify", "--full").report["damage"]
    assert [each["code"] for each in found] == ["E-V003"]
    assert held.objects[0] in found[0]["message"]


def test_a_lost_key_of_the_log_is_found(place: Place) -> None:
    """The key of encrypted detail is needed to read who did what, and is missed."""
    (place.keys / "parents" / "register.json").unlink()
    assert "E-V008" in {each["code"] for each in place.run("verify").report["damage"]}


def test_a_catalogue_that_lacks_records_is_found(place: Place) -> None:
    """Records that were taken out of the catalogue, seal and all, upset its balance."""
    with Archive(place.archive, place.keys, project) as archive:
        archive.catalogue.connection.execute("DELETE FROM holding WHERE item = 3")
    codes = [each["code"] for each in place.run("verify").report["damage"]]
    assert set(codes) == {"E-V012"}
    assert place.run("rebuild").code == 0
    assert place.run("verify").code == 0


def test_keys_of_an_interrupted_write_are_destroyed_by_the_next(
    small: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys for objects that no event names are reported, and the next writer destroys them."""
    place = small.copy(tmp_path / "place")
    account = place.run("account", "list").report["accounts"][0]["account"]
    export = chat(tmp_path / "third", "Cor", range(20, 22))
    known = set(place.files())

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(log.Log, "append", dies)
        assert place.run("ingest", export, "--account", account).code == 130
    left = [path for path in place.files() if path not in known and path.suffix == ".json"]
    assert len(left) == 1
    with Archive(place.archive, place.keys, project) as archive:
        found = {finding.code for finding in verify(archive, Scope())}
        assert "E-V007" in found
        with archive.writing():
            assert [finding.code for finding in archive.noticed] == ["W-V001"]
    assert not left[0].exists()
    assert place.run("verify").code == 0
    assert place.run("ingest", export, "--account", account).report["totals"]["new"] == 6


def test_a_write_ahead_file_that_is_none_is_found(place: Place) -> None:
    """Rubbish in the place of the catalogue's write-ahead file is named."""
    stray = place.archive / "catalogue.db-wal"
    for content in (b"rubbish", bytes(64), os.urandom(4096)):
        stray.write_bytes(content)
        assert_named(place, stray)


def test_the_catalogue_is_checked_against_the_log(place: Place, small: Place) -> None:
    """A catalogue that lost what it had taken in is behind the log, and says how far."""
    account = place.run("account", "list").report["accounts"][0]["account"]
    shutil.copy(place.archive / "catalogue.db", place.folder / "older.db")
    words = ("ingest", chat(place.folder / "third", "Cor", range(20, 22)), "--account", account)
    assert place.run(*words).code == 0
    shutil.copy(place.folder / "older.db", place.archive / "catalogue.db")
    codes = {each["code"] for each in place.run("verify").report["damage"]}
    assert codes == {"E-V011"}


def test_a_sealed_delivery_has_its_own_key_checked(tmp_path: Path) -> None:
    """The key of a sealed delivery, which lies in its own file, is checked like all others."""
    place = released(tmp_path).place
    path = next((place.keys / "deliveries").iterdir())
    for offset in range(0, path.stat().st_size, 40):
        flip(place, path, offset, 1)


def test_a_restored_older_archive_is_found_by_a_newer_head(place: Place, tmp_path: Path) -> None:
    """A head that was kept outside convicts an archive that is older than it."""
    older = place.copy(tmp_path / "older")
    new_account(place, "Dirk Verzonnen", "+31600000007")
    head = tmp_path / "head.checkpoint"
    head.write_text(newest_head(place), "utf-8")
    assert place.run("verify", "--head", head).code == 0
    ran = older.run("verify", "--head", head)
    assert ran.code == 6
    assert {each["code"] for each in ran.report["damage"]} == {"E-L114"}
    new_account(older, "Dirk Anders", "+31600000008")
    ran = older.run("verify", "--head", head)
    assert {each["code"] for each in ran.report["damage"]} == {"E-L115"}, "a fork of the log"
