"""The files attached to messages, as they were handed in, checked by their digests.

A file that stands by itself in a delivery, or in a ZIP container, is given. One that is a part of a
mail, or stands in a container of another kind, is not taken out of it: it is named as not given.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile

from msgspec import Struct

from archiver.errors import Damage, KeyMissing
from archiver.produce import tables_origins as tables
from archiver.produce.tables_lines import File
from archiver.produce.tables_origins import Place
from archiver.store.archive import Archive

_BLOCK = 1 << 20


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
        found = PurePosixPath(self.name).suffix.lower()
        return found if found[1:].isascii() and found[1:].isalnum() and len(found) < 12 else ""


def attached(
    archive: Archive, record: str, order: int, file: File, folder: Path | None
) -> Attached | None:
    """Write a file's bytes to a folder, named by their digest; None where they do not stand apart.

    Without a folder nothing is written, and only whether they stand apart is known.

    Raises:
        Damage: They are not what was handed in.
        KeyMissing: Their key is gone.
    """
    place = tables.place(archive.catalogue.connection, file.sha256) if file.sha256 else None
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
            with _opened(archive, place) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, _BLOCK)
        except (BadZipFile, KeyError, NotImplementedError):
            path.unlink(missing_ok=True)
            return None
        _insist(path, file.sha256, place)
    size = path.stat().st_size
    return Attached(record, order, file.name, file.media_type, size, file.sha256, path)


@contextmanager
def _opened(archive: Archive, place: Place) -> Iterator[IO[bytes]]:
    keys = archive.keys.delivery(place.delivery)
    if keys is None:
        raise KeyMissing(name=place.delivery)
    with archive.objects.open(place.object, keys.key_of(place.object)) as stream:
        if place.layout != "zip":
            yield stream
            return
        with ZipFile(stream) as container, container.open(place.member) as member:
            yield member


def _insist(path: Path, digest: str, place: Place) -> None:
    with path.open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise Damage(path=place.delivery, reason="a file in it is not what was handed in")
