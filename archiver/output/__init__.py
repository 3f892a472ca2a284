"""The one place that writes: results on stdout in the form asked for, all else on stderr.

Times are RFC 3339 with the offset of the zone that is set, in every form.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import TextIO

from archiver.output import interchange, table
from archiver.output.report import Column, Report, Row
from archiver.output.safe import encodable, plain

__all__ = [
    "Column",
    "Form",
    "Report",
    "Row",
    "local",
    "moment",
    "note",
    "plain",
    "progress",
    "show",
]


class Form(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def show(report: Report, form: Form, stream: TextIO | None = None) -> None:
    """Write the results; every form but a text table takes one row at a time."""
    stream = sys.stdout if stream is None else stream
    for piece in _pieces(report, form, is_terminal=stream.isatty()):
        stream.write(piece)
    stream.flush()


def note(sentence: str) -> None:
    """Say something to the person at the terminal, apart from the results."""
    sys.stderr.write(f"{plain(sentence)}\n")
    sys.stderr.flush()


def progress(sentence: str) -> None:
    """Show how far the work is, on a terminal only; an empty sentence wipes it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{plain(sentence)}")
        sys.stderr.flush()


def moment(milliseconds: int | None, zone: tzinfo) -> str:
    """Write a time (ms since 1970, UTC) as RFC 3339 with the zone's offset; None is empty.

    Before 1970 the offset is that of UTC, since older local ones have seconds, and a time past the
    year 9999 is written as its number: RFC 3339 knows neither.
    """
    if milliseconds is None:
        return ""
    seconds, rest = divmod(milliseconds, 1000)
    try:
        time = datetime.fromtimestamp(seconds, zone if seconds >= 0 else UTC)
    except (ValueError, OverflowError, OSError):
        return f"{milliseconds} ms"
    precision = "milliseconds" if rest else "seconds"
    return time.replace(microsecond=rest * 1000).isoformat(timespec=precision)


def local(at: str, zone: tzinfo) -> str:
    """Write a time of the log (RFC 3339) as `moment` does; one that is not known is empty."""
    return moment(round(datetime.fromisoformat(at).timestamp() * 1000), zone) if at else ""


def _pieces(report: Report, form: Form, *, is_terminal: bool) -> Iterator[str]:
    match form:
        case Form.TEXT:
            return table.text(report)
        case Form.JSON:
            return interchange.json(report)
        case Form.JSONL:
            return interchange.json_lines(report)
        case Form.CSV:
            return interchange.csv(report, plain if is_terminal else encodable)
