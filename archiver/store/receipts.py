"""Receipts: what a depositor can hold against the archive later.

A receipt proves that the event of a delivery stands in the log under a signed head. It holds no
name and no text. The archive keeps one beside each delivery; copies go wherever they are asked for.
"""

from __future__ import annotations

from pathlib import Path

from archiver.store import files
from archiver.store.archive import RECEIPTS, Archive

SUFFIX = ".receipt"


def write_receipt(archive: Archive, seq: int) -> Path:
    """Write the receipt of the delivery that event `seq` keeps; the newest one replaces others."""
    event = archive.log.event(seq)
    path = archive.folder / RECEIPTS / f"{event.delivery}{SUFFIX}"
    files.replace(path, archive.log.prove(seq).encode())
    return path


def missing_receipts(archive: Archive) -> list[int]:
    """Give the events of deliveries that have no receipt, as after a crash."""
    return [
        event.seq
        for event in archive.log.events()
        if event.type == "delivery.kept"
        and not (archive.folder / RECEIPTS / f"{event.delivery}{SUFFIX}").exists()
    ]


def hand_out(archive: Archive, delivery: str, folder: Path) -> Path:
    """Put a copy of a delivery's receipt into a folder; give its path."""
    files.make_folder(folder)
    path = folder / f"{delivery}{SUFFIX}"
    files.replace(path, (archive.folder / RECEIPTS / path.name).read_bytes())
    return path
