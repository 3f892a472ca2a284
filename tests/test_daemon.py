"""The watcher: everything that is dropped is kept or stays where it is with an alarm."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.daemon import Bell, set_aside, take
from archiver.daemon.failure import finding_of, rests
from archiver.daemon.hint import hints
from archiver.daemon.ledger import LAST_RETRY, Ledger
from archiver.daemon.look import look
from archiver.daemon.rounds import Rounds
from archiver.daemon.scan import Closed, Dropped, scan
from archiver.daemon.take import key_of, path_of
from archiver.errors import (
    DiskFull,
    ExitCode,
    NotAuthorised,
    SourceChanged,
    UnreadableSource,
)
from archiver.intake import OverLimit
from archiver.language import use
from archiver.model import State
from archiver.pipeline.outcome import Outcome
from archiver.register.accounts import accounts
from archiver.store.lock import WriterLock
from archiver.store.receipt import verify_receipt
from archiver.wording import codes, describe
from tests.ministry import chat, mail
from tests.watched import Yard, yard

LINES = [(0, "", "Lien heeft de groep “Overleg” gemaakt"), (1, "Lien", "Het besluit ligt klaar")]


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use("en")


# -- what is kept ---------------------------------------------------------------------------------


def test_what_is_dropped_is_kept_and_set_aside_with_its_receipt(at: Yard) -> None:
    """The source goes to .kept/<day>, and its receipt stands there and where the source stood."""
    at.put("brief.eml", mail(1, "Het besluit ligt klaar"))
    (found,) = at.rounds()
    receipt = (at.folder / ".brief.eml.receipt").read_text("utf-8")

    assert (found.state, found.counts.new) == (State.INGESTED, 1)
    assert at.left() == []
    assert at.kept() == ["brief.eml", "brief.eml.receipt"]
    with at.office.opened() as archive:
        proven = verify_receipt(receipt, archive.keys.public_key, origin=archive.identity.name)
    assert proven.event.delivery == found.delivery


def test_whoever_dropped_a_file_may_read_its_receipt(at: Yard) -> None:
    """A receipt holds no name and no text, so it is readable although the archive is not."""
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds()

    assert stat.S_IMODE((at.folder / ".brief.eml.receipt").stat().st_mode) == 0o644
    assert stat.S_IMODE((at.folder / ".kept").stat().st_mode) == 0o700


def test_a_round_without_anything_new_leaves_no_trace(at: Yard) -> None:
    """Reading the drop folder again and again logs nothing."""
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds()
    before = at.types()

    assert at.rounds(5) == []
    assert at.types() == before


def test_a_file_that_cannot_be_read_is_quarantined_and_set_aside(at: Yard) -> None:
    """Unknown bytes are kept unread, the source is set aside although it may be removed at once."""
    at.put("raadsel.bin", b"\x00\x01 niemand kent dit")
    (found,) = at.rounds(DROP_AFTER="remove")

    assert found.state is State.QUARANTINED
    assert [one.code for one in found.findings] == ["E-I011"]
    assert at.kept() == ["raadsel.bin", "raadsel.bin.receipt"]


def test_a_chat_with_its_media_is_one_delivery(at: Yard) -> None:
    """A folder that a format claims is taken in, and set aside, as a whole."""
    at.put("chat/WhatsApp-chat met Overleg.txt", chat(LINES))
    at.put("chat/besluit.pdf", b"%PDF-1.4 besluit")
    (found,) = at.rounds()

    assert found.source_format == "whatsapp-text"
    assert at.left() == []
    assert at.kept() == [
        "chat.receipt", "chat/WhatsApp-chat met Overleg.txt", "chat/besluit.pdf",
    ]  # fmt: skip


def test_other_folders_are_judged_entry_by_entry(at: Yard) -> None:
    """Each file below is a delivery, keeps its place when set aside, and emptied folders go."""
    for name in ("post/a.eml", "post/juni/b.eml", "post/juni/c.eml"):
        at.put(name, mail(ord(name[-5]), f"brief {name}"))
    found = at.rounds()

    assert len(found) == 3
    assert at.left() == []
    assert [name for name in at.kept() if name.endswith(".eml")] == [
        "post/a.eml", "post/juni/b.eml", "post/juni/c.eml",
    ]  # fmt: skip


def test_two_files_of_one_name_are_both_kept(at: Yard) -> None:
    """Whatever was set aside under a name is never overwritten."""
    for text in ("eerste", "tweede", "derde"):
        at.put("export.eml", mail(1, text, message_id=text))
        at.rounds()

    assert at.kept() == ["export.eml"] * 3 + ["export.eml.receipt"] * 3
    days = sorted(path.name[10:] for path in (at.folder / ".kept").iterdir())
    assert days == ["", "-2", "-3"]


def test_nothing_comes_to_lie_in_a_folder_that_was_set_aside_whole(at: Yard) -> None:
    """A folder delivery stays as it was taken in, also when a folder of that name comes again."""
    at.put("map/WhatsApp-chat met Overleg.txt", chat(LINES))
    at.rounds()
    at.put("map/brief.eml", mail(1, "tekst"))
    at.rounds()

    assert at.kept() == [
        "map.receipt", "map/WhatsApp-chat met Overleg.txt", "map/brief.eml",
        "map/brief.eml.receipt",
    ]  # fmt: skip
    assert len(list((at.folder / ".kept").iterdir())) == 2


def test_a_source_is_removed_when_the_policy_says_so(at: Yard) -> None:
    """With drop.after = remove only the receipt stays."""
    at.put("brief.eml", mail(1, "tekst"))
    at.put("map/WhatsApp-chat met Overleg.txt", chat(LINES))
    at.rounds(DROP_AFTER="remove")

    assert at.left() == []
    assert at.kept() == ["brief.eml.receipt", "map.receipt"]


def test_a_copy_of_each_receipt_goes_where_it_was_asked_for(at: Yard, tmp_path: Path) -> None:
    """receipts.folder gets the receipt of every delivery, under the delivery's id."""
    at.put("brief.eml", mail(1, "tekst"))
    (found,) = at.rounds(RECEIPTS_FOLDER=str(tmp_path / "bewijzen"))

    assert [path.name for path in (tmp_path / "bewijzen").iterdir()] == [
        f"{found.delivery}.receipt"
    ]


