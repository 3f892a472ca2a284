"""The inquiry pack: documents with Bates numbers, load files, lists, cover sheet, manifest.

Names are not taken away; what is withheld (WPE 2008, articles 19 to 24) is. Where the committee
contests that, the document is for inspection only: whole, in a folder of its own, and only where
the order is met by inspection. Like the Woo pack it is written beside its place and put there
whole, and nothing of it rests on the hour. Its state is that of the search statement in it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from archiver.cases.case import Case
from archiver.produce.inquiry.asked import Asked, Pack
from archiver.produce.inquiry.writer import Writer
from archiver.produce.package import MANIFEST, in_dutch, manifest, put_in_place
from archiver.produce.production import made
from archiver.produce.selection import numbered
from archiver.produce.slices import Unit
from archiver.store.archive import Archive
from archiver.store.scribe import Scribe

KIND = "inquiry"


def produce(scribe: Scribe, case: Case, out: Path, asked: Asked) -> Pack:
    """Write the pack of a case to a folder that is not there yet, and register it.

    The Bates numbers that it gives out are kept before anything is written with them.

    Raises:
        NotInquiry: It is a case of another kind.
        NoStatement: No search statement was written yet.
        PlaceTaken: Something is there.
        BadPrefix, NoSuchQuestion, NoSuchThing: What was asked for cannot be.
        NothingToProduce, NotJudged, NotSettled: The case is not ready.
        NotReconciled: What was written is not what was selected.
        Leaks: Something that is withheld would be in it.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with in_dutch(), put_in_place(out) as folder, TemporaryDirectory(dir=out.parent) as beside:
        writer = Writer(scribe.archive, case, asked, Path(beside))
        pack = writer.write(scribe, folder)
        told = {"case": case.reference, "kind": KIND, "options": asked.options()}
        numbers = {"first": pack.first, "last": pack.last}
        listed = manifest(folder, {**told, "reconciliation": pack.counts, "numbers": numbers})
        (folder / MANIFEST).write_bytes(listed)
        production = made(
            scribe,
            case,
            kind=KIND,
            unit=Unit.DAY,
            manifest=listed,
            slices=numbered(scribe.archive.catalogue.connection, writer.selection),
            counts=pack.counts,
            options=asked.options(),
        )
    return msgspec.structs.replace(pack, production=production)


def tried(archive: Archive, case: Case, asked: Asked) -> Pack:
    """Give what a pack would hold; no number is given out and nothing is kept.

    Raises:
        ArchiveError: As `produce`, but for what only shows when it is written.
    """
    with in_dutch():
        return Writer(archive, case, asked, None).trial()
