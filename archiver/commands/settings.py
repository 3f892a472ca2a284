"""`chatarchief settings`: every value in force and where it came from."""

from __future__ import annotations

from collections.abc import Iterator

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.language import say
from archiver.output import Column, Report, Row
from archiver.settings import Settings


@click.command(cls=Command)
@with_frame
def command(frame: Frame) -> None:
    """Show every setting, its value, and where that came from.

    A flag goes before an environment variable, that before the settings file, that before the
    default.
    """
    settings = frame.settings
    frame.show(
        Report(
            name="settings",
            rows=_rows(settings),
            values={"digest": settings.digest},
            columns=(
                Column("name", say("Setting")),
                Column("value", say("Value")),
                Column("unit", say("Unit")),
                Column("origin", say("From")),
                Column("sentence", say("What it does")),
            ),
        )
    )


def _rows(settings: Settings) -> Iterator[Row]:
    for one in settings:
        yield {
            "name": one.setting.name,
            "value": one.value,
            "unit": one.setting.unit,
            "origin": one.origin,
            "sentence": say(one.setting.sentence),
        }
