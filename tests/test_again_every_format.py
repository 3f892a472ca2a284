"""An export of any format made again after edits, signs, votes, deletions: never a conflict."""

from __future__ import annotations

import json
from copy import copy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import again
import pytest

from tests.ministry import Ministry, ministry

BY_CASE = pytest.mark.parametrize("later", again.LATER, ids=lambda one: one.case)


class Office:
    """An archive with the accounts of which an export tells."""

    def __init__(self, folder: Path, later: again.Later) -> None:
        self.at: Ministry = ministry(folder)
        self._mapping: list[object] = []
        for number, (service, identifier) in enumerate(later.accounts):
            self.at.account(f"p{number}", service=service, identifier=identifier)
        if later.mapping:
            self._mapping = ["--mapping", self.at.write("mapping.toml", later.mapping)]

    def take(self, place: str, files: again.Files) -> dict[str, Any]:
        """Take in one export; its folder has the same name each time."""
        for name, content in again.made(files).items():
            self.at.write(f"{place}/Export/{name}", content)
        path = self.at.folder / "handed-in" / place / "Export"
        (found,) = self.at.ingest_all(path, "p0", *self._mapping, code=None)["deliveries"]
        return dict(found)

    def observed(self) -> set[tuple[str, str, str]]:
        """Give every observation that may be seen: whose record, what, which value."""
        with self.at.asked():
            return {
                (hit["id"], one["kind"], str(one["value"]))
                for hit in self.at.search("")["hits"]
                for one in self.at.json("show", hit["id"])["record"]["observations"]
            }

    def copy(self, folder: Path) -> Office:
        """Copy it, to change."""
        made = copy(self)
        made.at = self.at.copy(folder)
        return made

    def asked(self) -> list[str]:
        """Give the codes of what deduplicating left to an officer."""
        listed = self.at.json("findings", code=None)["findings"]
        return [one["code"] for one in listed if one["code"][1:3] == "-D"]


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="again-")


@cache
def handed_in_twice(case: str) -> tuple[Office, again.Files, again.Files]:
    """Hand an export in before and after; give the archive, which is not to change, and both."""
    later = next(one for one in again.LATER if one.case == case)
    before, after = again.first(case), later.change(again.first(case))
    office = Office(Path(_folder().name) / case.replace("/", "-"), later)
    office.take("before", before)
    office.take("after", after)
    return office, before, after


@BY_CASE
def test_what_was_known_stays_one_record(later: again.Later, tmp_path: Path) -> None:
    """Records are those of before and the new ones; what changed is observed; no conflict."""
    office = Office(tmp_path, later)
    office.take("before", again.first(later.case))
    before, seen = office.at.partition(), office.observed()
    found = office.take("after", later.change(again.first(later.case)))
    after = office.at.partition()
    assert found["new"] == later.more + later.restated
    assert len(after) == len(before) + later.more
    assert sum(len(record) == 2 for record in after) == len(before) - later.gone
    assert later.seen <= {each[1:] for each in office.observed() - seen}
    told = [one["code"] for one in found["findings"] if one["code"][1:3] == "-D"]
    assert told == ["W-D005"] * later.reworded
    assert office.asked() == []


@pytest.mark.unmeasured
@BY_CASE
def test_a_rebuild_gives_the_same(later: again.Later, tmp_path: Path) -> None:
    """Handed in twice and rebuilt: the same records, holdings, observations, and findings."""
    office = handed_in_twice(later.case)[0].copy(tmp_path)
    known = office.at.partition(), office.observed(), office.asked()
    assert office.at.json("rebuild", code=0)
    assert (office.at.partition(), office.observed(), office.asked()) == known


@pytest.mark.unmeasured
@BY_CASE
def test_the_later_export_may_come_first(later: again.Later, tmp_path: Path) -> None:
    """In the other order the records are the same, and nobody is asked about a conflict."""
    one, before, after = handed_in_twice(later.case)
    other = Office(tmp_path, later)
    for number, files in enumerate((after, before)):
        other.take(str(number), files)
    assert one.at.partition() == other.at.partition()
    assert {code for code in other.asked() if code.startswith("E")} == set()


def _workspace(*days: list[dict[str, object]]) -> again.Files:
    return {
        f"werkgroep/2022-05-{13 + number}.json": json.dumps(day).encode()
        for number, day in enumerate(days)
    }


def _said(stamp: int, text: str) -> dict[str, object]:
    return {"type": "message", "user": "U02OMAR", "text": text, "ts": f"{stamp}.000100"}


SLACK = next(one for one in again.LATER if one.case == "slack/channel")


def test_one_file_of_several_is_not_the_same_export(tmp_path: Path) -> None:
    """A first day as before, and a second day with one more before the rest: each is itself."""
    first = [_said(1652425200, "Goedemorgen")]
    second = [_said(1652511600, "De brug is open"), _said(1652511700, "De kade niet")]
    office = Office(tmp_path, SLACK)
    office.take("before", _workspace(first, second))
    found = office.take("after", _workspace(first, [_said(1652511500, "Eerder gezegd"), *second]))
    assert (found["new"], found["known"]) == (1, 3)
    hits = {hit["text"]: hit["holdings"] for hit in office.at.search("")["hits"]}
    assert hits == {"Goedemorgen": 2, "Eerder gezegd": 1, "De brug is open": 2, "De kade niet": 2}


def test_another_sender_is_a_conflict_and_no_sender_is_none(tmp_path: Path) -> None:
    """Under one identifier two people are two records; a stone that names nobody joins neither
    to the other.
    """
    message = _said(1652425200, "Wie zei dit?")
    stone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": message["ts"]}
    office = Office(tmp_path, SLACK)
    assert office.take("1", _workspace([message]))["new"] == 1
    gone = office.take("2", _workspace([stone]))
    assert (gone["new"], gone["known"]) == (0, 1)
    (held,) = office.at.search("")["hits"]
    explained = office.at.json("explain", held["id"])["holdings"]
    assert [one["rule"] for one in explained] == ["first", "native-unnamed"]
    assert held["text"] == "Wie zei dit?"
    other = office.take("3", _workspace([message | {"user": "U01LIEN"}]))
    assert other["new"] == 1
    assert "E-D004" in [one["code"] for one in other["findings"]]
