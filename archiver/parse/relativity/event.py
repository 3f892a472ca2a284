"""Make the item of one event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archiver.model import Attachment, Item, Kind, Noted
from archiver.parse.relativity.envelope import Opened
from archiver.parse.relativity.manifest import Conversation, Event, Participant, Reaction, Tables

_KINDS = {
    "message": (Kind.MESSAGE, "text"),
    "history": (Kind.MESSAGE, "text"),
    "disclaimer": (Kind.EVENT, "notice"),
    "join": (Kind.EVENT, "member-joined"),
    "leave": (Kind.EVENT, "member-left"),
}
_UNKNOWN = (Kind.EVENT, "unknown")
_SERVICES = {
    "microsoft teams": "teams", "msteams": "teams", "whatsapp": "whatsapp", "text": "sms",
    "facebook messenger": "messenger", "google chat": "google-chat", "apple messages": "imessage",
}  # fmt: skip
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_PHONE = re.compile(r"\+[0-9][0-9 ()\-]{5,18}[0-9]")
_OTHER = re.compile(r"[^a-z0-9]+")
LASTING = 12
"""An identifier of fewer characters (``m1``) is one of this file only."""
_LASTING_CHAT = 8
_MOST_NAMELESS = 100


class Where(NamedTuple):
    """The conversation of an event, as its items say it."""

    service: str = ""
    thread: str = ""
    title: str = ""
    owner: str = ""
    custodian: str = ""


class Place(NamedTuple):
    """Where an event stands: its number as an item, and its bytes or its node."""

    number: int
    member: int
    offset: int
    length: int
    node: str


class Made(NamedTuple):
    """An item, the codes of what is odd about it, and the people it names that nobody described."""

    item: Item
    codes: Sequence[str]
    strangers: Sequence[str]


class Events:
    """Makes items of the events of one manifest."""

    def __init__(self, tables: Tables, opened: Opened) -> None:
        """Know the people and the conversations."""
        self._tables, self._opened = tables, opened
        self._where: dict[str, Where] = {}
        self._who: dict[tuple[str, str], str] = {}
        self._strangers: list[str] = []

    def made(self, event: Event, place: Place) -> Made:
        """Make one item."""
        self._strangers = []
        conversation = event.conversation or ""
        where = self._where.get(conversation) or self._of(conversation)
        attachments = tuple(self._attachments(event)) if event.attachments else ()
        kind, type_ = _KINDS.get((event.type or "").lower(), _UNKNOWN)
        if kind is Kind.MESSAGE and not event.body:
            type_ = "media" if attachments else "deleted" if event.deleted else type_
        native = event.id if event.id and len(event.id) >= LASTING else ""
        item = Item(
            place.number, place.member, place.offset, place.length, kind, type_,
            event.timestamp or "", self._label(event.participant), event.body or "",
            _marks(event, where), attachments, native, where.title,
            self._values(event, where, native), None, place.node, where.thread,
            self._typed(event.participant, where.service), tuple(self._noted(event)),
        )  # fmt: skip
        return Made(item, tuple(self._codes(event, item)), self._strangers)

    def _of(self, name: str) -> Where:
        if name not in self._where:
            self._where[name] = self._told(name, self._tables.conversations.get(name))
        return self._where[name]

    def _told(self, name: str, conversation: Conversation | None) -> Where:
        """Name the thread so that it lasts beyond this file, which may number its own as C1."""
        if conversation is None:
            return Where(thread=f":{name}", title=name)
        platform = (conversation.platform or "").strip().lower()
        service = _SERVICES.get(platform) or _OTHER.sub("-", platform).strip("-")
        people = [self._label(each) for each in conversation.participants or ()]
        custodian = conversation.custodian or ""
        others = [
            self._label(each) for each in conversation.participants or () if each != custodian
        ]
        title = conversation.display or ", ".join(filter(None, others)) or name
        thread = f"{service}:{name}"
        if self._tables.collection:
            thread = f"{service}:{self._tables.collection}/{name}"
        elif len(name) < _LASTING_CHAT:
            thread = f"{service}:{name}/{conversation.display or ', '.join(sorted(people))}"
        self._strangers = []
        owner = self._typed(custodian, service)
        return Where(service, thread, title, owner, custodian)

    def _label(self, name: str | None) -> str:
        if not name:
            return ""
        known = self._tables.people.get(name)
        if known is None:
            self._strangers.append(name)
            return name
        return known.display or known.email or known.account_id or known.id

    def _typed(self, name: str | None, service: str) -> str:
        """Type who it is; an id that holds in one file only is no identifier."""
        known = self._tables.people.get(name or "")
        if known is None:
            return ""
        key = known.id, service
        if key not in self._who:
            self._who[key] = self._typed_anew(known, service)
        return self._who[key]

    def _typed_anew(self, known: Participant, service: str) -> str:
        """Take what is most telling: a telephone number, a mail address, an account."""
        account = (known.account_id or "").strip()
        if _PHONE.fullmatch(account):
            return f"e164:{account}"
        if known.email:
            return f"mail:{known.email}"
        return f"{service or 'rsmf'}:{account}" if account else ""

    def _attachments(self, event: Event) -> Iterator[Attachment]:
        for file in event.attachments or ():
            found = self._opened.attachment(file.id, file.display or "")
            if found.missing and file.size is not None:
                found = Attachment(found.name, "", file.size, missing=found.missing)
            yield found

    def _values(self, event: Event, where: Where, native: str) -> dict[str, str]:
        values = {"service": where.service, "owner": where.owner}
        if event.id and not native:
            values["event-id"] = event.id
        if (event.type or "").lower() not in ("message", "join", "leave"):
            values["event"] = event.type or ""
        if event.direction:
            values["direction"] = event.direction
        if event.importance and event.importance != "normal":
            values["importance"] = event.importance
        for custom in event.custom or ():
            name = f"custom:{custom.name or ''}"
            said = custom.value if isinstance(custom.value, str) else str(custom.value)
            values[name] = f"{values[name]}\n{said}" if name in values else said
        return values

    def _noted(self, event: Event) -> Iterator[Noted]:
        if event.parent:
            yield Noted("reply", event.parent)
        for edit in event.edits or ():
            by = self._label(edit.participant)
            yield Noted("edit", edit.previous or "", by, edit.timestamp or "")
        for reaction in event.reactions or ():
            yield from self._reaction(reaction)
        for receipt in event.read_receipts or ():
            kind = "delivered" if receipt.action == "delivered" else "read"
            by = self._label(receipt.participant)
            yield Noted(kind, "", by, receipt.timestamp or "")
        if event.deleted:
            yield Noted("deleted")

    def _reaction(self, reaction: Reaction) -> Iterator[Noted]:
        """Give one note a person; of those who are only counted, one note each without a name."""
        named = reaction.participants or []
        for each in named:
            yield Noted("reaction", reaction.value or "", self._label(each))
        least = 0 if named else 1
        for _ in range(min(max((reaction.count or 0) - len(named), least), _MOST_NAMELESS)):
            yield Noted("reaction", reaction.value or "")

    def _codes(self, event: Event, item: Item) -> Iterator[str]:
        if item.type == "unknown":
            yield "W-Y010"
        if not _TIME.fullmatch(item.time_text):
            yield "W-Y009"
        if (event.conversation or "") not in self._tables.conversations:
            yield "W-Y008"
        for attachment, file in zip(item.attachments, event.attachments or (), strict=True):
            if not attachment.missing and file.size is not None and attachment.size != file.size:
                yield "W-Y013"
        if event.reactions and any((each.count or 0) > _MOST_NAMELESS for each in event.reactions):
            yield "W-Y019"


def _marks(event: Event, where: Where) -> tuple[str, ...]:
    marks: tuple[str, ...] = ()
    if event.edits:
        marks += ("edited",)
    if event.deleted and not event.body:
        marks += ("deleted",)
    by_custodian = bool(where.custodian) and event.participant == where.custodian
    if event.direction == "outgoing" or (by_custodian and event.direction != "incoming"):
        marks += ("own",)
    return marks
