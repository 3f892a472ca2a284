"""The option of every command that compares the log with heads of it that were kept elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

kept_heads = click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    help="A head of the log that was kept elsewhere, or a folder of them.",
)
