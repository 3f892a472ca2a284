"""Where a ZIP ends and where its directory stands (APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16).

Readers of ZIP differ in which end record they believe, and so can be shown different contents
(CVE-2025-8291). Here there must be exactly one end record that fits, and the records of ZIP64
must lie directly before it and agree with it.
"""

from __future__ import annotations

import struct

from msgspec import Struct

from archiver.intake.refusal import Refused, damaged
from archiver.intake.region import Region

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LONGEST_COMMENT = 0xFFFF


class End(Struct, frozen=True):
    """The directory's place, and what lies around the end records; offsets in bytes.

    `start` is where the end records begin, `stop` where they end, comment included.
    """

    directory: int
    directory_size: int
    entries: int
    start: int
    stop: int


def find_end(region: Region) -> End:
    """Find the one end of a ZIP.

    Raises:
        Refused: E-I002, there is none, more than one, or what it says cannot be; E-I008, the ZIP
            is a part of several.
    """
    offset, record = _end_record(region)
    _, disk, directory_disk, here, entries, size, start, comment = _END.unpack(record)
    stop, narrow = offset + _END.size + comment, (here, entries, size, start)
    wide = _wide_record(region, offset)
    if wide is not None:
        offset, disks, (here, entries, size, start) = wide
        _check_agreement(narrow, (here, entries, size, start), offset)
        disk, directory_disk = max(disk % 0xFFFF, disks[0]), max(directory_disk % 0xFFFF, disks[1])
    if disk or directory_disk or here != entries:
        raise Refused("E-I008", name="", feature="parts", offset=offset)
    if start + size > offset:
        raise damaged("directory-beyond-end", offset)
    return End(start, size, entries, offset, stop)


def _end_record(region: Region) -> tuple[int, bytes]:
    base = max(0, region.size - _END.size - _LONGEST_COMMENT)
    tail = region.read(base, region.size - base)
    fitting = [
        (base + place, tail[place : place + _END.size], surplus)
        for place, surplus in _candidates(tail)
    ]
    exact = [(offset, record) for offset, record, surplus in fitting if surplus == 0]
    if len(exact) > 1:
        raise damaged("two-end-records", exact[0][0])
    if exact:
        return exact[0]
    if not fitting:
        raise damaged("no-end-record", region.size)
    # Something was appended after the end; the last record counts, the rest becomes a finding.
    return fitting[-1][:2]


def _candidates(tail: bytes) -> list[tuple[int, int]]:
    """Places of end records in the tail that do not reach beyond it, with the bytes left over."""
    found, place = [], tail.find(b"PK\x05\x06")
    while place >= 0:
        if place + _END.size <= len(tail):
            comment = int.from_bytes(tail[place + 20 : place + 22], "little")
            surplus = len(tail) - (place + _END.size + comment)
            if surplus >= 0:
                found.append((place, surplus))
        place = tail.find(b"PK\x05\x06", place + 1)
    return found


def _wide_record(
    region: Region, end: int
) -> tuple[int, tuple[int, int], tuple[int, int, int, int]] | None:
    locator = region.read(end - _LOCATOR.size, _LOCATOR.size) if end >= _LOCATOR.size else b""
    if locator[:4] != b"PK\x06\x07":
        return None
    _, disk, offset, disks = _LOCATOR.unpack(locator)
    record = region.read(offset, _END64.size)
    if disk or disks > 1 or len(record) < _END64.size or record[:4] != b"PK\x06\x06":
        raise damaged("zip64-locator", end - _LOCATOR.size)
    _, size, _, _, own, directory, here, entries, length, start = _END64.unpack(record)
    if offset + 12 + size != end - _LOCATOR.size:
        raise damaged("zip64-end-record", offset)
    return offset, (own, directory), (here, entries, length, start)


def _check_agreement(
    narrow: tuple[int, int, int, int], wide: tuple[int, int, int, int], offset: int
) -> None:
    """A narrow field is all ones when only the wide one counts; otherwise both must be equal."""
    unstated = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    for small, large, none in zip(narrow, wide, unstated, strict=True):
        if small not in (none, large):
            raise damaged("end-records-disagree", offset)
