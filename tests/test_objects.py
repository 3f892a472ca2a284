"""Objects get their place only when they are whole, and what a crash leaves is put right."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from full_disk import FullDisk

from archiver.errors import Damage, DiskFull, NoSuchThing
from archiver.model import Finding
from archiver.store import files
from archiver.store.envelope import Stored
from archiver.store.objects import Objects, digest
from archiver.store.staging import NotSynced, Staging

KEY = bytes(range(32))


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    """An empty object store."""
    return Objects(tmp_path)


def put(staging: Staging, plain: bytes, kind: str = "original") -> Stored:
    """Seal bytes as an object in a staging folder."""
    writer = staging.writer(kind, KEY, chunk_size=64)
    writer.write(plain)
    return writer.finish()


def store(objects: Objects, plain: bytes) -> str:
    """Store bytes as one object, as an ingest does."""
    with objects.stage() as staging:
        name = put(staging, plain).name
        staging.sync()
        staging.publish([name])
    return name


def everything(folder: Path) -> list[str]:
    """All files below a folder, with their paths."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def spoil(path: Path) -> None:
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


def codes(findings: list[Finding]) -> list[str]:
    """The codes of findings."""
    return [finding.code for finding in findings]


def test_a_stored_object_can_be_read(tmp_path: Path, objects: Objects) -> None:
    """An object lies read-only under its own digest, and staging is empty again."""
    name = store(objects, b"besluit" * 50)
    assert everything(tmp_path) == [f"objects/{name[:2]}/{name}"]
    assert stat.S_IMODE(objects.path(name).stat().st_mode) == 0o400
    assert list((tmp_path / "staging").iterdir()) == []
    with objects.open(name, KEY) as stream:
        assert stream.read() == b"besluit" * 50
    assert objects.has(name)
    assert objects.rehash(name)
    assert list(objects.names()) == [name]


def test_many_objects_are_published_at_once(objects: Objects) -> None:
    """All objects of a delivery take their places together, in any order, named twice or not."""
    with objects.stage() as staging:
        names = [put(staging, bytes([number])).name for number in range(20)]
        staging.sync()
        staging.publish(reversed(names + names))
        staging.publish(names)
    assert list(objects.names()) == sorted(names)


def test_what_is_not_published_is_removed(tmp_path: Path, objects: Objects) -> None:
    """Leaving the staging folder without publishing leaves nothing, finished or not."""
    with objects.stage() as staging:
        put(staging, b"finished")
        staging.sync()
        staging.writer("original", KEY).write(b"not finished")
    assert everything(tmp_path) == []
    assert list((tmp_path / "staging").iterdir()) == []


def test_an_error_before_anything_was_synced_leaves_nothing(
    tmp_path: Path, objects: Objects
) -> None:
    """An ingest that fails while it still reads leaves no trace in the store."""
    with pytest.raises(RuntimeError), objects.stage() as staging:
        put(staging, b"finished")
        raise RuntimeError
    assert everything(tmp_path) == []


def test_an_error_after_the_sync_keeps_what_the_log_may_name(objects: Objects) -> None:
    """When publishing fails after the event was written, the next writer finishes it."""
    with pytest.raises(RuntimeError), objects.stage() as staging:
        name = put(staging, b"named by an event").name
        staging.sync()
        raise RuntimeError
    assert not objects.has(name)
    assert objects.recover(lambda each: each == name) == [name]
    assert objects.rehash(name)
    assert list(objects.untracked()) == []


def test_nothing_is_published_unsynced(objects: Objects) -> None:
    """An object that was finished after the last sync does not get its place."""
    with objects.stage() as staging:
        staging.sync()
        name = put(staging, b"late").name
        with pytest.raises(NotSynced):
            staging.publish([name])
        assert not objects.has(name)


def test_what_is_not_there_is_not_published(objects: Objects) -> None:
    """Publishing a name that nobody staged is refused."""
    with objects.stage() as staging, pytest.raises(NoSuchThing):
        staging.publish(["0" * 64])


def test_names_that_are_no_digest_open_nothing(objects: Objects) -> None:
    """The name of an object can never be a path to somewhere else."""
    for name in ("", "../archive.toml", "A" * 64, "0" * 63):
        assert not objects.has(name)
        with pytest.raises(NoSuchThing):
            objects.open(name, KEY)
    with pytest.raises(NoSuchThing):
        objects.open("0" * 64, KEY)


