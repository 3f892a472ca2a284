"""`chatarchief sort`: what of a sealed account is work, and what is private or of a party."""

from __future__ import annotations

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.session import session
from archiver.commands.sort_lists import confirm, exclude, report, rule, run, sample
from archiver.commands.sort_review import next_, review
from archiver.commands.sorting import as_row, cut, queue_columns, this_moment, with_account
from archiver.errors import ExitCode
from archiver.model import Role
from archiver.output import Report

OUTCOMES = ("work", "private", "party", "boundary")
_as = click.option(
    "--as", "outcome", cls=Asked, type=click.Choice(OUTCOMES), help="What it is held to be."
)


@click.group(cls=Group)
def command() -> None:
    """Sort what is sealed, by episode: work is opened, all else stays sealed."""


@command.command("list", cls=Command)
@with_account
@with_frame
def list_(frame: Frame, account: str) -> ExitCode:
    """Show what waits: what came to decided episodes first, then the oldest term."""
    from archiver.sorting.queue import waiting

    with session(frame, Role.SORTER) as at:
        found = waiting(at.archive, cut(frame), this_moment(), account)
        late = sum(one.overdue for one in found)
        at.scribe.witness("sorting.listed", {"account": account}, {"episodes": len(found)})
        frame.show(
            Report(
                name="episodes",
                rows=[as_row(frame, one) for one in found],
                values={"waiting": len(found), "overdue": late},
                columns=queue_columns(),
            )
        )
        return ExitCode.FINDINGS if late else ExitCode.DONE


@command.command(cls=Command)
@click.argument("episode")
@_as
@click.option("--reason", default="", help="Why; kept encrypted, under a key of the episode's own.")
@click.option("--members", default="", help="The digest of the messages that you saw.")
@with_frame
def decide(frame: Frame, episode: str, outcome: str, reason: str, members: str) -> None:
    """Sort one episode, by its name or that of a message in it."""
    from archiver.classify.episode import Outcome
    from archiver.sorting import schema
    from archiver.sorting.decisions import EpisodeChanged, sort
    from archiver.sorting.episodes import find

    with session(frame, Role.SORTER) as at:
        found = find(schema.ready(at.archive), episode, cut(frame))
        if members and members != found.digest:
            raise EpisodeChanged(episode=found.id)
        seq = sort(at.scribe, found, Outcome(outcome), cut(frame), reason=reason)
        frame.show(Report(values={"episode": found.id, "outcome": outcome, "event": seq}))


@command.command(cls=Command)
@click.argument("episode")
@with_frame
def undo(frame: Frame, episode: str) -> None:
    """Take the last sorting of an episode back; what was decided before it counts again."""
    from archiver.sorting.decisions import undo as take_back

    with session(frame, Role.SORTER) as at:
        act = take_back(at.scribe, episode, cut(frame))
        frame.show(Report(values={"episode": act.episode, "undone": act.seq}))


@command.command("object", cls=Command)
@click.argument("episode")
@click.option("--reason", cls=Asked, help="Why the official objects; kept encrypted.")
@with_frame
def object_(frame: Frame, episode: str, reason: str) -> None:
    """Take down that the official objects: it is sealed until a third person has decided."""
    from archiver.sorting.decisions import object_to

    with session(frame, Role.SORTER) as at:
        seq = object_to(at.scribe, episode, reason, cut(frame))
        frame.show(Report(values={"episode": episode, "event": seq}))


@command.command(cls=Command)
@click.argument("episode")
@_as
@click.option("--by", cls=Asked, help="The third person who decides: login or id, who acts now.")
@click.option("--reason", cls=Asked, help="Why; kept encrypted, under a key of the episode's own.")
@with_frame
def settle(frame: Frame, episode: str, outcome: str, by: str, reason: str) -> None:
    """Settle an objection, as a third person: not the official, nor who sorted the episode."""
    from archiver.classify.episode import Outcome
    from archiver.sorting.decisions import settle as decide_

    with session(frame, Role.SORTER) as at:
        given = Outcome(outcome)
        seq = decide_(at.scribe, episode, given, cut(frame), by=by, reason=reason)
        frame.show(Report(values={"episode": episode, "outcome": outcome, "event": seq}))


for each in (next_, review, exclude, confirm, report, sample, run, rule):
    command.add_command(each)
