"""What documents, days and sources are called for a reader outside, in the language in use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from archiver.cases.redaction import Bar, Segment
from archiver.language import say
from archiver.produce.document import Document
from archiver.produce.slices import day_of

FILE = "file"
"""What stands for the service of a document that is a file beside a message."""


def _(sentence: str) -> str:
    """Mark a word for the language catalogue; it is translated where it is written."""
    return sentence


_DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip
_MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip
_SERVICES = {
    "whatsapp": "WhatsApp", "signal": "Signal", "telegram": "Telegram", "sms": "sms",
    "imessage": "iMessage", "teams": "Microsoft Teams", "slack": "Slack", "matrix": "Matrix",
    "threema": "Threema", "discord": "Discord", "messenger": "Messenger",
    "instagram": "Instagram", "google-chat": "Google Chat",
}  # fmt: skip

_WHY = {
    "not-handed-in": _("not handed in"),
    "not-exported": _("not part of the export"),
    "several-files-fit": _("several files have its name"),
    "withdrawn": _("withdrawn by its sender"),
    "over-size": _("too large to be read"),
    "damaged": _("damaged"),
    "external": _("kept elsewhere by its sender"),
    "deleted": _("deleted from the mail"),
    "no-bytes": _("its bytes are not there"),
}


def title_of(document: Document) -> str:
    """Give the title of a document, with the ground of a bar between brackets."""
    title = " ".join(plain(document.title).split())
    if document.service == FILE:
        return title or say("Attachment of {day}", day=_when(document))
    if document.service == "mail":
        return title or say("Mail of {day}", day=_when(document))
    service = service_name(document.service)
    if title:
        return say("{service} conversation “{title}”, {day}", service=service, title=title,
                   day=_when(document))  # fmt: skip
    return say("{service} conversation, {day}", service=service, day=_when(document))


def plain(segments: Iterable[Segment]) -> str:
    """Give segments as text, with the ground of a bar between brackets."""
    return "".join(
        f"[{one.label or '; '.join(one.grounds) or '–'}]" if isinstance(one, Bar) else one.text
        for one in segments
    )


def service_name(code: str) -> str:
    """Give the name of the service that messages came by; mail is mail."""
    return say("mail") if code == "mail" else _SERVICES.get(code, code)


def day_name(day: str) -> str:
    """Write a day such as ``2024-03-31`` in full."""
    found = date.fromisoformat(day)
    return say("{weekday} {day} {month} {year}", weekday=say(_DAYS[found.weekday()]),
               day=found.day, month=say(_MONTHS[found.month - 1]), year=found.year)  # fmt: skip


def size_name(size: int | None) -> str:
    """Write a number of bytes in the unit that fits; nothing where it is not known."""
    if size is None:
        return ""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size} {unit}"
        size = round(size / 1000)
    return f"{size} GB"


def missing_name(why: str) -> str:
    """Say why the bytes of a file are not here, by the archive's code for it."""
    return say("not in the archive: {reason}", reason=say(_WHY[why]) if why in _WHY else why)


def _when(document: Document) -> str:
    """Give the days of a document, from the first to the last."""
    if document.since is None or document.until is None:
        return say("day unknown")
    first, last = day_of(document.since), day_of(document.until)
    return first if first == last else say("{since} to {until}", since=first, until=last)
