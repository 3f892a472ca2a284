"""Mails that stand within the text of another one: forwarded, or quoted below an answer.

There is no standard; these are the forms that mail programs write, in Dutch and English: lines with
labels (Outlook, Gmail, Apple Mail, Thunderbird; in bold, quoted, run together on one line), with or
without a line such as ``-----Doorgestuurd bericht-----`` above them, and the sentence above a
quotation (``Op … schreef …:``). A block is a claim of whoever sent it on: a sender's name,
a clock without a zone, no Message-ID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

FORWARD, ORIGINAL, LABELS, SENTENCE = "forward", "original", "labels", "sentence"
"""Forms of a block: a line says that it was sent on, or answered; labels alone; a sentence."""

_KINDS = {
    "from": ("van", "from", "afzender"),
    "date": ("verzonden", "verzonden op", "datum", "date", "sent", "sent on"),
    "to": ("aan", "to", "geadresseerde"),
    "cc": ("cc", "kopie"),
    "bcc": ("bcc",),
    "subject": ("onderwerp", "subject", "betreft"),
    "reply-to": ("antwoord aan", "antwoordadres", "reply-to"),
    "other": ("prioriteit", "urgentie", "importance", "gevoeligheid", "sensitivity", "bijlagen",
              "bijlage", "attachments", "beantwoorden vóór", "categorieën"),
}  # fmt: skip
_KIND_OF = {label: kind for kind, labels in _KINDS.items() for label in labels}
_LABEL = "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))
_QUOTE = r"[\s>|*_\u200e\ufeff]*"
_FIELD = re.compile(rf"{_QUOTE}({_LABEL})[\s*_]*:[\s*_]*(.*?)[\s*]*$", re.IGNORECASE)
_MARKER = re.compile(
    rf"{_QUOTE}[-–—=]*\s*(?:begin\s+)?(?:(?P<forward>doorgestuurd(?:e)?\s+(?:bericht|e-?mail)"
    r"|forwarded\s+(?:message|mail|e-?mail))|(?:oorspronkelijke?|origineel|originele|original)"
    r"\s+(?:bericht|e-?mail|message))(?:\s+van\s+.{1,80}|\s+from\s+.{1,80})?\s*:?[\s*]*[-–—=]*\s*$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(rf"\s+(?=\*?(?:{_LABEL})\s?:\s)", re.IGNORECASE)
_NAMED = r"(?P<{}>[^\n]{{2,160}}?(?:\n[^\n]{{2,160}}?)?)"
_SENTENCE = re.compile(
    rf"^{_QUOTE}(?:op|on)\s(?P<date>[^\n]{{6,60}}?\d[:.]\d\d(?:\s?[ap]\.?m\.?)?(?::\d\d)?),?\s+"
    rf"(?:(?:schreef|heeft)\s+{_NAMED.format('dutch')}(?:\s+(?:het\s+volgende\s+)?geschreven)?"
    rf"|{_NAMED.format('english')}\s+wrote)\s*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LIKELY = re.compile(
    rf"^{_QUOTE}(?:(?:{_LABEL})[\s*_]*:|(?:op|on)\s[^\n]*\d[:.]\d\d)", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(r"[^\s<>\[\]\"':;,()]+@[^\s<>\[\]\"':;,()]+\.[^\s<>\[\]\"':;,()]+")
_ASIDE = re.compile(r"[<\[(].*", re.DOTALL)
_TELLING = ("from", "date", "subject")
_CONTINUES = ("from", "to", "cc", "bcc", "subject")
_LONGEST_FIELD = 12
"""Lines over which a list of addressees may run."""


class Block(Struct, frozen=True):
    """One mail within a text. `subject` is None where the form has none.

    `addresses` are in lower case, `name` as it is written; `text` is all that stands below, `own`
    that of it which stands above the next block.
    """

    form: str
    addresses: tuple[str, ...]
    name: str
    date: str
    subject: str | None
    text: str
    own: str


class _Head(Struct, frozen=True):
    """What stands above a mail: from where to where, and what it says."""

    begin: int
    end: int
    form: str
    sender: str
    date: str
    subject: str | None


def blocks(text: str) -> Iterator[Block]:
    """Yield the mails within a text; of nested ones the outer text has the inner one in it."""
    if not _LIKELY.search(text):
        return
    heads = sorted((*_labelled(text), *_sentences(text)), key=lambda one: one.begin)
    ends = [*(one.begin for one in heads[1:]), len(text)]
    for one, end in zip(heads, ends, strict=True):
        addresses, name = _sender(one.sender)
        below, own = text[one.end :], text[one.end : end]
        yield Block(one.form, addresses, name, one.date, one.subject, below, own)


def _sentences(text: str) -> Iterator[_Head]:
    for found in _SENTENCE.finditer(text):
        sender = found["dutch"] or found["english"] or ""
        yield _Head(found.start(), found.end(), SENTENCE, sender, found["date"], None)


def _labelled(text: str) -> Iterator[_Head]:
    lines, starts = _lines(text)
    at, form, begin = 0, "", 0
    while at < len(lines):
        if marker := _MARKER.match(lines[at]):
            form, begin = FORWARD if marker["forward"] else ORIGINAL, starts[at]
        elif lines[at].strip(" \t>|"):
            fields, beyond = _header(lines, at)
            if _is_header(fields, marked=bool(form)):
                yield _Head(
                    begin if form else starts[at],
                    starts[beyond] if beyond < len(lines) else len(text),
                    form or LABELS, fields.get("from", ""), fields.get("date", ""),
                    fields.get("subject", ""),
                )  # fmt: skip
                at = beyond - 1
            form = ""
        at += 1


def _lines(text: str) -> tuple[list[str], list[int]]:
    """Cut a text into lines, and one line that holds a whole header into its fields."""
    lines: list[str] = []
    starts: list[int] = []
    at = 0
    for line in text.split("\n"):
        pieces = _TOGETHER.split(line) if _FIELD.match(line) else [line]
        if len(pieces) < len(_TELLING):
            pieces = [line]
        lines += pieces
        starts += [at] * len(pieces)
        at += len(line) + 1
    return lines, starts


def _header(lines: Sequence[str], at: int) -> tuple[dict[str, str], int]:
    """Read labels from a line on; gives the fields and the line below them."""
    fields: dict[str, str] = {}
    last = ""
    while at < len(lines):
        found = _FIELD.match(lines[at])
        kind = _KIND_OF[found[1].lower()] if found else ""
        if found and kind not in fields:
            fields[kind], last = found[2], kind
        elif not found and last and _goes_on(lines, at, last, fields):
            fields[last] += f" {lines[at].strip(' >|*')}"
        else:
            break
        at += 1
    return fields, at


def _goes_on(lines: Sequence[str], at: int, last: str, fields: dict[str, str]) -> bool:
    """Whether a line without a label stands within a header: another one follows soon.

    Or it goes on with a list of addressees, also the last of a header.
    """
    begun, ended = lines[at].lstrip(" \t>*").startswith("<"), fields[last].endswith(",")
    if last in ("to", "cc", "bcc") and (begun or ended) and "@" in lines[at]:
        return True
    for number, line in enumerate(lines[at : at + _LONGEST_FIELD]):
        if found := _FIELD.match(line):
            return _KIND_OF[found[1].lower()] not in fields
        is_blank = not line.strip(" \t>|*\r\u00a0")
        if (is_blank and number) or not (is_blank or last in _CONTINUES):
            return False
    return False


def _is_header(fields: dict[str, str], *, marked: bool) -> bool:
    """Whether these are a mail's labels: two that tell whose mail it is, and a third of any kind.

    Below a line that says so one label is enough; the others may be damaged.
    """
    telling = sum(kind in fields for kind in _TELLING)
    return telling >= 1 if marked else telling >= 2 and len(fields) > 2


def _sender(text: str) -> tuple[tuple[str, ...], str]:
    """Give the addresses and the name of a sender."""
    addresses = tuple(dict.fromkeys(one.lower() for one in _ADDRESS.findall(text)))
    name = " ".join(_ASIDE.sub("", text).replace('"', " ").strip("' *>").split())
    return addresses, "" if "@" in name else name
