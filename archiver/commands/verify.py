"""`chatarchief verify`: prove that nothing was lost or altered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.kept_heads import kept_heads
from archiver.commands.outcomes import as_finding
from archiver.commands.session import session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.output import Report
from archiver.pipeline.project import project
from archiver.wording import describe


@click.command(cls=Command)
@click.option("--full", is_flag=True, help="Also decrypt every object.")
@click.option(
    "--since", default=0, type=click.IntRange(min=0), help="Only objects since this event."
)
@click.option(
    "--subset",
    default="1/1",
    metavar="N/OF",
    help="Only part N of the objects, such as 3/30 on the third day of the month.",
)
@kept_heads
@with_frame
def command(frame: Frame, full: bool, since: int, subset: str, heads: tuple[Path, ...]) -> ExitCode:
    """Check log, objects, keys, receipts and catalogue against each other.

    What it shows holds from the last head that is kept outside the archive: hand such heads in.
    Findings name the damaged file. Nothing is changed.
    """
    from archiver.store.archive import Archive
    from archiver.store.heads import read_heads
    from archiver.store.verify import Scope, verify

    texts = [text for place in heads for text in read_heads(place)]
    with Archive(frame.archive, frame.keys, project) as archive:
        scope = Scope.read(subset, since=since, full=full)
        found = list(verify(archive, scope, texts))
        damage = [one for one in found if one.code.startswith("E-") and not _advice(one.code)]
        counts = {"events": 0, "objects": 0, **scope.checked, "heads": len(texts)}
        values = {"ok": not damage, "checked": counts}

        def lines() -> Iterator[str]:
            for finding in found:
                yield f"{finding.code} {describe(finding.code, finding.values)}"
            sentence = (
                say("Damage was found.")
                if damage
                else say("Nothing is lost or altered, provable from the last outside head.")
            )
            yield sentence
            yield say(
                "Checked: {events} events, {objects} objects, {heads} outside heads.", **counts
            )

        frame.show(
            Report(
                name="damage",
                rows=[as_finding(finding) for finding in damage],
                values={**values, "advice": [as_finding(f) for f in found if f not in damage]},
                lines=lines,
            )
        )
    if damage:
        return ExitCode.DAMAGE
    with session(frame) as at:
        at.scribe.record(at.scribe.event("verify.run", counts=counts))
    return ExitCode.DONE


def _advice(code: str) -> bool:
    """Whether a finding asks for care and reports no damage: the recovery key lies too near."""
    return code == "E-K001"
