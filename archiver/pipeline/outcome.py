"""What became of one delivery: the receipt an officer reads and the JSON that others rely on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from archiver.errors import ExitCode
from archiver.model import Finding, State
from archiver.store.manifest import Counts, Manifest


class Outcome(Struct, frozen=True):
    """One delivery after an ingest; `repeated` when it was known and nothing was read twice.

    `covered` counts the items of an open delivery that stay sealed all the same, since they are of
    an account that is sealed or that nobody registered.
    """

    delivery: str
    path: str
    sha256: str
    source_format: str
    state: State
    counts: Counts
    since: int | None
    until: int | None
    findings: tuple[Finding, ...]
    seq: int
    account: str
    repeated: bool = False
    covered: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """0 when the machine could do all of it, 1 when an officer must look, 3 when cut short."""
        if self.repeated:
            return ExitCode.DONE
        codes = {finding.code for finding in self.findings}
        if "E-P001" in codes:
            return ExitCode.PARTIAL
        waits = not self.state.is_final or any(code.startswith("E") for code in codes)
        return ExitCode.FINDINGS if waits else ExitCode.DONE


def outcome(manifest: Manifest, seq: int) -> Outcome:
    """Give the outcome of a delivery that was just kept."""
    return Outcome(
        delivery=manifest.delivery,
        path=manifest.path,
        sha256=manifest.sha256,
        source_format=manifest.format,
        state=manifest.state,
        counts=manifest.counts,
        since=manifest.since,
        until=manifest.until,
        findings=manifest.findings,
        seq=seq,
        account=manifest.account,
        covered=sum(one.items for one in manifest.places if not one.opened),
    )


def repeated(known: dict[str, Any], findings: Sequence[Finding], path: str, seq: int) -> Outcome:
    """Give the outcome of a file that the account handed in before: every item is known."""
    counts = Counts(
        read=known["read"],
        known=known["new"] + known["known"],
        rejected=known["rejected"],
        excluded=known["excluded"],
        messages=known["messages"],
        events=known["events"],
        referenced=known["referenced"],
        present=known["present"],
        missing=known["missing"],
    )
    return Outcome(
        delivery=known["public"],
        path=path,
        sha256=known["sha256"],
        source_format=known["format"],
        state=State(known["state"]),
        counts=counts,
        since=known["since"],
        until=known["until"],
        findings=tuple(findings),
        seq=seq,
        account=known["account_public"],
        repeated=True,
    )
