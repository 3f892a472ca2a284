"""Names of people that are not known beforehand, by how they are written and what stands before.

A name is a row of words: initials, first names and a surname with capitals, small words such as
``van der`` between. What stands before it says how sure that is: a title of address, a greeting, a
signature, a first name, initials, or only capitals in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from archiver.classify.personal.span import Confidence, Kind, Span
from archiver.classify.personal.words import grammar, words
from archiver.classify.terms import fold

_TOKEN: Final = re.compile(
    r"(?:[^\W\d_]\.){1,5}(?:-[^\W\d_]\.)?|['’]?[^\W\d_]+(?:['’\-][^\W\d_]+)*(?!\w)"
)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)+(?:-[^\W\d_]\.)?")
_CUE_GAP: Final = re.compile(r"[ ,:!\n\r\t.>*_]{1,8}")
_LONGEST: Final = 7
"""Words in a name at most."""

_SHOUTED: Final = 6
"""Letters from which a word in capitals may be a name that is shouted, and no abbreviation."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text; `gap` is what stands between the word before it and this one."""

    start: int
    end: int
    written: str
    folded: str
    gap: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital, behind an apostrophe too."""
        return self.written.lstrip("'’")[:1].isupper()

    @property
    def is_initials(self) -> bool:
        """Whether it is initials, such as ``J.M.``."""
        return self.is_capital and _INITIALS.fullmatch(self.written) is not None

    @property
    def is_between(self) -> bool:
        """Whether it is a small word of a surname (tussenvoegsel)."""
        return self.folded.strip("'’") in words("tussenvoegsels")

    @property
    def begins(self) -> bool:
        """Whether a sentence or a line begins with it."""
        return self.gap.strip(" ,-'’&/") != ""


def names(text: str) -> Iterator[Span]:
    """Find names of people; the surest reason for each."""
    tokens = tokenised(text)
    at = 0
    while at < len(tokens):
        found = _name_at(tokens, at)
        if found is None:
            at += 1
            continue
        end, confidence, reason = found
        yield Span(tokens[at].start, tokens[end - 1].end, Kind.NAME, confidence, reason)
        at = end


def tokenised(text: str) -> Sequence[Token]:
    """Give the words of a text."""
    found: list[Token] = []
    behind = 0
    for match in _TOKEN.finditer(text):
        gap = text[behind : match.start()] if found else "\n" + text[: match.start()]
        found.append(Token(*match.span(), match[0], _folded(match[0]), gap))
        behind = match.end()
    return found


@lru_cache(20_000)
def _folded(written: str) -> str:
    return fold(written)


def _name_at(tokens: Sequence[Token], at: int) -> tuple[int, Confidence, str] | None:
    """Give the end of the name that begins with a word, how sure that is, and why."""
    first = tokens[at]
    if first.folded in words("given") - words("ambiguous") - grammar() and not first.is_capital:
        return at + 1, Confidence.POSSIBLE, "first-name-in-small-letters"
    titled = _is_titled(tokens, at)
    end = _run(tokens, at, free=titled)
    if end == at or (_is_title(first) and not titled):
        return None
    length = end - at
    if titled:
        return end, Confidence.SURE, "behind-title"
    if first.is_initials:
        return (end, Confidence.SURE, "initials") if length > 1 else None
    smalls = any(one.is_between for one in tokens[at + 1 : end])
    if any(_is_other(one) for one in ((first, tokens[end - 1]) if smalls else tokens[at:end])):
        return _cut(tokens, at, end)
    if _is_cued(tokens, at):
        return end, Confidence.LIKELY, "behind-greeting-or-label"
    if _is_given(first):
        return end, Confidence.LIKELY, "first-name"
    if length == 1 or (first.is_between and first.begins and length < 3):
        return _alone(tokens, at)
    if smalls:
        return end, Confidence.LIKELY, "small-word-in-surname"
    return end, Confidence.POSSIBLE, "row-of-capitals"


def _run(tokens: Sequence[Token], at: int, *, free: bool) -> int:
    """Give the end of the row of words that may be one name; `at` itself where none begins.

    `free` says that a surname may begin with any small word, as it does behind a title.
    """
    first = tokens[at]
    small = first.is_between and not (first.is_capital and _is_given(first))
    leads = free or (first.is_capital and first.folded in words("leading"))
    if not (first.is_capital or (small and free)) or (small and not leads):
        return at
    end = at if small else at + 1
    place = at + 1
    while place < min(len(tokens), at + _LONGEST) and _goes_on(tokens, place):
        one = tokens[place]
        place += 1
        if not one.is_between or (one.is_capital and place == len(tokens)):
            end = place
    return end


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    one, before = tokens[place], tokens[place - 1]
    if one.gap.replace("\u00a0", " ") not in ((" ", "") if before.is_initials else (" ",)):
        return False
    if one.is_between:
        return True
    if one.written.isupper() and len(one.written) < _SHOUTED and not before.written.isupper():
        return False
    return one.is_capital and one.folded not in grammar() and len(one.written) > 1


def _cut(tokens: Sequence[Token], at: int, end: int) -> tuple[int, Confidence, str] | None:
    """Give a name up to the first word that is none, where a first name begins it."""
    if not _is_given(tokens[at]) or _is_other(tokens[at]):
        return None
    place = next(place for place in range(at, end) if _is_other(tokens[place]))
    while tokens[place - 1].is_between:
        place -= 1
    return place, Confidence.LIKELY, "first-name"


def _alone(tokens: Sequence[Token], at: int) -> tuple[int, Confidence, str] | None:
    """Judge one word with a capital: in a sentence, or before what only people do."""
    one = tokens[at]
    if one.is_between or (one.written.isupper() and len(one.written) < _SHOUTED):
        return None
    if _is_part_of_other(tokens, at):
        return None
    if not one.begins:
        return at + 1, Confidence.POSSIBLE, "capital-in-sentence"
    behind = tokens[at + 1 : at + 2]
    if behind and behind[0].gap == " " and behind[0].folded in words("doing"):
        return at + 1, Confidence.POSSIBLE, "before-what-people-do"
    return None


def _is_part_of_other(tokens: Sequence[Token], at: int) -> bool:
    """Whether it ends a name of something else, such as ``Raad van State`` or ``Den Haag``."""
    before = at - 1
    while before >= 0 and tokens[before + 1].gap == " " and tokens[before].is_between:
        if tokens[before].is_capital:
            return True
        before -= 1
    return before >= 0 and tokens[before + 1].gap == " " and tokens[before].is_capital


def _is_titled(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and _is_title(tokens[at - 1]) and tokens[at].gap in (" ", ". ", ".")


def _is_title(token: Token) -> bool:
    return token.folded.rstrip(".") in words("titles")


def _is_given(token: Token) -> bool:
    """Whether it is a first name, and no word that may begin a sentence as well."""
    if not token.is_capital:
        return False
    first = token.folded.partition("-")[0]
    return first in words("given") and not (token.begins and first in words("ambiguous"))


def _is_other(token: Token) -> bool:
    return token.folded in words("other") | words("organisations") | grammar()


def _is_cued(tokens: Sequence[Token], at: int) -> bool:
    """Whether a greeting, a signature or a label such as ``Aan:`` stands before a word."""
    if at == 0 or not _CUE_GAP.fullmatch(tokens[at].gap):
        return False
    before = tokens[at - 1]
    if before.folded.rstrip(".") in words("cues") or before.folded == "t.a.v.":
        return "." not in tokens[at].gap.replace(". ", "") or before.folded in ("gr.", "t.a.v.")
    return _is_phrase(tokens, at)


def _is_phrase(tokens: Sequence[Token], at: int) -> bool:
    """Whether several words, or one with a colon, stand before a word and introduce a name."""
    gap = tokens[at].gap
    if tokens[at - 1].folded in words("phrases") and ":" in gap:
        return True
    for count in (2, 3, 4):
        said = " ".join(one.folded for one in tokens[max(0, at - count) : at])
        if " " in said and said in words("phrases") and gap.strip(" :\n") == "":
            return True
    return False
