"""Reading the members of a delivery again, with proof that they are still the ones measured."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from archiver.errors import NoSuchThing
from archiver.intake.contents import Unpack
from archiver.intake.folder import Found, open_below
from archiver.intake.region import member_reader
from archiver.intake.regular import Stamp, open_regular
from archiver.model import Delivery, Layout, Member


def whole(delivery: Delivery) -> Member:
    """Give the container itself as a member, to be opened like the others; it is in no list.

    Raises:
        NoSuchThing: A folder has no bytes of its own.
    """
    if delivery.layout is Layout.FILE:
        return delivery.members[0]
    if isinstance(delivery.open, Unpacked):
        return delivery.open.itself
    raise NoSuchThing(what="file", name=delivery.path)


class OnDisk(Struct, frozen=True):
    """Opens a plain file, or a file below a folder; `places` says where each member lies."""

    path: Path
    places: Mapping[Member, Found]

    def __call__(self, member: Member) -> BinaryIO:
        """Open one member.

        Raises:
            SourceChanged: Another file stands there now, or it was written to.
            UnreadableSource: It is gone, or the system refuses.
        """
        found = self.places[member]
        if found.parts:
            return os.fdopen(open_below(self.path, found), "rb")
        handle, _ = open_regular(self.path, shown=self.path, expected=found.stamp)
        return os.fdopen(handle, "rb")

    def __repr__(self) -> str:
        """Name the path, and not thousands of members."""
        return f"OnDisk({self.path!r})"


class Unpacked(Struct, frozen=True):
    """Opens a member of a container, or the container `itself`."""

    path: Path
    stamp: Stamp
    itself: Member
    places: Mapping[Member, Unpack]
    spool: Path | None

    def __call__(self, member: Member) -> BinaryIO:
        """Open one member; see `region.member_reader`."""
        if member == self.itself:
            handle, _ = open_regular(self.path, shown=self.path, expected=self.stamp)
            return os.fdopen(handle, "rb")
        unpack = self.places[member]
        return member_reader(member, unpack(None), path=self.path, spool=self.spool)

    def __repr__(self) -> str:
        """Name the path, and not thousands of members."""
        return f"Unpacked({self.path!r})"
