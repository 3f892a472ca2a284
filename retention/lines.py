"""The lines of a proposal: what goes by delivery, conversation and rule, and what stays and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from archiver.errors import NoSuchThing
from archiver.store.catalogue.connection import Connection
from retention import tables_targets
from retention.judge import Judge, Reason
from retention.proposal import Line, Refused, ranges
from retention.span import Rule
from retention.tables_targets import Place, Strand, Whole


def of_places(
    connection: Connection, places: Sequence[Place], judge: Judge
) -> tuple[list[Line], list[Refused]]:
    """Judge these items; give what goes, and what stays with the reason."""
    refused = judge.items(places)
    if not refused:
        return _lines(connection, places, judge), []
    goes = [place for place in places if place.copy not in refused]
    stays = [place for place in places if place.copy in refused]
    return _lines(connection, goes, judge), refusals(connection, stays, refused)


def refusals(
    connection: Connection, stays: Sequence[Place], refused: dict[int, Reason]
) -> list[Refused]:
    """Put together what stays for one reason, given by copy."""
    found: dict[tuple[int, Reason], list[int]] = {}
    for place in stays:
        found.setdefault((place.delivery, refused[place.copy]), []).append(place.item)
    return sorted(
        (
            Refused(
                delivery=tables_targets.by_key(connection, delivery),
                reason=reason.code,
                items=ranges(items),
                count=len(items),
                by=reason.by,
            )
            for (delivery, reason), items in found.items()
        ),
        key=lambda one: (one.delivery, one.items),
    )


def existing(connection: Connection, public: str) -> Whole:
    """Give a delivery that is there and was not withdrawn.

    Raises:
        NoSuchThing: There is none.
    """
    one = tables_targets.whole(connection, public)
    if one is None or one.state == "withdrawn":
        raise NoSuchThing(what="delivery", name=public)
    return one


def _lines(connection: Connection, goes: Sequence[Place], judge: Judge) -> list[Line]:
    """Put what goes together by delivery, conversation and rule; a delivery that goes whole so."""
    living, strands = _living(goes), tables_targets.strands(connection)
    lines = []
    for (delivery, strand, rule), together in _grouped(goes).items():
        one = tables_targets.by_key(connection, delivery)
        lines.append(_line(one, strands[strand], judge.rules.get(rule), together, living))
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.delivery] = counts.get(line.delivery, 0) + line.count
    whole = {public for public, count in counts.items() if _is_all(connection, public, count)}
    lines.sort(key=lambda line: (line.delivery, line.items, line.conversation))
    return [replace(line, items=()) if line.delivery in whole else line for line in lines]


def _is_all(connection: Connection, public: str, count: int) -> bool:
    one = existing(connection, public)
    return bool(one.all_read) and one.items == count


def _living(goes: Sequence[Place]) -> set[int]:
    """Give the records that another copy keeps alive."""
    copies: dict[int, set[int]] = {}
    several = [place for place in goes if place.copies > 1]
    for place in several:
        copies.setdefault(place.record, set()).add(place.copy)
    return {place.record for place in several if len(copies[place.record]) < place.copies}


def _grouped(places: Sequence[Place]) -> dict[tuple[int, int, int], list[Place]]:
    found: dict[tuple[int, int, int], list[Place]] = {}
    for place in places:
        found.setdefault((place.delivery, place.strand, place.rule or 0), []).append(place)
    return found


def _line(
    delivery: str,
    strand: Strand,
    rule: Rule | None,
    together: Sequence[Place],
    living: Collection[int],
) -> Line:
    times = [one.sent_at for one in together if one.sent_at is not None]
    return Line(
        delivery=delivery,
        account=strand.account,
        service=strand.service,
        conversation=strand.conversation,
        items=ranges(one.item for one in together),
        count=len(together),
        since=min(times, default=None),
        until=max(times, default=None),
        rule=rule if together[0].rule else None,
        start_at=min((one.start_at for one in together if one.start_at is not None), default=None),
        end_at=max((one.end_at for one in together if one.end_at is not None), default=None),
        elsewhere=sum(one.record in living for one in together) if living else 0,
    )
