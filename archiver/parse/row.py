"""One row of a table, whatever the container: its place, its cells, or why it has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

Texts = Mapping[str, str]
"""Values by column."""

Cells = Mapping[str, str | list[str]]
"""Values by column; a list only where the path of the column holds ``[]``."""

LONGEST = 4 << 20
"""Bytes of the longest row that is read."""

_Read = TypeVar("_Read", bound=Cells, covariant=True)


class Row(Struct, Generic[_Read], frozen=True, gc=False):
    """A row at its place; `damaged` counts the bytes that do not decode and were replaced."""

    offset: int
    length: int
    cells: _Read
    damaged: int = 0


class Refused(Struct, frozen=True, gc=False):
    """Bytes that are no row; `reason` is a code word, `values` what its sentence names."""

    offset: int
    length: int
    reason: str
    values: dict[str, str | int] = {}


CELLS, QUOTES, TOO_LONG, NO_OBJECT, BROKEN = "cells", "quotes", "too-long", "no-object", "broken"
EXTRA = "extra"
