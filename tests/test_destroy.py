"""Destruction, the mechanics: what goes is nowhere any more, and everything else stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from archiver.model import Actor, Officer, State
from archiver.pipeline.destroy import destroy
from archiver.store.events import Tool
from archiver.store.scribe import Scribe
from tests.ministry import Ministry, chat, mail, mailbox, ministry
from tests.remains import remains
from tests.test_reconcile import phone, talk

CANARY = "kanarievogel"
TITLED = "WhatsApp-chat met Havenoverleg.txt"
_READER = Path(__file__).parent / "independent" / "read_archive.py"
_OFFICER = Officer("otester", "uid0", "Tester", ())
LINES = [
    (0, "Lien", "De nota ligt klaar voor de minister"),
    (3, "Omar", f"Mijn {CANARY} is ziek en blijft vandaag thuis"),
    (5, "Pia", "akkoord"),
    (9, "Lien", "Om tien uur in de kamer van de directeur"),
]


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with nothing in it."""
    return ministry(tmp_path)


def kill(office: Ministry, targets: dict[str, frozenset[int] | None]) -> None:
    """Carry out a destruction as the gate would."""
    with office.opened() as archive:
        scribe = Scribe(archive, Actor(_OFFICER, 0, "uid", "host", "test"), Tool(version="1"))
        destroy(scribe, targets, "p0000000001")


def answers(office: Ministry) -> list[Any]:
    """Give everything an officer can ask."""
    with office.asked():
        hits = office.search("")["hits"]
        told = [office.json("explain", hit["id"]) for hit in hits]
        shown = [office.json("show", hit["id"]) for hit in hits]
        lists = [office.json(what, code=None) for what in ("conversations", "findings")]
    for finding in lists[1]["findings"]:
        del finding["finding"]  # numbered as the catalogue has them, and some are gone
    lists.append(office.json("delivery", "list"))
    return [hits, told, shown, lists]


def sound(office: Ministry) -> None:
    """The archive proves itself, and a rebuild gives the same answers."""
    assert office.json("verify", "--full")["damage"] == []
    before = answers(office)
    office.json("rebuild")
    assert answers(office) == before
    assert office.json("verify", "--full")["damage"] == []


def test_one_message_in_the_middle_of_an_export(office: Ministry) -> None:
    """A single message goes, and its neighbours stand where they stood."""
    content = chat(LINES)
    found = office.ingest(office.write(TITLED, content))
    assert remains(office, [CANARY])
    kill(office, {found["delivery"]: frozenset({2})})
    assert remains(office, [CANARY]) == {}
    assert [hit["text"] for hit in office.search("")["hits"]] == [
        text for _, _, text in reversed(LINES) if CANARY not in text
    ]
    sound(office)


def test_the_places_of_the_others_stay(office: Ministry) -> None:
    """The successor is as long as the original, with blanks where the message stood."""
    content = chat(LINES)
    found = office.ingest(office.write(TITLED, content))
    kill(office, {found["delivery"]: frozenset({2})})
    with office.opened() as archive:
        keys = archive.keys.delivery(found["delivery"])
        assert keys is not None
        (name,) = archive.succession().latest[found["delivery"]].objects["original"]
        with archive.objects.open(name, keys.key_of(name)) as stream:
            kept = stream.read().decode()
    gone = chat(LINES[1:2])
    assert kept == content.replace(gone, " " * len(gone.encode()))


def test_a_whole_delivery(office: Ministry) -> None:
    """Nothing of a delivery is left but that there was one."""
    other = office.ingest(
        office.write("ander/" + TITLED, chat([(0, "Bram", "iets anders hier")])), "els"
    )
    found = office.ingest(office.write(TITLED, chat(LINES)))
    kill(office, {found["delivery"]: None})
    assert remains(office, [CANARY, "Havenoverleg met", "De nota ligt"]) == {}
    assert [hit["id"] for hit in office.search("")["hits"]] == [f"{other['delivery']}.1"]
    sound(office)


def test_another_account_keeps_its_own(office: Ministry) -> None:
    """A message that another account holds too lives on there, under its name."""
    first = office.ingest(office.write("a/" + TITLED, phone("Lien", talk())), "lien")
    office.ingest(office.write("b/" + TITLED, phone("Omar", talk(), shift=60)), "omar")
    assert office.search("")["total"] == 48
    kill(office, {first["delivery"]: frozenset({1, 2, 3})})
    assert office.search("")["total"] == 48
    (name,) = {hit["id"] for hit in office.search("vergadering nummer 0")["hits"]} or {""}
    assert len(office.json("explain", f"{first['delivery']}.1")["holdings"]) == 1
    assert name == f"{first['delivery']}.1"
    sound(office)


def test_one_of_two_phones_goes(office: Ministry) -> None:
    """When one delivery of a conversation goes, what the other holds stands as before."""
    first = office.ingest(office.write("a/" + TITLED, phone("Lien", talk())), "lien")
    office.ingest(office.write("b/" + TITLED, phone("Omar", talk(), shift=60)), "omar")
    kill(office, {first["delivery"]: None})
    assert office.search("")["total"] == 48
    assert remains(office, ["(Lien)"]) == {}
    sound(office)


def test_a_second_export_of_the_same_phone(office: Ministry) -> None:
    """What a later export shares with an earlier one lives on when the earlier goes."""
    lines = talk(12)
    first = office.ingest(office.write("a/" + TITLED, chat(lines[:20])))
    second = office.ingest(office.write("b/" + TITLED, chat(lines)))
    assert (second["new"], second["known"]) == (4, 20)
    kill(office, {first["delivery"]: None})
    assert office.search("")["total"] == 24
    sound(office)
    kill(office, {second["delivery"]: frozenset({1})})
    assert office.search("")["total"] == 23
    sound(office)


