"""Legal bases as dated data: does one of them cover the processing of this day?

The list is ``config/legal-bases.toml``, the purposes that a basis can cover are those of
``config/purposes.toml``. A basis is judged at the moment of processing: one that was repealed
covers nothing, a weak one covers and leaves a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode
from archiver.language import current
from archiver.model import Account, Finding

ARCHIVING = "archivering"
"""The purpose for which messages are taken in."""


class Strength(StrEnum):
    """What a basis is worth, the best first."""

    SOLID = "solid"
    ANCHOR = "anchor"
    WEAK = "weak"
    MISSING = "missing"


class Kind(StrEnum):
    """What sort of ground it is: GDPR art. 6(1)(c), (e) or (a), or no act at all."""

    LEGAL_OBLIGATION = "legal-obligation"
    PUBLIC_TASK = "public-task"
    CONSENT = "consent"
    POLICY = "policy"
    AGREEMENT = "agreement"
    NONE = "none"


class UnknownBasis(ArchiveError):
    """{code} is not a legal basis of this archive; choose one of {known}."""

    exit_code = ExitCode.USAGE


class UnknownPurpose(ArchiveError):
    """{code} is not a purpose of this archive; choose one of {known}."""

    exit_code = ExitCode.USAGE


class NotForPurpose(ArchiveError):
    """The legal basis {basis} cannot cover the purpose {purpose}; choose one of {known}."""

    exit_code = ExitCode.USAGE


class Basis(Struct, frozen=True):
    """One ground: what it is worth, for which purposes, and the days on which it is in force."""

    code: str
    title: str
    article: str
    kind: Kind
    strength: Strength
    purposes: tuple[str, ...]
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
            code, entry["title"], entry["article"], Kind(entry["kind"]),
            Strength(entry["strength"]), tuple(entry["purposes"]), entry["from"], entry.get("to"),
            entry.get("why", ""),
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


def purposes() -> dict[str, str]:
    """Give the purposes by code, each as the language of the moment calls it."""
    return {code: entry[current()] for code, entry in read("purposes.toml").items()}


def for_purpose(code: str, purpose: str) -> Basis:
    """Give the basis of a code that is to cover a purpose.

    Raises:
        UnknownBasis: The list does not have it.
        UnknownPurpose: There is no such purpose.
        NotForPurpose: It cannot cover that.
    """
    found = basis(code)
    if purpose not in purposes():
        raise UnknownPurpose(code=purpose, known=", ".join(purposes()))
    if purpose not in found.purposes:
        fit = [one.code for one in bases().values() if purpose in one.purposes]
        raise NotForPurpose(basis=code, purpose=purpose, known=", ".join(fit))
    return found


def best(codes: Iterable[str], day: date) -> Basis | None:
    """Give the strongest of these bases that covers a day; None when none does."""
    known = bases()
    found = (known[code] for code in codes if code in known)
    ranks = list(Strength)
    covering = (one for one in found if one.strength != Strength.MISSING and one.holds_on(day))
    return min(covering, key=lambda one: ranks.index(one.strength), default=None)


def judge(
    account: Account, day: date, codes: Iterable[str] | None = None
) -> tuple[str, tuple[Finding, ...]]:
    """Say which basis covers processing on a day (empty: none), and what is to be known of it.

    `codes` are the bases that the account has on that day; by default the one it was registered
    with.
    """
    asked = (account.basis,) if codes is None else tuple(dict.fromkeys(codes))
    found = best(asked, day)
    values: dict[str, str | int] = {"account": account.id, "basis": ", ".join(asked) or "geen"}
    if found is None:
        return "", (Finding("E-R001", values),)
    values |= {"basis": found.code, "why": found.why}
    match found.strength:
        case Strength.WEAK:
            return found.code, (Finding("W-R001", values),)
        case Strength.ANCHOR:
            return found.code, (Finding("W-R003", values),)
        case _:
            return found.code, ()
