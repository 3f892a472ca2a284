"""What a pack holds and what must be known of it, as a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.language import say
from archiver.output import Column, Report, Row
from archiver.wording import describe, remedy

if TYPE_CHECKING:
    from archiver.produce.inquiry.asked import Pack as InquiryPack
    from archiver.produce.woo.check import Fault
    from archiver.produce.woo.pack import Pack as WooPack


def pack_report(
    made: WooPack | InquiryPack, out: Path, *, before: Row | None = None, after: Row | None = None
) -> Report:
    """Give what a pack holds, with what its kind has `before` its counts and `after` them.

    One that was only tried has neither path nor production.
    """
    production = made.production
    values: Row = {
        "path": None if production is None else str(out),
        "production": None if production is None else production.id,
        "manifest_sha256": None if production is None else production.manifest,
        **(before or {}),
        "documents": made.documents,
        "files": made.files,
        "pages": made.pages,
        "reconciliation": made.counts,
        **(after or {}),
    }
    return faults_report(made.warnings, values)


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
