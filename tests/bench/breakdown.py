"""Where the processor time of one ingest goes, part by part, without slowing it down.

A profile timer (setitimer(2), ``ITIMER_PROF``) interrupts the program every few milliseconds of
its processor time. Since a long call into C delays the interruption, each sample weighs as much as
the processor time that has passed since the sample before it. SQL statements run through a
connection with Python methods of its own, so that a sample can see which statement it is in.
"""

from __future__ import annotations

import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from sqlcipher3 import dbapi2 as driver

import archiver

_ROOT = str(Path(archiver.__file__).parent)
_EVERY = 0.002
_SQL = re.compile(r"(?:INTO|FROM|UPDATE)\s+(\w+)", re.IGNORECASE)
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("pipeline/kept", "", "read back"),
    ("store/items", "", "read back"),
    ("search/tokens", "indexed", "search text (NFKC)"),
    ("search/", "", "stems"),
    ("pipeline/rows", "", "row"),
    ("classify/", "", "markings"),
    ("pipeline/seen", "", "markings"),
    ("pipeline/reading", "_frame", "canonical JSON, packed"),
    ("pipeline/reading", "", "batches"),
    ("normalise/", "", "normalise"),
    ("parse/", "", "parse"),
    ("deduplicate/", "", "deduplicate"),
    ("pipeline/matching", "", "deduplicate"),
    ("pipeline/threads", "", "deduplicate"),
    ("pipeline/conflicts", "", "deduplicate"),
    ("pipeline/room", "", "deduplicate"),
    ("store/catalogue/allocate", "", "record keys"),
    ("store/catalogue/known", "", "read what is known already"),
    ("store/catalogue/", "", "rows for the catalogue"),
    ("store/envelope", "", "encrypt and hash objects"),
    ("store/objects", "", "encrypt and hash objects"),
    ("store/staging", "", "encrypt and hash objects"),
    ("store/log", "", "log and receipt"),
    ("store/", "", "keys, sync and the rest of the store"),
    ("pipeline/shelf", "", "encrypt and hash objects"),
    ("pipeline/tally", "", "balance"),
    ("intake/", "", "intake: settle and hash"),
    ("identify/", "", "identify"),
    ("pipeline/reader", "", "between the processes"),
    ("pipeline/child", "", "between the processes"),
)


class Named(driver.Connection):  # type: ignore[misc]
    """A connection whose calls are visible to a sample, with the statement they run."""

    def execute(self, sql: str, *values: Any) -> Any:
        """Run one statement."""
        return super().execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> Any:
        """Run one statement many times."""
        return super().executemany(sql, *values)


class Breakdown:
    """Seconds of processor time by part."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._known: dict[tuple[str, str], str | None] = {}
        self._last = 0.0

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Sample this process while the context lasts."""
        plain, driver.connect = driver.connect, partial(driver.connect, factory=Named)
        before = signal.signal(signal.SIGPROF, self._sample)
        self._last = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
            driver.connect = plain

    def _sample(self, number: int, frame: FrameType | None) -> None:
        now = time.process_time()
        self.seconds[self._part(frame)] += now - self._last  # type: ignore[assignment]
        self._last = now

    def _part(self, frame: FrameType | None) -> str:
        while frame is not None:
            code = frame.f_code
            if code.co_filename == __file__ and "sql" in frame.f_locals:
                return _statement(frame.f_locals["sql"])
            if code.co_filename.startswith(_ROOT):
                key = (code.co_filename, code.co_name)
                if key not in self._known:
                    self._known[key] = _place(*key)
                part = self._known[key]
                if part is not None:
                    return part
            frame = frame.f_back
        return "other"


def _statement(sql: str) -> str:
    table = _SQL.search(sql)
    return f"SQL {sql.split()[0].lower()} {table[1] if table else ''}".rstrip()


def _place(file: str, function: str) -> str | None:
    """Name the part; the first line of the table that fits, or None to ask the caller."""
    within = file[len(_ROOT) + 1 :]
    for start, only, part in _PARTS:
        if within.startswith(start) and (not only or only == function):
            return part
    return None
