"""Which lines of the parsers a variant reaches, so that one that reaches new ones is kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_PARSERS = str(Path(__file__).parents[2] / "archiver" / "parse")


class Guide:
    """The steps from line to line that were ever made in the parsers."""

    def __init__(self) -> None:
        self._seen: set[tuple[CodeType, int, int]] = set()
        self._last: dict[int, int] = {}

    @property
    def reached(self) -> int:
        """How many different steps there were."""
        return len(self._seen)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch what runs in here."""
        sys.settrace(self._entered)
        try:
            yield
        finally:
            sys.settrace(None)
            self._last.clear()

    def _entered(self, frame: FrameType, event: str, given: Any) -> Any:
        return self._stepped if frame.f_code.co_filename.startswith(_PARSERS) else None

    def _stepped(self, frame: FrameType, event: str, given: Any) -> Any:
        if event == "line":
            before = self._last.get(id(frame), 0)
            self._last[id(frame)] = frame.f_lineno
            self._seen.add((frame.f_code, before, frame.f_lineno))
        elif event == "return":
            self._last.pop(id(frame), None)
        return self._stepped
