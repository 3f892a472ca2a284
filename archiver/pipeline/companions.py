"""Which members beside a main one its parser wants to see, without asking about every pair.

A workspace of Slack has a file for each day of each conversation: tens of thousands of main
members. A format with so many says by which ends of names alone it can want a member.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import islice

from archiver.format import MOST_BESIDE, Format
from archiver.model import Member
from archiver.pipeline.late import LateWish

_Named = tuple[int, str]


class Companions:
    """The members that a format may want, sorted once for all main members of a delivery."""

    def __init__(self, form: Format, members: Sequence[Member]) -> None:
        """Look at every name once."""
        self._wants = form.wants
        self._members = members
        self._anywhere: list[_Named] = []
        self._here: dict[str, list[_Named]] = {}
        if self._wants is None:
            return
        for index, member in enumerate(members):
            self._add(index, member.name)

    def of(self, main: int) -> tuple[int, ...]:
        """Give the members beside a main one that are wanted, at most `MOST_BESIDE`."""
        if self._wants is None:
            return ()
        wants, name = self._wants, self._members[main].name
        near: Iterable[_Named] = self._here.get(_folder(name), ())
        asked = merge(self._anywhere, near)
        found = (index for index, other in asked if index != main and wants(name, other))
        return tuple(islice(found, MOST_BESIDE))

    def _add(self, index: int, name: str) -> None:
        wish = self._wants
        if not isinstance(wish, LateWish) or name.endswith(wish.ends):
            self._anywhere.append((index, name))
        elif name.endswith(wish.here):
            self._here.setdefault(_folder(name), []).append((index, name))


def _folder(name: str) -> str:
    return name.rpartition("/")[0]
