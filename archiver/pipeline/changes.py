"""What a solution of chats or of mail changes, sorted by the delivery that it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from archiver.model import Finding
from archiver.pipeline.linking import Change, Learned, Linked
from archiver.store.catalogue.doubts import Doubt
from archiver.store.catalogue.regroup import Name


def by_delivery(
    names: Mapping[int, str],
    links: Iterable[tuple[int, Linked]],
    doubts: Iterable[Doubt],
    settled: Iterable[Doubt],
) -> dict[int, Change]:
    """Give what changes in each delivery, by its key.

    `links` come with the key of the delivery whose item they move; `names` are the public ids of
    all deliveries that are named.
    """
    moved: dict[int, list[Linked]] = defaultdict(list)
    for delivery, link in links:
        moved[delivery].append(link)
    findings: dict[int, list[Finding]] = defaultdict(list)
    for code, own, record in doubts:
        values: dict[str, str | int] = {"record": named(record, names)}
        findings[own[0]].append(Finding(code, values, item=own[1]))
    over: dict[int, list[tuple[str, int, str]]] = defaultdict(list)
    for code, own, record in settled:
        over[own[0]].append((code, own[1], named(record, names)))
    return {
        delivery: Change(
            Learned(findings=tuple(findings[delivery]), settled=tuple(over[delivery])),
            tuple(sorted(moved[delivery], key=lambda link: link.item)),
        )
        for delivery in {*moved, *findings, *over}
    }


def named(name: Name, names: Mapping[int, str]) -> str:
    """Give the public id of a record, by those of the deliveries."""
    return f"{names[name[0]]}.{name[1]}"