def test_an_existing_object_is_trusted_only_when_it_is_right(
    tmp_path: Path, objects: Objects
) -> None:
    """Where a damaged file has an object's name already, the staged one takes its place."""
    with objects.stage() as staging:
        name = put(staging, b"text" * 30).name
        staging.sync()
        shutil.copy(staging.folder / name, tmp_path / "copy")
        staging.publish([name])
    spoil(objects.path(name))
    with objects.stage() as staging:
        shutil.move(tmp_path / "copy", staging.folder / name)
        staging.sync()
        staging.publish([name])
    assert objects.rehash(name)


def test_a_right_object_stays_as_it_is(tmp_path: Path, objects: Objects) -> None:
    """Publishing what is there already changes nothing and leaves nothing in staging."""
    name = store(objects, b"text")
    before = objects.path(name).stat()
    with objects.stage() as staging:
        shutil.copy(objects.path(name), staging.folder / name)
        staging.sync()
        staging.publish([name])
        assert everything(staging.folder) == ["lock"]
    assert objects.path(name).stat().st_ino == before.st_ino


def test_the_order_of_syncs(objects: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is synced before its name counts, and both folders before publishing returns."""
    calls: list[str] = []

    def traced(fd: int) -> None:
        path = Path(f"/proc/self/fd/{fd}").readlink()
        calls.append(f"sync {path.parent.name if path.is_file() else path.name}")

    def traced_rename(source: Path, target: Path) -> None:
        calls.append("rename")
        source.rename(target)

    with objects.stage() as staging:
        monkeypatch.setattr(files, "sync", traced)
        name = put(staging, b"x").name
        staging.sync()
        assert calls == [f"sync {staging.folder.name}"] * 2
        calls.clear()
        monkeypatch.setattr(files, "rename", traced_rename)
        staging.publish([name])
        assert calls.index("rename") < calls.index(f"sync {name[:2]}")
        assert sorted(calls[calls.index("rename") :]) == sorted(
            ["rename", "sync objects", f"sync {name[:2]}", f"sync {staging.folder.name}"]
        )


DIE = """
import os, pathlib, sys
from archiver.store.objects import Objects
with Objects(pathlib.Path(sys.argv[1])).stage() as staging:
    names = []
    for text in (b"one", b"two"):
        writer = staging.writer("original", bytes(range(32)))
        writer.write(text)
        names.append(writer.finish().name)
    staging.writer("original", bytes(32)).write(b"half" * 50000)
    staging.sync()
    sys.stdout.write(" ".join(names) + "\\n")
    sys.stdout.flush()
    if sys.argv[2] == "die":
        os._exit(9)
    sys.stdin.read()
"""


def stage_elsewhere(root: Path, *, die: bool) -> tuple[subprocess.Popen[str], list[str]]:
    """Start a process that stages two objects and then dies or waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", DIE, str(root), "die" if die else "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().split()


def test_what_a_dead_process_staged_is_published_or_cleared(
    tmp_path: Path, objects: Objects
) -> None:
    """Objects that the log names get their places, all else of a dead process goes."""
    process, (named, unnamed) = stage_elsewhere(tmp_path, die=True)
    assert process.wait() == 9
    assert {path.name for path in objects.untracked()} > {named, unnamed}
    assert objects.recover(lambda name: name == named) == [named]
    assert everything(tmp_path) == [f"objects/{named[:2]}/{named}"]
    assert objects.rehash(named)
    assert objects.recover(lambda name: True) == []


def test_what_a_living_process_stages_is_left_alone(tmp_path: Path, objects: Objects) -> None:
    """A staging folder in use is neither cleared nor reported, until its process has ended."""
    process, names = stage_elsewhere(tmp_path, die=False)
    assert objects.recover(lambda name: True) == []
    assert list(objects.untracked()) == []
    assert len(everything(tmp_path)) == 4
    process.kill()
    process.wait()
    assert sorted(objects.recover(lambda name: True)) == sorted(names)
    process.communicate()


def test_a_process_that_died_at_once_is_cleared(tmp_path: Path, objects: Objects) -> None:
    """A staging folder without even a lock belongs to a process that died at birth."""
    (tmp_path / "staging" / "0123456789abcdef").mkdir(parents=True)
    assert objects.recover(lambda name: True) == []
    assert list((tmp_path / "staging").iterdir()) == []


def test_recovering_an_empty_archive_does_nothing(tmp_path: Path, objects: Objects) -> None:
    """Where nothing was ever staged, there is nothing to recover and nothing is made."""
    assert objects.recover(lambda name: True) == []
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_publishing_is_finished_later(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash at any rename, every object is in its place once recovery has run."""
    for at in range(4):
        with (
            pytest.raises(RuntimeError),
            monkeypatch.context() as patch,
            objects.stage() as staging,
        ):
            names = [put(staging, os.urandom(9)).name for _ in range(4)]
            staging.sync()
            patch.setattr(files, "rename", failing_after(at))
            staging.publish(names)
        recovered = objects.recover(lambda name: True)
        assert len(recovered) == 4 - at
        assert all(objects.rehash(name) for name in names)
    assert list(objects.untracked()) == []


def failing_after(at: int) -> Callable[[Path, Path], None]:
    """A rename that works `at` times and then fails."""
    left = iter(range(at))

    def wrapped(source: Path, target: Path) -> None:
        if next(left, None) is None:
            raise RuntimeError
        source.rename(target)

    return wrapped


def test_a_damaged_staged_object_is_kept_for_inspection(tmp_path: Path, objects: Objects) -> None:
    """An object that the log names but that is damaged is not published and not thrown away."""
    with pytest.raises(RuntimeError), objects.stage() as staging:
        names = [put(staging, os.urandom(200)).name for _ in range(2)]
        staging.sync()
        raise RuntimeError
    spoil(staging.folder / names[0])
    assert objects.recover(lambda name: True) == [names[1]]
    assert list(objects.untracked()) == [staging.folder / names[0]]
    assert codes(list(objects.check(names))) == ["E-O001", "W-O001"]


def test_a_full_disk_leaves_nothing(
    tmp_path: Path, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever size the disk is full, the store is as it was before."""
    store(objects, b"earlier")
    before = everything(tmp_path)
    for room in range(0, 400, 23):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", FullDisk(room, 11).write)
            with pytest.raises(DiskFull):
                store(objects, bytes(400))
        assert everything(tmp_path) == before


def test_the_check_names_what_is_missing_changed_and_strange(
    tmp_path: Path, objects: Objects
) -> None:
    """Every way in which the store differs from the log is a finding of its own."""
    sound, changed, missing, unnamed = (store(objects, bytes([number])) for number in range(4))
    spoil(objects.path(changed))
    objects.path(missing).unlink()
    strange = [
        tmp_path / "objects" / "notes.txt",
        tmp_path / "objects" / "00" / sound,
        tmp_path / "objects" / sound[:2] / "ab",
        tmp_path / "staging" / "stray",
    ]
    for path in strange:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    link = tmp_path / "objects" / sound[:2] / (sound[:2] + "0" * 62)
    link.symlink_to(objects.path(sound))
    findings = list(objects.check([sound, changed, missing]))
    found = {(finding.code, finding.values.get("name", "")) for finding in findings}
    assert found == {("E-O001", missing), ("E-O002", changed), ("W-O002", unnamed), ("W-O001", "")}
    paths = {finding.values["path"] for finding in findings if finding.code == "W-O001"}
    assert paths == {str(path) for path in [*strange, link]}


def test_a_sound_store_has_no_findings(objects: Objects) -> None:
    """Where everything is as the log says, the check is silent."""
    names = [store(objects, bytes([number])) for number in range(3)]
    assert list(objects.check(names)) == []


def test_two_swapped_objects_do_not_open(objects: Objects) -> None:
    """An object's file under another object's name is not taken for it."""
    one, two = store(objects, b"one"), store(objects, b"two")
    objects.path(one).rename(objects.path(two))
    assert not objects.rehash(two)
    with pytest.raises(Damage), objects.open(two, bytes(32)) as stream:
        stream.read()


def test_staged_files_have_the_digest_they_are_named_by(objects: Objects) -> None:
    """The name that an object gets is the digest of the file, as any tool computes it."""
    with objects.stage() as staging:
        stored = put(staging, os.urandom(1000))
        assert digest(staging.folder / stored.name) == stored.name
        assert (staging.folder / stored.name).stat().st_size == stored.size
