"""`sort next` and `sort review`: the episode whose turn it is, and a queue to work through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from archiver.commands import keyboard
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import Session, session
from archiver.commands.sorting import (
    as_row,
    cut,
    message_lines,
    reason_lines,
    reasons,
    this_moment,
    with_account,
    words,
)
from archiver.errors import ArchiveError
from archiver.language import say
from archiver.model import Role
from archiver.output import Form, Report, Row, note
from archiver.output.words import explained, word

if TYPE_CHECKING:
    from archiver.sorting.queue import Waiting

_HEAD = ("episode", "person", "service", "conversation", "suggestion")
_KEYS = {"w": "work", "p": "private", "a": "party", "b": "boundary"}
_context = click.option(
    "--context",
    "around",
    default=5,
    type=click.IntRange(min=0),
    help="How many messages before and after it.",
)


@click.command("next", cls=Command)
@with_account
@_context
@with_frame
def next_(frame: Frame, account: str, around: int) -> None:
    """Show the episode whose turn it is, with what stands around it and the evidence."""
    with session(frame, Role.SORTER) as at:
        queue = _queue(frame, at, account)
        if not queue:
            frame.show(Report(values={"waiting": 0}, lines=lambda: [say("Nothing waits.")]))
            return
        row = _shown(frame, at, queue[0], around)
        frame.show(
            Report(
                name="messages",
                rows=row["messages"],
                values={"waiting": len(queue), "episode": row},
                lines=lambda: _lines(row),
            )
        )


@click.command(cls=Command)
@with_account
@_context
@with_frame
def review(frame: Frame, account: str, around: int) -> None:
    """Go through the queue: each episode is shown, and a key says what it is.

    w work, p private, a of the party, b boundary, ? why, u undo the last, s skip, q quit. Each
    decision counts at once, so that the next review goes on where this one stopped.
    """
    with session(frame, Role.SORTER) as at:
        turn = _Review(frame, at, around)
        turn.go(_queue(frame, at, account))
        frame.show(Report(name="decided", rows=turn.decided))


@dataclass(slots=True)
class _Review:
    """One walk along the queue."""

    frame: Frame
    at: Session
    around: int
    decided: list[Row] = field(default_factory=list)

    def go(self, queue: list[Waiting]) -> None:
        place = 0
        while 0 <= place < len(queue):
            step = self._ask(queue[place])
            if step is None:
                return
            place += step

    def _ask(self, one: Waiting) -> int | None:
        """Show an episode till a key moves on: how far; None to stop."""
        row = _shown(self.frame, self.at, one, self.around)
        self._say(_lines(row))
        while key := keyboard.key():
            if key in _KEYS:
                return self._sort(one, _KEYS[key])
            if key == "s":
                return 1
            if key == "q":
                return None
            if key == "u":
                return self._undo()
            if key == "?":
                self._say(reason_lines(row["evidence"]))
        return None

    def _say(self, lines: Iterator[str]) -> None:
        """Say what is on the screen; beside results that a program reads it goes to stderr."""
        if self.frame.form is Form.TEXT:
            self.frame.show(Report(lines=lambda: lines))
            return
        for line in lines:
            note(line)

    def _sort(self, one: Waiting, outcome: str) -> int:
        from archiver.classify.episode import Outcome
        from archiver.sorting.decisions import sort

        try:
            seq = sort(self.at.scribe, one.episode, Outcome(outcome), cut(self.frame))
        except ArchiveError as error:
            note(explained(error))
            return 1
        self.decided.append({"episode": one.episode.id, "outcome": outcome, "event": seq})
        return 1

    def _undo(self) -> int:
        """Take the last decision of this walk back, and show that episode again."""
        from archiver.sorting.decisions import undo

        if not self.decided:
            note(say("Nothing was decided yet."))
            return 0
        undo(self.at.scribe, str(self.decided.pop()["episode"]), cut(self.frame))
        return -1


def _queue(frame: Frame, at: Session, account: str) -> list[Waiting]:
    from archiver.sorting.queue import waiting

    found = waiting(at.archive, cut(frame), this_moment(), account)
    return [one for one in found if one.state.is_sortable]


def _shown(frame: Frame, at: Session, one: Waiting, number: int) -> dict[str, Any]:
    """Give an episode with its words; that it is looked at is logged first."""
    from archiver.sorting.episodes import around
    from archiver.sorting.evidence import verdict
    from archiver.sorting.rules import rules
    from archiver.sorting.tables_members import lines

    connection = at.archive.catalogue.connection
    before, after = around(connection, one.episode, number)
    told = [lines(connection, part) for part in (before, one.episode.members, after)]
    judged = verdict(at.archive, one.episode, rules(connection))
    at.scribe.witness("episode.shown", {"episode": one.episode.id}, {"shown": sum(map(len, told))})
    return {
        **as_row(frame, one),
        "person": one.person,
        "conversation": one.episode.strand.title,
        "suggestion": str(judged.suggestion or judged.outcome),
        "evidence": reasons(judged),
        "before": words(frame, told[0]),
        "messages": words(frame, told[1]),
        "after": words(frame, told[2]),
    }


def _lines(row: dict[str, Any]) -> Iterator[str]:
    yield say(
        "Episode {episode}, {person}, {service}: {conversation}. Suggested: {suggestion}.",
        **{**{name: row[name] for name in _HEAD}, "suggestion": word("outcome", row["suggestion"])},
    )
    yield from message_lines(row["before"], " ")
    yield from message_lines(row["messages"], ">")
    yield from message_lines(row["after"], " ")
