"""The files attached to messages, as they were handed in, checked by their digests.

A file that stands by itself in a delivery, in a ZIP container, or as a part of a mail (RFC 2045) or
of an MMS is given. One that stands in a container of another kind is not taken out of it: it is
named as not given.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile

from msgspec import Struct

from archiver.errors import Damage
from archiver.parse import eml, mbox, sms_xml
from archiver.produce import tables_origins as tables
from archiver.produce.tables_lines import File
from archiver.produce.tables_origins import MailPart, Place
from archiver.store.archive import Archive
from archiver.store.items import Items, open_object

_BLOCK = 1 << 20
_PARTS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "eml": eml.attachment,
    "mbox": mbox.attachment,
    "sms-xml": sms_xml.attachment,
}
_NOT_APART = (BadZipFile, KeyError, NotImplementedError)


class Attached(Struct, frozen=True):
    """A file of a record, the `order`th of it from 0, written to `path`; `size` is in bytes."""

    record: str
    order: int
    name: str
    media_type: str
    size: int
    sha256: str
    path: Path

    @property
    def suffix(self) -> str:
        """The end of its name, with the dot; empty where it is none that a file name can have."""
        return suffix_of(self.name)


class Originals:
    """Gives files out of deliveries; what was read for one is not read again for the next."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._connection = archive.catalogue.connection
        self._items = Items(archive)

    def attached(self, record: str, order: int, file: File, folder: Path | None) -> Attached | None:
        """Write a file's bytes to a folder, named by their digest; None where they stand not apart.

        Without a folder nothing is written, and only whether they stand apart is known.

        Raises:
            Damage: They are not what was handed in.
            KeyMissing: Their key is gone.
        """
        place = self._place(file.sha256)
        if place is None:
            return None
        if folder is None:
            return Attached(
                record, order, file.name, file.media_type, file.size or 0, file.sha256, Path()
            )
        path = folder / file.sha256
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            try:
                with self._opened(place) as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target, _BLOCK)
            except _NOT_APART:
                path.unlink(missing_ok=True)
                return None
            with path.open("rb") as written:
                _insist(hashlib.file_digest(written, "sha256").hexdigest(), file.sha256, place)
        size = path.stat().st_size
        return Attached(record, order, file.name, file.media_type, size, file.sha256, path)

    def content(self, sha256: str, largest: int) -> bytes | None:
        """Give the bytes of a file; None where they do not stand apart, or are more than `largest`.

        Raises:
            Damage: They are not what was handed in.
            KeyMissing: Their key is gone.
        """
        place = self._place(sha256)
        if place is None:
            return None
        try:
            with self._opened(place) as source:
                found = source.read(largest + 1)
        except _NOT_APART:
            return None
        if len(found) > largest:
            return None
        _insist(hashlib.sha256(found).hexdigest(), sha256, place)
        return found

    def _place(self, sha256: str) -> Place | MailPart | None:
        if not sha256:
            return None
        return tables.place(self._connection, sha256) or tables.mail_part(self._connection, sha256)

    @contextmanager
    def _opened(self, place: Place | MailPart) -> Iterator[IO[bytes]]:
        if isinstance(place, MailPart):
            yield BytesIO(self._decoded(place))
            return
        with open_object(self._archive, place.delivery, place.object) as stream:
            if place.layout != "zip":
                yield stream
                return
            with ZipFile(stream) as container, container.open(place.member) as member:
                yield member

    def _decoded(self, place: MailPart) -> bytes:
        """Read the mail and decode its part."""
        item = self._items.of(place.delivery, place.item)
        within = tables.member(self._connection, place.delivery, item.member)
        if within is None or place.format not in _PARTS:
            raise NotImplementedError
        with self._opened(within) as stream:
            stream.seek(item.offset)
            return _PARTS[place.format](stream.read(item.length), place.part)


def suffix_of(name: str) -> str:
    """Give the end of a name, with the dot; empty where it is none that a file name can have."""
    found = PurePosixPath(name).suffix.lower()
    return found if found[1:].isascii() and found[1:].isalnum() and len(found) < 12 else ""


def _insist(found: str, digest: str, place: Place | MailPart) -> None:
    if found != digest:
        raise Damage(path=place.delivery, reason="a file in it is not what was handed in")
