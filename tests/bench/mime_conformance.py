"""Score our reading of MIME against a golden set: mails with the expected parse as JSON beside.

Run as ``python tests/bench/mime_conformance.py FOLDER``, where FOLDER holds ``rfc/`` and
``malformed/`` of stalwartlabs/mail-parser's ``resources/eml``. Every mail is read twice, as it
stands against ``NAME.json`` and with CRLF line ends against ``NAME.crlf.json``. Subjects and texts
are compared with blanks folded. The table goes to stdout, the differences to stderr.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from archiver.format import Source
from archiver.model import Item, Member
from archiver.parse import eml, hypertext


class Score(NamedTuple):
    """One comparison: which mail, what of it, whether they agree, and the two texts.

    `holds` is whether every word of theirs stands in ours, which may hold more.
    """

    group: str
    name: str
    what: str
    agrees: bool
    holds: bool
    ours: str
    theirs: str


def scores(folder: Path) -> Iterator[Score]:
    """Compare every mail of the set, with both line ends."""
    for path in sorted(folder.glob("*/*.eml")):
        raw = path.read_bytes()
        crlf = re.sub(rb"\r?\n", b"\r\n", raw)
        for data, suffix in ((raw, ".json"), (crlf, ".crlf.json")):
            golden = path.with_suffix(suffix)
            if golden.exists():
                yield from _compared(path.parent.name, golden, data)


def table(found: list[Score]) -> str:
    """Give the score as a Markdown table."""
    rows = ["| set | what | of | the same | holds all of theirs |", "|---|---|---|---|---|"]
    for key in sorted({(score.group, score.what) for score in found}):
        of = [score for score in found if (score.group, score.what) == key]
        same, holding = sum(score.agrees for score in of), sum(score.holds for score in of)
        rows.append(f"| {key[0]} | {key[1]} | {len(of)} | {same} | {holding} |")
    return "\n".join(rows)


def _compared(group: str, golden: Path, data: bytes) -> Iterator[Score]:
    message = json.loads(golden.read_text())
    item = _item(data)
    pairs = {
        "subject": (item.title, _subject(message)),
        "text": (item.text, _text(message)),
    }
    for what, (ours, theirs) in pairs.items():
        if theirs is not None:
            mine, wanted = ours.split(), theirs.split()
            holds = set(wanted) <= set(mine)
            yield Score(group, golden.name, what, mine == wanted, holds, ours, theirs)


def _item(data: bytes) -> Item:
    member = Member("mail.eml", len(data), "")
    source = Source(io.BytesIO(data), (member,), 0, "mail.eml", read_at=4_000_000_000_000)
    return next(found for found in eml.parse(source, None) if isinstance(found, Item))


def _subject(message: dict[str, Any]) -> str | None:
    fields = message["parts"][0]["headers"]
    values = [field["value"] for field in fields if field["name"] == "subject"]
    return values[-1].get("Text") if values and isinstance(values[-1], dict) else None


def _text(message: dict[str, Any]) -> str | None:
    """Join the parts that the golden parse calls the text body; None when it names none."""
    bodies = [message["parts"][number]["body"] for number in message["text_body"]]
    texts = [
        body["Text"] if "Text" in body else hypertext.text(body["Html"])
        for body in bodies
        if isinstance(body, dict) and ("Text" in body or "Html" in body)
    ]
    return "\n".join(texts) if texts else None


if __name__ == "__main__":
    results = list(scores(Path(sys.argv[1])))
    sys.stdout.write(table(results) + "\n")
    for miss in results:
        if not miss.agrees:
            sys.stderr.write(
                f"{miss.group}/{miss.name} {miss.what}\n  ours   {miss.ours!r:.300}\n"
                f"  theirs {miss.theirs!r:.300}\n"
            )
