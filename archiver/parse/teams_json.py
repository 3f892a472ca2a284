"""Messages of Microsoft Teams as Microsoft Graph gives them: ``chatMessage``, one file or many.

An answer of the service (``{"value": […]}``), a plain array, or one object a line, as tools that
call the service write them. Built from Microsoft's published description of the resource (Graph
1.0, as of 2026); no real export was at hand.

The identifier of a message is unique within its chat or channel. `text` is what the HTML of the
body says, since no reader would find words between marks; the HTML stays in the original. Graph
gives no titles: a conversation is called by its identifier. Items and findings with a length and
without an item cover the file but for punctuation, blanks, keys and the header of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse import json_elements, json_lines
from archiver.parse.json_elements import Event, Value
from archiver.parse.json_messages import Codes, Message, about, messages
from archiver.parse.json_reading import Reading
from archiver.parse.teams.entry import Entry
from archiver.parse.teams.message import UNKNOWN, Messages

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "claims", "parse", "survey"]

NAME = "teams"
SERVICE = "teams"
VERSION = 1
GAPS = ("W-Q990", "W-Q991")

CODES = Codes("E-Q902", "E-Q903", "W-Q904", "W-Q905")
UNKNOWN_TYPE = "W-Q906"
NO_TIME = "E-Q907"
NO_CHAT = "W-Q908"
MORE = "E-Q909"
WRONG_COUNT = "E-Q910"

_START = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"(?:@odata\.|@\w+|value|id|replyToId|etag|messageType)'
)
_NEEDED = (b'"messageType"', b'"createdDateTime"')
_ONE_OF = (b'"chatId"', b'"channelIdentity"')
_IS_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.*")
_IS_LINES = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{(?!\s*"(?:@odata\.\w+|value)"\s*:)')


def claims(head: bytes, name: str) -> bool:
    """Whether a file holds messages of Graph: by the members that every such message has."""
    if _START.match(head) is None:
        return False
    return all(one in head for one in _NEEDED) and any(one in head for one in _ONE_OF)


def survey(source: Source) -> Learnt:
    """Say how times are written; nothing needs to be asked."""
    return Learnt(("iso",), "UTC")


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the messages of one file, and what is to be known about them."""
    made = Messages(source)
    number = source.first_number
    told: dict[str, Value] = {}
    for found in messages(_events(source, told), Reading(Entry), CODES, source.main):
        if isinstance(found, Finding):
            yield found
            continue
        item = made.item(found, number)
        yield item
        yield from _remarks(found, item)
        number += 1
    yield from _checked(told, number - source.first_number, source.main)


def _events(source: Source, told: dict[str, Value]) -> Iterator[Event]:
    """Split the file as it is written; small values of the service are kept to be checked."""
    source.stream.seek(0)
    if _IS_LINES.match(source.stream.read(4096)):
        yield from json_lines.lines(source.stream)
        return
    for event in json_elements.elements(source.stream, [(), ("value",)]):
        if isinstance(event, Value) and len(event.path) == 1 and event.length <= _SMALL:
            told[str(event.path[0])] = event
            if str(event.path[0]) in _FRAME:
                continue
        yield event


_SMALL = 4096
_FRAME = ("@odata.context", "@odata.count", "@odata.nextLink", "@odata.deltaLink")


def _remarks(found: Message[Entry], item: Item) -> Iterator[Finding]:
    """Say what is to be known about one message."""
    main, number = item.member, item.number
    if found.odd:
        yield about(found, CODES.unsound, {"names": found.odd}, main, number)
    if item.type == UNKNOWN:
        name = item.values.get("event") or found.value.message_type or "–"
        yield about(found, UNKNOWN_TYPE, {"name": name[:80]}, main, number)
    if not _IS_TIME.fullmatch(item.time_text):
        yield about(found, NO_TIME, {"time": item.time_text[:80] or "–"}, main, number)
    if not item.thread:
        yield about(found, NO_CHAT, {}, main, number)


def _checked(told: dict[str, Value], count: int, main: int) -> Iterator[Finding]:
    """Compare what the service said of its answer with what is there."""
    if "@odata.nextLink" in told:
        yield Finding(MORE, {"count": count}, main)
    if "@odata.count" in told:
        said = told["@odata.count"].raw.decode("ascii", "replace").strip()
        if said != str(count):
            yield Finding(WRONG_COUNT, {"said": said[:20], "count": count}, main)
