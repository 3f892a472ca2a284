"""Write a conversation as RSMF 2.0.0, the short message format of e-discovery.

A mail (RFC 5322) with ``X-RSMF-…`` fields, the conversation as its text, and ``rsmf.zip``, which
holds ``rsmf_manifest.json`` and the files that its events name. Made by the published JSON schema
2.0.0 of the format's maker (2023), which asks for more than its own examples have; checked November
2026. The same content gives the same bytes: no hour of writing is in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import msgspec
from msgspec import Struct

from archiver.cases.redaction import kept
from archiver.parse.relativity.envelope import CONTAINER, MANIFEST
from archiver.parse.relativity.manifest import (
    Conversation,
    Custom,
    Edit,
    Event,
    File,
    Participant,
    Reaction,
)
from archiver.produce.attached import Attached
from archiver.produce.document import Line
from archiver.produce.inquiry.origin import Origin
from archiver.produce.naming import plain
from archiver.produce.sheet import entry

VERSION = "2.0.0"
MOST_FILES = 48 << 20
"""Bytes of files that one RSMF takes; the rest is named in it and stands beside it."""

_GENERATOR = "chatarchief"
_SENDER = "chatarchief@archief.invalid"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = {
    "member-joined": "join", "member-added": "join", "member-left": "leave",
    "member-removed": "leave", "notice": "disclaimer",
}  # fmt: skip
_COMES_OR_GOES = ("join", "leave")
_BY_OTHERS = ("member-added", "member-removed")
_MESSAGE, _OTHER = "message", "unknown"
_NOBODY = "?"


class Talk(Struct, frozen=True):
    """What one RSMF holds: lines of one conversation, most often of one day.

    `number` is the document's, `conversation` the archive's id, `text` what the mail says.
    `origins` and `files` are given by the record's public id.
    """

    number: str
    conversation: str
    service: str
    title: str
    text: str
    lines: Sequence[Line]
    origins: Mapping[str, Origin]
    files: Mapping[str, Sequence[Attached]]


def rsmf(talk: Talk) -> bytes:
    """Give the mail."""
    writer = _Writer(talk)
    manifest = writer.manifest()
    mail = EmailMessage(policy=SMTP)
    times = [line.sent_at for line in talk.lines if line.sent_at is not None]
    mail["From"] = _SENDER
    mail["Date"] = format_datetime(_moment(min(times)) if times else _EPOCH)
    mail["Subject"] = _one_line(f"{talk.number} {talk.title}")
    for name, value in _fields(talk, times):
        mail[name] = value
    mail.set_content(talk.text, cte="base64")
    container = _container(manifest, writer.included)
    mail.add_attachment(container, maintype="application", subtype="zip", filename=CONTAINER)
    mail.set_boundary(f"=_{sha256(talk.text.encode() + container).hexdigest()[:40]}")
    return mail.as_bytes()


def _fields(talk: Talk, times: Sequence[int]) -> Iterator[tuple[str, str]]:
    yield "X-RSMF-Version", VERSION
    yield "X-RSMF-Generator", _GENERATOR
    yield "X-RSMF-EventCount", str(len(talk.lines))
    yield "X-RSMF-AttachmentCount", str(sum(len(line.attachments) for line in talk.lines))
    yield "X-RSMF-EventCollectionID", talk.conversation
    if times:
        yield "X-RSMF-BeginDate", _stamp(min(times), "ms")
        yield "X-RSMF-EndDate", _stamp(max(times), "ms")


def _container(manifest: bytes, files: Sequence[Attached]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as container:
        container.writestr(entry(MANIFEST), manifest)
        for one in {_named(one): one for one in files}.values():
            container.writestr(entry(_named(one)), one.path.read_bytes())
    return target.getvalue()


class _Writer:
    """Writes the manifest; `included` are the files that are to be in the container."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._there = {line.record for line in talk.lines}
        self._people: dict[str, Participant] = {}
        self._room = MOST_FILES
        self.included: list[Attached] = []

    def manifest(self) -> bytes:
        talk = self._talk
        events = [self._event(line) for line in talk.lines]
        custodian = self._custodian()
        for event, line in zip(events, talk.lines, strict=True):
            if custodian and line.sender and event.type == _MESSAGE:
                event.direction = "outgoing" if line.is_own else "incoming"
        conversation = Conversation(
            id=talk.conversation,
            platform=talk.service,
            display=talk.title or None,
            type="channel",
            custodian=custodian or None,
            participants=[one.id for one in self._people.values()],
            custom=[*_custom({"document": talk.number, "custodians": "; ".join(self._holders())})],
        )
        made = {
            "version": VERSION,
            "eventcollectionid": talk.conversation,
            "participants": list(self._people.values()),
            "conversations": [conversation],
            "events": events,
        }
        return msgspec.json.encode(_told(msgspec.to_builtins(made)))

    def _event(self, line: Line) -> Event:
        origin = self._talk.origins[line.record]
        sender = self._person(kept(line.sender), origin.author) if line.sender else None
        body, label, kind = plain(line.body), plain(line.label), _kind(line)
        files = [*self._files(line)]
        return Event(
            type=kind,
            id=line.record,
            parent=origin.parent if origin.parent in self._there else None,
            body=body or (label if kind != _MESSAGE else None),
            participant=self._concerned(line, sender) if kind in _COMES_OR_GOES else sender,
            conversation=self._talk.conversation,
            timestamp=None if line.sent_at is None else _stamp(line.sent_at, line.precision),
            deleted=(line.type == "deleted" or origin.is_deleted) or None,
            reactions=[*self._reactions(line)],
            attachments=files,
            edits=[*self._edits(line, sender)],
            custom=[*_custom(_facts(line, origin, label))],
        )

    def _concerned(self, line: Line, sender: str | None) -> str | None:
        """Give who comes or goes: whom the event is about, else who did it."""
        if len(line.whom) != 1:
            return sender
        name = kept(line.whom[0])
        return self._person(name, self._known(name)) if name else None

    def _person(self, name: str, identifier: str = "") -> str:
        """Give the id of a participant: the same for the same identifier, else the same name."""
        key = identifier or f"name:{name}"
        if key not in self._people:
            account = identifier.partition(":")[2] if ":" in identifier else identifier
            is_mail = identifier.startswith("mail:")
            self._people[key] = Participant(
                id=f"P{len(self._people) + 1}",
                display=name or account,
                email=account if is_mail else None,
                account_id=None if is_mail else account or None,
            )
        return self._people[key].id

    def _files(self, line: Line) -> Iterator[File]:
        """Name the files of a message; those that there is room for are included."""
        given = {one.order: one for one in self._talk.files.get(line.record, ())}
        for order, shown in enumerate(line.attachments):
            name, one = plain(shown.name), given.get(order)
            if one is not None and one.size <= self._room:
                self._room -= one.size
                self.included.append(one)
            display = name or (_named(one) if one else line.record)
            yield File(_named(one) if one else display, display, one.size if one else shown.size)

    def _reactions(self, line: Line) -> Iterator[Reaction]:
        signs = dict.fromkeys(one.sign for one in line.reactions if one.sign)
        for sign in signs:
            by = [kept(one.by) for one in line.reactions if one.sign == sign]
            people = [self._person(name, self._known(name)) for name in by if name]
            yield Reaction(sign, len(by), people)

    def _known(self, name: str) -> str:
        """Give the identifier of somebody who wrote under this name here; empty for others."""
        for line in self._talk.lines:
            if line.sender and kept(line.sender) == name:
                return self._talk.origins[line.record].author
        return ""

    def _edits(self, line: Line, sender: str | None) -> Iterator[Edit]:
        wordings = [*map(plain, line.edits), plain(line.body)]
        for before, after in pairwise(wordings):
            yield Edit(sender or self._person(_NOBODY), None, before, after)

    def _custodian(self) -> str:
        """Give the participant whose account all of it comes from; empty where it is not one."""
        own = {
            self._person(kept(line.sender), self._talk.origins[line.record].author)
            for line in self._talk.lines
            if line.is_own and line.sender
        }
        return own.pop() if len(own) == 1 and len(self._holders()) == 1 else ""

    def _holders(self) -> tuple[str, ...]:
        found = self._talk.origins.values()
        return tuple(dict.fromkeys(name for one in found for name in one.custodians))


