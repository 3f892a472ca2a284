"""What the report's XML is made of, as the walk through it gives it.

A *model* is one decoded thing (a chat, a message, a person) with fields that hold text and fields
that hold further models. `archiver.parse.cellebrite.walk` makes them, nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass

_NONE: list[Model] = []
_YES = frozenset({"true", "1", "yes"})


class Model:
    """One model: attributes, texts by field, models by field.

    `cut` says that it was too large and that text or models were left out.
    """

    __slots__ = ("attributes", "cut", "fields", "models")

    def __init__(self, attributes: dict[str, str]) -> None:
        """Begin empty."""
        self.attributes = attributes
        self.fields: dict[str, str] = {}
        self.models: dict[str, list[Model]] = {}
        self.cut = False

    @property
    def type(self) -> str:
        """The kind of thing: ``Chat``, ``InstantMessage``, ``Party`` …"""
        return self.attributes.get("type", "")

    @property
    def id(self) -> str:
        """The identifier that this one decoding gave to the model."""
        return self.attributes.get("id", "")

    def text(self, *names: str) -> str:
        """Give the first of these fields that is not empty."""
        for name in names:
            if value := self.fields.get(name, ""):
                return value
        return ""

    def is_set(self, name: str) -> bool:
        """Tell whether a field says yes."""
        return self.fields.get(name, "").lower() in _YES

    def all(self, name: str) -> list[Model]:
        """Give the models of one field."""
        return self.models.get(name, _NONE)

    def one(self, name: str) -> Model | None:
        """Give the first model of one field."""
        found = self.models.get(name)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Read:
    """A model that was read whole, with the bytes it takes; a message comes with its chat."""

    model: Model
    chat: Model | None
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class ChatEnd:
    """A chat ended: how many messages it had, and which fields came only after the first one."""

    chat: Model
    messages: int
    late: tuple[str, ...]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A section or a type of model that is not read; `count` models or files are in it."""

    name: str
    count: int
    offset: int
    length: int
    is_models: bool


@dataclass(frozen=True, slots=True)
class Controls:
    """Control characters that XML does not allow were read as question marks."""

    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The rest cannot be read: why, where it shows, and which bytes are not accounted for."""

    reason: str
    at: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What the report says to hold and what was met; -1 where it does not say."""

    models_said: int
    models: int
    nested: int
    files_said: int
    files: int


Record = Read | ChatEnd | Passed | Controls | Stopped | Totals
