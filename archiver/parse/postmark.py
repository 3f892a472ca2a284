"""The line ``From `` that begins a message in a mailbox, and whether it does.

What a mailbox is says `archiver.parse.mbox`; this much of it is asked of every file.
"""

from __future__ import annotations

import re
from mmap import mmap

LOOK = 1_000
"""Bytes after a postmark that its judgement may need."""

POSTMARK = re.compile(rb"From (?![ \t]*+:)[^\n]*+\n?")
_FIELD = re.compile(rb">From |(?!https?:|ftp:|mailto:|--)[!-9;-~]{1,900}+[ \t]*+:")
# "From the desk of" may be followed by "Note: ..." in a text. So a postmark without a weekday and
# a time (Netscape's "From -" and a bare "From " aside) needs a field that mail begins with.
_DATED = re.compile(
    rb"From +(?:-[ \r\n]|-\Z|\r?\n|\Z|[^\n]{0,400}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b"
    rb"[^\n]{1,30}?\d:\d\d)"
)
_USUAL = re.compile(
    rb"(?:x-|list-|arc-|content-|return-path|received|delivered-to|from|to|cc|date|subject|"
    rb"message-id|mime-version|sender|reply-to|status|references|in-reply-to|dkim-signature|"
    rb"authentication-results|path|newsgroups|organization)",
    re.IGNORECASE,
)


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins as a mailbox does; its name does not matter."""
    found = POSTMARK.match(head)
    return bool(found and begins(head, found))


def begins(buffer: bytes | bytearray | mmap, found: re.Match[bytes]) -> bool:
    """Whether a ``From `` line begins a message, by itself and by the line after it."""
    if not _FIELD.match(buffer, found.end()):
        return False
    return bool(_USUAL.match(buffer, found.end()) or _DATED.match(found[0][:LOOK]))
