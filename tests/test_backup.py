"""A backup, brought back elsewhere, answers as the archive did; an old one is refused.

Also here, since they ask the same questions of an archive twice: rebuilding, and writers that race.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from crash.exports import chat
from crash.place import Place, Ran, new_account, new_place, newest_head
from crash.scenario import second

from tests.opened import opened_once

QUERIES = (
    "",
    "nota",
    "goedemorgen",
    "ok",
    '"nota van dag"',
    "nota NOT ok",
    "no*",
    "NEAR(nota klaar)",
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive with an open, an overlapping and a sealed delivery, and one with a question."""
    folder = tmp_path_factory.mktemp("full")
    scenario = second(folder)
    place = scenario.place
    assert place.run(*scenario.words).code == 0
    private = new_account(place, "Bram Fictief", "+31600000002", "private")
    assert (
        place.run("ingest", chat(folder / "x", "Anna", range(13, 16)), "--account", private).code
        == 0
    )
    asked = place.run("ingest", chat(folder / "y", "Cor", range(3, 5)), "--account", private)
    assert asked.report["deliveries"][0]["state"] == "question"
    return place


@pytest.fixture
def place(full: Place, tmp_path: Path) -> Place:
    """A copy of it."""
    return full.copy(tmp_path / "place")


def answers(place: Place) -> list[object]:
    """Everything that can be asked of an archive, and what it says, ids included."""
    with opened_once(place.archive, place.keys):
        return _told(place)


def _told(place: Place) -> list[object]:
    said: list[object] = []
    for query in QUERIES:
        for sealed in ((), ("--sealed",)):
            report = place.run("search", query, "--limit", "0", *sealed).report
            said.append(report)
            if not query:
                said += [
                    place.run(word, hit["id"]).report
                    for hit in report["hits"]
                    for word in ("explain", "show")
                ]
    for words in (("conversations",), ("findings",), ("delivery", "list"), ("account", "list")):
        said.append(place.run(*words).report)
    assert "nota van dag 13" in json.dumps(said)
    return said


def backup_of(place: Place, target: Path) -> Place:
    """Back archive and keys up, the keys after the archive."""
    assert place.run("backup", target / "archive").code == 0
    shutil.copytree(place.keys, target / "keys", dirs_exist_ok=True)
    return Place(target)


def restored(kept: Place, folder: Path, *words: str | Path) -> tuple[Place, Ran]:
    """Bring a backup back to another path."""
    shutil.copytree(kept.keys, folder / "keys")
    place = Place(folder)
    ran = place.run("restore", kept.archive, place.archive, *words)
    return place, ran


def test_a_restored_backup_answers_every_question_alike(place: Place, tmp_path: Path) -> None:
    """After a restore elsewhere every query, explanation and list is the same, word for word."""
    before = answers(place)
    again, ran = restored(backup_of(place, tmp_path / "backup"), tmp_path / "elsewhere")
    assert ran.code == 0, ran.said
    assert again.run("verify", "--full").code == 0
    assert answers(again) == before


def test_a_rebuilt_catalogue_answers_every_question_alike(place: Place) -> None:
    """The catalogue may be deleted: made anew from objects and log, it says the same."""
    before = answers(place)
    for path in place.archive.glob("catalogue.db*"):
        path.unlink()
    assert place.run("rebuild").code == 0
    assert answers(place) == before
    assert place.run("rebuild").code == 0
    assert answers(place) == before
    assert place.run("verify", "--full").code == 0


def test_a_missing_catalogue_is_made_by_whoever_asks_first(place: Place) -> None:
    """Without a catalogue a search makes it first, and then answers."""
    before = answers(place)
    (place.archive / "catalogue.db").unlink()
    assert place.run("search", "", "--limit", "0").report == before[0]
    assert answers(place) == before


def test_a_backup_older_than_an_outside_head_is_refused(place: Place, tmp_path: Path) -> None:
    """A restore with a newer head at hand does not happen, and leaves nothing behind."""
    kept = backup_of(place, tmp_path / "backup")
    new_account(place, "Dirk Verzonnen", "+31600000007")
    head = tmp_path / "head.checkpoint"
    head.write_text(newest_head(place), "utf-8")
    again, ran = restored(kept, tmp_path / "elsewhere", "--head", head)
    assert ran.code == 6
    assert "E-L114" in ran.said
    assert not again.archive.exists()
    renewed = backup_of(place, tmp_path / "backup")
    _, ran = restored(renewed, tmp_path / "anew", "--head", head)
    assert ran.code == 0, ran.said


def test_a_second_backup_copies_only_what_is_new(place: Place, tmp_path: Path) -> None:
    """Objects that are there are not copied again, receipts neither, and a new one is."""
    kept = backup_of(place, tmp_path / "backup")
    old = {path: path.stat().st_ino for path in kept.archive.rglob("*") if path.is_file()}
    report = place.run("backup", kept.archive).report
    assert report["copied"] == 0
    assert report["present"] > 10
    changed = {path.name for path, inode in old.items() if path.stat().st_ino != inode}
    assert changed <= {"archive.toml", "events.jsonl", "checkpoints"}
    account = place.run("account", "list").report["accounts"][0]["account"]
    place.run("ingest", chat(tmp_path / "z", "Eva", range(13, 15)), "--account", account)
    assert place.run("backup", kept.archive).report["copied"] == 5


