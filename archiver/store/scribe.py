"""Write events in the name of who acts: codes in the clear, free text encrypted beside them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from archiver.model import Actor
from archiver.store.archive import Archive
from archiver.store.events import Detail, Event, Origin, Tool, stamp

REGISTER = "register"


def now() -> int:
    """The time, in milliseconds since 1970-01-01T00:00:00Z."""
    return time.time_ns() // 1_000_000


def month_key(at: int) -> str:
    """The key for detail that belongs to no delivery and no case, one a month."""
    return f"log:{stamp(at)[:7]}"


class Scribe(Struct, frozen=True):
    """Makes and logs the events of one run of the program."""

    archive: Archive
    actor: Actor
    tool: Tool

    def event(
        self,
        kind: str,
        *,
        detail: Mapping[str, Any] | None = None,
        key: str = "",
        result: str = "ok",
        account: str = "",
        basis: str = "",
        case: str = "",
        delivery: str = "",
        objects: Mapping[str, Sequence[str]] | None = None,
        counts: Mapping[str, int] | None = None,
        codes: Sequence[str] = (),
    ) -> Event:
        """Make one event; `detail` is encrypted under `key` (by default this month's log key)."""
        at = now()
        return Event(
            type=kind,
            at=stamp(at),
            actor=self.actor.officer.id,
            origin=Origin(host=self.actor.host, via=f"{self.actor.via}/{self.actor.source}"),
            account=account,
            basis=basis,
            case=case,
            delivery=delivery,
            result=result,
            objects={role: tuple(names) for role, names in (objects or {}).items() if names},
            counts=dict(counts or {}),
            codes=tuple(codes),
            detail=None if detail is None else self._seal(detail, key or month_key(at)),
            tool=self.tool,
        )

    def _seal(self, detail: Mapping[str, Any], key: str) -> Detail:
        box = self.archive.keys.box(key, msgspec.json.encode(detail, order="sorted"))
        return Detail(key=key, box=box)

    def record(self, event: Event) -> int:
        """Log an event and bring it into the catalogue."""
        return self.archive.record(event)

    def witness(self, kind: str, detail: Mapping[str, Any], counts: Mapping[str, int]) -> None:
        """Log who searched, saw or exported; nothing may be shown unless this has returned."""
        with self.archive.access_lock():
            self.archive.access.recover()
            self.archive.access.append([self.event(kind, detail=detail, counts=counts)])


def unseal(archive: Archive, event: Event) -> dict[str, Any]:
    """Read the encrypted detail of an event.

    Raises:
        KeyMissing: Its key was destroyed or lost.
    """
    if event.detail is None:
        return {}
    plain = archive.keys.unbox(event.detail.key, event.detail.box)
    return dict(msgspec.json.decode(plain))
