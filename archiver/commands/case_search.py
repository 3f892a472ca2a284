"""Searching for a case: kept searches, doing them again, what was not searched, candidates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from archiver.commands.case_rows import JURISTS, LOOKERS, search_row
from archiver.commands.filters import end_of, filters, start_of
from archiver.commands.frame import Asked, Command, Frame, with_frame
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

_sealed = click.option(
    "--sealed", is_flag=True, help="What is still sealed, for a data subject's case."
)
_reason = click.option("--reason", default="", help="Why; kept encrypted.")


@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("case")
@click.argument("query", nargs=-1)
@filters
@_sealed
@with_frame
def search(
    frame: Frame,
    case: str,
    query: tuple[str, ...],
    since: str,
    until: str,
    participant: str,
    conversation: str,
    service: str,
    account: str,
    holder: str,
    delivery: str,
    sealed: bool,
) -> None:
    """Search for a case, and keep the search with all that it found, so that it can be accounted
    for and done again."""
    from archiver.cases import searches
    from archiver.search.query import parse

    typed = " ".join(query)
    narrowed = searches.Filters(
        since=start_of(frame, since),
        until=end_of(frame, until),
        participant=participant,
        conversation=conversation,
        service=service,
        account=account,
        holder=holder,
        delivery=delivery,
        sealed=sealed,
    )
    with session(frame, *((Role.SORTER,) if sealed else JURISTS)) as at:
        made = searches.search(at.scribe, case, typed, parse(typed), narrowed)
        frame.show(
            Report(
                name="systems",
                rows=[
                    {
                        "account": one.account,
                        "person": one.person,
                        "service": one.service,
                        "searched": one.is_searched,
                        "records": one.records,
                        "unsearched": " ".join(
                            f"{each.reason}:{each.deliveries}" for each in one.unsearched
                        ),
                    }
                    for one in made.systems
                ],
                values=search_row(frame, made),
                columns=(
                    Column("account", say("Account")),
                    Column("person", say("Person")),
                    Column("service", say("Service")),
                    Column("records", say("Records searched")),
                    Column("unsearched", say("Not searched")),
                ),
            )
        )


@click.command(cls=Command)
@click.argument("case")
@click.argument("search", required=False)
@with_frame
def replay(frame: Frame, case: str, search: str | None) -> ExitCode:
    """Do the searches of a case again, and explain each record that is found by one only."""
    from archiver.cases import case as cases
    from archiver.cases import replay as again
    from archiver.cases import schema, searches

    with session(frame, *LOOKERS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        kept = [each for each in searches.searches(connection, one.id) if not each.filters.sealed]
        if search:
            kept = [searches.known(search, kept)]
        done = [again.replay(at.archive, each) for each in kept]
        at.scribe.witness("case.replayed", {"case": one.id}, {"searches": len(done)})

        def rows() -> Iterator[Row]:
            for each in done:
                yield from (
                    {
                        "search": each.search,
                        "record": other.record,
                        "found": "now" if other.is_new else "then",
                        "why": str(other.why),
                    }
                    for other in each.differences
                )

        frame.show(
            Report(
                name="differences",
                rows=list(rows()),
                values={
                    "case": one.id,
                    "searches": [
                        {
                            "search": each.search,
                            "then": each.then,
                            "now": each.now,
                            "same": each.is_same,
                        }
                        for each in done
                    ],
                },
                columns=(
                    Column("search", say("Search")),
                    Column("record", say("Record")),
                    Column("found", say("Found")),
                    Column("why", say("Why")),
                ),
            )
        )
        return ExitCode.DONE if all(each.is_same for each in done) else ExitCode.FINDINGS


@click.command(cls=Command)
@click.argument("case")
@click.option("--name", cls=Asked, help="The name of the system.")
@click.option("--searched/--not", "searched", default=True, help="Whether it was searched.")
@_reason
@with_frame
def system(frame: Frame, case: str, name: str, searched: bool, reason: str) -> None:
    """Say of a system outside the archive that it was searched for a case, or why not."""
    from archiver.cases import outside

    with session(frame, *JURISTS) as at:
        outside.name(at.scribe, case, outside.Outside(name, searched, reason))
        frame.show(Report(values={"case": case, "name": name, "searched": searched}))


@click.command(cls=Command)
@click.argument("case")
@click.option(
    "--to",
    "folder",
    cls=Asked,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder in which the statement is written.",
)
@with_frame
def statement(frame: Frame, case: str, folder: Path) -> None:
    """Write the search statement of a case, in Dutch: as text, as JSON and as PDF."""
    from archiver.cases import statement as statements

    with session(frame, *JURISTS) as at:
        paths = statements.write(at.scribe, case, folder, zone=frame.settings.text("zone"))
        frame.show(Report(name="files", rows=[{"path": str(path)} for path in paths]))


@click.command(cls=Command)
@click.argument("case")
@click.argument("search")
@click.option(
    "--context",
    "around",
    default=5,
    type=click.IntRange(min=0, max=500),
    help="How many records before and after each hit.",
)
@_sealed
@with_frame
def take(frame: Frame, case: str, search: str, around: int, sealed: bool) -> None:
    """Make what a search found candidates, with what stands around it and what it replies to."""
    from archiver.cases import taking

    with session(frame, *((Role.SORTER,) if sealed else JURISTS)) as at:
        number = taking.take(at.scribe, case, search, context=around, sealed=sealed)
        frame.show(Report(values={"case": case, "search": search, "candidates": number}))


@click.command(cls=Command)
@click.argument("case")
@click.argument("records", nargs=-1, required=True)
@_reason
@with_frame
def add(frame: Frame, case: str, records: tuple[str, ...], reason: str) -> None:
    """Add records to the candidates of a case by hand."""
    from archiver.cases import taking

    with session(frame, *JURISTS) as at:
        number = taking.add(at.scribe, case, records, reason)
        frame.show(Report(values={"case": case, "added": number}))


@click.command(cls=Command)
@click.argument("case")
@click.argument("records", nargs=-1, required=True)
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def drop(frame: Frame, case: str, records: tuple[str, ...], reason: str) -> None:
    """Let records be candidates of a case no longer; they stay held."""
    from archiver.cases import taking

    with session(frame, *JURISTS) as at:
        number = taking.drop(at.scribe, case, records, reason)
        frame.show(Report(values={"case": case, "dropped": number}))
