"""Words that are judged away in one record and left in another's own words.

What a record quotes follows what it quotes by itself (`archiver.cases.quotation`). What it says in
words of its own an officer read there and left: a signature that every mail has, or a passage that
was copied without a sign of quoting. Only an officer can tell which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from archiver.cases.judgement import Judgement, Outcome
from archiver.cases.quotation import Removed, letters_of, quoted_by
from archiver.cases.redaction import Cover

_LONG: Final = 30
"""Letters and digits from which on a part of a passage is no mere turn of phrase."""


class Repetition(Struct, frozen=True):
    """A record that repeats words, as letters and digits, and those in which they are away."""

    record: str
    letters: str
    others: tuple[str, ...]


def repetitions(judged: Mapping[str, Judgement], texts: Mapping[str, str]) -> Iterator[Repetition]:
    """Give what records that are shown repeat of what is away in others, by their public ids.

    What the others only quote is not theirs, and so is passed over; so is a short part of a
    passage, such as the words that an app puts beside a file.
    """
    away = {name: away_of(one, texts[name]) for name, one in judged.items() if one.outcome.refuses}
    removed = Removed((texts[name], covers) for name, covers in away.items())
    said = {name: letters_of(texts[name]) for name in away}
    quoted = {name: quoted_by(texts[name]) for name in away}
    whole = {
        letters_of(texts[name][one.start : one.end])
        for name, found in away.items()
        for one in found
    }
    for name, one in judged.items():
        if not one.outcome.shows:
            continue
        for letters in removed.repeated(texts[name], one.passages):
            if len(letters) < _LONG and letters not in whole:
                continue
            others = [of for of, all_ in said.items() if letters in all_ and of != name]
            own = tuple(of for of in others if letters not in quoted[of])
            if own:
                yield Repetition(name, letters, own)


def away_of(judgement: Judgement, text: str) -> list[Cover]:
    """Give what of a record is judged away."""
    if judgement.outcome is Outcome.WITHHELD:
        return [Cover(0, len(text), judgement.all_grounds)]
    return [Cover(one.start, one.end, one.grounds) for one in judgement.passages]
