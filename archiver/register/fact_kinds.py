"""Kinds of facts that the register takes: what each is about, and what must be said of it.

They are data: ``config/register-facts.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode
from archiver.language import current
from archiver.register.accounts import day


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a fact says: how it is called, and what it may be."""

    name: str
    title: str
    choices: tuple[str, ...] = ()
    form: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact: what it is about, and its fields.

    `several` says that all of them count, not only the last; `article` is the letter of GDPR
    art. 30(1) that it answers.
    """

    code: str
    title: str
    about: str
    several: bool
    article: str
    fields: Mapping[str, Field]


class UnknownFact(ArchiveError):
    """{kind} is no kind of fact that is registered; choose one of {known}."""

    exit_code = ExitCode.USAGE


class BadFact(ArchiveError):
    """A fact {kind} does not fit: {field} must be {wanted}."""

    exit_code = ExitCode.USAGE


def kinds() -> dict[str, Kind]:
    """Give the kinds of facts by code, in the language of the moment."""
    return {
        code: Kind(
            code, entry[current()], entry["about"], entry.get("several", False),
            entry.get("article", ""),
            {name: _field(name, field) for name, field in entry["fields"].items()},
        )
        for code, entry in read("register-facts.toml").items()
    }  # fmt: skip


def fact_kind(code: str) -> Kind:
    """Give the kind of a code.

    Raises:
        UnknownFact: There is no such kind.
    """
    known = kinds()
    if code not in known:
        raise UnknownFact(kind=code, known=", ".join(known))
    return known[code]


def check(kind: Kind, values: Mapping[str, str]) -> None:
    """Check what a fact of a kind says; an empty value is one that lacks.

    Raises:
        BadFact: A field lacks, is not one of the kind, or has a value that it may not have.
        BadDate: A day is not one.
    """
    for name in values:
        if name not in kind.fields:
            _refuse(kind, name, ", ".join(kind.fields))
    for field in kind.fields.values():
        _check(kind, field, values.get(field.name, ""))


_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")


def _field(name: str, entry: Mapping[str, object]) -> Field:
    choices = entry.get("choices", ())
    return Field(
        name=name,
        title=str(entry[current()]),
        choices=tuple(map(str, choices)) if isinstance(choices, list) else (),
        form=str(entry.get("form", "")),
        required=bool(entry.get("required", False)),
    )


def _check(kind: Kind, field: Field, value: str) -> None:
    if not value:
        if field.required:
            _refuse(kind, field.name, " | ".join(field.choices) or "given")
    elif field.choices and value not in field.choices:
        _refuse(kind, field.name, " | ".join(field.choices))
    elif field.form == "day":
        day(value)
    elif field.form == "number" and not _NUMBER.fullmatch(value):
        _refuse(kind, field.name, "1, 2, 3 …")
    elif field.form == "digest" and not _DIGEST.fullmatch(value):
        _refuse(kind, field.name, "64 hexadecimal digits")


def _refuse(kind: Kind, field: str, wanted: str) -> None:
    raise BadFact(kind=kind.code, field=field, wanted=wanted)
