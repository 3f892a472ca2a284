"""The lists that go with an inquiry: question to documents, what is withheld, what is lacking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from archiver.cases.case import Case
from archiver.cases.grounds import ground
from archiver.cases.judgement import Judgement, Outcome
from archiver.configuration import read
from archiver.coverage.accounts import AccountCoverage, of_accounts
from archiver.coverage.census import census
from archiver.coverage.months import Months
from archiver.produce.inquiry.volume import Family
from archiver.produce.naming import plain, title_of
from archiver.produce.veil import Veil
from archiver.register.accounts import accounts
from archiver.store.archive import Archive

Row = tuple[str, ...]
_FILE = "letters/enquete.toml"


def letter() -> Mapping[str, Any]:
    """Give the Dutch sentences and headings of the pack."""
    return read(_FILE)


def header(name: str) -> Row:
    """Give the headings of a list."""
    return tuple(letter()["lists"][name])


def index(case: Case, family: Family, earlier: Sequence[str]) -> Iterator[Row]:
    """Give a row for each question that a document answers; one row where it answers none."""
    texts = {one.number: one.text for one in case.questions}
    document = family.document
    for asked in family.questions or ("",):
        yield (
            asked or letter()["lists"]["unasked"],
            texts.get(asked, ""),
            document.number,
            document.day,
            title_of(document),
            "; ".join(family.custodians),
            str(len(document.lines)),
            family.last if family.files else "",
            "; ".join(earlier),
        )


def withheld(family: Family, judged: Mapping[str, Judgement], veil: Veil) -> Iterator[Row]:
    """Give a row for each record of a document that is withheld, or of which some words are."""
    words = letter()["lists"]
    for line in family.document.lines:
        one = judged[line.record]
        if not one.outcome.refuses:
            continue
        codes = one.all_grounds
        reasons = (one.reason, *(each.reason for each in one.passages), one.aged)
        yield (
            family.document.number,
            line.record,
            "" if line.sent_at is None else _moment(line.sent_at),
            "; ".join(family.origins[line.record].custodians),
            words["whole" if one.outcome is Outcome.WITHHELD else "part"],
            "; ".join(codes),
            "; ".join(ground(code).text for code in codes),
            " ".join(plain(veil.title(reason)) for reason in dict.fromkeys(reasons) if reason),
            words["yes" if one.contested else "no"],
        )


def gaps(
    archive: Archive, ids: Iterable[str], persons: Iterable[str], zone: tzinfo, today: date
) -> list[Row]:
    """Say what is lacking of these accounts, and of all accounts of these persons."""
    wanted, named = set(ids), {person.casefold() for person in persons}
    among = [one for one in accounts(archive) if one.id in wanted or one.person.casefold() in named]
    counted = census(archive.catalogue.connection, Months(zone))
    return [row for one in of_accounts(archive, among, counted, today) for row in _lacking(one)]


def _lacking(one: AccountCoverage) -> Iterator[Row]:
    words = letter()["gap"]
    found = (one.account.id, one.account.person, one.account.service)
    if not one.deliveries:
        yield (*found, words["nothing"], "")
    if one.silent:
        yield (*found, words["silent"], ", ".join(one.silent))
    for lack in one.gaps:
        missing = f", {lack.missing}" if lack.missing else ""
        yield (*found, words["finding"], f"{lack.code}: {lack.findings}{missing}")
    if one.unread:
        yield (*found, words["unread"], ", ".join(one.unread))
    if one.sealed:
        yield (*found, words["sealed"], str(one.sealed))
    if one.media_missing:
        yield (*found, words["media"], str(one.media_missing))


def _moment(milliseconds: int) -> str:
    found = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return found.replace(tzinfo=None).isoformat() + "Z"
