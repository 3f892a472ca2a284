"""Legal bases as dated data: does one cover the processing of this day?

The list is ``config/legal-bases.toml``. A basis is judged at the moment of processing: one that
was repealed covers nothing, a weak one covers and leaves a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode
from archiver.model import Account, Finding


class Strength(StrEnum):
    """What a basis is worth."""

    SOLID = "solid"
    WEAK = "weak"
    NONE = "none"


class UnknownBasis(ArchiveError):
    """{code} is not a legal basis of this archive; choose one of {known}."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Basis:
    """One ground: its code, title, article, strength and the days on which it is in force."""

    code: str
    title: str
    article: str
    strength: Strength
    since: date
    until: date | None
    why: str

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def bases() -> dict[str, Basis]:
    """Read the list."""
    return {
        code: Basis(
            code, entry["title"], entry["article"], Strength(entry["strength"]), entry["from"],
            entry.get("to"), entry.get("why", ""),
        )
        for code, entry in read("legal-bases.toml").items()
    }  # fmt: skip


def basis(code: str) -> Basis:
    """Give the basis of a code.

    Raises:
        UnknownBasis: The list does not have it.
    """
    known = bases()
    if code not in known:
        raise UnknownBasis(code=code, known=", ".join(known))
    return known[code]


def judge(account: Account, day: date) -> tuple[bool, tuple[Finding, ...]]:
    """Say whether an account's basis covers processing on a day, and what is to be known of it."""
    found = bases().get(account.basis)
    if found is None or found.strength is Strength.NONE or not found.holds_on(day):
        return False, (Finding("E-R001", {"account": account.id, "basis": account.basis}),)
    if found.strength is Strength.WEAK:
        values: dict[str, str | int] = {
            "account": account.id,
            "basis": account.basis,
            "why": found.why,
        }
        return True, (Finding("W-R001", values),)
    return True, ()
