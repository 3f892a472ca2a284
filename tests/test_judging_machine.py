"""Whatever is judged, taken back, added, dropped, handed in: what was last said counts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from archiver.cases.case import case as case_of
from archiver.cases.judgement import judged
from tests.judging_office import LINES, START, Judging, judging
from tests.ministry import LIEN, PIA, chat

pytestmark = pytest.mark.unmeasured

ANY = st.integers(min_value=0, max_value=99)
WORDS = {
    "public": (),
    "out-of-scope": (),
    "withheld": ("--ground", "5.2", "--reason", "Intern"),
    "partly": ("--passage", "0-2 5.1.2e"),
    "already": ("--link", "https://voorbeeld.example/1"),
}
NAMED = {
    "public": "openbaar",
    "out-of-scope": "buiten verzoek",
    "withheld": "niet openbaar",
    "partly": "deels openbaar",
    "already": "reeds openbaar",
    "duplicate": "dubbel",
}


class Jurists(RuleBasedStateMachine):
    """A case whose candidates come and go, and what two jurists say of them.

    `said` has for each record what was judged and not taken back, the last one last: an outcome,
    and of a double the other record.
    """

    @initialize()
    def begin(self) -> None:
        """Begin with a case of which nothing is judged."""
        self._folder = TemporaryDirectory(prefix="jurists-")
        made = _template()
        self.at = Judging(made.office.copy(Path(self._folder.name)), made.case)
        self.candidates = set(self.at.states())
        self.said: dict[str, list[tuple[str, str]]] = {name: [] for name in self.candidates}
        self.exports = 0

    @rule(which=ANY, outcome=st.sampled_from(sorted(WORDS)), second=st.booleans())
    def judge(self, which: int, outcome: str, second: bool) -> None:
        """Judge a candidate, as either jurist."""
        name = self._pick(which)
        login = PIA if second else LIEN
        self.at.run("judge", name, "--as", outcome, *WORDS[outcome], login=login)
        self.said[name].append((NAMED[outcome], ""))

    @rule(which=ANY, other=ANY)
    def double(self, which: int, other: int) -> None:
        """Judge a candidate a double of another; doubles of doubles are refused."""
        name, of = self._pick(which), self._pick(other)
        refused = name == of or self._of(of) != "" or name in map(self._of, self.candidates)
        words = ("judge", name, "--as", "duplicate", "--of", of)
        self.at.run(*words, code=2 if refused else 0)
        if not refused:
            self.said[name].append(("dubbel", of))

    @rule(which=ANY)
    def undo(self, which: int) -> None:
        """Take the last judgement of a candidate back, where there is one."""
        name = self._pick(which)
        self.at.run("undo", name, code=0 if self.said[name] else 2)
        if self.said[name]:
            self.said[name].pop()

    @rule(which=ANY)
    def agree(self, which: int) -> None:
        """Let a second reader agree, where somebody judged: that changes no outcome."""
        name = self._pick(which)
        ran = self.at.office.run("case", "second", self.at.case, name, "--agree", login=PIA)
        assert ran.code in ((0, 4) if self._counts(name) else (2,)), ran.err

    @rule(which=ANY)
    def drop(self, which: int) -> None:
        """Drop a candidate; what was judged of it counts again when it comes back."""
        if len(self.candidates) > 2:
            name = self._pick(which)
            self.at.run("drop", name, "--reason", "Hoort er niet bij")
            self.candidates.remove(name)

    @rule(which=ANY)
    def add(self, which: int) -> None:
        """Take back a candidate that was dropped."""
        if dropped := sorted(set(self.said) - self.candidates):
            name = dropped[which % len(dropped)]
            self.at.run("add", name, "--reason", "Toch wel")
            self.candidates.add(name)

    @rule()
    def hand_in(self) -> None:
        """Hand the chat in again with one message more, which becomes a candidate."""
        self.exports += 1
        lines = [(100 + number, "Jan", f"Later bericht {number}") for number in range(self.exports)]
        path = self.at.office.write(f"{self.exports}/WhatsApp-chat met Piet.txt", _chat(lines))
        self.at.office.ingest(path)
        name = self.at.record(f"Later bericht {self.exports - 1}")
        self.at.run("add", name, "--reason", "Nieuw")
        self.candidates.add(name)
        self.said[name] = []

    @invariant()
    def what_counts_is_what_was_last_said(self) -> None:
        """Judged is exactly what was last said of each candidate, but doubles of what is gone."""
        assert self._judged() == {
            name: self.said[name][-1] for name in self.candidates if self._counts(name)
        }

    def teardown(self) -> None:
        """At the end a rebuild gives the same."""
        before = self.at.run("judged"), self._judged()
        assert self.at.office.run("rebuild").code == 0
        assert (self.at.run("judged"), self._judged()) == before
        self._folder.cleanup()

    def _pick(self, which: int) -> str:
        return sorted(self.candidates)[which % len(self.candidates)]

    def _of(self, name: str) -> str:
        """Give of which record one was last said to be a double."""
        return self.said[name][-1][1] if self.said[name] else ""

    def _counts(self, name: str) -> bool:
        if not self.said[name]:
            return False
        of = self._of(name)
        return not of or (of in self.candidates and not self._of(of))

    def _judged(self) -> dict[str, tuple[str, str]]:
        with self.at.office.opened() as archive:
            one = case_of(archive.catalogue.connection, self.at.case)
            return {
                name: (str(each.outcome), each.of) for name, each in judged(archive, one).items()
            }


def _chat(more: list[tuple[int, str, str]]) -> str:
    return chat([*LINES, *more], start=START)


@cache
def _place() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="jurists-template-")


@cache
def _template() -> Judging:
    return judging(Path(_place().name))


TestJurists = Jurists.TestCase
TestJurists.settings = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
