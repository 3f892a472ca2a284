"""Receipts: what a depositor can hold against the archive later.

A receipt proves that the event of a delivery stands in the log under a signed head. It holds no
name and no text. The archive keeps one beside each delivery; copies go wherever they are asked for.
"""

from __future__ import annotations

import re
from pathlib import Path

from archiver.store import files
from archiver.store.archive import RECEIPTS, Archive
from archiver.store.events import Event

SUFFIX = ".receipt"
_INDEX = re.compile(rb"^index ([0-9]{1,18})$", re.MULTILINE)


def write_receipt(archive: Archive, seq: int) -> Path:
    """Write the receipt of the delivery that event `seq` keeps; the newest one replaces others."""
    event = archive.log.event(seq)
    path = archive.folder / RECEIPTS / f"{event.delivery}{SUFFIX}"
    files.replace(path, archive.log.prove(seq).encode())
    return path


def complete_receipt(archive: Archive, event: Event) -> None:
    """Write the receipt that an interrupted write owes; one for this event or a later one stays.

    A receipt is written before the catalogue takes the event in. So where one is missing the
    catalogue lacks the event as well, and its replay calls this.
    """
    path = archive.folder / RECEIPTS / f"{event.delivery}{SUFFIX}"
    if path.exists() and stated_event(path) >= event.seq:
        return
    for leftover in list(files.leftovers(path)):
        files.remove(leftover)
    write_receipt(archive, event.seq)


def stated_event(path: Path) -> int:
    """Give the number of the event that a receipt says it is for; a large one when it says none.

    What cannot be read is damage: it stays as it is, and `verify` names it.
    """
    found = _INDEX.search(path.read_bytes())
    return int(found[1]) if found else 1 << 62


def hand_out(archive: Archive, delivery: str, folder: Path) -> Path:
    """Put a copy of a delivery's receipt into a folder; give its path."""
    files.make_folder(folder)
    path = folder / f"{delivery}{SUFFIX}"
    files.replace(path, (archive.folder / RECEIPTS / path.name).read_bytes())
    return path
