"""A request from receipt to pack, by the command line alone, as jurists work it.

A group that four phones handed in answers a Woo request on one word, and an order of inquiry on
its days; the same on a small invented group, so that it is always tested.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archiver.produce.sheet_reading import table_of
from tests.ministry import LIEN, PIA, Ministry, chat, ministry
from tests.woo_office import PUBLISHER, RECEIVED, START

FOLDER = "chat/vws-one-group-four-phones"
PHONES = {
    "alice": "Alice Wonderland/Export 1",
    "bob": "Bob Bobsen/Export Bob",
    "carol": "Carol Christmas/Export Carol",
    "dave": "Dave Davidson/Dave 1 media",
}
ADVICE = "Het advies van de landsadvocaat is vertrouwelijk"
LINES = [
    (0, "Jan de Wit", "Goedemorgen"),
    (1, "Piet Zwart", "Het besluit over stikstof ligt klaar"),
    (1, "", "Piet Zwart heeft +31 6 87654321 toegevoegd"),
    (2, "Jan de Wit", "Bel Karel Geheim op 06-12345678 over stikstof"),
    (3, "Piet Zwart", ADVICE),
    (4, "Jan de Wit", "Wie haalt er lunch?"),
    (5, "Piet Zwart", "Prima, dan gaat stikstof mee naar de raad"),
    (1500, "Piet Zwart", "Tot morgen"),
    (3000, "Jan de Wit", "Dit gaat nergens over"),
]
Rule = Mapping[str, str]
"""What a row of the sheet gets; a passage is given as the words that it covers."""


@dataclass(frozen=True, slots=True)
class Request:
    """A case that two jurists work on in one archive."""

    at: Ministry
    case: str

    def run(self, verb: str, *words: object, login: str = LIEN) -> None:
        """Run a command on the case; it has nothing to complain of."""
        ran = self.at.run("case", verb, self.case, *words, login=login)
        assert ran.code == 0, ran.err

    def take(self, *words: object, context: int) -> int:
        """Search, and take what was found with what stands around it; give the number of hits."""
        found = self.at.json("case", "search", self.case, *words, login=LIEN)
        self.run("take", found["search"], "--context", context)
        return int(found["hits"])

    def judge(self, rules: Mapping[str, Rule]) -> list[dict[str, str]]:
        """Judge by a sheet: rows by a word of their text, all others public; give the rows."""
        sheet, filled = self.at.folder / f"{self.case}.csv", self.at.folder / "filled.csv"
        self.run("export-judgements", "--to", sheet)
        rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"), newline="")))
        for row in rows:
            row["outcome"] = "openbaar"
            for word, rule in rules.items():
                if word in row["text"]:
                    row.update(rule, passages=_passages(row["text"], rule.get("passages", "")))
        with filled.open("w", encoding="utf-8", newline="") as file:
            written = csv.DictWriter(file, rows[0], quoting=csv.QUOTE_ALL)
            written.writeheader()
            written.writerows(rows)
        self.run("import-judgements", filled)
        return rows

    def agree(self) -> int:
        """Let the second reader agree to all that waits for one; give how many that were."""
        found = self.at.json("case", "contradictions", self.case, login=PIA, code=1)
        assert {one["code"] for one in found["contradictions"]} == {"E-J106"}
        waiting = {one["record"] for one in found["contradictions"]}
        self.run("second", *sorted(waiting), "--agree", login=PIA)
        assert self.at.json("case", "contradictions", self.case, login=PIA)["found"] == 0
        return len(waiting)

    def judge_files(self) -> int:
        """Judge the files beside messages: public where they can be given; give how many are."""
        listed = self.at.json("case", "file", "list", self.case, login=LIEN)["files"]
        away = [one["file"] for one in listed if one["problem"]]
        given = _withheld("5.1.2e")
        words = ("--ground", given["grounds"], "--reason", given["reason"], "--aged", given["aged"])
        for which in ((*away, "--as", "withheld", *words), ("--all-waiting", "--as", "public")):
            ran = self.at.run("case", "file", "judge", self.case, *which, login=LIEN)
            assert ran.code == 0, ran.err
        return sum(one["state"] == "waiting" and not one["problem"] for one in listed)

    def produce(self, kind: str, out: Path, *words: object, code: int = 0) -> Any:
        """Make a pack, with what the policy says of second readers."""
        given = ("--out", out, *words)
        return self.at.json("produce", kind, self.case, *given, login=LIEN, code=code)


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with a small invented group, and two jurists."""
    at = _staffed(tmp_path_factory.mktemp("group"))
    at.ingest(at.write("WhatsApp-chat met Projectgroep.txt", chat(LINES, start=START)))
    return at


