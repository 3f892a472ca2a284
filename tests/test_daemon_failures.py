"""What goes wrong with one source stops no other, loses nothing, and is told of once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archiver.daemon import set_aside, take
from archiver.daemon.failure import finding_of, rests
from archiver.daemon.look import look
from archiver.daemon.rounds import Rounds
from archiver.errors import (
    DiskFull,
    ExitCode,
    NotAuthorised,
    SourceChanged,
    UnreadableSource,
)
from archiver.intake import OverLimit
from archiver.model import State
from archiver.pipeline.outcome import Outcome
from archiver.store.lock import WriterLock
from archiver.wording import describe
from tests.ministry import mail
from tests.watched import Yard, yard

pytestmark = pytest.mark.usefixtures("english_again")


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


# -- what goes wrong ------------------------------------------------------------------------------


def _failing(name: str, error: Exception) -> Callable[..., Outcome]:
    real = take.take_in

    def take_in(bench: Any, part: Path, account: Any) -> Outcome:
        if part.name == name:
            raise error
        return real(bench, part, account)

    return take_in


def test_one_failing_delivery_stops_no_other(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error becomes an alarm without its words; the source stays and is tried again later."""
    for name in ("a.eml", "b.eml", "c.eml"):
        at.put(name, mail(ord(name[0]), f"brief {name}"))
    error = ValueError("de tekst van een bericht")
    monkeypatch.setattr(take, "take_in", _failing("b.eml", error))

    assert len(at.rounds(5)) == 2
    assert at.left() == ["b.eml"]
    assert at.codes() == ["E-A004"]
    assert not any("tekst van een bericht" in said for said in at.told)
    monkeypatch.undo()
    assert len(at.rounds()) == 1
    assert at.remembered() == {}


def test_a_folder_that_had_to_lie_still_first_leaves_no_alarm(at: Yard) -> None:
    """Once its content is taken in, what was told of the folder is over."""
    at.put("map/a.part", mail(1, "een"))
    os.mkfifo(at.folder / "map" / "pijp")
    with at.watching() as watcher:
        list(watcher.until_still())
    assert list(at.remembered()) == ["W-A002"]
    (at.folder / "map" / "a.part").rename(at.folder / "map" / "a.eml")
    assert len(at.rounds(4)) == 1
    assert at.remembered() == {"E-A001": ["jan-mail/map/pijp"]}


