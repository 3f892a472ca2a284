"""Full text is merged bit by bit at night, and after a rebuild."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.daemon import upkeep
from archiver.store.archive import Archive
from tests.ministry import Ministry, mail
from tests.test_night import TODAY, _night
from tests.watched import Yard, yard

_WORDS = ("besluit", "agenda", "verslag", "notulen", "voorstel")

_HOLDER = """
import sys
from pathlib import Path
from archiver.store.lock import WriterLock
with WriterLock(Path(sys.argv[1]) / "lock"):
    print(flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive into which several deliveries came, one after the other."""
    found = yard(tmp_path)
    for number, word in enumerate(_WORDS):
        found.office.ingest(found.office.write(f"{word}.eml", mail(number, word)))
    return found


def _parts(office: Ministry) -> int:
    with office.opened() as archive:
        return _count(archive)


def _count(archive: Archive) -> int:
    (found,) = archive.catalogue.connection.execute(
        "SELECT count(DISTINCT segid) FROM text_open_idx"
    ).fetchone()
    return int(found)


def _answers(office: Ministry) -> list[list[str]]:
    return [[hit["id"] for hit in office.search(word)["hits"]] for word in _WORDS]


def test_a_night_merges_full_text(at: Yard) -> None:
    """After it every word is looked up in one place, and every answer is the same."""
    before = _answers(at.office)
    assert _parts(at.office) > 1
    _night(at)
    assert _parts(at.office) == 1
    assert _answers(at.office) == before
    with at.office.opened() as archive:
        archive.catalogue.connection.execute(
            "INSERT INTO text_open(text_open, rank) VALUES('integrity-check', 1)"
        )


def test_a_step_is_bounded_and_the_next_goes_on(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a step began is finished by others, in another run of the program too."""
    monkeypatch.setattr("archiver.store.catalogue.merge.PAGES", 1)
    before = _answers(at.office)
    for _ in range(20):
        with at.office.opened() as archive, archive.writing():
            more = archive.catalogue.merge()
        assert _answers(at.office) == before
    assert not more
    assert _parts(at.office) == 1


def test_a_night_merges_no_more_than_a_night_allows(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is left for another night."""
    monkeypatch.setattr(upkeep, "_STEPS", 0)
    parts = _parts(at.office)
    _night(at)
    assert _parts(at.office) == parts


def test_whoever_writes_goes_first(at: Yard) -> None:
    """While another process holds the writer's lock nothing is merged, and nothing fails."""
    with at.office.opened() as archive:
        parts = _count(archive)
        command = [sys.executable, "-c", _HOLDER, str(at.office.archive)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            upkeep.merge_text(archive, lambda: False)
            holder.communicate(b"")
        assert _count(archive) == parts


def test_the_watcher_stops_between_two_steps(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops the watcher waits for one step at most."""
    monkeypatch.setattr("archiver.store.catalogue.Catalogue.merge", lambda _: True)
    stop = iter((False, True))
    with at.office.opened() as archive:
        upkeep.merge_text(archive, lambda: next(stop))
    assert list(stop) == []


def test_a_rebuilt_catalogue_is_merged(at: Yard) -> None:
    """Nobody waits while a catalogue is made anew, so its full text is merged at the end."""
    before = _answers(at.office)
    assert at.office.run("rebuild").code == 0
    assert _parts(at.office) == 1
    assert _answers(at.office) == before


def test_the_report_comes_before_the_merging(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """What officers wait for is written first."""
    told: list[list[str]] = []
    monkeypatch.setattr(
        "archiver.daemon.night.merge_text", lambda archive, stopped: told.append(list(at.told))
    )
    _night(at)
    assert any(str(TODAY - timedelta(days=1)) in line for line in told[0])
