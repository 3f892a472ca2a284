"""Decide of episodes: sort them, take that back, object, and settle an objection.

Work opens exactly the messages that were shown, as this account has them; every other outcome keeps
them sealed. An objection seals until a third person has decided: neither the official whose account
it is, nor anyone who sorted the episode or took the objection down. What is said for a decision is
kept under a key of the episode's own, which goes when the episode is destroyed.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from archiver.classify.episode import Outcome
from archiver.errors import ArchiveError, ExitCode
from archiver.model import AccountKind
from archiver.register.accounts import account
from archiver.register.functions import same
from archiver.sorting import schema
from archiver.sorting.episodes import Cut, Episode, find
from archiver.sorting.tables_acts import Act, Kind, Source, holders, officers
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe

SORTED = "episode.sorted"
OBJECTED = "episode.objected"
DECIDED = "episode.decided"
UNDONE = "episode.undone"
KINDS = {SORTED: Kind.SORTED, OBJECTED: Kind.OBJECTED, DECIDED: Kind.DECIDED}


class EpisodeChanged(ArchiveError):
    """Episode {episode} has other messages than were shown; look at it again."""

    exit_code = ExitCode.FINDINGS


class OpenAlready(ArchiveError):
    """Episode {episode} is open and was never sealed; what is private in it can be excluded."""

    exit_code = ExitCode.USAGE


class ObjectionPending(ArchiveError):
    """The official objected to episode {episode}; a third person has to settle that."""

    exit_code = ExitCode.NOT_AUTHORISED


class NoObjection(ArchiveError):
    """Nobody objected to episode {episode}."""

    exit_code = ExitCode.USAGE


class NothingToUndo(ArchiveError):
    """Of episode {episode} nothing was sorted that can be taken back."""

    exit_code = ExitCode.USAGE


class ReasonNeeded(ArchiveError):
    """An objection, and what settles it, needs a reason."""

    exit_code = ExitCode.USAGE


class ThirdPersonNeeded(ArchiveError):
    """{officer} may not settle this: a third person decides it in person."""

    exit_code = ExitCode.NOT_AUTHORISED


class Detail(Struct, frozen=True, omit_defaults=True):
    """What the event of an act keeps encrypted; `reason` is encrypted once more, by itself.

    `items` are the items that hold its messages, `first` and `last` the names of the outermost, and
    `members` is the digest of all names.
    """

    outcome: Outcome
    source: Source
    first: str
    last: str
    members: str
    items: dict[str, tuple[tuple[int, int], ...]]
    reason: str = ""


def sort(
    scribe: Scribe,
    episode: Episode,
    outcome: Outcome,
    cut: Cut,
    *,
    reason: str = "",
    source: Source = Source.OFFICER,
) -> int:
    """Sort an episode as it was shown; give the number of the event.

    Raises:
        EpisodeChanged: It has other messages by now, or something else was decided of them.
        ObjectionPending: The official objected to it.
        OpenAlready: It was never sealed.
    """
    with scribe.archive.writing():
        now = _still(scribe, episode, cut)
        if now.act is None and now.is_open:
            raise OpenAlready(episode=now.id)
        if now.act is not None and now.act.kind is Kind.OBJECTED:
            raise ObjectionPending(episode=now.id)
        return scribe.record(event(scribe, SORTED, now, outcome, source, reason))


def undo(scribe: Scribe, public: str, cut: Cut) -> Act:
    """Take the last sorting of an episode back; what was decided before it counts again.

    Nothing that was sealed when it was first sorted is open after that.

    Raises:
        NoSuchThing: There is no such episode.
        ObjectionPending: The official objected to it.
        NothingToUndo: It was not sorted, or a third person decided.
    """
    with scribe.archive.writing():
        found = find(schema.ready(scribe.archive), public, cut)
        act = found.act
        if act is not None and act.kind is Kind.OBJECTED:
            raise ObjectionPending(episode=found.id)
        if act is None or act.kind is not Kind.SORTED:
            raise NothingToUndo(episode=found.id)
        scribe.record(
            scribe.event(UNDONE, account=act.account, codes=(act.episode,), counts={"act": act.seq})
        )
        return act


def object_to(scribe: Scribe, public: str, reason: str, cut: Cut) -> int:
    """Take down that the official objects to how an episode was, or is to be, sorted.

    It is sealed and cannot be destroyed until that is settled.

    Raises:
        NoSuchThing: There is no such episode.
        ReasonNeeded: There is no reason.
        ObjectionPending: There is an objection already.
        OpenAlready: It is of a business account, and open.
    """
    if not reason:
        raise ReasonNeeded
    with scribe.archive.writing():
        found = find(schema.ready(scribe.archive), public, cut)
        if found.act is not None and found.act.kind is Kind.OBJECTED:
            raise ObjectionPending(episode=found.id)
        if _was_never_sealed(scribe, found):
            raise OpenAlready(episode=found.id)
        return scribe.record(
            event(scribe, OBJECTED, found, Outcome.UNDECIDED, Source.OFFICIAL, reason)
        )


def settle(scribe: Scribe, public: str, outcome: Outcome, cut: Cut, *, by: str, reason: str) -> int:
    """Settle an objection, as the third person who acts and is named (login or id).

    Raises:
        NoSuchThing: There is no such episode.
        NoObjection: Nobody objected.
        ReasonNeeded: There is no reason.
        ThirdPersonNeeded: Who acts is not who is named, is the official, or had a part in it.
    """
    if not reason:
        raise ReasonNeeded
    with scribe.archive.writing():
        found = find(schema.ready(scribe.archive), public, cut)
        if found.act is None or found.act.kind is not Kind.OBJECTED:
            raise NoObjection(episode=found.id)
        _insist_on_third(scribe, found.act, by)
        return scribe.record(event(scribe, DECIDED, found, outcome, Source.OFFICER, reason))


def event(
    scribe: Scribe, kind: str, episode: Episode, outcome: Outcome, source: Source, reason: str
) -> Event:
    """Make the event of an act on an episode; every item that holds a message of it is named."""
    connection = scribe.archive.catalogue.connection
    members = episode.members
    name = members[0].id if episode.act is None else episode.act.episode
    detail = Detail(
        outcome=outcome,
        source=source,
        first=members[0].id,
        last=members[-1].id,
        members=episode.digest,
        items=holders(connection, (one.copy for one in members)),
        reason=scribe.archive.keys.box(reason_key(name), reason.encode()) if reason else "",
    )
    return scribe.event(
        kind,
        account=episode.strand.account,
        codes=(name,),
        counts={"records": len({one.record for one in members})},
        detail=msgspec.to_builtins(detail),
        key=REGISTER,
    )


def reason_key(episode: str) -> str:
    """Name the key under which what was said of an episode can be read."""
    return f"case:sorting-{episode}"


def _still(scribe: Scribe, episode: Episode, cut: Cut) -> Episode:
    """Give an episode as it is now, if that is as it was shown."""
    now = find(schema.ready(scribe.archive), episode.members[0].id, cut)
    if (now.digest, now.act) != (episode.digest, episode.act):
        raise EpisodeChanged(episode=episode.id)
    return now


def _was_never_sealed(scribe: Scribe, episode: Episode) -> bool:
    """Whether an episode is open since its account is a business one."""
    own = account(scribe.archive, episode.strand.account)
    return episode.act is None and episode.is_open and own.kind is AccountKind.BUSINESS


def _insist_on_third(scribe: Scribe, objection: Act, by: str) -> None:
    officer = scribe.actor.officer
    official = account(scribe.archive, objection.account).person
    involved = officers(scribe.archive.catalogue.connection, objection.seq)
    if (
        by not in (officer.login, officer.id)
        or officer.id in involved
        or any(same(name, official) for name in (officer.name, officer.login))
    ):
        raise ThirdPersonNeeded(officer=by)
