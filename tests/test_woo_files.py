"""Files in a Woo pack: each judged, given, or withheld on a ground, with an exact account."""

from __future__ import annotations

import json
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import ExitCode
from archiver.produce.sheet_reading import table_of
from archiver.produce.woo.check import faults
from tests.file_office import (
    EXIF,
    JPEG,
    LINES,
    NOTE,
    PDF,
    TEXT_CHUNK,
    file,
    file_office,
    hand_in,
    judge_messages,
    judge_usual,
    listed,
    pdf,
    png,
)
from tests.ministry import LIEN
from tests.test_woo_pack import files, text_of
from tests.woo_office import PUBLISHER, Office, add

CHANGES = ("public", "withheld", "already", "out-of-scope", "duplicate", "undo")
PRIVATE = ("--as", "withheld", "--ground", "5.1.2e", "--reason", "Staat iemand op.")


@pytest.fixture
def made(tmp_path: Path) -> Office:
    """A request of which all messages and files are judged: the PDF is withheld."""
    office = file_office(tmp_path)
    judge_usual(office)
    return office


def rows_of(out: Path) -> dict[str, dict[str, str]]:
    """Give the rows of the production report by their name."""
    header, *rows = table_of(out / "productierapport.csv")
    return {row[4]: dict(zip(header, row, strict=True)) for row in rows}


def refused(made: Office, out: Path) -> str:
    """Try to make the pack, which is refused and leaves nothing; give what is said."""
    before = len(made.at.events())
    ran = made.at.run("produce", "woo", made.case, "--out", out, *PUBLISHER, login=LIEN)
    assert (ran.code, ran.out, out.exists()) == (ExitCode.FINDINGS, "", False), ran.err
    assert len(made.at.events()) == before
    return ran.err


def test_every_file_is_given_or_withheld(made: Office, tmp_path: Path) -> None:
    """Each file has a row in the family of its message; what is public lies there, cleaned."""
    told = made.produce(tmp_path / "p")
    assert told["attachments"] == {
        "files": 6, "given": 4, "withheld": 1, "already_public": 0, "duplicates": 0,
        "out_of_scope": 0, "missing": 1,
    }  # fmt: skip
    assert told["files"] == 5
    rows = rows_of(tmp_path / "p")
    day = next(row for row in rows.values() if row["File Type"] == "chat")
    photo, note = rows["IMG-20240314-WA0001.jpg"], rows["notitie.txt"]
    gone = rows["Bijlage van 2024-03-14"]
    assert {row["Family"] for row in (photo, note, gone)} == {day["Family"]}
    assert [photo["File Type"], note["File Type"], gone["File Type"]] == [
        "image", "word processing", "pdf",
    ]  # fmt: skip
    assert (gone["Beoordeling"], gone["Beoordelingsgrond"]) == ("Niet openbaar", "5.1.2e")
    assert gone["Toelichting"] == "Privé."
    there = files(tmp_path / "p")
    assert there[f"documenten/{note['ID']}.txt"] == NOTE.encode()
    assert f"diwoo/{photo['ID']}.xml" in there
    assert not [name for name in there if gone["ID"] in name]


def test_the_platform_and_the_sums_agree(made: Office, tmp_path: Path) -> None:
    """The platform's reading finds no fault; the lists, the sums and the event say the same."""
    told = made.produce(tmp_path / "p", "--unit", "message")
    names = [path.name for path in (tmp_path / "p" / "documenten").iterdir()]
    assert faults(table_of(tmp_path / "p" / "productierapport.xlsx"), files=names) == []
    listed_ = {row[0]: row[2] for row in table_of(tmp_path / "p" / "inventarislijst.csv")[1:]}
    assert set(filter(None, listed_.values())) == set(names)
    internal = table_of(tmp_path / "p" / "intern" / "reconciliatie-bestanden.csv")[1:]
    assert [row[3] for row in internal].count("openbaar") == told["attachments"]["given"]
    assert [row[3] for row in internal].count("not-handed-in") == 1
    sums = json.loads((tmp_path / "p" / "intern" / "reconciliatie.json").read_bytes())
    assert sums["attachments"] == told["attachments"]
    (event,) = [one for one in made.at.events() if one["type"] == "production.made"]
    assert event["counts"] == {
        **told["reconciliation"],
        **{name if name == "files" else f"files_{name}": count
           for name, count in told["attachments"].items()},
    }  # fmt: skip


