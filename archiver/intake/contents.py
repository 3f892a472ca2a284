"""What came out of a container: its members, where to unpack each again, and what was noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from archiver.intake.limits import Limits, Meter
from archiver.intake.name import is_container, is_noise, oddities
from archiver.intake.refusal import Findings, Refused
from archiver.model import Member

_LATEST = 1 << 53
"""Beyond this a forged time is no time: JSON readers lose integers here (RFC 8259, 6)."""

Unpack = Callable[[Meter | None], Iterator[bytes]]
"""Unpacks one member; the meter counts the first time, later its digest is compared."""


class Contents:
    """Grows while a container is measured; the members stand in the container's own order."""

    __slots__ = ("findings", "limits", "members", "meter", "places", "spool")

    def __init__(self, limits: Limits, packed: int, spool: Path | None) -> None:
        """Start empty; `packed` is the container's size, `spool` a folder for large members."""
        self.limits = limits
        self.meter = Meter(limits, packed)
        self.spool = spool
        self.findings = Findings()
        self.members: list[Member] = []
        self.places: dict[Member, Unpack] = {}

    def keep(
        self, name: str, unpack: Unpack, *, modified: int | None, place: int, assumed: bool = False
    ) -> None:
        """Unpack one member to measure it; `place` is its byte offset in its container.

        Raises:
            Refused: E-I006, there are more members than the limits allow, or what unpacking finds.
        """
        if len(self.members) >= self.limits.entries:
            count, limit = len(self.members) + 1, self.limits.entries
            raise Refused("E-I006", count=count, limit=limit, offset=place)
        size, sha, head = 0, sha256(), b""
        for block in unpack(self.meter):
            head = head or block[:8]
            size += len(block)
            sha.update(block)
        if modified is not None and abs(modified) > _LATEST:
            modified = None
        member = Member(name, size, sha.hexdigest(), modified)
        self._notice(name, head, place, assumed)
        self.members.append(member)
        self.places.setdefault(member, unpack)

    def finish(self) -> None:
        """Look at what shows only when all members are known: names that occur twice, noise."""
        names = Counter(member.name for member in self.members)
        for name, count in names.items():
            if count > 1:
                self.findings.add("W-I006", name=name, count=count)
        add_noise(self.findings, self.members)

    def _notice(self, name: str, head: bytes, place: int, assumed: bool) -> None:
        index = len(self.members)
        if reasons := oddities(name):
            self.findings.add("W-I001", member=index, offset=place, name=name, reasons=reasons)
        if assumed:
            self.findings.add("W-I002", member=index, offset=place, name=name)
        if is_container(name, head):
            self.findings.add("W-I005", member=index, offset=place, name=name)


def add_noise(findings: Findings, members: Sequence[Member]) -> None:
    """Say how many files an operating system put there for itself; they are kept like the rest."""
    noise = [member.name for member in members if is_noise(member.name)]
    if noise:
        findings.add("W-I004", count=len(noise), name=noise[0])
