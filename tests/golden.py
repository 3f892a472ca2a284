"""What every export under ``tests/exports`` is read as, and a way to write that down anew.

    python tests/golden.py            show what differs from the expected lines
    python tests/golden.py --write    write the expected lines; read the diff before you keep it

A case is a folder ``tests/exports/<format>/<case>`` with the export in ``input`` (one chat text
and perhaps its media), ``expected.jsonl``, and ``source.toml`` for what an officer answered.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tomllib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from archiver.model import Item, Member, Source
from archiver.normalise.chat import chat_normaliser
from archiver.parse import whatsapp_text

EXPORTS = Path(__file__).parent / "exports"
READ_AT = 1_780_000_000_000
"""28 May 2026, after every message of the cases."""

_READERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    whatsapp_text.NAME: (whatsapp_text.survey, whatsapp_text.parse, chat_normaliser),
}


def cases(format_name: str) -> list[Path]:
    """List the cases of one format."""
    return sorted(path.parent for path in EXPORTS.glob(f"{format_name}/*/input"))


def source_of(case: Path) -> Source:
    """Describe the export of a case as intake would."""
    answers = case / "source.toml"
    said = tomllib.loads(answers.read_text("utf-8")) if answers.exists() else {}
    paths = sorted((case / "input").iterdir())
    main = next(at for at, path in enumerate(paths) if path.suffix == ".txt")
    return Source(
        stream=paths[main].open("rb"),
        members=tuple(_member(path) for path in paths),
        main=main,
        path_name=said.pop("path_name", case.name),
        read_at=said.pop("read_at", READ_AT),
        **said,
    )


def lines(case: Path) -> Iterator[str]:
    """Read a case and give one line of JSON for each question, item and finding."""
    survey, parse, normaliser = _READERS[case.parent.name]
    source = source_of(case)
    with source.stream:
        learned = survey(source)
        normalise = normaliser(source, learned)
        for question in learned.questions:
            yield _line({"question": question})
        for entry in parse(source, learned):
            if isinstance(entry, Item):
                yield _line({"item": entry, "normal": normalise(entry)})
            else:
                yield _line({"finding": entry})


def expected(case: Path) -> Path:
    """Say where the expected lines of a case stand."""
    return case / "expected.jsonl"


def _member(path: Path) -> Member:
    content = path.read_bytes()
    return Member(path.name, len(content), sha256(content).hexdigest())


def _line(entry: dict[str, Any]) -> str:
    return msgspec.json.encode(entry).decode() + "\n"


def main() -> int:
    """Compare all cases, or write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    changed = 0
    for case in (case for name in _READERS for case in cases(name)):
        path, now = expected(case), list(lines(case))
        before = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        changed += before != now
        sys.stdout.writelines(difflib.unified_diff(before, now, str(case), "now", n=0))
        if write:
            path.write_text("".join(now), "utf-8")
    return int(changed > 0 and not write)


if __name__ == "__main__":
    sys.exit(main())
