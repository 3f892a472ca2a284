"""How sorting is shown: the queue's JSON, an episode with its words, and the evidence for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.output import Column
from archiver.output.words import name, word

if TYPE_CHECKING:
    from archiver.classify.episode import Line, Verdict
    from archiver.sorting.episodes import Cut
    from archiver.sorting.queue import Waiting

with_account = click.option("--account", default="", help="Only what this account holds.")


def cut(frame: Frame) -> Cut:
    """Say when an episode ends, as it is set."""
    from archiver.sorting.episodes import Cut

    number = frame.settings.number
    return Cut(
        number("sorting.silence_hours"),
        number("sorting.day_silence_hours"),
        number("sorting.most"),
    )


def this_moment() -> int:
    """Give the moment at which terms are looked at (ms since 1970)."""
    from archiver.store.scribe import now

    return now()


def as_row(frame: Frame, one: Waiting) -> dict[str, Any]:
    """Give the JSON of an episode that waits; nothing in it is from what is sealed."""
    episode = one.episode
    return {
        "episode": episode.id,
        "account": episode.strand.account,
        "service": episode.strand.service,
        "state": str(one.state),
        "since": frame.moment(episode.since),
        "until": frame.moment(episode.until),
        "messages": len(episode.members),
        "term": frame.moment(one.term),
        "overdue": one.overdue,
        "members": episode.digest,
    }


def queue_columns() -> tuple[Column, ...]:
    """Give the columns in which the queue is shown."""
    return (
        Column("episode", say("Episode")),
        Column("account", say("Account")),
        Column("state", say("State")),
        Column("since", say("Since")),
        Column("messages", say("Messages")),
        Column("term", say("Term")),
        Column("overdue", say("Overdue")),
    )


def words(frame: Frame, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Give the JSON of messages."""
    return [
        {
            "id": one.id,
            "sent_at": frame.moment(one.sent_at),
            "sender": one.label or one.author,
            "text": one.text,
            "attachments": list(one.attachments),
        }
        for one in lines
    ]


def reasons(verdict: Verdict) -> list[dict[str, Any]]:
    """Give the JSON of the evidence; it quotes the episode."""
    return [
        {
            "source": one.source,
            "code": one.code,
            "suggests": str(one.suggests or ""),
            "weight": one.weight,
            "detail": dict(one.detail),
        }
        for one in verdict.reasons
    ]


def message_lines(rows: Sequence[dict[str, Any]], lead: str) -> Iterator[str]:
    """Say messages, each line of them led by the same sign."""
    for row in rows:
        yield f"{lead} {row['id']}  {row['sent_at'] or say('(no time)')}  {row['sender']}"
        yield from (f"{lead}     {line}" for line in str(row["text"]).splitlines())
        for file in row["attachments"]:
            yield f"{lead}     " + say("Attachment: {name}", name=file)


def reason_lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say the evidence."""
    for row in rows:
        found = "; ".join(f"{name(part)}: {value}" for part, value in row["detail"].items())
        suggests = word("outcome", row["suggests"]) or "-"
        yield f"  {suggests}  {word('source', row['source'])} {row['code']}  {found}"