def test_the_head_of_the_log_is_put_elsewhere(at: Yard, tmp_path: Path) -> None:
    """After a round the newest head lies in heads.folder; when it cannot, an alarm is raised."""
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds(HEADS_FOLDER=str(tmp_path / "koppen"))
    (head,) = (tmp_path / "koppen").iterdir()
    (tmp_path / "vol").write_text("geen map")

    assert f"\n{len(at.office.events())}\n" in head.read_text("utf-8")
    at.rounds(HEADS_FOLDER=str(tmp_path / "vol"))
    at.rounds(HEADS_FOLDER=str(tmp_path / "vol"))
    assert at.codes() == ["E-A011"]


def test_many_files_at_once_are_all_kept(at: Yard) -> None:
    """Two hundred files dropped at once: as many deliveries, one event each, nothing left."""
    for number in range(200):
        at.put(f"{number:03}.eml", mail(number, f"bericht {number}"))
    found = at.rounds()

    assert len({one.delivery for one in found}) == 200
    assert at.left() == []
    assert at.types().count("delivery.kept") == 200


# -- what stays -----------------------------------------------------------------------------------


def test_links_and_pipes_stay_with_one_alarm(at: Yard, tmp_path: Path) -> None:
    """They are never opened; the alarm comes once, not with each round nor with each start."""
    (tmp_path / "geheim.eml").write_text(mail(9, "geheim"))
    (at.folder / "link.eml").symlink_to(tmp_path / "geheim.eml")
    os.mkfifo(at.folder / "pijp")
    at.put("map/goed.eml", mail(1, "tekst"))
    os.mkfifo(at.folder / "map" / "pijp")
    found = [*at.rounds(4), *at.rounds(4)]

    assert [Path(one.path).name for one in found] == ["goed.eml"]
    assert at.left() == ["link.eml", "map", "map/pijp", "pijp"]
    (alarm,) = at.alarms()
    assert (alarm["type"], alarm["codes"], alarm["counts"]) == (
        "intake.refused", ["E-A001"], {"count": 3},
    )  # fmt: skip
    assert alarm["account"] == at.account
    assert at.remembered() == {
        "E-A001": ["jan-mail/link.eml", "jan-mail/map/pijp", "jan-mail/pijp"]
    }
    assert (tmp_path / "geheim.eml").exists()


def test_an_alarm_comes_again_when_the_source_has_changed(at: Yard) -> None:
    """What was refused, replaced and refused anew is told anew; what is gone is forgotten."""
    path = at.folder / "link"
    path.symlink_to("ergens")
    at.rounds()
    path.unlink()
    path.symlink_to("ergens-anders")
    at.rounds()
    assert at.codes() == ["E-A001", "E-A001"]
    path.unlink()
    at.rounds(1)
    assert at.remembered() == {}


