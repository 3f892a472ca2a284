"""The report on legal bases: for each account and purpose on what its processing rests, and proof.

Per basis: article, kind of basis, status (solid, anchor, weak, missing), period, categories of
data, recipients, and from the log the event that gave the basis beside that of the first reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct

from archiver.language import say
from archiver.model import Account
from archiver.output import local
from archiver.output.words import word
from archiver.register import basis_periods, basis_proof, entries, facts
from archiver.register.accounts import accounts
from archiver.register.bases import ARCHIVING, Basis, Kind, Strength, bases, purposes
from archiver.register.basis_periods import BasisPeriod, Withdrawal
from archiver.register.basis_proof import Proof, first_by_account, own_bases, prove
from archiver.register.facts import Fact
from archiver.store.archive import Archive

Section = tuple[str, tuple[str, ...]]


class Line(Struct, frozen=True):
    """One basis of one account for one purpose.

    Days are ISO 8601, times RFC 3339 in the zone of the report, events numbers in the log. `proof`
    is one of `basis_proof.Outcome`; ``not-processed`` when nothing was read under it.
    """

    account: str
    person: str
    service: str
    kind: str
    purpose: str
    basis: str
    title: str
    article: str
    basis_kind: str
    status: str
    since: str
    until: str
    withdrawn_on: str
    data: str
    recipients: tuple[str, ...]
    basis_event: int
    basis_at: str
    first_processing_event: int | None
    first_processed_at: str
    proof: str


def report(archive: Archive, zone: tzinfo, day: str, account: str = "") -> list[Line]:
    """Give the lines of all accounts, or of one; facts count as they are valid on a day."""
    proofs = first_by_account(list(prove(archive, zone, account)))
    counting = facts.valid(facts.facts(archive), day)
    withdrawn = [one for _, one in basis_periods.withdrawals(archive)]
    found: list[Line] = []
    given = _given(archive, zone)
    for one in accounts(archive):
        if account in ("", one.id):
            about = [fact for fact in counting if fact.about == one.id]
            found += _lines(one, given.get(one.id, []), withdrawn, about, proofs)
    return found


def sections(ministry: str, day: str, lines: Sequence[Line]) -> tuple[Section, ...]:
    """Write the report as a document, in the language of the moment."""
    named = purposes()
    head = say(
        "Legal bases of {ministry}, on {day}. Events are numbers in the log of the archive.",
        ministry=ministry,
        day=day,
    )
    found: list[Section] = [(say("Scope"), (head,))]
    found += [
        (_title(one, named.get(one.purpose, one.purpose)), tuple(_said(one))) for one in lines
    ]
    return tuple(found)


def _title(one: Line, purpose: str) -> str:
    return f"{one.person}: {word('service', one.service)} ({one.account}), {purpose}"


def _given(archive: Archive, zone: tzinfo) -> dict[str, list[tuple[int, str, BasisPeriod]]]:
    """Give by account each basis it was given, with the event and its time, oldest first."""
    found: dict[str, list[tuple[int, str, BasisPeriod]]] = {}
    for events in own_bases(archive).values():
        ends = [_day(each.at, zone) for each in events[1:]] + [""]
        for event, until in zip(events, ends, strict=True):
            period = BasisPeriod(
                "", event.account, ARCHIVING, event.basis, _day(event.at, zone),
                until, own=True,
            )  # fmt: skip
            found.setdefault(event.account, []).append((event.seq, local(event.at, zone), period))
    assigned = entries.listed(archive.catalogue.connection, basis_periods.LIST, BasisPeriod)
    for seq, one in assigned:
        if not one.own:
            at = local(archive.log.event(seq).at, zone)
            found.setdefault(one.account, []).append((seq, at, one))
    return found


def _lines(
    account: Account,
    given: Sequence[tuple[int, str, BasisPeriod]],
    withdrawn: Sequence[Withdrawal],
    about: Sequence[Fact],
    proofs: Mapping[tuple[str, str], Proof],
) -> Iterator[Line]:
    known = bases()
    for seq, at, period in given:
        basis = known.get(period.basis)
        first = proofs.get((account.id, period.basis)) if _archives(period) else None
        yield Line(
            account=account.id,
            person=account.person,
            service=account.service,
            kind=str(account.kind),
            purpose=period.purpose,
            basis=period.basis,
            title=basis.title if basis else "",
            article=basis.article if basis else "",
            basis_kind=str(basis.kind if basis else Kind.NONE),
            status=_status(basis),
            since=period.since,
            until=period.until,
            withdrawn_on=_withdrawn(account.id, period, withdrawn),
            data="; ".join(f"{one.values['persons']}: {one.values['categories']}"
                           for one in about if one.kind == "data"),
            recipients=tuple(one.values["name"] for one in about if one.kind == "recipients"),
            basis_event=seq,
            basis_at=at,
            first_processing_event=first.processing_event if first else None,
            first_processed_at=first.processed_at if first else "",
            proof=str(first.outcome if first else basis_proof.Outcome.NOT_PROCESSED),
        )  # fmt: skip


def _archives(period: BasisPeriod) -> bool:
    return period.purpose == ARCHIVING


def _status(basis: Basis | None) -> str:
    return str(basis.strength if basis else Strength.MISSING)


def _withdrawn(account: str, period: BasisPeriod, among: Sequence[Withdrawal]) -> str:
    days = [
        one.on
        for one in among
        if one.account == account and basis_periods.takes(period, one) and one.on >= period.since
    ]
    return min(days, default="")


def _said(one: Line) -> Iterator[str]:
    nothing = say("not registered")
    yield say("Legal basis: {title} ({basis}).", title=one.title or nothing, basis=one.basis)
    yield say(
        "Article: {article}. Kind: {kind}. Status: {status}.",
        article=one.article or nothing,
        kind=kind_name(one.basis_kind),
        status=status_name(one.status),
    )
    yield say("From {since} to {until}.", since=one.since, until=one.until or "…")
    if one.withdrawn_on:
        yield say("Withdrawn from {day}.", day=one.withdrawn_on)
    yield say("Data: {data}. Recipients: {recipients}.", data=one.data or nothing,
              recipients=", ".join(one.recipients) or nothing)  # fmt: skip
    yield say("Registered by event {seq} at {at}.", seq=one.basis_event, at=one.basis_at)
    if one.first_processing_event is None:
        yield say("Nothing was read under it.")
    else:
        yield say(
            "First read by event {seq} at {at}: {proof}.",
            seq=one.first_processing_event,
            at=one.first_processed_at,
            proof=proof_name(one.proof),
        )


def kind_name(kind: str) -> str:
    """Say what sort of ground it is, in the language of the moment."""
    return {
        Kind.LEGAL_OBLIGATION: say("legal obligation"),
        Kind.PUBLIC_TASK: say("public task"),
        Kind.CONSENT: say("consent"),
        Kind.POLICY: say("policy"),
        Kind.AGREEMENT: say("agreement"),
        Kind.NONE: say("missing"),
    }[Kind(kind)]


def status_name(status: str) -> str:
    """Say a status in the language of the moment."""
    return {
        Strength.SOLID: say("solid"),
        Strength.ANCHOR: say("to be anchored in an article"),
        Strength.WEAK: say("weak"),
        Strength.MISSING: say("missing"),
    }[Strength(status)]


def proof_name(proof: str) -> str:
    """Say what was proved, in the language of the moment."""
    return {
        basis_proof.Outcome.PROVED: say("the basis was there before"),
        basis_proof.Outcome.NOT_BEFORE: say("no basis was there before"),
        basis_proof.Outcome.NOT_COVERED: say("the basis did not cover that day"),
        basis_proof.Outcome.NOT_PROCESSED: say("nothing was read"),
    }[basis_proof.Outcome(proof)]


def _day(at: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).date().isoformat()
