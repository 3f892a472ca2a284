"""What a command has to say, before it is written in any form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the key of the row (dots lead inside), and its title in text.

    Without a title it is the name of the key in the language of the moment. What is `typed` in
    commands stays as it is in every language.
    """

    key: str
    title: str = ""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a command has to say.

    `name` is the JSON key of the rows, empty when there are only `values`. `values` are the other
    keys; they are read after the last row, so they may be filled on the way. `columns` are those
    of text and CSV, by default all keys of the first row. `lines`, when given, replaces the table
    in text: one line for each that it yields.
    """

    name: str = ""
    rows: Iterable[Row] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    columns: Sequence[Column] = ()
    lines: Callable[[], Iterable[str]] | None = None


def with_columns(report: Report) -> tuple[Iterable[Row], Sequence[Column]]:
    """Give the rows with their columns; only the first row is read ahead."""
    if report.columns:
        return report.rows, report.columns
    rows = iter(report.rows)
    first = next(rows, None)
    if first is None:
        return (), ()
    return chain((first,), rows), tuple(Column(name) for name, _ in pairs(first))


def pairs(values: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Give every value inside nested ones, its names joined by dots."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from pairs(value, f"{above}{name}.")
        else:
            yield above + name, value


def inside(row: Row, key: str) -> object:
    """Give the value that a dotted key leads to; empty text when there is none."""
    value: object = row
    for name in key.split("."):
        value = value.get(name, "") if isinstance(value, Mapping) else ""
    return value


def cell(value: object) -> str:
    """Write one value as text: nothing for None, words for a list of words, else JSON."""
    if value is None:
        return ""
    if isinstance(value, str | int | float | Path) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list | tuple) and all(isinstance(one, str | int) for one in value):
        return " ".join(map(str, value))
    return encoded(value)


def encoded(value: object) -> str:
    """Write one value as JSON (RFC 8259) on one line."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=builtin)


def builtin(value: object) -> object:
    """Give a value as what JSON knows: texts, numbers, lists and mappings."""
    if isinstance(value, Path):
        return str(value)
    import msgspec

    return msgspec.to_builtins(value)
