"""Write what a delivery is once some of its items, or all of them, are destroyed.

Of plain files the ranges of destroyed items are blanked; of a container the successor holds the
members that live on, each as an object of its own; a member that only destroyed items refer to, and
one whose entries have no ranges of their own (a database), is left out: of a database the surviving
items are then all there is. Items and normal forms keep number and place of what is gone; marks are
left by which it is known again. Of a
delivery that is destroyed as a whole there remain a manifest without names and values, and what
was learned of other conversations.
"""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import BinaryIO, cast

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace
from zstandard import ZstdCompressor, ZstdDecompressor

from archiver.errors import Damage
from archiver.model import Finding, Item, Layout, Member, Normal, State
from archiver.pipeline import blank
from archiver.pipeline.kept import verdicts_of
from archiver.pipeline.marks import Marks
from archiver.pipeline.recognition import AGAIN, left_out
from archiver.store.archive import Archive
from archiver.store.catalogue.homes import copies_of, delivery_key
from archiver.store.events import Event
from archiver.store.items import latest_event, manifest_of, open_object
from archiver.store.manifest import Manifest, encode
from archiver.store.staging import Staging

_ITEM = msgspec.json.Decoder(Item).decode
_NORMAL = msgspec.json.Decoder(Normal).decode
_LINES = msgspec.json.Encoder(order="deterministic").encode_lines


class Destroyed(Struct):
    """What of a delivery is destroyed, as its items tell: by member the ranges, and what else.

    `count` is how many items go that were still there. `bytes_end` says that a database was left
    out: only the items of it live on.
    """

    items: frozenset[int]
    whole: bool
    count: int = 0
    ranges: dict[int, list[blank.Range]] = field(default_factory=lambda: defaultdict(list))
    members: set[int] = field(default_factory=set)
    threads: set[str] = field(default_factory=set)
    marks: set[bytes] = field(default_factory=set)
    bytes_end: bool = False


class Successor(Struct):
    """The objects a delivery has from now on, by role, and the keys of those that are new."""

    manifest: Manifest
    destroyed: Destroyed
    objects: dict[str, tuple[str, ...]]
    keys: dict[str, bytes]


def succeed(
    archive: Archive,
    staging: Staging,
    delivery: str,
    items: frozenset[int] | None,
    *,
    state: State | None = None,
) -> Successor:
    """Write the successor of a delivery into staging; of all its items when `items` is None.

    Raises:
        KeyMissing: Its key is gone.
        Damage: What is stored is not what it should be.
    """
    return _Succession(archive, staging, delivery).write(items, state)


