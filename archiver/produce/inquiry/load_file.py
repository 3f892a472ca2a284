"""Load files of e-discovery: Concordance DAT for what is known of documents, Opticon OPT for pages.

DAT: a header and one line a document; fields between ``þ``, parted by 0x14, a new line within a
field as ``®``, several values by ``;``; UTF-8 with byte order mark. OPT: number, volume, path, Y
for a document's first page, folder, box, pages. Neither has a way to write its own signs in a
field: they are written as their code, ``[U+00FE]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO

FIELDS = (
    "BEGBATES", "ENDBATES", "BEGATTACH", "ENDATTACH", "CUSTODIAN", "DUPCUSTODIAN", "DOCTYPE",
    "FILENAME", "FILEEXT", "FILESIZE", "FROM", "TO", "CC", "BCC", "SUBJECT", "DATESENT", "TIMESENT",
    "DATERCVD", "DATELAST", "SHA256HASH", "NATIVEPATH", "TEXTPATH", "PDFPATH", "RSMFPATH",
    "PAGECOUNT", "CONFIDENTIALITY", "ACCOUNT", "RECORDS", "QUESTION",
)  # fmt: skip
_SEPARATOR, _QUALIFIER, _NEW_LINE = "\x14", "\xfe", "\xae"
_CODED = {ord(sign): f"[U+{ord(sign):04X}]" for sign in (_SEPARATOR, _QUALIFIER, _NEW_LINE)}
_BYTE_ORDER_MARK = "\ufeff"


def write_dat(target: BinaryIO, rows: Iterable[Mapping[str, str]]) -> None:
    """Write what is known of documents, one a row, by the names of `FIELDS`."""
    target.write((_BYTE_ORDER_MARK + _line(FIELDS)).encode())
    for row in rows:
        target.write(_line([row.get(name, "") for name in FIELDS]).encode())


def write_opt(target: BinaryIO, volume: str, pages: Iterable[tuple[str, str, int]]) -> None:
    """Write where the pages of documents are: (number, path, how many pages), one file each."""
    for number, path, count in pages:
        target.write(f"{number},{volume},{path},Y,,,{count}\r\n".encode())


def _line(cells: Iterable[str]) -> str:
    written = (f"{_QUALIFIER}{_cell(cell)}{_QUALIFIER}" for cell in cells)
    return _SEPARATOR.join(written) + "\r\n"


def _cell(text: str) -> str:
    coded = text.translate(_CODED)
    return coded.replace("\r\n", "\n").replace("\r", "\n").replace("\n", _NEW_LINE)
