"""The proof of coverage for mail in words: what text and page share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from archiver.coverage.mail_proof import MailProof
from archiver.coverage.mail_proven import Evidence, ProvenMail, Status, Tally
from archiver.coverage.months import Months
from archiver.coverage.page import heading, page, paragraph, table, unknown
from archiver.coverage.told import day
from archiver.language import say


def mail_text(proof: MailProof, months: Months) -> Iterator[str]:
    """Write the proof as lines: the numbers, then three lists."""
    yield from sentences(proof)
    for status, title in titles().items():
        rows = [one for one in proof.rows if one.status is status]
        if rows:
            yield f"{title}: {len(rows)}"
            yield from (f"  {'; '.join(filter(None, cells(one, months)))}" for one in rows)


def mail_page(ministry: str, proof: MailProof, months: Months, today: date) -> str:
    """Make the proof a page to print."""
    account = proof.account
    introduction = (
        say("Account {account}: {service} {identifier} of {person}.", account=account.id,
            service=account.service, identifier=account.identifier, person=account.person),
        say("Made on {day}.", day=today),
        say("Compared with the business accounts: {accounts}.",
            accounts=" ".join(proof.business) or "-"),
        say("Every row can be checked: the commands show and explain take its ids."),
    )  # fmt: skip
    parts = [paragraph(line) for line in sentences(proof)]
    for status, title in titles().items():
        rows = [cells(one, months) for one in proof.rows if one.status is status]
        parts.append(heading(f"{title} ({len(rows)})"))
        parts.append(table(columns(), rows) if rows else paragraph(say("None.")))
    return page(say("Proof of coverage for mail: {ministry}", ministry=ministry), introduction,
                parts)  # fmt: skip


def sentences(proof: MailProof) -> Iterator[str]:
    """Say the numbers; they are of all messages, so that nothing is estimated."""
    work, unjudged = proof.work, proof.unjudged
    if work.total:
        kept = work.covered + work.whole
        yield say(
            "{kept} of {total} work messages ({percent}%) are kept whole on business accounts.",
            kept=kept, total=work.total, percent=percent(kept, work.total),
        )  # fmt: skip
        yield from _numbers(work)
    else:
        yield say("No message of this account is sorted as work yet.")
    if unjudged.total:
        yield say("Not judged yet, sealed and not counted above: {n}.", n=unjudged.total)
        yield from _numbers(unjudged)
    if proof.set_aside:
        yield say("Judged private or of the party, compared with nothing: {n}.", n=proof.set_aside)
    if proof.unread:
        yield say("Attached messages that could not be read: {n}.", n=proof.unread)
    yield say("All messages were counted; nothing is estimated.")


def _numbers(one: Tally) -> Iterator[str]:
    yield say(
        "Covered: {covered}. Forwarded whole: {whole}, in part: {part}. Uncovered: {uncovered}, of"
        " which with a proposal: {proposed}.",
        covered=one.covered, whole=one.whole, part=one.forwarded - one.whole,
        uncovered=one.uncovered, proposed=one.proposed,
    )  # fmt: skip


def percent(part: int, total: int) -> str:
    """Write a proportion with one decimal, rounded down: 100 only where nothing lacks."""
    tenths = 1000 * part // total
    return f"{tenths // 10}.{tenths % 10}"


def titles() -> dict[Status, str]:
    """Give the three lists, what lacks first."""
    return {
        Status.UNCOVERED: say("Uncovered"),
        Status.FORWARDED: say("Forwarded"),
        Status.COVERED: say("Covered"),
    }


def columns() -> tuple[str, ...]:
    """Give the titles of a row's cells."""
    return (
        say("Message"), say("Sent on"), say("Sender"), say("Subject"), say("Sorting"),
        say("Held by"), say("Proposals"),
    )  # fmt: skip


def cells(one: ProvenMail, months: Months) -> tuple[str, ...]:
    """Give a row as texts."""
    return (
        one.id,
        day(months, one.sent_at),
        one.sender,
        one.subject,
        say("not judged yet") if one.sealed else say("work"),
        _evidence(one.evidence, one) if one.evidence else "-",
        "; ".join(_evidence(each, one) for each in one.proposals) or "-",
    )


def _evidence(one: Evidence, row: ProvenMail) -> str:
    """Say which mail has it, by which rule, and how much of it."""
    where = f"{one.id} ({one.account})" if one.id else say("a sealed message")
    parts = [where, say("level {level}, {rule}", level=one.level, rule=one.rule or unknown())]
    if row.status is not Status.COVERED:
        parts.append(say("{share}% of the words", share=one.share))
        if row.attachments:
            parts.append(say("{n} of {total} files", n=one.files, total=row.attachments))
    if one.against:
        parts.append(say("against it: {reason}", reason=reasons()[one.against]))
    return ", ".join(parts)


def reasons() -> dict[str, str]:
    """Say what may make a find no more than a proposal."""
    return {
        "sender": say("another sender, or none"),
        "time": say("another time, or none"),
        "zone": say("the time fits in another zone only"),
        "subject": say("another subject, or none"),
        "text": say("the text is not that of the message"),
        "several-fit": say("several messages fit"),
    }
