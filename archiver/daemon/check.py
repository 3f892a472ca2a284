"""One thing that `doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archiver.errors import ArchiveError
from archiver.output.words import explained, word


class Level(StrEnum):
    """How it is: as it should be, to be known, to be solved."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, in words, and the command that helps."""

    name: str
    level: Level
    sentence: str
    command: str = ""


def ok(name: str, value: str) -> Check:
    """Say that something is as it should be."""
    return Check(name, Level.OK, _named(name, value))


def warn(name: str, sentence: str, command: str = "") -> Check:
    """Say that something must be known."""
    return Check(name, Level.WARN, _named(name, sentence), command)


def fail(name: str, sentence: str, command: str = "") -> Check:
    """Say that something must be solved."""
    return Check(name, Level.FAIL, _named(name, sentence), command)


def failing(name: str, error: Exception, command: str = "") -> Check:
    """Say what an error says; of one that is not ours only what the system calls it."""
    match error:
        case ArchiveError():
            return fail(name, explained(error), command)
        case OSError():
            return fail(name, error.strerror or type(error).__name__, command)
        case _:
            return fail(name, type(error).__name__, command)


def _named(name: str, sentence: str) -> str:
    return f"{word('check', name)}: {sentence}"
