"""Why a query cannot be read: one class a reason, each with the place where it stops.

Every `position` counts the characters of the query from 1.
"""

from __future__ import annotations

from archiver.errors import ArchiveError, ExitCode


class BadQuery(ArchiveError):
    """The query cannot be read at position {position}."""

    exit_code = ExitCode.USAGE


class OpenQuote(BadQuery):
    """The quotation mark at position {position} is never closed."""


class OpenParenthesis(BadQuery):
    """The parenthesis at position {position} is never closed."""


class LoneParenthesis(BadQuery):
    """The parenthesis at position {position} closes nothing."""


class EmptyParentheses(BadQuery):
    """There is nothing between the parentheses at position {position}."""


class NothingToFind(BadQuery):
    """{word} at position {position} has no letter or digit, so there is nothing to search for."""


class ShortPrefix(BadQuery):
    """{word} at position {position} is too short: an asterisk needs {least} letters before it."""


class StrayAsterisk(BadQuery):
    """The asterisk at position {position} does not stand at the end of a single word."""


class LonelyOperator(BadQuery):
    """{operator} at position {position} has nothing to work on. To search for it, quote it."""


class OnlyAbsence(BadQuery):
    """From position {position} the query only says what must be absent. Add what must be there."""


class BadNear(BadQuery):
    """NEAR at position {position} takes two or more different words or phrases, nothing else."""


class FarNear(BadQuery):
    """The distance of NEAR at position {position} is more than {most} words."""


class LongQuery(BadQuery):
    """The query is longer than can be read: it stops at position {position}."""


class DeepQuery(BadQuery):
    """The parentheses at position {position} are nested more than {most} deep."""
