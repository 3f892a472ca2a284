"""Approve a proposal: two people in two roles, each with a signature of their own over its digest.

The process owner answers for the work, the archive manager for the records. The key that counts is
the one that was registered for the officer; what was signed is the digest of the proposal as it is
stored. Every refusal is an event.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Officer, Role
from archiver.register.officers import officers
from archiver.store.archive import Archive
from archiver.store.events import Event, stamp
from archiver.store.scribe import Scribe, now, unseal
from retention import dossier, tables_dispose
from retention.proposal import Proposal, is_id, load, message
from retention.signature import Signature, parse, public_bytes
from retention.tables_dispose import Approved, Proposed, Stage

APPROVED = "dispose.approved"
REFUSED = "dispose.refused"
ROLES = (Role.PROCESS_OWNER, Role.ARCHIVE_MANAGER)


class ApprovalRefused(ArchiveError):
    """This approval does not count."""

    exit_code = ExitCode.NOT_AUTHORISED


class NoKeyRegistered(ApprovalRefused):
    """No public key is registered for {officer}; without one nothing can be approved."""


class ForgedSignature(ApprovalRefused):
    """The signature was not made by the registered key of {officer} over proposal {proposal}."""


class ReplayedSignature(ApprovalRefused):
    """The signature was given for proposal {other}, not for {proposal}."""


class ProposalExpired(ApprovalRefused):
    """Proposal {proposal} counted until {day}; make a new one."""


class SamePerson(ApprovalRefused):
    """{officer} has approved proposal {proposal} already; a second person is needed."""


class SameRole(ApprovalRefused):
    """Proposal {proposal} was approved in the role {role} already; the other role is needed."""


class NoSuchRole(ApprovalRefused):
    """{officer} is neither process owner nor archive manager, as the approval needs."""


class ApprovalLapsed(ApprovalRefused):
    """The approval by {officer} counts no longer: the key or the period was changed since."""


class SecondPersonNeeded(ApprovalRefused):
    """Proposal {proposal} still needs the approval of: {roles}."""


class AlreadyExecuted(ArchiveError):
    """Proposal {proposal} was carried out already."""

    exit_code = ExitCode.USAGE


class Approval(Struct, frozen=True):
    """An approval as it stands in the statement: who, when (ms since 1970), and the signature."""

    officer: str
    name: str
    role: str
    at: int
    public_key: str
    signature: str


def approve(scribe: Scribe, public: str, signature: Signature, role: str = "") -> Approved:
    """Add the approval of who acts; the role is given where the officer has both.

    Raises:
        ApprovalRefused: It does not count; its kinds say why. The refusal is logged.
        AlteredProposal: What is stored is not what was proposed.
        AlreadyExecuted: There is nothing left to approve.
    """
    archive = scribe.archive
    with archive.writing():
        try:
            proposal, known = load(archive, public)
            taken = _role(scribe, known, role)
            _check(archive, scribe.actor.officer, proposal, known, signature)
        except ArchiveError as refusal:
            refuse(scribe, public, refusal)
            raise
        approved = Approved(taken, scribe.actor.officer.id, now(), archive.log.size)
        detail = {
            "name": scribe.actor.officer.name,
            "public_key": scribe.actor.officer.public_key,
            "signature": signature.armored,
        }
        event = scribe.event(
            APPROVED, delivery=public, detail=detail, key=dossier.PARENT, codes=[taken],
            counts={"approved": approved.at},
        )  # fmt: skip
        scribe.record(event)
        return approved


def refuse(scribe: Scribe, public: str, refusal: ArchiveError) -> None:
    """Log that something was refused."""
    codes = [type(refusal).__name__]
    delivery = public if is_id(public) else ""
    result = "held" if refusal.exit_code is ExitCode.HELD else "refused"
    scribe.record(scribe.event(REFUSED, result=result, delivery=delivery, codes=codes))


def verified(archive: Archive, proposal: Proposal, known: Proposed) -> list[Approval]:
    """Give the approvals of a proposal once they were checked again, all of them.

    Raises:
        ApprovalRefused: One counts no longer, or one is missing.
    """
    found = [_verified(archive, known, one) for one in _approvals(archive, proposal.id)]
    missing = [str(role) for role in ROLES if role not in {one.role for one in found}]
    if missing:
        raise SecondPersonNeeded(proposal=proposal.id, roles=", ".join(missing))
    if len({one.officer for one in found}) < len(ROLES) or len(
        {one.public_key for one in found}
    ) < len(ROLES):
        raise SamePerson(officer=found[0].officer, proposal=proposal.id)
    return found


def given(archive: Archive, public: str) -> list[Approval]:
    """Give the approvals of a proposal as the log keeps them, in their order."""
    return [_approval(archive, one) for one in _approvals(archive, public)]


def check_expiry(known: Proposed) -> None:
    """Insist that a proposal still counts.

    Raises:
        ProposalExpired: It does not.
    """
    if now() > known.expires_at:
        raise ProposalExpired(proposal=known.id, day=stamp(known.expires_at)[:10])


def project(archive: Archive, event: Event) -> None:
    """Bring an approval's event into the catalogue."""
    approved = Approved(event.codes[0], event.actor, event.counts["approved"], event.seq)
    connection = tables_dispose.made(archive.catalogue.connection)
    tables_dispose.put_approval(connection, event.delivery, approved)


