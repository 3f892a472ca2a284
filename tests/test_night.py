"""What the watcher does once a day: the night report, silence, and removing old copies."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from archiver.daemon import due
from archiver.daemon.ledger import Ledger
from archiver.language import use
from archiver.store.catalogue import today as moment
from archiver.store.last_event import last_event
from tests.ministry import TODAY, chat, mail
from tests.watched import Yard, yard

pytestmark = pytest.mark.usefixtures("english_again")

LINES = [(0, "", "Lien heeft de groep “Overleg” gemaakt"), (1, "Lien", "Het besluit ligt klaar")]


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


def _night(at: Yard, **values: str) -> None:
    """Let a round be the first one after midnight."""
    at.rounds(1, **values)
    with (
        at.office.opened() as archive,
        archive.writing(),
        archive.catalogue.transaction() as connection,
    ):
        ledger = Ledger(moment.recall(connection))
        ledger.memory.night = (TODAY - timedelta(days=1)).isoformat()
        moment.remember(connection, ledger.encode())
    at.rounds(1, **values)


def _age(at: Yard, days: int) -> None:
    """Make everything that was set aside so old."""
    day = TODAY - timedelta(days=days)
    for path in (at.folder / ".kept").iterdir():
        path.rename(path.with_name(f"{day}{path.name[10:]}"))
    for path in at.folder.glob(".*.receipt"):
        os.utime(path, (path.stat().st_mtime - days * 86_400,) * 2)


def test_the_night_report_is_written_once_a_day(at: Yard, tmp_path: Path) -> None:
    """What arrived, failed, waits and is due, with the command to paste, and an event."""
    folder = tmp_path / "verslagen"
    at.put("raadsel.bin", b"\x00 niemand kent dit")
    (at.folder / "Willeke").symlink_to("ergens")
    at.rounds(2, RECEIPTS_FOLDER=str(folder))
    _night(at, RECEIPTS_FOLDER=str(folder))
    at.rounds(3, RECEIPTS_FOLDER=str(folder))
    text = (folder / f"night-{TODAY}.txt").read_text("utf-8")

    assert "Failed:\n  Delivery d" in text
    assert "Sources that stay in the drop folder (E-A001): 1. (administrator)" in text
    assert "There is no backup yet. (administrator)  [chatarchief backup DIR]" in text
    assert "  E-A001 (1): Put the file itself there" in text
    assert "Free on the disk:" in text
    assert at.types().count("night.reported") == 1
    assert "Willeke" not in text


def test_the_first_run_of_all_reports_nothing(at: Yard) -> None:
    """A night report is about a day that was watched."""
    at.rounds()
    assert "night.reported" not in at.types()


def test_the_report_is_in_dutch_when_dutch_is_spoken(at: Yard, tmp_path: Path) -> None:
    """Every sentence of it has its Dutch."""
    use("nl")
    _night(at, RECEIPTS_FOLDER=str(tmp_path / "verslagen"))
    text = (tmp_path / "verslagen" / f"night-{TODAY}.txt").read_text("utf-8")

    assert text.startswith("Nachtverslag van chatarchief-")
    assert "Er is nog geen reservekopie. (beheerder)" in text


def test_without_a_place_the_report_goes_to_the_journal(at: Yard, tmp_path: Path) -> None:
    """It is told instead; a place that cannot be written is an alarm as well."""
    _night(at)
    assert any(said.startswith("Night report of") for said in at.told)
    at.told.clear()
    (tmp_path / "vol").write_text("geen map")
    _night(at, RECEIPTS_FOLDER=str(tmp_path / "vol"))
    assert any(said.startswith("Night report of") for said in at.told)
    assert at.codes()[-1] == "E-A012"


def test_silence_is_an_alarm(tmp_path: Path) -> None:
    """An account in use of which nothing arrives is told of once, until something arrives."""
    at = yard(tmp_path)
    at.office.account("oud", service="mail", **{"to": "2002-01-01"})
    _night(at)
    _night(at)
    assert at.codes() == ["W-A004"]
    assert at.remembered() == {"W-A004": [f":silence:{at.account}"]}
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds()
    _night(at)
    assert at.remembered() == {}


def test_a_disk_that_fills_up_is_an_alarm(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised before the disk is full."""
    free = SimpleNamespace(free=3 * 1024**3)
    monkeypatch.setattr("archiver.daemon.night.shutil.disk_usage", lambda path: free)
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds()
    _night(at)
    assert at.codes() == ["W-A005"]


