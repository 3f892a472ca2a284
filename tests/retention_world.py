"""A small ministry whose messages come and go, beside a plain account of what must be there.

The account (`World.there`, `marked`, `holds`, `proposals`) knows nothing of the archive's own
tables: it is told what was handed in and what the gate said, and after each step all that the
archive holds is compared with it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from retention import schema
from tests.dying import Killed, dying
from tests.gate import MANAGER, OWNER, Gate, gate, key_pair
from tests.ministry import LIEN, Ministry, Ran
from tests.retention_exports import (
    PEOPLE,
    PEOPLE_NAMED,
    Copy,
    Export,
    Place,
    is_second_day,
    strand_of,
    word,
)
from tests.retention_rows import came_back, held_copies, holdings, record_that_says, talked


@dataclass(slots=True)
class Hold:
    """A hold as it was asked for: the copies that it certainly covers, by a rule of its own."""

    kind: str
    value: Any
    is_exact: bool = True
    asked_by: str | None = None

    def covers(self, copy: Copy, strands: dict[Copy, set[str]]) -> bool:
        """Whether a copy is held."""
        account, number = copy
        match self.kind:
            case "word":
                return bool(number == self.value)
            case "person":
                return bool(PEOPLE[account] == self.value)
            case "day":
                return bool(is_second_day(number) == self.value)
            case _:
                return bool(strands.get(copy, set()) & self.value)


@dataclass(slots=True)
class Proposal:
    """What was proposed, and by which key each role approved it."""

    ground: str
    targets: dict[str, set[int]]
    approved: dict[str, Path] = field(default_factory=dict)
    state: str = "proposed"


@dataclass(slots=True)
class World:
    """The ministry, and what must be true of it."""

    gate: Gate
    spare: dict[str, Path]
    there: dict[Place, Copy] = field(default_factory=dict)
    back: dict[Place, Copy] = field(default_factory=dict)
    marked: dict[Copy, set[str]] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    deliveries: dict[str, Export] = field(default_factory=dict)
    due: set[Copy] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    executed: list[str] = field(default_factory=list)
    is_outdated: bool = True
    backed_up: set[str] = field(default_factory=set)
    gone_since_backup: set[Copy] = field(default_factory=set)

    @property
    def office(self) -> Ministry:
        """The ministry itself."""
        return self.gate.office

    # -- what comes in -------------------------------------------------------------------------

    def ingest(self, export: Export) -> None:
        """Hand an export in; what the same account had destroyed stays away."""
        office = self.office
        found = office.ingest(office.write(export.name, export.content), export.account, code=None)
        delivery = found["delivery"]
        if found["repeated"]:
            assert self.deliveries[delivery] == export
            return
        away = {n for n in export.messages if (export.account, n) in self.marked}
        assert (found["read"], found["excluded"]) == (len(export.messages), len(away)), found
        self.deliveries[delivery] = export
        self.fresh.add(delivery)
        for item, number in enumerate(export.messages, 1):
            kept = self.back if number in away else self.there
            kept[delivery, item] = export.account, number

    def appraise(self) -> None:
        """Appraise all: what is a director-general's falls due, but for what was assigned."""
        assert self.office.run("retention", "appraise").code in (0, 1)
        strands = self.strands()
        self.due = {
            copy
            for copy in self.there.values()
            if copy[0] != "wim" and not strands[copy] & self.assigned
        }
        self.is_outdated = False
        self.fresh.clear()

    def assign(self, which: int) -> None:
        """Assign a conversation to a category that is kept for good."""
        conversation, strands = self._conversation(which)
        words = ("retention", "assign", conversation, "--category", "1.1", "--reason", "r")
        self.office.json(*words)
        self.assigned |= strands
        self.is_outdated = True

    # -- holds ---------------------------------------------------------------------------------

    def place(self, kind: str, which: int) -> None:
        """Place a hold on a word, a person, a day or a conversation."""
        options: dict[str, tuple[Any, tuple[str, ...]]] = {
            "word": (which, ("--query", word(which))),
            "person": (
                person := PEOPLE_NAMED[which % 3],
                ("--person", person),
            ),
            "day": (
                second := bool(which % 2),
                ("--from", "2014-05-14") if second else ("--to", "2014-05-13"),
            ),
        }
        if kind in options:
            value, words = options[kind]
        else:
            conversation, value = self._conversation(which)
            words = ("--conversation", conversation)
        found = self.office.json("hold", "place", "--kind", "woo-request", *words)
        self.holds[found["hold"]] = Hold(kind, value, is_exact=kind != "conversation")

    def lift(self, public: str, login: str) -> None:
        """Ask for a hold to be lifted, or confirm it as somebody else."""
        code = self.office.run("hold", "lift", public, "--reason", "r", login=login).code
        hold = self.holds[public]
        assert code == (4 if hold.asked_by == login else 0), code
        if hold.asked_by is None:
            hold.asked_by = login
        elif hold.asked_by != login:
            del self.holds[public]

    def held(self, copies: Iterable[Copy]) -> set[Copy]:
        """Give those of these copies that some hold certainly covers."""
        strands = self.strands()
        holds = self.holds.values()
        return {copy for copy in copies if any(one.covers(copy, strands) for one in holds)}

    # -- the gate ------------------------------------------------------------------------------

    def propose(self, *words: object, ground: str = "selection-list") -> str:
        """Propose; nothing held and nothing that is not due may be in it. Gives the id, if any."""
        given = ("dispose", "propose", "--ground", ground, *words, "--output", "json")
        ran = self.office.run(*given)
        if ran.code:
            self._not_proposed(ran, words, ground)
            return ""
        found = ran.json
        targets: dict[str, set[int]] = {}
        for line in found["lines"]:
            targets.setdefault(line["delivery"], set()).update(self._items(line))
        places = {(d, item) for d, items in targets.items() for item in items}
        copies = {self.there[place] for place in places & self.there.keys()}
        assert self.held(copies) == set()
        if ground == "selection-list":
            assert not self.is_outdated
            assert copies <= self.due, copies - self.due
        if "--again" in words:
            assert places & self.back.keys() == self._may_go_again(ground)
        public = str(found["proposal"])
        self.proposals[public] = Proposal(ground, targets)
        return public

    def _may_go_again(self, ground: str) -> set[Place]:
        """Give what returned and was destroyed on this ground before, but for what may be held."""
        return {
            place
            for place, copy in self.back.items()
            if ground in self.marked[copy] and not self._may_be_held(copy)
        }

    def _may_be_held(self, copy: Copy) -> bool:
        """Whether a hold covers what no search finds: words and conversations cover all of it."""
        return any(
            one.kind in ("word", "conversation") or one.covers(copy, {})
            for one in self.holds.values()
        )

    def _not_proposed(self, ran: Ran, words: tuple[object, ...], ground: str) -> None:
        assert ran.code in (1, 5, 9), ran.err
        if ran.code == 9:
            assert self.is_outdated
        if ran.code == 5:
            assert self.holds
        if ran.code in (1, 5) and "--again" in words:
            assert not self._may_go_again(ground)
        if ran.code == 1 and not words and ground == "selection-list" and self._is_certain():
            assert not (self.due & set(self.there.values())) - self.held(self.there.values())

    def _items(self, line: dict[str, Any]) -> set[int]:
        if not line["items"]:
            return {
                item for delivery, item in (*self.there, *self.back) if delivery == line["delivery"]
            }
        ranges = [tuple(map(int, one.split("-"))) for one in line["items"]]
        return {item for first, last in ranges for item in range(first, last + 1)}

    def approve(self, public: str, login: str, key: Path) -> None:
        """Approve with a key, which may be another one than the officer's own."""
        proposal = self.proposals[public]
        role = {OWNER: "process-owner", MANAGER: "archive-manager"}.get(login)
        ran = self.office.run("dispose", "approve", public, "--key", key, login=login)
        if proposal.state == "done":
            assert ran.code in (2, 4), ran.err
        elif role is None or key != self.gate.keys[login] or role in proposal.approved:
            assert ran.code == 4, ran.err
        else:
            assert ran.code == 0, ran.err
            proposal.approved[role] = key

    def new_key(self, login: str, role: str) -> None:
        """Register another key of an officer: what was approved with the old one lapses."""
        key, self.spare[login] = self.spare[login], self.gate.keys[login]
        self.gate.officer(login, role, key=key)

    def is_approved(self, proposal: Proposal) -> bool:
        """Whether two people approved it, with the keys that they have now."""
        return proposal.approved == {
            "process-owner": self.gate.keys[OWNER],
            "archive-manager": self.gate.keys[MANAGER],
        }

    def left(self, proposal: Proposal) -> dict[Place, Copy]:
        """Give what a proposal names and is still there."""
        return {
            place: (self.there | self.back)[place]
            for delivery, items in proposal.targets.items()
            for item in items
            if (place := (delivery, item)) in self.there or place in self.back
        }

    def execute(self, public: str, crash_at: int | None = None) -> None:
        """Carry it out, or die on the way; what may go is told beforehand."""
        proposal = self.proposals[public]
        left = self.left(proposal)
        may, must = self._expected(proposal, left)
        words = ("dispose", "execute", public, "--output", "json")
        try:
            with dying(crash_at if crash_at is not None else 1 << 30):
                ran = self.office.run(*words)
        except Killed:
            self._look_after_crash(public, proposal, left, may=may)
            return
        assert ran.code in may, (ran.code, may, ran.err)
        if ran.code == 0:
            # What another proposal destroyed meanwhile, this one did not.
            assert not set(ran.json["failed"]) & {delivery for delivery, _ in left}
            self._gone(proposal, left)
            proposal.state = "done"
            self.executed.append(public)
        assert ran.code in must, (ran.code, must, ran.err)

    def _expected(
        self, proposal: Proposal, left: dict[Place, Copy]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give the exit codes that are right, and those that are when the account knows all."""
        if proposal.state == "done":
            return (2,), (2,)
        if not self.is_approved(proposal):
            return (4,), (4,)
        held = {copy for place, copy in left.items() if place in self.there}
        if self.held(held) or any(
            self._may_be_held(copy) for place, copy in left.items() if place in self.back
        ):
            return (5, 9), (5, 9)
        if proposal.ground == "selection-list" and (self.is_outdated or not held <= self.due):
            return (9, 5), (9, 5)
        return (0, 5, 9), (0,) if self._is_certain() else (0, 5, 9)

    def _is_certain(self) -> bool:
        """Whether nothing was asked for by conversation, whose extent the archive finds itself."""
        return not self.assigned and all(one.is_exact for one in self.holds.values())

    def _gone(self, proposal: Proposal, places: dict[Place, Copy]) -> None:
        for place, copy in places.items():
            del (self.there if place in self.there else self.back)[place]
            self.marked.setdefault(copy, set()).add(proposal.ground)
            if place[0] in self.backed_up:
                self.gone_since_backup.add(copy)
        # What lives on only in a delivery that came after the appraisal was not appraised there.
        self.due &= {copy for place, copy in self.there.items() if place[0] not in self.fresh}

    def _look_after_crash(
        self, public: str, proposal: Proposal, left: dict[Place, Copy], *, may: tuple[int, ...]
    ) -> None:
        """Each delivery is as it was or has lost all that was proposed; the next writer mends."""
        with self.office.opened() as archive, archive.writing():
            now = set(holdings(archive.catalogue.connection)) | came_back(archive)
        for delivery in proposal.targets:
            places = {place: copy for place, copy in left.items() if place[0] == delivery}
            there = now & places.keys()
            assert there in (set(), places.keys()), (delivery, there)
            if not there and places:
                assert 0 in may, (public, may)
                self._gone(proposal, places)
        stage = {one["proposal"]: one["state"] for one in self._listed()}[public]
        proposal.state = stage

    def _listed(self) -> Any:
        return self.office.json("dispose", "list")["proposals"]

    # -- what is there -------------------------------------------------------------------------

    def check(self) -> None:
        """Compare all that the archive has, and all that is held in it, with the account."""
        with self.office.opened() as archive:
            connection = schema.ready(archive)
            found = holdings(connection)
            held = held_copies(connection)
            assert came_back(archive) == self.back.keys()
        names = {self.office.account(name): name for name in PEOPLE}
        there = {place: (names[account], n) for place, (account, n) in found.items()}
        assert there == self.there
        strands = self.strands()
        copies = set(self.there.values())
        for public, one in self.holds.items():
            covered = {copy for copy in copies if one.covers(copy, strands)}
            actual = {(names[account], n) for account, n, hold in held if hold == public}
            assert covered == actual if one.is_exact else covered <= actual, (public, one)
        assert {hold for *_, hold in held} <= self.holds.keys()

    def strands(self) -> dict[Copy, set[str]]:
        """Name the strands that a copy may be of: account and title, as the exports have them."""
        found: dict[Copy, set[str]] = {}
        for (delivery, _), copy in self.there.items():
            found.setdefault(copy, set()).add(strand_of(self.deliveries[delivery], copy[1]))
        return found

    def _conversation(self, which: int) -> tuple[str, set[str]]:
        """Choose a conversation; give its id and the strands that are its own."""
        found: dict[str, tuple[str, set[str]]] = {}
        with self.office.opened() as archive:
            rows = talked(archive.catalogue.connection)
        for public, place in rows:
            strand = strand_of(self.deliveries[place[0]], self.there[place][1])
            found.setdefault(public, (strand, set()))[1].add(strand)
        ordered = sorted(found, key=lambda public: min(found[public][1]))
        chosen = ordered[which % len(ordered)]
        return chosen, found[chosen][1]

    def record(self, number: int) -> str:
        """Give the public name of the record of a message that is there."""
        with self.office.opened() as archive:
            return record_that_says(archive.catalogue.connection, word(number))


def world(folder: Path) -> World:
    """Make one: a copy of a template with officers, keys and accounts."""
    template = _template()
    made = template.office.copy(folder)
    return World(Gate(made, dict(template.keys)), dict(_spare()))


@contextmanager
def named_alike() -> Iterator[None]:
    """Give the same ids in every run, since deliveries are destroyed in the order of theirs."""
    with patch("archiver.register.accounts.secrets.choice", random.Random(0).choice):
        yield


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="retention-")


@cache
def _template() -> Gate:
    made = gate(Path(_folder().name))
    made.office.officer(LIEN, "records-officer")
    for name, person in PEOPLE.items():
        service = "mail" if name.startswith("post") else "whatsapp"
        identifier = f"{name}@voorbeeld.example" if service == "mail" else f"+3161{len(name):08}"
        more = {} if service == "whatsapp" else {"identifier": identifier}
        made.office.account(name, person=person, owner=person, service=service, **more)
    for number in range(256):  # Which of them a write makes would differ from run to run.
        (made.office.archive / "objects" / f"{number:02x}").mkdir(parents=True, exist_ok=True)
    return made


@cache
def _spare() -> dict[str, Path]:
    folder = Path(_folder().name)
    return {login: key_pair(folder, f"spare-{login}") for login in (OWNER, MANAGER)}
