"""The manifest: what one delivery consists of, how it was read, and what was noticed.

One canonical JSON object a delivery; ``docs/archive-format.md`` describes every field.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from archiver.model import Finding, Layout, Member, State, Union


class Counts(Struct, frozen=True):
    """The balance of a delivery: ``read = new + known + rejected + excluded``.

    `destroyed` of what was new or known lawfully is no more.
    """

    read: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0
    excluded: int = 0
    messages: int = 0
    events: int = 0
    referenced: int = 0
    present: int = 0
    missing: int = 0
    destroyed: int = 0


class Placed(Struct, frozen=True, omit_defaults=True):
    """Whose conversations a delivery of several accounts holds, and to which account they went.

    `owner` is a typed identifier as the source says it, or empty; `account` is empty where none
    that is registered fits. `opened` says that all may search them.
    """

    service: str
    owner: str = ""
    account: str = ""
    opened: bool = False
    conversations: int = 0
    items: int = 0


class Manifest(Struct, frozen=True, omit_defaults=True):
    """What a delivery is.

    `member_objects` names the object that holds each member's bytes (for a container: its own
    object for every member). `item_frames` and `normal_frames` are the lengths in bytes of the
    compressed frames, one after the other, of the objects `items` and `normals`; each frame holds
    256 items but for the last of a main member. `since` and `until` are the first and last time.
    `twin` is the delivery of another account that has the same chat file. `mapping` is the text of
    the officer's mapping file that the format ``mapped`` was read by. `device` is the device that
    was read out, and `account` then its own; `places` say whose conversations were found.
    """

    delivery: str
    account: str
    state: State
    path: str
    layout: Layout
    sha256: str
    size: int
    received_at: int
    format: str = ""
    format_version: int = 0
    service: str = ""
    members: tuple[Member, ...] = ()
    member_objects: tuple[str, ...] = ()
    mains: tuple[int, ...] = ()
    item_frames: tuple[int, ...] = ()
    normal_frames: tuple[int, ...] = ()
    counts: Counts = Counts()
    since: int | None = None
    until: int | None = None
    findings: tuple[Finding, ...] = ()
    date_order: str = ""
    zone: str = ""
    twin: str = ""
    unpacked: bool = False
    unions: tuple[Union, ...] = ()
    mapping: str = ""
    device: str = ""
    places: tuple[Placed, ...] = ()
    v: int = 1

    @property
    def bytes_ended(self) -> bool:
        """Whether the bytes of a main member are gone: of it only items are left, if anything."""
        return any(not self.member_objects[main] for main in self.mains)


def encode(value: Struct) -> bytes:
    """Write a struct as canonical JSON: sorted keys, no blanks, UTF-8."""
    return msgspec.json.encode(value, order="sorted")