def test_the_document_names_what_became_of_each(made: Office, tmp_path: Path) -> None:
    """The line of a file has its number; of what is withheld a bar stands for the name."""
    made.produce(tmp_path / "p")
    said = text_of(tmp_path / "p")
    number = rows_of(tmp_path / "p")["notitie.txt"]["ID"]
    assert f"openbaar, bestand {number}" in said
    assert "niet in het archief: niet aangeleverd" in said and "niet openbaar, bestand" in said
    assert "nota.pdf" not in said


def test_what_is_hidden_in_files_is_nowhere(tmp_path: Path) -> None:
    """Planted words in EXIF, in a PNG, behind the end and in the name of what is withheld: none."""
    made = file_office(tmp_path)
    judge_usual(made)
    made.produce(tmp_path / "p")
    given_ = files(tmp_path / "p")
    for secret in (EXIF, "Karel", "Verborgen", TEXT_CHUNK, "52.0799", "verzonnen nota", "nota.pdf"):
        assert not [name for name, data in given_.items() if secret.encode() in data], secret
        assert not [name for name in given_ if secret in name], secret
    pictures = [data for name, data in given_.items() if name.endswith((".jpg", ".png"))]
    assert len(pictures) == 2 and not any(b"Exif" in one or b"tEXt" in one for one in pictures)
    assert {JPEG, png(), PDF}.isdisjoint(given_.values())


def test_nothing_is_written_while_a_file_waits(tmp_path: Path) -> None:
    """It is said how many wait, and the command that shows which; also when it is only tried."""
    made = file_office(tmp_path)
    said = refused(made, tmp_path / "p")
    assert "4 files" in said and f"case file list {made.case}" in said
    ran = made.at.run(
        "produce", "woo", made.case, "--out", tmp_path / "p", *PUBLISHER, "--dry-run", login=LIEN
    )
    assert ran.code == ExitCode.FINDINGS


def test_what_has_no_clean_form_needs_a_copy(made: Office, tmp_path: Path) -> None:
    """A PDF that is public is refused until it is withheld or a clean copy of it is handed in."""
    name = listed(made)["nota.pdf"]["file"]
    file(made, "judge", name, "--as", "public")
    said = refused(made, tmp_path / "p")
    assert "--clean" in said and name[:12] in said
    path = made.at.write("kopie.pdf", pdf("Het advies van de landsadvocaat is vertrouwelijk"))
    partly = ("--as", "partly", "--ground", "5.1.2e", "--clean", path)
    file(made, "judge", name, *partly)
    assert "landsadvocaat" not in refused(made, tmp_path / "p")
    made.at.write("kopie.pdf", pdf("De nota zonder namen"))
    file(made, "judge", name, *partly)
    made.produce(tmp_path / "p")
    row = rows_of(tmp_path / "p")["nota.pdf"]
    assert (row["Beoordeling"], row["Beoordelingsgrond"]) == ("Deels openbaar", "5.1.2e")
    place = tmp_path / "p" / "documenten" / f"{row['ID']}.pdf"
    assert place.read_bytes() == path.read_bytes()
    path.unlink()
    made.produce(tmp_path / "q")
    assert files(tmp_path / "q") == files(tmp_path / "p")


def test_a_text_with_words_that_were_judged_away_is_refused(tmp_path: Path) -> None:
    """The leak check reads what is given: a text that repeats a secret stops the pack."""
    made = file_office(tmp_path, {"notitie.txt": b"Zie: het advies van de landsadvocaat is "
                                                 b"vertrouwelijk."})  # fmt: skip
    judge_usual(made)
    number = listed(made)["notitie.txt"]["file"]
    said = refused(made, tmp_path / "p")
    assert "documenten/" in said and "landsadvocaat" not in said
    file(made, "judge", number, *PRIVATE)
    made.produce(tmp_path / "p")


def test_other_outcomes_are_told_as_of_documents(made: Office, tmp_path: Path) -> None:
    """Public already has its link, a double its original, what is out of scope no row at all."""
    rows = listed(made)
    names = ("notitie.txt", "IMG-20240314-WA0001.jpg", "IMG-20240314-WA0002.png")
    note, photo, card = (rows[name]["file"] for name in names)
    file(made, "judge", note, "--as", "already", "--link", "https://voorbeeld.example/n")
    file(made, "judge", photo, "--as", "duplicate", "--of", card)
    told = made.produce(tmp_path / "p")
    assert told["attachments"] == {
        "files": 6, "given": 1, "withheld": 1, "already_public": 1, "duplicates": 2,
        "out_of_scope": 0, "missing": 1,
    }  # fmt: skip
    found = rows_of(tmp_path / "p")
    assert found["notitie.txt"]["Publieke Link"] == "https://voorbeeld.example/n"
    double = found["IMG-20240314-WA0001.jpg"]
    assert (double["Beoordelingsgrond"], double["Gerelateerd ID"]) == (
        "dubbel", found["IMG-20240314-WA0002.png"]["ID"],
    )  # fmt: skip
    said = text_of(tmp_path / "p")
    assert "al openbaar: https://voorbeeld.example/n" in said
    assert f"dubbel van bestand {double['Gerelateerd ID']}" in said
    file(made, "judge", card, "--as", "out-of-scope")
    told = made.produce(tmp_path / "q")
    assert told["attachments"]["out_of_scope"] == 1
    found = rows_of(tmp_path / "q")
    assert "IMG-20240314-WA0002.png" not in found
    assert found["IMG-20240314-WA0001.jpg"]["Gerelateerd ID"] == ""
    assert "buiten het verzoek)" in text_of(tmp_path / "q")


