"""The mapping file: what an officer, or the operator of a service, says of an unknown export.

TOML 1.0 with a fixed set of settings (``docs/mapping.md``). What the file does not define, or
defines as something that does not exist, is refused with its place; nothing has a default that
could change what a message says. A column that is neither used nor named under ``ignore`` is
refused as well, when the export is read: nothing is dropped unseen.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import msgspec

from archiver.errors import ArchiveError, ExitCode
from archiver.parse.mapped import moment
from archiver.parse.mapped.table import Constants, Mapping


class MappingError(ArchiveError):
    """The mapping file cannot be used at {place}."""

    exit_code = ExitCode.USAGE


class NotToml(MappingError):
    """The mapping file is no TOML: {reason}."""


class UndefinedSetting(MappingError):
    """Line {line} of the mapping file: there is no setting {place}."""


class MissingSetting(MappingError):
    """The mapping file lacks the setting {place}."""


class WrongSetting(MappingError):
    """Line {line} of the mapping file: {place} cannot be {value}; it may be {possible}."""


ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
"""Those in which a line end and a delimiter are one byte, so that every row has its place."""

TYPES = {
    "message": ("text", "media", "deleted", "location", "contact", "poll", "call"),
    "event": (),
}
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SCHEME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_RESERVED = ("own", "name")
"""Schemes that the archive gives itself, to the holder and to mere labels."""
_EVENT = re.compile(r"[a-z][a-z0-9-]{1,39}")


@lru_cache(maxsize=8)
def load(text: str) -> Mapping:
    """Read a mapping file and check everything that can be checked without the export.

    Raises:
        MappingError: It is no TOML, lacks a setting, or has one that does not exist.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), Mapping)
    except tomllib.TOMLDecodeError as error:
        raise NotToml(reason=error) from error
    except msgspec.ValidationError as error:
        _refuse(text, str(error))
    for place, value, possible in _wrong(found):
        raise WrongSetting(line=_line(text, place), place=place, value=value, possible=possible)
    for place in _missing(found):
        raise MissingSetting(place=place)
    return found


def _refuse(text: str, said: str) -> NoReturn:
    """Say in words of our own what does not fit, and where."""
    message, _, path = said.partition(" - at `$")
    above = path.strip("`.").split("[")[0]
    field = re.search(r"field `(.+)`", message)
    place = ".".join(filter(None, (above, field[1] if field else "")))
    if message.startswith("Object contains unknown field"):
        raise UndefinedSetting(line=_line(text, place), place=place)
    if message.startswith("Object missing required field"):
        raise MissingSetting(place=place)
    given, expected = _value(text, above), re.search(r"Expected `(.+?)`", message)
    possible = expected[1] if expected else _POSSIBLE.get(above, "…")
    raise WrongSetting(line=_line(text, above), place=above, value=given, possible=possible)


_POSSIBLE = {"export.container": "csv, json-lines, json-array", "version": "1"}


def _value(text: str, place: str) -> str:
    value: Any = tomllib.loads(text)
    for part in place.split("."):
        value = value.get(part, "") if isinstance(value, dict) else value
    return str(value)


def _line(text: str, place: str) -> int:
    """Find the line on which a setting stands; that of its table when it stands nowhere."""
    *tables, key = place.split(".")
    table, found = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
        table = header[1] if header else table
        if header and (table == place or (table == ".".join(tables) and not found)):
            found = number
        if table == ".".join(tables) and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return found


_Wrong = Iterator[tuple[str, object, str]]


def _wrong(found: Mapping) -> _Wrong:
    """Name every setting whose value cannot be used, with what is possible."""
    yield from _wrong_export(found)
    yield from _wrong_columns(found)
    yield from _wrong_times(found)
    yield from _wrong_kinds(found)


