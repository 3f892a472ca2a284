"""An invented ministry with a Woo request: a group chat, its candidates, judged as a test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.actor import Person
from archiver.cases.candidates import candidates
from archiver.cases.judgement import Judgement, Outcome, Passage
from archiver.cases.judging import judge
from archiver.register import officers
from archiver.store.events import Tool
from archiver.store.scribe import Scribe
from tests.ministry import LIEN, Ministry, chat, ministry

RECEIVED = (datetime.now(UTC).date() - timedelta(days=3)).isoformat()
PUBLISHER = "--publisher", "VWS"
START = datetime(2024, 3, 14, 9, 0)
LINES = [
    (0, "Jan de Wit", "Het stuk over stikstof is af"),
    (1, "Piet Zwart", "Bel Karel Geheim op 06-12345678"),
    (2, "Jan de Wit", "Het advies van de landsadvocaat is vertrouwelijk"),
    (3, "Piet Zwart", "Dit staat al op de site"),
    (4, "Jan de Wit", "Nog een keer het stuk"),
    (5, "Piet Zwart", "Wie haalt er lunch?"),
    (1500, "Jan de Wit", "Volgende dag: alles goed 👍"),
]


@dataclass(slots=True)
class Office:
    """The archive, and the case in it."""

    at: Ministry
    case: str

    def names(self) -> dict[str, str]:
        """Give the text of each candidate by its public id."""
        with self.at.opened() as archive:
            known = {one.record for one in candidates(archive.catalogue.connection, self.case)}
        hits = self.at.search(login=LIEN)["hits"]
        return {hit["id"]: hit["text"] for hit in hits if hit["id"] in known}

    def named(self, word: str) -> str:
        """Name the candidate whose text has this word."""
        return next(name for name, text in self.names().items() if word in text)

    def judge(self, given: Mapping[str, Mapping[str, Any]], rest: str = "openbaar") -> None:
        """Judge candidates by a word of their text; all others are `rest` (empty: not judged)."""
        made: list[Judgement] = []
        for record, text in self.names().items():
            values = next((values for word, values in given.items() if word in text), None)
            if values is not None:
                made.append(_judgement(record, text, values))
            elif rest:
                made.append(Judgement(record=record, outcome=Outcome(rest)))
        self.put(made)

    def put(self, made: Sequence[Judgement]) -> None:
        """Log judgements as the jurist's."""
        with self.at.opened() as archive:
            person = Person(LIEN, int(LIEN.removeprefix("uid")), "sudo")
            actor = officers.acting(archive, person, "test")
            judge(Scribe(archive, actor, Tool(version="0")), self.case, made, "Europe/Amsterdam")

    def produce(self, out: Path, *words: object, code: int | None = 0) -> Any:
        """Make a Woo pack; give the JSON."""
        given = ("produce", "woo", self.case, "--out", out, *PUBLISHER, *words)
        return self.at.json(*given, login=LIEN, code=code)


def with_one_jurist(folder: Path) -> Ministry:
    """Make an archive with one jurist, where nothing has to be read by a second one."""
    at = ministry(folder)
    at.officer(LIEN, "woo-jurist")
    at.settings["CHATARCHIEF_JUDGING_SECOND_READER"] = "none"
    return at


def office(folder: Path, lines: Sequence[tuple[int, str, str]] = LINES) -> Office:
    """Make a ministry with a group chat, a jurist, and a case that has all of it as candidates."""
    at = with_one_jurist(folder)
    at.ingest(at.write("WhatsApp-chat met Projectgroep.txt", chat(lines, start=START)))
    opened = at.json(
        *("case", "open", "--kind", "woo", "--reference", "Woo-2024-017"),
        *("--requester", "De Krant", "--received", RECEIVED, "--person", "Jan"),
        login=LIEN,
    )
    made = Office(at, opened["case"])
    add(made)
    return made


def add(made: Office) -> None:
    """Make everything that is open a candidate."""
    records = [hit["id"] for hit in made.at.search(login=LIEN)["hits"]]
    given = ("case", "add", made.case, *records, "--reason", "hoort erbij")
    assert made.at.run(*given, login=LIEN).code == 0


def usual(made: Office) -> None:
    """Judge the usual lines: every outcome once, and a passage with a name and a number."""
    made.judge(
        {
            "Bel": {
                "outcome": "deels openbaar",
                "covered": ("Karel Geheim", "06-12345678"),
                "grounds": ("5.1.2e",),
            },
            "landsadvocaat": {
                "outcome": "niet openbaar",
                "grounds": ("5.1.2i",),
                "reason": "Het advies is vertrouwelijk gegeven.",
            },
            "site": {"outcome": "reeds openbaar", "link": "https://voorbeeld.example/stuk"},
            "Nog een keer": {"outcome": "dubbel", "of": made.named("stuk over")},
            "lunch": {"outcome": "buiten verzoek"},
        }
    )


def _judgement(record: str, text: str, values: Mapping[str, Any]) -> Judgement:
    grounds = tuple(values.get("grounds", ()))
    covered = values.get("covered", ())
    return Judgement(
        record=record,
        outcome=Outcome(values["outcome"]),
        grounds=() if covered else grounds,
        reason=values.get("reason", ""),
        passages=tuple(
            Passage(text.index(one), text.index(one) + len(one), grounds) for one in covered
        ),
        link=values.get("link", ""),
        of=values.get("of", ""),
        aged=values.get("aged", ""),
    )
