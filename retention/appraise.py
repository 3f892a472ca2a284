"""Appraise: give every copy of every record its category, its term, and when that ends.

By the function that the account's owner held when the message was sent, unless an officer assigned
its conversation to a category. Nothing known is N, which is never disposable. The event names the
lists that counted, so that a rebuild comes to the same without the files; of several such events
the last says all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.model import Finding
from archiver.store.archive import Archive
from archiver.store.catalogue import functions, register
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal
from retention import schema
from retention import tables_appraise as tables
from retention.selection_list import Appraisal, SelectionList, Trigger
from retention.span import Rule, Span, end, of_accounts, of_assignment, start

APPRAISED = "retention.appraised"
LISTED = "retention.listed"
ASSIGNED = "retention.assigned"
_ASSIGNED = "conversation", "list", "category", "reason", "case"


class UnknownCategory(ArchiveError):
    """No selection list in force has a category {category}; retention lists shows them."""

    exit_code = ExitCode.USAGE


class NoCaseTerm(ArchiveError):
    """The term of category {category} does not run from the end of a case."""

    exit_code = ExitCode.USAGE


class SeveralLists(ArchiveError):
    """Several lists have a category {category}; name one with --list: {lists}."""

    exit_code = ExitCode.USAGE


class Appraised(Struct, frozen=True):
    """How one copy, or one record, is appraised; times are ms since 1970, None while not known."""

    rule: Rule
    start_at: int | None = None
    end_at: int | None = None

    @property
    def strictness(self) -> tuple[int, float]:
        """B before N before V, and of several V the latest end."""
        latest = float("inf") if self.end_at is None else self.end_at
        return "VNB".index(self.rule.appraisal), latest


class Difference(Struct, frozen=True):
    """How many copies went from one rule (None: not appraised yet) to another, or changed end."""

    before: Rule | None
    after: Rule
    copies: int


class Outcome(Struct, frozen=True):
    """What appraising gave: copies by appraisal, what became different, what must be known."""

    totals: dict[str, int]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]

    @property
    def changed(self) -> int:
        """How many copies have another appraisal than before."""
        return sum(one.copies for one in self.differences)


def appraise(
    scribe: Scribe, lists: Sequence[SelectionList], zone: str, *, dry_run: bool = False
) -> Outcome:
    """Appraise everything anew by these lists; days begin in `zone`. With `dry_run` only say how.

    Nothing is logged when nothing changed, neither the outcome nor what it rests on.
    """
    archive = scribe.archive
    with archive.writing():
        if not dry_run:
            spread(scribe)
        connection = schema.ready(archive)
        asked = _Asked(tuple(one.digest for one in lists), zone)
        with archive.catalogue.transaction():
            _reckon(connection, lists, asked)
            outcome = _outcome(connection, lists, ZoneInfo(zone))
        try:
            if not dry_run and (outcome.changed or _differs(connection, asked)):
                _log(scribe, lists, asked, outcome)
        finally:
            tables.finish(connection)
    return outcome


def assign(
    scribe: Scribe,
    conversation: str,
    *,
    category: str,
    reason: str,
    lists: Sequence[SelectionList],
    list_name: str = "",
    case: str = "",
) -> str:
    """Assign a conversation to a category of a list; it counts from the next appraisal on.

    `case` is the id of the case from whose end the term runs; without one such a term never begins.
    Gives the name of the list.

    Raises:
        NoSuchThing: There is no such conversation.
        UnknownCategory: No list has it.
        SeveralLists: More than one has it.
        NoCaseTerm: There is a case, and the category's term does not run from one.
    """
    found = [
        (one.name, known)
        for one in lists
        if list_name in ("", one.name) and (known := one.find(category)) is not None
    ]
    names = {name for name, _ in found}
    if not names:
        raise UnknownCategory(category=category)
    if len(names) > 1:
        raise SeveralLists(category=category, lists=", ".join(sorted(names)))
    if case and not any(known.trigger is Trigger.CASE_END for _, known in found):
        raise NoCaseTerm(category=category)
    if not tables.strands_of(schema.ready(scribe.archive), conversation):
        raise NoSuchThing(what="conversation", name=conversation)
    name = names.pop()
    _assign(scribe, (conversation, name, category, reason, case))
    spread(scribe)
    return name


def spread(scribe: Scribe) -> None:
    """Assign each strand of an assigned conversation by itself as well.

    What others hold of a conversation stays assigned when the strand that it is named by goes.
    """
    with scribe.archive.writing():
        for assigned in tables.unspread(schema.ready(scribe.archive)):
            _assign(scribe, assigned)


def _assign(scribe: Scribe, assigned: tuple[str, str, str, str, str]) -> None:
    detail = dict(zip(_ASSIGNED, assigned, strict=True))
    codes = (assigned[0],)
    scribe.record(scribe.event(ASSIGNED, detail=detail, key=REGISTER, codes=codes))


def due(connection: Connection, at: int) -> Iterator[int]:
    """Give the copies whose term of appraisal V has run at a moment (ms since 1970)."""
    return tables.due(connection, at)


def appraisal_of(connection: Connection, copies: Collection[int]) -> dict[int, Appraised]:
    """Give the appraisal of copies; one that was never appraised is N by no rule."""
    known = tables.rules(connection)
    found = {
        copy: Appraised(known[rule], begun, ends)
        for copy, rule, begun, ends in tables.rows_of(connection, copies)
    }
    return {copy: found.get(copy, Appraised(Rule())) for copy in copies}


def strictest(connection: Connection, record: int) -> Appraised:
    """Give the appraisal of a record: the strictest of its copies."""
    found = appraisal_of(connection, tables.copies_of(connection, record)).values()
    return max(found, key=lambda one: one.strictness, default=Appraised(Rule()))


def was_done(connection: Connection) -> bool:
    """Whether anything was ever appraised."""
    return tables.basis(connection) is not None


def is_outdated(connection: Connection) -> bool:
    """Whether what an appraisal rests on changed since the last one, or there was none.

    That is functions, owners, assignments, and the ends of the cases that these name.

    What is destroyed on the ground of a list rests on an appraisal that is not outdated.
    """
    last = tables.basis(connection)
    return last is None or last[2] != _basis(connection)


def outdate(connection: Connection) -> None:
    """Let the last appraisal count no longer: messages went to other accounts since."""
    if schema.is_ready(connection):
        tables.forget_basis(connection)


def project(archive: Archive, event: Event) -> None:
    """Appraise again as an event says; a list and an assignment are only kept."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    detail = unseal(archive, event)
    if event.type == LISTED:
        tables.put_list(connection, detail["digest"], detail["content"])
    elif event.type == ASSIGNED:
        *values, case = (detail.get(name, "") for name in _ASSIGNED)
        tables.put_assignment(connection, (*values, event.actor, event.at, case))
    elif event.seq in (archive.log.size - 1, _last(archive, archive.log.size)):
        asked = msgspec.convert(detail["asked"], _Asked)
        _keep(connection, asked)
        tables.put_basis(connection, event.at, asked.key, _basis(connection))
        tables.seen(connection)


