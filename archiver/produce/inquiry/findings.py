"""What must be known of an inquiry pack (``config/findings/inquiry.toml``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archiver.cases.route import Route, Via
from archiver.produce.inquiry.comparison import Compared, Difference
from archiver.produce.woo.check import Fault


def findings(
    *, apart: int, unasked: int, routes: Sequence[Route], compared: Iterable[Compared]
) -> Iterator[Fault]:
    """Say what an officer must know.

    `apart` are files that could not be given by themselves, `unasked` documents that answer no
    question.
    """
    if apart:
        yield Fault("W-W801", 0, {"count": str(apart)})
    if unasked:
        yield Fault("W-W802", 0, {"count": str(unasked)})
    for one in routes:
        if one.via is Via.UNKNOWN:
            yield Fault("W-W803", 0, {"person": one.person})
    for each in compared:
        if each.difference is Difference.LESS:
            yield Fault("W-W804", 0, {"record": each.record, "case": each.reference})
