"""Watch for markings in all that a delivery says, before anything of it is kept.

A state secret stops the delivery, which is then isolated (`archiver.pipeline.isolate`). A
departmental marking restricts it: it is sealed, and a finding for each item says so. Only level and
place of what is marked go on. What is not read (quarantine, custody) is known by its names alone.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from msgspec import Struct, field

from archiver.classify.level import Level
from archiver.classify.suspicion import suspects
from archiver.model import Delivery, Finding, Member
from archiver.pipeline.batch import Batch
from archiver.pipeline.marking import Mark, marks_of
from archiver.pipeline.reader import ReadingFailed

RESTRICTED, LIMITED, LIFTED = "W-S001", "W-S002", "W-S003"
"""Codes of findings: a departmental marking, a lower one, and one that an officer lifted."""

_PIECE, _OVERLAP = 1 << 20, 400
_TEXTS = (
    *(".txt", ".csv", ".tsv", ".htm", ".html", ".md"),
    *(".log", ".ics", ".vcf", ".xml", ".json", ".eml"),
)


def says_state_secret(text: str) -> bool:
    """Whether a name says that what it names is a state secret."""
    return any(Level(mark.level).is_state_secret for mark in marks_of(0, text))


class StateSecret(Exception):
    """Something in the delivery may not lie in this archive."""


class RestrictedLate(Exception):
    """The delivery turned out to be restricted when it was already being kept as open."""


class Watched(Struct):
    """What was found in one delivery so far.

    `lifted` says that an officer looked at it before and found no state secret; `policy` whether
    departmental markings restrict; `restricted` that one is known to come. `open` is set while the
    delivery is being kept as open.
    """

    lifted: bool = False
    policy: bool = True
    restricted: bool = False
    counts: Counter[Level] = field(default_factory=Counter)
    open: bool = False
    _secret: bool = False

    @property
    def restricts(self) -> bool:
        """Whether what was found so far seals the delivery."""
        found = any(level >= Level.DEPARTMENTAL for level in self.counts)
        return self.policy and (self.restricted or found)

    def names(self, delivery: Delivery) -> list[Finding]:
        """Look at the names of a delivery and of all its members.

        Raises:
            StateSecret: One says that it is one.
        """
        self.counts.clear()
        names = [delivery.path.name, *(member.name for member in delivery.members)]
        found = [Finding(LIFTED)] if self.lifted else []
        for at in suspects(names):
            found += self._note(marks_of(0, names[at]), member=at - 1 if at else None)
        self._judge()
        return found

    def texts(self, delivery: Delivery, mains: Iterable[int]) -> list[Finding]:
        """Look into the members that are plain text and that the format does not read.

        Raises:
            StateSecret: One holds one.
        """
        read = set(mains)
        found: list[Finding] = []
        for at, member in enumerate(delivery.members):
            if at not in read and PurePosixPath(member.name).suffix.lower() in _TEXTS:
                marks = {mark for text in _pieces(delivery, member) for mark in marks_of(0, text)}
                found += self._note(sorted(marks, key=lambda one: one.system), member=at)
        self._judge()
        return found

    def watch(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Let batches pass with a finding for each marked item; a state secret lets none pass.

        Raises:
            StateSecret: There is one; the rest was read only to be counted.
            RestrictedLate: There is a departmental marking, and the delivery is `open`.
        """
        waiting = iter(batches)
        for batch in waiting:
            batch.findings += self._note(batch.marks)
            if self._secret:
                self._count_rest(waiting)
            self._judge()
            if self.open and self.restricts:
                raise RestrictedLate
            yield batch

    def _note(self, marks: Iterable[Mark], *, member: int | None = None) -> list[Finding]:
        highest: dict[int, Mark] = {}
        for mark in marks:
            if mark.item not in highest or mark.level > highest[mark.item].level:
                highest[mark.item] = mark
        found: list[Finding] = []
        for item, mark in highest.items():
            level = Level(mark.level)
            if self.lifted and level.is_state_secret:
                continue
            self.counts[level] += 1
            self._secret |= level.is_state_secret
            found += _findings(level, mark.system, item, member)
        return found

    def _count_rest(self, waiting: Iterator[Batch]) -> None:
        with suppress(ReadingFailed):
            for batch in waiting:
                self._note(batch.marks)

    def _judge(self) -> None:
        if self._secret:
            raise StateSecret


def _findings(level: Level, system: str, item: int, member: int | None) -> Iterator[Finding]:
    if level is not Level.OPEN:
        code = RESTRICTED if level >= Level.DEPARTMENTAL else LIMITED
        kept = min(level, Level.DEPARTMENTAL)
        yield Finding(
            code, {"level": kept.code, "system": system}, member=member, item=item or None
        )


def _pieces(delivery: Delivery, member: Member) -> Iterator[str]:
    """Give a member's text in pieces that overlap, in the coding that its first bytes tell."""
    rest = ""
    with delivery.open(member) as stream:
        decode = _decoder(stream.read(2))
        stream.seek(0)
        while piece := stream.read(_PIECE):
            text = rest + decode.decode(piece)
            yield text
            rest = text[-_OVERLAP:]


def _decoder(head: bytes) -> codecs.IncrementalDecoder:
    wide = head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace")
