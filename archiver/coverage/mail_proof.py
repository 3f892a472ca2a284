"""Which mails of a private account the ministry has on business accounts too, mail by mail.

Each is **covered** (a business account holds the same record), **forwarded** (it stands within a
mail of a business account, as `forwarded` finds it), or **uncovered**. What is work counts; what
nobody judged yet is counted apart, and what was judged private or of the party is only counted: it
is compared with nothing. All of an account is looked at, so that the numbers are no estimate.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import tzinfo

from msgspec import Struct

from archiver.coverage import tables_mail as tables
from archiver.coverage.attached_mail import attached_mail
from archiver.coverage.forwarded import Original, Originals, Within
from archiver.coverage.mail_proven import Evidence, ProvenMail, Status, Tally, tally
from archiver.coverage.tables_mail import AttachedPart, Held, MailRow
from archiver.errors import ArchiveError, ExitCode
from archiver.model import Account, AccountKind
from archiver.normalise.mail_copy import base_subject
from archiver.register.accounts import account, accounts
from archiver.sorting import schema
from archiver.sorting.tables_acts import of_copies
from archiver.store.archive import Archive
from archiver.store.catalogue.compare import still
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.gather_mail import texts
from archiver.store.catalogue.homes import homes
from archiver.store.catalogue.mail_keys import unpack

FORWARDED_LEVEL = 6
_SHOWN_PROPOSALS = 3

Reading = Callable[[Archive, Sequence[AttachedPart]], Iterable[tuple[AttachedPart, bytes]]]
"""Gives attached messages with their bytes."""


class OtherKind(ArchiveError):
    """Account {account} is no {kind} account; proof goes from a private one to business ones."""

    exit_code = ExitCode.USAGE


class MailProof(Struct, frozen=True):
    """The proof of one private account; `rows` are those that may be shown.

    `unread` counts attached messages whose bytes are no more, in which nothing could be found.
    """

    account: Account
    business: tuple[str, ...]
    work: Tally
    unjudged: Tally
    set_aside: int
    unread: int
    rows: tuple[ProvenMail, ...]


def mail_proof(
    archive: Archive,
    public: str,
    business: Collection[str],
    read: Reading,
    *,
    zone: tzinfo,
    sealed: bool,
) -> MailProof:
    """Compare a private account's mails with these business accounts, by default all there are.

    Args:
        archive: The archive.
        public: The private account's id.
        business: Ids of business accounts.
        read: Gives the bytes of attached messages.
        zone: The zone in which printed dates are read that state none.
        sealed: Also give the rows of what is sealed and not judged yet; for sorters.

    Raises:
        NoSuchThing: There is no such account.
        OtherKind: An account is of the other kind.
    """
    private = _of_kind(archive, public, AccountKind.PRIVATE)
    others = [_of_kind(archive, one, AccountKind.BUSINESS).id for one in business]
    others = others or [one.id for one in accounts(archive) if one.kind is AccountKind.BUSINESS]
    connection = archive.catalogue.connection
    with still(connection):
        found, set_aside = _to_compare(connection, tables.mails(connection, private.id))
        search = _Search(archive, found, tuple(sorted(set(others))), zone)
        search.run(read)
        rows = search.rows(sealed=sealed)
    return MailProof(
        private,
        tuple(sorted(set(others))),
        tally([one for one in rows if not one.sealed]),
        tally([one for one in rows if one.sealed]),
        set_aside,
        search.unread,
        tuple(one for one in rows if sealed or not one.sealed),
    )


def _of_kind(archive: Archive, public: str, kind: AccountKind) -> Account:
    found = account(archive, public)
    if found.kind is not kind:
        raise OtherKind(account=public, kind=str(kind))
    return found


def _to_compare(connection: Connection, found: Iterable[MailRow]) -> tuple[list[MailRow], int]:
    """Give each record once, the open copy first, and count what was judged to be no work."""
    by_record: dict[int, MailRow] = {}
    for one in sorted(found, key=lambda one: (not one.open, one.copy)):
        by_record.setdefault(one.record, one)
    closed = [one.copy for one in by_record.values() if not one.open]
    acts = of_copies(connection, closed) if schema.is_ready(connection) else {}
    aside = {copy for copy, act in acts.items() if act.excludes}
    kept = [one for one in by_record.values() if one.copy not in aside]
    return kept, len(by_record) - len(kept)


class _Search:
    """Looks for the mails of an account on business accounts, each way once."""

    def __init__(
        self, archive: Archive, found: Sequence[MailRow], business: Sequence[str], zone: tzinfo
    ) -> None:
        self._archive = archive
        self._connection = archive.catalogue.connection
        self._found, self._business = found, business
        self._held = tables.held(self._connection, [one.record for one in found], business)
        left = [one for one in found if one.record not in self._held]
        self._originals = Originals(map(_original, left), self._text, zone)
        self._is_left = bool(left)
        self._within: dict[int, dict[tuple[int, str], Within]] = defaultdict(dict)
        self._carriers: dict[int, tuple[str, str, bool]] = {}
        self.unread = 0

    def run(self, read: Reading) -> None:
        """Look into every mail of the business accounts, and into what is attached to them."""
        if not self._is_left:
            return
        for one in tables.carriers(self._connection, self._business):
            self._carriers[one.copy] = one.id, one.account, one.open
            for within in self._originals.in_text(one.text, one.subject):
                self._note(one.copy, within)
        parts = tables.attached(self._connection, self._business)
        self.unread = len(parts)
        for part, raw in read(self._archive, parts):
            self.unread -= 1
            for inner, subject in attached_mail(raw):
                for within in self._originals.attached(inner):
                    self._note(part.copy, within)
                for within in self._originals.in_text(inner.text, subject):
                    self._note(part.copy, within)

    def rows(self, *, sealed: bool) -> list[ProvenMail]:
        """Give what was found, mail by mail in order of time."""
        names = homes(self._connection, [one.record for one in self._found])
        ordered = sorted(self._found, key=lambda one: (one.sent_at or 0, one.copy))
        files = self._files()
        own = tables.holdings_of(self._connection, [one.copy for one in self._found])
        return [
            self._covered(one, names, own, sealed=sealed)
            if one.record in self._held
            else self._contained(one, names, files, sealed=sealed)
            for one in ordered
        ]

    def _note(self, carrier: int, within: Within) -> None:
        """Keep the best of what one mail has of another: a match first, then the largest share."""
        held = self._within[within.original]
        key = carrier, "proposal" if within.against else ""
        if key not in held or held[key].share < within.share:
            held[key] = within

    def _covered(
        self,
        one: MailRow,
        names: Mapping[int, tuple[str, int]],
        own: Mapping[int, tuple[int, str, str]],
        *,
        sealed: bool,
    ) -> ProvenMail:
        found = self._held[one.record]
        shown = next((each for each in found if each.open), found[0])
        level, rule = _joined(shown, own.get(one.copy, (0, "", "")))
        visible = shown.open or sealed
        evidence = Evidence(
            shown.id if visible else "", shown.account if visible else "", level, rule
        )
        return _row(one, names, Status.COVERED, evidence, len(found))

    def _contained(
        self,
        one: MailRow,
        names: Mapping[int, tuple[str, int]],
        files: Mapping[int, frozenset[str]],
        *,
        sealed: bool,
    ) -> ProvenMail:
        own = files.get(one.copy, frozenset())
        matches: list[Evidence] = []
        proposals: list[Evidence] = []
        for (carrier, _), within in self._within.get(one.copy, {}).items():
            common = len(own & files.get(carrier, frozenset()))
            evidence = self._evidence(carrier, within, common, sealed=sealed)
            (proposals if within.against else matches).append(evidence)
        matches.sort(key=_strength)
        proposals.sort(key=_strength)
        if matches:
            return _row(one, names, Status.FORWARDED, matches[0], len(matches), len(own))
        return _row(
            one, names, Status.UNCOVERED, None, 0, len(own), tuple(proposals[:_SHOWN_PROPOSALS])
        )

    def _evidence(self, carrier: int, within: Within, files: int, *, sealed: bool) -> Evidence:
        name, public, is_open = self._carriers.get(carrier, ("", "", False))
        if not (is_open or sealed):
            name = public = ""
        return Evidence(
            name, public, FORWARDED_LEVEL, within.rule, within.share, files, within.form,
            within.against,
        )  # fmt: skip

    def _files(self) -> dict[int, frozenset[str]]:
        carriers = {carrier for held in self._within.values() for carrier, _ in held}
        return tables.files(self._connection, {one.copy for one in self._found} | carriers)

    def _text(self, copy: int) -> str:
        return texts(self._connection, [copy])[copy]


def _original(one: MailRow) -> Original:
    keys = unpack(one.key)
    subject = base_subject(one.subject).text
    return Original(one.copy, one.sent_at, one.author, one.label, subject, keys.id, keys.content)


def _row(
    one: MailRow,
    names: Mapping[int, tuple[str, int]],
    status: Status,
    evidence: Evidence | None,
    found: int,
    attachments: int = 0,
    proposals: tuple[Evidence, ...] = (),
) -> ProvenMail:
    delivery, item = names[one.record]
    return ProvenMail(
        f"{delivery}.{item}", one.id, not one.open, one.sent_at, one.label, one.subject, status,
        evidence, found, attachments, proposals,
    )  # fmt: skip


def _strength(one: Evidence) -> tuple[int, int, bool, str]:
    return -one.share, -one.files, not one.id, one.id


def _joined(shown: Held, own: tuple[int, str, str]) -> tuple[int, str]:
    """Give the level and rule that made two holdings one record; the later one has them."""
    for link in filter(None, (shown.link, own[2])):
        told = json.loads(link)
        return int(told.get("level", 4)), str(told.get("rule", ""))
    level, rule = max((shown.level, shown.rule), own[:2])
    return level, rule
