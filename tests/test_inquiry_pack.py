"""The inquiry pack: whole, numbered, unredacted where due, without what is withheld."""

from __future__ import annotations

import csv
import hashlib
import json
import tarfile
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdf
import pytest

from archiver.cases.judgement import Judgement, Outcome
from archiver.errors import ExitCode
from tests.inquiry_office import PHOTO, inquiry_office, order, state
from tests.ministry import LIEN, chat, mail, mailbox
from tests.woo_office import PUBLISHER, RECEIVED, START, Office, add

OLD = b"\xd0\xcf\x11\xe0 een document van een oud programma"
"""What a search for words cannot open."""

_WITHHELD = {
    "Bel": {"outcome": "deels openbaar", "covered": ("06-12345678",), "grounds": ("WPE-23",)},
    "landsadvocaat": {
        "outcome": "niet openbaar", "grounds": ("WPE-20",), "reason": "Beraad van de raad.",
    },
    "site": {"outcome": "reeds openbaar", "link": "https://voorbeeld.example/stuk"},
    "lunch": {"outcome": "buiten verzoek"},
}  # fmt: skip


@pytest.fixture
def inquiry(tmp_path: Path) -> Office:
    """An order of which everything is judged and the search is stated."""
    made = inquiry_office(tmp_path)
    made.judge(_WITHHELD | {"Nog een keer": {"outcome": "dubbel", "of": made.named("stuk over")}})
    state(made, tmp_path / "zoekslag")
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Give every file of a pack by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def said(folder: Path) -> str:
    """Give all that a pack says: names, texts, lists, load files, PDFs, RSMF with its manifest."""
    parts: list[str] = []
    for name, data in sorted(files(folder).items()):
        parts.append(name)
        if name.endswith(".pdf"):
            parts += [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]
        elif name.endswith(".rsmf"):
            mail = message_from_bytes(data, policy=default)
            parts += [f"{key}: {value}" for key, value in mail.items()]
            with ZipFile(BytesIO(next(iter(mail.iter_attachments())).get_content())) as container:
                manifest = json.loads(container.read("rsmf_manifest.json"))
            parts.append(json.dumps(manifest, ensure_ascii=False))
        elif name.endswith(".xlsx"):
            with ZipFile(BytesIO(data)) as container:
                parts += [container.read(one).decode() for one in container.namelist()]
        else:
            parts.append(data.decode("utf-8", "ignore"))
    return "\n".join(parts)


def dat(folder: Path) -> list[dict[str, str]]:
    """Read a Concordance load file, by nothing but what its format says."""
    data = (folder / "laadbestand" / "documenten.dat").read_bytes().decode("utf-8-sig")
    table = [
        [cell[1:-1].replace("\xae", "\n") for cell in line.split("\x14")]
        for line in data.split("\r\n")
        if line
    ]
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a list of a pack."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_pack_is_whole(inquiry: Office, tmp_path: Path) -> None:
    """Every candidate counts once; every file is named with its digest; all parts are there."""
    out = tmp_path / "p"
    made = order(inquiry, out)
    assert made["reconciliation"] == {
        "candidates": 8, "given": 4, "partly": 1, "withheld": 1, "duplicates": 1,
        "out_of_scope": 1, "contested": 0,
    }  # fmt: skip
    assert (made["first"], made["last"]) == ("VWS0000001", "VWS0000003")
    there = files(out)
    manifest = json.loads(there["manifest.json"])
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in there.items()
        if name != "manifest.json"
    }
    assert made["manifest_sha256"] == hashlib.sha256(there["manifest.json"]).hexdigest()
    assert {
        "geleideblad.pdf", "ontvangstbewijs.pdf", "verzendlijst.csv", "zoekslag.pdf",
        "overzichten/index.csv", "overzichten/geweigerd.csv", "overzichten/leemten.csv",
        "intern/reconciliatie.json", "rsmf/VWS0000001.rsmf", "laadbestand/documenten.opt",
    } <= there.keys()  # fmt: skip
    assert there["bijlagen/VWS0000002.jpg"] == PHOTO
    sheet = pypdf.PdfReader(BytesIO(there["geleideblad.pdf"])).pages
    assert "Handtekening" in sheet[-1].extract_text()
    shown = pypdf.PdfReader(BytesIO(there["pdf/VWS0000001.pdf"])).pages[0].extract_text()
    assert "VWS0000002" in shown and "not included here" not in shown
    listed = inquiry.at.json("produce", "list", login=LIEN)["productions"]
    assert [(one["production"], one["kind"]) for one in listed] == [(made["production"], "inquiry")]


