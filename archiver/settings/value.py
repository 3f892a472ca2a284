"""Read one value of one setting, from text or from TOML, or say what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode
from archiver.settings.table import Kind, Setting, Value

_NUMBER = re.compile("[0-9]{1,18}")


class BadSetting(ArchiveError):
    """{name} ({origin}) is {value}; it should be: {wanted}."""

    exit_code = ExitCode.USAGE


def read_value(setting: Setting, value: object, origin: str) -> Value:
    """Give the value in its own type; a number or a switch may also stand there as text.

    Raises:
        BadSetting: It is not of the setting's kind, or not one of its choices.
    """
    read = _plain(setting.kind, value)
    if isinstance(read, bool | int | str) and _fits(setting, read):
        return read
    raise BadSetting(name=setting.name, origin=origin, value=value, wanted=setting.wanted)


def _plain(kind: Kind, value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if kind is Kind.NUMBER and isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    if kind is Kind.SWITCH and value in ("true", "false"):
        return value == "true"
    return value


def _fits(setting: Setting, value: Value) -> bool:
    match setting.kind:
        case Kind.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case Kind.SWITCH:
            return isinstance(value, bool)
        case Kind.CHOICE:
            return value in setting.choices
        case Kind.ZONE:
            return isinstance(value, str) and _is_zone(value)
        case Kind.PATH:
            return isinstance(value, str) and "\0" not in value


def _is_zone(name: str) -> bool:
    """Whether the IANA time zone database knows the name."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name).key == name
    except (OSError, ValueError, LookupError):
        return False
