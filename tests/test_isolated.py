"""A planted state secret stops its delivery, and is nowhere but in the isolated compartment."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from archiver.model import State
from archiver.pipeline import isolate as isolating
from archiver.store.isolated import FOLDER
from tests.ministry import LIEN, OMAR, Ministry, chat, mail, mailbox, ministry
from tests.remains import remains
from tests.watched import yard

SECRET = "kraanvogelplan"
"""A word that stands in each planted delivery and nowhere else."""
MARKED = f"Stg. GEHEIM {SECRET}"
TALK = [(n, "Lien" if n % 2 else "Omar", f"Punt {n} van de agenda is besproken") for n in range(40)]


def in_text(at: Ministry) -> Path:
    """Plant it in a message of a chat."""
    return at.write("WhatsApp-chat met Overleg.txt", chat([*TALK, (41, "Omar", MARKED)]))


def in_long_text(at: Ministry) -> Path:
    """Plant it where a chat is so long that it is read while it is written already."""
    lines = [(n, "Lien", f"Punt {n} van {n * 7} besproken") for n in range(14_000)]
    return at.write("WhatsApp-chat met Lang.txt", chat([*lines, (14_001, "Omar", MARKED)]))


def in_name_of_media(at: Ministry) -> Path:
    """Plant it in the name of a file that a message shows."""
    name = f"Stg-Geheim-{SECRET}.jpg"
    lines = [*TALK, (41, "Omar", f"{name} (bestand bijgevoegd)")]
    folder = at.write("WhatsApp-chat met Map/WhatsApp-chat met Map.txt", chat(lines)).parent
    (folder / name).write_bytes(b"verzonnen")
    return folder


def in_name_of_file(at: Ministry) -> Path:
    """Plant it in the name of the delivery itself, which is not even read."""
    return at.write(f"Stg. ZEER GEHEIM {SECRET}.docx", b"\x00\x01 verzonnen")


def in_title(at: Ministry) -> Path:
    """Plant it in the title of a conversation."""
    created = f"Lien heeft de groep “NATO SECRET {SECRET}” gemaakt"
    name = f"WhatsApp-chat met NATO SECRET {SECRET}.txt"
    return at.write(name, chat([(0, "", created), *TALK]))


def in_attached_text(at: Ministry) -> Path:
    """Plant it in a text file beside a chat."""
    lines = [*TALK, (41, "Omar", "nota.txt (bestand bijgevoegd)")]
    folder = at.write("WhatsApp-chat met Nota/WhatsApp-chat met Nota.txt", chat(lines)).parent
    (folder / "nota.txt").write_text(f"SECRET UE/EU SECRET\n{SECRET}")
    return folder


def in_zip(at: Ministry) -> Path:
    """Plant it in a chat inside a container."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr(
            "WhatsApp-chat met Zip.txt", chat([*TALK, (41, "Omar", f"COSMIC TOP SECRET {SECRET}")])
        )
    return at.write("WhatsApp-chat met Zip.zip", made.getvalue())


def in_body(at: Ministry) -> Path:
    """Plant it in the body of a mail."""
    return at.write("post.mbox", mailbox([mail(1, "Zie bijlage"), mail(2, MARKED)]))


def in_subject(at: Ministry) -> Path:
    """Plant it in the subject of a mail."""
    return at.write("onderwerp.mbox", mailbox([mail(1, "Zie", subject=f"Stg.C {SECRET}")]))


def in_attachment_of_mail(at: Ministry) -> Path:
    """Plant it in a text that is attached to a mail, encoded in base64."""
    message = EmailMessage()
    message["From"], message["To"] = "lien@voorbeeld.example", "omar@voorbeeld.example"
    message["Date"], message["Message-ID"] = "Fri, 13 May 2022 09:00:00 +0200", "<x@v.example>"
    message["Subject"] = "Nota"
    message.set_content("Zie de nota")
    message.add_attachment(f"EU CONFIDENTIAL {SECRET}".encode(), "text", "csv", filename="n.csv")
    return at.write("bijlage.eml", message.as_bytes())


