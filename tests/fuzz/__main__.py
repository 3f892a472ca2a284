"""``make fuzz``: for a number of seconds a format, no parser may raise, hang, or lose a byte.

    python -m tests.fuzz [--seconds 20] [--seed 1] [--only NAME…]

Variants of the example exports are read; one that reaches new lines of a parser is a seed from
then on, in later runs too. A variant that fails is written below ``.cache/fuzz`` so that it can
become a test. Memory is bounded, so that a parser that grows with hostile input fails.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random

from archiver.format import Format
from archiver.model import Finding, Item
from archiver.pipeline.formats import FORMATS
from tests.fuzz.guide import Guide
from tests.fuzz.mutate import variant
from tests.fuzz.seeds import KEPT, Seed, keep, seeds

LONGEST = 10
"""Seconds that one small variant may take."""

_MEMORY = 1 << 30
_WHOLE = frozenset({"whatsapp-text", "mbox", "eml", "signal-export"})
"""Formats of which every byte belongs to an item or a finding; others have a frame."""


class TooSlow(Exception):
    """A variant took longer than `LONGEST`."""


def main() -> int:
    """Run the budget; 1 when a variant failed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=20, help="for each format")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", nargs="+", choices=[form.name for form in FORMATS])
    options = arguments.parse_args()
    signal.signal(signal.SIGALRM, _too_slow)
    _bound_memory()
    failures = 0
    for form in FORMATS:
        if options.only and form.name not in options.only:
            continue
        guide = Guide()
        tried, failed = fuzz(form, options.seconds, options.seed, guide)
        failures += failed
        told = f"{tried} variants, {guide.reached} steps reached, {failed} failed"
        sys.stdout.write(f"{form.name}: {told}\n")
        sys.stdout.flush()
    return 1 if failures else 0


def fuzz(form: Format, seconds: float, seed: int, guide: Guide) -> tuple[int, int]:
    """Try variants of a format's example exports; give how many were tried and how many failed."""
    end, tried, failed = time.monotonic() + seconds, 0, 0
    pool, chance = seeds(form), Random(seed)
    for one in pool:
        failed += not _holds(form, one, one.data, guide)
    while time.monotonic() < end:
        tried += 1
        one = chance.choice(pool)
        data = variant(one.data, [each.data for each in chance.choices(pool, k=2)], chance)
        reached = guide.reached
        if not _holds(form, one, data, guide):
            failed += 1
        elif guide.reached > reached:
            pool.append(Seed(data, one.name, one.beside, one.mapping))
            keep(form, data)
    return tried, failed


def check(form: Format, seed: Seed, data: bytes) -> None:
    """Read a variant and insist that places lie in it, in order, and as needed cover all of it."""
    source = seed.source(data)
    form.claims(data[:65536], seed.name)
    survey = form.survey(source)
    normalise = form.normaliser(source, survey)
    places = sorted(_places(form.parse(source, survey), normalise))
    if any(offset < 0 or offset + length > len(data) for offset, length in places):
        raise AssertionError("a place lies outside of the file")
    for (start, length), (after, _) in pairwise(places):
        if start + length > after:
            raise AssertionError(f"bytes {after} to {start + length} belong to two")
    if form.name in _WHOLE and sum(length for _, length in places) != len(data):
        raise AssertionError("bytes belong to nothing")


def _holds(form: Format, seed: Seed, data: bytes, guide: Guide) -> bool:
    signal.alarm(LONGEST)
    try:
        with guide.watching():
            check(form, seed, data)
    except Exception as error:
        _write(form, data, error)
        return False
    finally:
        signal.alarm(0)
    return True


def _places(entries: Iterable[Item | Finding], normalise: object) -> Iterator[tuple[int, int]]:
    for entry in entries:
        if isinstance(entry, Item):
            normalise(entry)  # type: ignore[operator]
            if entry.member == 0 and entry.length:
                yield entry.offset, entry.length
        elif entry.offset is not None and entry.length and _is_own(entry):
            yield entry.offset, entry.length


def _is_own(finding: Finding) -> bool:
    """Whether a finding is about bytes of the main member that no item has."""
    return finding.item is None and finding.member in (None, 0)


def _bound_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def _too_slow(*_: object) -> None:
    raise TooSlow


def _write(form: Format, data: bytes, error: Exception) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{form.name}-{sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    sys.stdout.write(f"{path.name}: {type(error).__name__} {error}\n")


if __name__ == "__main__":
    sys.exit(main())
