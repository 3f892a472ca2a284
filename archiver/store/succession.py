"""Which objects stand in for others since a part of a delivery was destroyed.

An event ``delivery.replaced`` names all objects that the delivery has from then on, and under the
role ``gone`` those that it had before. Its ``links`` stand in, one by one, for the links objects
that earlier events name. Whoever replays an earlier event reads the successors.
"""

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.events import Event

REPLACED = "delivery.replaced"
GONE, LINKS = "gone", "links"
_UNSTORED = frozenset((GONE, "identity"))


def stored(event: Event) -> Iterable[str]:
    """Give the names of the stored objects that an event names."""
    for role, names in event.objects.items():
        if role not in _UNSTORED:
            yield from names


class Succession:
    """What the log says of the objects of every delivery, read once from its first line."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        """Read the first events."""
        self.uses: dict[str, set[str]] = {}
        self.latest: dict[str, Event] = {}
        self._links: dict[str, list[list[str]]] = {}
        self.read(events)

    def read(self, events: Iterable[Event]) -> None:
        """Read the events that follow, in their order."""
        for event in events:
            self._read(event)

    def _read(self, event: Event) -> None:
        uses = self.uses.setdefault(event.delivery, set())
        uses.update(stored(event))
        uses.difference_update(event.objects.get(GONE, ()))
        lines = self._links.setdefault(event.delivery, [])
        if event.type == REPLACED:
            self.latest[event.delivery] = event
            for line, name in zip(lines, event.objects.get(LINKS, ()), strict=False):
                line.append(name)
        elif LINKS in event.objects:
            lines.append(list(event.objects[LINKS]))

    def links_of(self, delivery: str) -> list[str]:
        """Give a delivery's links objects as they are now, in the order of their events."""
        return [line[-1] for line in self._links.get(delivery, ())]

    def now(self, event: Event) -> Event:
        """Give the event whose objects stand for what an event kept; mostly itself."""
        latest = self.latest.get(event.delivery)
        return latest if latest is not None and latest.seq > event.seq else event

    def link_now(self, delivery: str, name: str) -> str:
        """Give the object that stands for a links object."""
        for line in self._links.get(delivery, ()):
            if name in line:
                return line[-1]
        return name

    def named(self) -> set[str]:
        """Give the names of all objects that ought to be there."""
        return {name for names in self.uses.values() for name in names}
