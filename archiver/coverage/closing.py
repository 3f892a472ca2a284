"""The closing list of an official who left office: what must be in before the file is closed.

A last read-out of every account and device after the last day, a declaration on every private
account, what the exports lack, and a signature. Each line says on what it rests, or that nothing in
the archive answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from archiver.coverage.accounts import AccountCoverage
from archiver.coverage.months import Months
from archiver.coverage.officials import Official
from archiver.model import AccountKind
from archiver.register.devices import SERVICE, Device
from archiver.register.facts import Fact


class Step(StrEnum):
    """What is asked."""

    READ_OUT = "read-out"
    DEVICE = "device"
    DECLARATION = "declaration"
    GAPS = "gaps"
    UNREAD = "unread"
    SIGNATURE = "signature"


class Line(Struct, frozen=True):
    """One line: what of, whether it is done, and on what that rests (ids, days, codes)."""

    step: Step
    about: str
    done: bool
    rests_on: tuple[str, ...]


class Closing(Struct, frozen=True):
    """The list of one official; `left` is the last day in office (ISO 8601)."""

    person: str
    left: str
    lines: tuple[Line, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open any more."""
        return all(one.done for one in self.lines)


def closing(
    one: Official,
    covered: Sequence[AccountCoverage],
    facts: Sequence[Fact],
    devices: Iterable[Device],
    *,
    months: Months,
    today: date,
) -> Closing | None:
    """Make the list of an official who has no function any more; None for one in office."""
    left = one.left(today)
    if not left:
        return None
    own = [each for each in covered if each.account.service != SERVICE]
    signature = _signature(one, left, facts)
    lines = (
        *(_read_out(each, left, months) for each in own),
        *(_device(each, covered, left, months) for each in devices
          if one.is_named(each.account.person)),
        *_declarations(one, facts),
        *(line for each in own for line in _lacks(each, signed=signature.done)),
        signature,
    )  # fmt: skip
    return Closing(one.name, left, lines)


def _read_out(one: AccountCoverage, left: str, months: Months) -> Line:
    after = [each.delivery for each in one.deliveries
             if each.is_read and months.day_of(each.received_at).isoformat() > left]  # fmt: skip
    return Line(Step.READ_OUT, one.account.id, bool(after), tuple(after))


def _device(device: Device, covered: Iterable[AccountCoverage], left: str, months: Months) -> Line:
    after = {
        each.delivery: None
        for one in covered
        for each in one.deliveries
        if each.is_read
        and (each.device == device.id or one.account.id == device.account.id)
        and months.day_of(each.received_at).isoformat() > left
    }
    return Line(Step.DEVICE, device.id, bool(after), tuple(after))


def _declarations(one: Official, facts: Iterable[Fact]) -> Iterator[Line]:
    """Say what the official declared of each private account; without one it says so of him."""
    declared = {fact.about: fact for fact in facts if fact.kind == "declared-use"}
    private = [each for each in one.accounts
               if each.kind is AccountKind.PRIVATE and each.service != SERVICE]  # fmt: skip
    for each in private:
        fact = declared.get(each.id)
        rests = (fact.id, fact.values["outcome"], fact.day) if fact else ()
        yield Line(Step.DECLARATION, each.id, fact is not None, rests)
    if not private:
        yield Line(Step.DECLARATION, one.id or one.name, False, ())


def _lacks(one: AccountCoverage, *, signed: bool) -> Iterator[Line]:
    """Say what lacks; who signs the list has taken note of gaps, but what is unread can be read."""
    if one.gaps:
        yield Line(Step.GAPS, one.account.id, signed, tuple(each.code for each in one.gaps))
    if one.unread:
        yield Line(Step.UNREAD, one.account.id, False, one.unread)


def _signature(one: Official, left: str, facts: Iterable[Fact]) -> Line:
    signed = [fact for fact in facts
              if fact.kind == "closing" and fact.about == one.id
              and fact.values["last_day"] == left]  # fmt: skip
    rests = (signed[-1].id, signed[-1].values["signed_on"]) if signed else ()
    return Line(Step.SIGNATURE, one.id or one.name, bool(signed), rests)
