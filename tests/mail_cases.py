"""Reads mail in tests: a source out of bytes or a file, and the expected lines of the fixtures.

``python tests/mail_cases.py`` writes ``expected.jsonl`` beside every fixture anew; the difference
is reviewed before it is kept.
"""

from __future__ import annotations

import io
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, NamedTuple

import msgspec

from archiver.format import Source
from archiver.model import Finding, Item, Member, Normal
from archiver.normalise.mail import mail_normaliser
from archiver.parse import eml, mbox
from archiver.parse.mime import LIMITS, Limits

EXPORTS = Path(__file__).parent / "exports"
READ_AT = 1_780_272_000_000
"""1 June 2026: when the fixtures count as taken in."""

FORMATS: dict[str, ModuleType] = {"mbox": mbox, "eml": eml}


class Read(NamedTuple):
    """What came of one source."""

    items: list[Item]
    normals: list[Normal]
    findings: list[Finding]

    @property
    def codes(self) -> set[str]:
        """Which findings there are."""
        return {finding.code for finding in self.findings}


def read(
    content: bytes | Path, of: str = "eml", limits: Limits = LIMITS, read_at: int = READ_AT
) -> Read:
    """Parse and normalise one source; a path is mapped where the format can."""
    if isinstance(content, Path):
        with content.open("rb") as stream:
            return _read(stream, of, limits, read_at)
    return _read(io.BytesIO(content), of, limits, read_at)


def lines(found: Read) -> str:
    """Give items with what they were normalised to, and findings, as canonical JSON lines."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    objects = [
        *({"item": item, "normal": normal} for item, normal in zip(*found[:2], strict=True)),
        *({"finding": finding} for finding in found.findings),
    ]
    return "".join(encode(each).decode() + "\n" for each in objects)


def cases(of: str) -> list[Path]:
    """List the fixtures of one format."""
    return sorted((EXPORTS / of).iterdir())


def _read(stream: BinaryIO, of: str, limits: Limits, read_at: int) -> Read:
    member = Member(f"export.{of}", 0, "")
    source = Source(stream, (member,), 0, member.name, read_at)
    found = list(FORMATS[of].parse(source, FORMATS[of].survey(source), limits))
    items = [each for each in found if isinstance(each, Item)]
    normalise = mail_normaliser(source, None)
    findings = [each for each in found if isinstance(each, Finding)]
    return Read(items, [normalise(item) for item in items], findings)


if __name__ == "__main__":
    for format_name in FORMATS:
        for case in cases(format_name):
            export = case / f"export.{format_name}"
            (case / "expected.jsonl").write_text(lines(read(export, format_name)))
