"""What a tar holds (POSIX.1-2024 pax interchange format, ustar; GNU tar's long names).

Only regular files become members. Links and devices are findings: nothing is ever created from an
entry, so what unpackers must defend against (CVE-2007-4559, CVE-2025-4517) cannot happen here. A
tar packed with gzip (RFC 1952) is first poured into an anonymous file, so that each member can be
read without unpacking all before it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from archiver.intake.contents import Contents
from archiver.intake.limits import Meter
from archiver.intake.name import decode
from archiver.intake.refusal import Refused, damaged
from archiver.intake.region import Region, spooled

_RECORD = 512
_LARGEST_HEADER = 1 << 20
_CHUNK = 1 << 18
_GZIP = b"\x1f\x8b\x08"
_FILES_AND_FOLDERS = (b"0", b"\0", b"7", b"5")
_OTHERS = {b"1": "hard link", b"2": "symlink", b"3": "device", b"4": "device", b"6": "pipe"}
_FOLDER = b"5"


class _Header(Struct, frozen=True):
    name: bytes
    size: int
    modified: int | None
    type: bytes
    target: bytes
    place: int


def is_tar(region: Region) -> bool:
    """Tell whether this begins as a tar, packed with gzip or not."""
    head = region.read(0, 1 << 16)
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _RECORD)
        except zlib.error:
            return False
    return _checksum_holds(head[:_RECORD])


def take_tar(region: Region, contents: Contents) -> None:
    """Measure the files of a tar and add them to the contents of the delivery.

    Raises:
        Refused: It is damaged or hostile, or uses what is not supported; the finding says how.
    """
    if region.read(0, 3) == _GZIP:
        region = spooled(_gunzipped(region, contents), None, contents.spool)
    offset, assumed, seen = 0, _Header(b"", -1, None, b"", b"", 0), 0
    while (record := region.read(offset, _RECORD)) != bytes(_RECORD):
        header = _header(record, offset)
        body, offset = offset + _RECORD, offset + _RECORD + _padded(header.size)
        seen += 1
        if seen > contents.limits.entries:
            limit = contents.limits.entries
            raise Refused("E-I006", count=seen, limit=limit, offset=header.place)
        if header.type in b"xgLK":
            assumed = _extended(region, header, body, assumed, contents)
            continue
        header = _with_extensions(header, assumed)
        offset = body + _padded(header.size)
        _take_entry(region, header, body, contents)
        assumed = _Header(b"", -1, None, b"", b"", 0)
    _check_rest(region, offset, contents)


def _gunzipped(region: Region, contents: Contents) -> Iterator[bytes]:
    """Unpack all gzip members, counting what comes out of the whole as one entry."""
    engine, fed, out = zlib.decompressobj(zlib.MAX_WBITS | 16), 0, 0
    try:
        for block in region.blocks(0, region.size):
            fed += len(block)
            # Empty filling after the last member is how tapes and some servers end a file.
            while block.strip(b"\0") if engine.eof else block:
                if engine.eof:
                    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
                piece = engine.decompress(block, _CHUNK)
                out += len(piece)
                block = engine.unused_data if engine.eof else engine.unconsumed_tail
                contents.meter.add("", fresh=len(piece), out=out, packed=fed - len(block))
                yield piece
    except zlib.error:
        raise damaged("gzip", fed) from None
    if not engine.eof:
        raise damaged("truncated", region.size)


def _header(record: bytes, place: int) -> _Header:
    if len(record) < _RECORD:
        raise damaged("truncated", place)
    if not _checksum_holds(record):
        raise damaged("header-checksum", place)
    name = record[:100].rstrip(b"\0")
    if record[257:263] == b"ustar\0" and (prefix := record[345:500].rstrip(b"\0")):
        name = prefix + b"/" + name
    size, modified = _number(record[124:136], place), _number(record[136:148], place)
    return _Header(
        name.split(b"\0")[0], size, modified * 1000, record[156:157],
        record[157:257].split(b"\0")[0], place,
    )  # fmt: skip


def _checksum_holds(record: bytes) -> bool:
    if len(record) < _RECORD:
        return False
    try:
        stated = int(record[148:156].strip(b"\0 "), 8)
    except ValueError:
        return False
    return stated == sum(record[:148]) + 8 * ord(" ") + sum(record[156:])


def _number(field: bytes, place: int) -> int:
    """Read an octal number, or GNU's binary form for what octal cannot hold."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:])
    try:
        return int(field.strip(b"\0 ") or b"0", 8)
    except ValueError:
        raise damaged("header-number", place) from None


