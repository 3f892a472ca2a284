"""The rows of a file of JSON (RFC 8259): one object a line, or the elements of one array.

An object becomes cells by its paths: ``sender.name``; what stands in an array has ``[]`` in its
path and gives a list: ``files[].path``. Numbers stay as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from archiver.parse import json_elements, json_lines
from archiver.parse.mapped.table import Mapping
from archiver.parse.row import BROKEN, EXTRA, LONGEST, NO_OBJECT, TOO_LONG, Cells, Refused, Row

_DEEPEST = 12


def rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Row[Cells] | Refused]:
    """Yield every object at its place, and what stands between them that is none."""
    if mapping.export.container == "json-lines":
        return _read(json_lines.lines(stream, longest=LONGEST))
    path = mapping.json.items if mapping.json else ""
    wanted = tuple(filter(None, path.split(".")))
    return _read(json_elements.elements(stream, [wanted], longest=LONGEST))


def _read(events: Iterable[json_elements.Event]) -> Iterator[Row[Cells] | Refused]:
    for event in events:
        match event:
            case json_elements.Element():
                yield _row(event.offset, event.length, event.raw)
            case json_elements.Value():
                name = ".".join(map(str, event.path))
                yield Refused(event.offset, event.length, EXTRA, {"name": name})
            case json_elements.Unread(reason=json_elements.BOM):
                continue
            case json_elements.Unread():
                yield Refused(event.offset, event.length, TOO_LONG, {"longest": LONGEST})
            case json_elements.Broken():
                yield Refused(event.offset, event.length, BROKEN, {"at": event.at})


def _row(at: int, size: int, raw: bytes) -> Row[Cells] | Refused:
    damaged = 0
    try:
        found = _decode(raw)
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        damaged = max(1, text.count("\ufffd"))
        try:
            found = _decode(text.encode())
        except (ValueError, RecursionError):
            return Refused(at, size, NO_OBJECT)
    except (ValueError, RecursionError):
        return Refused(at, size, NO_OBJECT)
    if not isinstance(found, dict):
        return Refused(at, size, NO_OBJECT)
    cells: dict[str, str | list[str]] = {}
    _flatten(found, "", cells, _DEEPEST)
    return Row(at, size, cells, damaged)


_decode = msgspec.json.Decoder(float_hook=str).decode


def _flatten(value: Any, path: str, cells: dict[str, str | list[str]], deeper: int) -> None:
    """Put every value of an object under its path; beyond the depth its JSON text."""
    if isinstance(value, dict) and deeper:
        for key, one in value.items():
            _flatten(one, f"{path}.{key}" if path else key, cells, deeper - 1)
    elif isinstance(value, list) and deeper:
        for one in value:
            _flatten(one, f"{path}[]", cells, deeper - 1)
    elif "[]" in path:
        listed = cells.setdefault(path, [])
        if isinstance(listed, list):
            listed.append(_text(value))
    else:
        cells[path] = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)
