"""Open an RSMF: the mail, the container inside it, the manifest inside that; or the manifest alone.

RSMF 2.0.0: a mail with ``X-RSMF-…`` fields and one attachment ``rsmf.zip``, which holds
``rsmf_manifest.json`` and the files that its events name, all on top. Nothing is written: the
container stays in memory, within limits that are counted while it unpacks.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from archiver.format import Source
from archiver.model import Attachment, Finding
from archiver.parse import body, header, mime
from archiver.parse.beside import NOT_HANDED_IN, Beside
from archiver.parse.mime import Part

MANIFEST = "rsmf_manifest.json"
CONTAINER = "rsmf.zip"

MOST_MAIL = 128 << 20
"""Bytes of a mail that is opened here; a larger one is to be handed in unpacked."""
MOST_MANIFEST = 64 << 20
MOST_FILES = 2 << 30
"""Bytes that the files of one container may unpack to."""
MOST_ENTRIES = 50_000

_BLOCK = 1 << 20
_BROKEN = (
    BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    struct.error, KeyError, IndexError,
)  # fmt: skip
"""What the standard library raises for a container that is not whole, or that has a password."""


class Refused(Exception):
    """There is no manifest to read; the code says why, `values` what."""

    def __init__(self, code: str, **values: str | int) -> None:
        """Hold what the finding says."""
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(slots=True)
class Opened:
    """The manifest as a stream, its files, and what the mail around it says.

    `inside` is how deep the manifest stands (a prefix of the items' nodes, empty for a manifest
    that is a member itself, whose bytes then have places). `said` are the ``X-RSMF-`` fields.
    """

    manifest: BinaryIO
    inside: str = ""
    size: int = 0
    said: Mapping[str, str] = field(default_factory=dict)
    container: ZipFile | None = None
    beside: Beside | None = None
    refused: Finding | None = None
    _left: int = MOST_FILES
    _known: dict[str, Attachment] = field(default_factory=dict)

    def attachment(self, name: str, display: str) -> Attachment:
        """Give the file of that name with the digest of its content, or say that it is not there.

        A file inside the mail has no member of its own; its digest tells it all the same.
        """
        if self.beside is not None:
            return self.beside.attachment(name, name=display or name)
        shown = display or name
        if name not in self._known:
            self._known[name] = self._unpacked(name)
        found = self._known[name]
        return Attachment(shown, "", found.size, found.sha256, missing=found.missing)

    def unused(self) -> Iterator[str]:
        """Name the files of the container that no event asked for."""
        if self.container is not None:
            for info in self.container.infolist():
                name = info.filename
                if not info.is_dir() and name not in self._known and not _is_manifest(name):
                    yield name

    def _unpacked(self, name: str) -> Attachment:
        if self.container is None:
            return Attachment(name, missing=NOT_HANDED_IN)
        try:
            info = self.container.getinfo(name)
        except KeyError:
            return Attachment(name, missing=NOT_HANDED_IN)
        digest, size = sha256(), 0
        try:
            with self.container.open(info) as stream:
                while block := stream.read(_BLOCK):
                    size += len(block)
                    self._left -= len(block)
                    if self._left < 0:
                        return Attachment(name, missing="over-size")
                    digest.update(block)
        except _BROKEN:
            return Attachment(name, missing="damaged")
        return Attachment(name, size=size, sha256=digest.hexdigest())


def is_mail(head: bytes) -> bool:
    """Tell whether this begins as the mail around an RSMF."""
    start = header.envelope(head)
    if head[:start].lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From "):
        return False  # a mailbox
    found = header.read(head, start)
    return b"x-rsmf-version" in found.named or b"x-rsmf-generator" in found.named


def is_manifest(name: str) -> bool:
    """Tell whether a member is a manifest by its name."""
    return _is_manifest(name.rpartition("/")[2])


def open_rsmf(source: Source) -> Opened:
    """Open what was handed in; what cannot be opened has no manifest and says why."""
    stream = source.stream
    size = stream.seek(0, 2)
    stream.seek(0)
    if is_mail(stream.read(1 << 16)):
        try:
            return _in_mail(stream, size)
        except Refused as refused:
            finding = Finding(refused.code, refused.values, source.main, 0, size)
            return Opened(BytesIO(), size=size, refused=finding)
    return Opened(stream, size=size, beside=Beside(source.members, source.main))


def _in_mail(stream: BinaryIO, size: int) -> Opened:
    if size > MOST_MAIL:
        raise Refused("E-Y001", reason="size", bytes=size)
    stream.seek(0)
    raw = stream.read()
    top = header.read(raw, header.envelope(raw))
    said = {
        name.decode("ascii"): header.plain(values[0]).text
        for name, values in top.named.items()
        if name.startswith(b"x-rsmf-")
    }
    container = _container(raw, mime.split(raw, top), size)
    entry = _entry(container, size)
    try:
        with container.open(entry) as inside:
            manifest = inside.read(MOST_MANIFEST + 1)
    except _BROKEN:
        raise Refused("E-Y002", reason="damaged", bytes=size) from None
    if len(manifest) > MOST_MANIFEST:
        raise Refused("E-Y002", reason="size", bytes=size)
    node = f"{CONTAINER}/{entry.filename}/"
    return Opened(BytesIO(manifest), node, size, said, container)


def _container(raw: bytes, parts: list[Part], size: int) -> ZipFile:
    """Find the attached container, by its name, else by its first bytes."""
    named = [part for part in parts if not part.is_multipart and _name(part) == CONTAINER]
    others = [part for part in parts if not part.is_multipart and part not in named]
    for part in (*named, *others):
        data = body.content(raw, part).data
        if data.startswith(b"PK"):
            return _zip(data, size)
    raise Refused("E-Y001", reason="missing", bytes=size)


def _zip(data: bytes, size: int) -> ZipFile:
    try:
        container = ZipFile(BytesIO(data))
    except _BROKEN:
        raise Refused("E-Y001", reason="damaged", bytes=size) from None
    if len(container.infolist()) > MOST_ENTRIES:
        raise Refused("E-Y001", reason="entries", bytes=size)
    return container


def _name(part: Part) -> str:
    _, parameters = mime.disposition(part.header.first(b"content-disposition"))
    return (parameters.get("filename") or part.parameters.get("name", "")).lower()


def _entry(container: ZipFile, size: int) -> ZipInfo:
    for info in container.infolist():
        if _is_manifest(info.filename):
            return info
    raise Refused("E-Y002", reason="missing", bytes=size)


def _is_manifest(name: str) -> bool:
    return name.lower() == MANIFEST
