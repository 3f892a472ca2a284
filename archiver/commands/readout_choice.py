"""`session conversations`: exports listed by title only, and what of them the official chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.answers import with_answers
from archiver.commands.frame import Command, Frame, with_frame, worst
from archiver.commands.readout_asking import agreed, ask, is_asked, maybe
from archiver.commands.readout_rows import HOLDERS
from archiver.commands.session import Session, session
from archiver.errors import ArchiveError, ExitCode, UsageError
from archiver.language import say
from archiver.output import Column, Report, Row, note
from archiver.output.words import explained

if TYPE_CHECKING:
    from archiver.pipeline.bench import Answers
    from archiver.pipeline.listing import Listed, Listing
    from archiver.readout.facts import Export, Readout

_KINDS = ("chosen", "private", "refused")
_REST = "rest"
_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


@click.command(cls=Command)
@click.argument("name", metavar="SESSION")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--account", default="", help="The account of the exports, where there are several.")
@click.option("--choose", default="", metavar="NUMBERS", help="What is handed over: 1,3-5 or rest.")
@click.option("--private", default="", metavar="NUMBERS", help="What is private: 1,3-5 or rest.")
@click.option("--refuse", default="", metavar="NUMBERS", help="What is refused: 1,3-5 or rest.")
@click.option("--listing", default="", help="The digest of the list that was shown.")
@click.option(
    "--whole",
    is_flag=True,
    help="The official agrees that exports with other conversations are kept whole, sealed.",
)
@click.option(
    "--with-titles", is_flag=True, help="The official agrees that titles stand in the minutes."
)
@with_answers
@with_frame
def conversations(
    frame: Frame,
    name: str,
    paths: tuple[Path, ...],
    account: str,
    choose: str,
    private: str,
    refuse: str,
    listing: str,
    whole: bool,
    with_titles: bool,
    source_format: str,
    date_order: str | None,
    zone: str,
) -> ExitCode:
    """List the conversations of exports by title, and record what the official hands over.

    Nothing of the exports is kept. Of what is not handed over only the number of messages is
    recorded.
    """
    from archiver.pipeline.bench import Answers
    from archiver.pipeline.listing import digest
    from archiver.readout import session as sessions

    with session(frame, *HOLDERS) as at:
        one = sessions.current(at.archive, name)
        answers = Answers(source_format, date_order or "", zone)
        failures: list[ExitCode] = []
        found = _list(frame, at, one, paths, account, answers, failures)
        known = digest(found)
        if listing and listing != known:
            raise UsageError(reason=say("the exports are not those of the list that was shown"))
        given = {"chosen": choose, "private": private, "refused": refuse}
        chosen = _choices(frame, found, given)
        if chosen and is_asked():
            whole = whole or _asks_whole(found, chosen)
            with_titles = with_titles or agreed(say("May titles stand in the minutes for good"))
        exports = _exports(one, account, found, chosen, whole=whole, titled=with_titles)
        sessions.check(at.scribe, name, *exports)
        rows = [_row(frame, each, chosen) for export in found for each in export.conversations]
        values = {"session": name, "listing": known, "exports": len(found)}
        frame.show(Report(name="conversations", rows=rows, values=values, columns=_columns()))
        return worst(failures)


def _list(
    frame: Frame,
    at: Session,
    one: Readout,
    paths: tuple[Path, ...],
    account: str,
    answers: Answers,
    failures: list[ExitCode],
) -> list[Listing]:
    """Read the exports and keep nothing; that they are shown is logged first."""
    from archiver.pipeline.bench import Bench
    from archiver.pipeline.listing import listing
    from archiver.pipeline.reader import ChildReader
    from archiver.register.accounts import account as registered

    def refused(_: Path, error: ArchiveError) -> None:
        note(explained(error))
        failures.append(error.exit_code)

    own = registered(at.archive, _account(one, account))
    reader = ChildReader()
    try:
        bench = Bench(at.scribe, frame.settings, reader)
        numbers = [each.number for export in one.exports for each in export.conversations]
        first = 1 + max(numbers, default=0)
        found = listing(bench, paths, own, answers, first=first, refused=refused)
    finally:
        reader.close()
    number = sum(len(each.conversations) for each in found)
    counts = {"exports": len(found), "conversations": number}
    at.scribe.witness("session.listed", {"session": one.id, "account": own.id}, counts)
    return found


def _account(one: Readout, given: str) -> str:
    """Give the account that the exports are of."""
    if given in one.accounts:
        return given
    if given or len(one.accounts) > 1:
        raise UsageError(
            reason=say("say of which account of the session the exports are (--account)")
        )
    return one.accounts[0]


def _choices(frame: Frame, found: Sequence[Listing], given: Mapping[str, str]) -> dict[int, str]:
    """Say of every number what the official said of it; nothing where nobody said anything."""
    every = {one.number: one for export in found for one in export.conversations}
    if any(given.values()):
        return _parsed(set(every), given)
    if not is_asked() or not every:
        return {}
    for one in every.values():
        note(f"{one.number:>4}  {_titled(one)}  {one.messages}  {_period(frame, one)}")
    asked = {"chosen": ask(say("What is handed over, by number: 1,3-5 or rest; none for nothing"))}
    if asked["chosen"] == "none":
        asked["chosen"] = ""
    if _named(asked["chosen"], set(every)) != set(every):
        asked["private"] = maybe(say("What is private, by number: 1,3-5 or rest"))
        asked["refused"] = _REST if asked["private"] != _REST else ""
    return _parsed(set(every), asked)


def _parsed(every: set[int], given: Mapping[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    rest = [kind for kind in _KINDS if given.get(kind) == _REST]
    for kind in _KINDS:
        if kind in rest:
            continue
        for number in _named(given.get(kind, ""), every):
            if number in found:
                raise UsageError(reason=say("conversation {number} is named twice", number=number))
            found[number] = kind
    left = every - found.keys()
    if len(rest) > 1 or (left and not rest):
        numbers = ", ".join(map(str, sorted(left)))
        reason = say("say of these conversations what becomes of them: {numbers}", numbers=numbers)
        raise UsageError(reason=reason)
    return found | dict.fromkeys(left, rest[0]) if rest else found


def _named(text: str, every: set[int]) -> set[int]:
    """Give the numbers that a text names, such as 1,3-5."""
    if text == _REST:
        return every
    found: set[int] = set()
    for part in filter(None, text.replace(" ", "").split(",")):
        match = _RANGE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if first not in every or last not in every or last < first:
            raise UsageError(reason=say("{part} names no conversation of the list", part=part))
        found |= {number for number in every if first <= number <= last}
    return found


def _asks_whole(found: Sequence[Listing], chosen: Mapping[int, str]) -> bool:
    """Ask whether exports that are chosen in part may be kept whole."""
    kinds = [{chosen[one.number] == "chosen" for one in export.conversations} for export in found]
    return {True, False} in kinds and agreed(
        say("May an export that is chosen in part be kept whole and sealed")
    )


def _exports(
    one: Readout,
    account: str,
    found: Sequence[Listing],
    chosen: Mapping[int, str],
    *,
    whole: bool,
    titled: bool,
) -> list[Export]:
    from archiver.readout.facts import Choice, Conversation, Export

    return [
        Export(
            sha256=each.sha256,
            size=each.size,
            format=each.format,
            account=_account(one, account),
            conversations=tuple(
                Conversation(
                    listed.number, Choice(chosen[listed.number]), listed.messages, listed.events,
                    listed.since, listed.until, _titled(listed), listed.thread,
                )
                for listed in each.conversations
            ),
            whole=whole,
            titled=titled,
        )
        for each in found
        if chosen
    ]  # fmt: skip


def _titled(one: Listed) -> str:
    return one.title or say("(without a title)")


def _period(frame: Frame, one: Listed) -> str:
    return f"{frame.moment(one.since)[:10]} – {frame.moment(one.until)[:10]}"


def _row(frame: Frame, one: Listed, chosen: Mapping[int, str]) -> Row:
    return {
        "number": one.number,
        "title": _titled(one),
        "messages": one.messages,
        "events": one.events,
        "since": frame.moment(one.since),
        "until": frame.moment(one.until),
        "choice": chosen.get(one.number, ""),
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", say("Number")),
        Column("title", say("Title")),
        Column("messages", say("Messages")),
        Column("events", say("Events")),
        Column("since", say("Since")),
        Column("until", say("Until")),
        Column("choice", say("Choice")),
    )
