"""RSMF, the short message format of e-discovery: a mail with a container, or its manifest alone.

Built from the published JSON schema 2.0.0 of the format's maker (2023), its manual, and a
public manifest of version 1.0 with 148 events of Slack; checked November 2026.

`native_id` is the event's identifier where it has at least 12 characters: the specification lets
it hold within one conversation of one file, and many makers number events anew in each file
(``m1``), which would join what has nothing to do with each other. Such a one stands in the values
as ``event-id``. In the same way a thread is named by the collection that the file belongs to, or by
a lasting identifier, else by the identifier and the title. Every item says its ``service`` and the
typed identifier of the ``owner`` (the custodian).

Of a manifest inside a mail the items have nodes and no bytes: it stands compressed and encoded in
the mail, which one finding covers. Of a manifest that is a member itself items and findings cover
every byte but the frame and the tables of people and conversations, which the items repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.json_elements import (
    Broken,
    Element,
    Left,
    Unread,
    Value,
    elements,
)
from archiver.parse.json_elements import Event as Piece
from archiver.parse.relativity.envelope import Opened, is_mail, is_manifest, open_rsmf
from archiver.parse.relativity.event import Events, Place
from archiver.parse.relativity.manifest import (
    Tables,
    read_conversation,
    read_event,
    read_participant,
)

NAME = "rsmf"
UNPACKED = "rsmf-unpacked"
"""The name of the format when the manifest and its files were handed in without the mail."""
SERVICE = "rsmf"
VERSION = 1
GAPS = ("W-Y014",)

_WANTED = (("events",), ("participants",), ("conversations",))
_KNOWN = ("1.", "2.")
_SIGNS = (b"RSMF-", b"rsmf-", b"Rsmf-")
_SMALL = 1_024
_NO_TEXT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Told(Learnt, frozen=True):
    """What stands around the events: the people, the conversations, the files."""

    opened: Opened | None = None
    tables: Tables | None = None
    findings: tuple[Finding, ...] = ()


def claims(head: bytes, name: str) -> bool:
    """Whether a file is the mail of an RSMF."""
    return any(sign in head for sign in _SIGNS) and is_mail(head)


def claims_unpacked(head: bytes, name: str) -> bool:
    """Whether a file is a manifest: the name that the format gives it, and its first keys."""
    start = head[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    keys = (b'"participants"', b'"conversations"', b'"events"')
    return is_manifest(name) and start.startswith(b"{") and any(key in head for key in keys)


def survey(source: Source) -> Told:
    """Open the container and read who takes part; the events come later."""
    opened = open_rsmf(source)
    tables = Tables()
    findings: list[Finding] = []
    if opened.refused is None:
        for piece in elements(opened.manifest, _WANTED):
            findings += _table(tables, piece, source, opened)
    tables.collection = tables.collection or opened.said.get("x-rsmf-eventcollectionid", "")
    return Told(("iso",), opened=opened, tables=tables, findings=tuple(findings))


def _table(tables: Tables, piece: Piece, source: Source, opened: Opened) -> Iterator[Finding]:
    """Take one entry of the tables, or a value that stands on top."""
    try:
        match piece:
            case Element(path=("participants",), raw=raw):
                person = read_participant(raw)
                tables.people[person.id] = person
                tables.dropped += bool(person.avatar) + len(person.custom or ())
            case Element(path=("conversations",), raw=raw):
                conversation = read_conversation(raw)
                tables.conversations[conversation.id] = conversation
                tables.dropped += bool(conversation.icon) + len(conversation.custom or ())
            case Value(path=("version",), raw=raw):
                tables.version = str(msgspec.json.decode(raw))
            case Value(path=("eventcollectionid",), raw=raw):
                tables.collection = str(msgspec.json.decode(raw) or "")
    except _NO_TEXT:
        yield _at(piece, "W-Y017", source, opened)


def parse(source: Source, survey: Told) -> Iterator[Item | Finding]:
    """Yield the events, then what is to be known about them."""
    if survey.opened is None or survey.tables is None:
        return
    if survey.opened.refused is not None:
        yield survey.opened.refused
        return
    yield from survey.findings
    yield from _Reading(source, survey.opened, survey.tables).read()


class _Reading:
    """One reading of the events of one manifest."""

    def __init__(self, source: Source, opened: Opened, tables: Tables) -> None:
        self._source, self._opened, self._tables = source, opened, tables
        self._events = Events(tables, opened)
        self._number = source.first_number
        self._strangers: Counter[str] = Counter()
        self._attachments = self._outside = self._count = 0
        self._range = [
            _moment(opened.said.get(f"x-rsmf-{end}date", "")) for end in ("begin", "end")
        ]

    def read(self) -> Iterator[Item | Finding]:
        """Yield items and findings."""
        for piece in elements(self._opened.manifest, _WANTED):
            match piece:
                case Element(path=("events",)):
                    yield from self._event(piece)
                case Left(path=("events",), count=count):
                    self._count = count
                case Unread(reason="bom"):
                    pass
                case Unread() | Broken():
                    yield self._broken(piece)
                case Value() if piece.length > _SMALL:
                    yield self._about_place(piece, "W-Y016", name=".".join(map(str, piece.path)))
                case _:
                    pass
        yield from self._at_the_end()

    def _event(self, piece: Element) -> Iterator[Item | Finding]:
        opened = self._opened
        try:
            event = read_event(piece.raw)
        except _NO_TEXT as error:
            reason = str(error)[:120] if isinstance(error, msgspec.ValidationError) else "json"
            yield self._about_place(piece, "E-Y004", reason=reason)
            return
        offset, length = (0, 0) if opened.inside else (piece.offset, piece.length)
        node = f"{opened.inside}events/{piece.index}"
        place = Place(self._number, self._source.main, offset, length, node)
        item, codes, strangers = self._events.made(event, place)
        self._number += 1
        self._attachments += len(item.attachments)
        if self._range[0] is not None:
            self._outside += self._is_outside(item.time_text)
        if strangers:
            self._strangers.update(strangers)
        yield item
        for code in codes:
            values: dict[str, str | int] = {"node": node, "time": item.time_text[:40]}
            values["name"] = item.title[:80]
            yield Finding(code, values, item.member, offset, length, item.number)

    def _is_outside(self, text: str) -> bool:
        begin, end = self._range
        if begin is None or end is None or (moment := _moment(text)) is None:
            return False
        return not begin <= moment.replace(microsecond=0) <= end

    def _broken(self, piece: Unread | Broken) -> Finding:
        return self._about_place(piece, "E-Y003", reason=piece.reason)

    def _about_place(self, piece: Piece, code: str, **values: str | int) -> Finding:
        return _at(piece, code, self._source, self._opened, **values)

    def _at_the_end(self) -> Iterator[Finding]:
        main, said, tables = self._source.main, self._opened.said, self._tables
        if self._opened.inside:
            size = self._opened.size
            yield Finding("W-Y015", {"bytes": size}, main, 0, size)
        for name, found, code in (
            ("x-rsmf-eventcount", self._count, "W-Y005"),
            ("x-rsmf-attachmentcount", self._attachments, "W-Y011"),
        ):
            stated = said.get(name, "").strip()
            if stated and stated != str(found):
                yield Finding(code, {"said": stated[:40], "found": found}, main)
        if self._outside:
            yield Finding("W-Y006", {"count": self._outside}, main)
        for name, count in sorted(self._strangers.items())[:100]:
            yield Finding("W-Y007", {"name": name[:80], "count": count}, main)
        if unused := list(self._opened.unused()):
            yield Finding("W-Y012", {"count": len(unused), "name": unused[0][:120]}, main)
        version = tables.version or said.get("x-rsmf-version", "")
        if version and not version.startswith(_KNOWN):
            yield Finding("W-Y018", {"version": version[:40]}, main)
        if tables.dropped:
            yield Finding("W-Y020", {"count": tables.dropped}, main)


def _at(piece: Piece, code: str, source: Source, opened: Opened, **values: str | int) -> Finding:
    """Point at a piece of the manifest: by its bytes, or by its node inside the mail."""
    length = getattr(piece, "length", 0)
    parts = [*map(str, piece.path), *([str(piece.index)] if isinstance(piece, Element) else [])]
    said = {"node": opened.inside + "/".join(parts), "bytes": length} | values
    if opened.inside:
        return Finding(code, said, source.main)
    return Finding(code, said, source.main, piece.offset, length)


def _moment(text: str) -> datetime | None:
    """Read a time that states its zone; of others nobody can say whether they lie in a period."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
