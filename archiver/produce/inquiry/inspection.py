"""What is contested, for inspection only: the documents that have it, with its words in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from archiver.cases.case import Case
from archiver.cases.judgement import Judgement, Outcome
from archiver.language import say
from archiver.produce.documents import veil_of
from archiver.produce.inquiry.plan import given
from archiver.produce.inquiry.volume import numbered
from archiver.produce.leaks import insist_clean
from archiver.produce.pdf.render import Layout, render
from archiver.produce.selection import Selection
from archiver.produce.veil import View
from archiver.store.archive import Archive

FOLDER = "alleen-ter-inzage"


def write_contested(
    archive: Archive,
    case: Case,
    selection: Selection,
    numbers: Mapping[str, str],
    folder: Path,
    layout: Layout,
) -> int:
    """Write as PDF what is for inspection only; give how many documents that are.

    What is withheld and not contested is withheld in these too. `numbers` are Bates numbers by
    the number of a slice.

    Raises:
        Leaks: Something that is not contested would be in it.
    """
    sought = {name for name, one in selection.judged.items() if one.contested}
    if not sought:
        return 0
    opened = msgspec.structs.replace(
        selection, judged={name: _opened(one) for name, one in selection.judged.items()}
    )
    veil = veil_of(archive, case, opened, View.DUE)
    folder.mkdir(parents=True)
    count = 0
    for document in given(archive, opened, veil):
        if any(line.record in sought for line in document.lines):
            made = numbered(document, numbers)
            with (folder / f"{made.number}.pdf").open("wb") as file:
                render(made, case.reference, file, layout, say("For inspection only"))
            count += 1
    insist_clean(archive, opened, veil, folder)
    return count


def _opened(one: Judgement) -> Judgement:
    """Give a judgement that is contested as one that withholds nothing."""
    if not one.contested:
        return one
    return Judgement(record=one.record, outcome=Outcome.PUBLIC, by=one.by, at=one.at)
