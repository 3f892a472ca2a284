"""Whatever is handed in, held, lifted, proposed, approved, carried out or cut short, in any order:

no held message is ever destroyed, nothing is destroyed without two valid approvals, the archive
proves itself, and a rebuild, a backup and a restore say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.dying import unsynced
from tests.gate import MANAGER, OWNER
from tests.ministry import LIEN
from tests.retention_exports import EXPORTS, PEOPLE, PEOPLE_NAMED, Export
from tests.retention_whole import backup, rebuild, restore_newest, restore_older, sound
from tests.retention_world import Proposal, World, named_alike, world

IN_CHECK = 60
IN_ALL, PARTS = 2_000, 8
STEPS = 9
_SEED = 20261122
_MOST_CALLS = 120
"""A destruction makes fewer calls that change the disk, so that some of these never die."""

_KINDS = ("word", "word", "person", "day", "conversation")
_SCOPES = ("all", "records", "records", "records", "delivery", "account", "withdrawn")

numbers = st.integers(0, 49)
scopes = st.sampled_from(_SCOPES)
calls = st.integers(0, _MOST_CALLS)


class Retention(RuleBasedStateMachine):
    """A ministry at work, and after each step a look at all that it has."""

    def __init__(self) -> None:
        """Make the ministry."""
        super().__init__()
        self.older = False
        self._stack = ExitStack()
        folder = self._stack.enter_context(TemporaryDirectory(prefix="retention-"))
        self._stack.enter_context(unsynced())
        self.world: World = world(Path(folder))
        self._stack.enter_context(named_alike())

    @initialize(
        exports=st.sets(st.sampled_from(EXPORTS), min_size=1, max_size=3),
        how=st.sampled_from(("", "withdrawn")),
        which=numbers,
        older=st.booleans(),
    )
    def begin(self, exports: set[Export], how: str, which: int, older: bool) -> None:
        """Something is there and appraised, and perhaps a withdrawal was approved."""
        self.older = older
        for export in sorted(exports, key=EXPORTS.index):
            self.world.ingest(export)
        self.world.appraise()
        if older:
            backup(self.world)
        if how:
            self._approve_both(self._propose(how, which))

    @rule(export=st.sampled_from(EXPORTS), hold=st.none() | st.booleans(), appraised=st.booleans())
    def ingest(self, export: Export, hold: bool | None, appraised: bool) -> None:
        """An export is handed in, perhaps again, perhaps under a hold that was there before."""
        if hold is not None:
            number = export.messages[-1]
            person = PEOPLE_NAMED.index(PEOPLE[export.account])
            self.world.place("person" if hold else "word", person if hold else number)
        self.world.ingest(export)
        if appraised:
            self.world.appraise()

    @precondition(lambda self: self.world.there)
    @rule(kind=st.sampled_from(_KINDS), which=numbers)
    def hold(self, kind: str, which: int) -> None:
        """A hold is placed."""
        self.world.place(kind, which)

    @precondition(lambda self: self._waiting())
    @rule(which=numbers, person=st.booleans(), crash_at=st.none() | calls)
    def hold_what_waits(self, which: int, person: bool, crash_at: int | None) -> None:
        """A hold is placed on something that was proposed, and it is carried out all the same."""
        public = _chosen(self._waiting(), which)
        left = sorted(self.world.left(self.world.proposals[public]).values())
        if left:
            account, number = left[which % len(left)]
            chosen = PEOPLE_NAMED.index(PEOPLE[account]) if person else number
            self.world.place("person" if person else "word", chosen)
        self.world.execute(public, crash_at)

    @precondition(lambda self: self.world.holds)
    @rule(which=numbers, login=st.sampled_from(("", LIEN)), both=st.booleans())
    def lift(self, which: int, login: str, both: bool) -> None:
        """A lift is asked for, or confirmed, or refused."""
        public = _chosen(self.world.holds, which)
        self.world.lift(public, login)
        if both and public in self.world.holds:
            self.world.lift(public, "" if login else LIEN)

    @precondition(lambda self: self.world.there)
    @rule(how=scopes, which=numbers, approved=st.booleans())
    def propose(self, how: str, which: int, approved: bool) -> None:
        """What is due is proposed, or a delivery to be withdrawn; perhaps two approve at once."""
        public = self._propose(how, which)
        if public and approved:
            self._approve_both(public)

    @precondition(lambda self: self.world.there)
    @rule(how=scopes, which=numbers, crash_at=st.none() | calls)
    def dispose(self, how: str, which: int, crash_at: int | None) -> None:
        """The same, and it is carried out at once."""
        public = self._propose(how, which)
        if public:
            self._approve_both(public)
            self.world.execute(public, crash_at)

    @precondition(lambda self: self.world.marked)
    @rule(which=numbers, crash_at=st.none() | calls, carried_out=st.booleans())
    def come_again(self, which: int, crash_at: int | None, carried_out: bool) -> None:
        """What was destroyed is handed in again, and goes again on the ground of before."""
        world = self.world
        account, _ = list(world.marked)[which % len(world.marked)]
        for export in EXPORTS:
            if export.account == account:
                world.ingest(export)
        world.appraise()
        grounds = sorted({one for copy in world.back.values() for one in world.marked[copy]})
        if grounds:
            public = world.propose("--again", ground=grounds[which % len(grounds)])
            if public and carried_out:
                self._approve_both(public)
                world.execute(public, crash_at)
                if crash_at is not None:
                    world.execute(public)

    @precondition(lambda self: self.world.proposals)
    @rule(which=numbers)
    def execute(self, which: int) -> None:
        """A proposal is carried out, or refused."""
        self.world.execute(_chosen(self.world.proposals, which))

    @precondition(lambda self: self._waiting())
    @rule(which=numbers, crash_at=st.none() | calls)
    def go_on(self, which: int, crash_at: int | None) -> None:
        """One that was not carried out is; the process may die on the way."""
        self.world.execute(_chosen(self._waiting(), which), crash_at)

    @precondition(lambda self: self.world.proposals)
    @rule(which=numbers, who=st.sampled_from(("both", OWNER, MANAGER, "forged", "forged", LIEN)))
    def approve(self, which: int, who: str) -> None:
        """Somebody approves, or tries to; of those that wait for it when there are."""
        proposals, keys = self.world.proposals, self.world.gate.keys
        fresh = {name: one for name, one in self._waiting().items() if not one.approved}
        public = _chosen(fresh or proposals, which)
        match who:
            case "both":
                self._approve_both(public)
            case "forged":
                self.world.approve(public, OWNER, keys[MANAGER])
            case _:
                self.world.approve(public, who, keys.get(who, keys[OWNER]))

    @rule(what=st.sampled_from(("rebuild", "backup", "appraise", "assign", "key")), which=numbers)
    def keep(self, what: str, which: int) -> None:
        """Meanwhile the archive is kept, and people decide."""
        match what:
            case "rebuild":
                rebuild(self.world)
            case "backup":
                backup(self.world)
            case "assign" if self.world.there and not self.world.assigned:
                self.world.assign(which)
            case "key" if self.world.proposals:
                self.world.new_key(OWNER, "process-owner")
            case _:
                self.world.appraise()

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is there is what was handed in, but for what was lawfully destroyed."""
        self.world.check()

    def teardown(self) -> None:
        """The archive proves itself; a rebuild and a restore say the same."""
        try:
            if self.world.deliveries:
                sound(self.world)
            if self.world.marked and self.older:
                restore_older(self.world)
            elif self.world.marked:
                restore_newest(self.world)
        finally:
            self._stack.close()

    def _approve_both(self, public: str) -> None:
        for login in (OWNER, MANAGER):
            self.world.approve(public, login, self.world.gate.keys[login])

    def _waiting(self) -> dict[str, Proposal]:
        proposals = self.world.proposals
        return {name: one for name, one in proposals.items() if one.state != "done"}

    def _propose(self, how: str, which: int) -> str:
        """Propose within a scope that the number chooses; give the id, or nothing."""
        world = self.world
        places = sorted(world.there, key=lambda place: world.there[place])
        delivery, item = places[which * 5 % len(places)]
        account, number = world.there[delivery, item]
        other = world.there[places[which * 7 % len(places)]][1]
        words: dict[str, tuple[str, ...]] = {
            "all": (),
            "delivery": ("--delivery", delivery),
            "account": ("--account", world.office.account(account)),
            "withdrawn": ("--delivery", delivery, "--reason", "Verkeerd toestel"),
        }
        if how == "records":
            chosen = (w for n in {number, other} for w in ("--record", world.record(n)))
            return world.propose(*chosen)
        return world.propose(
            *words[how], ground="withdrawn" if how == "withdrawn" else "selection-list"
        )


