"""What `dispose execute` does beside the gate: files that were handed in, statement, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archiver.commands.frame import Frame
from archiver.commands.session import Session
from archiver.output import Report

if TYPE_CHECKING:
    from retention.carried_out import Done, RemovedFile
    from retention.dispose import Handed, RemoveFiles


def outcome(proposal: str, result: str, done: Done) -> Report:
    """Show what was destroyed and what the proof found; `result` is that of the statement."""
    proof = done.proof
    return Report(
        name="deliveries",
        rows=[
            {
                "delivery": one.delivery,
                "items": one.items,
                "whole": one.whole,
                "bytes_end": one.bytes_end,
                "objects": len(one.objects),
            }
            for one in done.gone
        ],
        values={
            "proposal": proposal,
            "result": result,
            "failed": list(done.failed),
            "others": [
                {"delivery": one.delivery, "proposals": list(one.proposals)} for one in done.others
            ],
            "removed": len(done.removed),
            "proof": {
                "holds": proof.holds,
                "samples": proof.samples,
                "pages": proof.pages,
                "objects": proof.objects,
                "remains": list(proof.remains),
            },
        },
    )


def remover(frame: Frame, at: Session) -> RemoveFiles:
    """Look for the files of destroyed deliveries where they were handed in."""
    from archiver.daemon.handed_in import remove_handed_in
    from archiver.intake import Limits
    from archiver.register.accounts import account
    from retention.carried_out import RemovedFile as File

    drop = frame.settings.path("drop.folder")
    limits = Limits(**frame.settings.group("intake"))
    spool = at.archive.folder / "staging"

    def remove(handed: Sequence[Handed]) -> Sequence[RemovedFile]:
        if drop is None or not drop.is_dir():
            return ()
        return [
            File(one.delivery, one.account, place, size)
            for one in handed
            if one.account
            for place, size in remove_handed_in(
                drop, account(at.archive, one.account), one.sha256, limits, spool
            )
        ]

    return remove


def stated(frame: Frame, at: Session, proposal: str) -> str:
    """State what was done on a proposal; give the result of the statement."""
    from retention.statement import statement as state

    days = frame.settings.number("retention.key_backup_days")
    zone = frame.settings.text("zone")
    return state(at.scribe, proposal, zone=zone, backup_days=days).result
