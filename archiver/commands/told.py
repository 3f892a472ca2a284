"""What the source itself tells of an event or a call: who, whom, which name, how long.

The catalogue keeps no more than type, sender and text; the rest stands in the item as it was
parsed. It is read of the copy that is shown, from a delivery that the reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from archiver import configuration
from archiver.commands.session import Session
from archiver.errors import Damage, KeyMissing, NoSuchThing
from archiver.language import say
from archiver.model import Item
from archiver.output import labels, note

_NAMED = ("title", "new", "topic", "newGroupName", "newDescription", "newName")
_BEFORE = ("before", "old", "previousName")
_PHONE = re.compile(r"\b([0-9]{6,15})@s\.whatsapp\.net\b")
_TYPED = re.compile(r"^(?:jid|e164|mail|mxid|name):")


def told(
    at: Session, shown: Mapping[int, Mapping[str, Any]], *, sealed: bool
) -> dict[int, dict[str, Any]]:
    """Give records again, events and calls with ``told`` and ``raw``: the item's words and values.

    An item that cannot be read is noted, and its record is given as the catalogue has it.
    """
    reader = _Items(at)
    return {
        key: _with(record, reader.of(key, record, sealed=sealed))
        if _is_told(record)
        else {**record}
        for key, record in shown.items()
    }


def person(name: str) -> str:
    """Write a person as a reader knows them; only the source's own mark makes it the holder."""
    if name in ("own", "own:"):
        return say("(account holder)")
    return _PHONE.sub(r"+\1", _TYPED.sub("", name))


def _is_told(record: Mapping[str, Any]) -> bool:
    return bool(record["event"]) or record["type"] == "call"


class _Items:
    """Reads items; what a delivery says of its objects is read once."""

    def __init__(self, at: Session) -> None:
        from archiver.pipeline import kept

        self._archive, self._kept = at.archive, kept
        self._opened = cache(self._open)

    def of(self, key: int, record: Mapping[str, Any], *, sealed: bool) -> tuple[Item, str] | None:
        """Give the item of the copy that is shown, and its format; None when there is none."""
        from archiver.store.catalogue import records

        held = records.holdings(self._archive.catalogue.connection, key, sealed=sealed)
        for one in held:
            if one["copy"] == record["copy"]:
                try:
                    event, manifest = self._opened(one["delivery"])
                    item = self._kept.item_of(self._archive, event, manifest, one["item"])
                except (Damage, KeyMissing, NoSuchThing) as error:
                    note(say(error.sentence, **error.fields))
                    return None
                return item, one["format"]
        return None

    def _open(self, delivery: str) -> tuple[Any, Any]:
        event = self._kept.latest_event(self._archive, delivery)
        return event, self._kept.manifest_of(self._archive, event)


def _with(record: Mapping[str, Any], found: tuple[Item, str] | None) -> dict[str, Any]:
    if found is None:
        return {**record}
    item, source = found
    return {**record, "told": _fields(item, source), "raw": item.values}


def _fields(item: Item, source: str) -> dict[str, str]:
    """Give the fields that the sentences of events use; empty where the item does not tell."""
    values = item.values
    actor = values.get("actor") or item.sender or item.sender_id
    whom = values.get("object", "")
    return {
        "actor": _people("own" if "own" in item.marks else actor),
        "object": _people("own" if _is_holder(whom, source) else whom),
        "title": _first(values, _NAMED),
        "before": person(_first(values, _BEFORE)),
        "new": person(values.get("new", "")),
        "sign": values.get("sign", "") or values.get("reaction", ""),
        "term": _term(item),
    }


def _people(names: str) -> str:
    """Write people in the order in which the source names them, each once."""
    return ", ".join(dict.fromkeys(person(name) for name in names.split(", ")))


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