def _role(scribe: Scribe, known: Proposed, wanted: str) -> str:
    """Settle the role: the one that was asked for, else the one that is still missing."""
    officer = scribe.actor.officer
    given = _approvals(scribe.archive, known.id)
    if known.stage == Stage.DONE:
        raise AlreadyExecuted(proposal=known.id)
    if officer.id in {one.officer for one in given}:
        raise SamePerson(officer=officer.id, proposal=known.id)
    own = [str(role) for role in ROLES if role in officer.roles and wanted in ("", role)]
    if not own:
        raise NoSuchRole(officer=officer.id)
    free = [role for role in own if role not in {one.role for one in given}]
    if not free:
        raise SameRole(proposal=known.id, role=own[0])
    return free[0]


def _check(
    archive: Archive, officer: Officer, proposal: Proposal, known: Proposed, signature: Signature
) -> None:
    check_expiry(known)
    if not officer.public_key:
        raise NoKeyRegistered(officer=officer.id)
    others = {one.id: one.public_key for one in officers(archive)}
    for given in _approvals(archive, proposal.id):
        if others.get(given.officer) == officer.public_key:
            raise SamePerson(officer=given.officer, proposal=proposal.id)
    if signature.public_key != public_bytes(officer.public_key):
        raise ForgedSignature(officer=officer.id, proposal=proposal.id)
    if not signature.verifies(message(known.digest)):
        raise _forged(archive, officer, proposal.id, signature)


def _forged(
    archive: Archive, officer: Officer, public: str, signature: Signature
) -> ApprovalRefused:
    """Tell a signature that was given for another proposal from one that was never given."""
    for other in tables_dispose.proposals(archive.catalogue.connection):
        if signature.verifies(message(other.digest)):
            return ReplayedSignature(other=other.id, proposal=public)
    return ForgedSignature(officer=officer.id, proposal=public)


def _approvals(archive: Archive, public: str) -> Sequence[Approved]:
    return tables_dispose.approvals(tables_dispose.ready(archive), public)


def _verified(archive: Archive, known: Proposed, approved: Approved) -> Approval:
    """Check one approval against the log, and the log against who is registered now."""
    event = archive.log.event(approved.seq)
    detail = unseal(archive, event)
    now_known = {one.id: one for one in officers(archive)}.get(event.actor)
    if event.type != APPROVED or event.delivery != known.id or event.seq < known.seq:
        raise ReplayedSignature(other=event.delivery, proposal=known.id)
    if now_known is None or not _stood(now_known, detail["public_key"], approved):
        raise ApprovalLapsed(officer=event.actor)
    signature = _parsed(detail["signature"], event.actor, known.id)
    if signature.public_key != public_bytes(now_known.public_key) or not signature.verifies(
        message(known.digest)
    ):
        raise ForgedSignature(officer=event.actor, proposal=known.id)
    return _approval(archive, approved)


def _approval(archive: Archive, approved: Approved) -> Approval:
    event = archive.log.event(approved.seq)
    detail = unseal(archive, event)
    return Approval(
        officer=event.actor,
        name=detail["name"],
        role=event.codes[0],
        at=event.counts["approved"],
        public_key=detail["public_key"],
        signature=detail["signature"],
    )


def _stood(officer: Officer, public_key: str, approved: Approved) -> bool:
    """Whether who approved still has that key, and had a period that covers the approval."""
    day = stamp(approved.at)[:10]
    in_period = officer.since <= day <= (officer.until or day)
    return bool(public_key) and officer.public_key == public_key and in_period


def _parsed(text: str, officer: str, public: str) -> Signature:
    try:
        return parse(text)
    except ValueError as error:
        raise ForgedSignature(officer=officer, proposal=public) from error
