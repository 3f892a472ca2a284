"""Threema's data backup, unpacked: one CSV of messages for each contact and group.

Built from the vendor's own code of the Android app (its CSV tags and backup service, 2021 to
2024); no real backup was at hand. ``apiid`` is the identifier that both sides of a conversation
know; it is the native identifier within the conversation. Whose messages a file holds stands in
the tables of contacts and groups beside it.

Items and findings without an item cover every byte of a file of messages but the first line and
empty lines; of the other tables one finding covers the whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from archiver.format import Learnt, Source
from archiver.model import Finding, Item, Kind, Noted
from archiver.parse import comma
from archiver.parse.beside import Beside
from archiver.parse.row import Refused, Row, Texts
from archiver.parse.threema import people
from archiver.parse.threema.body import UNKNOWN, attachment_of, plain, text_of, type_of
from archiver.parse.threema.people import Conversation, People

NAME = "threema-backup"
SERVICE = "threema"
VERSION = 1

NO_ROW = "E-T001"
UNKNOWN_TYPE = "W-T002"
NOT_MESSAGES = "W-T003"
NO_NAMES = "W-T004"
UNDECODABLE = "W-T005"
GAPS = ("W-T006",)

_MESSAGES = frozenset({"apiid", "isoutbox", "posted_at", "type", "body"})
_OTHERS = (
    frozenset({"identity", "publickey", "verification"}),
    frozenset({"id", "creator", "groupname"}),
    frozenset({"id", "aid", "creator", "ref"}),
    frozenset({"id", "ballot", "vote_count"}),
    frozenset({"id", "ballot_uid", "choice_uid"}),
)
_STATES = {"READ": "read", "DELIVERED": "delivered"}
_ANSWERS = {"USERACK": "\U0001f44d", "USERDEC": "\U0001f44e"}
"""How Threema shows an agreement and a disagreement, which it had before it had reactions."""


def claims(head: bytes, name: str) -> bool:
    """Whether the first line has the columns of one of the tables of a backup."""
    if b"," not in head[:256] or not name.endswith(".csv"):
        return False
    found = frozenset(comma.names(head))
    return found >= _MESSAGES or any(found >= table for table in _OTHERS)


def wants(main: str, other: str) -> bool:
    """Whether a file of messages needs another one for its names."""
    if not people.is_messages(main) or main.rpartition("/")[0] != other.rpartition("/")[0]:
        return False
    return people.base(other) in (people.CONTACTS, people.GROUPS)


def survey(source: Source) -> Learnt:
    """Learn nothing: the times are counted from 1970."""
    return Learnt(("epoch-ms",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the messages of one conversation; of another table, that it holds none."""
    source.stream.seek(0)
    if frozenset(comma.names(source.stream.read(4096))) >= _MESSAGES:
        return _Reading(source).read()
    size = source.members[source.main].size
    name = people.base(source.members[source.main].name)
    return iter((Finding(NOT_MESSAGES, {"name": name}, source.main, 0, size),))


class _Reading:
    """One reading of the messages of one conversation."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._number = source.first_number
        self._people = People(source)
        self._beside = Beside(source.members, source.main)
        name = source.members[source.main].name
        self._with: Conversation = self._people.conversation(name)
        group = people.base(name).startswith("group_")
        self._media = "group_message_media_" if group else "message_media_"

    def read(self) -> Iterator[Item | Finding]:
        """Yield row after row."""
        if not self._source.beside:
            yield Finding(NO_NAMES, {"name": self._with.title}, self._source.main)
        for row in comma.rows(self._source.stream):
            if isinstance(row, Refused):
                values: dict[str, str | int] = {"reason": row.reason}
                yield Finding(NO_ROW, values, self._source.main, row.offset, row.length)
                continue
            item = self._item(row.cells, row)
            self._number += 1
            yield item
            if item.type == UNKNOWN:
                yield _about(item, UNKNOWN_TYPE, {"name": row.cells["type"][:100]})
            if row.damaged:
                yield _about(item, UNDECODABLE, {"count": row.damaged})

    def _item(self, cells: Mapping[str, str], row: Row[Texts]) -> Item:
        own = cells["isoutbox"] == "1"
        identity = "" if own else cells.get("identity", "") or self._with.identity
        kind, type_ = type_of(cells)
        file = attachment_of(cells, self._media, self._beside)
        author = identity if kind is Kind.MESSAGE else ""
        return Item(
            self._number, self._source.main, row.offset, row.length, kind, type_,
            cells["posted_at"] or cells.get("created_at", ""),
            self._people.name(author) if author else "", text_of(cells), _marks(cells, own=own),
            (file,) if file else (), cells["apiid"], self._with.title, _values(cells), None, "",
            self._with.thread, f"threema:{author}" if author else "",
            tuple(self._noted(cells, own=own)),
        )  # fmt: skip

    def _noted(self, cells: Mapping[str, str], *, own: bool) -> Iterator[Noted]:
        if quoted := cells.get("quoted_message_apiid", ""):
            yield Noted("reply", quoted)
        if deleted := cells.get("deleted_at", ""):
            yield Noted("deleted", time_text=deleted)
        if own:
            for kind in ("delivered", "read"):
                if when := cells.get(f"{kind}_at", ""):
                    yield Noted(kind, "", self._people.name(self._with.identity), when)
        state = cells.get("messagestae", "")
        if state in _ANSWERS:
            who = self._people.name(self._with.identity) if own else ""
            yield Noted("reaction", _ANSWERS[state], who)
        yield from self._states(cells)

    def _states(self, cells: Mapping[str, str]) -> Iterator[Noted]:
        """Note what each member of a group did with an own message."""
        for column, value in cells.items():
            if "states" not in column or not value.startswith("{"):
                continue
            for identity, state in _object(plain(value)).items():
                name = self._people.name(identity)
                if state in _STATES:
                    yield Noted(_STATES[state], "", name)
                elif state in _ANSWERS:
                    yield Noted("reaction", _ANSWERS[state], name)


def _object(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _marks(cells: Mapping[str, str], *, own: bool) -> tuple[str, ...]:
    found = []
    if cells.get("edited_at"):
        found.append("edited")
    if cells.get("deleted_at"):
        found.append("deleted-own" if own else "deleted")
    if own:
        if cells.get("messagestae") in ("SENDFAILED", "FS_KEY_MISMATCH"):
            found.append("failed")
        found.append("own")
    return tuple(found)


def _values(cells: Mapping[str, str]) -> dict[str, str]:
    wanted = ("created_at", "modified_at", "edited_at", "messagestae", "uid")
    values = {key: value for key in wanted if (value := cells.get(key, ""))}
    if cells["type"] in ("VOIP_STATUS", "GROUP_CALL_STATUS", "BALLOT"):
        values["body"] = plain(cells["body"])
    return values


def _about(item: Item, code: str, values: dict[str, str | int]) -> Finding:
    return Finding(code, values, item.member, item.offset, item.length, item.number)
