"""Make of an item and its normal form the row that the catalogue keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from zlib import crc32

from archiver.model import (
    Beside,
    Item,
    Kind,
    Mail,
    Normal,
    Noted,
    Precision,
    Repeats,
    Row,
    Zone,
)
from archiver.search.tokens import indexed

Analyse = Callable[[str], str]
"""Gives a text's extra search words (stems)."""


def row(item: Item, normal: Normal, analyse: Analyse) -> Row:
    """Put together one row; the same for a live ingest and for a rebuild."""
    text = item.text
    folded = indexed(text)
    mail = item.mail
    subject = mail.subject if mail else None
    shown = indexed(subject) if subject else ""
    return Row(
        item.number,
        item.kind,
        item.type,
        normal.sent_at,
        _BASES[normal.precision, normal.zone, normal.ambiguous],
        normal.author,
        item.sender,
        subject,
        text,
        None if folded is text or folded == text else folded or _NO_WORDS,
        _stems(item, f"{shown} {folded}" if shown else folded, analyse),
        " ".join(item.marks),
        normal.thread,
        item.title,
        normal.scope,
        normal.counted,
        normal.keys,
        normal.conflict,
        item.attachments,
        tuple(_participants(mail)) if mail else (),
        item.native_id,
        None if shown == (subject or "") else shown or _NO_WORDS,
        normal.alike,
        tuple(_noted(mail)) if mail else item.noted,
        _said(item) if normal.scope == "strand" else 0,
    )


Found = dict[tuple[str, bool], Repeats]
"""Repeats by thread, and by whether the source itself names them."""


def gather(found: Found, known: Sequence[tuple[Item, Normal]]) -> None:
    """Put what finds these items again behind what finds those before them."""
    kinds = {(normal.thread, bool(normal.conflict)) for _, normal in known}
    for kind in kinds:
        of_kind = known
        if len(kinds) > 1:
            of_kind = [pair for pair in known if (pair[1].thread, bool(pair[1].conflict)) == kind]
        if kind not in found:
            found[kind] = Repeats(*kind, [], [], [], [], 0, 0, [])
        _gather(found[kind], of_kind)


def _gather(found: Repeats, known: Sequence[tuple[Item, Normal]]) -> None:
    times = [normal.sent_at for _, normal in known]
    message = Kind.MESSAGE
    found.numbers += [item.number for item, _ in known]
    found.times += times
    found.keys += [normal.keys[0] for _, normal in known]
    found.said += [_said(item) for item, _ in known]
    found.events += sum([item.kind is not message for item, _ in known])
    if None in times:
        untimed = [item.kind is message for item, normal in known if normal.sent_at is None]
        found.untimed += sum(untimed)
    found.beside += [
        Beside(item.number, item.attachments, item.noted)
        for item, _ in known
        if item.attachments or item.noted
    ]


def _said(item: Item) -> int:
    """Sum up what a copy keeps raw: the text, and under which label and marks it was said."""
    words = item.text.encode("utf-8", "surrogatepass")
    return crc32(words, _sum(item.sender, item.marks))


@lru_cache(maxsize=4096)
def _sum(label: str, marks: tuple[str, ...]) -> int:
    return crc32("\x1f".join((label, *marks, "")).encode("utf-8", "surrogatepass"))


_NO_WORDS = " "
"""The search text of what has no words, such as a lone emoji; nothing at all means: as the text."""


_BASES = {
    (precision, zone, ambiguous): f"{precision}/{zone}{'/ambiguous' if ambiguous else ''}"
    for precision in Precision
    for zone in Zone
    for ambiguous in (False, True)
}


def _stems(item: Item, folded: str, analyse: Analyse) -> str:
    stems = analyse(folded)
    if item.attachments:
        names = indexed(" ".join(a.name for a in item.attachments if a.name))
        return " ".join(filter(None, (stems, names, analyse(names))))
    return stems


def _participants(mail: Mail) -> Iterator[tuple[str, str, str]]:
    named = (("from", mail.from_), ("to", mail.to), ("cc", mail.cc), ("bcc", mail.bcc))
    for role, pairs in named:
        for name, address in pairs:
            if "@" in address:
                yield role, f"mail:{address.lower()}", name


def _noted(mail: Mail) -> Iterator[Noted]:
    """Give what only this holding may say of a mail: another copy does not override it.

    Of the identifiers of what it answers (RFC 5322 §3.6.4) those of In-Reply-To come first, the
    last of them before the others; of References only the last names what was answered.
    """
    if mail.bcc:
        everyone = (f"{name} <{address}>" if name else address for name, address in mail.bcc)
        yield Noted("bcc", "; ".join(everyone))
    if mail.labels:
        yield Noted("labels", "; ".join(mail.labels))
    if mail.received:
        yield Noted("received", mail.received)
    if mail.in_reply_to or mail.references:
        for each in dict.fromkeys(mail.in_reply_to[::-1] + mail.references[-1:]):
            yield Noted("reply", each)
