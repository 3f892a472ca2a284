"""Mending a log after an interrupted write, so that only acknowledged things stand and all do.

`append` writes and syncs the events, then the checkpoint, and only then returns. So whatever
stands behind the last whole checkpoint was never acknowledged: whole events there are signed now,
an unfinished end is moved aside, and both are said. Anything else is damage and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from archiver.errors import Damage
from archiver.model import Finding
from archiver.store import files
from archiver.store.checkpoint import Head, Signer, sign
from archiver.store.events import BadEvent, decode
from archiver.store.log_files import LONGEST_NOTE, LogFiles, Position


def recover(log: LogFiles, origin: str, signer: Signer, signed: Position) -> list[Finding]:
    """Mend the log behind `signed`, the position of its last whole checkpoint.

    Returns:
        W-L001 for torn events, W-L002 for events signed now, W-L003 for a torn checkpoint, W-L004
        for a cache that was of no use.

    Raises:
        Damage: Behind the last checkpoint stands more than one interrupted write can leave, or the
            cache proves that signed checkpoints are gone.
    """
    files.make_folder(log.folder)
    for leftover in log.folder.glob(".*.tmp"):
        files.remove(leftover)
    findings = [*_mend_cache(log, signed), *_mend_checkpoints(log)]
    whole = signed.after(_whole_lines(log, signed))
    findings += _set_aside(log, log.events, whole.offset, "W-L001")
    if whole.size > signed.size:
        findings.append(_sign(log, Head(origin, whole.size, whole.frontier.root()), signer, signed))
    return findings


def _mend_cache(log: LogFiles, signed: Position) -> Iterator[Finding]:
    if not log.frontier.exists():
        return
    cached = log.cached()
    if cached and cached.size > signed.size and log.reached(Position(), cached.size) == cached:
        reason = f"a checkpoint of {cached.size} events was signed and is gone"
        raise Damage(path=log.checkpoints, reason=reason)
    if not cached or log.reached(cached, signed.size) != signed:
        log.cache(signed)
        yield Finding("W-L004", {"file": log.name(log.frontier)})


def _mend_checkpoints(log: LogFiles) -> list[Finding]:
    last = log.last_note()
    end = last.end if last else 0
    if log.length(log.checkpoints) - end > LONGEST_NOTE:
        reason = "behind its last whole checkpoint stands more than an interrupted write leaves"
        raise Damage(path=log.checkpoints, reason=reason)
    return _set_aside(log, log.checkpoints, end, "W-L003")


def _whole_lines(log: LogFiles, signed: Position) -> Iterator[bytes]:
    """Yield the events behind the last checkpoint, up to the first that is not whole."""
    for seq, line in enumerate(log.lines(signed.offset), signed.size):
        try:
            event = decode(line.removesuffix(b"\n"))
        except BadEvent:
            return
        if event.seq != seq or not line.endswith(b"\n"):
            return
        yield line


def _set_aside(log: LogFiles, path: Path, end: int, code: str) -> list[Finding]:
    length = log.length(path)
    if length <= end:
        return []
    aside = log.set_aside(path, end, f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    return [
        Finding(code, {"file": log.name(path), "aside": log.name(aside), "bytes": length - end})
    ]


def _sign(log: LogFiles, head: Head, signer: Signer, signed: Position) -> Finding:
    # Whoever wrote these events may have died before its sync, and a head must never outlive them.
    log.sync(log.events)
    log.add(log.checkpoints, f"{sign(head, signer)}\n".encode())
    values = {"first": signed.size, "last": head.size - 1, "count": head.size - signed.size}
    return Finding("W-L002", {"file": log.name(log.events), **values})
