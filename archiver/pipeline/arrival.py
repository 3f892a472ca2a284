"""One delivery on its way in: custody, quarantine, a question, or items, with a balance to check.

The order of a write is objects, keys, event, names, catalogue, receipt; a crash anywhere is
finished by the next writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from zoneinfo import ZoneInfo

from archiver.identify import Identified, IdentifyError, identify
from archiver.model import Account, AccountKind, Delivery, Finding, State
from archiver.pipeline.absorb import (
    FIRST_BATCHES,
    NOTHING,
    Absorbed,
    absorb,
    questions,
    read,
    set_apart,
)
from archiver.pipeline.batch import Batch
from archiver.pipeline.bench import Answers, Bench
from archiver.pipeline.formats import formats
from archiver.pipeline.marked import Watched
from archiver.pipeline.matching import Matching
from archiver.pipeline.outcome import Outcome, outcome
from archiver.pipeline.places import findings as unplaced
from archiver.pipeline.places import places
from archiver.pipeline.reader import ReadingFailed
from archiver.pipeline.room import Room, make_room
from archiver.pipeline.shelf import Shelf
from archiver.pipeline.sieve import Ask, nothing
from archiver.pipeline.tally import Tally, days
from archiver.register.basis_periods import cover
from archiver.store.catalogue import deliveries
from archiver.store.catalogue.devices import keep_places
from archiver.store.catalogue.known import Known
from archiver.store.catalogue.register import account_key
from archiver.store.manifest import Manifest, Placed, encode
from archiver.store.receipts import write_receipt
from archiver.store.scribe import now
from retention.arrive import arrive

KEPT = "delivery.kept"


class Overtaken(Exception):
    """Another process kept the same file of the same account in the meantime."""


class Arrival:
    """One delivery on its way in."""

    def __init__(
        self,
        bench: Bench,
        public: str,
        delivery: Delivery,
        account: Account,
        answers: Answers,
        watched: Watched,
    ) -> None:
        self._bench = bench
        self._archive = bench.scribe.archive
        self._public = public
        self._delivery = delivery
        self._account = account
        self._answers = answers
        self._watched = watched
        self._received = now()
        self._zone = answers.zone or bench.settings.text("zone")
        self._sieve: Ask = nothing
        self._places = places(self._archive, account, opens=lambda kind: not self._seals(kind))
        self._placed: list[Placed] = []
        self._basis = ""
        self._begin()

    def _begin(self) -> None:
        self._tally = Tally(period=days(self._account, self._zone))
        self._tally.noted(self._delivery.findings)
        self._tally.noted(self._watched.names(self._delivery))

    def run(self) -> Outcome:
        """Do it; every way ends with the bytes kept and an event logged."""
        today = datetime.fromtimestamp(self._received / 1000, ZoneInfo(self._zone)).date()
        self._basis, findings = cover(self._archive, self._account, today)
        self._tally.noted(findings)
        if not self._basis:
            return self._keep_bytes(State.CUSTODY)
        found = self._identified()
        if found is None:
            return self._keep_bytes(State.QUARANTINED)
        try:
            return self._keep_items(found)
        except ReadingFailed as error:
            self._begin()
            self._tally.noted([Finding("E-P001", {"reason": str(error.fields["reason"])})])
            return self._keep_bytes(State.QUARANTINED, found)

    def _identified(self) -> Identified | None:
        """Find the format, or note why there is none."""
        if any(finding.code.startswith("E") for finding in self._delivery.findings):
            return None
        try:
            found = identify(
                self._delivery,
                formats(self._answers.mapping),
                source_format=self._answers.source_format,
                service=self._account.service,
            )
        except IdentifyError as error:
            self._tally.noted([error.finding])
            return None
        self._tally.noted(found.findings)
        self._tally.noted(Finding(code) for code in found.format.gaps)
        return found

    def _keep_bytes(self, state: State, found: Identified | None = None) -> Outcome:
        """Keep the originals only: nothing of them is read, searched or shown."""
        with self._archive.objects.stage() as staging:
            shelf = Shelf(self._archive, staging)
            originals = shelf.add_originals(self._delivery)
            with self._archive.writing(), self._archive.catalogue.transaction() as connection:
                self._refuse_to_repeat()
                key = account_key(connection, self._account.id)
                number = deliveries.begin(connection, self._public, key)
                manifest = self._manifest(state, originals, found, NOTHING)
                return self._commit(shelf, manifest, number)

    def _keep_items(self, found: Identified) -> Outcome:
        with self._archive.objects.stage() as staging:
            shelf = Shelf(self._archive, staging)
            originals = shelf.add_originals(self._delivery)
            self._tally.noted(self._watched.texts(self._delivery, found.mains))
            batches = self._watched.watch(
                read(self._bench, self._delivery, found, self._answers, self._received, self._known)
            )
            first = list(islice(batches, FIRST_BATCHES))
            asked = questions(first)
            self._tally.asked(asked)
            state = State.QUESTION if asked else self._state()
            self._watched.open = state is State.INGESTED
            with self._archive.writing(), self._archive.catalogue.transaction():
                self._refuse_to_repeat()
                room = self._place(found, state)
                if asked:
                    absorbed = set_apart(shelf, chain(first, batches), self._tally)
                else:
                    absorbed = self._absorb(shelf, room, found, first, batches)
                manifest = self._manifest(state, originals, found, absorbed)
                return self._commit(shelf, manifest, room.number)

    def _known(self) -> bytes:
        """Say what is known already, once it can be matched."""
        return self._sieve()

    def _refuse_to_repeat(self) -> None:
        connection = self._archive.catalogue.connection
        known = deliveries.same_file(connection, self._account.id, self._delivery.sha256)
        if known is not None and State(known["state"]).is_final:
            raise Overtaken

    def _place(self, found: Identified, state: State) -> Room:
        key = account_key(self._archive.catalogue.connection, self._account.id)
        self._places.service = found.format.service
        return make_room(
            self._archive,
            self._public,
            (key or 0, self._account.id),
            found.format.service,
            opened=state is State.INGESTED,
            seating=self._places,
        )

    def _absorb(
        self,
        shelf: Shelf,
        room: Room,
        found: Identified,
        first: list[Batch],
        batches: Iterator[Batch],
    ) -> Absorbed:
        known = Known(self._archive.catalogue.connection, room.number)
        matching = Matching(self._archive, room, self._twin(known, found))
        matching.unite([row for batch in first for row in batch.rows])
        self._sieve = matching.sieve
        absorbed = absorb(shelf, chain(first, batches), self._tally, matching)
        self._placed = self._places.placed(room)
        self._tally.noted(unplaced(self._placed))
        return absorbed

    def _twin(self, known: Known, found: Identified) -> int | None:
        """Find a delivery of the very same files: of all that its format reads, not of one."""
        members = self._delivery.members
        if found.format.wants is None:
            return known.same_files([members[at].sha256 for at in found.mains], mains=True)
        return known.same_files([member.sha256 for member in members], mains=False)

    def _state(self) -> State:
        sealed = self._places.device or self._seals(self._account.kind) or self._watched.restricts
        return State.SEALED if sealed else State.INGESTED

    def _seals(self, kind: AccountKind) -> bool:
        private = kind is AccountKind.PRIVATE
        policy = "policy.sealed_private" if private else "policy.sealed_business"
        return self._bench.settings.switch(policy)

    def _manifest(
        self,
        state: State,
        originals: tuple[str, ...],
        found: Identified | None,
        absorbed: Absorbed,
    ) -> Manifest:
        counts = self._tally.counts(
            new=absorbed.new, known=absorbed.known, excluded=absorbed.excluded
        )
        return Manifest(
            delivery=self._public,
            account=self._account.id,
            state=state,
            path=str(self._delivery.path),
            layout=self._delivery.layout,
            sha256=self._delivery.sha256,
            size=self._delivery.size,
            received_at=self._received,
            format=found.format.name if found else "",
            format_version=found.format.version if found else 0,
            service=found.format.service if found else "",
            members=self._delivery.members,
            member_objects=originals,
            mains=found.mains if found else (),
            item_frames=absorbed.item_frames,
            normal_frames=absorbed.normal_frames,
            counts=counts,
            since=self._tally.since,
            until=self._tally.until,
            findings=self._tally.all_findings(self._account),
            date_order=self._answers.date_order,
            zone=self._zone,
            unions=absorbed.unions,
            mapping=self._answers.mapping,
            device=self._places.device,
            places=tuple(self._placed),
        )

    def _commit(self, shelf: Shelf, manifest: Manifest, number: int) -> Outcome:
        """Write manifest, keys, event and names; then finish the catalogue's transaction."""
        shelf.put("manifest", encode(manifest))
        opened = manifest.state is State.INGESTED
        parent = self._archive.official_key(self._account.owner) if opened else "delivery"
        event = self._bench.scribe.event(
            KEPT,
            result=manifest.state,
            account=self._account.id,
            basis=self._basis or self._account.basis,
            delivery=self._public,
            objects=shelf.objects,
            counts={name: getattr(manifest.counts, name) for name in _COUNTED},
            codes=sorted(
                {finding.code for finding in manifest.findings} | ({self._places.device} - {""})
            ),
        )
        seq = shelf.commit(self._public, parent, event)
        catalogue = self._archive.catalogue
        deliveries.finish(catalogue.connection, number, manifest, shelf.objects, seq)
        keep_places(catalogue.connection, number, manifest)
        arrive(catalogue.connection, number)
        catalogue.reached(seq)
        write_receipt(self._archive, seq)
        return outcome(manifest, seq)


_COUNTED = ("read", "new", "known", "rejected", "excluded")
