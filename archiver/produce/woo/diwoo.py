"""DiWoo metadata 0.9.8 of a document that is made public, one XML document each.

The schema takes any label beside any URI of its lists, so a wrong ministry passes it; here label
and URI come as one from ``config/diwoo.toml``. The act that is told is the receipt of the last
message, since a chat is neither established nor signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from msgspec import Struct

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode
from archiver.produce.document import Document
from archiver.produce.naming import title_of
from archiver.produce.slices import ZONE

_FILE = "diwoo.toml"
_PREFIX = "ministerie van "
_zone = ZoneInfo(ZONE)


class UnknownMinistry(ArchiveError):
    """{name} is no ministry of the TOOI list; choose one with --publisher: {known}."""

    exit_code = ExitCode.USAGE


class WrongLabel(ArchiveError):
    """{label} is not the label of {uri}."""

    exit_code = ExitCode.USAGE


class Term(Struct, frozen=True):
    """An entry of a value list: its URI and the label that belongs to it."""

    uri: str
    label: str


def ministry(name: str) -> Term:
    """Find a ministry by its short name, its full name or its URI.

    Raises:
        UnknownMinistry: There is none like that.
    """
    wanted = name.strip().casefold().removeprefix(_PREFIX)
    entries = read(_FILE)["ministries"]
    for one in entries:
        label = one["label"].casefold().removeprefix(_PREFIX)
        if wanted in (one["short"].casefold(), label, one["uri"].casefold()):
            return Term(one["uri"], one["label"])
    raise UnknownMinistry(name=name, known=", ".join(one["short"] for one in entries))


def check(term: Term) -> None:
    """Insist that a URI has the label that belongs to it.

    Raises:
        WrongLabel: It has another, or is in no list here.
    """
    table = read(_FILE)
    single = [table["category"], table["act"], table["language"], *table["formats"].values()]
    if not any(
        (one["uri"], one["label"]) == (term.uri, term.label)
        for one in (*table["ministries"], *single)
    ):
        raise WrongLabel(label=term.label, uri=term.uri)


def metadata(document: Document, publisher: Term, case: str, suffix: str = "pdf") -> bytes | None:
    """Give the metadata of a document; None without a time, since the schema wants one.

    `suffix` is the end of its file's name; a format that the list does not have is not told.

    Raises:
        WrongLabel: The publisher's label is not that of its URI.
    """
    if document.until is None:
        return None
    check(publisher)
    table = read(_FILE)
    known = table["formats"].get(suffix)
    last = datetime.fromtimestamp(document.until // 1000, UTC).astimezone(_zone)
    content = "".join(
        (
            _element("creatiedatum", escape(document.day)),
            _element("identifiers", _element("identifier", escape(document.number))),
            _listed("publisher", publisher),
            _element(
                "titelcollectie", _element("officieleTitel", escape(_xml(title_of(document))))
            ),
            _element(
                "classificatiecollectie",
                _element("informatiecategorieen", _told("informatiecategorie", table["category"])),
            ),
            _told("language", table["language"]),
            _told("format", known) if known else "",
            _element("aggregatiekenmerk", escape(_xml(case))),
            _element(
                "documenthandelingen",
                _element(
                    "documenthandeling",
                    _told("soortHandeling", table["act"]) + _element("atTime", last.isoformat()),
                ),
            ),
        )
    )
    document_ = (
        f'<diwoo:Document xmlns:diwoo="{table["namespace"]}">'
        f"{_element('DiWoo', content)}</diwoo:Document>\n"
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document_}'.encode()


def _told(name: str, entry: Mapping[str, Any]) -> str:
    return _listed(name, Term(entry["uri"], entry["label"]))


def _listed(name: str, term: Term) -> str:
    return f"<diwoo:{name} resource={quoteattr(term.uri)}>{escape(term.label)}</diwoo:{name}>\n"


def _element(name: str, content: str) -> str:
    return f"<diwoo:{name}>{content}</diwoo:{name}>\n"


def _xml(text: str) -> str:
    """Take out what XML cannot hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
