"""Two simple ways to align two exports, as context for what the archive's own way is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from archiver.model import Utterance
from archiver.normalise.text import matching
from tests.bench.alignment_score import Found, Link

_MINUTE = 60_000


def joined(left: Sequence[Utterance], right: Sequence[Utterance]) -> Found:
    """Join on text and minute, whoever said it; equals in their order."""
    waiting: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for each in reversed(right):
        waiting[_key(each)].append(each.copy)
    links: list[Link] = []
    for each in left:
        equals = waiting.get(_key(each))
        if equals:
            links.append((each.copy, equals.pop()))
    return Found(links)


def common(left: Sequence[Utterance], right: Sequence[Utterance]) -> Found:
    """Take the texts that both have in the same order, as a program that compares files does."""
    texts = [matching(each.text) for each in left], [matching(each.text) for each in right]
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    return Found(
        [
            (left[block.a + n].copy, right[block.b + n].copy)
            for block in matcher.get_matching_blocks()
            for n in range(block.size)
        ]
    )


def _key(each: Utterance) -> tuple[str, int]:
    return matching(each.text), (each.sent_at or 0) // _MINUTE
