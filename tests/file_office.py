"""An invented request of which messages carry files: pictures, a text, a PDF, one not handed in."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from archiver.cases.redaction import Text
from archiver.produce.pdf.flow import Style, flowed
from archiver.produce.pdf.paper import ROOM, Paper, Paragraph
from tests.ministry import LIEN, chat
from tests.woo_office import RECEIVED, START, Office, add, with_one_jurist

EXIF, TEXT_CHUNK = "Gemaakt door Karel Verborgen", "Plaats 52.0799 4.3113"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\xff\xe1" + struct.pack(">H", 8 + len(EXIF)) + b"Exif\x00\x00" + EXIF.encode()
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00verzonnen beeld\xff\xd9"
)  # fmt: skip
NOTE = "De notitie over stikstof, regel voor regel.\n"
PDF = b"%PDF-1.4\n(verzonnen nota)\n%%EOF\n"
LINES = [
    (0, "Jan de Wit", "Het stuk over stikstof is af"),
    (1, "Piet Zwart", "IMG-20240314-WA0001.jpg (bestand bijgevoegd)\nDe foto"),
    (2, "Jan de Wit", "IMG-20240314-WA0002.png (bestand bijgevoegd)\nDe kaart"),
    (3, "Piet Zwart", "notitie.txt (bestand bijgevoegd)"),
    (4, "Jan de Wit", "nota.pdf (bestand bijgevoegd)"),
    (5, "Jan de Wit", "IMG-20240314-WA0009.jpg (bestand bijgevoegd)"),
    (6, "Piet Zwart", "Het advies van de landsadvocaat is vertrouwelijk"),
    (1500, "Piet Zwart", "IMG-20240314-WA0001.jpg (bestand bijgevoegd)\nNog eens"),
]


def png(text: str = TEXT_CHUNK) -> bytes:
    """Make a picture of one grey point, with words in it that nobody sees."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\x00" + text.encode()),
        (b"IDAT", zlib.compress(b"\x00\x80")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def pdf(words: str) -> bytes:
    """Make a PDF of one page that says these words."""
    made, style = BytesIO(), Style(size=10, leading=12)
    paper = Paper(made, "Kopie", above="", below="Kopie")
    paper.put(Paragraph(flowed((Text(words),), style, ROOM), style, 0.0))
    paper.close()
    return made.getvalue()


FILES: dict[str, bytes] = {
    "IMG-20240314-WA0001.jpg": JPEG,
    "IMG-20240314-WA0002.png": png(),
    "notitie.txt": NOTE.encode(),
    "nota.pdf": PDF,
}


def hand_in(
    made: Office,
    folder: str,
    lines: Sequence[tuple[int, str, str]] = LINES,
    start: datetime = START,
    files: Mapping[str, bytes] | None = None,
) -> None:
    """Hand the group in with its files, some of them others, and make all of it candidates."""
    made.at.write(f"{folder}/WhatsApp-chat met Projectgroep.txt", chat(lines, start=start))
    for name, data in (FILES | dict(files or {})).items():
        made.at.write(f"{folder}/{name}", data)
    made.at.ingest(made.at.folder / "handed-in" / folder)
    add(made)


def file_office(
    folder: Path, files: Mapping[str, bytes] | None = None, *, start: datetime = START
) -> Office:
    """Make a request with files; every message is judged public but for the advice."""
    at = with_one_jurist(folder)
    opened = at.json(
        *("case", "open", "--kind", "woo", "--reference", "Woo-2024-018"),
        *("--requester", "De Krant", "--received", RECEIVED, "--person", "Jan"),
        login=LIEN,
    )
    made = Office(at, opened["case"])
    hand_in(made, "groep", start=start, files=files)
    judge_messages(made)
    return made


def judge_messages(made: Office) -> None:
    """Judge every message public, the advice not."""
    reasons = {"reason": "Vertrouwelijk.", "aged": "Dat is het nog."}
    withheld = {"outcome": "niet openbaar", "grounds": ("5.1.2i",), **reasons}
    made.judge({"landsadvocaat": withheld})


def file(made: Office, verb: str, *words: object, code: int = 0) -> Any:
    """Run a command on the files of the case; give its JSON, or what it complains of."""
    ran = made.at.run("case", "file", verb, made.case, *words, "--output", "json", login=LIEN)
    assert ran.code == code, (ran.code, ran.err)
    return ran.json if ran.out else ran.err


def listed(made: Office) -> dict[str, dict[str, Any]]:
    """Give the files of the case by name."""
    return {row["name"]: row for row in file(made, "list")["files"]}


def judge_usual(made: Office) -> None:
    """Judge the files: what can be cleaned is public, the PDF is not."""
    names = {name: row["file"] for name, row in listed(made).items()}
    withheld = ("--as", "withheld", "--ground", "5.1.2e", "--reason", "Privé.")
    file(made, "judge", names["nota.pdf"], *withheld)
    file(made, "judge", "--all-waiting", "--as", "public")
