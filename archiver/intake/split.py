"""Which paths below a folder are one delivery each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from archiver.intake.folder import OverLimit, list_folder, member_of
from archiver.intake.limits import Limits
from archiver.intake.name import is_noise
from archiver.intake.opening import OnDisk
from archiver.intake.regular import reading
from archiver.model import Delivery, Layout

_DEFAULT = Limits()


def split_folder(
    path: Path, claimed: Callable[[Delivery], bool], limits: Limits = _DEFAULT
) -> Iterator[Path]:
    """Yield the folder itself when `claimed` takes it as one delivery, else judge its entries.

    The delivery shown to `claimed` is listed but not hashed: its digests are empty. Entries come
    in the order of their names. What an operating system puts there for itself is passed over
    and stays where it is; links and devices are yielded, for intake to refuse with the reason.

    Raises:
        UnreadableSource: The system refuses.
    """
    if _is_one(path, claimed, limits):
        yield path
        return
    with reading(path), os.scandir(path) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        below = path / entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from split_folder(below, claimed, limits)
        elif not is_noise(entry.name):
            yield below


def _is_one(path: Path, claimed: Callable[[Delivery], bool], limits: Limits) -> bool:
    try:
        listing = list_folder(path, limits)
    except OverLimit:
        return False
    members = tuple(member_of(found, "") for found in listing.files)
    places = dict(zip(members, listing.files, strict=True))
    size = sum(member.size for member in members)
    opening = OnDisk(path, places)
    return bool(members) and claimed(Delivery(path, Layout.FOLDER, members, "", size, opening))
