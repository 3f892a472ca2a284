"""What is said of the files beside the messages of a request, and what a pack must tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from archiver.cases.judgement import Outcome
from archiver.commands.case_judging import OUTCOMES
from tests.file_office import JPEG, file, png
from tests.ministry import chat
from tests.woo_office import START, Office

PHOTO, NOTE, LOST = "IMG-20240314-WA0001.jpg", "notitie.txt", "IMG-20240314-WA0009.png"
BESIDE = {"stikstof": PHOTO, "nertsen": NOTE, "pulsvisserij": LOST, "gaswinning": PHOTO}
CONTENT = {PHOTO: JPEG, NOTE: b"Een verzonnen regel.\n", LOST: png()}
NAMES = {sha256(data).hexdigest(): name for name, data in CONTENT.items()}
COUNTED = {
    Outcome.PUBLIC: "given",
    Outcome.PARTLY: "given",
    Outcome.WITHHELD: "withheld",
    Outcome.ALREADY: "already_public",
    Outcome.DUPLICATE: "duplicates",
    Outcome.OUT_OF_SCOPE: "out_of_scope",
}
_WORDS = {outcome: word for word, outcome in OUTCOMES.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """A judgement of a file; `copy` is the number of its clean copy, 0 where it has none."""

    outcome: Outcome
    of: str = ""
    copy: int = 0


@dataclass(slots=True)
class Files:
    """The files of a request, each by its SHA-256.

    `said` has what was judged of each and not taken back, the last one last. `handed` are the names
    of what was handed in.
    """

    office: Office
    handed: set[str] = field(default_factory=lambda: {PHOTO, NOTE})
    said: dict[str, list[Said]] = field(default_factory=lambda: {one: [] for one in NAMES})
    copies: int = 0

    def hand_in(self, folder: str, lines: Iterable[tuple[int, str, str]], account: str) -> None:
        """Hand the group in with the files that are here by now."""
        said = [(minute, who, with_file(text)) for minute, who, text in lines]
        write = self.office.at.write
        write(f"{folder}/WhatsApp-chat met Projectgroep.txt", chat(said, start=START))
        for name in self.handed:
            write(f"{folder}/{name}", CONTENT[name])
        self.office.at.ingest(self.office.at.folder / "handed-in" / folder, account)

    def carried(self, texts: Iterable[str]) -> list[str]:
        """Give the files that are beside these texts and were handed in."""
        beside = set(map(beside_text, texts)) & self.handed
        return sorted(one for one, name in NAMES.items() if name in beside)

    def judge(self, name: str, outcome: Outcome, of: str, *, with_copy: bool) -> None:
        """Judge a file; what is public in part has a clean copy, what is public perhaps."""
        words: list[object] = ["--as", _WORDS[outcome]]
        if outcome.refuses:
            words += ["--ground", "5.1.2i", "--reason", "Ongestoord", "--aged", "Nog steeds"]
        if outcome is Outcome.ALREADY:
            words += ["--link", "https://voorbeeld.example/2"]
        if of:
            words += ["--of", of]
        copy = 0
        if outcome is Outcome.PARTLY or (with_copy and outcome is Outcome.PUBLIC):
            self.copies = copy = self.copies + 1
            path = f"kopie/{copy}.txt"
            words += ["--clean", self.office.at.write(path, f"Schone kopie {copy}.\n")]
        file(self.office, "judge", name, *words)
        self.said[name].append(Said(outcome, of, copy))

    def undo(self, name: str) -> None:
        """Take the last judgement of a file back, when there is one."""
        if self.said[name]:
            file(self.office, "undo", name)
            self.said[name].pop()

    def finish(self, carried: Iterable[str], shown: Iterable[str]) -> None:
        """Judge public what waits beside what is shown: the program finds the same."""
        waiting = self.waiting(carried, shown)
        told = file(self.office, "judge", "--all-waiting", "--as", "public")
        assert {row["file"] for row in told["files"]} == waiting
        for name in waiting:
            self.said[name].append(Said(Outcome.PUBLIC))

    def waiting(self, carried: Iterable[str], shown: Iterable[str]) -> set[str]:
        """Give which of the files that are shown have no judgement that counts."""
        known = set(carried)
        return {name for name in shown if not self._counts(name, known)}

    def of(self, name: str) -> str:
        """Give of which file one was last said to be a double."""
        return self.said[name][-1].of if self.said[name] else ""

    def last(self, shown: Iterable[str]) -> list[str]:
        """Give what was last said of files, and what was handed in: a pack rests on it."""
        return [repr(sorted(self.handed)), *(repr((name, self.said[name][-1:])) for name in shown)]

    def became(self, shown: dict[str, str]) -> list[tuple[str, str, str]]:
        """Give what becomes of each file that is named: (record, SHA-256, outcome or why not).

        `shown` has the texts of what is shown, by record.
        """
        return sorted(self._became(shown))

    def _became(self, shown: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        shas = {name: one for one, name in NAMES.items()}
        for record, text in shown.items():
            name = beside_text(text)
            if name in self.handed:
                yield record, shas[name], str(self.said[shas[name]][-1].outcome)
            elif name:
                yield record, "", "not-handed-in"

    def _counts(self, name: str, carried: set[str]) -> bool:
        """Whether the last judgement of a file stands; of a double its original must too."""
        of = self.of(name)
        return bool(self.said[name]) and (not of or (of in carried and not self.of(of)))


def beside_text(text: str) -> str:
    """Name the file beside a message by what it says; empty where there is none."""
    return next((name for word, name in BESIDE.items() if word in text), "")


def with_file(text: str) -> str:
    """Give a message with its file before its words."""
    name = beside_text(text)
    return f"{name} (bestand bijgevoegd)\n{text}" if name else text


def sums(became: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """Give the sums of a pack: their parts add up to the files that are named."""
    known = {str(outcome): name for outcome, name in COUNTED.items()}
    counted = Counter(known.get(outcome, "missing") for *_, outcome in became)
    return {name: counted[name] for name in (*COUNTED.values(), "missing")} | {
        "files": counted.total()
    }