class _Succession:
    def __init__(self, archive: Archive, staging: Staging, delivery: str) -> None:
        self._archive = archive
        self._staging = staging
        self._event = latest_event(archive, delivery)
        self._manifest = manifest_of(archive, self._event)
        self._keys: dict[str, bytes] = {}

    def write(self, items: frozenset[int] | None, state: State | None) -> Successor:
        destroyed = self._measure(items)
        objects = {role: names for role, names in self._event.objects.items() if role in _STAY}
        manifest = self._manifest if state is None else replace(self._manifest, state=state)
        manifest = self._originals(manifest, destroyed)
        if destroyed.whole:
            objects.pop("verdicts", None)
            manifest = replace(manifest, item_frames=(), normal_frames=(), path="")
        else:
            manifest = self._frames(manifest, destroyed, objects)
        manifest = self._told(manifest, destroyed)
        objects["marks"] = (*objects.get("marks", ()), self._put("marks", _joined(destroyed.marks)))
        objects["original"] = tuple(dict.fromkeys(n for n in manifest.member_objects if n))
        objects["manifest"] = (self._put("manifest", encode(manifest)),)
        return Successor(manifest, destroyed, objects, self._keys)

    # -- what is destroyed ---------------------------------------------------------------------

    def _measure(self, items: frozenset[int] | None) -> Destroyed:
        """Read all items for the places of those that go, and for what the others still need."""
        found = Destroyed(items or frozenset(), items is None)
        marks, account = Marks(self._archive), self._manifest.account
        if items is None:
            found.marks.update(marks.of_files([self._manifest.sha256]))
        kept_members, gone_members = set[int](), set[int]()
        for one, normal in self._pairs():
            gone = items is None or one.number in items
            linked = {a.member for a in one.attachments if a.member is not None}
            (gone_members if gone else kept_members).update(linked)
            if not gone:
                found.threads.add(normal.thread)
                continue
            if one.type != blank.DESTROYED:
                found.count += 1
                found.marks.update(
                    marks.of_item(account, one.kind, normal.author, normal.sent_at, one.text)
                )
                found.marks.update(marks.of_files(a.sha256 for a in one.attachments))
            if one.length:
                found.ranges[one.member].append((one.offset, one.offset + one.length))
            elif one.type != blank.DESTROYED:
                found.bytes_end = True
                gone_members.add(one.member)
        mains = set(self._manifest.mains) if not found.bytes_end else set[int]()
        found.members = gone_members - kept_members - mains
        if items is None:
            found.members = set(range(len(self._manifest.members)))
        return found

    def _pairs(self) -> Iterator[tuple[Item, Normal]]:
        for items, normals in self._lines():
            for item, normal in zip(items, normals, strict=True):
                yield _ITEM(item), _NORMAL(normal)

    def _lines(self) -> Iterator[tuple[list[bytes], list[bytes]]]:
        manifest = self._manifest
        if not manifest.item_frames:
            return
        with self._open("items") as items, self._open("normals") as normals:
            for one, other in zip(manifest.item_frames, manifest.normal_frames, strict=True):
                yield _decompressed(items.read(one)), _decompressed(normals.read(other))

    # -- items and normal forms ----------------------------------------------------------------

    def _frames(
        self, manifest: Manifest, destroyed: Destroyed, objects: dict[str, tuple[str, ...]]
    ) -> Manifest:
        item_part, normal_part = _Part(self, "items"), _Part(self, "normals")
        for items, normals in self._lines():
            kept_items = [_ITEM(line) for line in items]
            kept_normals = [_NORMAL(line) for line in normals]
            gone = destroyed.items
            item_part.add([blank.item(i) if i.number in gone else i for i in kept_items])
            normal_part.add([blank.normal(n) if n.number in gone else n for n in kept_normals])
        objects["items"], objects["normals"] = item_part.finish(), normal_part.finish()
        return replace(
            manifest,
            item_frames=tuple(item_part.lengths),
            normal_frames=tuple(normal_part.lengths),
        )

    # -- the bytes that were handed in ---------------------------------------------------------

    def _originals(self, manifest: Manifest, destroyed: Destroyed) -> Manifest:
        names = list(manifest.member_objects)
        members = list(manifest.members)
        packed = manifest.layout in (Layout.ZIP, Layout.TAR) and not manifest.unpacked
        with members_of(self._archive, self._event, manifest) as opened:
            for index, member in enumerate(manifest.members):
                if index in destroyed.members:
                    names[index], members[index] = "", blank.member(member)
                elif destroyed.ranges.get(index):
                    names[index], members[index] = self._blanked(
                        opened(index), member, destroyed.ranges[index]
                    )
                elif packed and names[index]:
                    names[index], members[index] = self._blanked(opened(index), member, ())
        return replace(
            manifest,
            member_objects=tuple(names),
            members=tuple(members),
            unpacked=manifest.unpacked or packed,
        )

    def _blanked(
        self, stream: BinaryIO, member: Member, ranges: Sequence[blank.Range]
    ) -> tuple[str, Member]:
        key = os.urandom(32)
        writer = self._staging.writer("original", key)
        before, plain = sha256(), sha256()
        with stream:
            for piece in blank.blanked(stream, ranges, before.update):
                plain.update(piece)
                writer.write(piece)
        if before.hexdigest() != member.sha256:
            raise Damage(path=self._event.delivery, reason="a member is not what was handed in")
        name = writer.finish().name
        self._keys[name] = key
        return name, replace(member, sha256=plain.hexdigest())

    # -- what the manifest tells ---------------------------------------------------------------

    def _told(self, manifest: Manifest, destroyed: Destroyed) -> Manifest:
        before = manifest.counts.destroyed
        everything = manifest.counts.new + manifest.counts.known
        count = everything if destroyed.whole else before + self._held(destroyed.items)
        found = blank.findings(
            manifest.findings, destroyed.items, destroyed.ranges, whole=destroyed.whole
        )
        return replace(
            manifest,
            counts=replace(manifest.counts, destroyed=count),
            findings=tuple(self._recounted(found, destroyed)),
            unions=tuple(union for union in manifest.unions if union.thread in destroyed.threads),
            mapping="" if destroyed.whole else manifest.mapping,
            places=() if destroyed.whole else manifest.places,
        )

    def _recounted(self, found: Sequence[Finding], destroyed: Destroyed) -> Iterator[Finding]:
        """Give findings, of which the one on what returned speaks of what is still there."""
        for one in found:
            if one.code != AGAIN:
                yield one
            elif not destroyed.whole and (left := self._returned() - destroyed.items):
                yield replace(one, values={**one.values, "count": len(left)})

    def _returned(self) -> set[int]:
        """Give the items, not destroyed before, that were left out as destroyed elsewhere."""
        out = left_out(verdicts_of(self._archive, self._event))
        return {
            item.number
            for item, _ in self._pairs()
            if item.number in out and item.type != blank.DESTROYED
        }

    def _held(self, items: frozenset[int]) -> int:
        """Count those of these items that have a holding: the others make no difference."""
        connection = self._archive.catalogue.connection
        key = delivery_key(connection, self._event.delivery) or 0
        return len(copies_of(connection, key, items))

    # -- objects -------------------------------------------------------------------------------

    def _open(self, role: str) -> BinaryIO:
        return open_object(self._archive, self._event.delivery, self._event.objects[role][0])

    def _put(self, kind: str, data: bytes) -> str:
        part = _Part(self, kind)
        part.write(data)
        return part.finish()[0]


