"""`chatarchief case pseudonym`: number people within a case, so that a reader can follow them."""

from __future__ import annotations

import click

from archiver.commands.case_rows import JURISTS
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import session
from archiver.language import say
from archiver.output import Column, Report, note


@click.command(cls=Command)
@click.argument("case")
@click.option("--person", "people", multiple=True, help="Somebody to number, by any name.")
@with_frame
def pseudonym(frame: Frame, case: str, people: tuple[str, ...]) -> None:
    """Number people within a case, and list who has which number.

    Every name by which the register knows somebody gets the same number. Pseudonyms stand on the
    bars of what is produced for the public from then on.
    """
    from archiver.cases import case as cases
    from archiver.cases import pseudonyms, schema
    from archiver.register import persons

    with session(frame, *JURISTS) as at:
        one = cases.case(schema.ready(at.archive), case)
        if people:
            named = [persons.names(at.archive, person) for person in people]
            pseudonyms.assign(at.scribe, one.id, named)
            for name in pseudonyms.unmet(schema.ready(at.archive), one.id, named):
                note(say("No candidate names {name}; look whether it is written so.", name=name))
        found = pseudonyms.labels(schema.ready(at.archive), one.id)
        at.scribe.witness("pseudonyms.listed", {"case": one.id}, {"names": len(found)})
        frame.show(
            Report(
                name="pseudonyms",
                rows=[{"pseudonym": label, "name": name} for name, label in found.items()],
                columns=(Column("pseudonym", say("Pseudonym")), Column("name", say("Name"))),
            )
        )
