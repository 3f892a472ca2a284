"""In which conversation something was said, and whose account it was: said by the chat's head.

A message or call that stands in no chat belongs to the conversation with the other people in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archiver.parse.cellebrite.model import Model
from archiver.parse.cellebrite.party import Person, person, service, typed

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation on one account; `people` lists who takes part, for the first item only."""

    service: str
    thread: str
    title: str
    owner: str
    people: str = ""


def of_chat(chat: Model) -> Conversation:
    """Read the head of a chat, as far as it stands before its messages."""
    app = service(chat.text("Source"), "app")
    people = [person(party, app) for party in chat.all("Participants")]
    owners = [each.id for each in people if each.is_owner]
    owner = owners[0] if owners else typed(chat.text("Account").strip(), app)
    name = chat.text("Id") or chat.id
    title = chat.text("Name") or _labels([each for each in people if not each.is_owner])
    listed = "; ".join(f"{each.label} <{each.id}>" for each in people)
    return Conversation(app, f"{app}:{name}", title or name, owner, listed)


def of_people(model: Model, people: Sequence[Person], otherwise: str) -> Conversation:
    """Make up the conversation of something that stands in no chat."""
    app = service(model.text("Source", "SourceApplication"), otherwise)
    others = [each for each in people if not each.is_owner and not each.is_system]
    owners = [each.id for each in people if each.is_owner]
    owner = owners[0] if owners else typed(model.text("Account").strip(), app)
    names = sorted({each.id.partition(":")[2] or each.label for each in others})
    return Conversation(app, f"{app}:{','.join(names)}", _labels(others), owner)


def _labels(people: Sequence[Person]) -> str:
    shown = ", ".join(each.label for each in people[:_SHOWN] if each.label)
    return shown if len(people) <= _SHOWN else f"{shown}, … ({len(people)})"
