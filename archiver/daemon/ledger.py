"""What the watcher has told already and what it leaves alone, kept over restarts.

An alarm about a source, or about anything else, is raised once: again only when the source has
changed, or when it had been solved in between. It lies in the catalogue, encrypted, since names of
files can say a lot about people.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

FIRST_RETRY = 60.0
LAST_RETRY = 3600.0
"""Seconds before something that failed is tried again: the first time, and at most."""


class Note(Struct, frozen=True, omit_defaults=True):
    """Why something stays; `rests` when there is no use in trying it again as it lies there."""

    look: str
    code: str = ""
    rests: bool = False


class Memory(Struct, omit_defaults=True):
    """Everything that is kept; `night` is the day of the last night report."""

    night: str = ""
    notes: dict[str, Note] = {}
    v: int = 1


class Ledger:
    """The memory with what only this run knows: when to try again."""

    def __init__(self, text: str = "") -> None:
        """Take up what was remembered; what cannot be read is forgotten."""
        try:
            self.memory = msgspec.json.decode(text or "{}", type=Memory)
        except msgspec.MsgspecError:
            self.memory = Memory()
        self._saved = self.encode()
        self._later: dict[str, tuple[float, float]] = {}

    def encode(self) -> str:
        """Write it for the next run."""
        return msgspec.json.encode(self.memory).decode()

    @property
    def has_changed(self) -> bool:
        """Whether it must be saved."""
        return self.encode() != self._saved

    def saved(self) -> None:
        """Remember that it was saved."""
        self._saved = self.encode()

    def leaves_alone(self, name: str, now: float, look: Callable[[], str]) -> bool:
        """Say whether this is not to be tried: it rests unchanged, or its time has not come."""
        later = self._later.get(name)
        if later is not None and now < later[0]:
            return True
        note = self.memory.notes.get(name)
        return note is not None and note.rests and note.look == look()

    def explains(self, name: str) -> bool:
        """Whether it is known why this stays: it rests, or is to be tried again."""
        note = self.memory.notes.get(name)
        return note is not None and (note.rests or name in self._later)

    def note(self, name: str, look: str, code: str, *, rests: bool) -> bool:
        """Write down why something stays; say whether that is news."""
        before = self.memory.notes.get(name)
        self.memory.notes[name] = Note(look, code, rests)
        return before is None or before.code != code or (rests and before.look != look)

    def postpone(self, name: str, now: float) -> None:
        """Try it again later, and each time later than before."""
        pause = min(self._later.get(name, (0.0, FIRST_RETRY / 2))[1] * 2, LAST_RETRY)
        self._later[name] = (now + pause, pause)

    def tries_again_below(self, prefix: str) -> bool:
        """Whether something whose name begins like this is to be tried again."""
        return any(name.startswith(prefix) for name in self._later)

    def try_again(self, code: str) -> None:
        """Give everything that rests for this reason, or without one, another chance."""
        for name, note in list(self.memory.notes.items()):
            if note.rests and note.code in ("", code):
                self.memory.notes[name] = msgspec.structs.replace(note, rests=False)

    def solved(self, name: str) -> None:
        """Forget it: it was taken in, or what was wrong is over."""
        self.memory.notes.pop(name, None)
        self._later.pop(name, None)

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Forget everything that is gone."""
        for name in [name for name in {*self.memory.notes, *self._later} if is_gone(name)]:
            self.solved(name)

    def codes(self) -> dict[str, list[str]]:
        """Give what stays, by code."""
        found: dict[str, list[str]] = {}
        for name, note in sorted(self.memory.notes.items()):
            if note.code:
                found.setdefault(note.code, []).append(name)
        return found
