"""Full text follows the copies of records: what moves, what changes, what stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.store.archive import Archive
from archiver.store.catalogue.connection import parts
from archiver.store.catalogue.indexed import indexed, reindex
from archiver.store.catalogue.regroup import Move, regroup
from archiver.store.catalogue.restate import restated
from tests.ministry import chat, ministry

LINES = [
    (0, "Lien", "Het besluit ligt klaar"),
    (1, "Omar", "De agenda volgt morgen"),
    (2, "Lien", "Goed, tot dan"),
]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with one chat, whose records are those of its items."""
    office = ministry(tmp_path)
    office.ingest(office.write("WhatsApp-chat met Overleg.txt", chat(LINES)))
    with office.opened() as found, found.writing(), found.catalogue.transaction():
        yield found


def _copies(archive: Archive) -> list[tuple[int, int, int, int]]:
    return archive.catalogue.connection.execute(  # type: ignore[no-any-return]
        "SELECT id, record, delivery, item FROM copy ORDER BY item"
    ).fetchall()


def _found(archive: Archive, word: str) -> list[int]:
    rows = archive.catalogue.connection.execute(
        "SELECT rowid FROM text_open WHERE text_open MATCH ?", (word,)
    )
    return [row[0] for row in rows]


def _whole(archive: Archive) -> None:
    """Compare full text with what it is an index of, all of it open; it raises where not."""
    archive.catalogue.connection.execute(
        "INSERT INTO text_open(text_open, rank) VALUES('integrity-check', 1)"
    )


def test_a_copy_that_moves_is_found_where_it_went(archive: Archive) -> None:
    """A record that has two copies is found by the words of both; an empty one is gone."""
    (first, one, delivery, item), (second, two, _, _), *_ = _copies(archive)
    regroup(archive.catalogue.connection, [Move(second, (delivery, item), "why")])

    assert _found(archive, "besluit") == _found(archive, "agenda") == [one]
    assert archive.catalogue.connection.execute(
        "SELECT count(*) FROM record WHERE id = ?", (two,)
    ).fetchone() == (0,)
    assert {copy: record for copy, record, *_ in _copies(archive)} | {first: one} == {
        copy: record if copy != second else one for copy, record, *_ in _copies(archive)
    }
    _whole(archive)


def test_a_copy_that_moves_back_leaves_all_as_it_was(archive: Archive) -> None:
    """Its record is made anew under the same name, and its words leave the other one."""
    connection = archive.catalogue.connection
    (_, one, delivery, item), (second, _, _, own), *_ = _copies(archive)
    regroup(connection, [Move(second, (delivery, item), "why")])
    regroup(connection, [Move(second, (delivery, own), "")])

    (two,) = _found(archive, "agenda")
    assert _found(archive, "besluit") == [one]
    assert one != two
    assert connection.execute(
        "SELECT copy, delivery, item FROM record WHERE id = ?", (two,)
    ).fetchone() == (second, delivery, own)
    assert connection.execute("SELECT count(*) FROM wording").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM other_time").fetchone() == (0,)
    _whole(archive)


def test_a_copy_with_another_clock_is_kept_under_its_own_time(archive: Archive) -> None:
    """A later export is compared by the times of its own clock."""
    connection = archive.catalogue.connection
    (_, one, delivery, item), _, (third, _, _, _) = _copies(archive)
    regroup(connection, [Move(third, (delivery, item), "why")])
    times = connection.execute(
        "SELECT o.copy, o.sent_at = p.sent_at, p.record FROM other_time o"
        " JOIN copy p ON p.id = o.copy"
    ).fetchall()
    assert times == [(third, 1, one)]
    assert connection.execute(
        "SELECT record FROM strand_copy WHERE copy = ?", (third,)
    ).fetchone() == (one,)


def test_what_stays_as_it_is_is_not_indexed_again(archive: Archive) -> None:
    """Only what changes is taken out of full text and put in again."""
    connection = archive.catalogue.connection
    records = [record for _, record, *_ in _copies(archive)]
    before = connection.total_changes
    with restated(connection, records):
        unchanged = connection.total_changes - before
    settings = 4
    assert connection.total_changes - before - unchanged <= settings * 2
    _whole(archive)


def test_a_record_that_closes_moves_to_the_other_full_text(archive: Archive) -> None:
    """Open and sealed text have a table each."""
    connection = archive.catalogue.connection
    copy, record, *_ = _copies(archive)[0]
    with restated(connection, [record], wipe=True):
        connection.execute("UPDATE copy SET open = 0 WHERE id = ?", (copy,))
    assert _found(archive, "besluit") == []
    assert connection.execute(
        "SELECT rowid FROM text_sealed WHERE text_sealed MATCH 'besluit'"
    ).fetchall() == [(record,)]


def test_what_full_text_should_have_is_told_record_by_record(archive: Archive) -> None:
    """Nothing is done where nothing changed, and a record that is gone is taken out."""
    connection = archive.catalogue.connection
    record = _copies(archive)[0][1]
    has = indexed(connection, [record])
    assert has[record][0] == 1
    assert "besluit" in has[record][2].casefold()
    reindex(connection, has, {}, wipe=True)
    assert _found(archive, "besluit") == []
    reindex(connection, {}, has, wipe=False)
    assert _found(archive, "besluit") == [record]


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1200])
def test_values_come_in_parts_with_their_placeholders(archive: Archive, count: int) -> None:
    """Whatever their number, each is asked for once."""
    asked: list[Any] = []
    for part, among in parts(range(count)):
        rows = archive.catalogue.connection.execute(
            f"SELECT value FROM json_each(?) WHERE value IN ({among})",
            (f"[{','.join(map(str, range(count)))}]", *part),
        )
        asked += [row[0] for row in rows]
    assert asked == list(range(count))
