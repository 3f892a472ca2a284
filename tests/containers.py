"""Containers made by hand, so that every field can lie, and the sentences of what is found."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from struct import pack

from archiver.model import Finding

_SENTENCES = tomllib.loads(
    (Path(__file__).parents[1] / "config" / "findings" / "intake.toml").read_text("utf-8")
)


def codes(findings: Iterable[Finding]) -> list[str]:
    """Give the codes, after filling each sentence in both languages with the finding's values."""
    findings = list(findings)
    for finding in findings:
        for language in ("en", "nl"):
            assert _SENTENCES[finding.code][language].format_map(finding.values)
    return [finding.code for finding in findings]


@dataclass
class Part:
    """One entry of a ZIP; what is None is computed truthfully."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0x0800
    crc: int | None = None
    size: int | None = None
    packed: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_method: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    made_by: int = 3 << 8
    mode: int = 0o100644
    date: int = (2026 - 1980) << 9 | 11 << 5 | 21
    time: int = 12 << 11
    offset: int | None = None
    disk: int = 0
    before: bytes = b""
    body: bytes | None = None

    @property
    def packed_data(self) -> bytes:
        """The bytes that stand in the file."""
        if self.body is not None:
            return self.body
        return deflated(self.data) if self.method == 8 else self.data


def deflated(data: bytes) -> bytes:
    """Raw deflate, as a ZIP holds it."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def build(
    *parts: Part, comment: bytes = b"", gap: bytes = b"", count: int | None = None, disk: int = 0
) -> bytes:
    """Write a ZIP; `gap` stands between the last entry and the directory."""
    body, directory = b"", b""
    for part in parts:
        body += part.before
        offset = len(body) if part.offset is None else part.offset
        body += _local(part) if part.offset is None else b""
        directory += _central(part, offset)
    body += gap
    number = len(parts) if count is None else count
    end = pack(
        "<4s4H2LH", b"PK\5\6", disk, disk, number, number, len(directory), len(body), len(comment)
    )
    return body + directory + end + comment


def _local(part: Part) -> bytes:
    name = part.name if part.local_name is None else part.local_name
    crc, size, packed = _claims(part)
    size = size if part.local_size is None else part.local_size
    method = part.method if part.local_method is None else part.local_method
    head = pack(
        "<4s5H3L2H", b"PK\3\4", 20, part.flags, method, part.time, part.date,
        crc, packed, size, len(name), len(part.local_extra),
    )  # fmt: skip
    return head + name + part.local_extra + part.packed_data


def _central(part: Part, offset: int) -> bytes:
    crc, size, packed = _claims(part)
    head = pack(
        "<4s6H3L5H2L", b"PK\1\2", part.made_by | 20, 20, part.flags, part.method, part.time,
        part.date, crc, packed, size, len(part.name), len(part.extra), 0, part.disk, 0,
        part.mode << 16, offset,
    )  # fmt: skip
    return head + part.name + part.extra


def _claims(part: Part) -> tuple[int, int, int]:
    crc = zlib.crc32(part.data) if part.crc is None else part.crc
    size = len(part.data) if part.size is None else part.size
    packed = len(part.packed_data) if part.packed is None else part.packed
    return crc, size, packed
