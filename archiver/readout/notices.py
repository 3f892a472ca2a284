"""What a read-out session shows that must be known: computed from its facts, never stored."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding
from archiver.readout.facts import Choice, Deletion, Readout, ViewOnce


def findings(one: Readout) -> list[Finding]:
    """Give the findings of a session as it is now."""
    return [*_settings(one), *_contacts(one), *_conversations(one), *_handed_in(one), *_counts(one)]


def _settings(one: Readout) -> Iterator[Finding]:
    if not one.settings:
        yield Finding("W-R101")
    for each in one.settings:
        if each.deletion is Deletion.ON:
            yield Finding("W-R102", {"app": each.app, "term": each.term})
        if each.view_once is ViewOnce.USED:
            yield Finding("W-R103", {"app": each.app})
        if each.linked:
            yield Finding("W-R104", {"app": each.app, "count": each.linked})


def _contacts(one: Readout) -> Iterator[Finding]:
    if one.contacts is None:
        yield Finding("W-R105")


def _conversations(one: Readout) -> Iterator[Finding]:
    if not one.exports:
        yield Finding("W-R106")
    left = [each.choice for export in one.exports for each in export.left]
    if left:
        private, refused = (left.count(kind) for kind in (Choice.PRIVATE, Choice.REFUSED))
        yield Finding("W-R107", {"private": private, "refused": refused})


def _handed_in(one: Readout) -> Iterator[Finding]:
    for export in one.exports:
        if not export.chosen:
            continue
        found = one.delivery(export.sha256)
        if found is None:
            yield Finding("E-R101", {"sha256": export.sha256, "count": len(export.chosen)})
        elif export.left:
            yield Finding("W-R108", {"delivery": found.delivery, "count": len(export.left)})


def _counts(one: Readout) -> Iterator[Finding]:
    known = {each.number: each for each in one.counted}
    chosen = [each.number for export in one.exports for each in export.chosen]
    missing = sum(number not in known for number in chosen)
    if missing:
        yield Finding("W-R109", {"count": missing})
    for each in known.values():
        if each.shown is not None and each.shown != each.read:
            yield Finding("W-R110", {"number": each.number, "shown": each.shown, "read": each.read})
