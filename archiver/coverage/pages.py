"""Coverage and overview as pages to read on a screen or on paper; every sentence is translated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from archiver.coverage import told
from archiver.coverage.months import Months
from archiver.coverage.overview import Row
from archiver.coverage.page import heading, page, paragraph, table, unknown
from archiver.coverage.report import OfficialCoverage
from archiver.coverage.timeline import key, timeline
from archiver.language import say
from archiver.register.cabinets import cabinets


def coverage_page(
    ministry: str, found: Sequence[OfficialCoverage], months: Months, today: date
) -> str:
    """Make the page on coverage, with a picture in time of each official's accounts."""
    introduction = (
        say("Made on {day}.", day=today),
        say("Sealed records count in the numbers; nothing else is told of them."),
        say("A silent month proves nothing by itself: perhaps nothing was written."),
        say("Lacking: messages that others handed in, within the period that this account has of"
            " the conversation. Why they lack, the command differences tells."),
    )  # fmt: skip
    parts = [part for one in found for part in _official(one, months, today)]
    return page(say("Coverage: {ministry}", ministry=ministry), introduction, [key(), *parts])


def overview_page(ministry: str, rows: Sequence[Row], months: Months, today: date) -> str:
    """Make the table that is owed to parliament."""
    introduction = (
        say("Made on {day}.", day=today),
        say("Which accounts were used in which period, whether safely, and whether and where their"
            " messages are kept."),
        say("Kept in order is the share of the months that an account ran in of which the archive"
            " has at least one record. Square brackets name the fact of the register, its day and"
            " its source; deliveries are named by their ids."),
        say("Sealed records count in the numbers; nothing else is told of them."),
    )  # fmt: skip
    names = {one.code: one.name for one in cabinets()}
    parts = [heading(say("Accounts by official and cabinet period"))]
    parts.append(table(overview_titles(), (overview_cells(one, names, months) for one in rows)))
    return page(say("Overview of accounts: {ministry}", ministry=ministry), introduction, parts)


def overview_titles() -> tuple[str, ...]:
    """Give the titles of the table's columns."""
    return (
        say("Official"), say("Account"), say("Cabinet period"), say("Used"), say("Safe"),
        say("Kept in order"), say("Where"), say("Declared"), say("Deliveries"),
    )  # fmt: skip


def overview_cells(one: Row, cabinet: dict[str, str], months: Months) -> tuple[str, ...]:
    """Give a row of the table as texts."""
    period = f"{one.since or '…'} – {one.until}"
    named = cabinet.get(one.cabinet, say("earlier"))
    used = (
        say("{first} – {last}, {n} records, {sealed} sealed", first=told.day(months, one.first),
            last=told.day(months, one.last), n=one.records, sealed=one.sealed)
        if one.records
        else unknown()
    )  # fmt: skip
    return (
        ", ".join((one.official, *one.functions)),
        f"{one.service} {one.identifier}, {_kinds()[one.kind]} ({one.account})",
        f"{named}, {period}",
        used,
        told.safety(one),
        told.kept(one),
        told.stored(one),
        told.declared(one),
        " ".join(one.deliveries) or "-",
    )


def _kinds() -> dict[str, str]:
    return {"business": say("business"), "private": say("private")}


def _official(one: OfficialCoverage, months: Months, today: date) -> Iterator[str]:
    yield heading(one.official.name)
    held = "; ".join(
        f"{each.title} {each.since} – {each.until or '…'}" for each in one.official.functions
    )
    yield paragraph(held or say("No function is registered."), "soft")
    yield timeline(one.accounts, months, today)
    for each in one.accounts:
        yield heading(told.title(each.account), level=3)
        yield "".join(paragraph(line) for line in told.account(each, months))
        days = each.rhythm.overdue(today)
        if days:
            yield paragraph(say("Overdue by {days} days.", days=days), "bad")
    if not one.accounts:
        yield paragraph(say("No account is registered."), "bad")
    yield from (paragraph(told.unseen(each), "bad") for each in one.unseen)
    yield from _tables(one, months)


def _tables(one: OfficialCoverage, months: Months) -> Iterator[str]:
    if one.conversations:
        yield heading(say("Conversations"), level=3)
        rows = (told.conversation(each, months) for each in one.conversations)
        yield table(told.conversation_titles(), rows)
    exports = [(each, account) for account in one.accounts for each in account.deliveries]
    if exports:
        yield heading(say("Read-outs and exports"), level=3)
        titles = (say("Delivery"), say("Account"), say("Received"), say("First"), say("Last"),
                  say("State"), say("Lacks"))  # fmt: skip
        yield table(
            titles,
            (
                (
                    each.delivery, account.account.id, told.day(months, each.received_at),
                    told.day(months, each.first), told.day(months, each.last), each.state,
                    "; ".join(map(told.lacks, each.lacks)) or "-",
                )
                for each, account in exports
            ),
        )  # fmt: skip
    if one.closing is not None:
        yield heading(say("Left office on {day}: closing list.", day=one.closing.left), level=3)
        asked = (say("Step"), say("About"), say("State"), say("Rests on"))
        yield table(asked, map(told.step, one.closing.lines))
