"""`chatarchief case`: a request from receipt to decision, with its hold, terms and searches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from archiver.commands.case_course import clarify, decide, extend, inform, resume, suspend
from archiver.commands.case_file import file
from archiver.commands.case_judging import (
    contradictions,
    explain,
    judge,
    judged,
    second,
    undo,
)
from archiver.commands.case_pseudonym import pseudonym
from archiver.commands.case_review import review
from archiver.commands.case_rows import (
    JURISTS,
    LOOKERS,
    case_row,
    day_of,
    day_or_none,
    search_row,
    step_row,
    term_columns,
    term_row,
    today,
)
from archiver.commands.case_search import add, drop, replay, search, statement, system, take
from archiver.commands.case_sheet import export, import_
from archiver.commands.case_view import view
from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.judged import view_row
from archiver.commands.options import together
from archiver.commands.session import Session, session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.output import Column, Report, Row

KINDS = ("woo", "objection", "inquiry", "investigation", "parliament", "access")


@click.group(cls=Group)
def command() -> None:
    """Work on a request: its terms, what was searched for it, and what may answer it."""


_with_scope = together(
    click.option("--question", "questions", multiple=True, help='A question, as "1: which …".'),
    click.option("--scope", default="", help="What is asked for, in words."),
    click.option("--person", "persons", multiple=True, help="Only accounts of this person."),
    click.option("--from", "since", default="", metavar="DAY", help="From this day on."),
    click.option("--to", "until", default="", metavar="DAY", help="Up to and including this day."),
    click.option("--query", default="", help="Hold only what this search finds."),
    click.option("--due", default="", metavar="DAY", help="The day that somebody else set."),
    click.option("--contested", is_flag=True, help="Somebody is expected to object."),
)


@command.command("open", cls=Command)
@click.option("--kind", cls=Asked, type=click.Choice(KINDS), help="What kind of case it is.")
@click.option("--reference", cls=Asked, help="The number by which others know it.")
@click.option("--requester", cls=Asked, help="Who asks: a person, a paper, a committee.")
@click.option("--received", cls=Asked, metavar="DAY", help="The day on which it came in.")
@_with_scope
@with_frame
def open_(
    frame: Frame,
    kind: str,
    reference: str,
    requester: str,
    received: str,
    questions: tuple[str, ...],
    scope: str,
    persons: tuple[str, ...],
    since: str,
    until: str,
    query: str,
    due: str,
    contested: bool,
) -> None:
    """Open a case; what it covers is held from this moment, and stays so when it is closed.

    Say what it covers by persons, a period or words; they narrow each other.
    """
    from archiver.cases import case as cases

    asked = cases.Case(
        id="",
        kind=cases.CaseKind(kind),
        reference=reference,
        requester=requester,
        received=day_of(received),
        questions=cases.questions(questions),
        scope=scope,
        persons=persons,
        since=day_or_none(since),
        until=day_or_none(until),
        query=query,
        due=day_or_none(due),
        is_contested=contested,
    )
    with session(frame, *JURISTS) as at:
        zone = frame.settings.text("zone")
        made = cases.open_(at.scribe, asked, zone=zone, today=today(frame))
        _show(frame, at, made.id)


@command.command(cls=Command)
@click.argument("case")
@click.option("--requester", default="", help="Who asks: a person, a paper, a committee.")
@_with_scope
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def change(frame: Frame, /, case: str, reason: str, contested: bool, **given: Any) -> None:
    """Change what a case asks for; where its scope changes, a further hold is placed.

    What is not given stays as it is. Holds that were placed stay in force.
    """
    from archiver.cases import case as cases
    from archiver.cases import schema

    values = {name: value for name, value in given.items() if value}
    for name in ("since", "until", "due"):
        if name in values:
            values[name] = day_of(values[name])
    if "questions" in values:
        values["questions"] = cases.questions(values["questions"])
    if contested:
        values["is_contested"] = True
    with session(frame, *JURISTS) as at:
        before = cases.opened(schema.ready(at.archive), case)
        asked = msgspec.structs.replace(before, **values)
        zone = frame.settings.text("zone")
        cases.change(at.scribe, asked, zone=zone, today=today(frame), reason=reason)
        _show(frame, at, before.id)


@command.command(cls=Command)
@click.argument("case")
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def close(frame: Frame, case: str, reason: str) -> None:
    """Close a case; its holds stay in force until two officers lift them."""
    from archiver.cases import case as cases

    with session(frame, *JURISTS) as at:
        frame.show(Report(values=case_row(frame, cases.close(at.scribe, case, reason))))


@command.command("list", cls=Command)
@click.option("--all", "everything", is_flag=True, help="Also those that are closed.")
@with_frame
def list_(frame: Frame, everything: bool) -> ExitCode:
    """Show the cases that are open, each with the day on which it has to be decided."""
    from archiver.cases import case as cases
    from archiver.cases import schema

    with session(frame, *LOOKERS) as at:
        connection = schema.ready(at.archive)
        found = [one for one in cases.cases(connection) if everything or one.is_open]
        rows = [{**case_row(frame, one), "decide_by": _decide_by(at, one)} for one in found]
        late = [row for row in rows if row["state"] == "open" and _is_late(frame, row)]
        frame.show(
            Report(
                name="cases",
                rows=rows,
                columns=(
                    Column("case", say("Case")),
                    Column("kind", say("Kind")),
                    Column("state", say("State")),
                    Column("reference", say("Reference")),
                    Column("received", say("Received")),
                    Column("decide_by", say("Decide by")),
                ),
            )
        )
        return ExitCode.FINDINGS if late else ExitCode.DONE


@command.command(cls=Command)
@click.argument("case")
@with_frame
def show(frame: Frame, case: str) -> None:
    """Show one case: its terms with the rule of each, its steps, its searches and its routes."""
    with session(frame, *LOOKERS) as at:
        _show(frame, at, case)


for _below in (
    clarify, suspend, resume, inform, extend, decide,
    search, replay, statement, system, take, add, drop,
    judge, undo, second, judged, review, contradictions, explain, export, import_, view,
    pseudonym, file,
):  # fmt: skip
    command.add_command(_below)


def _decide_by(at: Session, one: Any) -> str:
    """Give the day by which a case has to be decided; nothing when it was, or none is set."""
    from archiver.cases import case as cases
    from archiver.cases.progress import course
    from archiver.cases.terms import deciding

    known = course(one, cases.steps(at.archive.catalogue.connection, one.id))
    term = deciding(known)
    return "" if term is None or known.decided_on is not None else term.day.isoformat()


def _is_late(frame: Frame, row: Row) -> bool:
    return bool(row["decide_by"]) and str(row["decide_by"]) < today(frame).isoformat()


def _show(frame: Frame, at: Session, public: str) -> None:
    from archiver.cases import case as cases
    from archiver.cases import judgement, schema
    from archiver.cases.candidates import candidates, gone, older
    from archiver.cases.outside import outside
    from archiver.cases.progress import terms_of
    from archiver.cases.searches import searches
    from archiver.cases.views import views

    connection = schema.ready(at.archive)
    one = cases.case(connection, public)
    steps = cases.steps(connection, one.id)
    found = candidates(connection, one.id)
    at.scribe.witness("case.shown", {"case": one.id}, {"steps": len(steps)})
    terms = [term_row(each) for each in terms_of(one, steps)]
    values = {
        **case_row(frame, one),
        "routes": [*_routes(frame, at, one)],
        "steps": [step_row(frame, each) for each in steps],
        "searches": [search_row(frame, each) for each in searches(connection, one.id)],
        "outside": [
            {**msgspec.to_builtins(each), "at": frame.local(each.at)} for each in outside(steps)
        ],
        "candidates": len(found),
        "old": older(connection, one.id, _old_before(frame, one)),
        "gone": len(gone(connection, one.id)),
        "judged": len(judgement.judged(at.archive, one)),
        "views": [view_row(each) for each in views(connection, one.id)],
    }
    frame.show(Report(name="terms", rows=terms, values=values, columns=term_columns()))


def _old_before(frame: Frame, one: Any) -> int:
    """Give the instant before which what was sent is older than five years (Woo 5.3)."""
    from archiver.cases.case import instant
    from archiver.cases.terms import plus_months

    return instant(plus_months(one.received, -60), frame.settings.text("zone"))


def _routes(frame: Frame, at: Session, one: Any) -> Iterator[Row]:
    """Give the route to each person of an inquiry, by the functions that are registered."""
    from archiver.cases.case import CaseKind
    from archiver.cases.route import routes
    from archiver.register.functions import functions, kinds

    if one.kind is not CaseKind.INQUIRY:
        return
    ministers = {kind.code for kind in kinds().values() if kind.minister}
    for each in routes(one.persons, functions(at.archive), ministers, today(frame)):
        yield {
            "person": each.person,
            "via": str(each.via),
            "function": each.function,
            "title": each.title,
        }
