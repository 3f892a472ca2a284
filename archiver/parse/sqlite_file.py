"""Open the SQLite database of a phone read only, and say what is wrong with it.

Built from the public description of the file format (https://sqlite.org/fileformat2.html, November
2026). The file is opened by its descriptor as immutable: nothing is locked, written or recovered,
no view or trigger of the file is ever used. What the write-ahead log beside it holds is laid over
a copy in memory (`archiver.parse.sqlite_wal`) and, where that cannot be done, never left out
without a finding. A file without a name (a member of a container) is copied into memory as well.

Findings of their own: E-B901 to W-B914 (``config/findings/sqlite.toml``).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from os import SEEK_END
from typing import BinaryIO, NamedTuple

from archiver.format import Source
from archiver.model import Finding, Member
from archiver.parse.sqlite_table import DAMAGE, Database
from archiver.parse.sqlite_wal import Wal, read_wal

MAGIC = b"SQLite format 3\0"
WAL, JOURNAL = "-wal", "-journal"

NOT_A_DATABASE = "E-B901"
TOO_NEW = "E-B902"
CUT_OFF = "E-B903"
BEYOND = "W-B904"
DAMAGED = "E-B905"
WAL_READ = "W-B907"
WAL_NOT_READ = "E-B908"
UNFINISHED = "E-B909"
TOO_LARGE = "E-B912"

IN_MEMORY = 192 << 20
"""The largest database that is copied into memory; while it is, it is there twice."""

_HEADER = 100
_BLOCK = 1 << 20
_LONGEST = 64 << 20
_JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"


class Opened(NamedTuple):
    """A database that can be read, or None, and what is to be known of the file."""

    database: Database | None
    findings: tuple[Finding, ...]


def open_database(
    source: Source, member: int | None = None, *, in_memory: int = IN_MEMORY
) -> Opened:
    """Open the main member of a source, or one beside it; the caller closes the database.

    `in_memory` is the most bytes of a database that may be copied.
    """
    index = source.main if member is None else member
    stream = source.stream if member is None else source.beside[index]
    try:
        return _Opening(stream, source.members, index, source.beside, in_memory).open()
    except DAMAGE as error:
        return Opened(None, (Finding(DAMAGED, {"reason": str(error)}, index),))


def belongs(main: str, other: str) -> bool:
    """Whether a member is the write-ahead log or the journal of a database."""
    return other in (main + WAL, main + JOURNAL)


def owner(name: str) -> str:
    """Give the name of the database whose log or journal a member may be, or else its own."""
    return name.removesuffix(WAL).removesuffix(JOURNAL)


class _Opening:
    """One attempt to open one file."""

    def __init__(
        self,
        stream: BinaryIO,
        members: Sequence[Member],
        index: int,
        beside: Mapping[int, BinaryIO],
        in_memory: int,
    ) -> None:
        self._stream, self._members, self._index = stream, members, index
        self._beside, self._in_memory = beside, in_memory
        self._size = stream.seek(0, SEEK_END)
        stream.seek(0)
        self._header = stream.read(_HEADER)
        self._findings: list[Finding] = []

    def open(self) -> Opened:
        """Check the header, then what stands beside, then connect."""
        header = self._header
        if not header.startswith(MAGIC) or len(header) < _HEADER:
            return self._refused(NOT_A_DATABASE, bytes=self._size)
        page = _page_size(header)
        if not page or header[19] > 2 or int.from_bytes(header[44:48]) > 4:
            return self._refused(TOO_NEW, page=page, version=header[19])
        wal = self._wal(page)
        self._check_size(page, wal)
        image = self._image(wal) if wal or not _has_name(self._stream) else None
        if image is None and not _has_name(self._stream):
            return self._refused(TOO_LARGE, bytes=self._size, limit=self._in_memory)
        cut_off = any(finding.code == CUT_OFF for finding in self._findings)
        connection = _connected(self._stream, image, cut_off=cut_off)
        return Opened(Database(connection, self._index), tuple(self._findings))

    def _refused(self, code: str, **values: str | int) -> Opened:
        self._find(code, **values)
        return Opened(None, tuple(self._findings))

    def _find(self, code: str, **values: str | int) -> None:
        self._findings.append(Finding(code, values, self._index))

    def _check_size(self, page: int, wal: Wal | None) -> None:
        """Compare the size with the number of pages, where the header's number is up to date."""
        if wal is not None:
            pages = wal.size // page
            lost = sum(at not in wal.pages for at in range(self._size // page + 1, pages + 1))
            if lost:
                self._find(CUT_OFF, pages=pages, missing=lost, bytes=self._size)
            return
        if self._header[24:28] != self._header[92:96]:
            return
        pages = int.from_bytes(self._header[28:32])
        lacking = pages * page - self._size
        if lacking > 0:
            self._find(CUT_OFF, pages=pages, missing=-(-lacking // page), bytes=self._size)
        elif lacking < 0 and pages:
            self._find(BEYOND, bytes=-lacking, pages=pages)

    def _wal(self, page: int) -> Wal | None:
        """Read what the files beside add; None when that is nothing, or cannot be used."""
        name = self._members[self._index].name
        wal: Wal | None = None
        for at, member in enumerate(self._members):
            if not member.size or not belongs(name, member.name):
                continue
            if at not in self._beside:
                self._find(WAL_NOT_READ, name=member.name, frames=0, bytes=member.size)
            elif member.name.endswith(JOURNAL):
                self._journal(self._beside[at], member)
            else:
                wal = self._usable(read_wal(self._beside[at], page), member)
        return wal

    def _usable(self, wal: Wal, member: Member) -> Wal | None:
        if not wal.pages:
            return None
        if max(wal.size, self._size) > self._in_memory:
            self._find(WAL_NOT_READ, name=member.name, frames=wal.frames, bytes=member.size)
            return None
        self._find(WAL_READ, name=member.name, pages=len(wal.pages), frames=wal.frames)
        return wal

    def _journal(self, journal: BinaryIO, member: Member) -> None:
        journal.seek(0)
        if journal.read(len(_JOURNAL_MAGIC)) == _JOURNAL_MAGIC:
            self._find(UNFINISHED, name=member.name, bytes=member.size)

    def _image(self, wal: Wal | None) -> bytearray | None:
        """Copy the database, with the pages of the log over it; None when it is too large."""
        size = max(wal.size if wal else self._size, _HEADER)
        if size > self._in_memory:
            return None
        image = bytearray(size)
        self._stream.seek(0)
        filled = 0
        while filled < size and (block := self._stream.read(min(_BLOCK, size - filled))):
            image[filled : filled + len(block)] = block
            filled += len(block)
        if wal:
            wal.lay_over(image)
        # A database in memory has no log: it must not call for one.
        image[18] = image[19] = 1
        return image


def _page_size(header: bytes) -> int:
    """Give the size of a page, 0 when it is none."""
    size = int.from_bytes(header[16:18])
    size = 65_536 if size == 1 else size
    return size if 512 <= size <= 65_536 and not size & (size - 1) else 0


def _has_name(stream: BinaryIO) -> bool:
    """Whether the file can be opened once more; SQLite follows a descriptor to its name."""
    try:
        handle = stream.fileno()
        return os.path.samestat(os.fstat(handle), os.stat(os.readlink(_place(handle))))  # noqa: PTH115, PTH116
    except (OSError, AttributeError):
        return False


def _place(handle: int) -> str:
    return f"/proc/self/fd/{handle}"


def _connected(stream: BinaryIO, image: bytearray | None, *, cut_off: bool) -> sqlite3.Connection:
    """Connect, with everything off that a hostile file could use.

    A file that lacks its end is only opened by who says that the schema may be written; nothing
    can be, since the connection only queries.
    """
    if image is None:
        place = f"file:{_place(stream.fileno())}?mode=ro&immutable=1"
        connection = sqlite3.connect(place, uri=True, isolation_level=None)
    else:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(image)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for pragma in (
        "query_only=ON", "temp_store=MEMORY", "trusted_schema=OFF", "cell_size_check=ON",
        "mmap_size=0", *(("writable_schema=ON",) if cut_off else ()),
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection
