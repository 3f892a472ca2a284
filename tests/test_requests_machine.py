"""Whatever is judged, taken back, dropped and handed in: a pack tells each candidate, and each
file beside what is shown, once.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from archiver.cases.judgement import Judgement, Outcome, Passage
from archiver.errors import ExitCode
from archiver.produce.production import numbers_of
from tests.ministry import LIEN
from tests.request_files import LOST, Files, sums
from tests.woo_office import PUBLISHER, RECEIVED, Office, add, with_one_jurist

pytestmark = pytest.mark.unmeasured

ANY = st.integers(min_value=0, max_value=99)
UNITS = st.sampled_from(("day", "message"))
SUBJECTS = ("stikstof", "nertsen", "mondkapjes", "pulsvisserij", "toeslagen", "gaswinning")
LINES = [
    (1440 * (place // 3) + place, ("Jan de Wit", "Piet Zwart")[place % 2], f"Over {subject}")
    for place, subject in enumerate(SUBJECTS)
]
COUNTED = {
    "openbaar": "published",
    "deels openbaar": "published",
    "reeds openbaar": "already_public",
    "niet openbaar": "withheld",
    "dubbel": "duplicates",
    "buiten verzoek": "out_of_scope",
}


class Requests(RuleBasedStateMachine):
    """A Woo request that is produced again and again while everything about it changes.

    `said` has for each record what was judged and not taken back, the last one last; `files` the
    same for files. `packs` has the files of each pack by all that it may rest on.
    """

    @initialize()
    def begin(self) -> None:
        """Begin with a request of which every candidate is public, and its first pack."""
        self._folder = TemporaryDirectory(prefix="requests-")
        self.folder = Path(self._folder.name)
        made = _template()
        self.office = Office(made.at.copy(self.folder), made.case)
        self.files = Files(self.office)
        self.lines = list(LINES)
        self.texts = self.office.names()
        self.candidates = set(self.texts)
        self.said = {name: [Judgement(record=name, outcome=Outcome.PUBLIC)] for name in self.texts}
        self.packs: dict[str, dict[str, bytes]] = {}
        self.handed = self.made = 0
        self.produce("day", finished=True)

    @rule(which=ANY, other=ANY, outcome=st.sampled_from(Outcome))
    def judge(self, which: int, other: int, outcome: Outcome) -> None:
        """Judge a candidate; a double is of another that is none."""
        name, of = self._pick(which), self._pick(other)
        if outcome is not Outcome.DUPLICATE:
            self._judge(_judgement(name, self.texts[name], outcome))
        elif name != of and not self._of(of) and name not in map(self._of, self.candidates):
            self._judge(Judgement(record=name, outcome=outcome, of=of))

    @rule(which=ANY)
    def undo(self, which: int) -> None:
        """Take the last judgement of a candidate back; perhaps none is left."""
        name = self._pick(which)
        if self.said[name]:
            self._run("undo", name)
            self.said[name].pop()

    @rule(which=ANY, other=ANY, outcome=st.sampled_from(Outcome), with_copy=st.booleans())
    def judge_file(self, which: int, other: int, outcome: Outcome, with_copy: bool) -> None:
        """Judge a file of the candidates, perhaps with a clean copy."""
        if not (carried := self._carried()):
            return
        name, of = carried[which % len(carried)], carried[other % len(carried)]
        if outcome is not Outcome.DUPLICATE:
            self.files.judge(name, outcome, "", with_copy=with_copy)
        elif name != of and not self.files.of(of) and name not in map(self.files.of, carried):
            self.files.judge(name, outcome, of, with_copy=False)

    @rule(which=ANY)
    def undo_file(self, which: int) -> None:
        """Take the last judgement of a file back; perhaps none is left."""
        if carried := self._carried():
            self.files.undo(carried[which % len(carried)])

    @rule(which=ANY)
    def drop_or_add(self, which: int) -> None:
        """Let a candidate be one no longer, or take back one that was dropped."""
        name = sorted(self.said)[which % len(self.said)]
        if name not in self.candidates:
            self._run("add", name, "--reason", "Toch wel")
            self.candidates.add(name)
        elif len(self.candidates) > 2:
            self._run("drop", name, "--reason", "Hoort er niet bij")
            self.candidates.remove(name)

    @rule(other_phone=st.booleans())
    def hand_in(self, other_phone: bool) -> None:
        """Hand the group in again, from this phone or another, with messages before and after.

        This phone has the file that was missing the first time.
        """
        self.handed += 1
        self.lines.insert(0, (-10 * self.handed, "Piet Zwart", f"Eerder bericht {self.handed}"))
        self.lines.append((1500 + self.handed, "Jan de Wit", f"Later bericht {self.handed}"))
        if not other_phone:
            self.files.handed.add(LOST)
        self.files.hand_in(f"{self.handed}", self.lines, "piet" if other_phone else "jan")
        hits = self.office.at.search(f'"bericht {self.handed}"', login=LIEN)["hits"]
        new = {hit["id"]: hit["text"] for hit in hits}
        assert len(new) == 2
        self._run("add", *new, "--reason", "Nieuw")
        self.texts |= new
        self.candidates |= set(new)
        for name in new:
            self.said[name] = []
            self._judge(Judgement(record=name, outcome=Outcome.PUBLIC))

    @rule(unit=UNITS, finished=st.booleans())
    def produce(self, unit: str, finished: bool) -> None:
        """Make a pack, perhaps when what waits was judged.

        It is exact, and as it was made before of the same; or nothing is written.
        """
        if finished:
            self._finish()
        known, state = self._known(unit), self._state(unit)
        waiting = self.files.waiting(self._carried(), self.files.carried(self._shown().values()))
        is_settled = all(map(self._counts, self.candidates)) and not waiting
        self.made += 1
        out = self.folder / f"pack-{self.made}"
        words = ("produce", "woo", self.office.case, "--out", out, *PUBLISHER, "--unit", unit)
        ran = self.office.at.run(*words, "--output", "json", login=LIEN)
        assert out.is_dir() is (ran.code == ExitCode.DONE) is is_settled, ran.err
        if ran.code != ExitCode.DONE:
            assert ran.code == ExitCode.FINDINGS
            return
        self._insist_exact(ran.json["reconciliation"])
        self._insist_files(out, ran.json["attachments"])
        self._insist_numbers(out, known)
        assert self.packs.setdefault(state, _files(out)) == _files(out)
        self.packs[self._state(unit)] = _files(out)

    def teardown(self) -> None:
        """At the end the packs of now are made as before, also after a rebuild."""
        self.produce("day", finished=True)
        assert self.office.at.run("rebuild").code == 0
        self.produce("day", finished=False)
        self._folder.cleanup()

    def _run(self, verb: str, *words: object) -> None:
        ran = self.office.at.run("case", verb, self.office.case, *words, login=LIEN)
        assert ran.code == 0, ran.err

    def _judge(self, one: Judgement) -> None:
        self.office.put([one])
        self.said[one.record].append(one)

    def _finish(self) -> None:
        """Judge what waits."""
        for name in sorted(self.candidates):
            if not self._counts(name):
                self._judge(Judgement(record=name, outcome=Outcome.PUBLIC))
        self.files.finish(self._carried(), self.files.carried(self._shown().values()))

    def _pick(self, which: int) -> str:
        return sorted(self.candidates)[which % len(self.candidates)]

    def _of(self, name: str) -> str:
        """Give of which record one was last said to be a double."""
        return self.said[name][-1].of if self.said[name] else ""

    def _counts(self, name: str) -> bool:
        """Whether the last judgement of a candidate stands; of a double its original must too."""
        of = self._of(name)
        return bool(self.said[name]) and (not of or (of in self.candidates and not self._of(of)))

    def _shown(self) -> dict[str, str]:
        """Give the texts of what is shown, by record."""
        return {
            name: self.texts[name]
            for name in sorted(self.candidates)
            if self._counts(name) and self.said[name][-1].outcome.shows
        }

    def _carried(self) -> list[str]:
        """Give the files that candidates carry."""
        return self.files.carried(self.texts[name] for name in self.candidates)

    def _known(self, unit: str) -> list[dict[str, tuple[str, ...]]]:
        """Give what each production showed, by number, the oldest first."""
        with self.office.at.opened() as archive:
            found = numbers_of(archive.catalogue.connection, self.office.case, unit)
        return [{one.number: one.records for one in production} for production in found]

    def _state(self, unit: str) -> str:
        """Give all that a pack may rest on."""
        judged = [repr(self.said[name][-1:]) for name in sorted(self.candidates)]
        files = self.files.last(self.files.carried(self._shown().values()))
        return json.dumps([unit, self.handed, judged, files, self._known(unit)])

    def _insist_exact(self, told: dict[str, int]) -> None:
        """Insist that the sums are those of what was last said, and add up to the candidates."""
        counted = Counter(COUNTED[self.said[name][-1].outcome] for name in self.candidates)
        assert told == {name: counted[name] for name in COUNTED.values()} | {
            "candidates": counted.total()
        }

    def _insist_files(self, out: Path, told: dict[str, int]) -> None:
        """Insist that each file beside what is shown became what was last said of it."""
        became = self.files.became(self._shown())
        assert told == sums(became)
        with (out / "intern" / "reconciliatie-bestanden.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert sorted((row["record"], row["sha256"], row["outcome"]) for row in rows) == became

    def _insist_numbers(self, out: Path, known: list[dict[str, tuple[str, ...]]]) -> None:
        """Insist that each candidate is in one document, and that numbers given out are kept."""
        with (out / "intern" / "reconciliatie.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert sorted(row["record"] for row in rows) == sorted(self.candidates)
        documents: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            documents[row["document"]].add(row["record"])
        for number, records in documents.items():
            given = {one for each in known for one, names in each.items() if records & {*names}}
            assert number in given if given else all(number not in each for each in known)


def _judgement(name: str, text: str, outcome: Outcome) -> Judgement:
    """Judge so that the rules hold; partly public is all but the last word."""
    start = text.rindex(" ") + 1
    passages = (Passage(start, len(text), ("5.1.2e",)),) if outcome is Outcome.PARTLY else ()
    return Judgement(
        record=name,
        outcome=outcome,
        passages=passages,
        grounds=("5.1.2i",) if outcome is Outcome.WITHHELD else (),
        reason="Ongestoord overleg" if outcome is Outcome.WITHHELD else "",
        aged="Het belang is er nog" if outcome.refuses else "",
        link="https://voorbeeld.example/1" if outcome is Outcome.ALREADY else "",
    )


def _files(folder: Path) -> dict[str, bytes]:
    """Give every file of a pack by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@cache
def _place() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="requests-template-")


@cache
def _template() -> Office:
    at = with_one_jurist(Path(_place().name))
    opened = at.json(
        *("case", "open", "--kind", "woo", "--reference", "Woo-2024-017"),
        *("--requester", "De Krant", "--received", RECEIVED, "--person", "Jan"),
        login=LIEN,
    )
    made = Office(at, opened["case"])
    Files(made).hand_in("0", LINES, "jan")
    add(made)
    made.judge({})
    return made


TestRequests = Requests.TestCase
TestRequests.settings = settings(
    max_examples=15,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
