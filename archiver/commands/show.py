"""`chatarchief show`: one record with its surroundings, its versions and its attachments."""

from __future__ import annotations

from collections.abc import Iterator

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.commands.shown import as_hit, hit_lines
from archiver.language import say
from archiver.model import Role
from archiver.output import Form, Report


@click.command(cls=Command)
@click.argument("record")
@click.option(
    "--context",
    "around",
    default=5,
    type=click.IntRange(min=0),
    help="How many records before and after it.",
)
@click.option("--sealed", is_flag=True, help="Also a record that is still sealed; for sorters.")
@with_frame
def command(frame: Frame, record: str, around: int, sealed: bool) -> None:
    """Show one record with what stands around it."""
    from archiver.commands.observed import observed_lines
    from archiver.commands.told import told
    from archiver.commands.visible import visible
    from archiver.store.catalogue import find, records

    with session(frame, *((Role.SORTER,) if sealed else READERS)) as at:
        connection = at.archive.catalogue.connection
        key, as_sealed = visible(at, record, sealed=sealed)
        beside = list(find.in_conversation(connection, key, around, sealed=as_sealed))
        shown = records.shown(connection, [key, *beside])
        versions = records.observations(connection, key, sealed=as_sealed)
        holdings = records.holdings(connection, key, sealed=as_sealed)
        files = records.attachments(connection, key, sealed=as_sealed)
        addressed = records.recipients(connection, key, sealed=as_sealed)
        at.scribe.witness("record.shown", {"record": record}, {"shown": len(shown)})
        shown = told(at, shown, sealed=as_sealed)
        context = [shown[one] for one in sorted(beside)]

        def lines() -> Iterator[str]:
            yield from hit_lines(frame, [shown[key]])
            if raw := shown[key].get("raw"):
                values = "; ".join(f"{name}: {value}" for name, value in raw.items() if value)
                yield say("  As the source writes it: {values}", values=values)
            yield from observed_lines(frame, shown[key], versions, holdings)
            for one in addressed:
                yield say("  In {delivery}, item {item}: {role} {identifier}", **one)
            for file in files:
                state = say("not handed in") if file["missing"] else say("present")
                yield say("  Attachment {name}: {state}.", name=file["name"], state=state)
            yield say("Around it:")
            yield from hit_lines(frame, context)

        # Lines and tables have no place beside the rows, so there the record is the first of them.
        around_it = context if frame.form is Form.JSON else [shown[key], *context]
        frame.show(
            Report(
                name="context",
                rows=[as_hit(frame, one) for one in around_it],
                values={
                    "record": {
                        **as_hit(frame, shown[key]),
                        "observations": versions,
                        "attachments": files,
                        **({"recipients": addressed} if addressed else {}),
                    }
                },
                lines=lines,
            )
        )
