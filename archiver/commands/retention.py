"""`chatarchief retention`: how long everything is kept, by which rule, and what falls due when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.session import READERS, session
from archiver.commands.visible import visible
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Report, Row
from archiver.output.words import word
from archiver.wording import describe

if TYPE_CHECKING:
    from retention.appraise import Difference, Outcome
    from retention.calendar import Due
    from retention.selection_list import Lists, SelectionList
    from retention.span import Rule

_APPRAISERS = (Role.RECORDS_OFFICER, Role.ARCHIVE_MANAGER, Role.SERVICE)
_DECIDERS = (Role.RECORDS_OFFICER, Role.ARCHIVE_MANAGER)
_LOOKERS = (*READERS, Role.ARCHIVE_MANAGER, Role.PROCESS_OWNER, Role.AUDITOR)


@click.group(cls=Group)
def command() -> None:
    """Appraise records by selection lists, and show what falls due when."""


@command.command(cls=Command)
@with_frame
def lists(frame: Frame) -> ExitCode:
    """Show the selection lists, their categories, and what is wrong with them."""
    found = _lists(frame)
    examples = frame.settings.switch("policy.example_lists")
    frame.show(
        Report(
            name="lists",
            rows=[_list(one, counts=examples or not one.example) for one in found.lists],
            values={
                "findings": [
                    {"code": one.code, "message": describe(one.code, one.values)}
                    for one in found.findings
                ]
            },
            lines=lambda: _list_lines(found, examples=examples),
        )
    )
    return ExitCode.FINDINGS if found.findings else ExitCode.DONE


@command.command(cls=Command)
@dry_run
@with_frame
def appraise(frame: Frame, dry_run: bool) -> ExitCode:
    """Appraise every record anew, by the functions, lists and assignments of now.

    What is known of nothing is appraised N and never destroyed. Differences are shown and logged.
    """
    from retention.appraise import appraise as run

    counting = _lists(frame).counting(examples=frame.settings.switch("policy.example_lists"))
    with session(frame, *_APPRAISERS) as at:
        outcome = run(at.scribe, counting, frame.settings.text("zone"), dry_run=dry_run)
        frame.show(
            Report(
                name="differences",
                rows=[_difference(one) for one in outcome.differences],
                values={
                    "copies": outcome.totals,
                    "changed": outcome.changed,
                    "findings": [
                        {"code": one.code, "message": describe(one.code, one.values)}
                        for one in outcome.findings
                    ],
                },
                lines=lambda: _outcome_lines(outcome),
            )
        )
    return ExitCode.FINDINGS if outcome.findings else ExitCode.DONE


@command.command(cls=Command)
@click.argument("conversation")
@click.option("--category", cls=Asked, help="The category of the list, by its number.")
@click.option("--list", "list_name", default="", help="The name of the list.")
@click.option("--case", default="", help="The case from whose end the category's term runs.")
@click.option("--reason", cls=Asked, help="Why; kept encrypted.")
@with_frame
def assign(
    frame: Frame, conversation: str, category: str, list_name: str, case: str, reason: str
) -> None:
    """Assign a conversation to a category; it counts from the next appraisal on."""
    from archiver.cases.case import case as case_of
    from retention.appraise import assign as put

    counting = _lists(frame).counting(examples=frame.settings.switch("policy.example_lists"))
    with session(frame, *_DECIDERS) as at:
        named = case_of(at.archive.catalogue.connection, case).id if case else ""
        name = put(
            at.scribe,
            conversation,
            category=category,
            reason=reason,
            lists=counting,
            list_name=list_name,
            case=named,
        )
        values = {"conversation": conversation, "list": name, "category": category, "case": named}
        frame.show(Report(values=values))


@command.command(cls=Command)
@click.argument("record")
@with_frame
def show(frame: Frame, record: str) -> None:
    """Show how one record is appraised, by which rule, and what holds it."""
    from retention import held, schema
    from retention.appraise import strictest
    from retention.tables_appraise import copies_of

    with session(frame, *_LOOKERS) as at:
        connection = schema.ready(at.archive)
        key, _ = visible(at, record, sealed=False)
        found = strictest(connection, key)
        by = held.held(connection, copies_of(connection, key))
        frame.show(
            Report(
                values={
                    "record": record,
                    **_rule(found.rule),
                    "process": found.rule.process,
                    "ground": found.rule.ground,
                    "start": frame.moment(found.start_at),
                    "end": frame.moment(found.end_at),
                    "function": found.rule.function,
                    "assigned": found.rule.assigned,
                    "holds": sorted({one for ones in by.values() for one in ones}),
                }
            )
        )


@command.command(cls=Command)
@click.option("--until", default="", metavar="MONTH", help="Up to this month, such as 2031-12.")
@with_frame
def calendar(frame: Frame, until: str) -> None:
    """Show what falls due in which month, and which holds block it; numbers only."""
    from retention import schema
    from retention.calendar import calendar as of
    from retention.calendar import open_ended
    from retention.tables_calendar import unappraised

    with session(frame, *_LOOKERS) as at:
        connection = schema.ready(at.archive)
        due = of(connection, until=until)
        without = open_ended(connection)
        frame.show(
            Report(
                name="due",
                rows=[_due(one) for one in due],
                values={
                    "without_end": [_due(one) for one in without],
                    "not_appraised": unappraised(connection),
                },
                lines=lambda: _calendar_lines(due, without),
            )
        )


def _lists(frame: Frame) -> Lists:
    from archiver.register.functions import kinds
    from retention.selection_list import load

    return load(frame.settings.path("retention.lists"), kinds())


def _list(one: SelectionList, *, counts: bool) -> Row:
    return {
        "name": one.name,
        "version": one.version,
        "reference": one.reference,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "example": one.example,
        "counts": counts,
        "categories": [
            {
                "number": category.number,
                "title": category.title,
                "process": category.process,
                "appraisal": str(category.appraisal),
                "term": category.term,
                "trigger": str(category.trigger or ""),
                "ground": category.ground,
                "functions": list(category.functions),
                "exemptions": list(category.exemptions),
            }
            for category in one.category
        ],
    }


def _list_lines(found: Lists, *, examples: bool) -> Iterator[str]:
    for one in found.lists:
        yield say(
            "{name}, version {version} ({reference}), in force from {since} to {until}",
            name=one.name,
            version=one.version,
            reference=one.reference,
            since=one.valid_from,
            until=one.valid_until,
        )
        if one.example:
            yield "  " + (
                say("An example, which counts here because a setting says so.")
                if examples
                else say("An example: nothing is appraised by it.")
            )
        for category in one.category:
            trigger = word("trigger", str(category.trigger))
            term = f" {category.term} {trigger}" if category.term else ""
            functions = f" [{', '.join(category.functions)}]" if category.functions else ""
            yield f"  {category.number} {category.appraisal}{term}  {category.title}{functions}"
    for finding in found.findings:
        yield f"{finding.code} {describe(finding.code, finding.values)}"


def _rule(rule: Rule) -> Row:
    return {
        "appraisal": str(rule.appraisal),
        "list": rule.list,
        "version": rule.version,
        "category": rule.category,
        "title": rule.title,
        "term": rule.term,
        "trigger": rule.trigger,
    }


def _difference(one: Difference) -> Row:
    return {
        "before": _rule(one.before) if one.before else None,
        "after": _rule(one.after),
        "function": one.after.function,
        "assigned": one.after.assigned,
        "copies": one.copies,
    }


def _outcome_lines(outcome: Outcome) -> Iterator[str]:
    for one in outcome.differences:
        before = _short(_rule(one.before)) if one.before else say("not appraised")
        yield f"{one.copies}: {before} -> {_short(_rule(one.after))}"
    counts = ", ".join(f"{name} {number}" for name, number in outcome.totals.items())
    yield say(
        "{changed} copies are appraised anew; in all: {counts}.",
        changed=outcome.changed,
        counts=counts,
    )
    for finding in outcome.findings:
        yield f"{finding.code} {describe(finding.code, finding.values)}"


def _short(row: Mapping[str, object]) -> str:
    return " ".join(str(row[name]) for name in ("appraisal", "version", "category") if row[name])


def _due(one: Due) -> Row:
    return {
        "month": one.month,
        "list": one.list,
        "version": one.version,
        "category": one.category,
        "title": one.title,
        "appraisal": one.appraisal,
        "term": one.term,
        "trigger": one.trigger,
        "copies": one.copies,
        "held": one.held,
        "holds": list(one.holds),
    }


def _calendar_lines(due: list[Due], without: list[Due]) -> Iterator[str]:
    for one in due:
        yield say(
            "{month}: {copies} of {version} {category} ({title}), held {held} {holds}",
            month=one.month,
            copies=one.copies,
            version=one.version,
            category=one.category,
            title=one.title,
            held=one.held,
            holds=" ".join(one.holds),
        ).rstrip()
    for one in without:
        yield say(
            "No end: {copies} of {appraisal} {version} {category} ({title}), held {held}",
            copies=one.copies,
            appraisal=one.appraisal,
            version=one.version,
            category=one.category,
            title=one.title or say("nothing is known"),
            held=one.held,
        )
