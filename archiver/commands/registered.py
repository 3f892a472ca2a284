"""What accounts and devices have in common: who answers for them, the folder, the deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from archiver.commands import cover
from archiver.commands.frame import Asked
from archiver.commands.options import together
from archiver.output import Row

if TYPE_CHECKING:
    from archiver.commands.frame import Frame
    from archiver.model import Account

answered_for = together(
    click.option("--owner", cls=Asked, help="The official who answers for it."),
    click.option("--basis", cls=Asked, help="The legal basis, by its code."),
    click.option("--from", "since", cls=Asked, metavar="DAY", help="The first day it was used."),
    click.option("--to", "until", default="", metavar="DAY", help="The last day it was used."),
)
"""Add the options that say who answers for it, on what basis, since when and until when."""


def make_drop_folder(frame: Frame, account: Account) -> None:
    """Make the folder in which files for an account are dropped, where the settings name one."""
    drop = frame.settings.path("drop.folder")
    if drop is not None:
        (drop / account.folder).mkdir(parents=True, exist_ok=True)


def delivery_row(frame: Frame, found: Mapping[str, Any]) -> Row:
    """Show one delivery of an account or a device, its path covered where it has to be."""
    return {
        "delivery": found["public"],
        "state": found["state"],
        "received_at": frame.moment(found["received_at"]),
        "path": cover.row(found, sealed=False)["path"],
        "read": found["read"],
    }