def test_the_load_files_say_where_everything_is(inquiry: Office, tmp_path: Path) -> None:
    """Numbers run through, a family is one stretch, and every place named is a file of the pack."""
    out = tmp_path / "p"
    order(inquiry, out)
    found = dat(out)
    assert [row["BEGBATES"] for row in found] == ["VWS0000001", "VWS0000002", "VWS0000003"]
    assert [(row["BEGATTACH"], row["ENDATTACH"]) for row in found] == [
        ("VWS0000001", "VWS0000002"), ("VWS0000001", "VWS0000002"), ("VWS0000003", "VWS0000003"),
    ]  # fmt: skip
    for row in found:
        for field in ("NATIVEPATH", "TEXTPATH", "PDFPATH", "RSMFPATH"):
            assert not row[field] or (out / row[field].replace("\\", "/")).is_file()
    assert found[1]["SHA256HASH"] == hashlib.sha256(PHOTO).hexdigest()
    assert found[0]["FROM"] == "Jan de Wit;Piet Zwart"
    assert found[0]["CUSTODIAN"] == "Jan" and found[0]["QUESTION"] == "1"
    assert found[0]["CONFIDENTIALITY"] == "WPE-20;WPE-23"
    images = (out / "laadbestand" / "documenten.opt").read_bytes().decode("ascii").split("\r\n")
    assert images[0] == "VWS0000001,VOL001,pdf\\VWS0000001.pdf,Y,,,1"


def test_what_is_withheld_is_nowhere_and_names_stay(inquiry: Office, tmp_path: Path) -> None:
    """The refused words are in no part of the pack, their codes are; nobody's name is gone."""
    order(inquiry, tmp_path / "p")
    text = said(tmp_path / "p")
    for secret in ("12345678", "landsadvocaat", "lunch"):
        assert secret not in text
    for due in ("Karel Geheim", "Jan de Wit", "Piet Zwart", "stikstof", "site", "👍", "[WPE-20]"):
        assert due in text
    refused = rows(tmp_path / "p", "overzichten/geweigerd")
    assert [(row["Omvang"], row["Codes"], row["Ter inzage"]) for row in refused] == [
        ("deels", "WPE-23", "nee"), ("geheel", "WPE-20", "nee"),
    ]  # fmt: skip
    assert refused[1]["Reden"] == "Beraad van de raad."


def test_the_same_again_is_the_same_to_the_byte(inquiry: Office, tmp_path: Path) -> None:
    """A pack made again, also after a rebuild, has the same bytes and numbers and no new event."""
    first = order(inquiry, tmp_path / "one")
    before = len(inquiry.at.events())
    second = order(inquiry, tmp_path / "two")
    assert (first["production"], before) == (second["production"], len(inquiry.at.events()))
    assert inquiry.at.run("rebuild").code == 0
    order(inquiry, tmp_path / "three")
    assert files(tmp_path / "one") == files(tmp_path / "two") == files(tmp_path / "three")
    assert not list(tmp_path.glob("*.deel")) and not list(tmp_path.glob("tmp*"))


def test_what_changed_gets_another_number(inquiry: Office, tmp_path: Path) -> None:
    """A document that is judged otherwise gets new numbers and names the one that it replaces."""
    order(inquiry, tmp_path / "one")
    record = inquiry.named("landsadvocaat")
    inquiry.put([Judgement(record=record, outcome=Outcome.PUBLIC)])
    order(inquiry, tmp_path / "two")
    assert [row["BEGBATES"] for row in dat(tmp_path / "two")] == [
        "VWS0000004", "VWS0000005", "VWS0000003",
    ]  # fmt: skip
    assert [row["Vervangt"] for row in rows(tmp_path / "two", "overzichten/index")] == [
        "VWS0000001", "",
    ]  # fmt: skip
    assert "landsadvocaat" in said(tmp_path / "two")


