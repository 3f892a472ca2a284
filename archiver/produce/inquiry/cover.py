"""The cover sheet and the receipt form of a production for an inquiry, in Dutch.

They are made from ``config/letters/enquete.toml``. What is only known when it is handed over is
left to be filled in by hand, so that the same production gives the same sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from archiver.cases.case import Case
from archiver.cases.grounds import ground
from archiver.cases.judgement import Judgement
from archiver.cases.route import Route
from archiver.produce.inquiry.lists import Row, letter

Section = tuple[str, tuple[str, ...]]


class Told(Struct, frozen=True):
    """What the sheets say: `on` is the day whose state it is, `counts` those of the pack.

    `files_apart` are the files that could not be given by themselves, `gaps` how many are known.
    """

    case: Case
    mode: str
    on: date
    routes: tuple[Route, ...]
    counts: Mapping[str, int]
    first: str
    last: str
    documents: int
    files: int
    files_apart: int
    pages: int
    gaps: int
    judged: Sequence[Judgement]


def cover(told: Told) -> bytes:
    """Give the cover sheet as PDF."""
    parts = {
        "order": _order(told),
        "route": _routes(told),
        "content": _content(told),
        "withheld": _withheld(told),
        "gaps": _gaps(told),
        "search": [_say("search", "text", day=_day(told.on))],
        "sign": [_say("sign", name) for name in ("place", "name", "hand")],
    }
    return _pdf(told, "title", parts)


def receipt(told: Told) -> bytes:
    """Give the form by which who receives it says so, as PDF."""
    words = letter()
    text = _say(
        "receipt", "text", reference=told.case.reference, mode=words["modes"][told.mode],
        first=told.first, last=told.last,
    )  # fmt: skip
    lines = [_say("receipt", name) for name in ("hash", "medium", "from", "to", "day", "sign")]
    return _pdf(told, "receipt_title", {"receipt": [text, *lines]})


def sending(told: Told) -> Iterator[Row]:
    """Give a row for each to whom it is to be sent, to be filled in when that is done."""
    for via, person in dict.fromkeys((one.via, one.person) for one in told.routes):
        yield (_say("route", f"to_{via}", person=person), "", "", "", "")


def _pdf(told: Told, title: str, parts: Mapping[str, Iterable[str]]) -> bytes:
    from retention.statement_pdf import pdf

    words = letter()
    sections: list[Section] = [(words[name]["heading"], tuple(one)) for name, one in parts.items()]
    return pdf(words[title], words["page"].replace("{case}", told.case.id), sections)


def _order(told: Told) -> Iterator[str]:
    case, words = told.case, letter()
    yield _say(
        "order", "text", reference=case.reference, requester=case.requester,
        received=_day(case.received), basis=words["basis"][case.kind],
        mode=words["modes"][told.mode],
    )  # fmt: skip
    if case.scope:
        yield _say("order", "scope", scope=case.scope)
    if case.since and case.until:
        yield _say("order", "period", since=_day(case.since), until=_day(case.until))
    for one in case.questions:
        yield _say("order", "question", number=one.number, text=one.text)


def _routes(told: Told) -> Iterator[str]:
    yield _say("route", "text", day=_day(told.on))
    for one in told.routes:
        yield _say("route", str(one.via), person=one.person, function=one.title)


def _content(told: Told) -> Iterator[str]:
    yield _say("content", "text", documents=told.documents, files=told.files, pages=told.pages)
    if told.documents:
        yield _say("content", "numbers", first=told.first, last=told.last)
    yield _say("content", "records", **told.counts)
    yield _say("content", "names")
    if told.files_apart:
        yield _say("content", "files", count=told.files_apart)
    yield _say("content", "lists")


def _withheld(told: Told) -> Iterator[str]:
    refused = [one for one in told.judged if one.outcome.refuses]
    if not refused:
        yield _say("withheld", "none")
    counted = Counter(code for one in refused for code in one.all_grounds)
    for code, count in sorted(counted.items()):
        known = ground(code)
        yield _say(
            "withheld", "code", code=code, article=known.article, text=known.text, count=count
        )
    if contested := sum(one.contested for one in refused):
        which = "separate" if told.mode == "inzage" else "inspection"
        yield _say("withheld", which, count=contested)


def _gaps(told: Told) -> Iterator[str]:
    yield _say("gaps", "text", count=told.gaps) if told.gaps else _say("gaps", "none")


def _day(day: date) -> str:
    words = letter()
    month = words["months"][day.month - 1]
    return str(words["day"]).format(day=day.day, month=month, year=day.year)


def _say(section: str, sentence: str, **fields: object) -> str:
    words = letter()
    return str(words[section][sentence]).format_map({"blank": words["blank"], **fields})
