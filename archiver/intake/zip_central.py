"""The records of a ZIP's central directory (APPNOTE.TXT 6.3.10, 4.3.12, 4.4 and 4.5).

Names and times have a history: code page 437 or UTF-8, stated or not; DOS time, Unix time or
Windows time. What a record leaves open is said, not filled in.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from zlib import crc32

from msgspec import Struct

from archiver.intake.limits import Limits
from archiver.intake.name import decode
from archiver.intake.refusal import Refused, damaged
from archiver.intake.region import Region
from archiver.intake.zip_end import End

ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LONGEST_RECORD = _CENTRAL.size + 3 * 0xFFFF
_WINDOW = 1 << 20
_NARROW = 0xFFFFFFFF
_PATCH = 0x0020
_UTF8 = 0x0800
_AES = 99
_METHODS = (0, 8)
_UNIX_HOSTS = (3, 19)
_KINDS = {
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}
_FILETIME_EPOCH = 11_644_473_600_000


class Central(Struct, frozen=True):
    """One record of the directory; `kind` is empty for a regular file.

    `modified` is in milliseconds since 1970. The old DOS time states no zone; it is taken as UTC
    and may be up to 14 hours from the truth.
    """

    raw: bytes
    name: str
    assumed: bool
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    modified: int | None
    kind: str


def central_records(region: Region, end: End, limits: Limits) -> Iterator[Central]:
    """Read the directory from its beginning to exactly its end.

    Raises:
        Refused: E-I002 damaged, E-I003 encrypted, E-I008 not supported, E-I009 a name is too long.
    """
    offset, stop = end.directory, end.directory + end.directory_size
    window, base = b"", offset
    for _ in range(end.entries):
        if offset - base + _LONGEST_RECORD > len(window) and base + len(window) < stop:
            base, window = offset, region.read(offset, min(_WINDOW, stop - offset))
        record, length = _record(window, offset - base, base, limits)
        yield record
        offset += length
    if offset != stop:
        raise damaged("directory-size", offset)


def _record(window: bytes, place: int, base: int, limits: Limits) -> tuple[Central, int]:
    fixed = window[place : place + _CENTRAL.size]
    if len(fixed) < _CENTRAL.size or fixed[:4] != b"PK\x01\x02":
        raise damaged("directory-entry", base + place)
    values = _CENTRAL.unpack(fixed)
    flags, method, time, date = values[3:7]
    name_length, extra_length, comment_length, disk = values[10:14]
    name_end = place + _CENTRAL.size + name_length
    extra_end = name_end + extra_length
    if extra_end + comment_length > len(window):
        raise damaged("directory-entry", base + place)
    if name_length > limits.name_bytes:
        raise Refused("E-I009", bytes=name_length, limit=limits.name_bytes, offset=base + place)
    raw = window[place + _CENTRAL.size : name_end]
    extra = _extra_fields(window[name_end:extra_end])
    size, packed, offset, disk = _widened(extra, values[9], values[8], values[16], disk)
    name, assumed = _name(raw, flags, extra)
    _check_readable(name, flags, method, disk, base + place)
    central = Central(
        raw, name, assumed, flags, method, values[7], packed, size, offset,
        _modified(extra, date, time), _kind(values[1] >> 8, values[15] >> 16),
    )  # fmt: skip
    return central, extra_end + comment_length - place


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    place = 0
    while place + 4 <= len(extra):
        number, length = (
            int.from_bytes(extra[place + i : place + i + 2], "little") for i in (0, 2)
        )
        fields.setdefault(number, extra[place + 4 : place + 4 + length])
        place += 4 + length
    return fields


def _widened(
    extra: dict[int, bytes], size: int, packed: int, offset: int, disk: int
) -> tuple[int, int, int, int]:
    """Replace fields that are all ones by those of the ZIP64 extra field, which has only these."""
    wide, place, found = extra.get(1, b""), 0, []
    for value, unstated, length in (
        (size, _NARROW, 8),
        (packed, _NARROW, 8),
        (offset, _NARROW, 8),
        (disk, 0xFFFF, 4),
    ):
        if value == unstated and place + length <= len(wide):
            value = int.from_bytes(wide[place : place + length], "little")
            place += length
        found.append(value)
    return found[0], found[1], found[2], found[3]


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> tuple[str, bool]:
    """Read the name; a Unicode path (0x7075) counts when it was made for exactly these bytes."""
    path = extra.get(0x7075, b"")
    if path[:1] == b"\x01" and path[1:5] == crc32(raw).to_bytes(4, "little"):
        return decode(path[5:], stated=True)
    return decode(raw, stated=bool(flags & _UTF8))


def _check_readable(name: str, flags: int, method: int, disk: int, offset: int) -> None:
    if flags & ENCRYPTED or method == _AES:
        raise Refused("E-I003", name=name, offset=offset)
    if method not in _METHODS:
        raise Refused("E-I008", name=name, feature=f"compression-{method}", offset=offset)
    if flags & _PATCH or disk:
        raise Refused("E-I008", name=name, feature="patch" if not disk else "parts", offset=offset)


def _modified(extra: dict[int, bytes], date: int, time: int) -> int | None:
    """The most exact of three: Unix time (0x5455), Windows time (0x000a), DOS time."""
    unix, windows = extra.get(0x5455, b""), extra.get(0x000A, b"")
    if len(unix) >= 5 and unix[0] & 1:
        return int.from_bytes(unix[1:5], "little", signed=True) * 1000
    if len(windows) >= 16 and windows[4:8] == b"\x01\x00\x18\x00":
        return int.from_bytes(windows[8:16], "little") // 10_000 - _FILETIME_EPOCH
    try:
        moment = datetime(
            (date >> 9) + 1980, date >> 5 & 15, date & 31,
            time >> 11, time >> 5 & 63, time % 32 * 2, tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None
    return int(moment.timestamp()) * 1000


def _kind(host: int, mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), "") if host in _UNIX_HOSTS else ""
