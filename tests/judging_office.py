"""An office that judges: a chat of Jan in two exports, a case with its candidates, two jurists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.ministry import LIEN, OMAR, PIA, TODAY, Ministry, chat, ministry

START = datetime.combine(TODAY - timedelta(days=400), datetime.min.time()).replace(hour=9)
LINES = [
    (0, "Jan", "Het stuk over stikstof gaat naar de Kamer"),
    (1, "Piet", "Bel Karim el Amrani op 06-12345678 over de nertsen"),
    (2, "Jan", "Ik vind het een slecht voorstel van de minister"),
    (3, "Piet", "Jij schreef: ik vind het een slecht voorstel van de minister! Dat klopt"),
    (4, "Jan", "Ok"),
    (5, "Piet", "Ok"),
]


@dataclass(slots=True)
class Judging:
    """The office, its case, and its candidates by their text."""

    office: Ministry
    case: str

    def record(self, words: str) -> str:
        """Give the first candidate whose text begins so."""
        hits = self.office.search(login=LIEN)["hits"]
        return str(next(hit["id"] for hit in reversed(hits) if hit["text"].startswith(words)))

    def judge(
        self, words: str, outcome: str, *more: object, login: str = LIEN, code: int = 0
    ) -> Any:
        """Judge a candidate by its text."""
        return self.run("judge", self.record(words), "--as", outcome, *more, login=login, code=code)

    def run(self, verb: str, *words: object, login: str = LIEN, code: int = 0) -> Any:
        """Run a command on the case; give its JSON, or what it complains of."""
        ran = self.office.run("case", verb, self.case, *words, "--output", "json", login=login)
        assert ran.code == code, (ran.code, ran.err)
        return ran.json if ran.out else ran.err

    def states(self) -> dict[str, str]:
        """Give what counts by record: the outcome, or the state where none counts."""
        rows = self.run("judged")["judgements"]
        return {
            row["record"]: row["outcome"] if row["state"] == "judged" else row["state"]
            for row in rows
        }

    def open(self, kind: str = "woo", reference: str = "Woo/1", received: str = "") -> str:
        """Open a case about everything Jan has, and take all of it as candidates."""
        day = received or (TODAY - timedelta(days=3)).isoformat()
        words = ("--kind", kind, "--reference", reference, "--requester", "De Krant")
        given = ("--received", day, "--person", "Jan")
        case = str(self.office.json("case", "open", *words, *given, login=LIEN)["case"])
        search = self.office.json("case", "search", case, login=LIEN)["search"]
        assert self.office.run("case", "take", case, search, login=LIEN).code == 0
        return case


def judging(folder: Path, *, start: datetime = START) -> Judging:
    """Make one: Lien and Pia are jurists, Omar is auditor."""
    made = _template(start)
    return Judging(made.office.copy(folder), made.case)


@cache
def _folder(start: datetime) -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix=f"judging-{start:%Y%m%d}-")


@cache
def _template(start: datetime) -> Judging:
    folder = Path(_folder(start).name)
    office = ministry(folder)
    office.officer(LIEN, "woo-jurist")
    office.officer(PIA, "woo-jurist")
    office.officer(OMAR, "auditor")
    office.ingest(office.write("1/WhatsApp-chat met Piet.txt", chat(LINES, start=start)))
    made = Judging(office, "")
    made.case = made.open()
    return made
