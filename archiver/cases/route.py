"""Through whom an inquiry's order reaches a person (WPE 2008, article 16).

Former ministers and state secretaries cooperate through the Prime Minister, officials and former
officials through their minister, for what concerns their period of office. Whose function is not
registered has no route that the archive could name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from archiver.register.functions import same
from archiver.store.catalogue.functions import Function


class Via(StrEnum):
    """Through whom."""

    DIRECT = "direct"
    """A minister or state secretary in office answers in person."""
    PRIME_MINISTER = "prime-minister"
    MINISTER = "minister"
    UNKNOWN = "unknown"


class Route(Struct, frozen=True):
    """The route to one person, with the registered function (its id and title) that it rests on."""

    person: str
    via: Via
    function: str = ""
    title: str = ""


def routes(
    persons: Sequence[str],
    functions: Sequence[Function],
    ministers: Collection[str],
    today: date,
) -> tuple[Route, ...]:
    """Give the route to each person; `ministers` are the codes of functions of ministers."""
    return tuple(_route(person, functions, ministers, today.isoformat()) for person in persons)


def _route(
    person: str, functions: Sequence[Function], ministers: Collection[str], today: str
) -> Route:
    held = [one for one in functions if same(one.person, person) and one.since <= today]
    if not held:
        return Route(person, Via.UNKNOWN)
    lasting = [one for one in held if not one.until or one.until >= today]
    for one in lasting:
        if one.code in ministers:
            return Route(person, Via.DIRECT, one.id, one.title)
    former = [one for one in held if one.code in ministers]
    if former:
        last = max(former, key=lambda one: one.until)
        return Route(person, Via.PRIME_MINISTER, last.id, last.title)
    last = max(held, key=lambda one: (one in lasting, one.until, one.since))
    return Route(person, Via.MINISTER, last.id, last.title)
