"""The letters that a hold asks for, and their answers.

Each account holder gets a *bewaarinstructie*: stop automatic deletion, keep the device. Whoever
refuses it, or left office, gets a *vordering* (Woo, article 4.2, second paragraph). The words stand
in ``config/letters``; what was written and answered are events.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode
from archiver.model import Account
from archiver.register.accounts import day
from archiver.register.functions import same
from archiver.store.archive import Archive
from archiver.store.catalogue import functions, register
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal
from retention import hold as holds
from retention import schema
from retention import tables_hold as tables
from retention.hold import Hold
from retention.lifting import LiftedAlready
from retention.scope import accounts_of, covered
from retention.span import day_of, today

WRITTEN = "hold.letter-written"
ANSWERED = "hold.letter-answered"


class Kind(StrEnum):
    """What a letter asks for; also the name of its words in ``config/letters``."""

    INSTRUCTION = "bewaarinstructie"
    DEMAND = "vordering"


class Answer(StrEnum):
    """What came back."""

    NONE = ""
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


class NoLetter(ArchiveError):
    """{person} got no letter about hold {hold}; write the letters first."""

    exit_code = ExitCode.USAGE


class AnsweredTooEarly(ArchiveError):
    """The answer ({on}) is dated before the letter ({written}) or after today."""

    exit_code = ExitCode.USAGE


class Letter(Struct, frozen=True):
    """One letter to one person; days are ISO 8601, `due` the last day for an answer."""

    person: str
    kind: Kind
    written: str
    due: str
    answered: str = ""
    answer: Answer = Answer.NONE
    note: str = ""


def write(
    scribe: Scribe, public: str, folder: Path, *, answer_days: int, zone: str
) -> list[tuple[Letter, Path]]:
    """Write what everyone concerned is to get now, as text and as JSON; give it with its path.

    An answer is due in `answer_days`; periods are told in days of `zone`.

    Raises:
        NoSuchThing: There is no such hold.
        LiftedAlready: It was lifted.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        found = holds.hold(connection, public)
        if not found.is_active:
            raise LiftedAlready(hold=public)
        concerned = holders(connection, found)
        ones = [_letter(scribe, found, person, answer_days) for person in concerned]
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, one in enumerate(ones, 1):
        told = _told(scribe.archive, found, one, concerned[one.person], ZoneInfo(zone))
        written.append((one, _put(folder, number, one, told)))
    return written


def answer(
    scribe: Scribe,
    public: str,
    person: str,
    *,
    on: str = "",
    refused: bool = False,
    reply: str = "",
) -> Letter:
    """Register the answer to the last letter that a person got.

    Raises:
        NoSuchThing: There is no such hold.
        NoLetter: The person got none.
        AnsweredTooEarly: The day lies before the letter, or in the future.
        BadDate: It is no day.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        holds.hold(connection, public)
        mine = [one for one in letters(connection, public) if same(one.person, person)]
        if not mine:
            raise NoLetter(person=person, hold=public)
        on = day(on) if on else today()
        if not mine[-1].written <= on <= today():
            raise AnsweredTooEarly(on=on, written=mine[-1].written)
        answered = msgspec.structs.replace(
            mine[-1],
            answered=on,
            answer=Answer.REFUSED if refused else Answer.ACKNOWLEDGED,
            note=reply,
        )
        _log(scribe, ANSWERED, public, answered)
    return answered


def letters(connection: Connection, public: str) -> list[Letter]:
    """Give the letters of a hold, by person, the last one last."""
    return [
        Letter(person, Kind(kind), written, due, answered, Answer(answer), note)
        for person, kind, written, due, answered, answer, note in tables.letters(
            connection, tables.key_of(connection, public)
        )
    ]


def unanswered(connection: Connection, hold: Hold, day: str) -> int:
    """Count the letters of a hold that should have been answered before a day."""
    return sum(not one.answered and one.due < day for one in letters(connection, hold.id))


def refused(connection: Connection, hold: Hold) -> list[str]:
    """Name who refused an instruction and got no demand yet."""
    found = letters(connection, hold.id)
    demanded = {one.person for one in found if one.kind is Kind.DEMAND}
    return [
        one.person for one in found if one.answer is Answer.REFUSED and one.person not in demanded
    ]


def holders(connection: Connection, hold: Hold) -> dict[str, list[Account]]:
    """Give the people who use the accounts that a hold covers, each with those accounts."""
    keys = accounts_of(connection, hold.scope)
    if keys is None:
        covering = tables.accounts(connection, covered(connection, hold.scope, 0))
    else:
        covering = {public for _, public in keys}
    found: dict[str, list[Account]] = defaultdict(list)
    for account in register.accounts(connection):
        if account.id in covering:
            name = next((name for name in found if same(name, account.person)), account.person)
            found[name].append(account)
    return dict(sorted(found.items()))


def has_left(connection: Connection, person: str, accounts: Sequence[Account], day: str) -> bool:
    """Whether a person left office: every function ended, or without any every account."""
    held = [one for one in functions.functions(connection) if same(one.person, person)]
    ends = [one.until for one in held] or [one.until for one in accounts]
    return bool(ends) and all(end and end < day for end in ends)


def dutch_day(text: str) -> str:
    """Write an ISO 8601 day as a Dutch letter does, such as 4 oktober 2022."""
    found = date.fromisoformat(text)
    return f"{found.day} {read(_WORDS)['months'][found.month - 1]} {found.year}"


def project(archive: Archive, event: Event) -> None:
    """Keep a letter, or its answer, as an event says."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    one = msgspec.convert(unseal(archive, event), Letter)
    key = tables.key_of(connection, event.codes[0])
    tables.put_letter(connection, key, [getattr(one, name) for name in Letter.__struct_fields__])
    what = f"{one.kind}-{one.answer}" if event.type == ANSWERED else f"{one.kind}-written"
    tables.put_step(connection, (key, event.seq, what, event.actor, event.at, one.note))


