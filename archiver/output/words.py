"""Keys and codes of results in plain words, for the text that a person reads.

JSON and CSV keep keys and codes as they are: other programs rely on them. In English each is its
own word. Another language has two tables of data: ``config/labels/<language>/names.toml`` gives
the name of a key, ``codes.toml`` the words of the codes that can stand under a key. What stands in
neither is what people wrote, a name or an id, and is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from archiver import configuration
from archiver.errors import ArchiveError
from archiver.language import SOURCE, current, say
from archiver.output.report import builtin


def name(key: str) -> str:
    """Give the name of a key; of a dotted one that of each part, which may be a code itself.

    Where a part means something else there, the table has the whole key.
    """
    table, parts = _table("names"), key.split(".")
    if key in table:
        return str(table[key])
    said = (word(above, part) for above, part in pairwise(("", *parts)))
    return ".".join(str(table.get(one, one)) for one in said)


def word(key: str, code: str) -> str:
    """Give the word of a code that stands under this key.

    Of a dotted key the last part counts, unless the table has the whole key.
    """
    table = _table("codes")
    words = table.get(key) or table.get(key.rpartition(".")[2], {})
    return str(words.get(code, code))


def explained(error: ArchiveError) -> str:
    """Say an error, with the codes that it names in words."""
    return say(error.sentence, **{key: _each(key, one) for key, one in error.fields.items()})


def told(key: str, value: object) -> str:
    """Write the value that stands under a key as text: codes in words, parts with their names."""
    match value:
        case None:
            return ""
        case bool():
            return say("true") if value else say("false")
        case int() | float():
            return str(value)
        case str():
            return word(key, value)
        case Mapping():
            return ", ".join(_parts(key, value))
        case list() | tuple():
            return _joined([told(key, one) for one in value], value)
        case _:
            return told(key, builtin(value))


def _each(key: str, value: object) -> object:
    """Give the words of codes that stand with commas between; anything else as it is."""
    if not isinstance(value, str):
        return value
    return ", ".join(word(key, code) for code in value.split(", "))


def _parts(key: str, values: Mapping[str, object]) -> Iterator[str]:
    """Give what a mapping tells, each part with its name; an empty part tells nothing."""
    for part, value in values.items():
        if said := told(f"{key}.{part}", value):
            yield f"{name(part)}: {said}"


def _joined(said: Sequence[str], values: Sequence[object]) -> str:
    """Put several together; the sign between them is one that no part needs itself."""
    if any(isinstance(one, Mapping | list | tuple) for one in values):
        return "; ".join(said)
    return (", " if any(" " in one for one in said) else " ").join(said)


def _table(topic: str) -> Mapping[str, Any]:
    if current() == SOURCE:
        return {}
    return configuration.read(f"labels/{current()}/{topic}.toml")
