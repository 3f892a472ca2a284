"""``make fuzz``: for a number of seconds a format, no parser may raise, hang, or lose a byte.

    python -m tests.fuzz [--seconds 20] [--seed 1]

A variant that fails is written below ``.cache/fuzz`` so that it can become a test.
"""

from __future__ import annotations

import argparse
import io
import signal
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from archiver.model import Finding, Format, Item, Member, Source
from archiver.pipeline.formats import FORMATS
from tests.fuzz.mutate import variants

EXPORTS = Path(__file__).parents[1] / "exports"
FAILED = Path(__file__).parents[2] / ".cache" / "fuzz"
LONGEST = 10
"""Seconds that one small variant may take."""


class TooSlow(Exception):
    """A variant took longer than `LONGEST`."""


def main() -> int:
    """Run the budget; 1 when a variant failed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    signal.signal(signal.SIGALRM, _too_slow)
    failures = 0
    for form in FORMATS:
        tried, failed = fuzz(form, options.seconds, options.seed)
        failures += failed
        sys.stdout.write(f"{form.name}: {tried} variants, {failed} failed\n")
    return 1 if failures else 0


def fuzz(form: Format, seconds: float, seed: int) -> tuple[int, int]:
    """Try variants of a format's example exports; give how many were tried and how many failed."""
    end, tried, failed = time.monotonic() + seconds, 0, 0
    for data in variants(seeds(form), seed):
        if time.monotonic() > end:
            break
        tried += 1
        signal.alarm(LONGEST)
        try:
            check(form, data)
        except Exception as error:
            failed += 1
            _keep(form, data, error)
        finally:
            signal.alarm(0)
    return tried, failed


def seeds(form: Format) -> list[bytes]:
    """Give the example exports of a format."""
    folder = EXPORTS / form.name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.read_bytes() for path in paths if path.name != "expected.jsonl"]


def check(form: Format, data: bytes) -> None:
    """Read a variant and insist that items and findings cover every byte of it."""
    source = Source(
        stream=io.BytesIO(data),
        members=(Member("export.txt", len(data), ""),),
        main=0,
        path_name="export.txt",
        read_at=1_800_000_000_000,
    )
    form.claims(data[:65536], "export.txt")
    survey = form.survey(source)
    normalise = form.normaliser(source, survey)
    places = sorted(_places(form.parse(source, survey), normalise))
    reached = 0
    for start, length in places:
        if start != reached:
            raise AssertionError(f"bytes {reached} to {start} belong to nothing, or to two")
        reached = start + length
    if reached != len(data):
        raise AssertionError(f"bytes {reached} to {len(data)} belong to nothing")


def _places(entries: Iterator[Item | Finding], normalise: object) -> Iterator[tuple[int, int]]:
    for entry in entries:
        if isinstance(entry, Item):
            normalise(entry)  # type: ignore[operator]
            yield entry.offset, entry.length
        elif entry.offset is not None and entry.length and entry.item is None:
            yield entry.offset, entry.length


def _too_slow(*_: object) -> None:
    raise TooSlow


def _keep(form: Format, data: bytes, error: Exception) -> None:
    FAILED.mkdir(parents=True, exist_ok=True)
    path = FAILED / f"{form.name}-{sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    sys.stdout.write(f"{path.name}: {type(error).__name__} {error}\n")


if __name__ == "__main__":
    sys.exit(main())