def _kind(line: Line) -> str:
    """Give the type of an event; who was brought in or put out must be known, and be one."""
    if line.kind == "message":
        return _MESSAGE
    if line.type in _BY_OTHERS and len(line.whom) != 1:
        return _OTHER
    return _TYPES.get(line.type, _OTHER)


def _facts(line: Line, origin: Origin, label: str) -> dict[str, str]:
    """Give what RSMF has no place for."""
    return {
        "record": line.record,
        "sha256": _digest(line),
        "custodians": "; ".join(origin.custodians),
        "sources": "; ".join(f"{name} {digest}" for name, digest in origin.sources),
        "precision": line.precision,
        "type": line.type,
        "label": label,
        "grounds": "; ".join(dict.fromkeys((*line.grounds, *line.barred))),
        "double-of": line.of,
        "reply-to": origin.parent,
        "quoted": "\n".join(f"{plain(one.by)}: {plain(one.words)}" for one in line.quoted),
        "marks": ", ".join(line.marks),
        "public": line.link,
    }


def _digest(line: Line) -> str:
    """Give the digest of what is given of a message: its time, its sender, its words."""
    parts = (str(line.sent_at), plain(line.sender), plain(line.body))
    return sha256("\0".join(parts).encode()).hexdigest()


def _custom(facts: Mapping[str, str]) -> Iterator[Custom]:
    for name, value in facts.items():
        if value:
            yield Custom(name, value)


def _named(one: Attached) -> str:
    """Name a file in the container by its digest, so that no two are in each other's way."""
    return f"{one.sha256}{one.suffix}"


def _told(value: Any) -> Any:
    """Leave out what is not said."""
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items() if one is not None}
    return [_told(one) for one in value] if isinstance(value, list) else value


def _stamp(milliseconds: int, precision: str) -> str:
    unit = "milliseconds" if precision == "ms" else "seconds"
    return _moment(milliseconds).replace(tzinfo=None).isoformat(timespec=unit) + "Z"


def _moment(milliseconds: int) -> datetime:
    whole, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(whole, UTC).replace(microsecond=rest * 1000)


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
