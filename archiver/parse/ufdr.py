"""Cellebrite's report of a phone that was read out: ``report.xml``, alone or in a ``.ufdr``.

There is no published specification. Built from a real piece of a report as the forensic tool IPED
tests with (one chat of 14 messages, Physical Analyzer 10, 2024-11), from a published description
of five reports of Physical Analyzer 7 and 10 (project, list of files, types of models, calls), and
for the models ``SMS`` and ``MMS`` of older versions from general knowledge. Checked November 2026.

A report tells of a device with several services and accounts. So each item says in its values
which ``service`` it is of and, as far as the report knows, the typed identifier of the ``owner``'s
account in that conversation. The thread is the service and the app's own identifier of the chat;
`native_id` is the app's identifier of the message, which holds within the thread (of WhatsApp it
is the key that both phones have). The identifiers of the models themselves are made anew by each
decoding: they are the items' nodes and nothing more.

Read are chats, messages outside of chats, SMS, MMS and calls. Every other type of model and every
section beyond a few kilobytes is one finding with its place. Bytes that neither an item nor a
finding covers are the frame: tags, the heads of chats (who takes part stands in the values of the
chat's first item) and small sections about the examination.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.cellebrite import walk
from archiver.parse.cellebrite.conversation import Conversation, of_chat
from archiver.parse.cellebrite.entry import entry
from archiver.parse.cellebrite.files import Files
from archiver.parse.cellebrite.model import (
    ChatEnd,
    Controls,
    Model,
    Passed,
    Read,
    Record,
    Stopped,
    Totals,
)

NAME = "ufdr"
SERVICE = "device"
VERSION = 1
GAPS = ("W-U015",)

_WANTED = frozenset({"Chat", "InstantMessage", "SMS", "MMS", "Call"})
_SIGNS = (b"cellebrite.com/report", b"<decodedData", b"<taggedFiles", b"<sourceExtractions")


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins as a report does: XML, a project, and a word only reports have."""
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return (
        start.startswith((b"<?xml", b"<project"))
        and b"<project" in head
        and any(sign in head for sign in _SIGNS)
    )


def survey(source: Source) -> Learnt:
    """Learn nothing: times say their zone, or it is assumed."""
    return Learnt(clocks=("iso",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield messages, calls and findings in the order of the bytes."""
    yield from _Report(source).read()


class _Report:
    """One reading of one report."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files = Files(source)
        self._number = source.first_number
        self._chat: Model | None = None
        self._where: Conversation | None = None
        self._people = ""
        self._strange: Counter[str] = Counter()
        self._ownerless = 0
        self._empty: tuple[int, int, int] | None = None

    def read(self) -> Iterator[Item | Finding]:
        """Yield what the walk finds."""
        for record in walk.walk(self._source.stream, _WANTED, self._files.add):
            if isinstance(record, Read):
                yield from self._entry(record)
            else:
                yield from self._other(record)
        yield from self._no_messages()
        yield from self._at_the_end()

    def _entry(self, read: Read) -> Iterator[Item | Finding]:
        if read.chat is not self._chat:
            self._chat = read.chat
            self._where = of_chat(read.chat) if read.chat is not None else None
            self._people = self._where.people if self._where else ""
        number = self._number
        found = entry(read, number, self._source.main, self._where, self._files)
        item = found.item
        if self._people:
            item.values["participants"] = self._people
            self._people = ""
        self._number += 1
        self._ownerless += not item.values["owner"]
        yield item
        for code in found.codes:
            yield self._about(item, code)
        if read.model.cut:
            yield self._about(item, "W-U009")
        self._strange.update(found.strange)

    def _about(self, item: Item, code: str) -> Finding:
        values: dict[str, str | int] = {"time": item.time_text[:40]}
        values["action"] = item.values.get("action", "")[:80]
        main = self._source.main
        return Finding(code, values, main, item.offset, item.length, item.number)

    def _other(self, record: Record) -> Iterator[Finding]:
        match record:
            case ChatEnd():
                yield from self._chat_end(record)
            case Passed():
                yield from self._passed(record)
            case Controls(count, offset):
                yield Finding("W-U005", {"count": count}, self._source.main, offset)
            case Stopped():
                yield self._stopped(record)
            case Totals():
                yield from self._totals(record)

    def _chat_end(self, end: ChatEnd) -> Iterator[Finding]:
        """Remember chats without messages: a run of them is told once."""
        self._chat = self._where = None
        main = self._source.main
        if not end.messages:
            start, count = (self._empty[0], self._empty[2]) if self._empty else (end.offset, 0)
            self._empty = start, end.offset + end.length, count + 1
            return
        yield from self._no_messages()
        if end.late:
            values: dict[str, str | int] = {"fields": ", ".join(end.late)}
            yield Finding("W-U007", values, main, end.offset)
        if end.chat.cut:
            yield Finding("W-U009", {"time": "", "action": ""}, main, end.offset)

    def _no_messages(self) -> Iterator[Finding]:
        if self._empty is not None:
            start, stop, count = self._empty
            self._empty = None
            yield Finding("W-U006", {"count": count}, self._source.main, start, stop - start)

    def _passed(self, passed: Passed) -> Iterator[Finding]:
        yield from self._no_messages()
        code = "W-U004" if passed.is_models else "W-U003"
        values: dict[str, str | int] = {"name": passed.name[:80], "count": passed.count}
        values["bytes"] = passed.length
        yield Finding(code, values, self._source.main, passed.offset, passed.length)

    def _stopped(self, stopped: Stopped) -> Finding:
        code = "E-U002" if stopped.reason == "end" else "E-U001"
        values: dict[str, str | int] = {"reason": stopped.reason, "at": stopped.at}
        values["bytes"] = stopped.length
        return Finding(code, values, self._source.main, stopped.offset, stopped.length)

    def _totals(self, totals: Totals) -> Iterator[Finding]:
        """Compare what the report counts; whether it counts models inside models is not known."""
        main = self._source.main
        if totals.models_said not in (-1, totals.models, totals.nested):
            said, found = totals.models_said, totals.models
            yield Finding("W-U012", {"said": said, "found": found, "all": totals.nested}, main)
        if totals.files_said not in (-1, totals.files):
            yield Finding("W-U013", {"said": totals.files_said, "found": totals.files}, main)

    def _at_the_end(self) -> Iterator[Finding]:
        main = self._source.main
        for name, count in sorted(self._strange.items()):
            yield Finding("W-U010", {"name": name[:80], "count": count}, main)
        if self._ownerless:
            yield Finding("W-U014", {"count": self._ownerless}, main)
