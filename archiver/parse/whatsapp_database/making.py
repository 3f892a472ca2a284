"""What making the item of a message has in common on an Android phone and on an iPhone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from archiver.model import Attachment, Finding, Kind
from archiver.parse.whatsapp_database.media import Media, Told
from archiver.parse.whatsapp_database.names import Chat, Names

NO_CHAT = Chat("", "", "")
"""Stands for a conversation that the database does not name."""


class Sent(NamedTuple):
    """The columns of a message, as far as they are of the right kind; `node` is table and row.

    `action` is what an iPhone writes beside the type; None on Android.
    """

    node: str
    chat: Chat
    own: bool
    key: str
    sender: str
    time: str
    type: int
    text: str
    starred: int
    flags: int
    action: int | None = None


class Speaker(NamedTuple):
    """What all plain messages of one person in one conversation have in common."""

    name: str
    marks: tuple[str, ...]
    direction: str
    title: str
    values: dict[str, str]
    thread: str
    id: str


UNSEEN = Speaker("", (), "", "", {}, "", "")
"""Stands for a speaker who was not looked up yet."""


class Codes(NamedTuple):
    """The codes of the findings about a message."""

    unknown_type: str
    no_chat: str
    other_content: str


class Making:
    """Makes items; `remarks` holds the findings about the last one."""

    def __init__(self, people: Names, media: Media, member: int, codes: Codes) -> None:
        """Begin; nobody has spoken yet."""
        self._names, self._media, self._member, self._codes = people, media, member, codes
        self._speakers: dict[tuple[object, ...], Speaker | None] = {}
        self.remarks: list[Finding] = []

    def _spoken(self, sent: Sent) -> Speaker:
        """Say who speaks where, for all plain messages of that person there."""
        name, id_, values = self._person(sent.chat, sent.sender)
        own, chat = ("own",) if sent.own else (), sent.chat
        return Speaker(name, own, f"{int(sent.own)}:", chat.title, values, chat.thread, id_)

    def _person(self, chat: Chat, raw: str) -> tuple[str, str, dict[str, str]]:
        """Give label and typed identifier; an opaque one that was mapped stays in the values."""
        values = {"chat": chat.raw} if chat.raw != chat.thread else {}
        if not raw:
            return "", "", values
        known = self._names.known(raw)
        if known != raw:
            values["lid"] = raw
        return self._names.name(raw), f"jid:{known}", values

    def _message(
        self, number: int, sent: Sent, types: Mapping[int, tuple[str, tuple[str, ...]]]
    ) -> tuple[Kind, str, tuple[str, ...]]:
        """Name what a person sent, by the numbers of this kind of phone."""
        known = types.get(sent.type)
        if known is None:
            self._remark(self._codes.unknown_type, number, sent)
            return Kind.MESSAGE, "unknown", ()
        return Kind.MESSAGE, *known

    def _attachment(self, number: int, sent: Sent, told: Told) -> Attachment:
        attachment, differs = self._media.attachment(told)
        if differs:
            self._remark(self._codes.other_content, number, sent)
        return attachment

    def _remark(self, code: str, number: int, sent: Sent) -> None:
        type_ = sent.type if sent.action is None else f"{sent.type}/{sent.action}"
        values: dict[str, str | int] = {"node": sent.node, "type": type_}
        self.remarks.append(Finding(code, values, self._member, item=number))
