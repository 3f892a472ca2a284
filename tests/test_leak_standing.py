"""What the leak check leaves alone: a word judged away that stands somewhere else by right."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest

from archiver.cases.leak import check
from archiver.classify.personal import People
from archiver.errors import ExitCode
from archiver.produce import documents
from archiver.produce.inquiry.load_file import write_dat
from archiver.produce.standing import standing
from tests.file_office import file, file_office, judge_usual, listed
from tests.inquiry_office import inquiry_office, order, state
from tests.ministry import LIEN, mail, mailbox
from tests.test_woo_files import PRIVATE, refused
from tests.test_woo_pack import text_of
from tests.woo_office import PUBLISHER, Office, add, office

STANDING = (
    "maart", "donderdag", "Document", "Zaak", "Bron", "Beoordeling", "Gronden", "openbaar",
    "Ministerie", "Volksgezondheid", "VWS", "Toelichting", "Datum", "Naam", "Opgeschort",
    "Inventarislijst", "Info", "Page", "Font", "Title", "Root", "WhatsApp", "gesprek", "Tijden",
    "Nederland", "Woo", "2024", "14 maart", "2024-03-14", "312", "100", "Sheet",
    "Ja", "Productierapport", "Type", "donderdag 14 maart",
)  # fmt: skip
"""Words that a pack has of itself: of its pages, tables, metadata, formats, names and numbers."""


def away(word: str, ground: str = "5.1.2e") -> dict[str, Any]:
    """Judge a message public but for one word."""
    return {"outcome": "deels openbaar", "covered": (word,), "grounds": (ground,)}


def covering(folder: Path, word: str, *more: str) -> Office:
    """Make a case in which a word is judged away in the first message; more messages follow."""
    lines = [(0, "Jan de Wit", f"Bel {word} even")]
    lines += [(9 + place, "Piet Zwart", text) for place, text in enumerate(more)]
    made = office(folder, lines)
    made.judge({"even": away(word)})
    return made


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A case in which every standing word is judged away, each in a message of its own."""
    lines = [(place * 300, "Jan de Wit", f"Bel {word} even") for place, word in enumerate(STANDING)]
    made = office(tmp_path_factory.mktemp("standing"), lines)
    made.judge({f"Bel {word} even": away(word) for word in STANDING})
    return made


def test_a_word_that_the_pack_has_of_itself_is_no_leak(every: Office, tmp_path: Path) -> None:
    """Months, headings, the ministry, words of the formats and small numbers may be there."""
    made = every.produce(tmp_path / "p", code=None)
    assert made["production"]
    said = text_of(tmp_path / "p")
    assert not [word for word in STANDING if f"Bel {word}" in said]


def test_an_inquiry_pack_has_words_of_itself_too(tmp_path: Path) -> None:
    """So may headings of lists and load files, and what the order is called."""
    words = (*STANDING, "Vraag", "Index", "Custodian", "VOL001", "Kamer", "Leemten", "Grond")
    lines = [(place * 300, "Jan de Wit", f"Bel {word} even") for place, word in enumerate(words)]
    made = inquiry_office(tmp_path, lines)
    made.judge({f"Bel {word} even": away(word, "WPE-23") for word in words})
    state(made, tmp_path / "statement")
    assert order(made, tmp_path / "p")["production"]


def test_a_name_that_is_left_beside_its_bar_is_a_leak(tmp_path: Path) -> None:
    """A message in which a name is taken away once and left once refuses the pack and is named."""
    made = office(tmp_path, [(0, "Jan de Wit", "Coen Goedhart: hoi. Coen Goedhart: tot zo")])
    made.judge({"hoi": away("Coen Goedhart")})
    said = refused(made, tmp_path / "p")
    assert made.named("hoi") in said and "Goedhart" not in said


@pytest.mark.parametrize("unit", ["message", "conversation"])
def test_such_a_word_is_a_leak_where_a_record_shows_it(tmp_path: Path, unit: str) -> None:
    """A mail's subject has the month that was judged away: nobody judged that, so it is refused."""
    made = covering(tmp_path, "Maart")
    made.at.account("post", service="mail", identifier="lien@voorbeeld.example")
    box = mailbox([mail(1, "Graag reactie", subject="Brief van maart")])
    made.at.ingest(made.at.write("box.mbox", box), "post", code=None)
    add(made)
    made.judge({"Graag": {"outcome": "openbaar"}}, rest="")
    words = ("produce", "woo", made.case, "--out", tmp_path / "p", *PUBLISHER, "--unit", unit)
    ran = made.at.run(*words, login=LIEN)
    assert (ran.code, (tmp_path / "p").exists()) == (ExitCode.FINDINGS, False)
    assert made.named("even") in ran.err
    assert made.named("Graag") in ran.err
    assert "documenten/" in ran.err and "Judge them the same" in ran.err
    assert "maart" not in ran.err.lower()


