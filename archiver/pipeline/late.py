"""What reads a format is loaded when it is first needed, and not when the formats are listed.

Loading all parsers takes as long as reading hundreds of mails. What is listed is all the same a
name written by hand, of a module of `archiver`; nothing is looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from archiver.format import Format

_PARSERS = "archiver.parse"


class Late:
    """A function; its module is loaded when it is first called."""

    __slots__ = ("_found", "function", "module")

    def __init__(self, module: str, function: str) -> None:
        """Name the module and the function."""
        self.module, self.function = module, function
        self._found: Callable[..., Any] | None = None

    def __call__(self, *given: Any) -> Any:
        """Call it."""
        return self.load()(*given)

    def load(self) -> Callable[..., Any]:
        """Give the function itself."""
        if self._found is None:
            self._found = getattr(import_module(self.module), self.function)
        return self._found


class LateClaim(Late):
    """The probe of a format; asked only where the file has what the format cannot be without.

    `signs` are words of which the file's beginning must have one, `ends` are ends of its name in
    small letters of which it must have one.
    """

    __slots__ = ("ends", "signs")

    def __init__(
        self, module: str, function: str, signs: tuple[bytes, ...], ends: tuple[str, ...]
    ) -> None:
        """Name the probe and what must be there for it."""
        super().__init__(module, function)
        self.signs, self.ends = signs, ends

    def __call__(self, head: bytes, name: str) -> bool:
        """Ask the probe, or say no without it."""
        return self.may_claim(head, name) and bool(super().__call__(head, name))

    def may_claim(self, head: bytes, name: str) -> bool:
        """Whether the parser must be loaded to know."""
        if not name.lower().endswith(self.ends):
            return False
        return any(sign in head for sign in self.signs)


class LateWish(Late):
    """Whether a parser wants a member beside a main one; said of few, since there are many pairs.

    Only names that end in one of `ends`, and those in the main member's own folder that end in one
    of `here`, are ever wanted.
    """

    __slots__ = ("ends", "here")

    def __init__(
        self, module: str, function: str, ends: tuple[str, ...], here: tuple[str, ...]
    ) -> None:
        """Name the function and the names it may say yes to."""
        super().__init__(module, function)
        self.ends, self.here = ends, here


def loaded(form: Format) -> Format:
    """Load what reads files of a format, all but its probe."""
    for part in (form.survey, form.parse, form.normaliser, *form.checks):
        if isinstance(part, Late):
            part.load()
    return form


class Parser(NamedTuple):
    """A parser by the name of its module in `archiver.parse`: its functions, still to be loaded."""

    module: str

    def claims(
        self,
        *signs: bytes,
        ends: tuple[str, ...] = ("",),
        function: str = "claims",
        module: str = "",
    ) -> LateClaim:
        """Give the probe, see `LateClaim`; `module` names one that is lighter than the parser."""
        return LateClaim(f"{_PARSERS}.{module or self.module}", function, signs, ends)

    def late(self, function: str) -> Late:
        """Give another function."""
        return Late(f"{_PARSERS}.{self.module}", function)

    def wants(self, *ends: str, here: tuple[str, ...] = ()) -> LateWish:
        """Give what says which other members it needs; see `LateWish`."""
        return LateWish(f"{_PARSERS}.{self.module}", "wants", ends, here)
