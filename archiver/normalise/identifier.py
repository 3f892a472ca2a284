"""Typed identifiers of people: what a label in an export says about who is meant.

A telephone number becomes E.164 (ITU-T E.164, 2010), a mail address lower case, anything else a
name in the matching form. A name is only a label: two people may share it, so that no identifier
that begins with ``name:`` ever joins people across accounts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archiver.normalise.text import matching

REGION = "NL"
"""Where a number without a country code belongs."""

_PHONE = re.compile(r"[+(]?[0-9][0-9 ().\-/]{5,24}")
_MAIL = re.compile(r"[^@\s\"<>]+@[^@\s\"<>]+\.[^@\s\"<>]+")
_REMEMBERED = 65_536


@lru_cache(maxsize=_REMEMBERED)
def identify(label: str) -> str:
    """Give the typed identifier of a raw label: ``e164:``, ``mail:`` or ``name:``; empty for none.

    The part of a mail address before the @ is lower-cased too: RFC 5321 lets a server tell case
    apart, but none that officials write to does, and one person must not become two.
    """
    name = matching(label)
    if not name:
        return ""
    if _PHONE.fullmatch(name):
        return _phone(name) or f"name:{name}"
    if _MAIL.fullmatch(name):
        return f"mail:{name}"
    return f"name:{_pushed(name)}"


def _phone(text: str) -> str:
    """Read a number as E.164; empty when it can be no number of the plan it claims."""
    import phonenumbers  # takes a tenth of a second, and many exports hold no number

    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:  # or it lacks its area code
        return ""
    return f"e164:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}"


def _pushed(name: str) -> str:
    """WhatsApp writes ``~ Name`` or ``~Name`` for a name that its bearer chose; the tilde stays."""
    return f"~{name[1:].lstrip()}" if name.startswith("~") else name
