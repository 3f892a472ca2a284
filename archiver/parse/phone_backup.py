"""Find a file in an unencrypted backup of an iPhone, where every file lies under a digest.

Apple stores each file as ``ab/abcd…``: the SHA-1 of its domain, a hyphen and its path. So the name
of a file follows from where it lay on the phone, and the backup's own list need not be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha1

from archiver.model import Member

_HASHED = re.compile(r"(?:^|/)([0-9a-f]{40})$")


def stored_as(domain: str, path: str) -> str:
    """Give the name under which a backup stores a file."""
    return sha1(f"{domain}-{path}".encode(), usedforsecurity=False).hexdigest()


def is_stored_as(name: str, known: Sequence[str]) -> bool:
    """Whether a member is one of these files of a backup."""
    match = _HASHED.search(name)
    return match is not None and match[1] in known


class Backup:
    """The files of a backup, by the names that it gives them."""

    def __init__(self, members: Sequence[Member], main: int) -> None:
        """Look which members have such a name."""
        self._index = {
            match[1]: index
            for index, member in enumerate(members)
            if index != main and (match := _HASHED.search(member.name))
        }

    def find(self, domain: str, path: str) -> int | None:
        """Give the member that lay there on the phone; None when it was not handed in."""
        return self._index.get(stored_as(domain, path)) if self._index else None
