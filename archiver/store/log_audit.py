"""The check of a whole log: every byte of every file, and the heads that were kept elsewhere.

One pass over the events in constant memory, hashing as it goes (RFC 6962); at every size that
some checkpoint, outside head or cache speaks of, the tree is compared with it. A finding names the
file and the line, or the range of lines when only a hash can tell that something changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from archiver.model import Finding
from archiver.store.checkpoint import BadCheckpoint, parse
from archiver.store.events import BadEvent, decode
from archiver.store.log_files import LogFiles, Note, Position
from archiver.store.merkle import Frontier, leaf_hash

_TORN = re.compile(r"torn-[0-9]{8}T[0-9]{6}Z-([0-9a-f]{64})")
_LINES_OF_NOTE = 5
_Values = dict[str, str | int]


def audit(
    log: LogFiles, origin: str, public_key: bytes, outside: Sequence[str] = ()
) -> list[Finding]:
    """Check a log with the public key alone; give a finding for each thing that is wrong.

    `outside` are signed notes of this log that were kept elsewhere. A change is certain to be
    found when it came after such a head was taken from the log, whoever made it.
    """
    return _Audit(log, origin, public_key).run(outside)


class _Claim(Struct, frozen=True):
    """That the first `size` events have this root: checkpoint or outside head `number` says so."""

    number: int
    size: int
    root: bytes


class _Tally(Struct):
    """Checkpoints of one fault: the first, how many there are, the last good size before them."""

    first: _Claim | None = None
    count: int = 0
    agreed: int = 0

    def add(self, claim: _Claim) -> None:
        self.first = self.first or claim
        self.count += 1


class _Audit(Struct):
    log: LogFiles
    origin: str
    public_key: bytes
    findings: list[Finding] = []
    frontier: Frontier = field(default_factory=Frontier)
    offset: int = 0
    newest: int = 0
    wrong: _Tally = field(default_factory=_Tally)
    beyond: _Tally = field(default_factory=_Tally)
    kept: list[_Claim] = []
    seen: int = 0
    agreed: set[_Claim] = set()
    cache: bytes = b""
    cached_size: int = -1
    cache_holds: bool = False

    def run(self, outside: Sequence[str]) -> list[Finding]:
        self._read_cache()
        self._read_outside(outside)
        self._read_events()
        self._report_checkpoints()
        self._report_outside()
        self._report_cache()
        self._report_folder()
        return self.findings

    def _read_cache(self) -> None:
        if self.log.frontier.exists():
            self.cache = self.log.frontier.read_bytes()
            cached = Position.decode(self.cache)
            self.cached_size = cached.size if cached else -1

    def _read_outside(self, outside: Sequence[str]) -> None:
        for number, text in enumerate(outside, 1):
            if claim := self._claim(text, number):
                self.kept.append(claim)
            else:
                self._found("E-L113", head=number)
        self.kept.sort(key=lambda claim: claim.size)

    def _claim(self, text: str, number: int) -> _Claim | None:
        try:
            head = parse(text, self.public_key, origin=self.origin)
        except BadCheckpoint:
            return None
        return _Claim(number, head.size, head.root)

    def _read_events(self) -> None:
        checkpoints = self._checkpoints()
        signed = self._compare(next(checkpoints, None), checkpoints)
        expected = 0
        for number, line in enumerate(self.log.lines(), 1):
            expected = self._check_line(line, number, expected) + 1
            if line.endswith(b"\n"):
                self.frontier.append(leaf_hash(line[:-1]))
                self.offset += len(line)
                signed = self._compare(signed, checkpoints)
        while signed:
            self.beyond.add(signed)
            signed = next(checkpoints, None)

    def _checkpoints(self) -> Iterator[_Claim]:
        """Yield the checkpoints that the log's key signed, in order of size; report the others."""
        for number, note in enumerate(self.log.notes(), 1):
            claim = self._claim(note.text, number) if _is_strict(note) else None
            where: _Values = {"file": self.log.name(self.log.checkpoints), "line": note.line}
            where["checkpoint"] = number
            if claim is None:
                self._found("E-L108", **where)
            elif claim.size <= self.newest:
                self._found("E-L109", **where, size=claim.size, before=self.newest)
            else:
                self.newest = claim.size
                yield claim

    def _check_line(self, line: bytes, number: int, expected: int) -> int:
        """Check one line by itself; give the number it carries, or should carry."""
        where: _Values = {"file": self.log.name(self.log.events), "line": number}
        if not line.endswith(b"\n"):
            self._found("E-L106", **where)
        try:
            seq = decode(line.removesuffix(b"\n")).seq
        except BadEvent as error:
            self._found(error.code, **where)
            return expected
        if seq != expected:
            self._found("E-L104", **where, found=seq, expected=expected)
        return seq

    def _compare(self, signed: _Claim | None, checkpoints: Iterator[_Claim]) -> _Claim | None:
        """Compare the tree as it stands with all that is said of it at this size.

        Returns:
            The next checkpoint to come.
        """
        size = self.frontier.size
        while self.seen < len(self.kept) and self.kept[self.seen].size == size:
            if self.kept[self.seen].root == self.frontier.root():
                self.agreed.add(self.kept[self.seen])
            self.seen += 1
        if size == self.cached_size:
            self.cache_holds = Position(self.frontier, self.offset).encode() == self.cache
        if signed and signed.size == size:
            self._compare_signed(signed)
            return next(checkpoints, None)
        return signed

    def _compare_signed(self, signed: _Claim) -> None:
        if signed.root != self.frontier.root():
            self.wrong.add(signed)
        elif not self.wrong.first:
            self.wrong.agreed = signed.size

    def _report_checkpoints(self) -> None:
        found = self.frontier.size
        where: _Values = {"file": self.log.name(self.log.events)}
        if claim := self.wrong.first:
            where |= {"checkpoint": claim.number, "others": self.wrong.count - 1}
            self._found("E-L111", **where, first=self.wrong.agreed + 1, last=claim.size)
        if claim := self.beyond.first:
            where |= {"checkpoint": claim.number, "others": self.beyond.count - 1}
            self._found("E-L112", **where, size=claim.size, found=found)
        if self.newest < found:
            where = {"file": self.log.name(self.log.events)}
            where["checkpoints"] = self.log.name(self.log.checkpoints)
            self._found("E-L107", **where, first=self.newest + 1, last=found)

    def _report_outside(self) -> None:
        agreed = 0
        for claim in self.kept:
            where: _Values = {"file": self.log.name(self.log.events), "head": claim.number}
            if claim in self.agreed:
                agreed = claim.size
            elif claim.size > self.frontier.size:
                self._found("E-L114", **where, size=claim.size, found=self.frontier.size)
            else:
                self._found("E-L115", **where, first=min(agreed + 1, claim.size), last=claim.size)

    def _report_cache(self) -> None:
        if self.log.frontier.exists() and not self.cache_holds:
            self._found("E-L116", file=self.log.name(self.log.frontier))

    def _report_folder(self) -> None:
        known = {self.log.events, self.log.checkpoints, self.log.frontier}
        entries = sorted(self.log.folder.iterdir()) if self.log.folder.is_dir() else []
        for path in entries:
            torn = _TORN.fullmatch(path.name)
            if path.is_symlink() or not path.is_file() or not (torn or path in known):
                self._found("E-L117", file=self.log.name(path))
            elif torn and _digest(path) != torn[1]:
                self._found("E-L118", file=self.log.name(path))

    def _found(self, code: str, **values: str | int) -> None:
        self.findings.append(Finding(code, values))


def _is_strict(note: Note) -> bool:
    """Tell whether a note holds what the log itself writes: one signature, nothing unchecked."""
    return note.is_whole and note.text.count("\n") == _LINES_OF_NOTE


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        digest = sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
