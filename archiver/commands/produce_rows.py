"""What must be known of a pack, as rows of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archiver.language import say
from archiver.output import Column, Report, Row
from archiver.wording import describe, remedy

if TYPE_CHECKING:
    from archiver.produce.woo.check import Fault


def faults_report(found: Sequence[Fault], values: Row) -> Report:
    """Give faults as rows, with other values beside them."""
    return Report(
        name="findings",
        rows=[
            {
                "row": one.row,
                "code": one.code,
                "finding": describe(one.code, one.values),
                "remedy": remedy(one.code, one.values),
            }
            for one in found
        ],
        values=values,
        columns=(
            Column("row", say("Row")),
            Column("code", say("Code")),
            Column("finding", say("Finding")),
        ),
    )
