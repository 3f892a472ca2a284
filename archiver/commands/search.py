"""`chatarchief search`: find records; who searched for what is logged before anything is shown."""

from __future__ import annotations

from collections.abc import Iterator

import click

from archiver.asked import Query
from archiver.commands.filters import end_of, filters, start_of
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.commands.shown import as_hit, hit_lines
from archiver.language import say
from archiver.model import Role
from archiver.output import Form, Report, note


@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1)
@filters
@click.option("--limit", default=20, type=click.IntRange(min=0), help="How many; 0 shows all.")
@click.option("--count", "count_only", is_flag=True, help="Only count.")
@click.option("--sealed", is_flag=True, help="Search what is still sealed; for sorters.")
@with_frame
def command(
    frame: Frame,
    query: tuple[str, ...],
    since: str,
    until: str,
    participant: str,
    conversation: str,
    service: str,
    account: str,
    holder: str,
    delivery: str,
    limit: int,
    count_only: bool,
    sealed: bool,
) -> None:
    """Search the archive, newest first.

    Words, "phrases", prefix*, NEAR(a b, 5), AND, OR and NOT or EN, OF and NIET, and parentheses. A
    word also finds its other forms. Without words everything matches.
    """
    from archiver.search.query import parse
    from archiver.search.run import is_outdated, search

    typed = " ".join(query)
    asked = Query(
        words=parse(typed),
        since=start_of(frame, since),
        until=end_of(frame, until),
        participant=participant,
        conversation=conversation,
        service=service,
        account=account,
        holder=holder,
        delivery=delivery,
        limit=limit,
        sealed=sealed,
    )
    with session(frame, *((Role.SORTER,) if sealed else READERS)) as at:
        answer = search(at.archive, asked, count_only=count_only)
        detail = {
            "typed": typed, "understood": answer.query, "from": since, "to": until,
            "participant": participant, "conversation": conversation, "service": service,
            "account": account, "holder": holder, "delivery": delivery, "sealed": sealed,
        }  # fmt: skip
        at.scribe.witness("search.run", detail, {"total": answer.total, "shown": len(answer.hits)})

        if is_outdated(at.archive):
            note(say("The index was made with other rules for stems; rebuild makes it anew."))

        def lines() -> Iterator[str]:
            yield from hit_lines(frame, answer.hits)
            yield say("{total} found, {shown} shown.", total=answer.total, shown=len(answer.hits))

        frame.show(
            Report(
                name="" if count_only and frame.form is not Form.JSON else "hits",
                rows=[as_hit(frame, hit) for hit in answer.hits],
                values={"query": answer.query, "total": answer.total, "exact": True},
                lines=lines,
            )
        )
