"""Tell a person in one line what went wrong, and give the exit code that belongs to it.

No message text and no traceback: an error of ours is its own sentence, one of the system is named
by the system's words, and of anything else only the kind is told.
"""

from __future__ import annotations

import traceback

import click

from archiver import output
from archiver.errors import ArchiveError, ExitCode
from archiver.language import say
from archiver.output.words import explained


def tell(error: BaseException, *, debug: bool) -> ExitCode:
    """Say what went wrong on stderr; with `debug` also where in the program."""
    if debug:
        _write_lines("".join(traceback.format_exception(error)))
    match error:
        case ArchiveError():
            output.note(explained(error))
            return error.exit_code
        case click.ClickException():
            return _tell_usage(error)
        case click.Abort() | KeyboardInterrupt() | BrokenPipeError():
            output.note(say("Interrupted."))
            return ExitCode.INTERRUPTED
        case OSError():
            return _tell_system(error)
        case _:
            kind = type(error).__name__
            output.note(
                say("Something unexpected happened ({kind}). --debug shows where.", kind=kind)
            )
            return ExitCode.PRECONDITION


def _write_lines(text: str) -> None:
    for line in text.splitlines():
        output.note(line)


def _tell_usage(error: click.ClickException) -> ExitCode:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        _write_lines(error.message)
        return ExitCode.USAGE
    output.note(_usage(error))
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "chatarchief"
    output.note(say("See: {command}", command=f"{command} --help"))
    return ExitCode.USAGE


def _usage(error: click.ClickException) -> str:
    """Say in the language of the moment what click says in English."""
    match error:
        case click.MissingParameter() if error.param is not None:
            return say("{name} is missing.", name=_name(error.param))
        case click.BadParameter() if error.param is not None:
            return _bad_value(error, error.param)
        case click.NoSuchOption():
            return say("There is no option {name}.", name=error.option_name)
        case click.BadOptionUsage():
            return say("{name} was given a value too many or too few.", name=error.option_name)
        case click.exceptions.NoSuchCommand():
            return say("There is no command {name}.", name=error.command_name)
        case _:
            return error.format_message()


def _bad_value(error: click.BadParameter, param: click.Parameter) -> str:
    if isinstance(param.type, click.Choice):
        choices = ", ".join(map(str, param.type.choices))
        return say("{name} must be one of: {choices}.", name=_name(param), choices=choices)
    return say("{name} does not fit: {reason}", name=_name(param), reason=error.message)


def _name(param: click.Parameter) -> str:
    return (
        max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
    )


def _tell_system(error: OSError) -> ExitCode:
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        output.note(say("The system refused: {reason}.", reason=reason))
    else:
        output.note(say("{path}: {reason}.", path=error.filename, reason=reason))
    return ExitCode.PRECONDITION
