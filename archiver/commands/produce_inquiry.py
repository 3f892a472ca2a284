"""`chatarchief produce inquiry`: make the pack that answers an order of inquiry."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.commands.frame import Asked, Command, Frame, dry_run, with_frame
from archiver.commands.judged import need
from archiver.commands.produce_options import layout_choice, out_folder, second_reader
from archiver.commands.produce_rows import pack_report
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.model import Role


@click.command("inquiry", cls=Command)
@click.argument("case")
@click.option(
    "--mode",
    cls=Asked,
    type=click.Choice(("inzage", "afschrift", "kennisneming")),
    help="How the order is met: by inspection, by copies, or in another way.",
)
@out_folder
@click.option("--prefix", cls=Asked, help="What the ministry's Bates numbers begin with.")
@click.option(
    "--answers",
    multiple=True,
    metavar="NUMBER=SEARCH",
    help="Which search answers which question; of one question everything is the answer.",
)
@layout_choice
@second_reader
@dry_run
@with_frame
def inquiry(
    frame: Frame,
    case: str,
    mode: str,
    out: Path,
    prefix: str,
    answers: tuple[str, ...],
    layout: str,
    asked_need: str | None,
    dry_run: bool,
) -> ExitCode:
    """Make the pack that answers an order of a committee of inquiry or an investigation.

    Documents have Bates numbers that are never given out twice. Names stay; what is withheld is
    gone, and what is contested is for inspection only. The case's search statement goes with it.
    """
    from archiver.cases.case import case as case_of
    from archiver.cases.schema import ready
    from archiver.produce.inquiry import asked as order
    from archiver.produce.inquiry import pack
    from archiver.produce.inquiry.plan import answers_of
    from archiver.produce.pdf.render import Layout

    with session(frame, Role.WOO_JURIST) as at:
        found = case_of(ready(at.archive), case)
        asked = order.Asked(
            mode=order.Mode(mode),
            prefix=prefix,
            zone=frame.settings.text("zone"),
            answers=answers_of(answers),
            layout=Layout(layout),
            need=need(frame, asked_need),
        )
        if dry_run:
            made = pack.tried(at.archive, found, asked)
        else:
            at.scribe.witness("case.exported", {"case": found.id, "kind": pack.KIND}, {})
            made = pack.produce(at.scribe, found, out, asked)
    numbers = {"first": made.first, "last": made.last}
    frame.show(pack_report(made, out, before=numbers, after={"woo": made.compared}))
    return ExitCode.FINDINGS if made.warnings else ExitCode.DONE
