"""Read a message that is attached to another one, with those attached to it (RFC 2046 §5.2.1).

It is read and normalised as a mail that is handed in, so that its keys are those of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from archiver.coverage.forwarded import Attached
from archiver.format import Source
from archiver.model import Item
from archiver.normalise.mail import mail_normaliser
from archiver.parse import message
from archiver.parse.message import Place, Raw

DEEPEST = 5
"""Messages within messages that are looked into."""

_ANY_TIME = 1 << 52
_NORMAL = mail_normaliser(Source(BytesIO(), (), 0, "", _ANY_TIME), None)


def attached_mail(raw: bytes, depth: int = 1) -> Iterator[tuple[Attached, str]]:
    """Yield an attached message and its subject, then those within it."""
    item = next(message.read(Raw(raw, raw), Place(1, 0, 0, len(raw))))
    if not isinstance(item, Item) or item.mail is None:
        return
    normal = _NORMAL(item)
    content = normal.alike[2] if normal.alike else b""
    keys = normal.conflict or b"", content
    yield Attached(*keys, normal.author, normal.sent_at, item.text), item.mail.subject
    for one in item.attachments if depth < DEEPEST else ():
        if one.media_type == "message/rfc822" and one.part is not None and not one.missing:
            yield from attached_mail(message.content(raw, one.part), depth + 1)
