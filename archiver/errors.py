"""One class a reason; its docstring is the message, its fields are named, it carries an exit code.

The exit codes are those of ``docs/exit-codes.md``; the worst class wins when several apply.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    PARTIAL = 3
    NOT_AUTHORISED = 4
    HELD = 5
    DAMAGE = 6
    NO_ARCHIVE = 7
    LOCKED = 8
    PRECONDITION = 9
    INTERRUPTED = 130


class ArchiveError(Exception):
    """Something went wrong."""

    exit_code = ExitCode.PRECONDITION

    def __init__(self, **fields: object) -> None:
        """Keep the named fields that the docstring's sentence speaks of."""
        self.fields = fields
        super().__init__(fields)

    @property
    def sentence(self) -> str:
        """The English sentence with its fields still named, as the language catalogue knows it."""
        return " ".join((type(self).__doc__ or "").split("\n\n")[0].split())

    def __str__(self) -> str:
        """Fill the sentence."""
        return self.sentence.format_map(self.fields)


class UsageError(ArchiveError):
    """{reason}"""

    exit_code = ExitCode.USAGE


class NotAuthorised(ArchiveError):
    """{login} may not do this: it needs the role {roles}."""

    exit_code = ExitCode.NOT_AUTHORISED


class UnknownOfficer(ArchiveError):
    """{login} is not registered as an officer of this archive."""

    exit_code = ExitCode.NOT_AUTHORISED


class NoArchive(ArchiveError):
    """There is no archive at {path}."""

    exit_code = ExitCode.NO_ARCHIVE


class WrongFormat(ArchiveError):
    """The archive at {path} has format {found}; this program reads {known}."""

    exit_code = ExitCode.NO_ARCHIVE


class Locked(ArchiveError):
    """Another process is writing ({holder}). Try again, or use --wait."""

    exit_code = ExitCode.LOCKED


class Damage(ArchiveError):
    """{path} is damaged: {reason}."""

    exit_code = ExitCode.DAMAGE


class WrongKey(ArchiveError):
    """The keys at {path} do not fit this archive."""

    exit_code = ExitCode.PRECONDITION


class PreconditionFailed(ArchiveError):
    """This cannot be done here: {reason}."""

    exit_code = ExitCode.PRECONDITION


class KeyMissing(ArchiveError):
    """There is no key for {name}."""

    exit_code = ExitCode.DAMAGE


class DiskFull(ArchiveError):
    """No space is left for {path}. Nothing was kept in part; free some space and run it again."""

    exit_code = ExitCode.PRECONDITION


class SourceChanged(ArchiveError):
    """{path} changed while it was read. It is left where it is and tried again later."""

    exit_code = ExitCode.FINDINGS


class UnreadableSource(ArchiveError):
    """{path} cannot be read: {reason}."""

    exit_code = ExitCode.PARTIAL


class NoSuchThing(ArchiveError):
    """There is no {what} {name}."""

    exit_code = ExitCode.USAGE
