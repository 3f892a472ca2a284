"""The labelled lists of personal data, and how well the recognisers do on them, kind by kind.

`python -m tests.labelled` prints the table of ``docs/redaction.md``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from archiver.classify.personal import Confidence, Kind, People, Span, personal

FOLDER = Path(__file__).parent / "personal"
MADE, HELD_OUT, ROUGH, BLIND = "sentences.txt", "held-out.txt", "rough.txt", "blind.txt"
PEOPLE = People(
    known=(
        "Karim el Amrani", "Sanne van der Veen", "S. van Dongen", "Lotte de Vries", "Bram Kuipers",
    ),
    public=("Vera Lindhout", "Ruben ter Horst"),
)  # fmt: skip
_HEAD = "kind      labelled   recall precision, and of what is likely or sure alone"
_LABEL = re.compile(r"\{(\w+):([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, and what a reader would propose in it: (start, end, kind)."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How many stretches are labelled, how many of them were found, and how many were proposed."""

    labelled: int
    found: int
    proposed: int
    right: int

    @property
    def recall(self) -> float:
        """The part of what is labelled that is covered whole."""
        return self.found / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        """The part of what is proposed that touches something labelled of its kind."""
        return self.right / self.proposed if self.proposed else 1.0


def read(name: str) -> list[Labelled]:
    """Read a list."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [_parsed(line) for line in lines if line and not line.startswith("#")]


def scores(sentences: list[Labelled], *, possible: bool = True) -> dict[str, Score]:
    """Give the score of each kind, and of all together; with or without what is only possible."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in sentences:
        proposed = [
            span
            for span in personal(one.text, PEOPLE)
            if possible or span.confidence is not Confidence.POSSIBLE
        ]
        for start, end, kind in one.spans:
            counted["labelled", kind] += 1
            counted["found", kind] += any(_covers(span, start, end, kind) for span in proposed)
        for span in proposed:
            counted["proposed", span.kind] += 1
            counted["right", span.kind] += any(_touches(span, *label) for label in one.spans)
    kinds = sorted({str(kind) for kind in Kind})
    columns = ("labelled", "found", "proposed", "right")
    found = {kind: Score(*(counted[column, kind] for column in columns)) for kind in kinds}
    total = (sum(getattr(one, column) for one in found.values()) for column in columns)
    return found | {"all": Score(*total)}


def table(name: str) -> str:
    """Give the scores on a list as they are printed."""
    sentences = read(name)
    sure = scores(sentences, possible=False)
    lines = [f"{name}: {len(sentences)} sentences", _HEAD]
    for kind, one in scores(sentences).items():
        figures = (one.recall, one.precision, sure[kind].recall, sure[kind].precision)
        lines.append(f"{kind:<10}{one.labelled:>8}" + "".join(f"{two:>9.2f}" for two in figures))
    return "\n".join(lines)


def faults(name: str) -> list[str]:
    """Give what is missed and what is proposed wrongly, for who mends a recogniser."""
    found = []
    for one in read(name):
        proposed = personal(one.text, PEOPLE)
        found += [
            f"missed {kind} {one.text[start:end]!r}: {one.text}"
            for start, end, kind in one.spans
            if not any(_covers(span, start, end, kind) for span in proposed)
        ]
        found += [
            f"wrong {span.kind} {one.text[span.start : span.end]!r} {span.reason}: {one.text}"
            for span in proposed
            if not any(_touches(span, *label) for label in one.spans)
        ]
    return found


def _parsed(line: str) -> Labelled:
    text, spans, at = "", [], 0
    for match in _LABEL.finditer(line):
        text += line[at : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        at = match.end()
    return Labelled(text + line[at:], tuple(spans))


def _covers(span: Span, start: int, end: int, kind: str) -> bool:
    return span.kind == kind and span.start <= start and end <= span.end


def _touches(span: Span, start: int, end: int, kind: str) -> bool:
    return span.kind == kind and span.start < end and start < span.end


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(table(name) for name in (MADE, HELD_OUT, ROUGH, BLIND)) + "\n")
