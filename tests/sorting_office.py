"""An office that sorts: a private account, a sorter, readers, and a third person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.gate import Gate, gate
from tests.ministry import LIEN, OMAR, Ministry, chat

THIRD = "uid40005"
START = datetime(2022, 5, 13, 9, 0)
HOURS = 60
PRIVATE = "els"


@dataclass(slots=True)
class Sorting:
    """The office, with what was handed in of one private chat: (minutes, sender, text)."""

    gate: Gate
    lines: list[tuple[int, str, str]] = field(default_factory=list)
    exports: int = 0

    @property
    def office(self) -> Ministry:
        """The ministry itself."""
        return self.gate.office

    @property
    def account(self) -> str:
        """The private account's id."""
        return self.office.account(PRIVATE)

    def hand_in(self, *lines: tuple[int, str, str], code: int = 0) -> dict[str, Any]:
        """Add messages to the chat and hand all of it in again."""
        self.lines = sorted([*self.lines, *lines])
        self.exports += 1
        name = f"{self.exports}/WhatsApp-chat met Lien.txt"
        found: dict[str, Any] = self.office.ingest(
            self.office.write(name, chat(self.lines, start=START)), PRIVATE, code=code
        )
        return found

    def queue(self) -> list[dict[str, Any]]:
        """Give what waits."""
        rows: list[dict[str, Any]] = self.office.json("sort", "list", login=OMAR, code=None)[
            "episodes"
        ]
        return rows

    def sort(self, episode: str, outcome: str, *more: object, code: int = 0) -> None:
        """Sort an episode as the sorter."""
        ran = self.office.run("sort", "decide", episode, "--as", outcome, *more, login=OMAR)
        assert ran.code == code, ran.err

    def found(self) -> set[str]:
        """Give the texts that everyone with a reader's role finds."""
        return {hit["text"] for hit in self.office.search(login=LIEN)["hits"]}


def sorting(folder: Path) -> Sorting:
    """Make one: Omar sorts, Lien reads, and a third person may settle what is in dispute."""
    made = gate(folder)
    made.office.officer(LIEN, "records-officer", "woo-jurist")
    made.office.officer(OMAR, "sorter")
    made.office.officer(THIRD, "sorter")
    made.office.account(PRIVATE, kind="private")
    return Sorting(made)
