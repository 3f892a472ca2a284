"""Make a proposal to destroy: what goes, and visibly what does not go, and why not."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.output.words import word
from archiver.register.accounts import new_id
from archiver.sorting.confirm import confirmed
from archiver.store.catalogue.connection import Connection
from archiver.store.scribe import Scribe, now
from retention import held, lines, propose_again, returned, schema, tables_dispose, tables_targets
from retention import proposal as proposals
from retention.judge import Judge
from retention.lines import existing
from retention.proposal import DAY, Ground, Line, Proposal, Refused
from retention.tables_targets import Place, Whole


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
    """What an officer proposes; without a narrower scope everything whose term has run.

    `again` is the scope of what was destroyed before on this ground and was handed in again.
    """

    ground: Ground
    reason: str = ""
    deliveries: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    reference: str = ""
    again: bool = False


def propose(
    scribe: Scribe,
    asked: Asked,
    *,
    days: int,
    find: returned.Find = returned.nothing,
    dry_run: bool = False,
) -> tuple[Proposal, str]:
    """Make, store and log a proposal that counts for so many days; give it with its digest.

    `find` gives what returned. With `dry_run` nothing is stored and nothing logged.

    Raises:
        WithdrawalIncomplete: It names no delivery, or no reason.
        NoSuchThing: Something that was named is not there.
        NoSortList: The ground is that of a sort list, and none of this name was confirmed.
        NothingToDestroy: Nothing of it may go; `AllHeld` when holds alone forbid it.
    """
    archive = scribe.archive
    with archive.writing():
        connection = tables_dispose.ready(archive)
        schema.ready(archive)
        held.refresh(connection)
        at = now()
        judge = Judge(connection, asked.ground, at)
        if asked.again:
            goes, refused = propose_again.again(
                connection, find(archive, asked.deliveries), asked.deliveries, judge
            )
        elif asked.ground is Ground.WITHDRAWN:
            goes, refused = _deliveries(connection, asked, judge, find(archive, asked.deliveries))
        else:
            goes, refused = lines.of_places(connection, _places(connection, asked, at), judge)
        if not goes:
            raise _nothing(refused)
        made = Proposal(
            id=new_id("p"),
            archive=archive.identity.name,
            ground=asked.ground,
            reason=asked.reason,
            proposer=scribe.actor.officer.id,
            proposed_at=at,
            expires_at=at + days * DAY,
            lines=tuple(goes),
            refused=tuple(refused),
            reference=asked.reference,
        )
        if dry_run:
            return made, proposals.digest(proposals.encode(made))
        return made, proposals.write(scribe, made)


def _nothing(refused: Sequence[Refused]) -> NothingToDestroy:
    held = bool(refused) and all(one.reason == "held" for one in refused)
    told = {" ".join((word("refused.reason", one.reason), *one.by)) for one in refused}
    reasons = sorted(told) or [word("refused.reason", "none")]
    kind = AllHeld if held else NothingToDestroy
    return kind(count=sum(one.count for one in refused), reasons=", ".join(reasons))


# -- whole deliveries -----------------------------------------------------------------------------


def _deliveries(
    connection: Connection,
    asked: Asked,
    judge: Judge,
    back: Sequence[returned.Returned],
) -> tuple[list[Line], list[Refused]]:
    if not asked.reason or not asked.deliveries:
        raise WithdrawalIncomplete
    goes, refused = [], []
    for public in asked.deliveries:
        one = existing(connection, public)
        copies = [copy for _, copy in tables_targets.of_delivery(connection, one.id)]
        items = [item for each in back if each.delivery == public for item in each.items]
        reason = judge.delivery(one, copies, items)
        if reason is None:
            goes.append(_whole(connection, one))
        else:
            refused.append(Refused(public, reason.code, count=one.items, by=reason.by))
    return goes, refused


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


def _places(connection: Connection, asked: Asked, at: int) -> list[Place]:
    """Give the items to look at: those named, or all whose term has run."""
    if asked.ground is Ground.NO_RECORD:
        copies = confirmed(connection, asked.reference)
        if not copies:
            raise NoSortList(name=asked.reference or "-")
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