def test_what_is_contested_is_for_inspection_only(inquiry: Office, tmp_path: Path) -> None:
    """Contested words are whole in a folder of their own when inspected, and in no copy."""
    record = inquiry.named("landsadvocaat")
    refused = {"outcome": Outcome.WITHHELD, "withhold": ("WPE-20",), "reason": "Beraad."}
    inquiry.put([Judgement(record=record, contested=True, **refused)])  # type: ignore[arg-type]
    copied = order(inquiry, tmp_path / "copy")
    assert copied["reconciliation"]["contested"] == 1
    assert "landsadvocaat" not in said(tmp_path / "copy")
    order(inquiry, tmp_path / "look", "--mode", "inzage")
    there = files(tmp_path / "look")
    apart = pypdf.PdfReader(BytesIO(there["alleen-ter-inzage/VWS0000001.pdf"]))
    shown = "".join(page.extract_text() for page in apart.pages)
    assert "landsadvocaat" in shown and "Alleen ter inzage" in shown
    assert "12345678" not in shown
    del there["alleen-ter-inzage/VWS0000001.pdf"]
    assert not [name for name in there if name.startswith(("rsmf", "laadbestand", "alleen"))]
    assert rows(tmp_path / "look", "overzichten/geweigerd")[1]["Ter inzage"] == "ja"


def test_information_is_given_without_load_files(inquiry: Office, tmp_path: Path) -> None:
    """Kennisneming has documents, lists and sheets, and neither RSMF nor load files."""
    order(inquiry, tmp_path / "p", "--mode", "kennisneming")
    tops = {name.partition("/")[0] for name in files(tmp_path / "p")}
    assert {"pdf", "tekst", "bijlagen", "overzichten"} <= tops
    assert not tops & {"rsmf", "laadbestand", "alleen-ter-inzage"}


def test_it_is_compared_with_what_the_public_got(inquiry: Office, tmp_path: Path) -> None:
    """Of each record it says what the Woo pack did; what the public has and this lacks is told."""
    woo = _woo(inquiry)
    names = inquiry.names()
    woo.judge({
        "landsadvocaat": {"outcome": "openbaar"},
        "foto": {"outcome": "niet openbaar", "grounds": ("5.1.2e",), "reason": "Persoonlijk."},
    })  # fmt: skip
    for one in woo.at.json("case", "contradictions", woo.case, login=LIEN, code=None)[
        "contradictions"
    ]:
        given = ("case", "explain", woo.case, one["key"], "--reason", "andere wet")
        assert woo.at.run(*given, login=LIEN).code == 0
    made_woo = woo.at.run("produce", "woo", woo.case, "--out", tmp_path / "w", *PUBLISHER,
                          login=LIEN)  # fmt: skip
    assert made_woo.code in (0, 1), made_woo.err
    made = order(inquiry, tmp_path / "p")
    assert [one["code"] for one in made["findings"]] == ["W-W803", "W-W804", "W-W804"]
    found = {
        row["Bericht"]: row["Verschil"] for row in rows(tmp_path / "p", "intern/vergelijking-woo")
    }
    by_word = {word: found[name] for name, text in names.items()
               for word in ("stikstof", "foto", "landsadvocaat") if word in text}  # fmt: skip
    assert by_word == {
        "stikstof": "gelijk", "foto": "hier toegevoegd", "landsadvocaat": "hier minder dan daar",
    }  # fmt: skip
    assert sum(made["woo"].values()) == 8


