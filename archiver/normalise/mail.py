"""Mail: when, from whom, in which thread, and what makes two copies one message.

**Time**, to the second, from the first of these that names an instant between 1970 and the
delivery's intake (a day's slack for clocks): the Date field; the first hop's Received field; the
``From `` line of the mailbox, which states no zone (taken as UTC, `Zone.ASSUMED`). None of them:
no time. A date before 2000 is used as it is.

**Author**: ``mail:`` and the first From address. The whole address is compared in lower case,
though RFC 5321 lets the part before the ``@`` differ by case: no provider does, and people write
it either way. The header keeps its spelling. Without an address the author is ``name:``.

**Keys**, from coarse to fine, so nested that equal bytes give equal keys all the way:

1. same Message-ID, letters and digits of the text, and contents of the attachments;
2. same bytes but for transport (`archiver.parse.neutral`);
3. same bytes.

Without a Message-ID only 2 and 3 are left, and each copy in one delivery counts as a message. A
text or a message over its limit is compared by its second key too, since not all of it was read.
Another content under the same Message-ID is a conflict, never a match.

**Alike**: what a copy that was changed on its way, or lost its Message-ID, is found by: the letters
without what was added (`archiver.normalise.mail_copy`), and the attachments. A text of fewer than
`LONG` letters points to another copy only together with sender and subject.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from archiver.format import Source
from archiver.model import Item, Mail, Normal, Precision, Zone
from archiver.normalise import mail_copy, mail_date
from archiver.normalise.key import match_key
from archiver.normalise.text import matching

VERSION = 1
ID = "mail-id"
LONG = 40
"""Letters and digits from which on a text says by itself which message it is."""

_DAY = 24 * 60 * 60 * 1000
_IN_PART = frozenset({"text-capped", "over-size"})
_NO_LETTER = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_SMALL = bytes(range(256)).lower()
# A pattern that begins with a set and not with its repetition is searched four times as fast.
_BEYOND_ASCII = re.compile(rb"([\x80-\xff][\x80-\xff]*+)")
_OTHER = re.compile(r"\W+")
_ASCII, _HIGH = bytes(range(128)), bytes(range(128, 256))
_MEANT = re.compile(
    "[^\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u2010-\u2027\u20ac]"
)
"""All but the signs beyond ASCII that are no letters or digits and stand in most texts."""
_COMPOSED = re.compile("[^\u0080-\u02ff\u2010-\u2027\u20ac]")
"""All but what is the same in NFC, whatever stands beside it."""
_RECURS = 8
"""Bytes of the longest run that is remembered: é, ’ and the like come by all the time."""


def mail_normaliser(source: Source, survey: object) -> Callable[[Item], Normal]:
    """Give the function that makes one message's `Normal`; it needs `Item.mail`."""
    latest = source.read_at + _DAY

    def normalise(item: Item) -> Normal:
        mail = item.mail or Mail()
        sent_at, zone = _time(mail, latest)
        author, said, contents = _author(mail), letters(item.text), _contents(item)
        return Normal(
            number=item.number,
            sent_at=sent_at,
            precision=Precision.SECOND,
            zone=zone,
            author=author,
            thread=_thread(mail),
            scope="mail",
            counted=not mail.message_id,
            keys=_keys(item, mail, said, contents),
            conflict=match_key(ID, mail.message_id) if mail.message_id else None,
            alike=_alike(item, mail, author, said, contents),
        )

    return normalise


def letters(text: str) -> str:
    """Give a text's letters and digits, case folded: what survives rewrapping and quoting.

    A text that has none, such as a single emoji, is compared as it is.
    """
    return _bare(text) or matching(text)


def _bare(text: str) -> str:
    if text.isascii():
        return text.encode().translate(_SMALL, _NO_LETTER).decode()
    octets = text.encode("utf-8", "surrogatepass").translate(_SMALL, _NO_LETTER)
    # What is not ASCII is a small part of most texts, and slow to fold and to judge.
    beyond = octets.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if not _MEANT.search(beyond):
        return octets.translate(None, _HIGH).decode()
    if _COMPOSED.search(beyond):
        text = unicodedata.normalize("NFC", text)
        octets = text.encode("utf-8", "surrogatepass").translate(_SMALL, _NO_LETTER)
    pieces = _BEYOND_ASCII.split(octets)
    pieces[1::2] = map(_folded, pieces[1::2])
    return b"".join(pieces).decode("utf-8", "surrogatepass")


def _folded(octets: bytes) -> bytes:
    """Fold the case of a run beyond ASCII, and keep its letters and digits."""
    return (_remembered if len(octets) <= _RECURS else _fold)(octets)


def _fold(octets: bytes) -> bytes:
    kept = _OTHER.sub("", octets.decode("utf-8", "surrogatepass").casefold())
    return kept.encode("utf-8", "surrogatepass").translate(None, _NO_LETTER)


_remembered = lru_cache(maxsize=4096)(_fold)


def _time(mail: Mail, latest: int) -> tuple[int | None, Zone]:
    """Find the first time that can be trusted."""
    for text in (mail.date, mail.received, mail.postmark):
        found = mail_date.read(text) if text else None
        if found and found.at <= latest:
            return found.at, Zone.STATED if found.is_stated else Zone.ASSUMED
    return None, Zone.ASSUMED


def _author(mail: Mail) -> str:
    for _, address in mail.from_:
        if "@" in address:
            return f"mail:{address.lower()}"
    names = (matching(name) for name, _ in mail.from_)
    return next((f"name:{name}" for name in names if name), "")


def _thread(mail: Mail) -> str:
    """Name the thread by its oldest known message; one without any name is a thread of its own."""
    known = (*mail.references[:1], *mail.in_reply_to[:1], mail.message_id)
    return next(filter(None, known), f"neutral:{mail.neutral_sha256[:16]}")


def _keys(item: Item, mail: Mail, said: str, contents: list[str]) -> tuple[bytes, ...]:
    fine = (match_key("mail-2", mail.neutral_sha256), match_key("mail-1", mail.raw_sha256))
    if not mail.message_id:
        return fine
    whole = mail.neutral_sha256 if _IN_PART.intersection(item.marks) else ""
    return (match_key("mail-3", mail.message_id, said, whole, *contents), *fine)


def _contents(item: Item) -> list[str]:
    """Give the digests to compare attachments by; their order and names do not matter."""
    return sorted(
        item.values.get(f"match-{attachment.part}", attachment.sha256)
        for attachment in item.attachments
    )


def _alike(
    item: Item, mail: Mail, author: str, said: str, contents: list[str]
) -> tuple[bytes, ...]:
    """Give what is said, what is attached, and what to look for another copy by."""
    if _IN_PART.intersection(item.marks):
        return ()
    said = _left(mail_copy.plain(item.text, said), said)
    rule = _alike_rule()
    text = match_key(rule, said)
    files = match_key(f"{rule}-files", *contents) if contents else b""
    if len(said) >= LONG:
        return text, files, text
    subject = "" if contents else mail_copy.base_subject(mail.subject).text
    return (
        text,
        files,
        match_key(f"{rule}-short", "" if contents else author, subject, said, *contents),
    )


def _left(plain: mail_copy.Plain, said: str) -> str:
    """Give the letters of what is left; of what was cut off they are fewer to find."""
    if plain.rewritten:
        return letters(plain.text)
    below = len(said) - len(_bare(plain.below)) if plain.below else len(said)
    return said[len(_bare(plain.above)) if plain.above else 0 : below]


@cache
def _alike_rule() -> str:
    return f"mail-said-{mail_copy.version()}"