_STAY = frozenset(("verdicts", "marks"))
"""Roles that the successor takes over as they are: they hold numbers and ids."""


class _Part:
    """An object being written, in frames."""

    def __init__(self, of: _Succession, kind: str) -> None:
        self._key = os.urandom(32)
        self._keys = of._keys
        self._writer = of._staging.writer(kind, self._key)
        self._compress = ZstdCompressor(level=3).compress
        self.lengths: list[int] = []

    def add(self, lines: Sequence[Item] | Sequence[Normal]) -> None:
        frame = self._compress(_LINES(lines)[:-1])
        self.lengths.append(len(frame))
        self._writer.write(frame)

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def finish(self) -> tuple[str, ...]:
        name = self._writer.finish().name
        self._keys[name] = self._key
        return (name,)


Opener = Callable[[int], BinaryIO]
"""Opens a member by its number."""


@contextmanager
def members_of(archive: Archive, event: Event, manifest: Manifest) -> Iterator[Opener]:
    """Open members by number: each an object of its own, or all in one container."""
    names = manifest.member_objects
    if manifest.unpacked or manifest.layout not in (Layout.ZIP, Layout.TAR):
        yield lambda index: open_object(archive, event.delivery, names[index])
        return
    with open_object(archive, event.delivery, names[0]) as stream:
        if manifest.layout is Layout.ZIP:
            yield _from_zip(stream, manifest.members)
        else:
            yield _from_tar(stream, manifest.members)


def _from_zip(stream: BinaryIO, members: Sequence[Member]) -> Opener:
    """Open the members of a zip; they stand in the manifest in the container's order."""
    container = zipfile.ZipFile(stream)
    entries = [entry for entry in container.infolist() if not entry.is_dir()]
    _check_count(entries, members)
    return lambda index: cast(BinaryIO, container.open(entries[index]))


def _from_tar(stream: BinaryIO, members: Sequence[Member]) -> Opener:
    container = tarfile.TarFile.open(fileobj=stream)
    entries = [entry for entry in container.getmembers() if entry.isfile()]
    _check_count(entries, members)
    return lambda index: cast(BinaryIO, container.extractfile(entries[index]))


def _check_count(entries: Sequence[object], members: Sequence[Member]) -> None:
    if len(entries) != len(members):
        raise Damage(path="original", reason="it has other members than when it was handed in")


def _joined(marks: set[bytes]) -> bytes:
    return b"".join(sorted(marks))


def _decompressed(frame: bytes) -> list[bytes]:
    return ZstdDecompressor().decompress(frame).split(b"\n")
