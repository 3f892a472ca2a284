"""Which alarm an error becomes when one source cannot be taken in, and whether to try again."""

from __future__ import annotations

import traceback
from pathlib import Path

from archiver.errors import ArchiveError, SourceChanged, UnreadableSource
from archiver.intake import NotARegularFile, OverLimit
from archiver.model import Finding


def finding_of(error: Exception, source: str) -> Finding:
    """Give the finding; of an error that is not ours only the kind, which holds no text."""
    match error:
        case NotARegularFile():
            return Finding("E-A001", {"path": source, "kind": str(error.fields["kind"])})
        case OverLimit():
            values: dict[str, str | int] = {
                "path": source,
                "limit": int(str(error.fields["limit"])),
                "what": str(error.fields["what"]),
            }
            return Finding("E-A002", values)
        case SourceChanged():
            return Finding("W-A001", {"path": source})
        case UnreadableSource():
            return Finding("E-A003", {"path": source, "reason": str(error.fields["reason"])})
        case _:
            return Finding("E-A004", {"path": source, "reason": reason_of(error)})


def rests(error: Exception) -> bool:
    """Whether trying again is of no use as long as the source is as it is."""
    return isinstance(error, NotARegularFile | OverLimit)


def reason_of(error: Exception) -> str:
    """Say why in a few words that hold nothing of a message."""
    match error:
        case ArchiveError():
            return str(error).rstrip(".")
        case OSError():
            return error.strerror or type(error).__name__
        case _:
            return f"{type(error).__name__}, {_place(error)}"


def _place(error: Exception) -> str:
    """Name the last place of ours on the way to the error: for who mends it, and free of text."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "archiver" in Path(frame.filename).parts]
    if not ours:
        return "?"
    parts = Path(ours[-1].filename).parts
    return f"{'/'.join(parts[parts.index('archiver') :])}:{ours[-1].lineno}"
