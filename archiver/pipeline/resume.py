"""Act on a delivery that is kept already: answer its question, or open what was sealed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec.structs import replace

from archiver.errors import ArchiveError, Damage, ExitCode, NoSuchThing
from archiver.intake import intake
from archiver.model import Layout, State
from archiver.pipeline.assign import assign
from archiver.pipeline.bench import MAPPED, Answers, Bench
from archiver.pipeline.ingest import ingest_one
from archiver.pipeline.outcome import Outcome, repeated
from archiver.register.accounts import account
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries
from archiver.store.catalogue.devices import may_open
from archiver.store.items import latest_event, manifest_of, open_object
from archiver.store.manifest import Manifest
from archiver.store.scribe import Scribe

RELEASED = "delivery.released"


class NothingToAnswer(ArchiveError):
    """Delivery {delivery} waits for no answer: it is {state}."""

    exit_code = ExitCode.USAGE


class NotSealed(ArchiveError):
    """Delivery {delivery} is not sealed but {state}."""

    exit_code = ExitCode.USAGE


def answer(bench: Bench, delivery: str, answers: Answers, *, why: str = "") -> Outcome:
    """Read a kept delivery again with what an officer, or by `why` the machine, says of it.

    Raises:
        NoSuchThing: There is no such delivery.
        NothingToAnswer: It was read to its end.
    """
    archive = bench.scribe.archive
    with archive.writing():  # What an interrupted answer left is finished or undone first.
        row = _row(archive, delivery)
    if State(row["state"]).is_final:
        if assign(bench.scribe, delivery):
            return repeated(row, (), row["path"], row["seq"])
        raise NothingToAnswer(delivery=delivery, state=row["state"])
    manifest = manifest_of(archive, latest_event(archive, delivery))
    answers = _with_mapping(answers, manifest.mapping)
    bench.scribe.record(
        bench.scribe.event(
            "delivery.answered",
            delivery=delivery,
            account=row["account_public"],
            codes=[code for code in (answers.source_format, answers.date_order, why) if code],
            detail={"zone": answers.zone},
        )
    )
    with originals(archive, manifest) as path:
        found = intake(path, bench.limits, spool=bench.spool)
        shown = replace(found, path=Path(manifest.path))
        return ingest_one(bench, shown, account(archive, row["account_public"]), answers)


def release(scribe: Scribe, delivery: str) -> int:
    """Open a sealed delivery: its records become searchable; give the number of the event.

    Its keys are wrapped anew for its owner's compartment before the event says so. What it holds
    of accounts that are not registered stays sealed; once it is assigned to one, it is released so.

    Raises:
        NoSuchThing: There is no such delivery.
        NotSealed: It is not sealed.
    """
    archive = scribe.archive
    with archive.writing():
        row = _row(archive, delivery)
        if row["state"] == State.SEALED:
            archive.keys.move_delivery(delivery, archive.official_key(row["owner"]))
        elif not may_open(archive.catalogue.connection, delivery):
            raise NotSealed(delivery=delivery, state=row["state"])
        event = scribe.event(RELEASED, delivery=delivery, account=row["account_public"])
        return scribe.record(event)


def _with_mapping(answers: Answers, mapping: str) -> Answers:
    """Read by the mapping that the delivery was handed in with, unless another is chosen."""
    if answers.mapping or answers.source_format or not mapping:
        return answers
    return replace(answers, source_format=MAPPED, mapping=mapping)


def _row(archive: Archive, delivery: str) -> dict[str, Any]:
    rows = deliveries.listed(archive.catalogue.connection, "d.public = ?", (delivery,))
    if not rows:
        raise NoSuchThing(what="delivery", name=delivery)
    return rows[0]


@contextmanager
def originals(archive: Archive, manifest: Manifest) -> Iterator[Path]:
    """Put a delivery's own bytes into a private folder for as long as they are read again.

    It lies in staging and is locked, so that the next writer clears it when this process dies.
    """
    with archive.objects.stage() as staging:
        top = staging.folder / "again" / (Path(manifest.path).name or "delivery")
        top.parent.mkdir()
        if manifest.layout is Layout.FOLDER:
            top.mkdir()
            for member, name in zip(manifest.members, manifest.member_objects, strict=True):
                _restore(archive, manifest.delivery, name, inside(top, member.name))
        else:
            _restore(archive, manifest.delivery, _original(archive, manifest), top)
        yield top


def _original(archive: Archive, manifest: Manifest) -> str:
    return latest_event(archive, manifest.delivery).objects["original"][0]


def inside(folder: Path, name: str) -> Path:
    """Give the path of a member; a name that leads outside the folder is damage."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise Damage(path=name, reason="a member has an impossible name")
    return folder.joinpath(*parts)


def _restore(archive: Archive, delivery: str, name: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_object(archive, delivery, name) as source, path.open("xb") as target:
        shutil.copyfileobj(source, target)
