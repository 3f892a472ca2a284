"""What only an officer may know of a file: its format, its order of day and month, its zone."""

from __future__ import annotations

import click

from archiver.commands.options import together

with_answers = together(
    click.option(
        "--source-format", default="", help="The export format, where the file cannot tell."
    ),
    click.option(
        "--date-order",
        type=click.Choice(["dmy", "mdy", "ymd"]),
        help="The order of day, month and year, where the file cannot tell.",
    ),
    click.option(
        "--zone", default="", help="The time zone of the export, such as Europe/Amsterdam."
    ),
)
"""Let a command be told what a file cannot tell: `source_format`, `date_order`, `zone`."""
