"""The page docs/walkthrough.md does what it says, on a ministry that one seed makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.language import use
from archiver.pipeline.formats import FORMATS
from tests.ministry import Ministry
from tests.walkthrough import exports
from tests.walkthrough.story import Step, Story, steps

_PAGE = Path(__file__).parents[1] / "docs" / "walkthrough.md"
STEPS = tuple(steps(_PAGE.read_text("utf-8")))
SETTINGS = {"CHATARCHIEF_DROP_FOLDER": "drop", "CHATARCHIEF_DROP_SETTLE_SECONDS": "0"}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Run the whole page once."""
    folder = tmp_path_factory.mktemp("walkthrough")
    exports.write(folder)
    told = Story(Ministry(folder, settings=SETTINGS))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for step in STEPS:
            told.tell(step)
        yield told
    use("en")


def _deliveries(story: Story) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = story.at.json("delivery", "list")["deliveries"]
    return rows


def test_the_page_tells_the_whole_way(story: Story) -> None:
    """Every command of the page ends as the page says and shows what stands below it."""
    told = {tuple(step.words.split()[:2]) for step in STEPS}
    assert {
        ("register", "import"), ("session", "close"), ("watch", "--once"), ("sort", "settle"),
        ("sort", "confirm"), ("dispose", "execute"), ("register", "processing"),
        ("register", "bases"), ("basis", "proof"),
    } <= told  # fmt: skip
    assert {words[0] for words in told} >= {"coverage", "overview", "verify", "explain", "hold"}
    assert story.names["PROPOSAL"]


def test_the_ministry_is_as_large_as_the_page_says(story: Story) -> None:
    """Twelve officials have forty accounts, business and private, and twenty devices."""
    listed = story.at.json("account", "list")["accounts"]
    accounts = [one for one in listed if one["service"] != "device"]
    assert len(story.at.json("person", "list")["persons"]) == 12
    assert Counter(one["kind"] for one in accounts) == {"business": 28, "private": 12}
    assert len(story.at.json("device", "list")["devices"]) == 20


def test_every_format_was_handed_in(story: Story) -> None:
    """Of every format that the archive reads there is an export that was read."""
    assert {one["source_format"] for one in _deliveries(story)} - {""} == {
        one.name for one in FORMATS
    }


def test_the_balance_of_every_delivery_is_right(story: Story) -> None:
    """What was read is new or known, was rejected or waits; four deliveries were never read."""
    rows = _deliveries(story)
    for row in rows:
        assert row["read"] == row["new"] + row["known"] + row["rejected"] + row["excluded"]
    assert Counter(row["state"] for row in rows)["custody"] == 4


def test_only_what_was_sorted_as_work_is_found(story: Story) -> None:
    """Of the private account the one episode of work is found, and nothing that is not work."""
    found = story.at.search("", "--account", story.names["NIENKE_PRIVATE"])["hits"]
    assert {one["conversation"] for one in found} == {"Dossierteam"}
    assert len(found) == 2


def test_the_destruction_is_stated(story: Story) -> None:
    """The statement of destruction lies where the page puts it, as JSON and as PDF."""
    written = {path.name for path in (story.at.folder / "statement").iterdir()}
    name = f"verklaring-{story.names['PROPOSAL']}"
    assert written == {f"{name}.json", f"{name}.pdf"}


def test_two_runs_make_the_same_exports(tmp_path: Path) -> None:
    """One seed: but for the keys of officers all files are the same, byte by byte."""
    one, other = (_written(tmp_path / name) for name in ("one", "other"))
    assert one == other
    assert len(one) > 60


def _written(folder: Path) -> dict[str, bytes]:
    exports.write(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".key", ".pub")
    }


def test_a_page_that_says_something_else_is_noticed(story: Story) -> None:
    """A wrong figure, a wrong exit code and a name that nothing gave are each an error."""
    story.tell(Step("", "search veerdienst --count", ("5 found, …",), 0))
    for step, error in (
        (Step("", "search veerdienst --count", ("99 found, 0 shown.",), 0), AssertionError),
        (Step("", "search veerdienst --count", (), 1), AssertionError),
        (Step("", "show {NOBODY}", (), 0), KeyError),
    ):
        with pytest.raises(error):
            story.tell(step)
