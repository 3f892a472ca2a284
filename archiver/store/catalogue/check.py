"""Check the catalogue: its pages, its indexes, and whether it contains what the log says.

It is an index: `rebuild` makes it anew, so damage here loses nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as driver

from archiver.errors import ArchiveError
from archiver.model import Finding
from archiver.store.catalogue import NAME, Catalogue
from archiver.store.events import Event

if TYPE_CHECKING:
    from archiver.store.archive import Archive

_WAL_HEAD = struct.Struct(">8I")
_WAL_VERSION = 3_007_000


def check_catalogue(archive: Archive, events: Sequence[Event]) -> Iterator[Finding]:
    """Give what is wrong with the catalogue of an archive."""
    yield from _write_ahead(archive.folder / f"{NAME}-wal")
    try:
        catalogue = archive.open_catalogue()
    except (ArchiveError, OSError) as error:
        yield Finding("E-V010", {"path": NAME, "reason": str(error)})
        return
    try:
        for reason in _pages(catalogue):
            yield Finding("E-V010", {"path": NAME, "reason": reason})
        if catalogue.last_seq + 1 != len(events):
            reached: dict[str, str | int] = {"reached": catalogue.last_seq + 1, "log": len(events)}
            yield Finding("E-V011", reached)
        yield from _balances(catalogue)
    except driver.DatabaseError as error:
        yield Finding("E-V010", {"path": NAME, "reason": str(error)})
    finally:
        catalogue.close()


def _write_ahead(path: Path) -> Iterator[Finding]:
    """Check the head of a write-ahead file that a crash left; SQLite drops one that is not sound.

    What lies behind the head needs no check of its own: SQLite takes frames in up to the first that
    is damaged, and a catalogue that lacks one says so by the last event it has reached.
    """
    head = path.read_bytes()[: _WAL_HEAD.size] if path.exists() else b""
    if head and not _is_wal_head(head):
        yield Finding("E-V010", {"path": path.name, "reason": "it is no write-ahead file"})


def _is_wal_head(head: bytes) -> bool:
    """Whether these are the first 32 bytes of a write-ahead file (SQLite's file format, §4.1)."""
    if len(head) < _WAL_HEAD.size:
        return False
    magic, version, *_, first, second = _WAL_HEAD.unpack(head)
    order = {0x377F0682: "<", 0x377F0683: ">"}.get(magic)
    if order is None or version != _WAL_VERSION:
        return False
    a = b = 0
    for x, y in struct.iter_unpack(f"{order}2I", head[:24]):
        a = (a + x + b) & 0xFFFFFFFF
        b = (b + y + a) & 0xFFFFFFFF
    return (a, b) == (first, second)


def _pages(catalogue: Catalogue) -> Iterator[str]:
    """Check the seal of every page, then the structure, then the full-text indexes."""
    connection = catalogue.connection
    yield from (str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check"))
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield str(row[0])
    for table in ("text_open", "text_sealed"):
        try:
            connection.execute(f"INSERT INTO {table}({table}) VALUES('integrity-check')")
        except driver.DatabaseError as error:
            yield f"{table}: {error}"


def _balances(catalogue: Catalogue) -> Iterator[Finding]:
    """Compare what each delivery says it brought with the holdings and records that are there."""
    rows = catalogue.connection.execute(
        "SELECT d.public, d.new + d.known - d.destroyed, count(h.item), count(r.id) FROM delivery d"
        " LEFT JOIN holding h ON h.delivery = d.id LEFT JOIN copy p ON p.id = h.copy"
        " LEFT JOIN record r ON r.id = p.record"
        " GROUP BY d.id HAVING d.new + d.known - d.destroyed <> count(h.item)"
        " OR count(h.item) <> count(r.id)"
    )
    for delivery, stated, held, found in rows:
        values: dict[str, str | int] = {
            "delivery": delivery, "stated": stated, "held": held, "found": found,
        }  # fmt: skip
        yield Finding("E-V012", values)
