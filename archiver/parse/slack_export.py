"""Slack's export of a workspace: a folder a conversation, in it one file of JSON a day.

Beside the folders stand lists of people and conversations (``users.json``, ``channels.json``,
``groups.json``, ``dms.json``, ``mpims.json``). Built from Slack's own description of the export
and of its messages (slack.com/help 220556107 and api.slack.com, as of 2026); no real export was at
hand.

The identifier of a message is its time stamp, which is unique within the conversation; `time_text`
is its whole seconds, since Slack does not promise that the rest is a part of a second. Identifiers
of people hold within the workspace. Items and findings with a length and without an item cover the
file but for brackets, commas and blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse import json_elements
from archiver.parse.json_messages import Codes, Message, about, messages
from archiver.parse.json_reading import Reading
from archiver.parse.slack.directory import CONVERSATIONS, DAY, PEOPLE, Directory, not_read
from archiver.parse.slack.entry import Entry
from archiver.parse.slack.message import UNKNOWN, Messages

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "claims", "parse", "survey", "wants"]

NAME = "slack"
SERVICE = "slack"
VERSION = 1
GAPS = ("W-Z090", "W-Z091", "W-Z092")

CODES = Codes("E-Z001", "E-Z002", "W-Z003", "W-Z005")
UNKNOWN_TYPE = "W-Z006"
REACTIONS_CUT = "W-Z007"
NO_TIME = "E-Z008"

_HEAD = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*\[\s*(?:\]\s*$|\{)")
_TS = re.compile(rb'"ts"\s*:\s*"[0-9]{9,10}\.[0-9]{6}"')
_TIME = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")


def claims(head: bytes, name: str) -> bool:
    """Whether a file is one day of a conversation: by its name, and Slack's stamps in it."""
    if DAY.fullmatch(name) is None or _HEAD.match(head) is None:
        return False
    return head.strip() == b"[]" or (b'"type"' in head and _TS.search(head) is not None)


def wants(main: str, other: str) -> bool:
    """Whether a member is one of the lists that stand beside the folder of a conversation."""
    folder, _, name = other.rpartition("/")
    if name not in _LISTS:  # said of every pair of members: what is cheap comes first
        return False
    found = DAY.fullmatch(main)
    return found is not None and folder == (found[1] or "")


_LISTS = frozenset((*PEOPLE, *CONVERSATIONS))


def survey(source: Source) -> Learnt:
    """Say how times are written; nothing needs to be asked."""
    return Learnt(("epoch-s",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the entries of one day, and what is to be known about them."""
    directory = Directory(source)
    made = Messages(source, directory)
    yield from directory.findings
    yield from not_read(source)
    number = source.first_number
    events = json_elements.elements(source.stream, [()])
    for found in messages(events, Reading(Entry), CODES, source.main):
        if isinstance(found, Finding):
            yield found
            continue
        item = made.item(found, number)
        yield item
        yield from _remarks(found, item)
        number += 1


def _remarks(found: Message[Entry], item: Item) -> Iterator[Finding]:
    """Say what is to be known about one entry."""
    main, number = item.member, item.number
    if found.odd:
        yield about(found, CODES.unsound, {"names": found.odd}, main, number)
    if item.type == UNKNOWN:
        name = found.value.subtype or found.value.type or "–"
        yield about(found, UNKNOWN_TYPE, {"name": name[:80]}, main, number)
    if not _TIME.fullmatch(item.native_id):
        yield about(found, NO_TIME, {"time": item.native_id[:80]}, main, number)
    for reaction in found.value.reactions or ():
        if reaction.count is not None and reaction.count != len(reaction.users):
            values: dict[str, str | int] = {
                "name": reaction.name[:80], "count": reaction.count, "named": len(reaction.users)
            }  # fmt: skip
            yield about(found, REACTIONS_CUT, values, main, number)