def test_questions_lead_to_documents(tmp_path: Path) -> None:
    """What a search found answers its question; what answers none comes last and is told."""
    made = inquiry_office(tmp_path)
    given = ("--question", "1: Wat is besproken?", "--question", "2: Waar ging men eten?")
    assert (
        made.at.run("case", "change", made.case, *given, "--reason", "twee", login=LIEN).code == 0
    )
    search = made.at.json("case", "search", made.case, "stikstof", login=LIEN)["search"]
    taken = ("case", "take", made.case, search, "--context", "0")
    assert made.at.run(*taken, login=LIEN).code == 0
    made.judge({})
    state(made, tmp_path / "z")
    report = order(made, tmp_path / "p", "--answers", f"2={search}")
    assert [one["code"] for one in report["findings"]] == ["W-W802", "W-W803"]
    listed = rows(tmp_path / "p", "overzichten/index")
    assert [row["Vraag"] for row in listed] == ["2", "geen vraag toegewezen"]
    for bad in ("3=" + search, "1=q0000000000", "1"):
        ran = order_run(made, tmp_path / "q", "--answers", bad)
        assert (ran.code, (tmp_path / "q").exists()) == (ExitCode.USAGE, False)


def test_a_file_that_cannot_be_given_apart_is_told(tmp_path: Path) -> None:
    """Of a container that is not opened the file is named in the document, and the officer told."""
    made = inquiry_office(tmp_path)
    packed = tmp_path / "handed-in" / "groep.tar"
    other = [(5000, "Jan de Wit", "IMG-20240316-WA0002.jpg (bestand bijgevoegd)")]
    members = {"WhatsApp-chat met Kring.txt": chat(other, start=START).encode(),
               "IMG-20240316-WA0002.jpg": b"ander plaatje"}  # fmt: skip
    with tarfile.open(packed, "w") as container:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            container.addfile(entry, BytesIO(data))
    made.at.ingest(packed)
    add(made)
    made.judge({})
    state(made, tmp_path / "z")
    report = order(made, tmp_path / "p")
    assert [one["code"] for one in report["findings"]] == ["W-W801", "W-W803"]
    assert "IMG-20240316-WA0002.jpg" in said(tmp_path / "p")


def test_mail_has_who_it_went_to_and_a_container_its_files(tmp_path: Path) -> None:
    """Of an investigation too: mails name their addressees and have no RSMF; of a ZIP the file."""
    made = inquiry_office(tmp_path, kind="investigation")
    made.at.ingest(made.at.write("post.mbox", mailbox([mail(1, "Zie de brief")])), "lien")
    packed = tmp_path / "handed-in" / "kring.zip"
    other = [(5000, "Jan de Wit", "IMG-20240316-WA0002.jpg (bestand bijgevoegd)")]
    with ZipFile(packed, "w") as container:
        container.writestr("WhatsApp-chat met Kring.txt", chat(other, start=START))
        container.writestr("IMG-20240316-WA0002.jpg", OLD)
    made.at.ingest(packed)
    add(made)
    made.judge({})
    state(made, tmp_path / "z")
    order(made, tmp_path / "p")
    found = dat(tmp_path / "p")
    (letter,) = [row for row in found if row["DOCTYPE"] == "mail"]
    assert (letter["TO"], letter["CC"], letter["RSMFPATH"]) == ("omar@voorbeeld.example", "", "")
    assert letter["CUSTODIAN"] == "Lien" and letter["SUBJECT"] == "Overleg"
    natives = [name for name in files(tmp_path / "p") if name.startswith("bijlagen")]
    assert len(natives) == 2
    assert OLD in [(tmp_path / "p" / name).read_bytes() for name in natives]


def test_trying_gives_out_no_number(inquiry: Office, tmp_path: Path) -> None:
    """With --dry-run the sums are told, and neither file nor event nor number is made."""
    before = len(inquiry.at.events())
    made = order(inquiry, tmp_path / "p", "--dry-run")
    assert (made["documents"], made["files"], made["production"], made["first"]) == (2, 1, None, "")
    assert not (tmp_path / "p").exists() and len(inquiry.at.events()) == before


