"""All keys of one mail copy side by side, as the catalogue keeps them in `copy.key`.

`match` leads from a key to copies; here the way leads from a copy to its keys, so that copies can
be compared without reading them again. A key that a mail does not have is empty, stored as zeros.
"""

from __future__ import annotations

from msgspec import Struct

from archiver.model import Row

SIZE = 16
ID, CONTENT = 5, 40
"""The levels in `match` of a Message-ID and of what points to copies without a common one."""

_NONE = bytes(SIZE)


class MailKeys(Struct, frozen=True, gc=False):
    """The keys of one copy: `normalise.mail` says what each is made of.

    `same` holds with the Message-ID, `said` and `files` are text and attachments alone, and
    `content` is what another copy without a common Message-ID may share.
    """

    same: bytes
    neutral: bytes
    raw: bytes
    id: bytes
    said: bytes
    files: bytes
    content: bytes

    @property
    def is_telling(self) -> bool:
        """Whether the content says which message it is: a long text, or an attachment."""
        return bool(self.content) and (self.content == self.said or bool(self.files))


def pack(row: Row) -> bytearray:
    """Put the keys of one mail side by side."""
    same = row.keys[0] if row.conflict else b""
    said, files, content = row.alike or (b"", b"", b"")
    parts = (same, *row.keys[-2:], row.conflict, said, files, content)
    return bytearray(b"".join(part or _NONE for part in parts))


def unpack(packed: bytes) -> MailKeys:
    """Take them apart again."""
    parts = (packed[at : at + SIZE] for at in range(0, 7 * SIZE, SIZE))
    return MailKeys(*(b"" if part == _NONE else part for part in parts))
