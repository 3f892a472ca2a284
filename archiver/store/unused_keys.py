"""Destroy the keys that an interrupted write made for objects that no event will ever name.

The order of a write is objects, keys, event. A process that dies before its event leaves staged
objects and the keys for them. Only such keys are destroyed: a key whose object lies in the staging
folder of a dead process, and which the log does not name. When there are keys that no interrupted
write explains, the log may be an older copy than the keys, and then nothing is destroyed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from archiver.errors import ArchiveError
from archiver.model import Finding
from archiver.store.keys import Keys

Uses = Mapping[str, Collection[str]]
"""The objects that the log names, by delivery."""


def forget_unused(keys: Keys, staged: Collection[str], uses: Uses) -> Iterator[Finding]:
    """Destroy the keys that an interrupted write left; the caller holds the writer's lock.

    Args:
        keys: The key store.
        staged: Names of the objects that dead processes staged.
        uses: What the log names.

    Yields:
        W-V001 for each delivery of which keys were destroyed.
    """
    keys.clear_leftovers()
    unused = dict(unnamed_keys(keys, uses))
    named = {name for names in uses.values() for name in names}
    lost = set(staged) - named
    if not all(_is_explained(names, lost, named) for names in unused.values()):
        return
    for delivery, names in unused.items():
        if delivery in uses:
            keys.drop_uses(delivery, names)
        else:
            keys.drop_delivery(delivery)
        yield Finding("W-V001", {"delivery": delivery, "count": len(names)})


def unnamed_keys(keys: Keys, uses: Uses) -> Iterator[tuple[str, set[str]]]:
    """Yield each delivery that has keys the log does not name for it, and for which objects.

    A delivery that the log does not know at all comes with all its objects. Key files that cannot
    be read are passed over; `Keys.check` names them.
    """
    for delivery in keys.deliveries():
        try:
            held = keys.delivery(delivery)
        except ArchiveError:
            continue
        names = set(held.objects) if held else set()
        unnamed = names - set(uses.get(delivery, ()))
        if unnamed or delivery not in uses:
            yield delivery, unnamed


def _is_explained(names: Collection[str], lost: set[str], named: set[str]) -> bool:
    """Whether an interrupted write left these keys, for its own objects and others' it used."""
    return any(name in lost for name in names) and all(
        name in lost or name in named for name in names
    )