def test_a_container_is_unpacked(office: Ministry) -> None:
    """Of a zip the successor holds the members; media that only the message had are gone."""
    path = office.write("export.zip", b"")
    lines = [
        (0, "Lien", "\u200eIMG-20220513-WA0001.jpg (bestand bijgevoegd)"),
        (1, "Omar", "\u200eIMG-20220513-WA0002.jpg (bestand bijgevoegd)"),
        (2, "Omar", f"Mijn {CANARY} slaapt"),
    ]
    with ZipFile(path, "w", 8) as packed:
        packed.writestr(TITLED, chat(lines))
        packed.writestr("IMG-20220513-WA0001.jpg", b"foto een " * 50)
        packed.writestr("IMG-20220513-WA0002.jpg", b"foto twee " * 50)
    found = office.ingest(path)
    kill(office, {found["delivery"]: frozenset({1, 3})})
    assert remains(office, [CANARY, "foto een foto een"]) == {}
    assert remains(office, ["foto twee foto twee"])
    sound(office)
    kill(office, {found["delivery"]: frozenset({2})})
    assert remains(office, ["foto twee foto twee"]) == {}
    sound(office)


def test_a_mail_in_a_mailbox(office: Ministry) -> None:
    """A mail goes out of its mailbox; the receiver's copy lives on."""
    office.account("jan", service="mail", identifier="jan@voorbeeld.example")
    office.account("els", service="mail", identifier="els@voorbeeld.example")
    mails = [mail(n, f"Tekst nummer {n} over de {CANARY if n == 2 else 'haven'}") for n in range(4)]
    sent = office.ingest(office.write("sent.mbox", mailbox(mails)), "jan")
    received = office.ingest(office.write("in.mbox", mailbox(mails[:3])), "els")
    kill(office, {sent["delivery"]: frozenset({3, 4})})
    assert office.search("")["total"] == 3
    sound(office)
    kill(office, {received["delivery"]: frozenset({3})})
    assert remains(office, [CANARY]) == {}
    assert office.search("")["total"] == 2
    sound(office)


def codes(delivery: dict[str, object]) -> set[str]:
    """Give the codes of a delivery's findings that tell of something destroyed."""
    found = delivery["findings"]
    assert isinstance(found, list)
    return {one["code"] for one in found} & {"E-D006", "W-D006", "W-D007"}


def test_what_was_destroyed_does_not_come_back(office: Ministry) -> None:
    """The same account hands the message in again: it is known, counted, and stays away."""
    first = office.ingest(office.write(TITLED, chat(LINES)))
    kill(office, {first["delivery"]: frozenset({2})})
    longer = chat([*LINES, (30, "Pia", "Nog een bericht van later")])
    again = office.ingest(office.write("later/" + TITLED, longer), code=1)
    assert (again["read"], again["new"], again["known"], again["excluded"]) == (5, 1, 3, 1)
    assert codes(again) == {"E-D006"}
    assert office.search(CANARY)["total"] == 0
    sound(office)


def test_a_delivery_that_was_withdrawn_is_known_again(office: Ministry) -> None:
    """A whole file that was destroyed makes no record when it is handed in again."""
    first = office.ingest(office.write(TITLED, chat(LINES)))
    with office.opened() as archive:
        scribe = Scribe(archive, Actor(_OFFICER, 0, "uid", "host", "test"), Tool(version="1"))
        destroy(scribe, {first["delivery"]: None}, "p0000000001", state=State.WITHDRAWN)
    again = office.ingest(office.write(TITLED, chat(LINES)), code=1)
    assert (again["read"], again["new"], again["excluded"]) == (4, 0, 4)
    assert office.search("")["total"] == 0
    sound(office)
    kill(office, {again["delivery"]: None})
    assert remains(office, [CANARY]) == {}
    sound(office)


def test_another_phone_is_told(office: Ministry) -> None:
    """What another account hands in is kept, and an officer is told what it looks like."""
    first = office.ingest(office.write(TITLED, chat(LINES)))
    kill(office, {first["delivery"]: frozenset({2})})
    other = office.ingest(office.write("els/" + TITLED, chat(LINES)), "els")
    assert (other["new"], other["excluded"]) == (4, 0)
    assert codes(other) == {"W-D006"}
    sound(office)


def test_a_reader_without_the_program_reads_what_is_left(office: Ministry) -> None:
    """The description of the format tells enough to read a delivery that was destroyed in part."""
    found = office.ingest(office.write(TITLED, chat(LINES)))
    kill(office, {found["delivery"]: frozenset({2})})
    words = [sys.executable, _READER, office.archive, office.keys, office.keys / "machine.key"]
    done = subprocess.run(
        [*map(str, words), "items", found["delivery"]], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["item"] for line in lines] == [1, 3, 4]
    assert CANARY.encode() not in done.stdout


def test_a_file_that_was_destroyed_is_told(office: Ministry) -> None:
    """A photo that was destroyed with its message is noticed when another account hands it in."""
    name, photo = "IMG-20220513-WA0001.jpg", b"foto een " * 50

    def export(folder: str, sender: str) -> Path:
        path = office.write(f"{folder}/export.zip", b"")
        with ZipFile(path, "w") as packed:
            packed.writestr(TITLED, chat([(0, sender, f"\u200e{name} (bestand bijgevoegd)")]))
            packed.writestr(name, photo)
        return path

    first = office.ingest(export("een", "Lien"))
    kill(office, {first["delivery"]: frozenset({1})})
    other = office.ingest(export("twee", "Omar"), "els")
    assert codes(other) == {"W-D006", "W-D007"}
    sound(office)
