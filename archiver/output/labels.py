"""Codes of the formats in plain words: types of events and messages, marks, observations.

The words are data (``config/labels``): for each code, sentences in both languages, from the one
that tells most to the one that needs nothing. The first whose {fields} are all known is said. What
has no words is shown as the code it is.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from archiver import configuration
from archiver.language import current, say

_LENGTHS = (
    (86_400, "1 day", "{n} days"),
    (3_600, "1 hour", "{n} hours"),
    (60, "1 minute", "{n} minutes"),
    (1, "1 second", "{n} seconds"),
)


def label(kind: str, type_: str, told: Mapping[str, str]) -> str:
    """Say what an entry of this kind (``event`` or ``message``) and type is."""
    return _said(f"{kind}s", type_, told) or type_


def pieces(kind: str, type_: str, told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what `label` says in pieces: words of our own, then the field that stands behind them.

    The last field may be empty.
    """
    forms = _forms(f"{kind}s", type_)
    for words, field, _, _ in string.Formatter().parse(_first(forms, told)) if forms else ():
        yield words, field or ""
    if not forms:
        yield type_, ""


def has_fields(kind: str, type_: str) -> bool:
    """Whether a sentence of this type says more than the type."""
    return any(map(_fields, _forms(f"{kind}s", type_)))


def observed(kind: str, told: Mapping[str, str]) -> str:
    """Say one observation; what its sentence does not use of value and person stands behind it."""
    forms = _forms("observations", kind)
    if not forms:
        return say("{kind} is “{value}”", kind=kind, value=_listed(told, ("value", "by")))
    form = _first(forms, told)
    rest = _listed(told, [name for name in ("value", "by") if name not in _fields(form)])
    sentence = form.format_map(told)
    return f"{sentence} – {rest}" if rest else sentence


def marks(codes: str) -> str:
    """Say the marks of a record, which the catalogue keeps as codes with blanks between them."""
    return ", ".join(_said("marks", code, {}) or code for code in codes.split())


def basis(code: str) -> str:
    """Say how fine a time is and what its zone rests on, such as ``min/assumed``."""
    return ", ".join(_said("times", part, {}) or part for part in code.split("/"))


def length(seconds: str) -> str:
    """Say a number of seconds in the largest unit that divides it; empty when there is none."""
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 12 and int(seconds)):
        return ""
    number = int(seconds)
    size, one, several = next(
        unit for unit in _LENGTHS if number % unit[0] == 0 < number // unit[0]
    )
    return say(one) if number == size else say(several, n=number // size)


def _said(topic: str, code: str, told: Mapping[str, str]) -> str:
    forms = _forms(topic, code)
    return _first(forms, told).format_map(told) if forms else ""


def _forms(topic: str, code: str) -> Sequence[str]:
    table = configuration.read(f"labels/{topic}.toml")
    found: Sequence[str] = table.get(code, {}).get(current(), ())
    return found


def _first(forms: Sequence[str], told: Mapping[str, str]) -> str:
    return next(form for form in forms if all(told.get(name) for name in _fields(form)))


@cache
def _fields(form: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(form) if name)


def _listed(told: Mapping[str, str], names: Sequence[str]) -> str:
    return ", ".join(told[name] for name in names if told.get(name))
