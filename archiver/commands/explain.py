"""`chatarchief explain`: why this record is one record, and who holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.language import say
from archiver.model import Role
from archiver.output import Report
from archiver.output.words import word


@click.command(cls=Command)
@click.argument("record")
@click.option("--sealed", is_flag=True, help="Also a record that is still sealed; for sorters.")
@with_frame
def command(frame: Frame, record: str, sealed: bool) -> None:
    """Show every holding of a record, with the rung of the ladder that linked it.

    Level 0 is the record's first item or a file handed in twice, 1 equal bytes, 2 equal but for
    transport headers, 3 the same strand, author, time and text, or the same Message-ID and text, 4
    aligned with another strand, a mail that lost its Message-ID and agrees in all else, or what an
    officer joined.
    """
    from archiver.commands.evidence import evidence
    from archiver.commands.observed import observed_lines
    from archiver.commands.visible import visible
    from archiver.store.catalogue import records

    with session(frame, *((Role.SORTER,) if sealed else READERS)) as at:
        connection = at.archive.catalogue.connection
        key, as_sealed = visible(at, record, sealed=sealed)
        shown = records.shown(connection, [key])[key]
        holdings = records.holdings(connection, key, sealed=as_sealed)
        held = [evidence(frame, at.archive, holding, sealed=as_sealed) for holding in holdings]
        differences = records.observations(connection, key, sealed=as_sealed)
        at.scribe.witness("record.explained", {"record": record}, {"holdings": len(held)})

        def lines() -> Iterator[str]:
            yield say("{record} has {n} holdings:", record=record, n=len(held))
            for one in held:
                yield say(
                    "  {delivery}, item {item}, account {account}: level {level}, rule {rule}",
                    **{**one, "rule": word("rule", one["rule"])},
                )
                if "link" in one:
                    yield _link(one["link"])
                    if left_out := one["link"].get("left_out"):
                        yield say("    left out before comparing: {what}", what=_words(left_out))
                place = one["place"]
                if "node" in place:
                    yield say("    {source} at {node}", source=place["source"], node=place["node"])
                else:
                    yield say("    {source} at byte {offset}, {length} bytes", **place)
            yield from observed_lines(frame, shown, differences, holdings)

        frame.show(
            Report(
                name="holdings",
                rows=held,
                values={"record": record, "observations": differences},
                lines=lines,
            )
        )


def _link(link: Mapping[str, Any]) -> str:
    """Say what joined a copy to its record."""
    if link["how"] == "same-file":
        return say(
            "    level {level}, both are the same file: {with} stands at this place in it", **link
        )
    if link["how"] == "officer":
        return say("    level {level}, an officer put it with {with}", **link)
    return say(
        "    level {level}, {how}, with {with}: {matching}; clock {offset} s apart",
        **{
            "level": link["level"],
            "how": word("how", link["how"]),
            "with": link["with"],
            "matching": _words([*link["matching"], *(f"-{one}" for one in link["contradicting"])]),
            "offset": f"{link['offset_seconds']:g}",
        },
    )


def _words(parts: Iterable[str]) -> str:
    """Say what was compared; a hyphen stays before what does not agree."""
    signs = ((one[:1] if one.startswith("-") else "", one.removeprefix("-")) for one in parts)
    return ", ".join(f"{sign}{word('matching', one)}" for sign, one in signs)
