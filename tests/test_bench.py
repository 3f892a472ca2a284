"""The measurements measure what they say: costs of processes, parts of an ingest, tables."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from archiver.pipeline.ingest import take_in
from tests.bench import corpus, measure, place, result
from tests.bench.__main__ import write
from tests.bench.breakdown import Breakdown
from tests.bench.result import Section

_BUSY = """
import time
while time.process_time() < 0.3: pass
held = bytearray(60_000_000)
time.sleep(0.2)
"""
_PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_BUSY!r}])"


def test_cost_of_a_process_counts_its_children() -> None:
    """Time and memory of what a measured program starts are its own."""
    cost = measure.run((measure.PYTHON, "-c", _PARENT))
    assert cost.cpu >= 0.3
    assert cost.wall >= 0.5
    assert len(cost.peaks) == 2
    assert max(cost.peaks) >= 60
    assert cost.peak >= max(cost.peaks)


def test_failing_program_is_no_measurement() -> None:
    """A program that fails gives no figure."""
    with pytest.raises(measure.CommandFailed, match="ended with 3: because"):
        measure.run((measure.PYTHON, "-c", "import sys; sys.stderr.write('because'); sys.exit(3)"))


def test_parts_of_an_ingest_add_up(tmp_path: Path) -> None:
    """The parts of a breakdown are, together, the processor time that passed."""
    folder = tmp_path / "at work"
    place.make(folder)
    (chat,) = corpus.write(tmp_path / "texts", messages=3_000, conversations=1, seed=1)
    sampled = Breakdown()
    with sampled.sampling(), place.at_work(folder, "own") as bench:
        start = time.process_time()
        outcome = take_in(bench, chat, place.account(bench, "whatsapp"))
        spent = time.process_time() - start
    assert outcome.counts.new == 3_000
    assert {"parse", "normalise", "stems", "SQL insert text_open"} <= set(sampled.seconds)
    assert sum(sampled.seconds.values()) >= 0.9 * spent


def test_corpus_is_the_same_every_time(tmp_path: Path) -> None:
    """The same seed gives the same chats, and the longest conversation comes first."""
    first = corpus.write(tmp_path / "one", messages=500, conversations=4, seed=3)
    again = corpus.write(tmp_path / "two", messages=500, conversations=4, seed=3)
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]
    lines = [len(file.read_text("utf-8").splitlines()) for file in first]
    assert lines == sorted(lines, reverse=True)
    assert sum(lines) == pytest.approx(500, abs=4)


def test_words_are_as_rare_as_real_words(tmp_path: Path) -> None:
    """The first word stands in many messages, a late one in hardly any; none comes twice."""
    vocabulary = corpus.vocabulary()
    assert len(set(vocabulary)) == corpus.WORDS
    (file,) = corpus.write(tmp_path, messages=2_000, conversations=1, seed=3)
    said = file.read_text("utf-8").split()
    assert 300 <= said.count(vocabulary[0]) <= 900
    assert said.count(vocabulary[100_000]) <= 2


def test_longer_conversations_are_drawn_more_often() -> None:
    """Questions go to conversations in the measure of their length."""
    choose = Random(1)
    drawn = [corpus.drawn(choose, 20) for _ in range(2_000)]
    assert drawn.count(0) > 3 * drawn.count(19) > 0


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (result.at_most("a", "b", "c", 1.0, 1), True),
        (result.at_most("a", "b", "c", 1.01, 1), False),
        (result.at_least("a", "b", "c", 2.9, 3), False),
        (result.at_least("a", "b", "c", 3.0, 3), True),
        (result.at_most("a", "b", "c", 9.0), None),
        (result.missing("a", "it is not installed"), None),
    ],
)
def test_goal_is_met_or_missed(row: result.Row, *, met: bool | None) -> None:
    """A figure is held against its goal; without a goal, or unmeasured, it is neither."""
    assert row.met is met


def test_table_is_markdown() -> None:
    """What is printed can stand in a page as it is."""
    row = result.at_most("memory", "80 MB", "100 MB", 0.8, 1)
    shown = result.text(result.Section("Size", (row,), ("A note.",)))
    assert shown == (
        "### Size\n\n"
        "| measured | ours | against | figure | goal | met |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| memory | 80 MB | 100 MB | 0.80 | ≤ 1 | yes |\n\n"
        "A note."
    )


def test_what_is_measured_again_takes_the_place_of_its_table(tmp_path: Path) -> None:
    """Other tables of a page stay as they were; when all is measured, none of the old ones does."""
    page = tmp_path / "page.md"
    page.write_text("# Page\n", encoding="utf-8")
    one, two, other = (Section(title, (), (f"{title} once.",)) for title in ("One", "Two", "Six"))
    write(page, [one, two], anew=True)
    write(page, [Section("One", (), ("One again.",))], anew=False)
    shown = page.read_text(encoding="utf-8")
    assert "One once." not in shown
    assert shown.index("### One\n\nOne again.") < shown.index("### Two\n\nTwo once.")
    write(page, [other], anew=True)
    shown = page.read_text(encoding="utf-8")
    assert shown.startswith("# Page\n")
    assert "Six once." in shown
    assert "Two once." not in shown