def _extended(
    region: Region, header: _Header, body: int, known: _Header, contents: Contents
) -> _Header:
    """Read an extension that stands before the entry it belongs to."""
    if header.size > _LARGEST_HEADER:
        raise Refused(
            "E-I009", bytes=header.size, limit=contents.limits.name_bytes, offset=header.place
        )
    data = region.read(body, header.size)
    if len(data) < header.size:
        raise damaged("truncated", header.place)
    match header.type:
        case b"L":
            return replace(known, name=data.rstrip(b"\0"))
        case b"K":
            return replace(known, target=data.rstrip(b"\0"))
        case b"x":
            return _pax(data, known, header.place)
        case _:
            # A global header of pax states defaults, such as the commit of a source tree.
            _pax(data, known, header.place)
            return known


def _pax(data: bytes, known: _Header, place: int) -> _Header:
    for key, value in _pax_records(data, place):
        try:
            match key:
                case b"path":
                    known = replace(known, name=value)
                case b"linkpath":
                    known = replace(known, target=value)
                case b"size" if value.isdigit():
                    known = replace(known, size=int(value))
                case b"size":
                    raise damaged("header-number", place)
                case b"mtime":
                    known = replace(known, modified=int(float(value) * 1000))
                case _ if key.startswith(b"GNU.sparse."):
                    raise Refused("E-I008", name="", feature="sparse", offset=place)
        except (ValueError, OverflowError):
            raise damaged("header-number", place) from None
    return known


def _pax_records(data: bytes, place: int) -> Iterator[tuple[bytes, bytes]]:
    """Split ``length key=value`` records; the length counts the whole record."""
    while data.strip(b"\0"):
        digits, _, _ = data[:20].partition(b" ")
        if not digits.isdigit() or not len(digits) + 1 < int(digits) <= len(data):
            raise damaged("pax-record", place)
        record, data = data[len(digits) + 1 : int(digits)], data[int(digits) :]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            raise damaged("pax-record", place)
        yield key, value[:-1]


def _with_extensions(header: _Header, known: _Header) -> _Header:
    return replace(
        header,
        name=known.name or header.name,
        target=known.target or header.target,
        size=header.size if known.size < 0 else known.size,
        modified=header.modified if known.modified is None else known.modified,
    )


def _take_entry(region: Region, header: _Header, body: int, contents: Contents) -> None:
    if len(header.name) > contents.limits.name_bytes:
        length, limit = len(header.name), contents.limits.name_bytes
        raise Refused("E-I009", bytes=length, limit=limit, offset=header.place)
    # Pax names are UTF-8 by definition and nothing else is in use; only invalid ones are doubtful.
    name, assumed = decode(header.name, stated=True)
    if kind := _OTHERS.get(header.type):
        target = decode(header.target, stated=True)[0]
        contents.findings.add("W-I003", name=name, kind=kind, target=target, offset=header.place)
        if header.size:
            raise damaged("link-with-content", header.place)
    elif header.type not in _FILES_AND_FOLDERS:
        feature = "sparse" if header.type == b"S" else f"type-{header.type.hex()}"
        raise Refused("E-I008", name=name, feature=feature, offset=header.place)
    elif header.type == _FOLDER and header.size:
        raise damaged("folder-with-content", header.place)
    elif header.size or not (header.type == _FOLDER or name.endswith("/")):
        unpack = partial(_stretch, region, body, header.size)
        contents.keep(name, unpack, modified=header.modified, place=header.place, assumed=assumed)


def _stretch(region: Region, offset: int, size: int, _: Meter | None) -> Iterator[bytes]:
    if size > region.size - offset:
        raise damaged("truncated", offset)
    yield from region.blocks(offset, size)


def _check_rest(region: Region, offset: int, contents: Contents) -> None:
    """After two empty records only filling may follow; without them the tar was cut short."""
    if region.read(offset, 2 * _RECORD) != bytes(2 * _RECORD):
        raise damaged("truncated", offset)
    offset += 2 * _RECORD
    for block in region.blocks(offset, region.size - offset):
        if block.strip(b"\0"):
            length = region.size - offset
            contents.findings.add("W-I007", offset=offset, length=length, bytes=length)
            return


def _padded(size: int) -> int:
    return -(-size // _RECORD) * _RECORD
