"""`chatarchief findings`: what was noticed, and what an officer can do about it."""

from __future__ import annotations

import json

import click

from archiver.commands import cover
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report
from archiver.wording import describe, remedy


@click.command(cls=Command)
@click.option("--delivery", default="", help="Only those of this delivery.")
@click.option("--all", "every", is_flag=True, help="Also those that need only be known.")
@click.option("--sealed", is_flag=True, help="With the names in what is sealed; for sorters.")
@with_frame
def command(frame: Frame, delivery: str, every: bool, sealed: bool) -> ExitCode:
    """Show what waits for an officer, with what to do."""
    from archiver.store.catalogue import records

    with session(frame, *((Role.SORTER,) if sealed else ())) as at:
        where = "(? = '' OR d.public = ?) AND (? OR f.state = 'open')"
        found = records.findings(
            at.archive.catalogue.connection, where, (delivery, delivery, every)
        )
        if sealed:
            at.scribe.witness("findings.listed", {"delivery": delivery}, {"shown": len(found)})
        for row in found:
            row["values"] = json.loads(row["values"])
            state, kind, device = (row.pop(name) for name in ("delivery_state", "kind", "device"))
            if cover.is_covered(state, kind, device) and not sealed:
                row |= {"path": cover.COVERED, "values": cover.values(row["values"])}
            row["message"] = describe(row["code"], row["values"])
            row["remedy"] = remedy(row["code"], row["values"])
        frame.show(
            Report(
                name="findings",
                rows=found,
                columns=(
                    Column("delivery", say("Delivery")),
                    Column("code", say("Code")),
                    Column("message", say("Finding")),
                    Column("remedy", say("What to do")),
                ),
            )
        )
        return ExitCode.FINDINGS if any(r["state"] == "open" for r in found) else ExitCode.DONE
