"""With what does a text begin? What begins as a mail or a table of values does is no chat.

This much is asked of every file; only of what is left are the headers and words of a chat looked
for (`archiver.parse.whatsapp.claim`), and to know those takes longer than to read a mail.
"""

from __future__ import annotations

import re
from io import BytesIO

from archiver.parse.whatsapp.reading import blocks, encoding_of

OTHER = re.compile(r"\A\s*(?:From |[A-Za-z][A-Za-z-]*:[ \t]|[{<%\"]|\[\s*[{\"])")
"""What stands before the first message of something that is not a chat text."""

_BEGINNING = 1_000


def claims(head: bytes, name: str) -> bool:
    """Say whether the first 64 KiB of a file, and its name, are those of an exported chat."""
    begin = "".join(blocks(BytesIO(head[:_BEGINNING]), encoding_of(head)))
    if OTHER.match(begin):
        return False
    from archiver.parse.whatsapp import claim

    return claim.claims(head, name)
