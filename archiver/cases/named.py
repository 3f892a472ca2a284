"""What names people beside the text: senders, recipients, file names, titles; redacted likewise.

Nobody judges these one by one. In a production for the public a name is away unless it is that of
an official who stays named; a file name is away as soon as it has anything of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import getaddresses
from pathlib import PurePosixPath
from typing import Final

from archiver.cases.redaction import Bar, Cover, Covering, Segment, Text, bar, redacted
from archiver.classify.personal import People, personal, stays
from archiver.classify.terms import fold

PRIVATE_LIFE: Final = ("5.1.2e",)
"""The ground on which names are not published: respect for private life."""

_Elsewhere = Callable[[str], Iterable[Covering]]
_NOWHERE: Final = dict[str, str]()


def sender(
    label: str,
    people: People,
    labels: Mapping[str, str] = _NOWHERE,
    grounds: Sequence[str] = PRIVATE_LIFE,
) -> tuple[Segment, ...]:
    """Give who sent or took part: an official who stays named, else a bar or the pseudonym."""
    if not label.strip():
        return ()
    if stays(label, people):
        return (Text(label),)
    return (bar(grounds, labels.get(fold(label), "")),)


def addressed(
    header: str,
    people: People,
    labels: Mapping[str, str] = _NOWHERE,
    grounds: Sequence[str] = PRIVATE_LIFE,
) -> tuple[Segment, ...]:
    """Give a mail header of addresses (RFC 5322, 3.6.3): one for each, no address itself."""
    found: list[Segment] = []
    for name, address in getaddresses([header]):
        if name or address:
            found += [Text(", ")] if found else []
            found += sender(name or address, people, labels, grounds)
    return tuple(found) or ((bar(grounds),) if header.strip() else ())


def title(
    text: str,
    people: People,
    elsewhere: _Elsewhere,
    labels: Mapping[str, str] = _NOWHERE,
    grounds: Sequence[str] = PRIVATE_LIFE,
) -> tuple[Segment, ...]:
    """Give a subject or a title without personal data and without what is away elsewhere."""
    return redacted(text, (*covers(text, people, grounds), *elsewhere(text)), labels)


def covers(text: str, people: People, grounds: Sequence[str] = PRIVATE_LIFE) -> list[Cover]:
    """Give the places of personal data in a sentence that nobody judged one by one."""
    return [Cover(one.start, one.end, tuple(grounds)) for one in personal(text, people)]


def places(
    text: str, names: Iterable[str], people: People, grounds: Sequence[str] = PRIVATE_LIFE
) -> list[Cover]:
    """Give the places of names that a sentence is known to have, of whoever does not stay named."""
    return [
        Cover(match.start(), match.end(), tuple(grounds))
        for name in names
        if name.strip() and not stays(name, people)
        for match in re.finditer(re.escape(name), text)
    ]


def file_name(
    name: str, people: People, elsewhere: _Elsewhere, grounds: Sequence[str] = PRIVATE_LIFE
) -> tuple[Segment, ...]:
    """Give a file's name: as it is, or a bar with only the suffix that says its type."""
    path = PurePosixPath(name)
    words = "".join(one if one.isalnum() or one in "@.+" else " " for one in path.stem)
    given = title(words, people, elsewhere, grounds=grounds)
    if not any(isinstance(one, Bar) for one in given) and not any(elsewhere(name)):
        return (Text(name),) if name else ()
    suffix = path.suffix if path.suffix[1:].isalnum() and len(path.suffix) <= 6 else ""
    return (bar(grounds), *((Text(suffix),) if suffix else ()))
