"""Names that are known: participants and contacts of the register, and officials who stay named.

Known people are found in any case, without their accents, by the whole name, by the surname and by
the first name. Ministers, secretaries-general, directors-general and spokespersons act in public:
their full name and surname are no personal data to take away (Woo article 5.1, second paragraph
under e, as it is applied to those who represent the ministry).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from archiver.classify.personal.names import Token, tokenised
from archiver.classify.personal.span import Confidence, Kind, People, Span
from archiver.classify.personal.words import grammar, words

_Form = tuple[tuple[str, ...], Confidence, str]


def known(text: str, people: People) -> Iterator[Span]:
    """Find known people's names."""
    forms = _starting(people.known)
    tokens = tokenised(text) if forms else ()
    for at, token in enumerate(tokens):
        for parts, confidence, reason in forms.get(token.folded, ()):
            if _follows(tokens, at, parts) and not _is_word(tokens, at, parts):
                end = tokens[at + len(parts) - 1].end
                yield Span(token.start, end, Kind.NAME, confidence, reason)
                break


def stays(written: str, people: People) -> bool:
    """Whether a name that was found is that of an official who stays named, and nothing more."""
    if any(one.isdigit() or one == "@" for one in written):
        return False
    parts = _parts(written)
    while parts and parts[0].rstrip(".") in words("titles"):
        parts = parts[1:]
    if parts in _public(people.public):
        return True
    return len(parts) == 1 and parts[0] in _first_names(people.public) - _first_names(people.known)


@lru_cache(8)
def _starting(names: Sequence[str]) -> Mapping[str, Sequence[_Form]]:
    """Give by their first word all ways to write these names, the longest first."""
    found: dict[str, dict[tuple[str, ...], _Form]] = {}
    for form in (form for name in names for form in _forms(name)):
        found.setdefault(form[0][0], {}).setdefault(form[0], form)
    return {
        first: sorted(of_one.values(), key=lambda form: -len(form[0]))
        for first, of_one in found.items()
    }


def _forms(name: str) -> Iterator[_Form]:
    parts = _parts(name)
    if len(parts) < 2 or parts[0] in words("tussenvoegsels"):
        if len(parts) > 1:
            yield parts, Confidence.SURE, "known-surname"
        elif parts and len(parts[0]) > 2:
            yield parts, Confidence.LIKELY, "known-label"
        return
    yield parts, Confidence.SURE, "known-person"
    surname = parts[1:]
    if len(surname[-1]) > 2 and not _is_small(surname):
        yield surname, Confidence.SURE if len(surname) > 1 else Confidence.LIKELY, "known-surname"
    if len(parts[0].strip(".")) > 2 and "." not in parts[0]:
        yield parts[:1], Confidence.LIKELY, "known-first-name"


def _parts(name: str) -> tuple[str, ...]:
    return tuple(token.folded for token in tokenised(name))


def _is_small(surname: Iterable[str]) -> bool:
    return all(one in words("tussenvoegsels") for one in surname)


def _follows(tokens: Sequence[Token], at: int, parts: tuple[str, ...]) -> bool:
    """Whether a name stands at a place, its words beside each other."""
    if at + len(parts) > len(tokens):
        return False
    beside = tokens[at : at + len(parts)]
    return all(one.folded == part for one, part in zip(beside, parts, strict=True)) and all(
        one.gap.strip(" .\n>") == "" for one in beside[1:]
    )


def _is_word(tokens: Sequence[Token], at: int, parts: tuple[str, ...]) -> bool:
    """Whether it is rather an ordinary word: one that is a name as well, without its capital."""
    token = tokens[at]
    if len(parts) > 1:
        return False
    return token.folded in grammar() | words("ambiguous") and (
        not token.is_capital or (token.begins and token.folded in grammar())
    )


@lru_cache(8)
def _public(names: Sequence[str]) -> frozenset[tuple[str, ...]]:
    parted = [_parts(name) for name in names]
    return frozenset(parted) | {parts[1:] for parts in parted if len(parts) > 1}


@lru_cache(8)
def _first_names(names: Sequence[str]) -> frozenset[str]:
    return frozenset(parts[0] for parts in map(_parts, names) if parts)
