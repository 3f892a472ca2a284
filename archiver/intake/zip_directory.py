"""The entries of a ZIP as both its headers describe them (APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.9).

The central directory says which entries there are, the local headers where their bytes lie. The
two must agree, and no byte may belong to two entries: overlapping entries make a bomb without
any compression ratio (CVE-2024-0450).
"""

from __future__ import annotations

import struct

from msgspec import Struct

from archiver.intake.limits import Limits
from archiver.intake.refusal import Findings, Refused, damaged
from archiver.intake.region import Region
from archiver.intake.zip_central import ENCRYPTED, Central, central_records
from archiver.intake.zip_end import End, find_end

_LOCAL = struct.Struct("<4s5H3L2H")
_NARROW = 0xFFFFFFFF
_DESCRIPTOR = 0x0008


class Entry(Struct, frozen=True):
    """One entry; `start` and `stop` are the bytes it owns, `body` where its packed bytes begin.

    `modified` and `kind` are those of the central record.
    """

    name: str
    assumed: bool
    start: int
    body: int
    stop: int
    packed: int
    size: int
    crc: int
    method: int
    modified: int | None
    kind: str


def read_directory(region: Region, limits: Limits, findings: Findings) -> tuple[Entry, ...]:
    """Read and check all entries, in the order of the directory.

    Raises:
        Refused: E-I002 damaged, E-I003 encrypted, E-I004 overlapping, E-I006 too many entries,
            E-I007 headers that contradict each other, E-I008 not supported, E-I009 a name is too
            long.
    """
    end = find_end(region)
    if end.entries > limits.entries:
        raise Refused("E-I006", count=end.entries, limit=limits.entries, offset=end.start)
    entries = tuple(
        _locate(region, central, findings) for central in central_records(region, end, limits)
    )
    _account_for_all_bytes(entries, region, end, findings)
    return entries


def _locate(region: Region, central: Central, findings: Findings) -> Entry:
    """Read the local header of an entry and compare it with the directory."""
    header = region.read(central.offset, _LOCAL.size + len(central.raw))
    try:
        values = _LOCAL.unpack(header[: _LOCAL.size])
    except struct.error:
        raise damaged("local-header", central.offset) from None
    if values[0] != b"PK\x03\x04":
        raise damaged("local-header", central.offset)
    body = central.offset + _LOCAL.size + values[9] + values[10]
    if body + central.packed > region.size:
        raise damaged("truncated", central.offset)
    _check_headers(values, central)
    if header[_LOCAL.size : _LOCAL.size + values[9]] != central.raw:
        findings.add("W-I008", name=central.name, offset=central.offset)
    stop = body + central.packed
    if (central.flags | values[2]) & _DESCRIPTOR:
        stop += _descriptor_length(region, stop, central)
    return Entry(
        central.name, central.assumed, central.offset, body, stop, central.packed,
        central.size, central.crc, central.method, central.modified, central.kind,
    )  # fmt: skip


def _check_headers(local: tuple[int, ...], central: Central) -> None:
    """What a streaming reader would believe must be what the directory says."""
    flags, method, crc, packed, size = local[2], local[3], *local[6:9]
    same = method == central.method and not (flags ^ central.flags) & ENCRYPTED
    if not flags & _DESCRIPTOR:
        same &= crc == central.crc
        same &= packed in (central.packed, _NARROW) and size in (central.size, _NARROW)
    if not same:
        raise Refused("E-I007", name=central.name, reason="headers", offset=central.offset)


def _descriptor_length(region: Region, offset: int, central: Central) -> int:
    """Length of the record after the packed bytes; its signature and its width are optional."""
    found = region.read(offset, 24)
    for signature in (b"PK\x07\x08", b""):
        for width in (4, 8):
            sizes = (central.packed, central.size)
            if max(sizes) >> 8 * width:
                continue
            record = signature + central.crc.to_bytes(4, "little")
            record += b"".join(value.to_bytes(width, "little") for value in sizes)
            if found.startswith(record):
                return len(record)
    return 0


def _account_for_all_bytes(
    entries: tuple[Entry, ...], region: Region, end: End, findings: Findings
) -> None:
    """Every byte belongs to one entry, the directory or the end; others are findings."""
    place, before = 0, ""
    for entry in sorted(entries, key=lambda entry: entry.start):
        if entry.start < place:
            raise Refused("E-I004", name=entry.name, other=before, offset=entry.start)
        _add_gap(findings, place, entry.start)
        place, before = entry.stop, entry.name
    if place > end.directory:
        raise Refused("E-I004", name=before, other="", offset=end.directory)
    _add_gap(findings, place, end.directory)
    _add_gap(findings, end.directory + end.directory_size, end.start)
    _add_gap(findings, end.stop, region.size)


def _add_gap(findings: Findings, start: int, stop: int) -> None:
    if stop > start:
        findings.add("W-I007", offset=start, length=stop - start, bytes=stop - start)