def test_custody_is_forgotten_once_a_basis_covers(tmp_path: Path) -> None:
    """The alarm holds as long as the delivery is in custody."""
    at = yard(tmp_path, basis="geen")
    path = at.put("a.eml", mail(1, "een"))
    content = path.read_text("utf-8")
    at.rounds()
    _night(at)
    assert list(at.remembered()) == ["E-A006"]
    assert at.office.run("account", "change", at.account, "--basis", "archiefwet").code == 0
    at.put("a.eml", content)
    at.rounds()
    _night(at)
    assert at.remembered() == {}


def test_old_copies_are_removed_when_the_archive_has_them(at: Yard) -> None:
    """Files and whole folders, their receipts and the day's folder go; it is an event."""
    at.put("brief.eml", mail(1, "tekst"))
    at.put("map/sub/a.eml", mail(2, "tekst"))
    at.put("chat/WhatsApp-chat met Overleg.txt", chat(LINES))
    at.rounds()
    _age(at, 30)
    _night(at)
    assert len(at.kept()) == 6
    _age(at, 31)
    _night(at)

    assert at.kept() == []
    assert list(at.folder.iterdir()) == [] or list(at.folder.iterdir()) == [at.folder / ".kept"]
    (event,) = [one for one in at.office.events() if one["type"] == "source.removed"]
    assert event["counts"] == {"removed": 3}


def test_a_copy_that_the_archive_does_not_certainly_have_stays(at: Yard) -> None:
    """A damaged object, another content or a lost receipt: the copy stays, with an alarm."""
    (found,) = (at.put("brief.eml", mail(1, "tekst")), at.rounds())[1]
    _age(at, 40)
    receipt = at.office.archive / "receipts" / f"{found.delivery}.receipt"
    receipt.rename(receipt.with_suffix(".weg"))
    _night(at)
    assert at.kept() == ["brief.eml", "brief.eml.receipt"]
    assert at.codes() == ["W-A003"]
    receipt.with_suffix(".weg").rename(receipt)

    (name,) = at.office.events()[found.seq]["objects"]["original"]
    stored = at.office.archive / "objects" / name[:2] / name
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1] + b"!")
    _night(at)
    assert at.kept() == ["brief.eml", "brief.eml.receipt"]


def test_a_copy_that_was_changed_stays(at: Yard) -> None:
    """What lies there is compared with what was taken in, and not its name."""
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds()
    _age(at, 40)
    (copy,) = (at.folder / ".kept").rglob("brief.eml")
    copy.write_text("iets anders")
    _night(at)
    assert "brief.eml" in at.kept()
    assert at.codes() == ["W-A003"]


def test_a_copy_that_waits_for_an_officer_stays(at: Yard) -> None:
    """However old it is, a quarantined delivery keeps its source."""
    at.put("raadsel.bin", b"\x00 niemand kent dit")
    at.put("bewijs.receipt", "geen ontvangstbewijs maar een bestand")
    at.rounds()
    _age(at, 400)
    _night(at)

    assert at.kept() == [
        "bewijs.receipt", "bewijs.receipt.receipt", "raadsel.bin", "raadsel.bin.receipt",
    ]  # fmt: skip
    assert at.codes() == []


def test_the_newest_head_outside_is_found(at: Yard, tmp_path: Path) -> None:
    """Only this archive's heads count, and only those that name a day."""
    folder = tmp_path / "koppen"
    folder.mkdir()
    with at.office.opened() as archive:
        name = archive.identity.name
        assert due.last_head(archive, None) is None
        assert due.last_head(archive, folder) is None
        for file in (f"{name}-2026-01-02", f"{name}-2026-03-04", f"{name}-later", "x-2027-01-01"):
            (folder / f"{file}.checkpoint").write_text("kop")
        assert due.last_head(archive, folder) == date(2026, 3, 4)


def test_the_last_event_of_a_type_is_found(at: Yard) -> None:
    """Without reading the log from its beginning; only whole, signed events count."""
    at.put("a.eml", mail(1, "een"))
    at.put("b.eml", mail(2, "twee"))
    at.rounds()
    with at.office.opened() as archive:
        found = last_event(archive, "delivery.kept")
        assert found is not None
        assert found.seq == archive.log.size - 1
        assert last_event(archive, "backup.made") is None
        with (archive.log.folder / "events.jsonl").open("ab") as stream:
            stream.write(b'{"type":"backup.made"}\n{"seq":99,"type":"backup.made"')
        assert last_event(archive, "backup.made") is None
