"""Look for words in everything an archive keeps: pages, index, objects, logs, keys, work files."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from zstandard import ZstdDecompressor, ZstdError

from archiver.errors import ArchiveError
from archiver.store.archive import Archive
from tests.ministry import Ministry


def remains(office: Ministry, words: list[str], *, catalogue: bool = True) -> dict[str, list[str]]:
    """Give for each place, decrypted, which of the words it still holds; empty when none does.

    Without `catalogue` the index is only read as it lies there, since it may not be whole.
    """
    found: dict[str, list[str]] = {}
    for place, content in _places(office, catalogue=catalogue):
        hits = [word for word in words if _holds(content, word)]
        if hits:
            found[place] = hits
    return found


def _holds(content: bytes, word: str) -> bool:
    return any(word.encode(coding) in content for coding in ("utf-8", "utf-16-le", "utf-16-be"))


def _places(office: Ministry, *, catalogue: bool) -> Iterator[tuple[str, bytes]]:
    with office.opened() as archive:
        if catalogue:
            yield from _catalogue(archive, office.archive)
        for name in archive.objects.names():
            yield from _object(archive, name)
    for top in (office.archive, office.keys):
        for path in sorted(top.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(office.folder)), path.read_bytes()


def _catalogue(archive: Archive, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the catalogue as plain pages: a copy of its pages, decrypted one by one."""
    connection = archive.catalogue.connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain = folder.parent / "plain.db"
    plain.unlink(missing_ok=True)
    connection.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.execute("DETACH DATABASE plain")
    yield "catalogue.db (exported)", plain.read_bytes()
    plain.unlink()
    for table, column in (("text_open_data", "block"), ("text_sealed_data", "block")):
        blocks = connection.execute(f"SELECT {column} FROM {table}")
        yield table, b"\n".join(bytes(row[0]) for row in blocks)


def _object(archive: Archive, name: str) -> Iterator[tuple[str, bytes]]:
    for delivery in archive.keys.deliveries():
        held = archive.keys.delivery(delivery)
        if held is None or name not in held.objects:
            continue
        try:
            with archive.objects.open(name, held.key_of(name)) as stream:
                content = stream.read()
        except ArchiveError:
            continue
        yield f"{delivery}: {name}", content
        yield f"{delivery}: {name} (unpacked)", b"\n".join(_unpacked(content))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Give what compressed frames in these bytes hold: Zstandard frames, and a zip's entries."""
    rest = content
    while rest.startswith(b"\x28\xb5\x2f\xfd"):
        reader = ZstdDecompressor().decompressobj()
        try:
            yield reader.decompress(rest)
        except ZstdError:
            return
        rest = reader.unused_data
    at = content.find(b"PK\x03\x04")
    while at >= 0:
        name, extra = (int.from_bytes(content[at + n : at + n + 2], "little") for n in (26, 28))
        with suppress(zlib.error):
            yield zlib.decompressobj(-15).decompress(content[at + 30 + name + extra :])
        at = content.find(b"PK\x03\x04", at + 4)
