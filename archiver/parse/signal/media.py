"""Find the files of Signal's messages among the members of the delivery.

A message names a file by the digest of its bytes; in the export it lies under
``files/ab/<name>.<extension>`` with a name made of that digest and a key, so the bytes alone
decide. Checked against Signal Desktop's code of 2026.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence

from archiver.model import Attachment, Member
from archiver.parse.beside import NOT_EXPORTED, NOT_HANDED_IN
from archiver.parse.signal.frames import Pointer


class Media:
    """The members beside the main one, by what they contain."""

    def __init__(self, members: Sequence[Member], main: int) -> None:
        """Keep the index of the first member of each content."""
        self._by_digest: dict[str, int] = {}
        self._members = members
        for index, member in enumerate(members):
            if index != main:
                self._by_digest.setdefault(member.sha256, index)

    def attachment(self, pointer: Pointer) -> Attachment:
        """Link a file of a message to its bytes, or say why there are none.

        Without a digest the file was never on the phone, so that it could not be exported.
        """
        locator = pointer.locator_info
        size = locator.size if locator else None
        digest = _hexadecimal(locator.plaintext_hash) if locator else ""
        if not digest:
            return Attachment(pointer.file_name, pointer.content_type, size, missing=NOT_EXPORTED)
        index = self._by_digest.get(digest)
        if index is None:
            return Attachment(
                pointer.file_name, pointer.content_type, size, digest, missing=NOT_HANDED_IN
            )
        size = self._members[index].size
        return Attachment(pointer.file_name, pointer.content_type, size, digest, index)


def _hexadecimal(written: str) -> str:
    try:
        found = b64decode(written, validate=True)
    except ValueError:
        return ""
    return found.hex() if len(found) == 32 else ""
