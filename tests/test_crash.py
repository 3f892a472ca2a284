"""Killed at every system call that changes the disk, the archive loses and doubles nothing.

The outcome of a kill does not show a missing sync, since the kernel keeps what a dead process
wrote. So the log of the calls is checked as well: everything is synced before what names it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from crash import calls, durable
from crash.calls import Call
from crash.place import Place, state
from crash.scenario import SCENARIOS, Scenario

SEED = 20261121
POINTS_IN_CHECK = 30
PARTS = 3

pytestmark = pytest.mark.skipif(bool(calls.missing_strace()), reason=calls.missing_strace() or "-")


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A scenario, the calls of its command when nothing goes wrong, and what comes of it."""

    scenario: Scenario
    place: Place
    before: tuple[Path, ...]
    calls: tuple[Call, ...]
    state: dict[str, object]

    @property
    def points(self) -> list[Call]:
        """The calls that change archive or keys, locks and catalogue included."""
        tops = (self.place.archive, self.place.keys)
        return [
            each
            for each in self.calls
            if each.name in calls.CHANGES and any(each.path.is_relative_to(top) for top in tops)
        ]


Prepared = Callable[[str], Undisturbed]


def command(place: Place, words: tuple[str, ...], *options: str) -> list[str]:
    """The command of a scenario as a process of its own."""
    return [sys.executable, "-m", "crash.reading", *options, *place.words(*words)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Gives the undisturbed run of a scenario, made once."""
    known: dict[str, Undisturbed] = {}

    def prepare(name: str) -> Undisturbed:
        if name not in known:
            known[name] = undisturbed(name, tmp_path_factory.mktemp(name))
        return known[name]

    return prepare


def undisturbed(name: str, folder: Path) -> Undisturbed:
    """Run a scenario's command under strace on a copy of its archive."""
    scenario = SCENARIOS[name](folder)
    place = scenario.place.copy(folder / "undisturbed")
    before = tuple(place.files())
    recorded = calls.record(command(place, scenario.words), folder / "calls")
    assert place.run("verify").code == 0
    return Undisturbed(scenario, place, before, tuple(recorded), state(place))


def kill_and_restart(at: Undisturbed, call: Call, folder: Path) -> None:
    """Kill the command at a call, give it once more, and compare all there is to compare."""
    place = killed(at.scenario.place, at.scenario.words, call, folder)
    words = at.scenario.words
    again = place.run(*words)
    assert again.code in at.scenario.again, f"{call}: {again.said}"
    proof = place.run("verify", "--full")
    assert proof.code == 0, f"{call}: {proof.report}"
    assert state(place) == at.state, call


def killed(place: Place, words: tuple[str, ...], call: Call, folder: Path) -> Place:
    """A copy of an archive in which the command was killed at a call.

    Names of objects are random, and so is whether two share a folder: a run may have a call less.
    """
    for _ in range(8):
        copy = place.copy(folder)
        if calls.kill(command(copy, words), call):
            return copy
    raise AssertionError(f"the command always ended before {call}")


@pytest.mark.unmeasured
@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_any_of_thirty_calls_loses_and_doubles_nothing(
    prepared: Prepared, tmp_path: Path, part: int
) -> None:
    """After a kill the same command finishes the work; records, holdings, keys, log are equal."""
    points = [(name, call) for name in SCENARIOS for call in prepared(name).points]
    chosen = random.Random(SEED).sample(points, POINTS_IN_CHECK)
    for name, call in chosen[part::PARTS]:
        kill_and_restart(prepared(name), call, tmp_path / "killed")


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_at_every_call_loses_and_doubles_nothing(
    prepared: Prepared, tmp_path: Path, name: str
) -> None:
    """The same at every single call that changes the disk."""
    at = prepared(name)
    assert len(at.points) > 30
    for call in at.points:
        kill_and_restart(at, call, tmp_path / "killed")


@pytest.mark.slow
def test_a_second_kill_while_a_first_is_mended_loses_nothing(
    prepared: Prepared, tmp_path: Path
) -> None:
    """A process that is killed while it finishes what another left undone does no harm either."""
    at = prepared("second")
    event = next(n for n, call in enumerate(at.points) if call.path.name == "checkpoints")
    for first in at.points[event - 6 : event + 12 : 3]:
        torn = killed(at.scenario.place, at.scenario.words, first, tmp_path / "torn")
        mending = torn.copy(tmp_path / "mending")
        recorded = calls.record(command(mending, at.scenario.words), tmp_path / "calls")
        points = [c for c in recorded if c.name in calls.CHANGES and not _is_index(mending, c)]
        for second in random.Random(SEED).sample(points, 8):
            place = killed(torn, at.scenario.words, second, tmp_path / "mending")
            assert place.run(*at.scenario.words).code == 0
            assert place.run("verify", "--full").code == 0
            assert state(place) == at.state, (first, second)


def _is_index(place: Place, call: Call) -> bool:
    inside = any(call.path.is_relative_to(top) for top in (place.archive, place.keys))
    return not inside or durable.is_catalogue(call.path)


@pytest.mark.parametrize("name", SCENARIOS)
def test_everything_is_synced_before_what_names_it(prepared: Prepared, name: str) -> None:
    """Objects and keys before their event, events before their checkpoint, all before the end."""
    at = prepared(name)
    assert list(durable.check(at.place, at.calls, at.before)) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sync_can_be_left_out(prepared: Prepared, name: str) -> None:
    """Without any one of its syncs the same run breaks the order, so none is there for nothing.

    Two are, in an answer: it puts a copy down in a folder that nobody would miss, made like all
    others, and its keys are moved and then added to, each time durably.
    """
    at = prepared(name)
    spared = []
    for left_out in durable.syncs(at.place, at.calls):
        rest = [call for call in at.calls if call is not left_out]
        if not list(durable.check(at.place, rest, at.before)):
            spared.append(left_out.path)
    twice = [at.place.archive / "staging", at.place.keys / "deliveries"]
    assert spared == (twice if name == "answered" else [])


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_program_that_leaves_out_a_sync_is_caught(
    prepared: Prepared, tmp_path: Path, name: str
) -> None:
    """A program changed so that it skips its Nth sync fails the check of its own calls, for all N.

    Every sync but the catalogue's goes through one function, which is what the change replaces.
    """
    at = prepared(name)
    passed = []
    for skipped in range(1, len(durable.syncs(at.place, at.calls)) + 1):
        place = at.scenario.place.copy(tmp_path / "skipped")
        before = place.files()
        option = f"--without-sync={skipped}"
        recorded = calls.record(command(place, at.scenario.words, option), tmp_path / "calls")
        if not list(durable.check(place, recorded, before)):
            passed.append(skipped)
    assert len(passed) <= 2 * (name == "answered") + 1, passed


def test_the_real_program_writes_as_the_one_under_test(prepared: Prepared, tmp_path: Path) -> None:
    """Reading in a child process changes nothing about what is written, synced and renamed."""
    at = prepared("second")
    place = at.scenario.place.copy(tmp_path / "real")
    recorded = calls.record(place.command(*at.scenario.words), tmp_path / "calls")

    def shape(top: Place, found: Sequence[Call]) -> list[tuple[str, str]]:
        inside = [call for call in found if durable.is_stored(top, call.path)]
        shapes = [(c.name, "/".join(c.path.relative_to(top.folder).parts[:2])) for c in inside]
        # How many folders the objects have in common is chance.
        return [each for each in shapes if each[1] != "archive/objects"]

    assert shape(place, recorded) == shape(at.place, at.calls)
