"""What each delivery tells of a record beside its words, as lines for a person.

A time beside it stands in the clock of its source, which the archive keeps as it was written. It is
also given as RFC 3339 where only one of the clocks in use makes it a time within twenty years of
the record: the clocks lie further apart than that, so no other reading is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.model import Zone
from archiver.output import labels
from archiver.output.told import person

_CLOCKS = ("epoch-s", "epoch-ms", "epoch-us", "apple")
_TWENTY_YEARS = 20 * 365 * 86_400_000

Values = Mapping[str, Any]


def observed_lines(
    frame: Frame, record: Values, observations: Sequence[Values], holdings: Sequence[Values]
) -> Iterator[str]:
    """Say observations, each with who, when and from which delivery."""
    basis = {(one["delivery"], one["item"]): one["basis"] for one in holdings}
    for one in observations:
        place = {"delivery": one["delivery"], "item": one["item"]}
        told = _told(frame, one, basis.get((one["delivery"], one["item"]), ""))
        what = labels.observed(one["kind"], told)
        if one["at"]:
            when = _moment(frame, one["at"], record["sent_at"])
            yield say("  {what}, at {when} (delivery {delivery}, item {item})",
                      what=what, when=when, **place)  # fmt: skip
        else:
            yield say("  {what} (delivery {delivery}, item {item})", what=what, **place)


def _told(frame: Frame, one: Values, basis: str) -> dict[str, str]:
    """Give the fields of an observation in words."""
    kind, value = one["kind"], str(one["value"])
    told = {"value": value, "by": person(one["by"]), "term": "", "count": ""}
    match kind:
        case "sent_at" if value:
            told["value"] = f"{frame.moment(int(value))} ({labels.basis(basis)})"
        case "marks":
            told["value"] = labels.marks(value)
        case "expires" if term := labels.length(value):
            told |= {"value": "", "term": term}
        case "option" if one["by"].isdecimal():
            told |= {"count": one["by"], "by": ""}
    return told


def _moment(frame: Frame, written: str, sent_at: int | None) -> str:
    """Give a time as RFC 3339 with what the source wrote, or only that."""
    from archiver.normalise.clocks import clocks

    stated = clocks(("iso",), "UTC")(written)
    if stated is not None and stated.zone is Zone.STATED:
        found = {stated.sent_at}
    else:
        read = (clocks((name,))(written) for name in _CLOCKS)
        found = {one.sent_at for one in read if one is not None and _is_near(one.sent_at, sent_at)}
    if len(found) != 1 or None in found:
        return f"“{written}”"
    return say("{time} (written “{written}”)", time=frame.moment(found.pop()), written=written)


def _is_near(moment: int | None, sent_at: int | None) -> bool:
    return moment is not None and sent_at is not None and abs(moment - sent_at) < _TWENTY_YEARS
