"""Google Chat as Google Takeout exports it: a folder a conversation, with ``messages.json`` in it.

Beside the messages stand ``group_info.json`` and the attached files; ``Users/…/user_info.json``
says whose export it is. Built from how other programs read the format (2021 to 2026); Google
publishes no description, and no real export was at hand. Exports of Vault, with earlier wordings,
have the same form.

The identifier of a message is unique within its conversation; old exports have none. Times are
sentences in the language of the account, always in UTC: English and Dutch are read, of another
language it is asked that the export be made again. Items and findings with a length and without an
item cover the file but for punctuation, blanks and the key of the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from archiver.format import Source
from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse import json_elements
from archiver.parse.beside import NOT_EXPORTED
from archiver.parse.google_chat.entry import Entry
from archiver.parse.google_chat.group import Group
from archiver.parse.google_chat.sentence import instant
from archiver.parse.json_messages import Codes, Message, about, messages
from archiver.parse.json_reading import Reading
from archiver.parse.restated import Restated

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "claims", "parse", "survey", "wants"]

NAME = "google-chat"
SERVICE = "google-chat"
VERSION = 1
GAPS = ("W-Q090", "W-Q091")

CODES = Codes("E-Q002", "E-Q003", "W-Q004", "W-Q005")
LANGUAGE = "E-Q001"
NO_TIME = "E-Q006"

_FILE = re.compile(r"(?:(.*)/)?([^/]+)/messages\.json")
_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"messages"\s*:\s*\[')
_LOOKED_AT = 50
_WANTED = [("messages",)]


def claims(head: bytes, name: str) -> bool:
    """Whether a file is the list of messages of a conversation, by its name and first members."""
    if name.rpartition("/")[2] != "messages.json" or _START.match(head) is None:
        return False
    return b'"created_date"' in head or re.search(rb"\[\s*\]\s*\}\s*$", head) is not None


def wants(main: str, other: str) -> bool:
    """Whether a member says who takes part in this conversation, or whose export it is."""
    where, _, name = other.rpartition("/")
    if name not in ("group_info.json", "user_info.json"):
        return False  # said of every pair of members: what is cheap comes first
    folder = main.rpartition("/")[0]
    above = folder.rpartition("/")[0].rpartition("/")[0]
    if name == "group_info.json":
        return where == folder
    users = f"{above}/Users/" if above else "Users/"
    return other.startswith(users)


def survey(source: Source) -> Restated:
    """See whether the times are in a language that is read; if none is, that is a question."""
    found = messages(
        json_elements.elements(source.stream, _WANTED), Reading(Entry), CODES, source.main
    )
    first = (one.value.created_date for one in found if isinstance(one, Message))
    times = [time for time in islice(first, _LOOKED_AT) if time]
    if times and not any(map(instant, times)):
        asked = Finding(LANGUAGE, {"text": times[0][:80]}, source.main)
        return Restated((), "", (asked,), instant)
    return Restated(("iso",), "", (), instant)


def parse(source: Source, survey: Restated) -> Iterator[Item | Finding]:
    """Yield the messages of one conversation, and what is to be known about them."""
    group = Group(source)
    yield from group.findings
    number = source.first_number
    events = json_elements.elements(source.stream, _WANTED)
    for found in messages(events, Reading(Entry), CODES, source.main):
        if isinstance(found, Finding):
            yield found
            continue
        yield _item(found, number, source, group)
        if found.odd:
            yield about(found, CODES.unsound, {"names": found.odd}, source.main, number)
        if not instant(found.value.created_date or ""):
            time = (found.value.created_date or "–")[:80]
            yield about(found, NO_TIME, {"time": time}, source.main, number)
        number += 1


def _item(found: Message[Entry], number: int, source: Source, group: Group) -> Item:
    entry = found.value
    mail = (entry.creator and entry.creator.email) or ""
    files = tuple(_files(entry, group))
    return Item(
        number,
        source.main,
        found.offset,
        found.length,
        Kind.MESSAGE,
        "deleted" if entry.is_deleted else "media" if files else "text",
        entry.created_date or "",
        (entry.creator and entry.creator.name) or group.name(mail),
        entry.text or "",
        tuple(_marks(entry, group)),
        files,
        entry.message_id or "",
        group.title,
        {"topic": entry.topic_id} if entry.topic_id else {},
        thread=group.thread,
        sender_id=f"mail:{mail}" if mail else "",
        noted=tuple(_noted(entry)),
    )


def _files(entry: Entry, group: Group) -> Iterator[Attachment]:
    """Give what was handed in beside the messages, and what stayed on Google Drive."""
    for file in entry.attached_files or ():
        path = f"{group.folder}/{file.export_name}" if file.export_name else ""
        yield group.beside.attachment(path, name=file.original_name or file.export_name or "")
    for note in entry.annotations or ():
        if note.drive_metadata is not None:
            name = note.drive_metadata.title or note.drive_metadata.id or ""
            yield Attachment(name, missing=NOT_EXPORTED)


def _marks(entry: Entry, group: Group) -> Iterator[str]:
    if entry.updated_date or entry.previous_message_versions:
        yield "edited"
    if entry.is_deleted:
        yield "deleted"
    if entry.creator and entry.creator.email and entry.creator.email == group.owner:
        yield "own"


def _noted(entry: Entry) -> Iterator[Noted]:
    for version in entry.previous_message_versions or ():
        yield Noted(
            "edit", version.text or "", "", version.updated_date or version.created_date or ""
        )
    quoted = entry.quoted_message_metadata
    if quoted is not None:
        by = (quoted.creator and (quoted.creator.email or quoted.creator.name)) or ""
        if quoted.message_id:
            yield Noted("reply", quoted.message_id)
        if quoted.text:
            yield Noted("quote", quoted.text, by)
    for reaction in entry.reactions or ():
        sign = (reaction.emoji and (reaction.emoji.unicode or reaction.emoji.name)) or ""
        for who in reaction.reactor_emails or ():
            yield Noted("reaction", sign, f"mail:{who}")
    if entry.is_deleted:
        told = entry.deletion_metadata
        yield Noted("deleted", (told and told.deletion_type) or "")
