"""Find the file that a message names among the files that were handed in with the chat.

A name is compared in NFC because macOS writes decomposed names into containers. Dutch Android
writes a document as ``DOC-20220502-WA0006.``, without the extension the file has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from archiver.model import Attachment, Member
from archiver.parse.beside import NOT_HANDED_IN, SEVERAL
from archiver.parse.whatsapp.wording import INVISIBLE

_MEDIA_TYPES = {
    "3gp": "video/3gpp",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odt": "application/vnd.oasis.opendocument.text",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "vcf": "text/vcard",
    "wav": "audio/wav",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


class Media:
    """The files beside one chat text, by name."""

    def __init__(self, members: Sequence[Member], main: int) -> None:
        """Keep the members that lie in the same folder as the main one."""
        folder = PurePosixPath(members[main].name).parent
        self._members = members
        self._named: dict[str, int] = {}
        self._stemmed: dict[str, list[int]] = {}
        for index, member in enumerate(members):
            path = PurePosixPath(member.name)
            if index != main and path.parent == folder:
                self._named.setdefault(_comparable(path.name), index)
                self._stemmed.setdefault(_comparable(path.stem), []).append(index)

    def named(self, name: str) -> Attachment:
        """Link the name that a message writes to the bytes that were handed in."""
        wanted = _comparable(name)
        index = self._named.get(wanted)
        if index is None and wanted.endswith("."):
            return self._without_extension(name, wanted.rstrip("."))
        return _missing(name, NOT_HANDED_IN) if index is None else self._present(name, index)

    def holds(self, name: str) -> bool:
        """Say whether a file of exactly this name was handed in."""
        return _comparable(name) in self._named

    def _without_extension(self, name: str, stem: str) -> Attachment:
        fitting = self._stemmed.get(stem, [])
        if not fitting:
            return _missing(name, NOT_HANDED_IN)
        if len({self._members[index].sha256 for index in fitting}) > 1:
            return _missing(name, SEVERAL)
        with_type = [index for index in fitting if media_type(self._members[index].name)]
        return self._present(name, (with_type or fitting)[0])

    def _present(self, name: str, index: int) -> Attachment:
        member = self._members[index]
        return Attachment(name, media_type(member.name), member.size, member.sha256, index)


def media_type(name: str) -> str:
    """Say what a file is by its extension; empty when the extension says nothing."""
    return _MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "")


def _missing(name: str, why: str) -> Attachment:
    return Attachment(name, media_type(name), missing=why)


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip(INVISIBLE))
