"""`chatarchief ingest`: the main job by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.answers import with_answers
from archiver.commands.frame import Command, Frame, with_frame, worst
from archiver.commands.mapping import read_mapping, with_mapping
from archiver.commands.outcomes import as_row, lines, totals
from archiver.commands.session import KEEPERS, Session, session
from archiver.commands.taking_in import taking_in
from archiver.errors import ExitCode, UsageError
from archiver.language import say
from archiver.model import State
from archiver.output import Report

if TYPE_CHECKING:
    from archiver.model import Account
    from archiver.pipeline.outcome import Outcome


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--account", default="", help="The account that the exports come from.")
@click.option("--device", default="", help="The device that was read out, instead of an account.")
@with_answers
@with_mapping
@click.option(
    "--receipt",
    "receipt_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also put the receipt of each delivery here.",
)
@with_frame
def command(
    frame: Frame,
    paths: tuple[Path, ...],
    account: str,
    device: str,
    source_format: str,
    date_order: str | None,
    zone: str,
    mapping: Path | None,
    receipt_folder: Path | None,
) -> ExitCode:
    """Take in exports of one account, or read-outs of one device.

    A path is a file, a container or a folder. Whatever it is, its bytes are kept; what is known
    already is linked and not kept twice. The balance shows that nothing was dropped.
    """
    from archiver.pipeline.bench import Answers, Bench
    from archiver.pipeline.ingest import Refused, ingest

    def take(bench: Bench, path: Path, refused: Refused) -> Iterator[Outcome]:
        return ingest(bench, path, found, answers, refused=refused)

    with session(frame, *KEEPERS) as at:
        found = _handed_in_for(at, account, device)
        form, told = read_mapping(source_format, mapping)
        answers = Answers(form, date_order or "", zone, told)
        failures: list[ExitCode] = []
        outcomes = list(taking_in(frame, at, paths, failures, take))
        _hand_out(frame, at, outcomes, receipt_folder)
        report = Report(
            name="deliveries",
            rows=[as_row(frame, outcome) for outcome in outcomes],
            values={"totals": totals(outcomes)},
            lines=lambda: lines(outcomes),
        )
        frame.show(report)
        return worst([*(outcome.exit_code for outcome in outcomes), *failures])


def _handed_in_for(at: Session, account: str, device: str) -> Account:
    """Give the account, or the device's own."""
    from archiver.register.accounts import account as registered
    from archiver.register.devices import device as read_out

    if bool(account) == bool(device):
        raise UsageError(reason=say("give an account or a device, and not both"))
    return read_out(at.archive, device).account if device else registered(at.archive, account)


def _hand_out(frame: Frame, at: Session, outcomes: list[Outcome], folder: Path | None) -> None:
    from archiver.store.heads import publish_head
    from archiver.store.receipts import hand_out

    kept = [outcome for outcome in outcomes if outcome.state is not State.ISOLATED]
    for place in filter(None, {folder, frame.settings.path("receipts.folder")}):
        for outcome in kept:
            hand_out(at.archive, outcome.delivery, place)
    publish_head(at.archive, frame.settings.path("heads.folder"))
