"""Write the documents of an inquiry: PDF, text, attached files, RSMF, and the load files' rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.cases.redaction import kept
from archiver.language import say
from archiver.produce.attached import Attached
from archiver.produce.bates import number
from archiver.produce.document import Document, Line
from archiver.produce.inquiry.load_file import write_dat, write_opt
from archiver.produce.inquiry.origin import Origin, custodians
from archiver.produce.inquiry.text import text
from archiver.produce.naming import plain, title_of
from archiver.produce.package import measured
from archiver.produce.pdf.render import Layout, render
from archiver.produce.rsmf import Talk, rsmf
from archiver.produce.slices import ZONE, day_of
from archiver.produce.tables_bates import Given

PDF, TEXT, FILES, RSMF, LOAD = "pdf", "tekst", "bijlagen", "rsmf", "laadbestand"
_VOLUME = "VOL001"
_ADDRESSED, _MAIL = ("to", "cc", "bcc"), "mail:"
_zone = ZoneInfo(ZONE)


class Family(Struct, frozen=True):
    """A document with its number in it, the files that go with it, and where its records are from.

    `questions` are the numbers of those that it answers.
    """

    document: Document
    given: Given
    files: tuple[Attached, ...]
    origins: Mapping[str, Origin]
    questions: tuple[str, ...]

    @property
    def custodians(self) -> tuple[str, ...]:
        """The holders of the accounts that have anything of it."""
        return custodians([*self.origins.values()])

    @property
    def last(self) -> str:
        """The number of its last file, its own without one."""
        return number(self.given.prefix, self.given.first + self.given.count - 1)


class Volume:
    """Writes families into a folder one by one; `close` writes what is about all of them.

    With `exchange` there are RSMF and load files.
    """

    def __init__(self, folder: Path, reference: str, layout: Layout, *, exchange: bool) -> None:
        """Begin in a folder, which is made when it is not there."""
        self._folder = folder
        self._reference = reference
        self._layout = layout
        self._exchange = exchange
        self._rows: list[dict[str, str]] = []
        self._images: list[tuple[str, str, int]] = []
        self.pages = 0

    def add(self, family: Family) -> None:
        """Write a document with its files."""
        document = family.document
        pages = self._write_pdf(family)
        place = self._place(TEXT, f"{document.number}.txt")
        place.write_text(text(document, document.lines), "utf-8", newline="")
        row = self._row(family, pages)
        if self._exchange and document.service != "mail":
            row["RSMFPATH"] = ";".join(self._write_rsmf(family))
        self._rows += [row, *self._attached(family, row)]
        self._images.append((document.number, row["PDFPATH"], pages))
        self.pages += pages

    def close(self) -> None:
        """Write the load files."""
        if not self._exchange:
            return
        with self._place(LOAD, "documenten.dat").open("wb") as file:
            write_dat(file, self._rows)
        with self._place(LOAD, "documenten.opt").open("wb") as file:
            write_opt(file, _VOLUME, self._images)

    def _write_pdf(self, family: Family) -> int:
        told = say("Custodians: {names}", names="; ".join(family.custodians))
        with self._place(PDF, f"{family.document.number}.pdf").open("wb") as file:
            return render(_with_files(family), self._reference, file, self._layout, told)

    def _row(self, family: Family, pages: int) -> dict[str, str]:
        document, holders = family.document, family.custodians
        place = self._folder / TEXT / f"{document.number}.txt"
        told = [line for line in document.lines if line.sender]
        since, until = _parts(document.since), _parts(document.until)
        addressed = _by_role(family, told)
        return {
            "BEGBATES": document.number, "ENDBATES": document.number,
            "BEGATTACH": document.number, "ENDATTACH": family.last,
            "CUSTODIAN": ";".join(holders[:1]), "DUPCUSTODIAN": ";".join(holders[1:]),
            "DOCTYPE": document.service, "FILENAME": f"{document.number}.pdf", "FILEEXT": "pdf",
            "FILESIZE": str((self._folder / PDF / f"{document.number}.pdf").stat().st_size),
            "FROM": ";".join(dict.fromkeys(kept(line.sender) for line in told)),
            "SUBJECT": title_of(document), "DATESENT": since[0], "TIMESENT": since[1],
            "DATELAST": until[0], "SHA256HASH": str(measured(place)["sha256"]),
            "TEXTPATH": _path(TEXT, f"{document.number}.txt"),
            "PDFPATH": _path(PDF, f"{document.number}.pdf"), "PAGECOUNT": str(pages),
            "CONFIDENTIALITY": ";".join(document.grounds),
            "ACCOUNT": ";".join(dict.fromkeys(
                name for one in family.origins.values() for name in one.accounts)),
            "RECORDS": ";".join(line.record for line in document.lines),
            "QUESTION": ";".join(family.questions), **addressed,
        }  # fmt: skip

    def _attached(self, family: Family, parent: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Put the files of a family in their place; give their rows."""
        lines = {line.record: line for line in family.document.lines}
        for name, one in zip(_names(family), family.files, strict=True):
            shutil.copyfile(one.path, self._place(FILES, name + one.suffix))
            line = lines[one.record]
            sent = _parts(line.sent_at)
            yield {
                "BEGBATES": name, "ENDBATES": name, "FROM": kept(line.sender),
                "DOCTYPE": one.media_type or "file", "FILENAME": plain(line.attachments[one.order]
                .name), "FILEEXT": one.suffix[1:], "FILESIZE": str(one.size),
                "DATESENT": sent[0], "TIMESENT": sent[1], "SHA256HASH": one.sha256,
                "NATIVEPATH": _path(FILES, name + one.suffix), "RECORDS": one.record,
            } | {
                field: parent[field]
                for field in ("BEGATTACH", "ENDATTACH", "CUSTODIAN", "DUPCUSTODIAN", "ACCOUNT",
                              "QUESTION")
            }  # fmt: skip

    def _write_rsmf(self, family: Family) -> Iterator[str]:
        """Write one RSMF for each day of a document; give their places."""
        for order, lines in enumerate(_days(family.document.lines)):
            name = f"{family.document.number}{f'-{order + 1}' if order else ''}.rsmf"
            self._place(RSMF, name).write_bytes(rsmf(_talk(family, lines)))
            yield _path(RSMF, name)

    def _place(self, part: str, name: str) -> Path:
        folder = self._folder / part
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name


