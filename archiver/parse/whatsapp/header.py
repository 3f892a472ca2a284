"""The header line of WhatsApp's "export chat" text and the shapes it comes in.

    [LRM] ['['] date [',' | ' à'] time [am/pm] (']' | ' - ' | ' – ') [sender ': '] text

There is no published specification; the grammar is what phones of 2018 to 2025 were seen to write.
A file has one shape, that of the language and clock of the phone it was made on. Lines of another
shape were pasted into a message and stay text. Zero padding differs within one file and is no part
of the shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

LONGEST_SENDER = 80
"""Characters; a longer "name" before a colon is a sentence."""

REACH = 1024
"""Characters of a line in which a whole header, sender included, surely stands."""

_MARKS = "[\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]*"
_GAP = "[ \u00a0\u2009\u202f]"
_HALF = f"{_GAP}?[AaPp]\\.?{_GAP}?[Mm]\\.?"
_LINE_END = "(?=\r?(?:\n|\\Z))"
_END = f"(?: |{_LINE_END})"
_SENDER = f"(?:([^:\n]{{1,100}}+)(?:: |:{_LINE_END}))?"

_ANY = re.compile(
    f"\n{_MARKS}(?P<bracket>\\[?)"
    "(?P<first>[0-9]{1,4})(?P<separator>[-/.] ?)(?P<second>[0-9]{1,2})(?P=separator)"
    f"(?P<third>[0-9]{{1,4}})\\.?(?:(?P<comma>,)|{_GAP}(?P<at>à))?{_GAP}+"
    "[0-2]?[0-9](?P<clock>[:.])[0-5][0-9](?P<seconds>(?P=clock)[0-5][0-9])?"
    f"(?P<half>{_HALF})?(?:(?P<close>\\])|{_GAP}(?P<dash>[-–—])){_END}"
)


class Shape(Struct, frozen=True):
    """What all headers of one file have in common.

    `year` says where the year stands: ``first`` or ``last`` when four digits show it, ``short``
    when every part has two. `half` is whether the clock has twelve hours with am and pm.
    """

    bracket: bool
    separator: str
    year: str
    comma: bool
    at: bool
    clock: str
    seconds: bool
    half: bool
    dash: str


def headers(text: str) -> Iterator[tuple[int, Shape]]:
    """Find every line of any shape: the place of the line break before it, and its shape.

    A text that begins with a header must have a line break put before it.
    """
    for match in _ANY.finditer(text):
        shape = _shape(match)
        if shape is not None:
            yield match.start(), shape


def dominant(shapes: list[Shape]) -> Shape:
    """Choose the shape of the file: the first, unless another is over three times as common.

    A file begins with a header of its own; only what follows may have been pasted. But the head
    of a file that was cut off may begin inside a message.
    """
    counts = Counter(shapes)
    most, times = counts.most_common(1)[0]
    return most if times > 3 * counts[shapes[0]] else shapes[0]


def pattern(shape: Shape) -> re.Pattern[str]:
    """Compile the header of one shape with the line feed before it.

    Its groups are all but that line feed, the time, and the sender or None.
    """
    return re.compile(
        f"\n({_MARKS}{_opening(shape)}({_date(shape)}{_between(shape)}{_GAP}+"
        f"{_time(shape)}){_closing(shape)}{_END}{_SENDER})"
    )


def _shape(match: re.Match[str]) -> Shape | None:
    bracket = bool(match["bracket"])
    if bracket != bool(match["close"]):
        return None
    year = _year(len(match["first"]), len(match["third"]))
    if year is None:
        return None
    return Shape(
        bracket=bracket,
        separator=match["separator"],
        year=year,
        comma=bool(match["comma"]),
        at=bool(match["at"]),
        clock=match["clock"],
        seconds=bool(match["seconds"]),
        half=bool(match["half"]),
        dash=match["dash"] or "",
    )


def _year(first: int, third: int) -> str | None:
    match first, third:
        case 4, 1 | 2:
            return "first"
        case 1 | 2, 4:
            return "last"
        case 1 | 2, 1 | 2:
            return "short"
        case _:
            return None


def _opening(shape: Shape) -> str:
    return "\\[" if shape.bracket else ""


def _date(shape: Shape) -> str:
    between = re.escape(shape.separator)
    first = "[0-9]{4}" if shape.year == "first" else "[0-9]{1,2}"
    third = "[0-9]{4}" if shape.year == "last" else "[0-9]{1,2}"
    return f"{first}{between}[0-9]{{1,2}}{between}{third}\\.?"


def _between(shape: Shape) -> str:
    """What stands between date and time; some French phones write a word there."""
    return "," if shape.comma else f"{_GAP}à" if shape.at else ""


def _time(shape: Shape) -> str:
    between = re.escape(shape.clock)
    seconds = f"{between}[0-5][0-9]" if shape.seconds else ""
    return f"[0-2]?[0-9]{between}[0-5][0-9]{seconds}{_HALF if shape.half else ''}"


def _closing(shape: Shape) -> str:
    return "\\]" if shape.bracket else f"{_GAP}{re.escape(shape.dash)}"
