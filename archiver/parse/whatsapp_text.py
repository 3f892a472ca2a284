"""WhatsApp's "export chat": the text of one conversation, with or without its media beside it.

Reads what Android and iOS phones write in Dutch, English, German and French since 2018; there is
no published specification (facts checked against real exports in Dutch and English, November 2026).
The text carries no message identifiers, no zone, no replies and no reactions, and Android no
seconds.

Items and those findings that have a length and no item together cover every byte of the file.
A finding with an item speaks about bytes that the item covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from os import SEEK_END

from archiver.format import Source
from archiver.model import Finding, Item, Kind
from archiver.parse.whatsapp import order, reading
from archiver.parse.whatsapp.attachment import Media
from archiver.parse.whatsapp.body import UNKNOWN, Bodies, Body
from archiver.parse.whatsapp.entries import LONGEST, Batch, entries
from archiver.parse.whatsapp.header import Shape, pattern
from archiver.parse.whatsapp.probe import claims
from archiver.parse.whatsapp.sender import Senders
from archiver.parse.whatsapp.survey import ChatText, survey
from archiver.parse.whatsapp.wording import HEAD, wording

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "ChatText", "claims", "parse", "survey"]

NAME = "whatsapp-text"
SERVICE = "whatsapp"
VERSION = 1
GAPS = ("W-W020",)

IMPOSSIBLE_DATE = "E-W002"
NO_HEADER = "E-W004"
BEFORE_FIRST = "W-W005"
UNDECODABLE = "W-W006"
TOO_LONG = "W-W007"
UNKNOWN_EVENT = "W-W008"
IN_THE_FUTURE = "W-W009"
AT_A_LIMIT = "W-W010"

# WhatsApp leaves out the oldest messages beyond about 10,000 (with media) or 40,000, unmarked.
_LIMITS = (range(9_500, 10_101), range(39_000, 40_501))
_LRM = "\u200e"
_UNSEEN = "\n"
"""A day that no header begins with, so that the next one is looked at."""


def parse(source: Source, survey: ChatText) -> Iterator[Item | Finding]:
    """Yield every entry of a chat text, and after it what is to be known about it."""
    # Entries go by the batch as far as here: each generator on their way would cost a tenth.
    return chain.from_iterable(_read(source, survey))


def _read(source: Source, survey: ChatText) -> Iterator[Iterable[Item | Finding]]:
    size = source.stream.seek(0, SEEK_END)
    source.stream.seek(0)
    yield survey.findings
    if survey.shape is None:
        yield (Finding(NO_HEADER, {"bytes": size}, source.main, 0, size),)
        return
    yield from _Chat(source, survey, survey.shape, size).read()


class _Chat:
    """One reading of one chat text, from its first byte to its last."""

    def __init__(self, source: Source, survey: ChatText, shape: Shape, size: int) -> None:
        self._source = source
        self._survey = survey
        self._total = size
        self._at = 0
        self._number = source.first_number
        self._header = pattern(shape)
        media = Media(source.members, source.main)
        self._bodies = Bodies(wording(), media, bracket=shape.bracket)
        self._senders = Senders(self._bodies.is_event)
        self._width = reading.width_in(survey.encoding)
        self._latest = order.latest_day(source.read_at, None)
        self._day = _UNSEEN if survey.date_order else ""
        self._day_finding = ""

    def read(self) -> Iterator[Iterable[Item | Finding]]:
        """Yield items and findings in the order of the bytes, many at a time."""
        blocks = reading.blocks(self._source.stream, self._survey.encoding)
        for batch in entries(blocks, self._header, self._width):
            if batch.before is not None:
                yield (self._before(batch),)
            yield self._easy(batch) if batch.easy else self._hard(batch)
        yield self._limit(self._number - self._source.first_number)

    def _before(self, batch: Batch) -> Finding:
        size = self._size(batch.before or "", 0 if batch.flat else batch.rest)
        finding = Finding(BEFORE_FIRST, {"bytes": size}, self._source.main, self._at, size)
        self._at += size
        return finding

    def _easy(self, batch: Batch) -> list[Item | Finding]:
        """Read a batch without snags.

        Nine entries in ten are plain words of a known sender on a known day; they take the short
        way, because of half a million entries every call counts.
        """
        main, title, encoding = self._source.main, self._survey.title, self._survey.encoding
        known, heads, said = self._senders.known, wording().heads, Kind.MESSAGE
        n, at, day = self._number, self._at, self._day
        feed = self._width("\n")
        none: dict[str, str] = {}  # one for all: making half a million empty ones takes time
        found: list[Item | Finding] = []
        for header, when, who, text in batch:
            size = len((header + text).encode(encoding)) + feed
            # The first four are `Bodies.is_plain`, written out.
            if (
                text[:HEAD] not in heads
                and "<" not in text
                and "(" not in text
                and _LRM not in text
                and who in known
                and when.startswith(day)
            ):
                found.append(
                    Item(n, main, at, size, said, "text", when, who, text, (), (), "", title, none)
                )
            else:
                item = self._item(n, at, size, when, self._senders.split(header, who, text))
                found.append(item)
                found += self._remarks(item)
                day = self._day
            n += 1
            at += size
        self._number, self._at = n, at
        return found

    def _hard(self, batch: Batch) -> Iterator[Item | Finding]:
        """Read a batch with bytes that do not decode, carriage returns, or a text that is cut."""
        left = len(batch.flat) // 4
        for header, when, who, text in batch:
            left -= 1
            label, said = self._senders.split(header, who, text.removesuffix("\r"))
            size = self._size(header + text, 0 if left else batch.rest)
            sound = reading.mended(label), reading.mended(said[:LONGEST])
            item = self._item(self._number, self._at, size, when, sound)
            yield item
            yield from self._remarks(item)
            yield from self._damaged(item, header + text)
            if len(said) > LONGEST or (batch.rest and not left):
                yield self._cut_off(item, header + text, len(said) - LONGEST)
            self._number += 1
            self._at += size

    def _size(self, text: str, rest: int) -> int:
        """Count the bytes of an entry, line feed included unless the file ends without one."""
        return min(self._width(f"{text}\n") + rest, self._total - self._at)

    def _item(self, number: int, at: int, size: int, when: str, spoken: tuple[str, str]) -> Item:
        """Make the item of an entry that is to be looked at closely."""
        if not when.startswith(self._day):
            self._new_day(when)
        sender, values, body = self._recognised(*spoken)
        main, title = self._source.main, self._survey.title
        return Item(
            *(number, main, at, size, body.kind, body.type, when, sender, spoken[1]),
            *(body.marks, body.attachments, "", title, values),
            noted=body.noted,
        )

    def _recognised(self, label: str, text: str) -> tuple[str, dict[str, str], Body]:
        """Recognise a text; the label of a line that no person sent goes into the values."""
        body = self._bodies.said(text) if label else self._bodies.happened(text)
        if label and not body.keeps_sender:
            return "", {**dict(body.values), "label": label}, body
        return label, dict(body.values), body

    def _new_day(self, when: str) -> None:
        """Judge a date; one without a finding is not judged again while it lasts."""
        parts = order.PARTS.match(when)
        if parts is None:
            return
        day = order.date_in((parts[1], parts[2], parts[3]), self._survey.date_order)
        if day is None:
            self._day_finding = IMPOSSIBLE_DATE
        else:
            self._day_finding = IN_THE_FUTURE if day > self._latest else ""
        self._day = _UNSEEN if self._day_finding else when[: parts.end() + 1]

    def _remarks(self, item: Item) -> Iterator[Finding]:
        """Say what is to be known about the date and the words of one item."""
        if self._day == _UNSEEN:
            when: dict[str, str | int] = {"time": item.time_text, "order": self._survey.date_order}
            yield _about(item, self._day_finding, when, 0, item.length)
        if item.type == UNKNOWN.type:
            yield _about(item, UNKNOWN_EVENT, {}, 0, item.length)

    def _damaged(self, item: Item, entry: str) -> Iterator[Finding]:
        first = reading.first_damage(entry)
        if first >= 0:
            count = reading.damages(entry)
            yield _about(item, UNDECODABLE, {"count": count}, self._width(entry[:first]), None)

    def _cut_off(self, item: Item, entry: str, beyond: int) -> Finding:
        """Say where the text goes on that the item does not hold."""
        text = entry.removesuffix("\r")
        kept = self._width(text[: len(text) - max(beyond, 0)])
        values: dict[str, str | int] = {"kept": LONGEST, "rest": item.length - kept}
        return _about(item, TOO_LONG, values, kept, item.length - kept)

    def _limit(self, count: int) -> Iterator[Finding]:
        if any(count in limit for limit in _LIMITS):
            yield Finding(AT_A_LIMIT, {"count": count}, self._source.main)


def _about(
    item: Item, code: str, values: dict[str, str | int], at: int, length: int | None
) -> Finding:
    return Finding(code, values, item.member, item.offset + at, length, item.number)
