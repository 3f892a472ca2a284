"""The sentences of a statement of destruction, in Dutch, from ``config/letters/verklaring.toml``.

What Archiefbesluit 1995 art. 8 asks for stands first: specification, ground and manner.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from archiver.configuration import read
from retention.approve import Approval
from retention.carried_out import Done
from retention.proposal import Line, Proposal, Refused

INACCESSIBLE, DESTROYED = "inaccessible", "destroyed"

Section = tuple[str, tuple[str, ...]]
"""A heading, and its paragraphs."""


class Statement(Struct, frozen=True, omit_defaults=True):
    """The statement; `result` is ``inaccessible`` until the last backup of the keys has expired.

    `gone_on` is that day. Times are milliseconds since 1970 or RFC 3339. `document` is the text.
    """

    proposal: Proposal
    digest: str
    ministry: str
    result: str
    stated_at: str
    gone_on: str
    approvals: tuple[Approval, ...]
    done: Done
    names: dict[str, str]
    document: tuple[Section, ...] = ()
    v: int = 1


def sections(made: Statement, zone: ZoneInfo) -> tuple[Section, ...]:
    """Write all headings with their paragraphs, in Dutch; times in this zone."""
    return _Document(made, zone).sections()


class _Document:
    """Writes the sentences of a statement."""

    def __init__(self, made: Statement, zone: ZoneInfo) -> None:
        self._made = made
        self._zone = zone
        self._letter: dict[str, Any] = read("letters/verklaring.toml")

    def sections(self) -> tuple[Section, ...]:
        made = (
            ("intro", self._intro()),
            ("ground", self._ground()),
            ("specification", self._specification()),
            ("refused", self._refused()),
            ("hold", [self._say("hold", "text", at=self._moment(self._made.done.began_at))]),
            ("approvals", self._approvals()),
            ("manner", self._manner()),
            ("failed", self._failed()),
            ("copies", self._copies()),
            ("proof", self._proof()),
        )
        return tuple((self._letter[name]["heading"], tuple(lines)) for name, lines in made)

    def _say(self, section: str, sentence: str, **fields: object) -> str:
        return str(self._letter[section][sentence]).format_map(fields)

    def _intro(self) -> list[str]:
        made = self._made
        dates = {"done": self._day(made.done.done_at), "gone": self._gone_on}
        return [
            self._say(
                "intro", "text", ministry=made.ministry, archive=made.proposal.archive,
                count=sum(one.items for one in made.done.gone), proposal=made.proposal.id,
                word=self._say("intro", made.result, **dates),
            )
        ]  # fmt: skip

    def _ground(self) -> list[str]:
        proposal = self._made.proposal
        lines = [self._say("ground", proposal.ground, reference=proposal.reference)]
        if proposal.reason:
            lines.append(self._say("ground", "reason", reason=proposal.reason))
        if proposal.reference and proposal.ground == "withdrawn":
            lines.append(self._say("ground", "reference", reference=proposal.reference))
        return lines

    def _specification(self) -> list[str]:
        return [
            text
            for number, line in enumerate(self._made.proposal.lines, 1)
            for text in self._line(number, line)
        ]

    def _line(self, number: int, line: Line) -> list[str]:
        part = "part" if line.items else "whole"
        where = "returned" if line.before else "conversation" if line.conversation else "delivery"
        texts = [
            self._say(
                "specification", "line", number=number, service=line.service or self._unknown,
                account=line.account or self._unknown, count=line.count,
                person=self._made.names.get(line.account, self._unknown),
                conversation=self._say("specification", where, conversation=line.conversation),
                since=self._day(line.since), until=self._day(line.until),
                items=self._say(
                    "specification", part, delivery=line.delivery, items=_numbers(line)
                ),
            )
        ]  # fmt: skip
        if line.rule is not None:
            rule, triggers = line.rule, self._letter["triggers"]
            texts.append(
                self._say(
                    "specification", "rule", list=rule.list, version=rule.version,
                    category=rule.category, appraisal=rule.appraisal, term=rule.term,
                    trigger=triggers.get(rule.trigger, rule.trigger),
                    start=self._day(line.start_at), end=self._day(line.end_at),
                )
            )  # fmt: skip
        if line.before:
            texts.append(self._say("specification", "before", proposals=", ".join(line.before)))
        if line.elsewhere:
            texts.append(self._say("specification", "elsewhere", count=line.elsewhere))
        return texts

    def _refused(self) -> list[str]:
        lines = [self._kept(one) for one in self._made.proposal.refused]
        return lines or [self._say("refused", "none")]

    def _kept(self, one: Refused) -> str:
        reason = self._say("refused", one.reason, by=", ".join(one.by))
        return self._say("refused", "line", delivery=one.delivery, count=one.count, reason=reason)

    def _approvals(self) -> list[str]:
        made, proposal = self._made, self._made.proposal
        return [
            self._say(
                "approvals", "proposed", name=self._name(proposal.proposer),
                officer=proposal.proposer, at=self._moment(proposal.proposed_at),
                until=self._day(proposal.expires_at),
            ),
            self._say("approvals", "digest", digest=made.digest),
            *(
                self._say(
                    "approvals", "approved", name=one.name, officer=one.officer,
                    role=self._say("approvals", one.role), at=self._moment(one.at),
                )
                for one in made.approvals
            ),
            self._say(
                "approvals", "executed", name=self._name(made.done.executor),
                officer=made.done.executor, at=self._moment(made.done.done_at),
            ),
        ]  # fmt: skip

    def _manner(self) -> list[str]:
        done = self._made.done
        lines = [self._say("manner", "text")]
        for one in done.gone:
            at = self._moment(int(datetime.fromisoformat(one.at).timestamp() * 1000))
            lines.append(
                self._say(
                    "manner", "line", delivery=one.delivery, count=one.items, at=at,
                    objects=len(one.objects),
                )
            )  # fmt: skip
            if one.bytes_end:
                lines.append(self._say("manner", "bytes_end", delivery=one.delivery))
        for file in done.removed:
            lines.append(
                self._say(
                    "manner", "file", delivery=file.delivery, account=file.account,
                    size=file.size, place=file.place,
                )
            )  # fmt: skip
        if not done.removed:
            lines.append(self._say("manner", "no_files"))
        backups = "backups" if self._made.result == INACCESSIBLE else "backups_gone"
        return [*lines, self._say("manner", backups, gone=self._gone_on)]

    def _failed(self) -> list[str]:
        done = self._made.done
        lines = [self._say("failed", "delivery", delivery=one) for one in done.failed]
        for other in done.others:
            proposals = ", ".join(other.proposals)
            lines.append(self._say("failed", "other", delivery=other.delivery, proposals=proposals))
        for one in done.gone:
            if one.missing > 0:
                lines.append(
                    self._say("failed", "missing", delivery=one.delivery, count=one.missing)
                )
        if done.proof.remains:
            places = ", ".join(done.proof.remains)
            count = len(done.proof.remains)
            lines.append(self._say("failed", "remains", count=count, places=places))
        if not done.proof.control:
            lines.append(self._say("failed", "control"))
        return lines or [self._say("failed", "none")]

    def _copies(self) -> list[str]:
        living = sum(line.elsewhere for line in self._made.proposal.lines)
        first = self._say("copies", "some" if living else "none", count=living)
        return [first, self._say("copies", "outside")]

    def _proof(self) -> list[str]:
        done, proof = self._made.done, self._made.done.proof
        lines = [
            self._say(
                "proof", "text", pages=proof.pages, objects=proof.objects,
                samples=proof.samples, found=len(proof.remains),
            )
        ]  # fmt: skip
        if not proof.samples:
            lines.append(self._say("proof", "none"))
        if proof.control:
            lines.append(self._say("proof", "control"))
        if len(done.proven) < len(done.gone):
            lines.append(self._say("proof", "part", deliveries=", ".join(done.proven)))
        return lines

    @property
    def _unknown(self) -> str:
        return str(self._letter["unknown"])

    @property
    def _gone_on(self) -> str:
        return self._date(date.fromisoformat(self._made.gone_on))

    def _name(self, officer: str) -> str:
        return self._made.names.get(officer, officer)

    def _day(self, at: int | None) -> str:
        return self._unknown if at is None else self._date(self._local(at).date())

    def _moment(self, at: int) -> str:
        local = self._local(at)
        fields = {"date": self._date(local.date()), "time": f"{local:%H:%M:%S}"}
        return str(self._letter["moment"]).format_map(fields)

    def _date(self, day: date) -> str:
        month = self._letter["months"][day.month - 1]
        return str(self._letter["day"]).format(day=day.day, month=month, year=day.year)

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self._zone)


def _numbers(line: Line) -> str:
    return ", ".join(
        f"{first}" if first == last else f"{first}-{last}" for first, last in line.items
    )
