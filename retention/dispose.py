"""The one gate: carry out a proposal that two people approved, or refuse.

Inside the writer's lock everything is checked again: the proposal against its digest, both
signatures, every hold, every condition. Then it goes delivery by delivery; what is destroyed is
known by its events, so that the same call after a crash goes on with what is left. How something is
destroyed is handed in (`archiver.pipeline.destroy`), and so is who removes the files that were
handed in and still lie about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError
from archiver.model import State
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, now
from retention import approve, dossier, held, returned, schema, tables_dispose, tables_targets
from retention.appraise import spread
from retention.carried_out import DONE, Done, RemovedFile, gone, others
from retention.judge import CHANGED, HELD, Judge, Reason
from retention.proof import Proof, Samples
from retention.proposal import Ground, Proposal, load
from retention.tables_dispose import Proposed, Stage
from retention.tables_targets import Whole

BEGUN = "dispose.begun"

Targets = Mapping[str, frozenset[int] | None]
Back = Mapping[str, returned.Returned]
"""By delivery what of it was destroyed before, and handed in again."""


class Destroy(Protocol):
    """Destroys items of deliveries, whole ones where None stands; durable on return."""

    def __call__(
        self, scribe: Scribe, targets: Targets, proposal: str, *, state: State | None = None
    ) -> object:
        """Do it; whole deliveries are then in `state` when one is given."""
        ...


class Handed(Struct, frozen=True):
    """What was handed in: a delivery, its account, and the digest of its file."""

    delivery: str
    account: str
    sha256: str


RemoveFiles = Callable[[Sequence[Handed]], Sequence[RemovedFile]]


class ConditionsChanged(ArchiveError):
    """Nothing was destroyed: {count} of these may not go any more ({reasons}). Propose anew."""


def execute(
    scribe: Scribe,
    public: str,
    destroy: Destroy,
    remove_files: RemoveFiles = lambda _: (),
    find: returned.Find = returned.nothing,
) -> Done:
    """Carry out a proposal, or go on with one that was interrupted; `find` gives what returned.

    Raises:
        ApprovalRefused: An approval is missing or counts no longer, or the proposal has expired.
        AlteredProposal: It is not what was approved.
        Held: Something of it is held; nothing (more) was destroyed.
        ConditionsChanged: Something of it may not go any more; nothing (more) was destroyed.
    """
    archive = scribe.archive
    with archive.writing():
        spread(scribe)
        try:
            proposal, known = load(archive, public)
            if known.stage == Stage.DONE:
                raise approve.AlreadyExecuted(proposal=public)
            if known.stage == Stage.PROPOSED:
                approve.check_expiry(known)
            approve.verified(archive, proposal, known)
            back = {one.delivery: one for one in find(archive, tuple(proposal.targets))}
            left = _left(archive, proposal, known, back)
            _check(archive, proposal, left, back)
        except ArchiveError as refusal:
            approve.refuse(scribe, public, refusal)
            raise
        return _Run(scribe, proposal, known, left, back).run(destroy, remove_files)


def project(archive: Archive, event: Event) -> None:
    """Bring into the catalogue how far a proposal is."""
    stage, at = (Stage.DONE, event.counts["done"]) if event.type == DONE else (Stage.BEGUN, None)
    connection = tables_dispose.made(archive.catalogue.connection)
    tables_dispose.put_stage(connection, event.delivery, stage, at)


# -- what is left, and whether it may go ----------------------------------------------------------


def _left(archive: Archive, proposal: Proposal, known: Proposed, back: Back) -> Targets:
    """Give what is still to be destroyed: of items those that are still there."""
    connection = schema.ready(archive)
    already = gone(archive, proposal, known)
    left: dict[str, frozenset[int] | None] = {}
    for delivery, items in proposal.targets.items():
        one = tables_targets.whole(connection, delivery)
        if delivery in already or one is None or one.state == State.WITHDRAWN:
            continue
        if items is None:
            left[delivery] = None
        elif there := _there(connection, one, back) & items:
            left[delivery] = there
    return left


def _there(connection: Connection, one: Whole, back: Back) -> frozenset[int]:
    """Give the items of a delivery that are there, in the catalogue or only in its objects."""
    held = {item for item, _ in tables_targets.of_delivery(connection, one.id)}
    return frozenset(held | {item.number for item in _items(back, one.delivery)})


def _items(back: Back, delivery: str) -> Sequence[returned.Item]:
    return back[delivery].items if delivery in back else ()


def _check(archive: Archive, proposal: Proposal, left: Targets, back: Back) -> None:
    connection = archive.catalogue.connection
    with archive.catalogue.transaction():
        held.refresh(connection)
    judge = Judge(connection, proposal.ground, now())
    against = [
        reason
        for delivery, items in left.items()
        for reason in _against(connection, proposal, judge, delivery, items, back)
    ]
    holds = sorted({by for reason in against for by in reason.by})
    if any(reason.code == HELD for reason in against):
        raise held.Held(count=len(against), holds=", ".join(holds))
    if against:
        reasons = ", ".join(sorted({reason.code for reason in against}))
        raise ConditionsChanged(count=len(against), reasons=reasons)


def _against(
    connection: Connection,
    proposal: Proposal,
    judge: Judge,
    delivery: str,
    items: Collection[int] | None,
    back: Back,
) -> Iterator[Reason]:
    one = _whole(connection, delivery)
    rows = tables_targets.of_delivery(connection, one.id)
    copies = [copy for item, copy in rows if items is None or item in items]
    came = _items(back, delivery)
    if items is None and (reason := judge.delivery(one, copies, came)) is not None:
        yield reason
    if delivery in proposal.again or items is not None:
        goes = [item for item in came if items is None or item.number in items]
        yield from judge.returned(one, goes).values()
    if items is None and delivery in proposal.again and not back[delivery].is_all:
        yield Reason(CHANGED)
    if proposal.ground is not Ground.WITHDRAWN:
        yield from judge.items(tables_targets.places(connection, copies)).values()


def _whole(connection: Connection, delivery: str) -> Whole:
    found = tables_targets.whole(connection, delivery)
    if found is None:
        raise ConditionsChanged(count=1, reasons=delivery)
    return found


# -- carrying it out ------------------------------------------------------------------------------


class _Run:
    """One attempt to carry out a proposal."""

    def __init__(
        self, scribe: Scribe, proposal: Proposal, known: Proposed, left: Targets, back: Back
    ) -> None:
        self._scribe = scribe
        self._archive = scribe.archive
        self._proposal = proposal
        self._known = known
        self._left = left
        self._back = back

    def run(self, destroy: Destroy, remove_files: RemoveFiles) -> Done:
        began = now()
        public = self._proposal.id
        counts = {"deliveries": len(self._left)}
        self._scribe.record(self._scribe.event(BEGUN, delivery=public, counts=counts))
        samples = Samples(self._archive, self._left, self._back)
        withdrawn = self._proposal.ground is Ground.WITHDRAWN
        for delivery in sorted(self._left):
            items = self._left[delivery]
            state = State.WITHDRAWN if withdrawn and items is None else None
            destroy(self._scribe, {delivery: items}, public, state=state)
        removed = remove_files(self._handed())
        proof = samples.search(self._archive, self._left)
        return self._log(began, removed, proof)

    def _handed(self) -> list[Handed]:
        connection = self._archive.catalogue.connection
        found = (tables_targets.whole(connection, one) for one in sorted(self._proposal.targets))
        return [Handed(one.delivery, one.account, one.sha256) for one in found if one is not None]

    def _log(self, began: int, removed: Sequence[RemovedFile], proof: Proof) -> Done:
        public = self._proposal.id
        destroyed = gone(self._archive, self._proposal, self._known)
        missing = self._proposal.targets.keys() - destroyed.keys()
        by_others = others(self._archive, self._proposal, self._known, missing)
        done = Done(
            proposal=public,
            executor=self._scribe.actor.officer.id,
            began_at=began,
            done_at=now(),
            gone=tuple(destroyed[one] for one in sorted(destroyed)),
            removed=tuple(removed),
            proof=proof,
            proven=tuple(sorted(self._left)),
            failed=tuple(sorted(missing - {one.delivery for one in by_others})),
            others=by_others,
        )
        event = self._scribe.event(
            DONE,
            delivery=public,
            result="ok" if proof.holds else "remains",
            detail=msgspec.to_builtins(done),
            key=dossier.PARENT,
            counts={
                "done": done.done_at,
                "items": sum(one.items for one in done.gone),
                "remains": len(proof.remains),
            },
        )
        self._scribe.record(event)
        return done