def test_what_belongs_to_no_account_stays(at: Yard) -> None:
    """A file in the drop folder itself, an unknown folder and a folder that is a link stay."""
    (at.drop / "los.eml").write_text(mail(1, "tekst"))
    (at.drop / "niemand").mkdir()
    (at.drop / "niemand" / "brief.eml").write_text(mail(2, "tekst"))
    (at.drop / "link").symlink_to(at.folder)

    assert at.rounds(3) == []
    assert at.remembered() == {"E-A009": ["niemand"], "E-A010": ["link", "los.eml"]}
    assert (at.drop / "los.eml").exists()
    assert at.codes() == ["E-A009", "E-A010"]


def test_a_folder_is_read_once_its_account_is_registered(at: Yard) -> None:
    """What waited in an unknown folder is taken in as soon as the folder has an account."""
    (at.drop / "piet-mail").mkdir()
    (at.drop / "piet-mail" / "brief.eml").write_text(mail(2, "tekst"))
    at.rounds()
    at.office.account("piet", service="mail")

    assert len(at.rounds()) == 1
    assert at.remembered() == {}


def test_a_file_is_left_alone_while_it_is_being_written(at: Yard) -> None:
    """As long as a program has it open for writing it is not taken, and nothing is lost of it."""
    path = at.put("groot.eml", "")
    with at.watching() as watcher, path.open("w") as stream:
        for part in (mail(1, "begin "), "midden ", "einde"):
            stream.write(part)
            stream.flush()
            assert list(watcher.round()) == []
        stream.close()
        found = [one for _ in range(3) for one in watcher.round()]
    assert [one.counts.new for one in found] == [1]
    with at.office.opened():
        pass
    assert at.office.search("einde")["total"] == 1


def test_what_does_not_lie_still_is_told_of(at: Yard) -> None:
    """A single run says what it did not wait for; a name of its own makes the watcher wait too."""
    at.put("export.crdownload", mail(1, "tekst"))
    at.put(".verborgen", "tekst")
    at.put(".DS_Store", "van het systeem")
    with at.watching() as watcher:
        assert list(watcher.until_still()) == []
        assert watcher.failures == [ExitCode.FINDINGS]

    assert at.remembered() == {"W-A002": ["jan-mail/.verborgen", "jan-mail/export.crdownload"]}
    assert any("W-A002 jan-mail/.verborgen is not taken in yet" in said for said in at.told)