class _Asked(Struct, frozen=True):
    """What an appraisal was made by: the digests of the lists, and where days begin."""

    lists: tuple[str, ...]
    zone: str

    @property
    def key(self) -> str:
        return msgspec.json.encode(self, order="sorted").decode()


@lru_cache(maxsize=1)
def _last(archive: Archive, size: int) -> int:
    """Find the last appraisal in a log of this size; a rebuild asks once for each of them."""
    found = (event.seq for event in archive.log.events(0) if event.type == APPRAISED)
    return max(found, default=-1)


def _keep(connection: Connection, asked: _Asked) -> None:
    if not tables.is_signed(connection, asked.key):
        lists = [
            msgspec.json.decode(one, type=SelectionList)
            for one in tables.lists(connection, asked.lists)
        ]
        _reckon(connection, lists, asked)
        tables.keep(connection)
        tables.finish(connection)
    else:
        tables.keep(connection)


def _differs(connection: Connection, asked: _Asked) -> bool:
    last = tables.basis(connection)
    return last is None or last[1:] != (asked.key, _basis(connection))


def _basis(connection: Connection) -> str:
    """Give a digest of all that decides, but for the lists and the messages themselves."""
    owners = [
        (one.id, one.person, one.owner, one.since, one.until)
        for one in register.accounts(connection)
    ]
    held = functions.functions(connection)
    decided = (sorted(owners), held, tables.assignments(connection))
    return sha256(msgspec.json.encode(decided, order="sorted")).hexdigest()


def _reckon(connection: Connection, lists: Sequence[SelectionList], asked: _Asked) -> None:
    zone = ZoneInfo(asked.zone)
    tables.begin(connection)
    if any(c.trigger is Trigger.CONVERSATION_END for one in lists for c in one.category):
        tables.end_conversations(connection)
    assigned = tables.assignments(connection)
    strands = tables.assign(connection, [conversation for conversation, *_ in assigned])
    accounts = register.accounts(connection)
    spans = of_accounts(accounts, functions.functions(connection), lists, zone)
    tables.reckon_accounts(connection, spans)
    tables.reckon_strands(connection, _of_strands(assigned, strands, lists, zone))
    tables.sign(connection, asked.key)


def _of_strands(
    assigned: Sequence[tuple[str, str, str, str]],
    strands: dict[str, list[int]],
    lists: Sequence[SelectionList],
    zone: ZoneInfo,
) -> Iterator[tuple[int, Span]]:
    for conversation, name, category, closed in assigned:
        for span in of_assignment(conversation, name, category, lists, zone, closed=closed):
            yield from ((strand, span) for strand in strands[conversation])


def _outcome(connection: Connection, lists: Sequence[SelectionList], zone: ZoneInfo) -> Outcome:
    differences = [Difference(*row) for row in tables.differences(connection)]
    windows = [(start(one.valid_from, zone), end(one.valid_until, zone)) for one in lists]
    findings = []
    for account, unknown, outside in tables.unfounded(connection, windows):
        for code, count in (("W-T022", unknown - outside), ("W-T023", outside)):
            if count:
                findings.append(Finding(code, {"account": account, "count": count}))
    return Outcome(
        totals={str(one): 0 for one in Appraisal} | tables.totals(connection, "reckoned"),
        differences=tuple(sorted(differences, key=lambda one: -one.copies)),
        findings=tuple(findings),
    )


def _log(scribe: Scribe, lists: Sequence[SelectionList], asked: _Asked, outcome: Outcome) -> None:
    """Log the lists that the log does not have yet, and then the appraisal."""
    connection = scribe.archive.catalogue.connection
    for one in lists:
        if not tables.lists(connection, (one.digest,)):
            content = msgspec.json.encode(one, order="sorted").decode()
            listed = {"digest": one.digest, "content": content}
            event = scribe.event(LISTED, detail=listed, key=REGISTER, codes=(one.digest,))
            scribe.record(event)
    detail = {
        "asked": msgspec.to_builtins(asked),
        "differences": msgspec.to_builtins(outcome.differences),
    }
    counts = {**outcome.totals, "changed": outcome.changed}
    scribe.record(
        scribe.event(APPRAISED, detail=detail, key=REGISTER, counts=counts, codes=asked.lists)
    )