def numbered(document: Document, numbers: Mapping[str, str]) -> Document:
    """Give a document with its Bates number, and those of the documents that it names."""
    return msgspec.structs.replace(
        document,
        number=numbers[document.number],
        lines=tuple(
            msgspec.structs.replace(line, of=numbers.get(line.of, "")) for line in document.lines
        ),
        related=tuple(numbers[one] for one in document.related if one in numbers),
    )


def _with_files(family: Family) -> Document:
    """Give the document with the numbers of its files, where they are named."""
    names = {
        (one.record, one.order): name
        for name, one in zip(_names(family), family.files, strict=True)
    }
    lines = tuple(
        msgspec.structs.replace(line, attachments=tuple(
            msgspec.structs.replace(file, number=names.get((line.record, order), ""))
            for order, file in enumerate(line.attachments)))
        for line in family.document.lines
    )  # fmt: skip
    return msgspec.structs.replace(family.document, lines=lines)


def _names(family: Family) -> list[str]:
    """Give the Bates numbers of a family's files, in their order."""
    given = family.given
    return [number(given.prefix, given.first + order) for order in range(1, len(family.files) + 1)]


def _talk(family: Family, lines: Sequence[Line]) -> Talk:
    document = family.document
    there = {line.record for line in lines}
    files: dict[str, list[Attached]] = {}
    for one in family.files:
        files.setdefault(one.record, []).append(one)
    return Talk(
        number=document.number,
        conversation=document.conversation,
        service=document.service,
        title=" ".join(plain(document.title).split()),
        text=text(document, lines),
        lines=lines,
        origins={name: one for name, one in family.origins.items() if name in there},
        files=files,
    )


def _days(lines: Sequence[Line]) -> list[list[Line]]:
    """Part lines by the day on which they were sent; an answer may be of a later one."""
    days: dict[str, list[Line]] = {}
    for line in lines:
        days.setdefault("" if line.sent_at is None else day_of(line.sent_at), []).append(line)
    return list(days.values())


def _by_role(family: Family, told: Sequence[Line]) -> dict[str, str]:
    """Give to whom mails are addressed, as the load file names it."""
    addressed = [
        (role, name.removeprefix(_MAIL))
        for line in told
        for role, name in family.origins[line.record].addressed
    ]
    return {
        role.upper(): ";".join(dict.fromkeys(name for kind, name in addressed if kind == role))
        for role in _ADDRESSED
    }


def _parts(moment: int | None) -> tuple[str, str]:
    """Give day and time in the Netherlands; empty where no time can be trusted."""
    if moment is None:
        return "", ""
    found = datetime.fromtimestamp(moment // 1000, UTC).astimezone(_zone)
    return found.date().isoformat(), found.strftime("%H:%M:%S")


def _path(part: str, name: str) -> str:
    """Write a place as load files do."""
    return f"{part}\\{name}"
