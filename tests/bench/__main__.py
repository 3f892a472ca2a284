"""Measure speed as ratios, against floors and other programs in the same run.

    python -m tests.bench [--only NAME…] [--messages N] [--write]

Everything happens in a folder of its own, which is removed afterwards. ``--write`` puts the tables
into ``docs/performance.md``, in the place of those of the same name. On two cores all of them take
half an hour. How well two exports of one chat are aligned is measured with ``--only alignment
[--quick]`` and is written into ``docs/deduplication.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.bench import (
    again,
    alignment,
    formats,
    growth,
    ingest,
    keeping,
    mail,
    parse,
    parts,
    query,
    result,
)
from tests.bench.measure import CommandFailed
from tests.bench.result import Section

_ROOT = Path(__file__).parents[2]
_CACHE = _ROOT / ".cache"
_PAGE = _ROOT / "docs" / "performance.md"
_ALIGNMENT, _ITS_PAGE = "alignment", _ROOT / "docs" / "deduplication.md"
_BEGIN, _END = "<!-- measured -->\n", "<!-- end of what was measured -->\n"
_NAMES = ("parts", "parse", "formats", "ingest", "mail", "growth", "query", "again", "retention")


def main() -> int:
    """Measure what was asked for; 1 when a goal was missed or a measurement failed."""
    chosen = _arguments().parse_args()
    _CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=chosen.folder or _CACHE, prefix="bench-") as folder:
        sections: dict[str, Section] = {}
        failed = False
        for name, run in _measurements(Path(folder), chosen).items():
            if name not in chosen.only:
                continue
            try:
                sections[name] = _dated(run())
            except CommandFailed as error:
                failed = True
                sys.stderr.write(f"{name}: {error}\n")
                continue
            sys.stdout.write(f"{result.text(sections[name])}\n\n")
            sys.stdout.flush()
    if chosen.write and not failed:
        ours = [section for name, section in sections.items() if name == _ALIGNMENT]
        write(_ITS_PAGE, ours, anew=True)
        others = [section for section in sections.values() if section not in ours]
        write(_PAGE, others, anew={*_NAMES} <= {*chosen.only})
    missed = any(row.met is False for section in sections.values() for row in section.rows)
    return int(failed or missed)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=(*_NAMES, _ALIGNMENT), default=_NAMES)
    parser.add_argument("--messages", type=int, default=500_000, help="in the chat text")
    parser.add_argument("--items", type=int, default=300_000, help="in the exports of formats")
    parser.add_argument("--mails", type=int, nargs="+", default=(600, 6_000, 30_000))
    parser.add_argument("--archive", type=int, default=1_000_000, help="messages to search in")
    parser.add_argument("--quick", action="store_true", help="align fewer and shorter chats")
    parser.add_argument("--folder", type=Path, help="where to work; by default in .cache")
    parser.add_argument("--write", action="store_true", help="put it into the docs")
    return parser


def _measurements(folder: Path, chosen: argparse.Namespace) -> dict[str, Callable[[], Section]]:
    """Give the measurements in the order in which they run.

    What `growth` made, `query` and `retention` need.
    """
    made: dict[str, Callable[[], Section]] = {
        "parts": partial(parts.measured, folder, chosen.messages),
        "parse": partial(parse.measured, folder, chosen.messages),
        "formats": partial(formats.measured, folder, _CACHE, chosen.items),
        "ingest": partial(ingest.measured, folder, _CACHE, chosen.messages),
        "mail": partial(mail.measured, folder, _samples(), chosen.mails),
        "growth": partial(growth.measured, folder, chosen.archive),
        "query": partial(query.measured, folder, chosen.archive),
        "again": partial(again.measured, folder, chosen.messages, chosen.archive),
        "retention": partial(keeping.measured, folder, chosen.archive),
        _ALIGNMENT: partial(alignment.measured, folder, quick=chosen.quick),
    }
    if {"query", "retention"} & {*chosen.only} and "growth" not in chosen.only:
        chosen.only = (*chosen.only, "growth")
    return made


def _samples() -> Path | None:
    named = os.environ.get("CHATARCHIEF_SAMPLES")
    folder = Path(named) if named else _ROOT.parent / "shared" / "samples"
    return folder if folder.is_dir() else None


def _dated(section: Section) -> Section:
    """Add when it was measured, and how busy the machine was."""
    load = " ".join(map(_short, os.getloadavg()))
    said = f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; load (1, 5, 15 minutes) {load}."
    return replace(section, notes=(*section.notes, said))


def _machine() -> str:
    """Say on what kind of machine this was measured."""
    return "  \n".join(
        (
            f"Machine: {os.cpu_count()} cores, {_processor()}, {platform.system()}",
            f"Python {platform.python_version()}",
        )
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _short(load: float) -> str:
    return f"{load:.1f}"


def write(page: Path, sections: list[Section], *, anew: bool) -> None:
    """Put sections between the marks of a page, at its end when it has none yet.

    Unless all is written anew, the sections with other titles stay.
    """
    if not sections:
        return
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    old, _, after = rest.partition(_END)
    shown = {} if anew else _by_title(old)
    shown |= {section.title: result.text(section) for section in sections}
    measured = "\n\n".join((_machine(), *shown.values()))
    page.write_text(f"{before.rstrip()}\n\n{_BEGIN}\n{measured}\n\n{_END}{after}", encoding="utf-8")


def _by_title(measured: str) -> dict[str, str]:
    """Give the sections of a page, each with its heading."""
    parts = measured.split("\n### ")[1:]
    return {part.partition("\n")[0]: f"### {part.strip()}" for part in parts}


if __name__ == "__main__":
    sys.exit(main())
