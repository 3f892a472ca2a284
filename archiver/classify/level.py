"""How far classified information is restricted, and by whose system."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How far something is restricted; levels of different systems that are each other's equal."""

    OPEN = 0
    LIMITED = 1
    DEPARTMENTAL = 2
    CONFIDENTIAL = 3
    SECRET = 4
    TOP_SECRET = 5

    @property
    def code(self) -> str:
        """The name in data and output, such as ``top-secret``."""
        return self.name.lower().replace("_", "-")

    @property
    def is_state_secret(self) -> bool:
        """Whether it may not lie in an archive that is not accredited for it."""
        return self >= Level.CONFIDENTIAL

    @classmethod
    def of(cls, code: str) -> Level:
        """Give the level of a name."""
        return cls[code.upper().replace("-", "_")]


class System(StrEnum):
    """Whose marking it is."""

    NL = "nl"
    NATO = "nato"
    EU = "eu"
    TLP = "tlp"