def _letter(scribe: Scribe, hold: Hold, person: str, answer_days: int) -> Letter:
    """Give the letter that a person has or, logged now, is to get."""
    connection = scribe.archive.catalogue.connection
    mine = [one for one in letters(connection, hold.id) if one.person == person]
    kind = _needed(connection, hold, person, mine)
    for one in mine:
        if one.kind is kind:
            return one
    due = date.fromisoformat(today()) + timedelta(days=answer_days)
    made = Letter(person, kind, today(), due.isoformat())
    _log(scribe, WRITTEN, hold.id, made)
    return made


def _needed(connection: Connection, hold: Hold, person: str, mine: Sequence[Letter]) -> Kind:
    accounts = holders(connection, hold)[person]
    is_refused = any(one.answer is Answer.REFUSED for one in mine)
    if is_refused or has_left(connection, person, accounts, today()):
        return Kind.DEMAND
    return Kind.INSTRUCTION


def _told(
    archive: Archive, hold: Hold, one: Letter, accounts: Sequence[Account], zone: ZoneInfo
) -> dict[str, object]:
    """Fill in the words of a letter; the text and everything that stands in it."""
    template = read(f"letters/{one.kind}.toml")
    held = functions.functions(archive.catalogue.connection)
    titles = [function.title for function in held if same(function.person, one.person)]
    named = [f"{account.service}: {account.identifier}" for account in accounts]
    fields = {
        "ministry": archive.identity.ministry,
        "hold": hold.id,
        "kind": hold.kind.called,
        "ground": hold.ground,
        "received": dutch_day(hold.received),
        "person": one.person,
        "function": titles[-1] if titles else read(_WORDS)["no_function"],
        "accounts": "\n".join(f"- {name}" for name in named),
        "period": _period(hold, zone),
        "written": dutch_day(one.written),
        "due": dutch_day(one.due),
    }
    text = template["text"].lstrip("\n").format_map(fields)
    subject = template["subject"].format_map(fields)
    days = {"received": hold.received, "written": one.written, "due": one.due}
    return {**fields, **days, "accounts": named, "subject": subject, "text": text}


def _period(hold: Hold, zone: ZoneInfo) -> str:
    since, until = hold.scope.since, hold.scope.until
    first = "" if since is None else dutch_day(day_of(since, zone))
    last = "" if until is None else dutch_day(day_of(until - 1, zone))
    name = _PERIODS[bool(first), bool(last)]
    return str(read(_WORDS)[name]).format(since=first, until=last)


_WORDS = "letters/woorden.toml"
_PERIODS = {
    (False, False): "whole_period",
    (True, False): "from_on",
    (False, True): "up_to",
    (True, True): "between",
}


def _put(folder: Path, number: int, one: Letter, told: Mapping[str, object]) -> Path:
    """Write a letter as text, and all that stands in it as JSON beside it."""
    slug = re.sub(r"[^a-z0-9]+", "-", one.person.lower()).strip("-")
    path = folder / f"{told['hold']}-{one.kind}-{number}-{slug}.txt"
    path.write_text(str(told["text"]), "utf-8")
    content = {"format_version": 1, "letter": str(one.kind), **told}
    encoded = msgspec.json.format(msgspec.json.encode(content), indent=2)
    path.with_suffix(".json").write_bytes(encoded + b"\n")
    return path


def _log(scribe: Scribe, kind: str, hold: str, one: Letter) -> None:
    detail = msgspec.to_builtins(one)
    scribe.record(scribe.event(kind, detail=detail, key=REGISTER, codes=(hold, one.kind)))
