"""The minutes of a read-out session (proces-verbaal van uitlezing), in Dutch sentences.

The words stand in ``config/letters/uitlezing.toml``. Conversations have numbers, and titles only
where the official agreed to that.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from archiver.configuration import read
from archiver.model import Account, Finding
from archiver.readout.facts import Choice, Conversation, Export, Readout, Setting
from archiver.store.catalogue.devices import Device
from archiver.wording import codes

Section = tuple[str, tuple[str, ...]]
"""A heading, and its paragraphs."""


class Minutes(Struct, frozen=True, omit_defaults=True):
    """The minutes: the session, what it is about, its findings, and the text that is signed.

    `made_at` is RFC 3339, `next` the day of the next read-out. `names` are those of officers.
    """

    session: Readout
    ministry: str
    archive: str
    made_at: str
    next: str
    closed_by: str
    accounts: tuple[Account, ...]
    device: Device | None
    findings: tuple[Finding, ...]
    names: dict[str, str]
    document: tuple[Section, ...] = ()
    v: int = 1


def sections(made: Minutes, zone: ZoneInfo) -> tuple[Section, ...]:
    """Write all headings with their paragraphs, in Dutch; times in this zone."""
    return _Document(made, zone).sections()


class _Document:
    """Writes the sentences of the minutes."""

    def __init__(self, made: Minutes, zone: ZoneInfo) -> None:
        self._made = made
        self._session = made.session
        self._zone = zone
        self._letter: dict[str, Any] = read(LETTER)

    def sections(self) -> tuple[Section, ...]:
        made = (
            ("intro", self._intro()),
            ("present", self._present()),
            ("about", self._about()),
            ("settings", self._settings()),
            ("contacts", self._contacts()),
            ("handed", self._handed()),
            ("left", self._left()),
            ("counts", self._counts()),
            ("findings", self._findings()),
            ("wipe", [self._say("wipe", "text")]),
            ("next", [self._say("next", "text", next=self._day(self._made.next))]),
            ("signatures", self._signatures()),
        )
        return tuple((self._letter[name]["heading"], tuple(lines)) for name, lines in made)

    def _say(self, section: str, sentence: str, **fields: object) -> str:
        return str(self._letter[section][sentence]).format_map(fields)

    def _intro(self) -> list[str]:
        session, made = self._session, self._made
        return [
            self._say(
                "intro", "text", ministry=made.ministry, archive=made.archive, session=session.id,
                person=session.person, opened=self._moment(session.opened_at),
                closed=self._moment(made.made_at),
            )
        ]  # fmt: skip

    def _present(self) -> list[str]:
        session = self._session
        officers = {session.officer, self._made.closed_by} | {one.officer for one in self._facts()}
        return [
            self._say("present", "present", names=", ".join(session.present)),
            self._say("present", "officers", names=", ".join(sorted(map(self._name, officers)))),
        ]

    def _facts(self) -> list[Any]:
        session = self._session
        found = [*session.settings, *session.exports, *session.handed_in, *session.counted]
        return [*found, session.contacts] if session.contacts is not None else found

    def _about(self) -> list[str]:
        device = self._made.device
        if device is not None:
            kind = self._letter["kinds"][device.kind]
            return [
                self._say("about", "device", kind=kind, identifier=device.account.identifier),
                self._say("about", "basis", basis=device.account.basis),
            ]
        return [
            self._say(
                "about", "account", service=one.service, identifier=one.identifier, basis=one.basis,
                account=one.id, kind=self._letter["kinds"][one.kind],
            )
            for one in self._made.accounts
        ]  # fmt: skip

    def _settings(self) -> list[str]:
        return [self._setting(one) for one in self._session.settings] or [
            self._say("settings", "none")
        ]

    def _setting(self, one: Setting) -> str:
        words = self._letter["settings"]
        where = "conversation" if one.conversation else "app"
        deletion = words[f"deletion_{one.deletion}"].format(term=one.term)
        linked = words["unknown"] if one.linked is None else one.linked
        return self._say(
            "settings", "line", at=self._moment(one.at), officer=self._name(one.officer),
            where=self._say("settings", where, app=one.app, conversation=one.conversation),
            version=one.version or words["unknown"], deletion=deletion, linked=linked,
            once=words["unknown"] if one.view_once is None else words[f"once_{one.view_once}"],
        )  # fmt: skip

    def _contacts(self) -> list[str]:
        one = self._session.contacts
        if one is None:
            return [self._say("contacts", "none")]
        return [
            self._say(
                "contacts", "text", person=self._session.person, on=self._day(one.on),
                business=one.business, private=one.private, party=one.party,
            )
        ]  # fmt: skip

    def _handed(self) -> list[str]:
        lines = [text for one in self._session.exports if one.chosen for text in self._export(one)]
        return lines or [self._say("handed", "none")]

    def _export(self, one: Export) -> list[str]:
        found = self._session.delivery(one.sha256)
        if found is None:
            first = self._say("handed", "missing", sha256=one.sha256, format=one.format)
        else:
            state = self._letter["states"][found.state]
            first = self._say(
                "handed", "delivery", delivery=found.delivery, sha256=one.sha256, size=one.size,
                format=one.format, state=state, read=found.read, new=found.new, known=found.known,
                rejected=found.rejected, excluded=found.excluded, missing=found.missing,
            )  # fmt: skip
        lines = [first, *(self._conversation(each, one) for each in one.chosen)]
        if found is not None and found.findings:
            lines.append(self._say("handed", "findings", codes=", ".join(found.findings)))
        return lines

    def _conversation(self, one: Conversation, export: Export) -> str:
        return self._say(
            "handed", "conversation", number=one.number, title=self._title(one, export),
            messages=one.messages, events=one.events, since=self._on(one.since),
            until=self._on(one.until),
        )  # fmt: skip

    def _title(self, one: Conversation, export: Export) -> str:
        if not export.titled or not one.title:
            return ""
        return self._say("handed", "title", title=one.title)

    def _left(self) -> list[str]:
        lines = []
        for export in self._session.exports:
            if export.left and export.chosen:
                lines.append(self._say("left", "whole", sha256=export.sha256))
            lines += self._left_of(export)
        return lines or [self._say("left", "none")]

    def _left_of(self, export: Export) -> list[str]:
        """Name what was not handed over where titles may stand, and else count it."""
        if export.titled:
            return [
                self._say(
                    "left", f"{one.choice}_one", number=one.number, messages=one.messages,
                    title=self._title(one, export),
                )
                for one in export.left
            ]  # fmt: skip
        counted = {
            choice: [one for one in export.left if one.choice is choice] for choice in Choice
        }
        return [
            self._say("left", choice, count=len(found), messages=sum(one.messages for one in found))
            for choice, found in counted.items()
            if found
        ]

    def _counts(self) -> list[str]:
        lines = []
        for one in self._session.counted:
            shown = "line" if one.shown is not None else "unshown"
            lines.append(
                self._say("counts", shown, number=one.number, shown=one.shown, read=one.read)
            )
        return lines or [self._say("counts", "none")]

    def _findings(self) -> list[str]:
        lines = []
        for one in self._made.findings:
            sentence = str(codes()[one.code]["nl"]).format_map(one.values)
            lines.append(f"{one.code}: {sentence}")
        return lines or [self._say("findings", "none")]

    def _signatures(self) -> list[str]:
        return [
            self._say("signatures", "text"),
            self._say("signatures", "line", name=self._session.person),
            self._say("signatures", "line", name=self._name(self._made.closed_by)),
        ]

    def _name(self, officer: str) -> str:
        return self._made.names.get(officer, officer)

    def _on(self, at: int | None) -> str:
        if at is None:
            return str(self._letter["unknown"])
        return self._date(datetime.fromtimestamp(at / 1000, self._zone).date())

    def _moment(self, stamp: str) -> str:
        local = datetime.fromisoformat(stamp).astimezone(self._zone)
        return str(self._letter["moment"]).format(
            date=self._date(local.date()), time=f"{local:%H:%M}"
        )

    def _day(self, text: str) -> str:
        return self._date(date.fromisoformat(text))

    def _date(self, day: date) -> str:
        month = self._letter["months"][day.month - 1]
        return str(self._letter["day"]).format(day=day.day, month=month, year=day.year)


LETTER = "letters/uitlezing.toml"
