"""Take in what was isolated by a false alarm, once the security officer has lifted it."""

from __future__ import annotations

import shutil
from pathlib import Path

from msgspec.structs import replace

from archiver.intake import intake
from archiver.pipeline.bench import Answers, Bench
from archiver.pipeline.ingest import ingest_one
from archiver.pipeline.outcome import Outcome
from archiver.pipeline.resume import inside
from archiver.register import notices
from archiver.register.accounts import account
from archiver.store.archive import Archive
from archiver.store.isolated import Compartment, IsolatedManifest


def give_back(bench: Bench, public: str, reason: str) -> Outcome:
    """Lift the alarm, take the delivery in like any other, and empty its place in the compartment.

    After an interruption it is done again with the same words.

    Raises:
        NoSuchThing: There is no such notice, or it is not in this compartment.
        AlreadyDecided: It was decided on otherwise.
        Damage: What was isolated is not whole.
    """
    archive = bench.scribe.archive
    compartment = Compartment(archive)
    manifest = compartment.manifest(notices.notice(archive, public).id)
    notices.lift(bench.scribe, public, reason)
    answers = Answers(manifest.source_format, manifest.date_order, manifest.zone, manifest.mapping)
    with archive.objects.stage() as staging:
        path = staging.folder / "again" / (Path(manifest.path).name or "delivery")
        copy_out(archive, manifest, path)
        found = replace(intake(path, bench.limits, spool=bench.spool), path=Path(manifest.path))
        owner = account(archive, manifest.account)
        outcome = ingest_one(bench, found, owner, answers, lifted=True)
    with archive.writing():
        notices.returned(bench.scribe, public, outcome.delivery)
        compartment.remove(public)
    return outcome


def copy_out(archive: Archive, manifest: IsolatedManifest, path: Path) -> None:
    """Write what was isolated, decrypted, to a path where nothing lies yet.

    Raises:
        FileExistsError: Something lies there.
        Damage: What was isolated is not whole.
    """
    compartment = Compartment(archive)
    for stored in manifest.files:
        target = path if manifest.whole else inside(path, stored.member.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with compartment.open(manifest.id, stored) as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy)
