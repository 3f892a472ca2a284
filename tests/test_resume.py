"""A delivery that is kept already: its question is answered, or it is released."""

from __future__ import annotations

import tarfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archiver.errors import Damage
from archiver.pipeline import resume
from tests.ministry import Ministry, chat, ministry
from tests.test_reconcile import talk

UNCLEAR = "02/03/22, 09:00 - Lien: Het besluit ligt klaar\n02/03/22, 09:01 - Omar: ok\n"


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _asked(office: Ministry, layout: str) -> str:
    """Hand in a text that does not say its date order, in one of four layouts; give its id."""
    path = office.write("export/_chat.txt", UNCLEAR)
    match layout:
        case "folder":
            path = path.parent
            (path / "foto.jpg").write_bytes(b"verzonnen")
        case "zip":
            path = office.folder / "export.zip"
            with zipfile.ZipFile(path, "w") as container:
                container.writestr("_chat.txt", UNCLEAR)
        case "tar":
            with tarfile.open(office.folder / "export.tar", "w") as container:
                container.add(path, "_chat.txt")
            path = office.folder / "export.tar"
    found = office.ingest(path, code=1)
    assert (found["state"], found["read"], found["excluded"]) == ("question", 2, 2)
    return str(found["delivery"])


@pytest.mark.parametrize("layout", ["file", "folder", "zip", "tar"])
def test_an_answer_reads_the_kept_bytes_again(office: Ministry, layout: str) -> None:
    """However it was handed in: after the answer the same delivery has its records and times."""
    delivery = _asked(office, layout)
    assert office.search()["total"] == 0
    answered = office.json("delivery", "answer", delivery, "--date-order", "dmy")["deliveries"][0]
    assert (answered["delivery"], answered["state"], answered["new"]) == (delivery, "ingested", 2)
    assert {hit["sent_at"][:10] for hit in office.search()["hits"]} == {"2022-03-02"}
    types = [event["type"] for event in office.events()]
    assert types[-2:] == ["delivery.answered", "delivery.kept"]
    assert office.run("verify", "--full").code == 0
    assert list((office.archive / "staging").iterdir()) == []


def test_handing_in_again_with_the_answer_does_the_same(office: Ministry) -> None:
    """Ingesting the same file with the option answers the question too, in the same delivery."""
    delivery = _asked(office, "file")
    path = office.folder / "handed-in" / "export" / "_chat.txt"
    found = office.ingest(path, "jan", "--date-order", "mdy", "--zone", "UTC")
    assert (found["delivery"], found["new"]) == (delivery, 2)
    hit = office.search("besluit")["hits"][0]
    assert hit["sent_at"] == "2022-02-03T10:00:00+01:00"
    assert hit["time_basis"] == "min/stated"


def test_a_zone_that_nobody_stated_is_said_to_be_assumed(office: Ministry) -> None:
    """The zone of a text is an assumption, and every record says so."""
    _asked(office, "file")
    path = office.folder / "handed-in" / "export" / "_chat.txt"
    office.ingest(path, "jan", "--date-order", "dmy")
    assert office.search("besluit")["hits"][0]["time_basis"] == "min/assumed"


def test_only_what_asks_is_answered(office: Ministry) -> None:
    """A delivery that was read to its end waits for no answer: exit code 2."""
    delivery = _asked(office, "file")
    words = ("delivery", "answer", delivery, "--date-order", "dmy")
    assert office.run(*words).code == 0
    ran = office.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert delivery in ran.err


def test_an_unknown_zone_is_told(office: Ministry) -> None:
    """An answer that names no time zone changes nothing; the delivery still asks."""
    delivery = _asked(office, "file")
    ran = office.run(
        "delivery", "answer", delivery, "--date-order", "dmy", "--zone", "Mars/Olympus"
    )
    assert ran.code == 2
    assert office.events()[-1]["type"] == "delivery.kept"
    assert "Mars/Olympus" in ran.err + ran.out
    assert office.json("delivery", "show", delivery)["state"] == "question"


@pytest.mark.parametrize("name", ["../buiten", "/etc/passwd", ""])
def test_a_kept_name_never_leads_outside(tmp_path: Path, name: str) -> None:
    """When bytes are put down to be read again, a name that leads outside is damage."""
    with pytest.raises(Damage):
        resume.inside(tmp_path, name)


def test_another_export_answers_what_a_file_cannot_tell(office: Ministry) -> None:
    """A file whose date order nobody can tell is read by it once another phone's export can."""
    lines = talk(20)
    first = datetime(2022, 3, 2, 9, 0)
    unclear = "".join(
        f"{first + timedelta(minutes=at):%d/%m/%y, %H:%M} - {who}: {text}\n"
        for at, who, text in lines
    )
    path = office.write("omar/WhatsApp Chat with Havenoverleg.txt", unclear)
    asked = office.ingest(path, "omar", code=1)
    assert asked["state"] == "question"
    assert office.json("reconcile")["moved"] == 0
    clear = office.write("lien/WhatsApp-chat met Havenoverleg.txt", chat(lines, start=first))
    found = office.ingest_all(clear, "lien", "--date-order", "dmy")["deliveries"]
    assert [one["delivery"] for one in found][1:] == [asked["delivery"]]
    assert office.search("--holder", "Omar")["total"] == 40
    assert {hit["sent_at"][:10] for hit in office.search()["hits"]} == {"2022-03-02"}
    answered = [one for one in office.events() if one["type"] == "delivery.answered"]
    assert answered[0]["codes"] == ["dmy", "other-export"]
    assert sorted(map(len, office.partition())) == [2] * 40
