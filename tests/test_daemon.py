"""The watcher: everything that is dropped is kept or stays where it is with an alarm."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from time import monotonic

import pytest

from archiver.errors import (
    ExitCode,
)
from archiver.model import State
from archiver.store.receipt import verify_receipt
from tests.ministry import chat, mail
from tests.watched import Yard, yard

pytestmark = pytest.mark.usefixtures("english_again")

LINES = [(0, "", "Lien heeft de groep “Overleg” gemaakt"), (1, "Lien", "Het besluit ligt klaar")]


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


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
