"""Which ways of writing a time a mapping may name, and whether a time is written in one of them.

The names are those of `archiver.normalise.clocks`, which makes the times; here it is only seen
whether one will be made, so that a message without a time is never a surprise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

COUNTS = ("epoch-s", "epoch-ms", "epoch-us", "webkit-us", "apple")
NAMES = (*COUNTS, "iso")

_COUNT = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,12})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*")
_PROOF = datetime(2024, 10, 27, 21, 34, tzinfo=UTC)


def is_known(name: str) -> bool:
    """Whether a name is that of a clock, or a pattern that tells year, month, day and minute."""
    if "%" not in name:
        return name in NAMES
    try:
        back = datetime.strptime(_PROOF.strftime(name), name)
    except ValueError:
        return False
    return back.replace(second=0, microsecond=0, tzinfo=UTC) == _PROOF


def states_zone(name: str) -> bool:
    """Whether every time that is written so tells its offset, or counts in UTC."""
    return name in COUNTS or "%z" in name


def fits(names: Sequence[str]) -> Callable[[str], bool]:
    """Give the function that says whether a time is written in one of these ways."""
    checks = [_check(name) for name in names]
    return lambda text: any(check(text) for check in checks)


def _check(name: str) -> Callable[[str], bool]:
    if name == "apple":
        return lambda text: _DECIMAL.fullmatch(text) is not None
    if name in COUNTS:
        return lambda text: _COUNT.fullmatch(text) is not None
    if name == "iso":
        return lambda text: _ISO.fullmatch(text) is not None and _is_iso(text)
    return lambda text: _is_pattern(text, name)


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text.replace(",", ".").replace(" ", "T", 1).replace(" ", ""))
    except ValueError:
        return False
    return True


def _is_pattern(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text.strip(), pattern)
    except ValueError:
        return False
    return True
