"""Is this the text of a WhatsApp chat? By its content, never by its name alone.

Other programs write lines that begin with a date too: logs, Signal exports, Threema, copied text.
"""

from __future__ import annotations

import re
from io import BytesIO
from itertools import islice

from archiver.parse.whatsapp import reading
from archiver.parse.whatsapp.header import LONGEST_SENDER, Shape, dominant, headers, pattern
from archiver.parse.whatsapp.start import OTHER
from archiver.parse.whatsapp.wording import find, wording

_LINES_BEFORE = 5
_LINES_A_HEADER = 20
_SAMPLE = 200
_LONGEST_EVENT = 300
_LEVELS = frozenset(
    {"trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "fatal", "severe"}
)
_OWN_MARK = re.compile("^\u200e\\[|[\\]:] \u200e", re.MULTILINE)


def claims(head: bytes, name: str) -> bool:
    """Say whether the first 64 KiB of a file, and its name, are those of an exported chat."""
    text = "\n" + "".join(reading.blocks(BytesIO(head), reading.encoding_of(head)))
    if "\x00" in text:
        return False
    found = list(headers(text))
    if not found:
        return False
    shape = dominant([each for _, each in found])
    places = [place for place, each in found if each == shape]
    return (
        _begins(text[: places[0]])
        and not _threema(shape, name)
        and _dense(text, len(places))
        and _spoken(text, shape)
    )


def _begins(before: str) -> bool:
    lines = [line for line in before.splitlines() if line.strip()]
    return len(lines) <= _LINES_BEFORE and not any(OTHER.match(line) for line in lines)


def _threema(shape: Shape, name: str) -> bool:
    """Threema's chat export has this name, brackets, and no seconds."""
    return name.rpartition("/")[2].lower() == "messages.txt" and not shape.seconds


def _dense(text: str, count: int) -> bool:
    lines = sum(1 for line in text.splitlines() if line.strip())
    return count * _LINES_A_HEADER >= lines


def _spoken(text: str, shape: Shape) -> bool:
    """Somebody says something, and where the header is not WhatsApp's alone, WhatsApp does too."""
    sample = list(islice(pattern(shape).finditer(text), _SAMPLE))
    labels = {match[3].strip().casefold() for match in sample if match[3]}
    senders = {label for label in labels if len(label) <= LONGEST_SENDER}
    if senders and senders <= _LEVELS:
        return False
    events = any(_is_event(text[match.end() :]) for match in sample if match[3] is None)
    if _written_by_others(shape):
        return bool(events or _OWN_MARK.search(text) or _signed(text))
    return bool(senders or events)


def _is_event(text: str) -> bool:
    line = text[:_LONGEST_EVENT].partition("\n")[0].rstrip("\r")
    return find(wording().events, line) is not None


def _signed(text: str) -> bool:
    return any(sign in text for sign, _ in wording().signs)


def _written_by_others(shape: Shape) -> bool:
    """Whether Signal exports or logs begin their lines in the same way."""
    iso = shape.year == "first" and shape.separator == "-"
    if shape.bracket:
        return iso and not (shape.comma and shape.seconds)
    return not shape.comma and (iso or (shape.seconds and not shape.half))
