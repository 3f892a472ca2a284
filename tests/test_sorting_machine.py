"""Whatever is handed in, sorted, taken back, disputed and settled: nothing opens by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.ministry import OMAR
from tests.sorting_office import HOURS, THIRD, Sorting, sorting

pytestmark = pytest.mark.unmeasured

OUTCOMES = st.sampled_from(["work", "private", "party", "boundary"])
ANY = st.integers(min_value=0, max_value=99)


class Sorters(RuleBasedStateMachine):
    """A private chat that grows, and what is decided of it.

    `acts` has for each text what was decided and still stands, the last one last; `released` are
    the texts that were open by a release.
    """

    @initialize()
    def begin(self) -> None:
        """Hand in the first messages of a chat of which nothing is known."""
        self._folder = TemporaryDirectory(prefix="sorters-")
        template = _template()
        self.at = sorting_copy(template, Path(self._folder.name))
        self.acts: dict[str, list[tuple[str, str]]] = {}
        self.released: set[str] = set()
        self.was_released = False
        self.hand_in([0, 1, 20])

    @rule(hours=st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=3))
    def hand_in(self, hours: list[int]) -> None:
        """Hand in the chat again with messages more, wherever they stand."""
        lines = []
        for hour in hours:
            text = f"Bericht {len(self.acts)} van deze dag"
            self.acts[text] = []
            lines.append((hour * HOURS + len(self.acts), "Lien", text))
        self.at.hand_in(*lines)

    @rule(which=ANY, outcome=OUTCOMES)
    def sort(self, which: int, outcome: str) -> None:
        """Sort something; where the official objected that is refused."""
        if (one := self._pick(which, lambda one: True)) is None:
            return
        disputed = one["state"] == "objected"
        texts = self._texts(one["episode"])
        self.at.sort(one["episode"], outcome, code=4 if disputed else 0)
        if not disputed:
            self._act(texts, "sorted", outcome)

    @rule(which=ANY)
    def undo(self, which: int) -> None:
        """Take the last sorting of some message back, where there is one to take back."""
        text = sorted(self.acts)[which % len(self.acts)]
        name = self._name(text)
        texts = self._texts(name)
        last = self.acts[text][-1][0] if self.acts[text] else ""
        ran = self.at.office.run("sort", "undo", name, login=OMAR)
        assert ran.code == {"sorted": 0, "objected": 4}.get(last, 2), (last, ran.err)
        if last == "sorted":
            for one in texts:
                self.acts[one].pop()

    @rule(which=ANY)
    def object(self, which: int) -> None:
        """Let the official object to whatever stands, open or not."""
        text = sorted(self.acts)[which % len(self.acts)]
        name = self._name(text)
        texts = self._texts(name)
        disputed = bool(self.acts[text]) and self.acts[text][-1][0] == "objected"
        words = ("sort", "object", name, "--reason", "Dit is van mij")
        assert self.at.office.run(*words, login=OMAR).code == (4 if disputed else 0)
        if not disputed:
            self._act(texts, "objected", "")

    @rule(which=ANY, outcome=OUTCOMES)
    def settle(self, which: int, outcome: str) -> None:
        """Settle an objection as a third person; who had a part in it before is refused."""
        if (one := self._pick(which, lambda one: one["state"] == "objected")) is None:
            return
        texts = self._texts(one["episode"])
        words = ("sort", "settle", one["episode"], "--as", outcome, "--reason", "Bekeken")
        assert self.at.office.run(*words, "--by", OMAR, login=OMAR).code == 4
        again = any("decided" in {kind for kind, _ in self.acts[text]} for text in texts)
        assert self.at.office.run(*words, "--by", THIRD, login=THIRD).code == (4 if again else 0)
        if not again:
            self._act(texts, "decided", outcome)

    @precondition(lambda self: not self.was_released)
    @rule()
    def release(self) -> None:
        """Release the first delivery: what nobody decided of in it is open from then on."""
        rows = self.at.office.json("delivery", "list")["deliveries"]
        first = rows[0]["delivery"]
        held = {hit["text"] for hit in self._all() if self._is_in(hit["id"], first)}
        self.at.office.json("delivery", "release", first, login=OMAR)
        self.was_released = True
        self.released = {text for text in held if not self.acts[text]}

    @invariant()
    def nothing_opens_by_itself(self) -> None:
        """Open is exactly what was last decided to be work, or what a release opened."""
        expected = {text for text in self.acts if self._is_open(text)}
        assert self.at.found() == expected

    def teardown(self) -> None:
        """At the end a rebuild gives the same."""
        before = self.at.queue(), self.at.found()
        assert self.at.office.run("rebuild").code == 0
        assert (self.at.queue(), self.at.found()) == before
        self._folder.cleanup()

    def _is_open(self, text: str) -> bool:
        if self.acts[text]:
            kind, outcome = self.acts[text][-1]
            return kind != "objected" and outcome == "work"
        return text in self.released

    def _act(self, texts: list[str], kind: str, outcome: str) -> None:
        for text in texts:
            self.acts[text].append((kind, outcome))

    def _pick(self, which: int, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        rows = [one for one in self.at.queue() if fits(one)]
        return rows[which % len(rows)] if rows else None

    def _all(self) -> list[dict[str, Any]]:
        office = self.at.office
        open_, sealed = (office.search(*more, login=OMAR)["hits"] for more in ((), ("--sealed",)))
        return [*open_, *sealed]

    def _name(self, text: str) -> str:
        return str(next(hit["id"] for hit in self._all() if hit["text"] == text))

    def _texts(self, name: str) -> list[str]:
        """Give what the episode of a message says, by the program's own cut."""
        from archiver.sorting.episodes import Cut, find
        from archiver.sorting.schema import ready
        from archiver.sorting.tables_members import lines

        with self.at.office.opened() as archive:
            connection = ready(archive)
            return [one.text for one in lines(connection, find(connection, name, Cut()).members)]

    def _is_in(self, record: str, delivery: str) -> bool:
        return record.startswith(f"{delivery}.")


def sorting_copy(template: Sorting, folder: Path) -> Sorting:
    """Copy an office, to change."""
    made = Sorting(template.gate)
    made.gate = type(template.gate)(template.office.copy(folder), template.gate.keys)
    return made


@cache
def _place() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="sorters-template-")


@cache
def _template() -> Sorting:
    return sorting(Path(_place().name))


TestSorters = Sorters.TestCase
TestSorters.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
