"""Is this the text of a WhatsApp chat? First by how it begins, then by what stands in it.

How it begins is asked of every file; only of what is left are the headers and words of a chat
looked for (`archiver.parse.whatsapp.claim`), and to know those takes longer than to read a mail.
"""

from __future__ import annotations

from io import BytesIO

from archiver.parse.whatsapp.reading import blocks, encoding_of
from archiver.parse.whatsapp.start import OTHER

_BEGINNING = 1_000


def claims(head: bytes, name: str) -> bool:
    """Say whether the first 64 KiB of a file, and its name, are those of an exported chat."""
    begin = "".join(blocks(BytesIO(head[:_BEGINNING]), encoding_of(head)))
    if OTHER.match(begin):
        return False
    from archiver.parse.whatsapp import claim

    return claim.claims(head, name)