def test_an_order_that_nothing_answers_is_answered_too(tmp_path: Path) -> None:
    """Where all lies outside the order there are sheets and lists, no documents and no numbers."""
    made = inquiry_office(tmp_path)
    made.judge({}, rest="buiten verzoek")
    state(made, tmp_path / "z")
    told = order(made, tmp_path / "p")
    assert (told["documents"], told["first"], told["reconciliation"]["out_of_scope"]) == (0, "", 8)
    assert dat(tmp_path / "p") == []
    assert "stikstof is af" not in said(tmp_path / "p")


def test_refusals(tmp_path: Path) -> None:
    """Without statement, with a bad prefix, of a Woo case, by another role: nothing is written."""
    made = inquiry_office(tmp_path)
    made.judge({"foto": {"outcome": "openbaar"}}, rest="")
    assert order_run(made, tmp_path / "p").code == ExitCode.PRECONDITION
    state(made, tmp_path / "z")
    assert order_run(made, tmp_path / "p").code == ExitCode.FINDINGS
    made.judge({})
    assert order_run(made, tmp_path / "p", prefix="vws").code == ExitCode.USAGE
    woo = _woo(made)
    woo.judge({})
    assert order_run(woo, tmp_path / "p").code == ExitCode.USAGE
    (tmp_path / "there").mkdir()
    assert order_run(made, tmp_path / "there").code == ExitCode.USAGE
    assert not (tmp_path / "p").exists()
    ran = made.at.run("produce", "inquiry", made.case, "--out", tmp_path / "p", "--prefix", "VWS",
                      "--mode", "inzage")  # fmt: skip
    assert ran.code == ExitCode.NOT_AUTHORISED


def test_two_hundred_secrets_are_in_the_inquiry_and_none_in_the_woo_pack(tmp_path: Path) -> None:
    """Planted in words, senders, file names and quotations: all here, none made public."""
    words = [f"geheim{number:03d}woord" for number in range(160)]
    lines = [(at, f"Naam{at % 20:02d} Verborgen{at % 20:02d}", f"Let op {word} vandaag")
             for at, word in enumerate(words)]  # fmt: skip
    lines += [(200, "Naam00 Verborgen00", f"Zo zei hij: Let op {words[0]} vandaag, echt waar")]
    lines += [
        (300 + at, "Jan de Wit", f"scan{at:02d}dossier.jpg (bestand bijgevoegd)")
        for at in range(20)
    ]
    made = inquiry_office(tmp_path, lines)
    made.judge({})
    state(made, tmp_path / "z")
    woo = _woo(made)
    hidden = {"outcome": "niet openbaar", "grounds": ("5.1.2i",), "reason": "Vertrouwelijk."}
    part = {"outcome": "deels openbaar", "covered": (words[0],), "grounds": ("5.1.2i",)}
    woo.judge({"Zo zei": part, "geheim": hidden, "scan": hidden})
    out = woo.at.run("produce", "woo", woo.case, "--out", tmp_path / "w", *PUBLISHER, login=LIEN)
    assert out.code in (0, 1), out.err
    order(made, tmp_path / "p")
    secrets = [*words, *(f"Verborgen{at:02d}" for at in range(20)),
               *(f"scan{at:02d}dossier" for at in range(20))]  # fmt: skip
    assert len(secrets) == 200
    inside, outside = said(tmp_path / "p"), said(tmp_path / "w")
    assert [one for one in secrets if one not in inside] == []
    assert [one for one in secrets if one in outside] == []


def _woo(made: Office) -> Office:
    """Open a Woo request on the same records."""
    opened = made.at.json(
        *("case", "open", "--kind", "woo", "--reference", "Woo-9", "--requester", "De Krant"),
        *("--received", RECEIVED, "--person", "Jan"),
        login=LIEN,
    )
    found = Office(made.at, opened["case"])
    add(found)
    return found


def order_run(made: Office, out: Path, *words: object, prefix: str = "VWS") -> Any:
    """Ask for a copy; give how the command ended."""
    given = ("produce", "inquiry", made.case, "--out", out, "--prefix", prefix)
    return made.at.run(*given, "--mode", "afschrift", *words, login=LIEN)