def _chosen(among: Mapping[str, object], which: int) -> str:
    """Choose in the order of their coming, since ids differ from run to run."""
    return list(among)[which % len(among)]


def _run(part: int, sequences: int) -> None:
    run_state_machine_as_test(
        seed(_SEED + part)(type(f"Retention{part}", (Retention,), {})),
        settings=settings(
            max_examples=sequences,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.unmeasured
def test_nothing_gets_past_the_gate() -> None:
    """In sixty sequences nothing held and nothing unapproved goes, and all stays sound."""
    _run(0, IN_CHECK)


@pytest.mark.unmeasured
def test_a_proof_needs_no_words_of_what_is_in_no_catalogue() -> None:
    """When all records go while something that came back stays, the proof still proves itself."""
    state = Retention()
    handed = ("zeven/ontvangen.mbox", "twee/WhatsApp-chat met Havenoverleg.txt")
    state.begin({one for one in EXPORTS if one.name in handed}, "", 21, older=True)
    state.dispose("records", 35, 111)
    state.dispose("delivery", 17, 107)
    state.come_again(33, None, carried_out=True)
    state.dispose("withdrawn", 17, None)
    state.come_again(22, None, carried_out=False)
    state.dispose("all", 41, None)
    state.nothing_is_lost()
    state.teardown()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_nothing_gets_past_the_gate_in_two_thousand_sequences(part: int) -> None:
    """The same in two thousand sequences."""
    _run(part, IN_ALL // PARTS)
