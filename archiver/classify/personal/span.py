"""What a recogniser gives: a stretch of text, what it is held to be, how surely, and why."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """A kind of personal data."""

    NAME = "name"
    PHONE = "phone"
    MAIL = "mail"
    ADDRESS = "address"
    POSTCODE = "postcode"
    BSN = "bsn"
    IBAN = "iban"
    PLATE = "plate"
    URL = "url"
    BIRTH = "birth"


class Confidence(StrEnum):
    """How sure a recogniser is; no probability, since none was measured on real conversations."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Span(Struct, frozen=True):
    """Characters `start` to `end` of a text, proposed as personal data; an officer confirms.

    `reason` is a code of ``docs/redaction.md``, such as ``eleven-test`` or ``behind-title``.
    """

    start: int
    end: int
    kind: Kind
    confidence: Confidence
    reason: str


class People(Struct, frozen=True, gc=False):
    """Whose names are known: those to propose, and public officials, who stay named.

    Both are names as they are written in full, such as ``Karim el Amrani``.
    """

    known: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
