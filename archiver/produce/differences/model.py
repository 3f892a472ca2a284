"""What is told of differences: an export's side of it, the difference, and each holder's sum."""

from __future__ import annotations

from msgspec import Struct

from archiver.produce.differences.kinds import Kind
from archiver.store.catalogue.compare import Told


class Side(Struct, frozen=True, gc=False):
    """One export's side of a difference.

    `export` is its number; `how` says how it has the message, or why it lacks it (a code of
    ``config/differences.toml``). `told` is what it has, None when it has nothing.
    """

    export: int
    how: str
    told: Told | None = None


class Difference(Struct, frozen=True):
    """One row of the table.

    `record` is the catalogue's key of the message, or of the first of a stretch of `messages` up to
    `until`. Times are milliseconds since 1970 on the common clock. `has` is who has it and how,
    `lacks` who does not; where both sides have it and differ, all stand in `has`. `amount` is how
    far times lie apart (ms), `explained` what else may explain it.
    """

    kind: Kind
    at: int | None
    record: int
    sender: str = ""
    until: int | None = None
    messages: int = 1
    has: tuple[Side, ...] = ()
    lacks: tuple[Side, ...] = ()
    amount: int = 0
    explained: tuple[str, ...] = ()

    def concerns(self, exports: frozenset[int]) -> bool:
        """Whether one of these exports lacks it, or has it otherwise than the others."""
        return any(side.export in exports for side in self.lacks or self.has)


class Sum(Struct):
    """What a holder has of all messages of people, over all exports of theirs together.

    `has` counts what they have more of than a notice of deletion; the others count why not.
    """

    holder: str
    has: int = 0
    deleted: int = 0
    unsure: int = 0
    absent: int = 0
    not_member: int = 0
    before_start: int = 0
    after_end: int = 0

    def add(self, why: Kind | None) -> None:
        """Count one message, with why it is missing; None when it is not."""
        match why:
            case None:
                self.has += 1
            case Kind.DELETED:
                self.deleted += 1
            case Kind.UNSURE:
                self.unsure += 1
            case Kind.NOT_MEMBER:
                self.not_member += 1
            case Kind.BEFORE_START:
                self.before_start += 1
            case Kind.AFTER_END:
                self.after_end += 1
            case _:
                self.absent += 1
