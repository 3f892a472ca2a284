"""What is in force: flag > environment > file > default, and where each value came from.

The file is TOML 1.0: the one that ``CHATARCHIEF_CONFIG`` names, else
/etc/chatarchief/archive.toml when that exists. A name in it that is not in the table is an error,
since a setting that silently does nothing is worse than none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.settings.table import PREFIX, TABLE, Kind, Setting, Value
from archiver.settings.value import BadSetting, read_value

__all__ = [
    "FILE",
    "TABLE",
    "BadSetting",
    "BadSettingsFile",
    "Effective",
    "NotSet",
    "Settings",
    "UnknownSetting",
    "load",
]

FILE = Path("/etc/chatarchief/archive.toml")


class UnknownSetting(ArchiveError):
    """{origin} sets {name}, which cannot be set."""

    exit_code = ExitCode.USAGE


class BadSettingsFile(ArchiveError):
    """The settings in {path} cannot be read: {reason}."""

    exit_code = ExitCode.USAGE


class NotSet(ArchiveError):
    """Nothing says where to find: {name}. Use {flag} or {variable}."""

    exit_code = ExitCode.NO_ARCHIVE


class Effective(Struct, frozen=True):
    """A setting, the value in force, and where that came from."""

    setting: Setting
    value: Value
    origin: str


class Settings:
    """The values in force, typed when asked for."""

    def __init__(self, effective: Mapping[str, Effective]) -> None:
        self._effective = effective

    def __iter__(self) -> Iterator[Effective]:
        """All of them, in the order of the table."""
        return iter(self._effective.values())

    def origin(self, name: str) -> str:
        """Say where the value came from: a flag, a variable, a file's path, ``default``."""
        return self._effective[name].origin

    def number(self, name: str) -> int:
        """Give a whole number, in the unit of the table."""
        return int(self._of_kind(name, Kind.NUMBER))

    def switch(self, name: str) -> bool:
        """Give true or false."""
        return bool(self._of_kind(name, Kind.SWITCH))

    def text(self, name: str) -> str:
        """Give a choice or the name of a time zone."""
        return str(self._of_kind(name, Kind.CHOICE, Kind.ZONE))

    def path(self, name: str) -> Path | None:
        """Give a path, or None when none was set."""
        value = self._of_kind(name, Kind.PATH)
        return Path(str(value)).expanduser() if value else None

    def needed(self, name: str) -> Path:
        """Give a path that the caller cannot do without.

        Raises:
            NotSet: None was set.
        """
        path = self.path(name)
        if path is None:
            setting = self._effective[name].setting
            raise NotSet(name=name, flag=setting.flag, variable=setting.variable)
        return path

    def group(self, name: str) -> dict[str, int]:
        """Give the whole numbers below one name, such as all limits of ``intake``."""
        found = (one for one in self if one.setting.name.startswith(f"{name}."))
        return {
            one.setting.name.removeprefix(f"{name}."): int(one.value)
            for one in found
            if one.setting.kind is Kind.NUMBER
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the values that can alter what is kept; events carry it."""
        from hashlib import sha256

        kept = (f"{one.setting.name}={one.value!r}\n" for one in self if one.setting.kept)
        return sha256("".join(kept).encode()).hexdigest()

    def _of_kind(self, name: str, *kinds: Kind) -> Value:
        one = self._effective[name]
        if one.setting.kind not in kinds:
            raise TypeError(f"{name} is a {one.setting.kind}")
        return one.value


def load(flags: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Settings:
    """Settle every setting; a flag that is None was not given.

    Raises:
        UnknownSetting: The file names something that cannot be set.
        BadSetting: A value is not of its kind.
        BadSettingsFile: The file is not there though it was named, or it is not TOML.
    """
    environ = os.environ if environ is None else environ
    path, written = _file(environ)
    return Settings(
        {
            setting.name: _first(setting, _places(setting, flags, environ, str(path), written))
            for setting in TABLE
        }
    )


def _file(environ: Mapping[str, str]) -> tuple[Path, dict[str, object]]:
    named = environ.get(f"{PREFIX}CONFIG")
    path = Path(named) if named else FILE
    if not named and not path.exists():
        return path, {}
    import tomllib

    try:
        written = dict(_flatten(tomllib.loads(path.read_text("utf-8"))))
    except (OSError, ValueError) as error:
        raise BadSettingsFile(path=path, reason=error) from error
    _refuse_unknown(written, path)
    return path, written


def _flatten(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{above}{name}.")
        else:
            yield above + name, value


def _refuse_unknown(written: Mapping[str, object], path: Path) -> None:
    known = {setting.name for setting in TABLE}
    for name in written:
        if name not in known:
            raise UnknownSetting(name=name, origin=path)


def _places(
    setting: Setting,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    path: str,
    written: Mapping[str, object],
) -> Iterator[tuple[object, str]]:
    """Where a value may stand, the strongest first."""
    yield flags.get(setting.name), setting.flag
    yield environ.get(setting.variable), setting.variable
    yield written.get(setting.name), path
    if setting.name == "language":
        yield from _locale(environ)


def _locale(environ: Mapping[str, str]) -> Iterator[tuple[object, str]]:
    """The session's language, in the order of POSIX.1-2017 §8.2; the first that is set decides."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if spoken := environ.get(variable):
            yield ("nl" if spoken.lower().startswith("nl") else "en"), variable


def _first(setting: Setting, places: Iterator[tuple[object, str]]) -> Effective:
    for value, origin in places:
        if value is not None:
            return Effective(setting, read_value(setting, value, origin), origin)
    return Effective(setting, setting.default, "default")