def test_what_waits_for_an_hour_is_told_of(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watcher that always runs is silent at first, since a large copy takes its time."""
    at.put("export.part", mail(1, "tekst"))
    later = monotonic() + 4000
    with at.watching() as watcher:
        list(watcher.round())
        assert at.codes() == []
        monkeypatch.setattr("archiver.daemon.rounds.monotonic", lambda: later)
        list(watcher.round())
    assert at.codes() == ["W-A002"]


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


# -- the parts ------------------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3))
@settings(max_examples=50)
def test_any_name_survives_the_ledger(parts: list[bytes]) -> None:
    """The ledger names a source by its bytes, in any encoding, and finds it again."""
    clean = [part.replace(b"/", b"_").replace(b"\0", b"_") for part in parts]
    path = Path(*(os.fsdecode(part) for part in clean))
    ledger = Ledger()
    ledger.note(key_of(path), "look", "E-A001", rests=True)

    assert path_of(key_of(path)) == path
    assert list(Ledger(ledger.encode()).memory.notes) == [key_of(path)]


@given(st.text(min_size=1, max_size=255).filter(lambda name: "/" not in name and "\0" not in name))
@settings(max_examples=50)
def test_the_name_of_a_receipt_fits(name: str) -> None:
    """However long the name of a source is, that of its receipt fits on the disk."""
    with suppress(UnicodeEncodeError):
        assert len(os.fsencode(set_aside.receipt_name(name))) <= 255


def test_a_source_with_the_longest_name_is_kept(at: Yard) -> None:
    """Its receipt is named by a digest, since the name leaves no room for an ending."""
    name = "e" * 251 + ".eml"
    at.put(name, mail(1, "tekst"))

    assert len(at.rounds()) == 1
    assert at.left() == []
    assert name in at.kept()
    assert len(at.kept()) == 2


def test_a_name_that_is_no_unicode_is_kept_and_told_of(at: Yard) -> None:
    """Bytes that no encoding explains harm neither log nor memory."""
    (at.folder / os.fsdecode(b"caf\xe9.eml")).write_text(mail(1, "tekst"))
    (at.folder / os.fsdecode(b"l\xefnk")).symlink_to("ergens")

    assert len(at.rounds(4)) == 1
    assert at.codes() == ["E-A001"]


def test_what_failed_is_tried_ever_less_often() -> None:
    """After a minute, two, four, and at most once an hour."""
    ledger, now, pauses = Ledger(), 0.0, []
    for _ in range(10):
        ledger.postpone("x", now)
        step = next(s for s in range(60, 4000) if not ledger.leaves_alone("x", now + s, str))
        pauses.append(step)
        now += step
    assert pauses[:3] == [60, 120, 240]
    assert pauses[-1] == LAST_RETRY
    ledger.solved("x")
    assert not ledger.leaves_alone("x", now, str)


def test_a_memory_that_cannot_be_read_is_forgotten() -> None:
    """The catalogue is an index; a watcher that remembers nothing raises its alarms anew."""
    assert Ledger("{geen json").memory.notes == {}


def test_a_hint_wakes_the_watcher_for_what_people_drop(at: Yard) -> None:
    """A finished file rings; what the watcher itself moves and writes does not."""
    bell = Bell()
    with hints(at.drop, bell):
        at.put("brief.eml", mail(1, "tekst"))
        assert bell.wait(10)
        while bell.wait(0.3):
            pass
        (at.folder / ".kept").mkdir()
        (at.folder / "brief.eml").rename(at.folder / ".kept" / "brief.eml")
        (at.folder / ".brief.eml.receipt").write_text("bewijs")
        assert not bell.wait(0.5)
    bell.close()


def test_without_hints_the_watcher_still_works(
    at: Yard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder of another machine, one that is missing, or too few watches: no hint, no error."""
    bell = Bell()
    with hints(tmp_path / "weg", bell):
        assert not bell.wait(0)
    monkeypatch.setattr("archiver.daemon.hint.is_on_network", lambda path: True)
    with hints(at.drop, bell):
        at.put("brief.eml", mail(1, "tekst"))
        assert not bell.wait(0.2)
    monkeypatch.undo()
    from watchdog.observers import Observer

    monkeypatch.setattr(
        Observer, "start", lambda self: (_ for _ in ()).throw(OSError(28, "no watches"))
    )
    with hints(at.drop, bell):
        assert not bell.wait(0)
    bell.close()


def test_a_full_bell_rings_all_the_same() -> None:
    """Twenty thousand hints at once are one awakening."""
    bell = Bell()
    for _ in range(70_000):
        bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)
    bell.stop()
    assert bell.wait(100)
    bell.close()


def test_the_scan_names_accounts_by_their_folder(at: Yard) -> None:
    """Every entry comes with its account, in the order of the names."""
    at.put("b.eml", "b")
    at.put("a.eml", "a")
    at.put("Thumbs.db", "van het systeem")
    with at.office.opened() as archive:
        (account,) = accounts(archive)
    found = list(scan(at.drop, {account.folder: account}))

    assert [one.path.name for one in found if isinstance(one, Dropped)] == ["a.eml", "b.eml"]
    assert not any(isinstance(one, Closed) for one in found)


def test_every_alarm_has_its_sentences() -> None:
    """Each code says in two languages what was found and what to do, the latter without values."""
    mine = {code: one for code, one in codes().items() if code[1:3] == "-A"}

    assert len(mine) == 17
    for one in mine.values():
        assert set(one) == {"en", "nl", "solve_en", "solve_nl"}
        assert "{" not in one["solve_en"] + one["solve_nl"]


def test_the_log_says_nothing_about_names(at: Yard) -> None:
    """Names of sources that stay are in the log only as ciphertext."""
    (at.folder / "Gesprek met Willeke").symlink_to("ergens")
    at.rounds()
    log = (at.office.archive / "log" / "events.jsonl").read_text("utf-8")

    assert at.codes() == ["E-A001"]
    assert "Willeke" not in log
    assert json.loads(log.splitlines()[-1])["detail"]["box"]


def test_a_watcher_that_only_waits_holds_no_other_process(at: Yard) -> None:
    """Its reader is started for a delivery and ended after it; a signal ends the watcher."""
    running = at.start("--output", "jsonl", DROP_SCAN_SECONDS="600")
    try:
        _until(lambda: "watch.started" in at.types())
        sleep(0.3)
        assert _children(running) == []
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert running.returncode == ExitCode.DONE


def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def _children(process: subprocess.Popen[str]) -> list[str]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return path.read_text().split() if path.exists() else []


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
