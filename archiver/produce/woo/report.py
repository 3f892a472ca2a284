"""The production report (productierapport), as the publication platform takes it.

One row for each document and each file beside it; what lies outside the request has none. The
date is ISO 8601 as text, since the platform reads other orders of day and month wrongly.
"""

from __future__ import annotations

import re

from msgspec import Struct

from archiver.cases.judgement import Outcome
from archiver.configuration import read
from archiver.language import say
from archiver.produce.document import Document
from archiver.produce.naming import FILE, plain, title_of

DOUBLE = "dubbel"
_FILE = "woo-platform.toml"
_SERVICES = {"mail": "email", FILE: ""}
_NOT_IN_MATTER = re.compile(r"[^A-Za-z0-9._~-]+")


class Row(Struct, frozen=True):
    """One row, each field as the cell has it; empty where there is nothing to say."""

    id: str
    matter: str
    family: str
    thread: str
    document: str
    file_type: str
    date: str
    outcome: str
    suspended: str
    grounds: str
    remark: str
    link: str
    related: str
    case_number: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells in the order of the template."""
        return tuple(getattr(self, name) for name in self.__struct_fields__)


def columns() -> tuple[str, ...]:
    """Give the headers of the platform's own template, in its order."""
    return tuple(read(_FILE)["columns"])


def row(document: Document, matter: str, kind: str = "") -> Row | None:
    """Give the row of a document; None for one that lies outside the request.

    `kind` is the platform's word for what it is, where it is a file beside a message.
    """
    if document.outcome is Outcome.OUT_OF_SCOPE:
        return None
    is_double = document.outcome is Outcome.DUPLICATE
    outcome = Outcome.WITHHELD if is_double else document.outcome
    return Row(
        id=document.number,
        matter=matter,
        family=str(document.family),
        thread=str(document.thread),
        document=_cut(title_of(document), int(read(_FILE)["limits"]["document_bytes"])),
        file_type=_SERVICES.get(document.service, "chat") or kind,
        date=document.day,
        outcome=str(outcome).capitalize(),
        suspended="",
        grounds="; ".join((*document.grounds, *([DOUBLE] if is_double else ()))),
        remark=_remark(document),
        link="|".join(document.links),
        related=";".join(document.related),
        case_number=matter,
    )


def matter_of(reference: str) -> str:
    """Give a case's reference in the characters that the platform takes for a matter."""
    return _NOT_IN_MATTER.sub("-", reference).strip("-")


def _remark(document: Document) -> str:
    """Give the reasons; one that begins like an address would be read as a link."""
    text = "; ".join(" ".join(plain(reason).split()) for reason in document.reasons)
    if text.lower().startswith("http"):
        text = say("Reason: {reason}", reason=text)
    limit = int(read(_FILE)["limits"]["remark"])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _cut(text: str, limit: int) -> str:
    """Cut a text to a number of bytes, never within a character."""
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[: limit - 3].decode(errors="ignore") + "…"