CHATS = (
    in_text, in_long_text, in_name_of_media, in_name_of_file, in_title, in_attached_text, in_zip,
)  # fmt: skip
MAILS = (in_body, in_subject, in_attachment_of_mail)


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with a security officer and an auditor, a chat account and a mail account."""
    at = ministry(tmp_path)
    at.officer(LIEN, "security-officer")
    at.officer(OMAR, "auditor", "sorter", "records-officer")
    at.account("jan")
    at.account("post", service="mail")
    return at


def planted(at: Ministry, plant: Any) -> tuple[Path, str]:
    """Plant it; give the path and the account it is handed in for."""
    return plant(at), "post" if plant in MAILS else "jan"


def isolate(at: Ministry, plant: Any) -> str:
    """Hand a planted delivery in; give its notice."""
    path, account = planted(at, plant)
    row = at.ingest(path, account, code=1)
    assert row["state"] == "isolated"
    return str(row["delivery"])


@pytest.mark.parametrize("plant", [*CHATS, *MAILS], ids=lambda one: one.__name__)
def test_it_is_nowhere(
    office: Ministry, plant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a planted state secret no page, object, log, key, output or temporary file has a word."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    path, account = planted(office, plant)
    ran = office.run("ingest", path, "--account", office.account(account), "--output", "json")
    assert ran.code == 1
    assert SECRET not in ran.err
    row = ran.json["deliveries"][0]
    assert (row["state"], row["path"], row["sha256"], row["read"]) == ("isolated", "", "", 0)
    assert remains(office, [SECRET, "Punt 3 van"]) == {}
    assert list(temporary.rglob("*")) == []
    assert list((office.archive / "staging").rglob("*")) == []
    assert not [name for name in office.archive.rglob("*") if SECRET in name.name]
    for words in _general():
        assert SECRET not in office.run(*words, login=OMAR).out
    event = next(one for one in office.events() if one["type"] == "delivery.isolated")
    assert "account" not in event
    assert (event["codes"], event.get("counts", {})) == (["E-S001"], {})
    assert office.run("verify", "--full").code == 0


def _general() -> Iterator[tuple[str, ...]]:
    yield from (("search",), ("conversations",), ("findings", "--all"), ("delivery", "list"))
    yield from (("status",), ("conversations", "--sealed"), ("delivery", "list", "--sealed"))


def test_only_the_security_officer_sees_the_notice(office: Ministry) -> None:
    """Whoever is no security officer is refused; the officer sees level and file, logged first."""
    notice = isolate(office, in_text)
    for words in (("list",), ("show", notice), ("count",), ("copy", notice, "--to", "/nowhere")):
        ran = office.run("marking", *words, login=OMAR)
        assert (ran.code, ran.out) == (4, "")
    (row,) = office.json("marking", "list", login=LIEN)["notices"]
    assert (row["notice"], row["standing"], row["marked"]) == (notice, "waiting", {"secret": 1})
    assert row["account"] == office.account("jan")
    shown = office.json("marking", "show", notice, login=LIEN)
    assert [one["name"] for one in shown["files"]] == ["WhatsApp-chat met Overleg.txt"]
    assert [one["type"] for one in office.seen()][-2:] == ["markings.listed", "marking.shown"]


def test_the_same_file_is_isolated_once(office: Ministry) -> None:
    """Handed in again, it is known: one notice, one place in the compartment."""
    notice = isolate(office, in_text)
    assert isolate(office, in_text) == notice
    assert len(list((office.archive / FOLDER).iterdir())) == 1
    assert len(office.json("marking", "list", login=LIEN)["notices"]) == 1


def test_a_false_alarm_is_released(office: Ministry) -> None:
    """Lifted by the security officer, the delivery is taken in whole and its place is empty."""
    notice = isolate(office, in_text)
    ran = office.json("marking", "release", notice, "--reason", "een oefening", login=LIEN)
    assert (ran["deliveries"][0]["state"], ran["deliveries"][0]["new"]) == ("ingested", 41)
    assert _codes(ran["deliveries"][0]) == ["W-S003"]
    assert office.search(SECRET)["total"] == 1
    assert list((office.archive / FOLDER).iterdir()) == []
    (row,) = office.json("marking", "list", login=LIEN)["notices"]
    assert (row["standing"], row["reason"]) == ("returned", "een oefening")
    assert office.run("marking", "release", notice, "--reason", "nog eens", login=LIEN).code == 2
    again = office.ingest(in_text(office))
    assert again["repeated"] is True
    assert office.json("marking", "count", login=LIEN)["accounts"] == []
    assert office.run("verify", "--full").code == 0
    for kind in ("marking.lifted", "marking.returned"):
        assert kind in [event["type"] for event in office.events()]


def test_there_is_no_receipt_for_it(office: Ministry, tmp_path: Path) -> None:
    """A receipt is for what the archive keeps; with one that was isolated the command goes on."""
    words = ("--account", office.account("jan"), "--receipt", tmp_path / "bewijzen")
    other = office.write("WhatsApp-chat met Ander.txt", chat(TALK))
    ran = office.json("ingest", in_text(office), other, *words, code=1)
    assert [row["state"] for row in ran["deliveries"]] == ["isolated", "ingested"]
    assert len(list((tmp_path / "bewijzen").iterdir())) == 1


def test_a_released_folder_comes_back_whole(office: Ministry) -> None:
    """A folder is restored with its files, under their own names."""
    notice = isolate(office, in_name_of_media)
    office.json("marking", "release", notice, "--reason", "een oefening", login=LIEN)
    (row,) = office.json("delivery", "list")["deliveries"]
    assert (row["state"], row["attachments"]["present"]) == ("ingested", 1)


def test_a_state_secret_is_confirmed(office: Ministry, tmp_path: Path) -> None:
    """Confirmed with its destination it can be copied out, and is not released any more."""
    notice = isolate(office, in_zip)
    words = ("--outcome", "hand-over", "--reason", "naar de kluis")
    row = office.json("marking", "confirm", notice, *words, login=LIEN)
    assert (row["standing"], row["fate"], row["reason"]) == (
        "confirmed", "hand-over", "naar de kluis",
    )  # fmt: skip
    assert office.run("marking", "release", notice, "--reason", "toch", login=LIEN).code == 2
    office.json("marking", "copy", notice, "--to", tmp_path / "kluis", login=LIEN)
    (copy,) = (tmp_path / "kluis" / notice).iterdir()
    assert copy.read_bytes() == (office.folder / "handed-in" / copy.name).read_bytes()
    office.run("rebuild")
    (after,) = office.json("marking", "list", login=LIEN)["notices"]
    assert after["standing"] == "confirmed"


def test_no_backup_holds_it(office: Ministry, tmp_path: Path) -> None:
    """A backup has no byte of the compartment, and what is restored says that it is not there."""
    isolate(office, in_text)
    office.run("backup", tmp_path / "copy")
    assert not (tmp_path / "copy" / FOLDER).exists()
    assert office.run("restore", tmp_path / "copy", tmp_path / "back").code == 0
    office.archive.rename(tmp_path / "gone")
    (tmp_path / "back").rename(office.archive)
    checked = office.json("verify")
    assert checked["ok"] is True
    assert "W-S005" in [one["code"] for one in checked["advice"]]
    (row,) = office.json("marking", "list", login=LIEN)["notices"]
    assert row["standing"] == "waiting"


def test_damage_in_the_compartment_is_found(office: Ministry) -> None:
    """Verify names what was set apart and is not whole any more."""
    notice = isolate(office, in_text)
    place = office.archive / FOLDER / notice
    victim = next(path for path in place.iterdir() if path.name != "manifest")
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    found = office.json("verify", code=6)["damage"]
    assert [one["code"] for one in found] == ["E-S002"]


def test_what_waited_for_an_answer_is_emptied(office: Ministry) -> None:
    """A delivery that was kept unread is emptied when reading it shows a state secret."""
    office.account("els", basis="geen")
    first = office.ingest(in_text(office), "els", code=1)
    assert first["state"] == "custody"
    assert remains(office, ["Punt 3 van"]) != {}
    office.json("account", "change", office.account("els"), "--basis", "archiefwet")
    again = office.ingest(in_text(office), "els", code=1)
    assert again["state"] == "isolated"
    assert remains(office, [SECRET, "Punt 3 van"]) == {}
    assert office.run("verify", "--full").code == 0
    assert office.run("rebuild").code == 0
    assert remains(office, [SECRET, "Punt 3 van"]) == {}
    (row,) = office.json("delivery", "list")["deliveries"]
    assert (row["state"], row["path"]) == ("withdrawn", "")


def test_departmental_markings_restrict_and_are_counted(office: Ministry) -> None:
    """Twenty departmental documents and one state secret: sealed, isolated, and counted so."""
    lines = [(n, "Lien", f"Dep.V. stuk nummer {n}") for n in range(20)]
    path = office.write("WhatsApp-chat met Twintig.txt", chat(lines))
    row = office.ingest(path)
    assert row["state"] == "sealed"
    assert {one["code"] for one in row["findings"]} >= {"W-S001"}
    assert office.search("nummer")["total"] == 0
    more = office.write("WhatsApp-chat met Twintig (2).txt", chat([*lines, (30, "Lien", "dag")]))
    office.ingest(more)
    isolate(office, in_text)
    (counted,) = office.json("marking", "count", login=LIEN)["accounts"]
    assert (counted["departmental"], counted["secret"]) == (20, 1)
    text = office.run("marking", "count", login=LIEN).out
    assert "departmental 20, secret 1" in text
    office.run("rebuild")
    assert office.json("marking", "count", login=LIEN)["accounts"] == [counted]


def test_each_mail_with_a_marked_subject_counts(office: Ministry) -> None:
    """Three mails of one subject with a marking are three documents, in text and in JSON."""
    mails = [mail(n, f"Antwoord {n}", subject="Dep.V. nota") for n in range(3)]
    office.ingest(office.write("post.mbox", mailbox(mails)), "post")
    (counted,) = office.json("marking", "count", login=LIEN)["accounts"]
    assert (counted["account"], counted["departmental"]) == (office.account("post"), 3)


def test_a_late_departmental_marking_seals_a_long_delivery(office: Ministry) -> None:
    """A marking behind the part that is read first still seals the whole delivery."""
    lines = [(n, "Lien", f"Punt {n} van {n * 7} besproken") for n in range(14_000)]
    path = office.write("WhatsApp-chat met L.txt", chat([*lines, (14_001, "Omar", "TLP:RED")]))
    row = office.ingest(path)
    assert (row["state"], row["new"]) == ("sealed", 14_001)
    assert office.search("Punt")["total"] == 0


def test_policy_can_leave_departmental_markings_open(office: Ministry) -> None:
    """Where the ministry says so, they are reported only."""
    office.settings["CHATARCHIEF_POLICY_SEALED_DEPARTMENTAL"] = "false"
    row = office.ingest(office.write("WhatsApp-chat met X.txt", chat([(0, "Lien", "Dep.V. x")])))
    assert (row["state"], _codes(row)) == ("ingested", ["W-S001"])


def test_lower_markings_are_only_reported(office: Ministry) -> None:
    """TLP:AMBER is noted and restricts nothing; TLP:CLEAR is not even noted."""
    lines = [(0, "Lien", "TLP:AMBER advies"), (1, "Lien", "TLP:CLEAR advies")]
    row = office.ingest(office.write("WhatsApp-chat met X.txt", chat(lines)))
    assert (row["state"], _codes(row)) == ("ingested", ["W-S002"])


def test_the_watcher_takes_it_out_of_the_drop_folder_and_goes_on(tmp_path: Path) -> None:
    """The source leaves the drop folder with its receipts, and the next delivery is taken in."""
    at = yard(tmp_path)
    at.put("1.eml", mail(1, MARKED))
    at.put("2.eml", mail(2, "Zie het verslag"))
    found = {one.path.rpartition("/")[2]: one.state for one in at.rounds()}
    assert found == {"1.eml": State.ISOLATED, "2.eml": State.INGESTED}
    assert at.left() == []
    assert at.kept() == ["2.eml", "2.eml.receipt"]
    assert not [path for path in at.drop.rglob("*") if "1.eml" in path.name]
    assert at.codes() == ["E-S001"]
    assert not any(SECRET in told or "1.eml" in told for told in at.told)
    assert at.remembered() == {}
    assert remains(at.office, [SECRET, "1.eml"]) == {}


def test_an_interrupted_isolation_is_done_again(
    office: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its event, what lies in the compartment is cleared when the file comes again."""
    with monkeypatch.context() as broken:
        broken.setattr(isolating, "_log", _fail)
        ran = office.run("ingest", in_text(office), "--account", office.account("jan"))
        assert "ZeroDivisionError" in ran.err
    assert len(list((office.archive / FOLDER).iterdir())) == 1
    assert office.run("verify").code == 6
    isolate(office, in_text)
    assert len(list((office.archive / FOLDER).iterdir())) == 1
    assert office.run("verify").code == 0


def test_other_keys_of_the_compartment_are_rotated_too(office: Ministry) -> None:
    """A new archive key opens what was set apart under the old one."""
    notice = isolate(office, in_text)
    assert office.run("key", "rotate").code == 0
    assert office.json("marking", "show", notice, login=LIEN)["files"] != []
    assert office.run("verify", "--full").code == 0


def _fail(*_: object) -> int:
    raise ZeroDivisionError


def _codes(row: dict[str, Any]) -> list[str]:
    return [one["code"] for one in row["findings"] if one["code"][1:3] == "-S"]
