"""The Woo pack of a large case: time and memory, and the same text by the bare PDF engine.

python -m tests.bench.woo [--messages N]

The chat is invented, 300 messages a day; every twentieth message is public in part. Judgements are
handed to the pack, since judging so many would be another measurement. The bare engine draws what
the documents say line by line with one typeface and no layout, the least that any program of ours
would have to do.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from archiver.cases.candidates import candidates
from archiver.cases.case import case
from archiver.cases.judgement import Judgement, Outcome, Passage
from archiver.cases.taking import add
from archiver.produce import selection as selection_of
from archiver.produce import tables_lines
from archiver.produce.documents import documents_of, veil_of
from archiver.produce.naming import plain
from archiver.produce.pdf import typeface
from archiver.produce.selection import selected
from archiver.produce.slices import Unit
from archiver.produce.veil import View
from archiver.produce.woo import diwoo
from archiver.produce.woo import pack as pack_of
from archiver.produce.woo.pack import Asked
from archiver.register import officers
from archiver.store.archive import Archive
from archiver.store.catalogue import records
from archiver.store.events import Tool
from archiver.store.scribe import Scribe
from tests.bench import measure, result
from tests.bench.result import Section, at_most
from tests.ministry import LIEN, chat, ministry
from tests.woo_office import RECEIVED

_A_DAY, _GAP, _PAGES = 300, 2, 5_200
_WORDS = tuple(
    "overleg stuk minister kamer vraag antwoord vandaag begroting stikstof nota concept reactie"  # noqa: SIM905
    " morgen bellen planning persbericht lijn akkoord twijfel deadline commissie brief versie"
    " graag 👍 prima".split()
)
_PEOPLE = ("Jan de Wit", "Piet Zwart", "Els Bruin", "Kim Groen")


def measured(work: Path, messages: int) -> Section:
    """Make a case of so many messages below `work`, and its pack in a process of its own."""
    made = _case(work, messages)
    words = (measure.PYTHON, "-m", "tests.bench.woo", "--job", str(work), made)
    found = json.loads(measure.run(words).output)
    pages, seconds, bare = found["pages"], found["seconds"], found["bare"]
    return Section(
        f"A Woo pack of {messages:,} messages, {found['documents']:,} documents, {pages:,} pages",
        (
            at_most("CPU s, whole pack", f"{seconds:.1f} s", "5,200 pages in 5 minutes",
                    seconds * _PAGES / pages, 300.0),
            at_most("MB of memory", f"{found['peak']:.0f} MB", "", found["peak"]),
            at_most("CPU s, against the bare engine", f"{seconds:.1f} s", f"{bare:.1f} s",
                    seconds / bare),
        ),
        ("The figure of the first row is that for 5,200 pages. PDFs, report, inventory, metadata,"
         " manifest and the search for what was judged away are in it.",),
    )  # fmt: skip


def job(folder: str, public: str) -> dict[str, float]:
    """Make the pack, then draw its text barely; give processor seconds, pages, memory in MB."""
    with _scribe(Path(folder)) as scribe, contextlib.ExitStack() as handed:
        asked = Asked(publisher=diwoo.ministry("VWS"))
        connection = scribe.archive.catalogue.connection
        one = case(connection, public)
        names = [each.record for each in candidates(connection, public)]
        given = {each.record: each for each in _judged(scribe.archive, names)}
        handed.enter_context(patch.object(selection_of, "judged", lambda *_: given))
        handed.enter_context(patch.object(pack_of, "insist_settled"))
        start = time.process_time()
        pack = pack_of.produce(scribe, one, Path(folder) / "pack", asked)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        selection = selected(scribe.archive, one, Unit.DAY)
        veil = veil_of(scribe.archive, one, selection, View.PUBLIC)
        bare = sum(_bare(lines) for lines in _lines(scribe.archive, selection, veil))
    return {"seconds": seconds, "bare": bare, "peak": peak, "pages": pack.pages,
            "documents": pack.documents}  # fmt: skip


def _case(work: Path, messages: int) -> str:
    """Fill an archive, open a case of all of it and judge it."""
    chance = random.Random(7)
    at = ministry(work)
    at.officer(LIEN, "woo-jurist")
    lines = [
        (number // _A_DAY * 1440 + number % _A_DAY * _GAP, chance.choice(_PEOPLE),
         f"Dossier{number}x " + " ".join(chance.choices(_WORDS, k=chance.randint(3, 24))))
        for number in range(messages)
    ]  # fmt: skip
    at.ingest(at.write("WhatsApp-chat met Groep.txt", chat(lines, start=datetime(2022, 1, 17, 8))))
    given = ("--reference", "W/1", "--requester", "De Krant", "--received", RECEIVED)
    words = ("case", "open", "--kind", "woo", *given, "--person", "Jan")
    public: str = at.json(*words, login=LIEN)["case"]
    with _scribe(work) as scribe:
        names = [
            f"{delivery}.{item}"
            for delivery, item in scribe.archive.catalogue.connection.execute(
                "SELECT d.public, r.item FROM record r JOIN delivery d ON d.id = r.delivery"
            )
        ]
        add(scribe, public, names, "alles")
    return public


def _judged(archive: Archive, names: list[str]) -> Iterator[Judgement]:
    connection = archive.catalogue.connection
    told = tables_lines.told(connection, names)
    texts = records.shown(connection, [one.record for one in told.values()])
    for number, name in enumerate(names):
        text = texts[told[name].record]["text"]
        end = text.index(" ")
        if number % 20:
            yield Judgement(record=name, outcome=Outcome.PUBLIC)
        else:
            passages = (Passage(0, end, ("5.1.2e",)),)
            yield Judgement(record=name, outcome=Outcome.PARTLY, passages=passages)


def _lines(archive: Archive, selection, veil) -> Iterator[list[str]]:  # type: ignore[no-untyped-def]
    for document in documents_of(archive, selection, veil):
        yield [part for line in document.lines for part in (plain(line.sender), plain(line.body))]


def _bare(lines: list[str]) -> float:
    """Draw lines with the engine itself; give the processor seconds."""
    from reportlab.pdfgen.canvas import Canvas

    start = time.process_time()
    typeface.load()
    canvas = Canvas(io.BytesIO(), invariant=1, pageCompression=1)
    for number, text in enumerate(lines):
        if number % 42 == 0:
            if number:
                canvas.showPage()
            canvas.setFont(typeface.TEXT, 9.5)
        canvas.drawString(56, 780 - number % 42 * 17, text.replace("👍", "+"))
    canvas.showPage()
    canvas.save()
    return time.process_time() - start


class _scribe:  # noqa: N801
    """An open archive with the jurist's scribe."""

    def __init__(self, work: Path) -> None:
        from tests.ministry import Ministry

        self._opened = Ministry(work).opened()

    def __enter__(self) -> Scribe:
        from archiver.actor import Person

        archive = self._opened.__enter__()
        person = Person(LIEN, int(LIEN.removeprefix("uid")), "sudo")
        return Scribe(archive, officers.acting(archive, person, "test"), Tool(version="0"))

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(*error)


def main() -> int:
    """Measure, or be the process that is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.woo", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--job", nargs=2)
    chosen = parser.parse_args()
    if chosen.job:
        sys.stdout.write(json.dumps(job(*chosen.job)))
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-woo-") as folder:
        found = measured(Path(folder), chosen.messages)
    sys.stdout.write(f"{result.text(found)}\n")
    return int(any(row.met is False for row in found.rows))


if __name__ == "__main__":
    sys.exit(main())