def test_a_word_that_an_officer_left_elsewhere_is_no_leak(tmp_path: Path) -> None:
    """A first name away in one message and left in another: both judgements hold."""
    made = covering(tmp_path, "Roos", "Een roos op tafel", "Prima")
    made.produce(tmp_path / "p")
    said = text_of(tmp_path / "p")
    assert "Bel Roos" not in said and "Een roos op tafel" in said


def test_the_name_of_whoever_stays_named_is_no_leak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name judged away in a message may stand where an official who stays named sent one."""
    made = covering(tmp_path, "Wit", "Prima")
    monkeypatch.setattr(documents, "people_of", lambda *_: People(public=("Jan de Wit",)))
    made.produce(tmp_path / "p")
    said = text_of(tmp_path / "p")
    assert "Jan de Wit" in said and "Bel Wit" not in said and "Piet Zwart" not in said


def test_a_word_within_a_longer_one_that_was_left_is_no_permission(tmp_path: Path) -> None:
    """That January was left does not say that Jan may stand in a subject."""
    made = covering(tmp_path, "Jan", "Tot januari")
    made.at.account("post", service="mail", identifier="lien@voorbeeld.example")
    box = mailbox([mail(1, "Graag reactie", subject="de jan van boven")])
    made.at.ingest(made.at.write("box.mbox", box), "post", code=None)
    add(made)
    made.judge({"Graag": {"outcome": "openbaar"}}, rest="")
    ran = made.at.run("produce", "woo", made.case, "--out", tmp_path / "p", *PUBLISHER, login=LIEN)
    assert (ran.code, (tmp_path / "p").exists()) == (ExitCode.FINDINGS, False)


def test_a_file_that_was_handed_in_has_no_words_of_the_pack(tmp_path: Path) -> None:
    """A common word judged away may be in headings, and not in a text file that is given."""
    made = file_office(tmp_path, {"notitie.txt": b"Want het is zo."})
    judge_usual(made)
    made.judge({"stuk over": away("Het")}, rest="")
    said = refused(made, tmp_path / "p")
    number = listed(made)["notitie.txt"]["file"]
    assert "documenten/" in said and made.named("stuk over") in said
    file(made, "judge", number, *PRIVATE)
    made.produce(tmp_path / "p")


def test_compressed_bytes_are_no_words(tmp_path: Path) -> None:
    """Letters that compression put beside each other are no name; what was written there is."""
    stream = b"x#Jan$y " * 40
    (tmp_path / "a.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj <</Length1 320/Length 320>> stream\n" + stream + b"\nendstream endobj\n"
    )
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x01jan\x00\x02" + zlib.compress(b"x"))
    assert check(["Jan"], tmp_path).is_clean
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00Author: Jan de Wit\x00")
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.4\n1 0 obj (Jan) endobj\n% door Jan\n")
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.4\n1 0 obj <<>> stream\n(Jan)Tj\nendstream endobj\n")
    found = check(["Jan"], tmp_path)
    assert {one.file for one in found.leaks} == {"c.png", "d.pdf", "e.pdf"}


def test_a_short_name_in_a_load_file_is_seen(tmp_path: Path) -> None:
    """The signs between the cells of a load file hide nothing, nor does its charset."""
    with (tmp_path / "a.dat").open("wb") as file:
        write_dat(file, [{"FROM": "Jan", "BEGBATES": "VWS0000001"}])
    (tmp_path / "b.csv").write_bytes("1;Jan;één".encode("latin-1"))
    found = check(["Jan"], tmp_path)
    assert {one.file for one in found.leaks} == {"a.dat", "b.csv"}


def test_standing_words_are_known_and_no_more() -> None:
    """Texts of a pack of nothing have its headings, and no ministry or person."""
    said = " ".join(standing()).casefold()
    for word in ("beoordeling", "donderdag", "maart", "mediabox", "officieletitel", "begbates"):
        assert word in said, word
    for word in ("jan", "volksgezondheid", "algemene zaken"):
        assert f" {word} " not in said, word
