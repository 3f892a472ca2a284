"""Count what passes: items, kinds, attachments, the period, and what lies outside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from archiver.model import Account, Attachment, Finding, Kind, Repeats, Row
from archiver.store.manifest import Counts

MOST_FINDINGS_A_CODE = 1_000


class Tally(Struct):
    """The balance of one delivery while it is read."""

    items: int = 0
    messages: int = 0
    referenced: int = 0
    present: int = 0
    rejected: int = 0
    since: int | None = None
    until: int | None = None
    outside: int = 0
    untimed: int = 0
    findings: list[Finding] = []
    period: tuple[int, int] = (-(1 << 62), 1 << 62)
    _codes: Counter[str] = field(default_factory=Counter)

    def rows(self, rows: Sequence[Row]) -> None:
        """Count items."""
        self.messages += sum(1 for row in rows if row.kind is Kind.MESSAGE)
        self._count(
            [row.sent_at for row in rows], [row.attachments for row in rows if row.attachments]
        )

    def placed(self, rows: Sequence[Row]) -> None:
        """Count messages of chats that no clock could place, once they are records."""
        self.untimed += sum(
            1
            for row in rows
            if row.sent_at is None and row.kind is Kind.MESSAGE and row.scope == "strand"
        )

    def repeats(self, repeats: Sequence[Repeats]) -> None:
        """Count items that the archive seems to have."""
        for one in repeats:
            self.messages += len(one.numbers) - one.events
            self.untimed += one.untimed
            self._count(one.times, [beside.attachments for beside in one.beside])

    def _count(self, placed: Sequence[int | None], files: Iterable[Sequence[Attachment]]) -> None:
        self.items += len(placed)
        for attachments in files:
            self.referenced += len(attachments)
            self.present += sum(1 for a in attachments if not a.missing)
        times = [time for time in placed if time is not None]
        if times:
            first, last = min(times), max(times)
            self.since = first if self.since is None else min(self.since, first)
            self.until = last if self.until is None else max(self.until, last)
            if first < self.period[0] or last >= self.period[1]:
                self.outside += sum(1 for t in times if not self.period[0] <= t < self.period[1])

    def asked(self, questions: Iterable[Finding]) -> None:
        """Keep what an officer is asked; a question rejects nothing."""
        self.findings.extend(questions)

    def parsed(self, findings: Sequence[Finding]) -> None:
        """Keep what the parser found; an error at a place without an item is a rejected entry."""
        self.rejected += sum(
            finding.code.startswith("E") and finding.offset is not None and not finding.item
            for finding in findings
        )
        self.noted(findings)

    def noted(self, findings: Iterable[Finding]) -> None:
        """Keep findings; of one code only the first thousand, and then their number."""
        for finding in findings:
            self._codes[finding.code] += 1
            if self._codes[finding.code] <= MOST_FINDINGS_A_CODE:
                self.findings.append(finding)

    def all_findings(self, account: Account | None) -> tuple[Finding, ...]:
        """Give the findings, closed by what only the whole delivery shows."""
        more = [
            Finding("W-P001", {"code": code, "count": count})
            for code, count in self._codes.items()
            if count > MOST_FINDINGS_A_CODE
        ]
        if self.untimed:
            more.append(Finding("W-P002", {"count": self.untimed}))
        if self.outside and account is not None:
            values: dict[str, str | int] = {
                "account": account.id, "since": account.since, "until": account.until or "…",
                "count": self.outside,
            }  # fmt: skip
            more.append(Finding("W-R002", values))
        return (*self.findings, *more)

    def counts(self, *, new: int, known: int, excluded: int) -> Counts:
        """Give the balance; what was rejected counts as read."""
        return Counts(
            read=self.items + self.rejected,
            new=new,
            known=known,
            rejected=self.rejected,
            excluded=excluded,
            messages=self.messages,
            events=self.items - self.messages,
            referenced=self.referenced,
            present=self.present,
            missing=self.referenced - self.present,
        )


def days(account: Account, zone: str) -> tuple[int, int]:
    """Give the account's period in milliseconds: first instant, and the one after the last."""
    start = _midnight(account.since, zone)
    end = _midnight(account.until, zone) + 86_400_000 if account.until else 1 << 62
    return start, end


def _midnight(day: str, zone: str) -> int:
    moment = datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone))
    return int(moment.timestamp()) * 1000
