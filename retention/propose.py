"""Make a proposal to destroy: what goes, and visibly what does not go, and why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.register.accounts import new_id
from archiver.store.catalogue.connection import Connection
from archiver.store.scribe import Scribe, now
from retention import hold, schema, tables_targets
from retention import proposal as proposals
from retention.judge import Judge, Reason
from retention.proposal import DAY, Ground, Line, Proposal, Refused, ranges
from retention.span import Rule
from retention.tables_targets import Place, Strand, Whole

Confirmed = Callable[[str], Collection[str]]
"""Gives the records that a confirmed sort list judged to be none of the archive's; empty when there
is no such list."""


class NothingToDestroy(ArchiveError):
    """Nothing of it may be destroyed: {count} items were looked at ({reasons})."""

    exit_code = ExitCode.FINDINGS


class AllHeld(NothingToDestroy):
    """Nothing of it may be destroyed: {reasons}."""

    exit_code = ExitCode.HELD


class WithdrawalIncomplete(ArchiveError):
    """A withdrawal names a delivery and a reason."""

    exit_code = ExitCode.USAGE


class NoSortList(ArchiveError):
    """{name} is no confirmed sort list; only what such a list names is no archival record."""

    exit_code = ExitCode.NOT_AUTHORISED


class Asked(Struct, frozen=True):
    """What an officer proposes; without a narrower scope everything whose term has run."""

    ground: Ground
    reason: str = ""
    deliveries: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    reference: str = ""


def propose(
    scribe: Scribe,
    asked: Asked,
    *,
    days: int,
    confirmed: Confirmed = lambda _: (),
    dry_run: bool = False,
) -> tuple[Proposal, str]:
    """Make, store and log a proposal that counts for so many days; give it with its digest.

    With `dry_run` nothing is stored and nothing logged.

    Raises:
        WithdrawalIncomplete: It names no delivery, or no reason.
        NoSuchThing: Something that was named is not there.
        NoSortList: The ground is that of a sort list, and none of this name was confirmed.
        NothingToDestroy: Nothing of it may go; `AllHeld` when holds alone forbid it.
    """
    archive = scribe.archive
    with archive.writing():
        connection = schema.ready(archive)
        hold.refresh(connection)
        at = now()
        judge = Judge(connection, asked.ground, at)
        if asked.ground is Ground.WITHDRAWN:
            lines, refused = _deliveries(connection, asked, judge)
        else:
            lines, refused = _items(connection, _places(connection, asked, at, confirmed), judge)
        if not lines:
            raise _nothing(refused)
        made = Proposal(
            id=new_id("p"),
            archive=archive.identity.name,
            ground=asked.ground,
            reason=asked.reason,
            proposer=scribe.actor.officer.id,
            proposed_at=at,
            expires_at=at + days * DAY,
            lines=tuple(lines),
            refused=tuple(refused),
            reference=asked.reference,
        )
        if dry_run:
            return made, proposals.digest(proposals.encode(made))
        return made, proposals.write(scribe, made)


def _nothing(refused: Sequence[Refused]) -> NothingToDestroy:
    held = bool(refused) and all(one.reason == "held" for one in refused)
    reasons = {" ".join((one.reason, *one.by)) for one in refused} or {"none"}
    kind = AllHeld if held else NothingToDestroy
    return kind(count=sum(one.count for one in refused), reasons=", ".join(sorted(reasons)))


# -- whole deliveries -----------------------------------------------------------------------------


def _deliveries(
    connection: Connection, asked: Asked, judge: Judge
) -> tuple[list[Line], list[Refused]]:
    if not asked.reason or not asked.deliveries:
        raise WithdrawalIncomplete
    lines, refused = [], []
    for public in asked.deliveries:
        one = existing(connection, public)
        copies = [copy for _, copy in tables_targets.of_delivery(connection, one.id)]
        reason = judge.delivery(one, copies)
        if reason is None:
            lines.append(_whole(connection, one))
        else:
            refused.append(Refused(public, reason.code, count=one.items, by=reason.by))
    return lines, refused


def existing(connection: Connection, public: str) -> Whole:
    """Give a delivery that is there and was not withdrawn.

    Raises:
        NoSuchThing: There is none.
    """
    one = tables_targets.whole(connection, public)
    if one is None or one.state == "withdrawn":
        raise NoSuchThing(what="delivery", name=public)
    return one


def _whole(connection: Connection, one: Whole) -> Line:
    return Line(
        delivery=one.delivery,
        account=one.account,
        service=one.service,
        count=one.items,
        since=one.since,
        until=one.until,
        elsewhere=tables_targets.shared(connection, one.id),
    )


# -- items ----------------------------------------------------------------------------------------


def _places(connection: Connection, asked: Asked, at: int, confirmed: Confirmed) -> list[Place]:
    """Give the items to look at: those named, or all whose term has run."""
    if asked.ground is Ground.NO_RECORD:
        named = confirmed(asked.reference) if asked.reference else ()
        if not named:
            raise NoSortList(name=asked.reference or "-")
        copies = _known("record", tables_targets.of_records(connection, named))
        return tables_targets.places(connection, copies)
    if asked.records or asked.conversations or asked.accounts or asked.deliveries:
        return tables_targets.places(connection, _scope(connection, asked))
    return tables_targets.places_due(connection, at)


def _scope(connection: Connection, asked: Asked) -> set[int]:
    found = _known("record", tables_targets.of_records(connection, asked.records))
    found |= _known(
        "conversation", tables_targets.of_conversations(connection, asked.conversations)
    )
    for public in asked.accounts:
        found |= tables_targets.of_account(connection, public)
    for public in asked.deliveries:
        rows = tables_targets.of_delivery(connection, existing(connection, public).id)
        found.update(copy for _, copy in rows)
    return found


def _known(what: str, found: tuple[set[int], list[str]]) -> set[int]:
    copies, unknown = found
    if unknown:
        raise NoSuchThing(what=what, name=unknown[0])
    return copies


def _items(
    connection: Connection, places: Sequence[Place], judge: Judge
) -> tuple[list[Line], list[Refused]]:
    refused = judge.items(places)
    if not refused:
        return _lines(connection, places, judge), []
    goes = [place for place in places if place.copy not in refused]
    stays = [place for place in places if place.copy in refused]
    return _lines(connection, goes, judge), _refusals(connection, stays, refused)


def _lines(connection: Connection, goes: Sequence[Place], judge: Judge) -> list[Line]:
    """Put what goes together by delivery, conversation and rule; a delivery that goes whole so."""
    living, strands = _living(goes), tables_targets.strands(connection)
    lines = []
    for (delivery, strand, rule), together in _grouped(goes).items():
        one = tables_targets.by_key(connection, delivery)
        lines.append(_line(one, strands[strand], judge.rules.get(rule), together, living))
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.delivery] = counts.get(line.delivery, 0) + line.count
    whole = {public for public, count in counts.items() if _is_all(connection, public, count)}
    lines.sort(key=lambda line: (line.delivery, line.items, line.conversation))
    return [replace(line, items=()) if line.delivery in whole else line for line in lines]


def _is_all(connection: Connection, public: str, count: int) -> bool:
    one = existing(connection, public)
    return bool(one.all_read) and one.items == count


def _living(goes: Sequence[Place]) -> set[int]:
    """Give the records that another copy keeps alive."""
    copies: dict[int, set[int]] = {}
    several = [place for place in goes if place.copies > 1]
    for place in several:
        copies.setdefault(place.record, set()).add(place.copy)
    return {place.record for place in several if len(copies[place.record]) < place.copies}


def _grouped(places: Sequence[Place]) -> dict[tuple[int, int, int], list[Place]]:
    found: dict[tuple[int, int, int], list[Place]] = {}
    for place in places:
        found.setdefault((place.delivery, place.strand, place.rule or 0), []).append(place)
    return found


def _line(
    delivery: str,
    strand: Strand,
    rule: Rule | None,
    together: Sequence[Place],
    living: Collection[int],
) -> Line:
    times = [one.sent_at for one in together if one.sent_at is not None]
    return Line(
        delivery=delivery,
        account=strand.account,
        service=strand.service,
        conversation=strand.conversation,
        items=ranges(one.item for one in together),
        count=len(together),
        since=min(times, default=None),
        until=max(times, default=None),
        rule=rule if together[0].rule else None,
        start_at=min((one.start_at for one in together if one.start_at is not None), default=None),
        end_at=max((one.end_at for one in together if one.end_at is not None), default=None),
        elsewhere=sum(one.record in living for one in together) if living else 0,
    )


def _refusals(
    connection: Connection, stays: Sequence[Place], refused: dict[int, Reason]
) -> list[Refused]:
    found: dict[tuple[int, Reason], list[int]] = {}
    for place in stays:
        found.setdefault((place.delivery, refused[place.copy]), []).append(place.item)
    return sorted(
        (
            Refused(
                delivery=tables_targets.by_key(connection, delivery),
                reason=reason.code,
                items=ranges(items),
                count=len(items),
                by=reason.by,
            )
            for (delivery, reason), items in found.items()
        ),
        key=lambda one: (one.delivery, one.items),
    )
