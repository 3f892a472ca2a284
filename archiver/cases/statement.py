"""The search statement (zoekslag) of a case: where and how was searched, and what was found.

Courts ask in which systems was searched, with which words, by whom and when, and what was not
searched and why (ECLI:NL:RBMNE:2023:4652). It is made from what is kept of the searches, kept as it
was written, and given as text, as JSON and as PDF that say the same (``config/letters``).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from archiver.cases import case as cases
from archiver.cases import schema, tables_systems
from archiver.cases.candidates import candidates, gone
from archiver.cases.outside import outside
from archiver.cases.replay import replay
from archiver.cases.searches import hits_of, searches
from archiver.cases.statement_text import Again, Gaps, Period, Statement, sections
from archiver.cases.systems import systems
from archiver.configuration import read
from archiver.coverage.accounts import of_accounts
from archiver.coverage.census import census
from archiver.coverage.months import Months
from archiver.register.accounts import accounts, new_id
from archiver.register.officers import officers
from archiver.store.archive import Archive
from archiver.store.events import Event, stamp
from archiver.store.scribe import Scribe, now
from retention import dossier

STATED = "case.stated"
JSON, TEXT, PDF = "statement", "text", "document"
_SUFFIXES = {JSON: "json", TEXT: "txt", PDF: "pdf"}


def write(scribe: Scribe, public: str, folder: Path, *, zone: str) -> list[Path]:
    """Make the statement of a case as it is now, keep it, and write it into a folder.

    Times are written in `zone`.

    Raises:
        NoSuchThing: There is no such case.
    """
    archive = scribe.archive
    with archive.writing():
        made = _statement(archive, public, ZoneInfo(zone))
        scribe.witness("case.stated", {"case": made.case}, {"searches": len(made.searches)})
        event = dossier.keep(
            scribe, STATED, new_id("s"), _parts(made), case=made.case,
            counts={"searches": len(made.searches)},
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for role, suffix in _SUFFIXES.items():
        path = folder / f"zoekslag-{made.case}.{suffix}"
        path.write_bytes(dossier.read(archive, event, role))
        paths.append(path)
    return paths


def project(archive: Archive, event: Event) -> None:
    """Keep that a statement was written."""
    schema.migrate(archive.catalogue.connection)
    cases.step(archive, event, {"statement": event.delivery})


def _statement(archive: Archive, public: str, zone: ZoneInfo) -> Statement:
    connection = schema.ready(archive)
    one = cases.case(connection, public)
    steps = cases.steps(connection, one.id)
    kept = [each for each in searches(connection, one.id) if not each.filters.sealed]
    found = {name for each in kept for name in hits_of(archive, each)}
    again = []
    for each in kept:
        done = replay(archive, each)
        unexplained = sum(other.why == "unexplained" for other in done.differences)
        again.append(Again(each.id, len(done.differences), unexplained))
    made = Statement(
        case=one.id,
        kind=str(one.kind),
        reference=one.reference,
        received=one.received,
        questions=one.questions,
        scope=one.scope,
        persons=one.persons,
        since=one.since,
        until=one.until,
        ministry=archive.identity.ministry,
        archive=archive.identity.name,
        at=stamp(now()),
        systems=systems(connection),
        gaps=_gaps(archive, zone),
        periods=tuple(Period(*row) for row in tables_systems.periods(connection)),
        outside=tuple(outside(steps)),
        searches=tuple(kept),
        hits=len(found),
        candidates=tuple(candidates(connection, one.id)),
        gone=len(gone(connection, one.id)),
        again=tuple(again),
        officers={each.id: each.name for each in officers(archive)},
    )
    return msgspec.structs.replace(made, document=sections(made, zone))


def _gaps(archive: Archive, zone: ZoneInfo) -> tuple[Gaps, ...]:
    counted = census(archive.catalogue.connection, Months(zone))
    found = of_accounts(archive, accounts(archive), counted, datetime.now(zone).date())
    return tuple(Gaps(one.account.id, one.silent, one.gaps, one.media_missing) for one in found)


def _parts(made: Statement) -> dict[str, bytes]:
    from retention.statement_pdf import pdf

    letter = read("letters/zoekslag.toml")
    footer = letter["page"].replace("{case}", made.case)
    lines = [letter["title"]]
    for heading, paragraphs in made.document:
        lines += ["", heading, "", *paragraphs]
    return {
        JSON: msgspec.json.encode(made, order="sorted"),
        TEXT: "".join(f"{line}\n" for line in lines).encode(),
        PDF: pdf(letter["title"], footer, made.document),
    }
