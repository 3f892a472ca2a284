"""The words of a text as SQLite's FTS5 tokenizer ``unicode61 remove_diacritics 2`` finds them.

That tokenizer knows Unicode 6.1 (2012) and takes every later character for a letter: to it
``akkoord🤝`` is one word, and so is a name between the isolates (U+2068, U+2069) that WhatsApp
puts round a mention. So a text is indexed in a form of its own, `indexed`, from which `words` makes
exactly the tokens that FTS5 makes. Checked against FTS5 of SQLite 3.53, character by character.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_INVISIBLE = "\u00ad\u061c\u2060-\u2069\ufeff"
"""What may stand inside a word and is no part of it: soft hyphen, joiners, isolates."""

_SYMBOLS = (
    "\u20ba-\u20cf\u20f1-\u20ff\u218a-\u218f\u23f4-\u23ff\u2427-\u243f\u244b-\u245f\u2700"
    "\u2b4d-\u2b4f\u2b5a-\u2bff\ud800-\udfff\ufffe\uffff\U0001f000-\U0001f1e5"
    "\U0001f200-\U0001f2ff\U0001f321-\U0001f32f\U0001f336\U0001f37d-\U0001f37f"
    "\U0001f394-\U0001f39f\U0001f3c5\U0001f3cb-\U0001f3df\U0001f3f1-\U0001f3ff\U0001f43f"
    "\U0001f441\U0001f4f8\U0001f4fd-\U0001f4ff\U0001f53e-\U0001f54f\U0001f568-\U0001f5fa"
    "\U0001f641-\U0001f644\U0001f650-\U0001f67f\U0001f6c6-\U0001f6ff\U0001f774-\U0001fbff"
)
"""Places of symbols and emoji that came after Unicode 6.1, and of what is no character at all."""

_SCRIPTS = "\u0530-\u1dff\u2c00-\u2fff\ua000-\uabff\ufb00-\ufdff\ufe20-\ufe6f\U00010000-\U0001efff"
"""Scripts to which marks and punctuation were added after Unicode 6.1."""

_ODD = _INVISIBLE + _SYMBOLS + _SCRIPTS

_UNUSUAL = re.compile(
    "[^\x00-\x7f\u00c0-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u2013\u2018-\u201e\u20ac]"
)
"""All but what European texts are made of, which every form and every tokenizer leaves alone."""

_ASCII, _LONG = bytes(range(128)), 200
"""What is left out to look at the rest, in texts of so many characters."""

_NO_LETTERS = frozenset(map(chr, (*range(0x19B0, 0x19C1), 0x19C8, 0x19C9, 0x1CF2, 0x1CF3)))
"""Letters of today that were marks in Unicode 6.1."""

_DIACRITICS = frozenset(
    "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u030f"
    "\u0311\u031b\u0323\u0324\u0325\u0326\u0327\u0328\u032d\u032e\u0330\u0331"
)
"""The combining marks that unicode61 drops from inside a word; every other mark ends the word."""

_CAPITALS_KEPT = (
    "\u037f\u0528-\u052e\u13a0-\u1cbf\u2c2f\ua698-\ua69a\ua796-\ua79e\ua7ab-\ua7f5"
    "\U000104b0-\U0001e921"
)
"""Capitals that got their small letter after Unicode 6.1."""

_FOLDED_OTHERWISE = {"ς": "σ", "Ǡ": "ǡ", "ǡ": "ǡ"}

_ASCII_FOLDS = "".join(
    character.lower() if character.isalnum() else " " for character in map(chr, range(128))
).encode("ascii") + bytes(128)


def words(text: str) -> list[str]:
    """Give the folded words of a text in order, as FTS5 finds them in ``indexed(text)``."""
    if text.isascii():
        return text.encode("ascii").translate(_ASCII_FOLDS).decode("ascii").split()
    return indexed(text).translate(_FOLDS).split()


def indexed(text: str) -> str:
    """Give the form in which a text enters the index: NFKC, and nothing that FTS5 misjudges.

    The same object when nothing changes; what is indexed already stays as it is.
    """
    if text.isascii():
        return text
    if "\u00a0" in text:  # often all that is unusual in a mail; NFKC makes it a space
        text = text.replace("\u00a0", " ")
    if not _UNUSUAL.search(_beyond_ascii(text)):
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if not _in(_ODD).search(_beyond_ascii(text)):
        return text
    # Without what is invisible a letter and its accent may stand together again.
    return unicodedata.normalize("NFKC", _in(_ODD).sub(_put_right, text))


@cache
def _in(characters: str) -> re.Pattern[str]:
    """Compile a class of characters: it takes long, and most texts need no class but `_UNUSUAL`."""
    return re.compile(f"[{characters}]")


def _beyond_ascii(text: str) -> str:
    """Give what of a text is not ASCII: little of a mail, and soon looked through."""
    if len(text) < _LONG:
        return text
    return (
        text.encode("utf-8", "surrogatepass")
        .translate(None, _ASCII)
        .decode("utf-8", "surrogatepass")
    )


def _put_right(odd: re.Match[str]) -> str:
    """Drop what is invisible, keep a letter, and put a space for what only FTS5 calls a letter."""
    character = odd[0]
    if _in(_INVISIBLE).match(character):
        return ""
    return " " if _in(_SYMBOLS).match(character) or not _is_letter(character) else character


def _is_letter(character: str) -> bool:
    """Whether a character is part of a word; unassigned and private ones are, as in FTS5."""
    category = unicodedata.category(character)
    return (category[0] in "LN" or category in ("Co", "Cn")) and character not in _NO_LETTERS


class _Folds(dict[int, str]):
    """What each character of an indexed text becomes; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    """Fold one character: its small letter without diacritic, nothing, or a space."""
    if character in _DIACRITICS:
        return ""
    if not _is_letter(character):
        return " "
    base = unicodedata.normalize("NFD", character)[0]
    if base.isascii() and character not in _FOLDED_OTHERWISE:
        return base.lower()
    if _in(_CAPITALS_KEPT).match(character):
        return character
    return _FOLDED_OTHERWISE.get(character, character.lower())


_FOLDS = _Folds()
