"""An invented ministry with an order of inquiry: a group chat with a file, judged, and stated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.ministry import LIEN, chat
from tests.woo_office import LINES, RECEIVED, START, Office, add, with_one_jurist

PHOTO = b"\x89PNG\r\n\x1a\n verzonnen plaatje"
FILED = (7, "Piet Zwart", "IMG-20240312-WA0001.jpg (bestand bijgevoegd)\nDe foto van het stuk")


def inquiry_office(
    folder: Path,
    lines: Sequence[tuple[int, str, str]] = (*LINES[:6], FILED, LINES[6]),
    *,
    kind: str = "inquiry",
) -> Office:
    """Make a ministry with a group chat, a jurist, and an order that has all of it."""
    at = with_one_jurist(folder)
    at.write("groep/WhatsApp-chat met Projectgroep.txt", chat(lines, start=START))
    at.write("groep/IMG-20240312-WA0001.jpg", PHOTO)
    at.ingest(folder / "handed-in" / "groep")
    opened = at.json(
        *("case", "open", "--kind", kind, "--reference", "PEC-2024-3"),
        *("--requester", "De enquêtecommissie", "--received", RECEIVED, "--person", "Jan"),
        *("--question", "1: Wat is besproken over stikstof?"),
        login=LIEN,
    )
    made = Office(at, opened["case"])
    add(made)
    return made


def order(made: Office, out: Path, *words: object, code: int | None = None) -> Any:
    """Make the pack; W-W803 is usual, since nobody has a function here."""
    given = ("produce", "inquiry", made.case, "--out", out, "--prefix", "VWS", *words)
    mode = () if "--mode" in words else ("--mode", "afschrift")
    return made.at.json(*given, *mode, login=LIEN, code=1 if code is None else code)


def state(made: Office, folder: Path) -> None:
    """Write the search statement of the case."""
    ran = made.at.run("case", "statement", made.case, "--to", folder, login=LIEN)
    assert ran.code == 0, ran.err