def _wrong_export(found: Mapping) -> _Wrong:
    export = found.export
    if not _SERVICE.fullmatch(export.service):
        yield "export.service", export.service, "a-z 0-9 -"
    if not export.file or "/" in export.file:
        yield "export.file", export.file, "berichten.csv, …"
    if _encoding(export.encoding) not in ENCODINGS or (
        export.container != "csv" and export.encoding != "utf-8"
    ):
        one_only = export.container != "csv"
        yield "export.encoding", export.encoding, "utf-8" if one_only else ", ".join(ENCODINGS)
    if found.csv is not None:
        for name, value in (("delimiter", found.csv.delimiter), ("quote", found.csv.quote)):
            if (len(value) != 1 and not (name == "quote" and not value)) or value in ("\r", "\n"):
                yield f"csv.{name}", value, ', ; | "'
        if found.csv.delimiter == found.csv.quote:
            yield "csv.quote", found.csv.quote, '"'
        if len(set(found.csv.columns)) < len(found.csv.columns):
            yield "csv.columns", ", ".join(found.csv.columns), "a, b, c"
    scheme = found.sender_id.scheme if found.sender_id else "mail"
    if scheme in _RESERVED or not _SCHEME.fullmatch(scheme):
        yield "sender_id.scheme", scheme, "mail, e164, a-z 0-9 -"


def _encoding(name: str) -> str:
    """Give the one name of an encoding that Python may know by several."""
    for known in ENCODINGS:
        if name.lower() == known:
            return known
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _wrong_columns(found: Mapping) -> _Wrong:
    for column in found.columns.ignore:
        if column in found.used:
            yield "columns.ignore", column, "–"
    listed = {one for one in found.used if "[]" in one}
    if found.attachments is not None:
        listed.discard(found.attachments.column)
    for column in sorted(listed):
        yield "columns", column, "attachments.column"
    if found.attachments is not None and found.attachments.separator == "\n":
        return
    if found.own is not None and (both := set(found.own.yes) & set(found.own.no)):
        yield "own.no", ", ".join(sorted(both)), "own.yes"


def _wrong_times(found: Mapping) -> _Wrong:
    time = found.time
    for name in time.formats:
        if not moment.is_known(name):
            yield "time.formats", name, ", ".join((*moment.NAMES, "%Y-%m-%d %H:%M:%S"))
    if time.zone:
        try:
            ZoneInfo(time.zone)
        except (OSError, ValueError, LookupError):
            yield "time.zone", time.zone, "Europe/Amsterdam, UTC, …"


def _wrong_kinds(found: Mapping) -> _Wrong:
    for value, code in found.kind.values.items() if found.kind else ():
        kind, _, name = code.partition("/")
        possible = TYPES.get(kind, ("",))
        if not (name in possible or (not possible and _EVENT.fullmatch(name))):
            known = ", ".join(f"message/{one}" for one in TYPES["message"])
            yield f"kind.values.{value}", code, f"{known}, event/…"


def _missing(found: Mapping) -> Iterator[str]:
    """Name what this mapping needs on top of what every mapping needs."""
    is_csv = found.export.container == "csv"
    if is_csv and found.csv is None:
        yield "csv"
    if found.export.container == "json-array" and found.json is None:
        yield "json"
    columns = found.columns
    if not found.times or not found.time.formats:
        yield "time.formats"
    if not columns.text:
        yield "columns.text"
    if not (columns.sender or columns.sender_id):
        yield "columns.sender"
    if columns.sender_id and found.sender_id is None:
        yield "sender_id.scheme"
    if not (columns.conversation or columns.title or found.constants != Constants()):
        yield "columns.conversation"
    if not found.time.zone and not all(moment.states_zone(name) for name in found.time.formats):
        yield "time.zone"
    for name in ("owner", "basis"):
        if not getattr(found.export, name).strip():
            yield f"export.{name}"


def unchanged_since(found: Mapping) -> str:
    """Give the day since which the export is known to be unchanged, as ISO 8601."""
    day = found.export.integrity_known_since
    return (day.date() if isinstance(day, datetime) else day).isoformat()