@pytest.fixture(scope="module")
def phones(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with one group from four phones, and two jurists."""
    at = _staffed(tmp_path_factory.mktemp("phones"))
    for name, folder in PHONES.items():
        at.ingest(samples / FOLDER / folder, name)
    return at


def test_a_small_group_answers_a_woo_request(group: Ministry, tmp_path: Path) -> None:
    """From one word to a pack that is exact, and that has nothing of what was judged away."""
    case = opened(group, "woo", "Woo-2024-31", "--from", "2024-03-01", "--to", "2024-03-31")
    assert case.take("stikstof", context=1) == 3
    case.judge(
        {
            "Bel": {"outcome": "deels openbaar", "passages": "Karel Geheim|06-12345678"},
            "advies": _withheld("5.1.2i"),
            "lunch": {"outcome": "buiten verzoek"},
        }
    )
    assert case.agree() == 1
    made = case.produce("woo", tmp_path / "woo", *PUBLISHER, "--unit", "day")
    counts = {"candidates": 8, "published": 6, "withheld": 1, "out_of_scope": 1}
    insist_exact(case, tmp_path / "woo", made, counts)
    said = public_words(tmp_path / "woo")
    assert "Het besluit over stikstof ligt klaar" in said and "toegevoegd" in said
    for secret in (
        "Karel",
        "12345678",
        "87654321",
        "landsadvocaat",
        "lunch",
        "Zwart",
        "nergens over",
    ):
        assert secret not in said, secret


def test_a_small_group_answers_an_inquiry(group: Ministry, tmp_path: Path) -> None:
    """All of a period for a committee: every name stays, one message is withheld by its code."""
    case = opened(group, "inquiry", "PEC-31", "--from", "2024-03-01", "--to", "2024-03-31",
                  "--question", "1: Wat is besproken?")  # fmt: skip
    assert case.take("--from", "2024-03-01", "--to", "2024-03-31", context=0) == len(LINES)
    case.judge({"advies": _withheld("WPE-19", column="withhold")})
    case.run("statement", "--to", tmp_path / "statement")
    made = case.produce("inquiry", tmp_path / "pack", "--mode", "afschrift", "--prefix", "VWS",
                        code=1)  # fmt: skip
    assert {one["code"] for one in made["findings"]} == {"W-W803"}
    insist_added_up(made["reconciliation"], {"candidates": 9, "given": 8, "withheld": 1})
    said = public_words(tmp_path / "pack")
    for given in ("Bel Karel Geheim op 06-12345678", "Piet Zwart", "Wie haalt er lunch?"):
        assert given in said, given
    assert "landsadvocaat" not in said


def test_four_phones_answer_a_woo_request(phones: Ministry, tmp_path: Path) -> None:
    """A request on one word to a group that four phones hold: each message once, exact, clean.

    The files beside what is shown are judged too: a picture is given, a PDF withheld.
    """
    case = opened(phones, "woo", "Woo-2022-1", "--from", "2022-05-01", "--to", "2022-05-03")
    assert case.take("ik", context=3) == 21
    rows = case.judge(
        {
            "12345678": {"outcome": "deels openbaar", "passages": "12345678"},
            "waardeer": {"outcome": "reeds openbaar", "link": "https://voorbeeld.example/1"},
            "dokter": _withheld("5.1.2i"),
            "reactie op": _withheld("5.2"),
        }
    )
    withheld = [row["text"] for row in rows if row["outcome"] == "niet openbaar"]
    assert case.agree() == len(withheld) == 3
    given = case.judge_files()
    made = case.produce("woo", tmp_path / "woo", *PUBLISHER, "--unit", "day")
    counts = {"candidates": len(rows), "withheld": 3, "already_public": 1}
    insist_exact(case, tmp_path / "woo", made, counts)
    files = made["attachments"]
    assert files.pop("files") == sum(files.values()) and files["given"] == given > 0
    assert files["withheld"] == 1
    said = public_words(tmp_path / "woo")
    shown = [row["text"] for row in rows if row["outcome"] == "openbaar" and row["sender"]]
    for text in (one for one in shown if "Manifesto" not in one):
        assert " ".join(text.replace("\u200e", "").split()[:5]) in said, text
    for secret in (*(text.split("\n")[0] for text in withheld), "12345678", "waardeer"):
        assert secret not in said, secret
    for name in ("Bobsen", "Carol Christmas", "Privé", "Manifesto"):
        assert name not in said, name


def test_four_phones_answer_an_inquiry(phones: Ministry, tmp_path: Path) -> None:
    """An order on the period gives every message of the group, names and all, with its files."""
    case = opened(phones, "inquiry", "PEC-1", "--from", "2022-05-01", "--to", "2022-05-03",
                  "--question", "1: Wat is besproken?")  # fmt: skip
    assert case.take("--from", "2022-05-01", "--to", "2022-05-03", context=0) == 98
    case.judge({"dokter": _withheld("WPE-19", column="withhold")})
    case.run("statement", "--to", tmp_path / "statement")
    made = case.produce("inquiry", tmp_path / "pack", "--mode", "afschrift", "--prefix", "VWS",
                        code=1)  # fmt: skip
    insist_added_up(made["reconciliation"], {"candidates": 98, "given": 97, "withheld": 1})
    assert len(list((tmp_path / "pack" / "bijlagen").iterdir())) == 4
    said = public_words(tmp_path / "pack")
    assert "Bob Bobsen Work" in said and "12345678" in said
    assert "Komt een vis" not in said
    assert "Dave Privé joined using your invite" in said
    assert "Alice Wonderland neemt nu deel" not in said


def opened(at: Ministry, kind: str, reference: str, *words: object) -> Request:
    """Open a case of a kind."""
    given = ("--kind", kind, "--reference", reference, "--requester", "De Krant")
    case = at.json("case", "open", *given, "--received", RECEIVED, *words, login=LIEN)["case"]
    return Request(at, case)


def insist_exact(case: Request, out: Path, made: Any, counts: Mapping[str, int]) -> None:
    """Insist that every candidate is told once, and that the platform takes the report."""
    insist_added_up(made["reconciliation"], counts)
    listed = table_of(out / "intern" / "reconciliatie.csv")[1:]
    names = [row[0] for row in listed]
    waiting = case.at.json("case", "judged", case.case, login=LIEN)["judgements"]
    assert sorted(names) == sorted(row["record"] for row in waiting)
    report = out / "productierapport.csv"
    checked = ("produce", "check", report, "--documents", out / "documenten")
    assert case.at.json(*checked)["findings"] == []
    with report.open(encoding="utf-8", newline="") as file:
        shown = ("Openbaar", "Deels openbaar")
        numbers = {row["ID"] for row in csv.DictReader(file) if row["Beoordeling"] in shown}
    assert {path.stem for path in (out / "documenten").iterdir()} == numbers
    pdfs = len(list((out / "documenten").glob("*.pdf")))
    assert made["files"] == len(numbers) and made["pages"] >= pdfs


def insist_added_up(told: Mapping[str, int], counts: Mapping[str, int]) -> None:
    """Insist that the parts are all the candidates, and on the counts that are given."""
    parts = [number for name, number in told.items() if name not in ("candidates", "contested")]
    assert sum(parts) == told["candidates"]
    assert {name: told[name] for name in counts} == counts


def public_words(out: Path) -> str:
    """Give the words of all files of a pack but its internal ones, blanks folded."""
    pypdf = pytest.importorskip("pypdf")
    said: list[str] = []
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        if "intern" in path.parts:
            continue
        if path.suffix == ".pdf" and "bijlagen" not in path.parts:
            reader = pypdf.PdfReader(path)
            assert reader.metadata.title
            said += [page.extract_text() for page in reader.pages]
        elif path.suffix == ".json":
            said.append(json.dumps(json.loads(path.read_bytes()), ensure_ascii=False))
        elif path.suffix == ".xlsx":
            said += [cell for row in table_of(path) for cell in row]
        elif path.suffix in (".csv", ".txt", ".xml", ".dat"):
            said.append(path.read_text("utf-8-sig"))
    return " ".join(" ".join(said).split())


def _staffed(folder: Path) -> Ministry:
    at = ministry(folder)
    for login in (LIEN, PIA):
        at.officer(login, "woo-jurist")
    return at


def _withheld(ground: str, column: str = "grounds") -> Rule:
    return {
        "outcome": "niet openbaar", column: ground, "reason": "Het schaadt het belang",
        "aged": "Het belang is er nog steeds",
    }  # fmt: skip


def _passages(text: str, covered: str) -> str:
    """Give the places of words that are judged away, as a sheet has them."""
    places = ((text.find(one), len(one)) for one in covered.split("|") if one in text)
    return "\n".join(f"{at}-{at + length} 5.1.2e" for at, length in places) if covered else ""
