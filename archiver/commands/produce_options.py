"""Options of every command that makes a pack."""

from __future__ import annotations

from pathlib import Path

import click

out_folder = click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to write the pack to; it must not be there yet.",
)

layout_choice = click.option(
    "--layout",
    type=click.Choice(("list", "bubbles")),
    default="list",
    show_default=True,
    help="How a conversation looks in the PDF.",
)

second_reader = click.option(
    "--second-reader",
    "asked_need",
    type=click.Choice(("none", "policy", "all")),
    help="What a second reader must have read before anything is produced: what"
    " judging.second_reader says, unless more is asked for here.",
)
