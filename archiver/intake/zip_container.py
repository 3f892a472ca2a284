"""What a ZIP holds, measured by unpacking it once (APPNOTE.TXT 6.3.10; RFC 1951).

Sizes and checksums in headers are claims. Here each entry is unpacked as a stream, its bytes are
counted and hashed, and the claims are compared with what came out.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from zlib import crc32

from archiver.intake.contents import Contents
from archiver.intake.limits import Meter
from archiver.intake.name import decode, is_container, is_noise
from archiver.intake.refusal import Refused
from archiver.intake.region import Region, spooled
from archiver.intake.zip_directory import Entry, read_directory

_CHUNK = 1 << 18
_STORED = 0
_LONGEST_TARGET = 4_096
_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")


def is_zip(region: Region) -> bool:
    """Tell whether this begins as a ZIP; a ZIP behind other bytes is not taken for one."""
    return region.read(0, 4) in _BEGINNINGS


def take_zip(region: Region, contents: Contents, *, inside: str = "", depth: int = 1) -> None:
    """Measure the entries of a ZIP and add them to the contents of the delivery.

    A ZIP that holds nothing but one other ZIP, whatever its name (``.ufdr`` too, but no document
    of an office program), is opened further; its members are named ``inner.zip/name``.

    Raises:
        Refused: It is damaged, encrypted or hostile; the finding says how.
    """
    entries = read_directory(region, contents.limits, contents.findings)
    files = [entry for entry in entries if not _is_folder(entry)]
    only = _only_zip(region, files)
    for entry in files:
        name = inside + entry.name
        if entry is only:
            _take_inner(region, entry, contents, name, depth + 1)
        elif entry.kind:
            target = _target(region, entry, name)
            contents.findings.add(
                "W-I003", name=name, kind=entry.kind, target=target, offset=entry.start
            )
        else:
            blocks = partial(_unpacked, region, entry, name)
            contents.keep(
                name, blocks, modified=entry.modified, place=entry.start, assumed=entry.assumed
            )


def _is_folder(entry: Entry) -> bool:
    """A name that ends in a slash and holds nothing; an empty deflate stream takes two bytes."""
    return entry.name.endswith("/") and entry.size == 0 and entry.packed <= len(b"\x03\x00")


def _only_zip(region: Region, files: list[Entry]) -> Entry | None:
    real = [entry for entry in files if not is_noise(entry.name)]
    if len(real) != 1:
        return None
    head, _ = next(_inflated(region, real[0]), (b"", 0))
    return real[0] if head.startswith(_BEGINNINGS) and is_container(real[0].name, head) else None


def _take_inner(region: Region, entry: Entry, contents: Contents, name: str, depth: int) -> None:
    if depth > contents.limits.depth:
        raise Refused("E-I010", name=name, limit=contents.limits.depth, offset=entry.start)
    blocks = _unpacked(region, entry, name, contents.meter)
    inner = spooled(blocks, entry.size, contents.spool)
    outer, contents.findings.inside = contents.findings.inside, name
    take_zip(inner, contents, inside=f"{name}/", depth=depth)
    contents.findings.inside = outer


def _target(region: Region, entry: Entry, name: str) -> str:
    """Where a link points: that is its content."""
    if entry.size > _LONGEST_TARGET:
        return ""
    return decode(b"".join(_unpacked(region, entry, name, None)), stated=True)[0]


def _unpacked(region: Region, entry: Entry, name: str, meter: Meter | None) -> Iterator[bytes]:
    """Unpack one entry and hold its headers to what they claim."""
    size = checksum = 0
    for block, packed in _inflated(region, entry):
        size += len(block)
        if size > entry.size:
            raise Refused("E-I007", name=name, reason="size", offset=entry.start)
        if meter is not None:
            meter.add(name, fresh=len(block), out=size, packed=packed)
        checksum = crc32(block, checksum)
        yield block
    if size != entry.size:
        raise Refused("E-I007", name=name, reason="size", offset=entry.start)
    if checksum != entry.crc:
        raise Refused("E-I007", name=name, reason="checksum", offset=entry.start)


def _inflated(region: Region, entry: Entry) -> Iterator[tuple[bytes, int]]:
    """Give blocks with the number of packed bytes that were used so far."""
    if entry.method == _STORED:
        packed = 0
        for block in region.blocks(entry.body, entry.packed):
            packed += len(block)
            yield block, packed
        return
    try:
        yield from _deflated(region, entry)
    except zlib.error:
        raise Refused("E-I007", name=entry.name, reason="deflate", offset=entry.start) from None


def _deflated(region: Region, entry: Entry) -> Iterator[tuple[bytes, int]]:
    engine, fed = zlib.decompressobj(-zlib.MAX_WBITS), 0
    for block in region.blocks(entry.body, entry.packed):
        fed += len(block)
        while block and not engine.eof:
            out = engine.decompress(block, _CHUNK)
            block = engine.unconsumed_tail
            if out:
                yield out, fed - len(block)
    while not engine.eof and (out := engine.decompress(b"", _CHUNK)):
        yield out, fed
    if not engine.eof or engine.unused_data or fed != entry.packed:
        raise Refused("E-I007", name=entry.name, reason="deflate", offset=entry.start)
