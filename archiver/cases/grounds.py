"""Grounds of exception (uitzonderingsgronden), and for whose request each holds.

They stand in ``config/grounds.toml``: Wet open overheid, articles 5.1 to 5.4, the Wet openbaarheid
van bestuur before it, and the Wet op de parlementaire enquête 2008, articles 19 to 24. Codes are
those of the ministries' publication platform. Checked on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode

DOUBLE = "dubbel"
"""What stands where a ground would: the record is judged in another document."""


class FaultyGrounds(ArchiveError):
    """The list of grounds cannot be used: {reason}."""

    exit_code = ExitCode.PRECONDITION


class UnknownGround(ArchiveError):
    """{code} is no ground that is known."""

    exit_code = ExitCode.USAGE


class Law(StrEnum):
    """Which act a ground is in; none of what is no ground of refusal."""

    WOO = "Woo"
    WOB = "Wob"
    WPE = "WPE"
    NONE = ""


class Weight(StrEnum):
    """Whether a ground leaves anything to weigh."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    NONE = "none"


class Ground(Struct, frozen=True, kw_only=True):
    """One ground, in Dutch; it holds for requests received from `since` up to `until`.

    `apart` names the beginnings of codes that cannot stand beside it for the same words. `aged` is
    the article that asks for a further reason where information is older than five years. `policy`
    says that it is about what officials thought, which two people should judge.
    """

    code: str
    law: Law
    article: str
    text: str
    weight: Weight
    since: date | None
    until: date | None
    apart: tuple[str, ...] = ()
    aged: str = ""
    policy: bool = False

    def holds_on(self, received: date) -> bool:
        """Whether it can be invoked in the case of a request that was received on a day."""
        return (self.since is None or self.since <= received) and (
            self.until is None or received <= self.until
        )

    def excludes(self, other: str) -> bool:
        """Whether another code cannot stand beside it."""
        return other.startswith(self.apart) if self.apart else False


class _Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    title: str
    since: date | None = None
    until: date | None = None
    aged: str = ""
    private: str
    number: str


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    law: Law
    article: str
    text: str
    weight: Weight
    apart: tuple[str, ...] = ()
    policy: bool = False


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    laws: dict[Law, _Act]
    grounds: tuple[_Line, ...]
    named: tuple[str, ...]


class Grounds(Struct, frozen=True):
    """What ships: grounds by code in the order of the acts, and what is proposed by them.

    `private` and `number` are by act the grounds for personal data and for a citizen service
    number; `named` are the functions whose holders stay named.
    """

    by_code: Mapping[str, Ground]
    private: Mapping[Law, str]
    number: Mapping[Law, str]
    named: tuple[str, ...]


@cache
def grounds() -> Grounds:
    """Give the grounds that ship.

    Raises:
        FaultyGrounds: The file has an error.
    """
    return judge_file(read("grounds.toml"))


def judge_file(content: Mapping[str, Any]) -> Grounds:
    """Read grounds from the content of such a file.

    Raises:
        FaultyGrounds: A field lacks, is unknown or of another kind, an act is not there, a code
            stands twice, is not known or is not written in the one way that it has.
    """
    try:
        file = msgspec.convert(content, _File)
    except msgspec.ValidationError as error:
        raise FaultyGrounds(reason=error) from error
    found: dict[str, Ground] = {}
    for line in file.grounds:
        if line.law is not Law.NONE and line.law not in file.laws:
            raise FaultyGrounds(reason=line.law)
        if line.code in found or normal(line.code) != line.code:
            raise FaultyGrounds(reason=line.code)
        found[line.code] = _ground(line, file.laws.get(line.law))
    private = {law: act.private for law, act in file.laws.items()}
    number = {law: act.number for law, act in file.laws.items()}
    for code in (*private.values(), *number.values()):
        if code not in found:
            raise FaultyGrounds(reason=code)
    return Grounds(found, private, number, file.named)


def normal(text: str) -> str:
    """Write a code in its one way: ``5.1.2.e``, ``5.1.2E`` and ``5.1.2 e`` are ``5.1.2e``."""
    code = "".join(text.split()).casefold()
    if code.startswith("wpe"):
        return f"WPE-{code[3:].lstrip('-.')}"
    return f"{code[:-2]}{code[-1]}" if code[-2:-1] == "." and code[-1:].isalpha() else code


def ground(text: str) -> Ground:
    """Give one ground by a code in any way of writing.

    Raises:
        UnknownGround: There is none.
    """
    found = grounds().by_code.get(normal(text))
    if found is None:
        raise UnknownGround(code=text)
    return found


def ordered(codes: Iterable[str]) -> tuple[str, ...]:
    """Give codes in their one way, each once: absolute grounds first, then in the acts' order.

    Raises:
        UnknownGround: One of them is none.
    """
    given = {ground(code).code for code in codes}
    return tuple(
        one.code
        for weight in (Weight.ABSOLUTE, Weight.RELATIVE, Weight.NONE)
        for one in grounds().by_code.values()
        if one.weight is weight and one.code in given
    )


def parsed(text: str) -> tuple[str, ...]:
    """Read codes that stand in one field, parted by ``;`` or ``,``; as `ordered` gives them."""
    return ordered(part for part in text.replace(",", ";").split(";") if part.strip())


def law_of(received: date, *, inquiry: bool) -> Law:
    """Give the act under which a request that was received on a day is judged."""
    if inquiry:
        return Law.WPE
    known = grounds().by_code.values()
    return next(one.law for one in known if one.law is not Law.WPE and one.holds_on(received))


def _ground(line: _Line, act: _Act | None) -> Ground:
    return Ground(
        code=line.code,
        law=line.law,
        article=line.article,
        text=line.text,
        weight=line.weight,
        since=act.since if act else None,
        until=act.until if act else None,
        apart=line.apart,
        aged=act.aged if act else "",
        policy=line.policy,
    )
