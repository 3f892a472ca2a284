"""What stands in the way of producing: its code, of what it is, and what has to be read twice."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256

import msgspec
from msgspec import Struct

from archiver.cases.grounds import ground
from archiver.cases.judgement import Judgement


class Code(StrEnum):
    """What stands in the way of producing, by the code of its finding."""

    SAME_RECORD = "E-J101"
    SAME_WORDS = "E-J102"
    QUOTED = "E-J103"
    OTHER_CASE = "E-J104"
    READERS_DIFFER = "E-J105"
    SECOND_READER = "E-J106"
    STALE = "E-J107"
    FILE_OTHER_CASE = "E-J108"
    FILE_READERS_DIFFER = "E-J109"
    FILE_SECOND_READER = "E-J110"
    FILE_STALE = "E-J111"
    REPEATED = "E-J112"


class Need(StrEnum):
    """What a second reader has to read before anything is produced."""

    NONE = "none"
    POLICY = "policy"
    ALL = "all"

    @property
    def reach(self) -> int:
        """How much it is: the higher has all that the lower has to be read, and more."""
        return list(Need).index(self)

    def has(self, refused: Judgement) -> bool:
        """Whether what was judged away on these grounds has to be read a second time."""
        if self is Need.POLICY:
            return any(ground(code).policy for code in refused.all_grounds)
        return self is Need.ALL


class Obstacle(Struct, frozen=True):
    """One thing that stands in the way: of which record, and with which other record or case.

    Of a file, `file` is its SHA-256 and there is no record. `key` names a contradiction between
    two judgements as they are now.
    """

    code: Code
    record: str = ""
    other: str = ""
    case: str = ""
    key: str = ""
    file: str = ""


def key_of(code: Code, *sides: tuple[str, tuple[object, ...]]) -> str:
    """Name a contradiction by its sides: what was judged, and what was decided of it."""
    told = sorted(
        msgspec.json.encode([name, msgspec.to_builtins(decision)]) for name, decision in sides
    )
    return sha256(msgspec.json.encode([code, told])).hexdigest()[:16]
