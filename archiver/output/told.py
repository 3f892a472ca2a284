"""What the source itself tells of an event or a call: who, whom, which name, how long.

The catalogue keeps no more than type, sender and text; the rest stands in the item as it was
parsed. These are the fields of the sentences in ``config/labels``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from archiver import configuration
from archiver.language import say
from archiver.model import Item
from archiver.output import labels

OWN = ("own", "own:")
"""How a source marks the holder of the account, and nobody else does."""

_BETWEEN = ", "
_PEOPLE = {
    "name-changed": ("before", "title"),
    "number-changed": ("before", "new"),
}
"""Types of events whose other fields name people too."""

_NAMED = ("title", "new", "topic", "newGroupName", "newDescription", "newName")
_BEFORE = ("before", "old", "previousName")
_PHONE = re.compile(r"\b([0-9]{6,15})@s\.whatsapp\.net\b")
_TYPED = re.compile(r"^(?:jid|e164|mail|mxid|name):")


def told(item: Item, source: str, name: Callable[[str], str]) -> dict[str, str]:
    """Give the fields that the sentences use; empty where an item of format `source` tells none.

    `name` writes a person as a reader knows them; several have commas between them.
    """
    values = item.values
    actor = values.get("actor") or item.sender or item.sender_id
    whom = values.get("object", "")
    found = {
        "actor": "own" if "own" in item.marks else actor,
        "object": "own" if _is_holder(whom, source) else whom,
        "title": _first(values, _NAMED),
        "before": _first(values, _BEFORE),
        "new": values.get("new", ""),
        "sign": values.get("sign", "") or values.get("reaction", ""),
        "term": _term(item),
    }
    written = {
        field: _BETWEEN.join(dict.fromkeys(map(name, found[field].split(_BETWEEN))))
        for field in ("actor", "object")
    }
    return found | written | {field: name(found[field]) for field in ("before", "new")}


def people_in(type_: str) -> tuple[str, ...]:
    """Give the fields that name people in the sentences of a type of event."""
    return ("actor", "object", *_PEOPLE.get(type_, ()))


def names_in(told: Mapping[str, str], field: str) -> tuple[str, ...]:
    """Give the names of a field one by one."""
    return tuple(filter(None, told.get(field, "").split(_BETWEEN)))


def person(name: str, holder: str = "") -> str:
    """Write a person as a reader knows them; only the source's own mark makes it the holder."""
    if name in OWN:
        return holder or say("(account holder)")
    return _PHONE.sub(r"+\1", _TYPED.sub("", name))


def _is_holder(name: str, source: str) -> bool:
    """Whether a text export means the account holder: ``You``, ``Je``."""
    return source == "whatsapp-text" and name.casefold() in _selves()


@cache
def _selves() -> frozenset[str]:
    languages = (configuration.folder() / "wordings").glob("whatsapp-*.toml")
    tables = (configuration.read(f"wordings/{path.name}") for path in languages)
    return frozenset(word.casefold() for table in tables for word in table["self"])


def _first(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((values[name] for name in names if values.get(name)), "")


def _term(item: Item) -> str:
    """Say how long a call took or a message stays; a text that is only a number is one of those."""
    if milliseconds := item.values.get("expiresInMs", ""):
        return labels.length(milliseconds.removesuffix("000"))
    return labels.length(item.values.get("duration", "") or item.text)
