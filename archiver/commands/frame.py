"""What every command shares: the options that hold everywhere, translated help, the frame.

A command module defines ``command`` with ``@click.command(cls=Command)`` (or ``Group``), takes the
frame with ``@with_frame``, and returns an `ExitCode` or nothing. The options of the program may
stand before or after the command's name; the last one wins.

Help texts are sentences of the language catalogue: the first paragraph of a command's docstring is
one sentence and is also its line in the list of commands. `sentences` names all of them.
"""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver import output
from archiver import settings as configured
from archiver.errors import ExitCode
from archiver.language import say

if TYPE_CHECKING:
    from archiver.actor import Person

_WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.DAMAGE,
    ExitCode.NO_ARCHIVE,
    ExitCode.PRECONDITION,
    ExitCode.LOCKED,
    ExitCode.NOT_AUTHORISED,
    ExitCode.HELD,
    ExitCode.PARTIAL,
    ExitCode.USAGE,
    ExitCode.FINDINGS,
    ExitCode.DONE,
)


class Frame:
    """What a command works with: the settings in force, who acts, and how results are shown."""

    def __init__(self) -> None:
        self.flags: dict[str, object] = {}

    @cached_property
    def settings(self) -> configured.Settings:
        """The settings, read when they are first needed."""
        return configured.load({name: self.flags.get(name) for name in _SET})

    @property
    def archive(self) -> Path:
        """The archive's folder; `NotSet` when nothing says where it is."""
        return self.settings.needed("archive")

    @property
    def keys(self) -> Path:
        """The folder of the keys; `NotSet` when nothing says where it is."""
        return self.settings.needed("keys")

    @property
    def person(self) -> Person:
        """Who acts, whether or not they are registered as an officer."""
        from archiver import actor

        return actor.resolve(os.environ, actor.this_process(self.settings.path("archive")))

    @property
    def form(self) -> output.Form:
        """How results are to be written."""
        return output.Form(str(self.flags.get("output") or output.Form.TEXT))

    def show(self, report: output.Report) -> None:
        """Write results in the form that was asked for."""
        output.show(report, self.form)

    def moment(self, milliseconds: int | None) -> str:
        """Write a time (ms since 1970, UTC) with the offset of the zone that is set."""
        return output.moment(milliseconds, self._zone)

    def local(self, at: str) -> str:
        """Write the time of an event (RFC 3339) with that offset too; none stays empty."""
        return output.local(at, self._zone)

    @cached_property
    def _zone(self) -> Any:
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.settings.text("zone"))


with_frame = click.make_pass_decorator(Frame, ensure=True)

_SET = ("archive", "keys", "language")


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Give the exit code that counts when several apply."""
    return min(codes, key=_WORST_FIRST.index, default=ExitCode.DONE)


# -- options that several commands take -----------------------------------------------------------

dry_run = click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
wait = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait this long for another process that is writing.",
)


class Asked(click.Option):
    """An option that must be given; on a terminal the program asks for it, by its help sentence."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **{**attributes, "required": True, "prompt": True})

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """Ask, when somebody is there to answer."""
        if not sys.stdin.isatty():
            raise click.MissingParameter(ctx=ctx, param=self)
        question = say(self.help or "").rstrip(".")
        return click.prompt(question, type=self.type, err=True)


# -- commands with translated help ----------------------------------------------------------------


class Command(click.Command):
    """A command whose help is translated and that takes the program's options too."""

    lists_shared_options = False

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params += _shared_options(hidden=not self.lists_shared_options)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, f"{say('Usage:')} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for."""
        for paragraph in _paragraphs(self.help):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(say(paragraph))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the command."""
        records = (_translated(param).get_help_record(ctx) for param in self.get_params(ctx))
        if rows := [record for record in records if record is not None]:
            with formatter.section(say("Options")):
                formatter.write_dl(rows)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the line in the list of commands."""
        return say(next(_paragraphs(self.help), "")).rstrip(".")


class Group(Command, click.Group):
    """A command with commands of its own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands below."""
        Command.format_options(self, ctx, formatter)
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        if rows := [(name, one.get_short_help_str()) for name, one in found if one is not None]:
            with formatter.section(say("Commands")):
                formatter.write_dl(rows)


def sentences(command: click.Command) -> Iterator[str]:
    """Name every sentence of a command's help, that of its options and commands included."""
    yield from _paragraphs(command.help)
    context = click.Context(command)
    yield from (
        param.help
        for param in command.get_params(context)
        if isinstance(param, click.Option) and param.help
    )
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if (below := command.get_command(context, name)) is not None:
                yield from sentences(below)


def _shared_options(*, hidden: bool) -> list[click.Parameter]:
    """Make the options of the program; a command takes them too, without listing them."""
    shared = partial(click.Option, hidden=hidden, expose_value=False)
    kept = partial(shared, callback=_keep)
    folder = partial(kept, type=click.Path(path_type=Path), metavar="DIR")
    forms = click.Choice([str(form) for form in output.Form])
    spoken = click.Choice(("nl", "en"))
    return [
        folder(("--archive",), help=_("The folder of the archive.")),
        folder(("--keys",), help=_("The folder of the keys.")),
        kept(("--lang", "language"), type=spoken, help=_("The language of what is shown.")),
        kept(("--output",), type=forms, help=_("How results are written.")),
        shared(("--debug",), is_flag=True, help=_("Show where in the program an error arose.")),
    ]


def _(sentence: str) -> str:
    """Mark a sentence for the language catalogue; it is translated where it is shown."""
    return sentence


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> object:
    if value is not None:
        ctx.ensure_object(Frame).flags[str(param.name)] = value
    return value


def _paragraphs(text: str | None) -> Iterator[str]:
    """Split a help text at blank lines; each paragraph is one line, as the catalogue knows it."""
    for paragraph in (text or "").split("\n\n"):
        if folded := " ".join(paragraph.split()):
            yield folded


def _translated(param: click.Parameter) -> click.Parameter:
    """Give the option with its help in the language of the moment."""
    if not (isinstance(param, click.Option) and param.help):
        return param
    spoken = copy.copy(param)
    spoken.help = say(param.help)
    return spoken