def test_a_folder_is_tried_again_when_something_in_it_failed(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure of one file in a folder does not make the rest of the folder wait for ever."""
    at.put("map/a.eml", mail(1, "een"))
    at.put("map/b.eml", mail(2, "twee"))
    monkeypatch.setattr(take, "take_in", _failing("a.eml", SourceChanged(path="a.eml")))

    assert len(at.rounds()) == 1
    monkeypatch.undo()
    assert len(at.rounds()) == 1
    assert at.codes() == ["W-A001"]


def test_a_full_disk_leaves_every_source_where_it_was(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarm is raised once, and when there is room again all is taken in."""
    at.put("a.eml", mail(1, "een"))
    with at.watching() as watcher:
        monkeypatch.setattr(take, "take_in", _failing("a.eml", DiskFull(path="objects")))
        for _ in range(4):
            assert list(watcher.round()) == []
        assert at.left() == ["a.eml"]
        assert watcher.failures == [ExitCode.PRECONDITION]
        monkeypatch.undo()
        assert len([one for _ in range(2) for one in watcher.round()]) == 1
    assert at.codes() == ["E-A007"]
    assert at.remembered() == {}


def test_a_busy_archive_is_tried_again(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer makes the watcher wait; nothing is lost and nothing is alarming."""
    monkeypatch.setattr("archiver.daemon.rounds._SOON", 0.1)
    at.put("a.eml", mail(1, "een"))
    with at.watching() as watcher:
        with WriterLock(at.office.archive / "lock"):
            assert list(watcher.round()) == []
            assert watcher.failures == [ExitCode.LOCKED]
        assert len([one for _ in range(2) for one in watcher.round()]) == 1
        assert watcher.failures == []
    assert at.codes() == []


def test_a_missing_drop_folder_is_an_alarm(at: Yard) -> None:
    """A share that is not mounted stops nothing but the reading of it."""
    at.drop.rename(at.drop.with_name("weg"))
    at.rounds(3)
    assert at.codes() == ["E-A008"]
    at.drop.with_name("weg").rename(at.drop)
    at.rounds(1)
    assert at.remembered() == {}


def test_a_folder_that_may_not_be_read_stops_no_other(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of one account can be closed to the watcher; the others are read."""
    at.office.account("kees", service="mail")
    (at.drop / "kees-mail").mkdir()
    (at.drop / "kees-mail" / "a.eml").write_text(mail(1, "een"))
    real = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("jan-mail"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert len(at.rounds()) == 1
    assert at.remembered() == {"E-A003": ["jan-mail"]}
    monkeypatch.undo()
    at.rounds()
    assert at.remembered() == {}


def test_a_source_that_cannot_be_set_aside_is_not_taken_in_again_and_again(at: Yard) -> None:
    """It is kept once and stays, with an alarm; a later start sets it aside."""
    (at.folder / ".kept").write_text("staat in de weg")
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds(5)
    assert at.types().count("delivery.kept") == 1
    assert "delivery.repeated" not in at.types()
    assert at.codes() == ["E-A005"]
    (at.folder / ".kept").unlink()
    with at.watching() as watcher:
        list(_some(watcher, 3))
    assert at.left() == []
    assert at.remembered() == {}


def _some(watcher: Rounds, number: int) -> Iterator[Outcome]:
    """Let the watcher run as it does for good, and stop it after some rounds."""
    bell, count = watcher.bell, 0
    real = bell.wait

    def wait(seconds: float) -> bool:
        nonlocal count
        count += 1
        if count >= number:
            bell.stop()
        return real(0.01)

    bell.wait = wait  # type: ignore[method-assign]
    yield from watcher.until_stopped()


def test_a_source_that_was_replaced_meanwhile_is_taken_in_too(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in the place of a source between reading and setting aside is never lost."""
    path = at.put("export.eml", mail(1, "eerste"))
    real = take.take_in

    def take_in(bench: Any, part: Path, account: Any) -> Outcome:
        found = real(bench, part, account)
        path.write_text(mail(2, "het tweede, langere bericht"))
        return found

    monkeypatch.setattr(take, "take_in", take_in)
    assert len(at.rounds()) == 1
    assert at.left() == ["export.eml"]
    assert at.codes() == ["W-A001"]
    monkeypatch.undo()
    at.rounds()
    assert at.left() == []
    assert at.office.search("tweede")["total"] == 1


def test_a_folder_that_became_a_link_is_not_followed(at: Yard, tmp_path: Path) -> None:
    """Nothing outside the account's folder can be moved by putting a link in a folder's place."""
    (tmp_path / "elders").mkdir()
    (tmp_path / "elders" / "a.eml").write_text("niet verplaatsen")
    (at.folder / "map").symlink_to(tmp_path / "elders")
    seen = look(tmp_path / "elders" / "a.eml")

    with pytest.raises(UnreadableSource):
        set_aside.set_aside(at.folder, ("map", "a.eml"), seen, b"bewijs", date(2026, 5, 1))
    set_aside.prune(at.folder, ("map",))
    assert (tmp_path / "elders" / "a.eml").exists()


def test_custody_is_an_alarm(tmp_path: Path) -> None:
    """A delivery that no legal basis covers is kept unread, and told of until one does."""
    at = yard(tmp_path, basis="geen")
    at.put("a.eml", mail(1, "een"))
    (found,) = at.rounds()

    assert found.state is State.CUSTODY
    assert at.kept() == ["a.eml", "a.eml.receipt"]
    assert at.codes() == ["E-A006"]
    assert at.remembered() == {"E-A006": [f":custody:{found.delivery}"]}


def test_whoever_may_no_longer_act_is_stopped(at: Yard) -> None:
    """Rights are asked for in every round, since a watcher runs for months."""
    login = at.office.json("officer", "list")["officers"][0]["login"]
    with at.watching() as watcher:
        list(watcher.round())
        assert at.office.run("officer", "add", "--login", login, "--role", "sorter").code == 0
        with pytest.raises(NotAuthorised):
            list(watcher.round())


def test_errors_become_findings_that_hold_no_text() -> None:
    """Each has a code of its own, and only what cannot change by itself rests."""
    errors = {
        "E-A002": OverLimit(path="x", limit=5, what="files"),
        "W-A001": SourceChanged(path="x"),
        "E-A003": UnreadableSource(path="x", reason="Permission denied"),
        "E-A004": ValueError("geheim"),
    }
    found = {code: finding_of(error, "map/x") for code, error in errors.items()}

    assert {code: one.code for code, one in found.items()} == {code: code for code in errors}
    assert describe("E-A002", found["E-A002"].values).startswith("map/x holds more than 5 files.")
    assert "geheim" not in str(found["E-A004"].values)
    assert [code for code, error in errors.items() if rests(error)] == ["E-A002"]


# -- crash ----------------------------------------------------------------------------------------

_KILLED = """
import os, signal, sys
from archiver.daemon import take
take.set_aside = lambda *all: os.kill(os.getpid(), signal.SIGKILL)
from archiver.commands import main
sys.exit(main())
"""


def test_a_kill_between_keeping_and_setting_aside_loses_and_doubles_nothing(at: Yard) -> None:
    """The next run knows the file by its digest, sets it aside, and nothing is kept twice."""
    at.put("brief.eml", mail(1, "tekst"))
    killed = at.start("--once", program=_KILLED)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert at.left() == ["brief.eml"]
    assert at.types().count("delivery.kept") == 1

    (again,) = at.rounds()
    assert again.repeated
    assert at.left() == []
    assert at.kept() == ["brief.eml", "brief.eml.receipt"]
    assert at.office.search("tekst")["total"] == 1
    assert at.office.json("verify")["ok"]


def test_a_receipt_that_a_crash_prevented_is_written_then(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No source is set aside without its receipt."""
    at.put("brief.eml", mail(1, "tekst"))
    monkeypatch.setattr(take, "set_aside", lambda *all: (_ for _ in ()).throw(OSError("weg")))
    (found,) = at.rounds()
    (at.office.archive / "receipts" / f"{found.delivery}.receipt").unlink()
    monkeypatch.undo()
    with at.watching() as watcher:
        list(_some(watcher, 3))

    assert at.kept() == ["brief.eml", "brief.eml.receipt"]
    assert at.office.json("verify")["ok"]


def test_what_takes_a_sources_place_at_the_last_moment_goes_back(
    at: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last look and the move a file can still be replaced: it is put back."""
    path = at.put("export.eml", mail(1, "eerste"))
    seen = look(path)
    looks = iter((seen, "iets anders"))
    monkeypatch.setattr(set_aside, "look", lambda path: next(looks))

    with pytest.raises(SourceChanged):
        set_aside.set_aside(at.folder, ("export.eml",), seen, b"bewijs", date(2026, 5, 1))
    assert at.left() == ["export.eml"]
    assert at.kept() == []
