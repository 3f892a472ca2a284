"""Whether anything that was judged away is still somewhere in a folder that is to be handed out.

Every file is read in every way that a reader could (`archiver.cases.leak_read`), its name too.
Each removed string is sought in the forms in which it may hide: other case, no accents, other
blanks and hyphens, digits only, a telephone number without its country, the part of a mail
address before the @. What cannot be read is no proof, and is told. The string itself is never said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from archiver.cases.leak_read import Part, parts
from archiver.cases.tight import core, spaced, tight

_SHORTEST: Final = 3
"""Letters and digits below which a string is in every text, so that seeking it says nothing."""

_JOINED: Final = 8
"""Those from which it is sought inside other letters too, and not only as words."""

_LOCAL: Final = 5
"""Those that the part of a mail address before the @ must have to be sought by itself."""


class Leak(Struct, frozen=True):
    """A removed string, by its number in what was given, that a file still has.

    `file` is below the folder, with ``/``; `where` says in which part of it: a member, its name.
    """

    string: int
    file: str
    where: str


class Unread(Struct, frozen=True):
    """A file, or a part of one, in which nothing could be sought."""

    file: str
    where: str
    reason: str


class Checked(Struct, frozen=True):
    """What was found; `unsought` are the numbers of strings too short to be sought."""

    leaks: tuple[Leak, ...]
    unread: tuple[Unread, ...]
    unsought: tuple[int, ...]
    files: int

    @property
    def is_clean(self) -> bool:
        """Whether all files were read and none has anything that was removed."""
        return not self.leaks and not self.unread


def check(removed: Iterable[str], folder: Path, accepted: Collection[str] = ()) -> Checked:
    """Seek removed strings in every file below a folder.

    `accepted` are strings that an officer judged public somewhere else, and so may be there.

    Raises:
        OSError: A file cannot be opened.
    """
    needles = Needles(removed, accepted)
    leaks: dict[Leak, None] = {}
    unread: list[Unread] = []
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        name = path.relative_to(folder).as_posix()
        for part in (Part("name", name), *parts(path)):
            if part.problem:
                unread.append(Unread(name, part.where, part.problem))
            found = needles.found(part.text, words=part.is_written)
            leaks.update(dict.fromkeys(Leak(one, name, part.where) for one in found))
    return Checked(tuple(leaks), tuple(unread), needles.unsought, len(paths))


class Needles:
    """The forms in which removed strings are sought, by how each form begins.

    `unsought` are the numbers of strings too short to be sought.
    """

    def __init__(self, removed: Iterable[str], accepted: Collection[str] = ()) -> None:
        """Learn what is sought; what is `accepted` is not, but has its number."""
        known = {core(one) for one in accepted}
        self._joined: Mapping[str, list[tuple[str, int]]] = defaultdict(list)
        self._words: Mapping[str, list[tuple[str, int]]] = defaultdict(list)
        unsought: list[int] = []
        for number, string in enumerate(removed):
            if core(string) in known:
                continue
            if len(tight(string)) < _SHORTEST:
                unsought.append(number)
            for form in _forms(string):
                self._add(form, number)
        self.unsought = tuple(unsought)

    def found(self, text: str, *, words: bool = True) -> set[int]:
        """Give the numbers of the strings that a text has.

        Without `words` only those that are long enough to be no chance.
        """
        joined = tight(text)
        begins = {joined[at : at + _JOINED] for at in range(len(joined) - _JOINED + 1)}
        found = {
            number
            for begin in begins & self._joined.keys()
            for needle, number in self._joined[begin]
            if needle in joined
        }
        if words:
            apart = spaced(text)
            for first in set(apart.split()) & self._words.keys():
                found |= {number for needle, number in self._words[first] if needle in apart}
        return found

    def _add(self, form: str, number: int) -> None:
        letters = core(form)
        if len(letters) >= _JOINED:
            self._joined[letters[:_JOINED]].append((letters, number))
        elif len(letters) >= _SHORTEST:
            for words in {spaced(form), f" {letters} "}:
                self._words[words.split()[0]].append((words, number))


def _forms(string: str) -> Iterator[str]:
    yield string
    local, at, _ = string.strip().rpartition("@")
    if at and len(tight(local)) >= _LOCAL:
        yield local
