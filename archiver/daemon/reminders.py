"""What the holds ask of officers: letters without an answer, refusals, a lift to confirm."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.daemon.check import Check, ok, warn
from archiver.language import say
from archiver.store.archive import Archive
from archiver.store.catalogue.schema import is_current
from retention import appraise, letter, schema
from retention.hold import Hold, HoldState, holds, is_over_ministers
from retention.scope import ministers
from retention.span import today


def waiting(archive: Archive) -> Iterator[tuple[str, int, str]]:
    """Yield what waits for an officer: the sentence, how many, and the command that helps."""
    for one in _active(archive):
        refusals = len(letter.refused(archive.catalogue.connection, one))
        if refusals:
            sentence = say(
                "Hold {hold}: refusals that ask for a demand: {n}.", hold=one.id, n=refusals
            )
            yield sentence, refusals, f"chatarchief hold letters {one.id} --to DIR"
        yield from _unanswered(archive, one)
        if one.state is HoldState.LIFT_ASKED:
            sentence = say(
                "Hold {hold} waits for a second officer who confirms that it is lifted.",
                hold=one.id,
            )
            yield sentence, 1, f"chatarchief hold lift {one.id}"


def _unanswered(archive: Archive, one: Hold) -> Iterator[tuple[str, int, str]]:
    """Say what nobody acknowledged yet, but for what should have been answered by now."""
    letters = letter.letters(archive.catalogue.connection, one.id)
    number = sum(not each.answered and each.due >= today() for each in letters)
    if not letters:
        sentence = say("Hold {hold}: nobody was told of it by letter.", hold=one.id)
        yield sentence, 1, f"chatarchief hold letters {one.id} --to DIR"
    elif number:
        sentence = say("Hold {hold}: letters that wait for an answer: {n}.", hold=one.id, n=number)
        yield sentence, number, f"chatarchief hold acknowledge {one.id} --person NAME"


def silent(archive: Archive) -> Iterator[tuple[str, int, str]]:
    """Yield, in the same form, the letters that should have been answered by now."""
    for one in _active(archive):
        number = letter.unanswered(archive.catalogue.connection, one, today())
        if number:
            sentence = say("Hold {hold}: letters without an answer: {n}.", hold=one.id, n=number)
            yield sentence, number, f"chatarchief hold show {one.id}"


def outdated(archive: Archive) -> Iterator[tuple[str, int, str]]:
    """Yield, in the same form, that what was appraised no longer rests on what is registered."""
    connection = archive.catalogue.connection
    there = schema.is_ready(connection) and appraise.was_done(connection)
    if there and appraise.is_outdated(connection):
        sentence = say("Functions, assignments or cases changed since the last appraisal.")
        yield sentence, 1, "chatarchief retention appraise"


def examine(archive: Archive) -> Iterator[Check]:
    """Say whether the hold over all ministers is in force when there are any."""
    connection = archive.catalogue.connection
    there = ministers(connection) if is_current(connection) else []
    if there and not any(map(is_over_ministers, _active(archive))):
        yield warn(
            "holds",
            say("Ministers are registered, and no hold forbids that their messages are destroyed."),
            "chatarchief hold place --kind temporary-instruction --all-ministers",
        )
    else:
        yield ok("holds", str(len(_active(archive))))


def _active(archive: Archive) -> list[Hold]:
    connection = archive.catalogue.connection
    if not schema.is_ready(connection):
        return []
    return [one for one in holds(connection) if one.is_active]
