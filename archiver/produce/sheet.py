"""Tables as files: CSV (RFC 4180, UTF-8) and XLSX (ECMA-376, part 1).

The same rows give the same bytes. Every cell is text, so that no program takes a number or a day
out of it; in CSV what would be read as a formula is guarded. Rows are written one by one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from archiver.output.safe import encodable, guarded

_THEN = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIXED = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PARTS}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PARTS}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PARTS}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font>'
        '<font><b/><sz val="11"/></font></fonts><fills count="1"><fill><patternFill'
        ' patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="49" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>'
    ),
}


def write_both(place: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table as CSV and as XLSX, with these ends behind the name of a place."""
    with place.with_suffix(".csv").open("wb") as file:
        write_csv(file, header, rows)
    with place.with_suffix(".xlsx").open("wb") as file:
        write_xlsx(file, place.name.capitalize(), header, rows)


def write_csv(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as CSV, lines ending in CR LF, every cell in quotes, no byte order mark."""
    for cells in _table(header, rows):
        line = ",".join('"' + _guarded(cell).replace('"', '""') + '"' for cell in cells)
        target.write(f"{line}\r\n".encode())


def write_xlsx(
    target: BinaryIO, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write a table as a workbook of one sheet, called `name`."""
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for part, content in _FIXED.items():
            package.writestr(entry(part), _HEAD + content)
        package.writestr(entry("xl/workbook.xml"), _HEAD + _workbook(name))
        with package.open(entry("xl/worksheets/sheet1.xml"), "w") as sheet:
            out = io.TextIOWrapper(sheet, "utf-8", newline="")
            out.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>')
            for number, cells in enumerate(_table(header, rows), 1):
                out.write(_row(number, cells))
            out.write("</sheetData></worksheet>")
            out.flush()
            out.detach()


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield header
    yield from rows


def _guarded(cell: str) -> str:
    return guarded(encodable(cell))


def _row(number: int, cells: Sequence[str]) -> str:
    style = ' s="1"' if number == 1 else ""
    written = (
        f'<c r="{_letters(place)}{number}"{style} t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(_NOT_XML.sub("�", cell))}</t></is></c>'
        for place, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}">{"".join(written)}</row>'


def _letters(place: int) -> str:
    """Give the letters of a column, counted from 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _workbook(name: str) -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(name[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def entry(name: str) -> ZipInfo:
    """Name a part of a ZIP container, without the hour at which it was made."""
    found = ZipInfo(name, _THEN)
    found.compress_type = ZIP_DEFLATED
    found.external_attr = 0o644 << 16
    return found
