"""Does a file begin with the header of one mail (RFC 5322)? This much is asked of every file."""

from __future__ import annotations

from archiver.parse import header

_TELLING = frozenset(
    b"from to cc bcc date subject message-id received return-path delivered-to mime-version"
    b" reply-to sender references in-reply-to content-type x-mailer user-agent".split()
)
_OTHER_FORMAT = frozenset({b"x-rsmf-version", b"x-rsmf-generator"})
"""Mails that are only the wrapping of chat messages: `archiver.parse.rsmf` reads them."""


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins with a mail's header: two fields that tell, or one and the name."""
    start = header.envelope(head)
    if head[:start].lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From "):
        return False  # a mailbox
    found = header.read(head, start)
    if not _OTHER_FORMAT.isdisjoint(found.named):
        return False
    telling = _TELLING.intersection(found.named)
    is_named = name.lower().endswith(".eml")
    return (found.is_closed or is_named) and len(telling) >= (1 if is_named else 2)
