"""What packs say whatever is in them: headings, labels, names of months, words of their formats.

A word that was judged away may be one of these too. They are had from what the writers of packs
write of nothing, and from the sentences and tables that they write with.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from archiver.cases.judgement import Outcome
from archiver.cases.leak_read import parts
from archiver.configuration import read
from archiver.produce import sheet
from archiver.produce.document import Document, Line
from archiver.produce.inquiry.load_file import write_dat
from archiver.produce.inquiry.text import text
from archiver.produce.package import in_dutch
from archiver.produce.pdf.render import Layout, render
from archiver.produce.woo import diwoo, inventory, report

_TABLES = {
    "language/nl/woo.toml": ("document", "tables"),
    "language/nl/inquiry.toml": ("pdf",),
    "letters/enquete.toml": (),
    "woo-platform.toml": (),
    **{f"labels/{name}.toml": () for name in ("events", "marks", "messages", "times")},
}
"""Where the sentences are, and in which tables of it; in all of them where none is named."""

_ENGLISH = "en"
_PLACES = """
documenten diwoo intern productierapport inventarislijst reconciliatie reconciliatie-bestanden
pdf tekst bijlagen rsmf laadbestand overzichten index geweigerd leemten vergelijking-woo
geleideblad ontvangstbewijs verzendlijst zoekslag manifest VOL001 csv xlsx xml json txt dat opt
record outcome document place sha256 number candidates published already_public withheld duplicates
out_of_scope attachments files given missing referenced
"""
"""The names of folders, files and fields that packs have."""


@cache
def standing() -> tuple[str, ...]:
    """Give the texts that packs have of themselves; of sentences what stands between fields."""
    sentences = [
        said
        for name, tables in _TABLES.items()
        for said in _sentences({key: value for key, value in read(name).items()
                                if not tables or key in tables})
    ]  # fmt: skip
    with in_dutch():
        return (_PLACES, *map(_fixed, sentences), *_blank())


def _sentences(value: object) -> Iterator[str]:
    """Give every Dutch sentence of a table."""
    match value:
        case Mapping():
            for key, inner in value.items():
                if key != _ENGLISH:
                    yield from _sentences(inner)
        case list():
            for inner in value:
                yield from _sentences(inner)
        case str():
            yield value


def _fixed(sentence: str) -> str:
    return " ".join(words for words, _, _, _ in string.Formatter().parse(sentence))


def _blank() -> Iterator[str]:
    """Write a pack of nothing, and give all that can be read in it."""
    with TemporaryDirectory(prefix="blank-") as place:
        folder = Path(place)
        line = Line("", None, "s", "message", "text", Outcome.PUBLIC, ())
        document = Document("", (), "", "mail", 1, 1, 0, 0, (line,), Outcome.PUBLIC, ())
        with (folder / "document.pdf").open("wb") as file:
            render(document, "", file, Layout.LIST)
        with (folder / "list.pdf").open("wb") as file:
            inventory.write_pdf(file, "", ())
        with (folder / "documents.dat").open("wb") as file:
            write_dat(file, ())
        (folder / "document.txt").write_text(text(document, document.lines), "utf-8")
        sheet.write_both(folder / "table", (*report.columns(), *inventory.header()), ())
        (folder / "document.xml").write_text(_metadata(document), "utf-8")
        for path in sorted(folder.iterdir()):
            yield from (part.text for part in parts(path) if part.is_written)


def _metadata(document: Document) -> str:
    """Give metadata without its ministry, which is not the same in every pack."""
    ministry = diwoo.ministry(read("diwoo.toml")["ministries"][0]["short"])
    made = (diwoo.metadata(document, ministry, "") or b"").decode()
    return made.replace(ministry.uri, "").replace(ministry.label, "")
