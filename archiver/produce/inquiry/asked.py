"""How a pack for an inquiry is asked for, and what it holds."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from archiver.cases.obstacle import Need
from archiver.produce.pdf.render import Layout
from archiver.produce.production import Production
from archiver.produce.woo.check import Fault


class Mode(StrEnum):
    """How an order is met (WPE 2008, article 6)."""

    INSPECTION = "inzage"
    COPY = "afschrift"
    INFORMATION = "kennisneming"


class Asked(Struct, frozen=True):
    """How a pack is asked for: `answers` are (number of a question, id of the search for it)."""

    mode: Mode
    prefix: str
    zone: str
    answers: tuple[tuple[str, str], ...] = ()
    layout: Layout = Layout.LIST
    need: Need = Need.NONE

    def options(self) -> dict[str, str]:
        """Give what has to be asked for again to get the same pack."""
        return {
            "mode": str(self.mode),
            "prefix": self.prefix,
            "layout": str(self.layout),
            "answers": "; ".join(f"{number}={search}" for number, search in self.answers),
        }


class Pack(Struct, frozen=True):
    """What a pack holds; `first` and `last` are its Bates numbers, empty when it was only tried."""

    counts: dict[str, int]
    compared: dict[str, int]
    documents: int
    files: int
    pages: int
    first: str
    last: str
    warnings: tuple[Fault, ...]
    production: Production | None = None
