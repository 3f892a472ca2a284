"""Dutch stems, so that ``besluit`` also finds ``besluiten``.

The stemmer is Snowball's ``dutch`` (Kraaij and Pohlmann, since Snowball 3.0) as PyStemmer brings
it, put right by ``config/stemming/nl.toml``. Stems are extra words beside the text and never take
its place: an index holds the text, which finds exact words and phrases, and the stems, which find
the other forms. Its own tokenizer does the folding, so any SQLite can read and check the index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain
from typing import Any, Final

import Stemmer

from archiver.configuration import read
from archiver.search.tokens import words

VERSION: Final = 1
"""Of the rules in this module and in `tokens`; raised when they would give other words."""

_LANGUAGE: Final = "dutch"
_LONGEST: Final = 40
"""Letters of the longest word that is stemmed; what is longer is no word of a language."""

_REMEMBERED: Final = 200_000
"""Words whose stem is kept in memory: about 25 MB when full; then it starts anew."""

_QUOTING: Final = "> "
_LONG: Final = 400
"""Characters from which on a text is looked at line by line: a mail, and hardly ever a chat."""

_LINE: Final = 200
_LINES: Final = 30_000
"""Lines whose stems are kept in memory, and the characters of the longest: about 8 MB when full.

A mail quotes the one it answers and ends as its sender's mails always do: in a month of a mailing
list four lines in five have been there before, when the marks of quoting are left out.
"""


class Analysis:
    """Makes stems, always the same way: `name` says which, and an index remembers it.

    An index made under another `name` must be made again before it is searched by stem.
    """

    def __init__(self, corrections: Mapping[str, Any]) -> None:
        """Take the corrections of the stemmer, in the form of ``config/stemming/nl.toml``."""
        self._stems = _Stems(corrections)
        self._pieces = _Pieces(self._stems).__getitem__
        self._lines = _Lines(self._pieces).__getitem__
        digest = sha256(repr(sorted(corrections.items())).encode()).hexdigest()[:8]
        self.name = f"{VERSION} {_LANGUAGE} {Stemmer.version()} {digest}"

    @classmethod
    @cache
    def dutch(cls) -> Analysis:
        """Give the analysis for Dutch as it ships, made once a process."""
        return cls(read("stemming/nl.toml"))

    def extra(self, text: str) -> str:
        """Give the stems that the words of a text do not show, each once, in order.

        A word that is its own stem adds nothing: `archiver.search.query.match` looks for a stem
        among the words of the text too.
        """
        if len(text) < _LONG or "\n" not in text:
            # What stands between two blanks recurs with its capitals and commas: split it once.
            return " ".join(dict.fromkeys(chain.from_iterable(map(self._pieces, text.split()))))
        stems = chain.from_iterable(map(self._lines, text.split("\n")))
        return " ".join(dict.fromkeys(stems))

    def stem(self, word: str) -> str:
        """Give the stem of one word, folded; the folded word itself when it has no other."""
        return self.root(" ".join(words(word)))

    def root(self, folded: str) -> str:
        """Give the stem of one word that is folded already."""
        return self._stems[folded] or folded


class _Stems(dict[str, str]):
    """The stem of each folded word met so far; empty when the word is its own stem."""

    def __init__(self, corrections: Mapping[str, Any]) -> None:
        super().__init__()
        self._stem_word = Stemmer.Stemmer(_LANGUAGE, 0).stemWord
        self._function = frozenset(corrections["function"])
        self._words = _by_form(corrections["words"])
        self._endings = _by_form(corrections["endings"])
        longest_first = sorted(self._endings, key=len, reverse=True)
        self._ending = re.compile(f"(?:{'|'.join(longest_first)})$")

    def __missing__(self, word: str) -> str:
        if len(word) > _LONGEST:
            return ""
        if len(self) >= _REMEMBERED:
            self.clear()
        stem = self._find(word)
        self[word] = stem = "" if stem == word else stem
        return stem

    def _find(self, word: str) -> str:
        """Find the stem of one word: corrections first; only plain letters are stemmed."""
        if not (word.isascii() and word.isalpha()):
            return word
        if word in self._words:
            return self._words[word]
        if ending := self._ending.search(word):
            return word[: ending.start()] + self._endings[ending[0]]
        stem: str = self._stem_word(word)
        return word if stem in self._function else stem


class _Pieces(dict[str, tuple[str, ...]]):
    """The stems to add for each piece of text between blanks met so far."""

    def __init__(self, stems: _Stems) -> None:
        super().__init__()
        self._stems = stems

    def __missing__(self, piece: str) -> tuple[str, ...]:
        found = tuple(filter(None, map(self._stems.__getitem__, words(piece))))
        if len(piece) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[piece] = found
        return found


class _Lines(dict[str, tuple[str, ...]]):
    """The stems to add for each line of a long text met so far."""

    def __init__(self, pieces: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._pieces = pieces

    def __missing__(self, line: str) -> tuple[str, ...]:
        said = line.lstrip(_QUOTING)
        if len(said) < len(line):
            found = self[said]
        else:
            found = tuple(dict.fromkeys(chain.from_iterable(map(self._pieces, line.split()))))
        if len(line) <= _LINE:
            if len(self) >= _LINES:
                self.clear()
            self[line] = found
        return found


def _by_form(families: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Turn families into a table from each form, the stem among them, to the stem."""
    return {form: stem for stem, forms in families.items() for form in (stem, *forms)}