def test_numbers_stay(made: Office, tmp_path: Path) -> None:
    """A longer export, another unit, or a rebuild: a file keeps its number, and the bytes agree."""
    made.produce(tmp_path / "one")
    before = {name: row["ID"] for name, row in rows_of(tmp_path / "one").items() if "." in name}
    assert made.at.run("rebuild").code == 0
    made.produce(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    hand_in(made, "later", [(-60, "Piet Zwart", "IMG-20240314-WA0001.jpg (bestand bijgevoegd)"),
                            *LINES, (3000, "Jan de Wit", "Klaar")])  # fmt: skip
    judge_messages(made)
    made.produce(tmp_path / "three", "--unit", "message")
    after = {name: row["ID"] for name, row in rows_of(tmp_path / "three").items()}
    assert before.items() <= after.items()
    assert all(re.fullmatch("g[a-z2-7]{11}", number) for number in before.values())


def test_a_part_of_a_mail_is_given(tmp_path: Path) -> None:
    """What is attached to a mail is taken out of it, decoded, and given as any other file."""
    made = file_office(tmp_path)
    letter = EmailMessage()
    letter["From"], letter["To"] = "lien@voorbeeld.example", "omar@voorbeeld.example"
    letter["Subject"], letter["Message-ID"] = "Verslag", "<v1@voorbeeld.example>"
    letter["Date"] = "Thu, 14 Mar 2024 12:00:00 +0100"
    letter.set_content("Zie het verslag")
    report = "Verslag: één besluit\n".encode()
    letter.add_attachment(report, "text", "plain", filename="verslag.txt")
    made.at.ingest(made.at.write("post.eml", letter.as_bytes()), "lien")
    add(made)
    judge_messages(made)
    judge_usual(made)
    made.produce(tmp_path / "p")
    number = rows_of(tmp_path / "p")["verslag.txt"]["ID"]
    assert (tmp_path / "p" / "documenten" / f"{number}.txt").read_bytes() == report


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(CHANGES)), max_size=8))
def test_any_judgements_of_files_add_up(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str]]
) -> None:
    """Whatever is judged and taken back, the files are all accounted for, or nothing is made."""
    folder = tmp_path_factory.mktemp("files")
    made = file_office(folder)
    judge_usual(made)
    names = sorted(row["file"] for row in listed(made).values() if row["file"])
    for place, change in changes:
        _change(made, names, place, change)
    out = folder / "p"
    given_ = ("produce", "woo", made.case, "--out", out, *PUBLISHER, "--output", "json")
    ran = made.at.run(*given_, login=LIEN)
    told = file(made, "list")
    public_pdf = any(row["problem"] and row["outcome"] == "openbaar" for row in told["files"])
    assert out.is_dir() is (ran.code == 0) is not (told["waiting"] or public_pdf), ran.err
    if ran.code == 0:
        counts = dict(ran.json["attachments"])
        assert counts.pop("files") == sum(counts.values()) == 6
        assert len(table_of(out / "intern" / "reconciliatie-bestanden.csv")) == 7
        made.produce(folder / "again")
        assert files(out) == files(folder / "again")


def _change(made: Office, names: list[str], place: int, change: str) -> None:
    """Judge one file, or take its judgement back; what the rules refuse is left."""
    more: dict[str, tuple[Any, ...]] = {
        "withheld": ("--ground", "5.1.2e", "--reason", "Privé."),
        "already": ("--link", "https://voorbeeld.example/x"),
        "duplicate": ("--of", names[(place + 1) % len(names)]),
    }
    verb = ("undo",) if change == "undo" else ("judge",)
    words = () if change == "undo" else ("--as", change, *more.get(change, ()))
    ran = made.at.run("case", "file", *verb, made.case, names[place], *words, login=LIEN)
    assert ran.code in (ExitCode.DONE, ExitCode.USAGE), ran.err
