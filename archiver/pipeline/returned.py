"""Find what was destroyed before and was handed in again: items that no record was made of.

Their verdicts name them (`recognition.left_out`); by its mark each leads to the proposals on which
the same thing was destroyed. Of a delivery only what is still there counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from archiver.model import Row
from archiver.pipeline import marks
from archiver.pipeline.kept import rows_of, verdicts_of
from archiver.pipeline.recognition import AGAIN, left_out
from archiver.store.archive import Archive
from archiver.store.catalogue import records
from archiver.store.items import latest_event, manifest_of
from archiver.store.manifest import Manifest
from archiver.store.succession import REPLACED
from retention.returned import Item, Returned


def returned(archive: Archive, deliveries: Collection[str] = ()) -> list[Returned]:
    """Give what returned in these deliveries, in any when none is named."""
    found = records.findings(archive.catalogue.connection, "f.code = ?", (AGAIN,))
    named = {str(row["delivery"]) for row in found}
    asked = sorted(named & set(deliveries) if deliveries else named)
    kept = {delivery: _Kept(archive, delivery) for delivery in asked}
    proposals = _proposals(archive, {mark for one in kept.values() for mark in one.rows})
    return [one.told(proposals) for one in kept.values() if one.rows]


class _Kept:
    """One delivery: the rows that returned, by the mark that tells them."""

    def __init__(self, archive: Archive, delivery: str) -> None:
        event = latest_event(archive, delivery)
        self._manifest = manifest_of(archive, event)
        out = left_out(verdicts_of(archive, event))
        self.rows: dict[bytes, list[Row]] = defaultdict(list)
        self._others = 0
        make, account = marks.Marks(archive), self._manifest.account
        for rows in rows_of(archive, event, self._manifest):
            for row in rows:
                if row.number in out:
                    mark = make.own(account, row.kind, row.author, row.sent_at, row.text)
                    self.rows[mark].append(row)
                else:
                    self._others += 1

    def told(self, proposals: Mapping[bytes, list[str]]) -> Returned:
        items = [
            Item(row.number, row.sent_at, row.text, tuple(proposals.get(mark, ())))
            for mark, rows in self.rows.items()
            for row in rows
        ]
        items.sort(key=lambda one: one.number)
        is_all = not self._others and _is_read(self._manifest)
        return Returned(self._manifest.delivery, tuple(items), is_all)


def _is_read(manifest: Manifest) -> bool:
    """Whether the items are all that a delivery has: nothing unread, no file beside them."""
    return not manifest.counts.rejected and len(manifest.members) == len(manifest.mains)


def _proposals(archive: Archive, wanted: Collection[bytes]) -> dict[bytes, list[str]]:
    """Give by mark the proposals on which what left it was destroyed."""
    found: dict[bytes, list[str]] = defaultdict(list)
    for proposal, mark in _left(archive) if wanted else ():
        if mark in wanted and proposal not in found[mark]:
            found[mark].append(proposal)
    return found


def _left(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Yield (proposal, mark) of all destructions; each adds a marks object to those before."""
    seen: dict[str, set[str]] = defaultdict(set)
    for event in archive.log.events(0):
        if event.type == REPLACED:
            names = set(event.objects.get("marks", ()))
            for name in sorted(names - seen[event.delivery]):
                for mark in marks.read(archive, event.delivery, name):
                    yield event.codes[0], mark
            seen[event.delivery] |= names
