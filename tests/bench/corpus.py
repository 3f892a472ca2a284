"""Dutch-looking chats for search: many conversations, and words as rare as real words are.

Word forms are made of syllables, 120,000 of them, and drawn by Zipf-Mandelbrot's law
1 / (rank + 2.7)^1.05, so that some stand in every third message and most in hardly any.
Conversations follow Pareto's law too: few are long. The same seed gives the same chats.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate, islice
from pathlib import Path

WORDS = 120_000
START = datetime(2019, 1, 2, 8)
DAYS = 6 * 365
_ONSETS = ("b", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "st", "br")
_NUCLEI = ("a", "e", "i", "o", "u", "aa", "ee", "oo", "ie", "ij", "oe", "ui")
_CODAS = ("", "", "", "n", "r", "s", "t", "l", "k", "ng", "cht")
_MANY_AT_ONCE = 4096


@cache
def vocabulary() -> tuple[str, ...]:
    """Give all word forms, the most frequent first."""
    choose = random.Random(11)
    made: dict[str, None] = {}
    while len(made) < WORDS:
        # The shortest words are the most frequent, as in any language.
        syllables = 1 + (len(made) > 600) + (len(made) > 12_000) + (choose.random() < 0.3)
        made["".join(_syllable(choose) for _ in range(syllables))] = None
    return tuple(made)


def write(folder: Path, *, messages: int, conversations: int, seed: int) -> list[Path]:
    """Write so many messages, shared out over so many chat texts; give the files."""
    choose = random.Random(seed)
    shares = _shares(conversations)
    whole = sum(shares)
    folder.mkdir(parents=True, exist_ok=True)
    words = Words(choose)
    files = []
    for number, share in enumerate(shares):
        path = folder / f"WhatsApp-chat met {title(seed, number)}.txt"
        count = max(1, round(messages * share / whole))
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(choose, words, count))
        files.append(path)
    return files


def title(seed: int, number: int) -> str:
    """Give the title of a conversation."""
    return f"Groep {seed:03d}-{number:03d}"


def drawn(choose: random.Random, conversations: int) -> int:
    """Draw one of the conversations; the longer it is, the likelier."""
    return choose.choices(range(conversations), _shares(conversations))[0]


def _shares(conversations: int) -> list[float]:
    return [(rank + 1) ** -0.8 for rank in range(conversations)]


def _syllable(choose: random.Random) -> str:
    return choose.choice(_ONSETS) + choose.choice(_NUCLEI) + choose.choice(_CODAS)


class Words:
    """Draws words, many at once, since drawing one at a time costs ten times as much."""

    def __init__(self, choose: random.Random) -> None:
        self._choose = choose
        self._weights = list(accumulate((rank + 2.7) ** -1.05 for rank in range(1, WORDS + 1)))
        self._stream = self._drawn()

    def take(self, count: int) -> Iterator[str]:
        """Draw so many words."""
        return islice(self._stream, count)

    def _drawn(self) -> Iterator[str]:
        while True:
            yield from self._choose.choices(
                vocabulary(), cum_weights=self._weights, k=_MANY_AT_ONCE
            )


def _lines(choose: random.Random, words: Words, count: int) -> Iterator[str]:
    gap = DAYS * 86_400 / count
    names = [f"Collega {choose.randint(1, 800)}" for _ in range(choose.randint(2, 12))]
    moment = START
    for _ in range(count):
        moment += timedelta(seconds=choose.expovariate(1 / gap))
        said = " ".join(words.take(choose.randint(5, 15)))
        yield f"{moment:%d-%m-%Y %H:%M} - {choose.choice(names)}: {said}\n"
