"""The command line: finds the command, catches what goes wrong, and gives the exit code.

This is the only place that catches everything: an `ArchiveError` becomes its sentence and its exit
code, and a person sees a traceback only with --debug. Each command lives in a module of its own
that is loaded when it is asked for, so that the program starts fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import click

from archiver.commands.failure import tell
from archiver.commands.frame import Frame, Group
from archiver.errors import ArchiveError, ExitCode
from archiver.language import use
from archiver.settings import load

COMMANDS: tuple[tuple[str, str], ...] = (
    ("init", "archiver.commands.init"),
    ("account", "archiver.commands.account"),
    ("device", "archiver.commands.device"),
    ("officer", "archiver.commands.officer"),
    ("function", "archiver.commands.function"),
    ("person", "archiver.commands.person"),
    ("contact", "archiver.commands.contact"),
    ("basis", "archiver.commands.basis"),
    ("register", "archiver.commands.register"),
    ("session", "archiver.commands.readout"),
    ("ingest", "archiver.commands.ingest"),
    ("delivery", "archiver.commands.delivery"),
    ("mapping", "archiver.commands.mapping"),
    ("watch", "archiver.commands.watch"),
    ("search", "archiver.commands.search"),
    ("show", "archiver.commands.show"),
    ("explain", "archiver.commands.explain"),
    ("reconcile", "archiver.commands.reconcile"),
    ("join", "archiver.commands.join"),
    ("split", "archiver.commands.split"),
    ("conversations", "archiver.commands.conversations"),
    ("differences", "archiver.commands.differences"),
    ("coverage", "archiver.commands.coverage"),
    ("overview", "archiver.commands.overview"),
    ("findings", "archiver.commands.findings"),
    ("sort", "archiver.commands.sort"),
    ("retention", "archiver.commands.retention"),
    ("marking", "archiver.commands.marking"),
    ("hold", "archiver.commands.hold"),
    ("dispose", "archiver.commands.dispose"),
    ("case", "archiver.commands.case"),
    ("produce", "archiver.commands.produce"),
    ("status", "archiver.commands.status"),
    ("doctor", "archiver.commands.doctor"),
    ("verify", "archiver.commands.verify"),
    ("rebuild", "archiver.commands.rebuild"),
    ("backup", "archiver.commands.backup"),
    ("restore", "archiver.commands.restore"),
    ("key", "archiver.commands.key"),
    ("settings", "archiver.commands.settings"),
)
"""Listed by hand: an archive that runs whatever is installed cannot be audited."""


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    words = list(sys.argv[1:] if args is None else args)
    use(_language(words))
    try:
        result = program.main(words, "chatarchief", standalone_mode=False, obj=Frame())
    except (Exception, KeyboardInterrupt) as error:
        return tell(error, debug="--debug" in words)
    return int(result) if isinstance(result, int) else ExitCode.DONE


def _language(words: Sequence[str]) -> str:
    """Find the language before the words are parsed, since help and usage errors are spoken too."""
    flag = None
    for word, following in pairwise([*words, ""]):
        if word == "--lang" or word.startswith("--lang="):
            flag = word.partition("=")[2] or following
    try:
        return load({"language": flag}).text("language")
    except ArchiveError:
        return "en"


class Program(Group):
    """The group of all commands; loads a command's module when it is asked for."""

    lists_shared_options = True

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the table, which is that of the work."""
        return [name for name, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; one whose module is not part of this installation does not exist."""
        module = dict(COMMANDS).get(cmd_name)
        if module is None or find_spec(module) is None:
            return None
        found: click.Command = import_module(module).command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of the results who leaves early interrupts it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.INTERRUPTED)


def _show_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from archiver import __version__

        sys.stdout.write(f"chatarchief {__version__}\n")
        ctx.exit()


@click.group(cls=Program, invoke_without_command=True)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def program(ctx: click.Context) -> object:
    """An archive for what officials decide in chats and private mail.

    Without a command it shows what arrived, what failed, what waits for whom and what is due.
    """
    return _today(ctx) if ctx.invoked_subcommand is None else None


def _today(ctx: click.Context) -> object:
    status = program.get_command(ctx, "status")
    if status is None or ctx.ensure_object(Frame).settings.path("archive") is None:
        sys.stdout.write(f"{ctx.get_help()}\n")
        return ExitCode.DONE
    with status.make_context("status", [], parent=ctx) as below:
        return status.invoke(below)
