"""The isolated compartment: bytes that may not lie in this archive, until they are taken elsewhere.

``ARCHIVE/isolated/<id>/`` holds the original files of one delivery as objects (format 1, named by
the SHA-256 of their stored bytes) and ``manifest``: names, digests and the objects' keys, encrypted
under the key ``isolated:<id>`` (``KEYS/isolated/<id>.json``). No event names these objects, so that
neither a backup nor a rebuild nor a search ever meets them. The log has one event for each, with
its detail under ``isolated:register``, and nothing in the clear but its id.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from archiver.errors import Damage, NoSuchThing, SourceChanged
from archiver.model import Finding, Member
from archiver.store import files
from archiver.store.archive import Archive
from archiver.store.envelope import CHUNK, ObjectReader, ObjectWriter
from archiver.store.events import Event
from archiver.store.objects import digest

FOLDER = "isolated"
EVENT = "delivery.isolated"
ENDED = "marking.returned"
REGISTER = f"{FOLDER}:register"
_MANIFEST = "manifest"
_PIECE = 1 << 20


class Stored(Struct, frozen=True):
    """One original file: its object, that object's key (64 hexadecimal digits), and what it is."""

    name: str
    key: str
    member: Member


class IsolatedManifest(Struct, frozen=True, omit_defaults=True):
    """What was isolated, and all that is needed to hand it in again.

    `whole` says that the one file is the delivery itself and not a file of a folder.
    """

    id: str
    account: str
    path: str
    sha256: str
    size: int
    received_at: int
    whole: bool
    files: tuple[Stored, ...] = ()
    source_format: str = ""
    date_order: str = ""
    zone: str = ""
    mapping: str = ""
    v: int = 1


class Compartment:
    """The compartment of one archive; whoever changes it holds the writer's lock."""

    def __init__(self, archive: Archive) -> None:
        self._keys = archive.keys
        self._archive = archive
        self.folder = archive.folder / FOLDER

    def ids(self) -> list[str]:
        """Name what lies here, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def keep(self, manifest: IsolatedManifest, sources: Iterable[tuple[Member, BinaryIO]]) -> None:
        """Write the files and then the manifest; durable on return, and read back once.

        Raises:
            SourceChanged: The bytes are not those that were hashed; nothing is left.
            DiskFull: There is no room; nothing is left.
        """
        place = self.folder / manifest.id
        files.make_folder(place)
        try:
            stored = tuple(_write(place, member, stream) for member, stream in sources)
            full = msgspec.structs.replace(manifest, files=stored)
            box = self._keys.box(_ref(manifest.id), msgspec.json.encode(full))
            files.write_new(place / _MANIFEST, box.encode())
            files.sync_folder(place)
        except BaseException:
            self.remove(manifest.id)
            raise

    def manifest(self, public: str) -> IsolatedManifest:
        """Read what was isolated.

        Raises:
            NoSuchThing: It is not here.
            KeyMissing: Its key was destroyed.
            Damage: It was changed.
        """
        try:
            box = (self.folder / public / _MANIFEST).read_text("ascii", "replace")
        except FileNotFoundError as error:
            raise NoSuchThing(what="isolated delivery", name=public) from error
        plain = self._keys.unbox(_ref(public), box)
        return msgspec.json.decode(plain, type=IsolatedManifest)

    def open(self, public: str, stored: Stored) -> io.BufferedReader:
        """Read one of its files; every part that is read is verified.

        Raises:
            Damage: It is not what was stored.
        """
        path = self.folder / public / stored.name
        try:
            return io.BufferedReader(ObjectReader(path, bytes.fromhex(stored.key)), CHUNK)
        except FileNotFoundError as error:
            raise Damage(path=path, reason="it is missing") from error

    def remove(self, public: str) -> None:
        """Remove one, its key first; harmless when it is not here."""
        self._keys.drop_key(_ref(public))
        if (self.folder / public).is_dir():
            shutil.rmtree(self.folder / public)
            files.sync_folder(self.folder)

    def clear(self) -> None:
        """Remove what an interrupted write left and what was returned already: by the log."""
        found = self.ids()
        if found:
            standing = set(isolated(self._archive.log.events()))
            for public in found:
                if public not in standing:
                    self.remove(public)

    def check(self, events: Iterable[Event], *, full: bool) -> Iterator[Finding]:
        """Compare what lies here with the log.

        ``E-S002`` something isolated is not whole, ``E-V006`` a folder that no event names;
        ``W-S005`` there is no compartment at all, as after a restore from a backup.
        """
        standing = isolated(events)
        if standing and not self.folder.is_dir():
            yield Finding("W-S005", {"count": len(standing)})
            return
        for public in standing:
            if not self._is_whole(public, full=full):
                yield Finding("E-S002", {"delivery": public})
        for public in self.ids():
            if public not in standing:
                yield Finding("E-V006", {"path": f"{FOLDER}/{public}"})

    def _is_whole(self, public: str, *, full: bool) -> bool:
        try:
            for stored in self.manifest(public).files:
                if digest(self.folder / public / stored.name) != stored.name:
                    return False
                if full:
                    with self.open(public, stored) as stream:
                        while stream.read(_PIECE):
                            pass
        except (Damage, NoSuchThing, OSError):
            return False
        return True


def isolated(events: Iterable[Event]) -> list[str]:
    """Give the ids of what is in the compartment by these events, in their order."""
    found: dict[str, None] = {}
    for event in events:
        if event.type == EVENT:
            found[event.delivery] = None
        elif event.type == ENDED:
            found.pop(event.delivery, None)
    return list(found)


def _ref(public: str) -> str:
    return f"{FOLDER}:{public}"


def _write(place: Path, member: Member, stream: BinaryIO) -> Stored:
    key = os.urandom(32)
    writer = ObjectWriter(place / f"{secrets.token_hex(8)}.part", "isolated", key)
    try:
        with stream:
            while piece := stream.read(_PIECE):
                writer.write(piece)
        done = writer.finish()
    finally:
        writer.close()
    if done.plain_sha256 != member.sha256:
        raise SourceChanged(path=member.name)
    return Stored(done.name, key.hex(), member)
