"""Link a message of WhatsApp to its file, by the path the database writes or by the file's digest.

WhatsApp keeps the SHA-256 of what was sent (base64 of 32 bytes), so a file that was moved or
renamed is found again, and of several files with one name the right one.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import NamedTuple

from archiver.model import Attachment, Member
from archiver.parse.beside import NOT_EXPORTED, Beside
from archiver.parse.phone_backup import Backup


class Told(NamedTuple):
    """What the database tells of a file; `digest` is base64, `size` None when it is not told."""

    path: str
    name: str = ""
    media_type: str = ""
    size: int | None = None
    digest: str = ""


class Media:
    """The files that were handed in beside a database.

    `folders` are the domains and folders in which an iPhone's backup keeps the files.
    """

    def __init__(
        self, members: Sequence[Member], main: int, folders: Sequence[tuple[str, str]] = ()
    ) -> None:
        self._backup, self._folders = Backup(members, main), folders
        self._beside = Beside(members, main)
        self._members = members
        self._by_digest = {
            member.sha256: index for index, member in enumerate(members) if index != main
        }

    def attachment(self, told: Told) -> tuple[Attachment, bool]:
        """Give the file, and whether its content is another than the database says."""
        digest = _hexadecimal(told.digest)
        index = self._by_digest.get(digest) if digest else None
        if index is not None:
            member = self._members[index]
            name = told.name or _last(told.path) or _last(member.name)
            return Attachment(name, told.media_type, member.size, digest, index), False
        if (stored := self._stored(told.path)) is not None:
            member = self._members[stored]
            name = told.name or _last(told.path)
            found = Attachment(name, told.media_type, member.size, member.sha256, stored)
            return found, bool(digest)
        if not told.path:
            return Attachment(told.name, told.media_type, told.size, missing=NOT_EXPORTED), False
        found = self._beside.attachment(
            told.path, name=told.name, media_type=told.media_type, size=told.size
        )
        return found, bool(digest) and found.member is not None

    def _stored(self, path: str) -> int | None:
        """Find a file in a backup."""
        for domain, folder in self._folders if path else ():
            index = self._backup.find(domain, folder + path.lstrip("/"))
            if index is not None:
                return index
        return None


def _hexadecimal(digest: str) -> str:
    """Turn the base64 of 32 bytes into hexadecimal; empty when it is not that."""
    if len(digest) != 44:
        return ""
    try:
        data = b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return data.hex() if len(data) == 32 else ""


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
