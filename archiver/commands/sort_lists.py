"""What `sort` does for many episodes at once: exclude, confirm, report, sample, run, rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Asked, Command, Frame, dry_run, with_frame
from archiver.commands.session import session
from archiver.commands.sorting import cut, this_moment, with_account
from archiver.errors import UsageError
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report

if TYPE_CHECKING:
    from archiver.classify.elusion import Interval

_account = click.option("--account", cls=Asked, help="The account.")


@click.command(cls=Command)
@click.argument("records", nargs=-1, required=True)
@_account
@click.option("--reason", default="", help="Why the official asks for it; kept encrypted.")
@with_frame
def exclude(frame: Frame, records: tuple[str, ...], account: str, reason: str) -> None:
    """Seal messages of a business account because the official asks for it, within the period.

    They then wait for a sorter; sort undo opens them again.
    """
    from archiver.sorting.exclusion import exclude as seal

    with session(frame, Role.SORTER) as at:
        made = seal(at.scribe, account, records, reason=reason, at=this_moment())
        frame.show(Report(name="episodes", rows=[{"episode": one} for one in made]))


@click.command(cls=Command)
@_account
@click.option(
    "--document",
    cls=Asked,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What the official signed; its SHA-256 is kept, it itself is not.",
)
@dry_run
@with_frame
def confirm(frame: Frame, account: str, document: Path, dry_run: bool) -> None:
    """Take down that the official confirmed what is sorted as private or of the party by now.

    The list is the ground on which it may be proposed for destruction.
    """
    from archiver.sorting import confirm as lists

    with session(frame, Role.SORTER) as at:
        found = lists.to_confirm(at.archive.catalogue.connection, account)
        counts = {"episodes": len(found), "messages": sum(found.values())}
        if dry_run:
            frame.show(Report(values={"account": account, **counts}))
            return
        made = lists.confirm(at.scribe, account, document)
        frame.show(
            Report(values={"list": made.id, "account": account, "sha256": made.document, **counts})
        )


@click.command(cls=Command)
@with_account
@with_frame
def report(frame: Frame, account: str) -> None:
    """Count what was sorted, on whose word, and what waits; numbers only."""
    from archiver.sorting import report as figures
    from archiver.sorting.queue import waiting

    with session(frame, Role.SORTER, Role.AUDITOR) as at:
        found = waiting(at.archive, cut(frame), this_moment(), account)
        at.scribe.witness("sorting.reported", {"account": account}, {"waiting": len(found)})
        frame.show(
            Report(
                name="sorted",
                rows=[
                    {
                        "outcome": one.outcome,
                        "source": one.source,
                        "episodes": one.episodes,
                        "messages": one.messages,
                    }
                    for one in figures.report(at.archive, account)
                ],
                values={
                    "waiting": len(found),
                    "overdue": sum(one.overdue for one in found),
                    "states": _states([str(one.state) for one in found]),
                },
                columns=(
                    Column("outcome", say("Outcome")),
                    Column("source", say("On whose word")),
                    Column("episodes", say("Episodes")),
                    Column("messages", say("Messages")),
                ),
            )
        )


@click.command(cls=Command)
@with_account
@click.option("--size", default=300, type=click.IntRange(min=1), help="How many episodes.")
@click.option("--seed", default="1", help="Which sample; the same word gives the same again.")
@click.option(
    "--work",
    "wrong",
    default=-1,
    type=click.IntRange(min=-1),
    help="How many of them were judged to be work after all; then recall is estimated.",
)
@with_frame
def sample(frame: Frame, account: str, size: int, seed: str, wrong: int) -> None:
    """Draw a sample of what was sorted as no work, for somebody else to judge again."""
    from archiver.classify.elusion import estimate
    from archiver.sorting import report as figures

    with session(frame, Role.SORTER) as at:
        drawn = figures.sample(at.archive, size, seed, account)
        aside = len(figures.set_aside(at.archive, account))
        kept = figures.kept(at.archive, account)
        asked = {"account": account, "seed": seed, "size": size}
        at.scribe.witness("sorting.sampled", asked, {"episodes": len(drawn)})
        values: dict[str, object] = {"drawn": len(drawn), "set_aside": aside, "kept": kept}
        if wrong > len(drawn):
            raise UsageError(reason=say("There cannot be more work in a sample than was drawn."))
        if wrong >= 0 and drawn:
            found = estimate(kept=kept, pile=aside, sampled=len(drawn), found=wrong)
            values |= {"elusion": _interval(found.elusion), "recall": _interval(found.recall)}
        frame.show(Report(name="episodes", rows=[{"episode": one} for one in drawn], values=values))


@click.command(cls=Command)
@with_account
@dry_run
@with_frame
def run(frame: Frame, account: str, dry_run: bool) -> None:
    """Sort as private or of the party what a confirmed rule says is so, and nothing contradicts.

    Nothing is opened: what the machine takes for work waits for a sorter.
    """
    from archiver.sorting.run import run as sort_by_rules

    with session(frame, Role.SORTER) as at:
        done = sort_by_rules(at.scribe, cut(frame), this_moment(), account, dry_run=dry_run)
        frame.show(
            Report(
                name="episodes",
                rows=[{"episode": one, "outcome": str(outcome)} for one, outcome in done],
            )
        )


@click.command(cls=Command)
@click.argument("code")
@with_frame
def rule(frame: Frame, code: str) -> None:
    """Confirm that a sorting rule decides by itself, as it is now; a changed rule does no more."""
    from archiver.sorting.rules import confirm_rule

    with session(frame, Role.SORTER) as at:
        confirm_rule(at.scribe, code)
        frame.show(Report(values={"rule": code}))


def _interval(one: Interval) -> dict[str, float]:
    return {"share": one.share, "low": one.low, "high": one.high}


def _states(found: list[str]) -> dict[str, int]:
    return {state: found.count(state) for state in sorted(set(found))}