def test_a_damaged_object_is_not_copied_over_a_sound_one(place: Place, tmp_path: Path) -> None:
    """A backup that meets damage stops and says so; what it had stays as it was."""
    kept = backup_of(place, tmp_path / "backup")
    path = next(path for path in (place.archive / "objects").rglob("*") if path.is_file())
    copy = kept.archive / path.relative_to(place.archive)
    before = copy.read_bytes()
    path.chmod(0o600)
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    assert place.run("verify").code == 6
    place.run("backup", kept.archive)
    assert copy.read_bytes() == before
    copy.unlink()
    ran = place.run("backup", kept.archive)
    assert (ran.code, path.name in ran.said) == (6, True), ran.said
    assert not copy.exists()


def test_a_damaged_backup_is_not_restored(place: Place, tmp_path: Path) -> None:
    """A copy whose log or objects were changed is refused and named."""
    kept = backup_of(place, tmp_path / "backup")
    for name in ("log/events.jsonl", "log/checkpoints"):
        path = kept.archive / name
        sound = path.read_bytes()
        path.write_bytes(sound[:-20] + sound[-20:].swapcase())
        _, ran = restored(kept, tmp_path / name.replace("/", "-"))
        assert ran.code == 6, ran
        path.write_bytes(sound)
    path = next(path for path in (kept.archive / "objects").rglob("*") if path.is_file())
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    _, ran = restored(kept, tmp_path / "object")
    assert (ran.code, path.name in ran.said) == (6, True), ran.said


def test_a_missing_receipt_comes_back(place: Place) -> None:
    """A receipt that was lost is named, and rebuilding writes it anew."""
    path = next((place.archive / "receipts").iterdir())
    path.unlink()
    assert {each["code"] for each in place.run("verify").report["damage"]} == {"E-V004"}
    assert place.run("rebuild").code == 0
    assert path.exists()
    assert place.run("verify").code == 0


# -- writers that race ----------------------------------------------------------------------------


def test_the_same_file_at_once_is_one_delivery(tmp_path: Path) -> None:
    """Three processes take the same file in at the same time: one keeps it, the others know it."""
    place = new_place(tmp_path / "place")
    account = new_account(place, "Anna Voorbeeld", "+31600000001")
    export = chat(tmp_path / "one", "Bram", range(13, 25))
    running = [place.start("ingest", export, "--account", account) for _ in range(3)]
    reports = [_ended(process) for process in running]
    rows = [report["deliveries"][0] for report in reports]
    assert len({row["delivery"] for row in rows}) == 1
    assert sorted(row["new"] for row in rows) == [0, 0, 36]
    assert len(place.run("delivery", "list").report["deliveries"]) == 1
    assert place.run("search", "", "--limit", "0").report["total"] == 36
    assert place.run("verify", "--full").code == 0


def test_different_files_at_once_are_all_kept(tmp_path: Path) -> None:
    """Three processes take three files in at the same time: three deliveries, all records."""
    place = new_place(tmp_path / "place")
    account = new_account(place, "Anna Voorbeeld", "+31600000001")
    days = {"Bram": range(13, 16), "Cor": range(16, 19), "Dirk": range(19, 22)}
    exports = [chat(tmp_path / name, name, each) for name, each in days.items()]
    running = [place.start("ingest", export, "--account", account) for export in exports]
    for process in running:
        assert _ended(process)["deliveries"][0]["new"] == 9
    assert len(place.run("delivery", "list").report["deliveries"]) == 3
    assert place.run("search", "", "--limit", "0").report["total"] == 27
    assert place.run("verify", "--full").code == 0


@pytest.mark.unmeasured
def test_readers_never_fail_while_others_write(tmp_path: Path) -> None:
    """Searches go on answering while deliveries come in and the catalogue is rebuilt."""
    place = new_place(tmp_path / "place")
    account = new_account(place, "Anna Voorbeeld", "+31600000001")
    place.run("ingest", chat(tmp_path / "one", "Bram", range(13, 25)), "--account", account)
    stop = threading.Event()

    def write() -> None:
        for n in range(4):
            export = chat(tmp_path / str(n), f"Gesprek {n}", range(25 + n, 26 + n))
            _ended(place.start("ingest", export, "--account", account))
            _ended(place.start("rebuild"))
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    totals = []
    while not stop.is_set():
        found = place.run("search", "goedemorgen", "--limit", "5")
        assert found.code == 0, found.said
        totals.append(found.report["total"])
    writer.join()
    assert len(totals) > 5
    assert min(totals) >= 12
    assert place.run("search", "goedemorgen", "--limit", "5").report["total"] == 16
    assert place.run("verify", "--full").code == 0


def _ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a command reported that was begun before."""
    out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return dict(json.loads(out))
