"""A phone's database is opened read only, and nothing that is wrong with it goes unsaid."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from databases import build, on_disk, source
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.format import Source
from archiver.parse.sqlite_beside import NOTHING, Beside
from archiver.parse.sqlite_file import belongs, open_database
from archiver.parse.sqlite_table import text_of, whole
from archiver.wording import codes, describe

NAME = "proef.db"
ROWS = 400
SCRIPT = (
    "CREATE TABLE said (_id INTEGER PRIMARY KEY, text TEXT);"
    f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})"
    " INSERT INTO said SELECT i, printf('bericht %d %s', i, hex(zeroblob(200))) FROM n;"
)
WHOLE = build(SCRIPT)
PAGE = 4096


def found(given: Source) -> tuple[list[int], list[str]]:
    """Open a source and give the rows of its table and the codes of all findings."""
    database, findings = open_database(given)
    listed = [one.code for one in findings]
    if database is None:
        return [], listed
    with closing(database):
        rows = [row[0] for row in database.rows("said", ("text",))]
        database.check_count("said", len(rows))
        return rows, listed + [one.code for one in database.drain()]


def with_wal(folder: Path, *, more: int) -> dict[str, bytes]:
    """Make a database whose newest rows stand in its write-ahead log only."""
    path = folder / "levend.db"
    path.write_bytes(WHOLE)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    for row in range(more):
        writer.execute("INSERT INTO said VALUES (?, ?)", (1000 + row, "nieuw " * 300))
    files = {NAME: path.read_bytes(), NAME + "-wal": Path(f"{path}-wal").read_bytes()}
    writer.close()
    return files


def test_a_whole_database_is_read_whole() -> None:
    """Every row comes once, in order, and nothing is remarked."""
    assert found(source({NAME: WHOLE}, NAME)) == (list(range(1, ROWS + 1)), [])


def test_a_file_is_read_by_its_descriptor(tmp_path: Path) -> None:
    """A file on the disk is not copied, and no file appears beside it."""
    rows, listed = found(on_disk(tmp_path, {NAME: WHOLE}, NAME))

    assert (len(rows), listed) == (ROWS, [])
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_file_without_a_name_is_copied_up_to_a_limit() -> None:
    """What was unpacked from a container has no name; a larger one is refused and said to be."""
    with tempfile.TemporaryFile() as file:
        file.write(WHOLE)
        members = source({NAME: WHOLE}, NAME).members
        given = Source(file, members, 0, NAME, 0)
        assert len(found(given)[0]) == ROWS
        database, findings = open_database(given, in_memory=PAGE)

    assert database is None
    assert [one.code for one in findings] == ["E-B912"]


def test_the_write_ahead_log_is_taken_along(tmp_path: Path) -> None:
    """The newest messages of a phone that was copied while it ran are there."""
    rows, listed = found(source(with_wal(tmp_path, more=30), NAME))

    assert rows[-30:] == list(range(1000, 1030))
    assert (len(rows), listed) == (ROWS + 30, ["W-B907"])


def test_a_log_counts_as_far_as_its_checksums_are_right(tmp_path: Path) -> None:
    """A change that was not written to its end is not taken for one that was."""
    files = with_wal(tmp_path, more=30)
    log = bytearray(files[NAME + "-wal"])
    log[len(log) // 2] ^= 1
    rows, listed = found(source({NAME: files[NAME], NAME + "-wal": bytes(log)}, NAME))

    assert ROWS < len(rows) < ROWS + 30
    assert listed == ["W-B907"]


def test_a_log_of_another_database_changes_nothing(tmp_path: Path) -> None:
    """A log that is empty, strange or of another page size adds nothing."""
    for log in (b"x" * 100, b"", with_wal(tmp_path, more=3)[NAME + "-wal"][:32]):
        assert found(source({NAME: WHOLE, NAME + "-wal": log}, NAME))[1] == []


def test_a_log_that_cannot_be_used_is_never_passed_over(tmp_path: Path) -> None:
    """Where the log was not handed over, or all is too large to copy, a finding says so."""
    files = with_wal(tmp_path, more=3)
    given = source(files, NAME)
    unseen = Source(given.stream, given.members, given.main, NAME, 0)
    database, findings = open_database(on_disk(tmp_path / "weg", files, NAME), in_memory=PAGE)

    assert "E-B908" in found(unseen)[1]
    assert database is not None
    database.close()
    assert [one.code for one in findings] == ["E-B908"]


def test_pages_that_neither_file_nor_log_holds_are_missed(tmp_path: Path) -> None:
    """A database that was cut off is told to be that, also when a log lies beside it."""
    files = with_wal(tmp_path, more=30)
    cut = files | {NAME: files[NAME][: len(WHOLE) // 2]}
    rows, listed = found(source(cut, NAME))

    assert listed[:2] == ["W-B907", "E-B903"]
    assert "E-B906" in listed
    assert len(rows) < ROWS + 30


def test_an_unfinished_change_is_told() -> None:
    """A journal beside the database says that it was copied in the middle of a change."""
    journal = bytes.fromhex("d9d505f920a163d7") + bytes(504)

    assert found(source({NAME: WHOLE, NAME + "-journal": journal}, NAME))[1] == ["E-B909"]
    assert found(source({NAME: WHOLE, NAME + "-journal": bytes(512)}, NAME))[1] == []
    assert belongs("a/x.db", "a/x.db-wal")
    assert not belongs("a/x.db", "b/x.db-wal")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E-B901"),
        (b"iets anders" * 50, "E-B901"),
        (WHOLE[:16] + b"\x00\x03" + WHOLE[18:], "E-B902"),
        (WHOLE[:19] + b"\x09" + WHOLE[20:], "E-B902"),
        (WHOLE + bytes(PAGE), "W-B904"),
        (WHOLE[:100] + bytes(PAGE - 100) + WHOLE[PAGE:], "E-B905"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(data: bytes, code: str) -> None:
    """No database, a strange header, too many bytes, a broken first page: each has its finding."""
    listed = found(source({NAME: data}, NAME))[1]

    assert listed[0] == code
    assert describe(code, {}) and code in codes()


def test_a_database_that_lost_its_end_is_read_as_far_as_it_goes() -> None:
    """The finding counts the missing pages, and the rows before them are there."""
    rows, listed = found(source({NAME: WHOLE[: len(WHOLE) // 2]}, NAME))

    assert listed[0] == "E-B903"
    assert "E-B906" in listed
    assert 0 < len(rows) < ROWS


def test_one_damaged_page_costs_only_its_own_rows() -> None:
    """Reading goes on behind the damage; what is missing is said between which rows."""
    data = bytearray(WHOLE)
    data[10 * PAGE : 11 * PAGE] = bytes(PAGE)
    given = source({NAME: bytes(data)}, NAME)
    rows, listed = found(given)

    assert len(rows) > ROWS - 40
    assert rows == sorted(set(rows))
    assert rows[-1] == ROWS
    assert listed == ["E-B906", "E-B910"]


def test_text_that_is_none_is_shown_as_far_as_it_goes() -> None:
    """Bytes that are no UTF-8 cost one sign and no row."""
    script = "CREATE TABLE said (_id INTEGER PRIMARY KEY, text TEXT); INSERT INTO said VALUES"
    given = source({NAME: build(script + " (1, CAST(X'41FF42' AS TEXT)), (2, 'goed')")}, NAME)
    database, _ = open_database(given)
    assert database is not None
    with closing(database):
        assert [row[1] for row in database.rows("said", ("text",))] == ["A\ufffdB", "goed"]
        assert [one.code for one in database.drain()] == ["W-B911"]


def test_only_real_tables_and_columns_are_read() -> None:
    """A view, a computed column and a table that hides its rowid are left alone."""
    given = source(
        {NAME: build(
            "CREATE TABLE said (_id INTEGER PRIMARY KEY, text TEXT, twice AS (text || text));"
            "CREATE TABLE hidden (rowid TEXT, text TEXT);"
            "INSERT INTO said (text) VALUES ('een'); INSERT INTO hidden VALUES ('a', 'b');"
            "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n)"
            " SELECT i FROM n;"
        )},
        NAME,
    )  # fmt: skip
    database, _ = open_database(given)
    assert database is not None
    with closing(database):
        assert database.tables == {"said": {"_id", "text"}}
        assert list(database.rows("said", ("twice", "text"))) == [(1, None, "een")]
        assert list(database.rows("endless", ("i",))) == []


def test_what_is_not_read_is_named() -> None:
    """Tables that hold something and hold no messages stand in one finding."""
    given = source({NAME: build(SCRIPT + "CREATE TABLE leeg (a); CREATE TABLE vol (a);"
                                "INSERT INTO vol VALUES (1)")}, NAME)  # fmt: skip
    database, _ = open_database(given)
    assert database is not None
    with closing(database):
        list(database.rows("said", ("text",)))
        database.name_unread()
        assert [(one.code, one.values["names"]) for one in database.drain()] == [("W-B914", "vol")]


def test_side_tables_go_in_step_with_the_messages() -> None:
    """Every row comes with its message; what belongs to none is counted."""
    database, _ = open_database(source({NAME: WHOLE}, NAME))
    assert database is not None
    with closing(database):
        rows = iter([(None, "los"), (2, "a"), (3, "weg"), (4, "b"), (4, "c"), ("x", "los")])
        beside = Beside(database, {"side": ("kant", rows)})
        taken = {message: dict(beside.of(message)) for message in (1, 2, 4, 5)}
        beside.finish()

        assert taken == {1: {}, 2: {"side": [("a",)]}, 4: {"side": [("b",), ("c",)]}, 5: {}}
        assert [(one.code, one.values["count"]) for one in database.drain()] == [("W-B913", 3)]


def test_rows_of_a_message_that_is_gone_mark_no_other() -> None:
    """What belongs to a deleted message is left aside and not taken for the next one's."""
    database, _ = open_database(source({NAME: WHOLE}, NAME))
    assert database is not None
    with closing(database):
        beside = Beside(database, {"side": ("kant", iter([(3, "weg")]))})

        assert beside.of(5) is NOTHING


def test_values_of_any_type_are_taken() -> None:
    """A column may hold what it was not meant for."""
    assert [text_of(value) for value in (None, "a", b"\xffb", 3, 2.5)] == [
        "",
        "a",
        "\ufffdb",
        "3",
        "2.5",
    ]
    assert [whole(value) for value in (7, "7", 7.0, 7.5, "x", None, b"7", 1e30)] == [
        7, 7, 7, 0, 0, 0, 0, 0,
    ]  # fmt: skip


def test_the_database_is_not_written_to(tmp_path: Path) -> None:
    """No statement can change it."""
    database, _ = open_database(on_disk(tmp_path, {NAME: WHOLE}, NAME))
    assert database is not None
    with closing(database):
        assert list(database.joined(("said",), "DELETE FROM said RETURNING _id")) == []
        assert [one.code for one in database.drain()] == ["E-B906"]
    assert os.stat(tmp_path / NAME).st_size == len(WHOLE)  # noqa: PTH116


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_makes_reading_fail(data: st.DataObject) -> None:
    """Whatever byte is flipped and wherever the file is cut, reading ends and says something."""
    image = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(0, 8))):
        image[data.draw(st.integers(0, len(image) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(image)))
    rows, listed = found(source({NAME: bytes(image[:cut])}, NAME))

    assert len(rows) == ROWS or listed
    assert all(code in codes() for code in listed)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_log_makes_reading_fail(extra: bytes, at: int) -> None:
    """A log of any bytes is read or left, without an error."""
    log = bytearray(bytes.fromhex("377f0682002de218") + (4096).to_bytes(4) + bytes(20) + extra)
    log[at % len(log)] ^= 0x55

    assert len(found(source({NAME: WHOLE, NAME + "-wal": bytes(log)}, NAME))[0]) == ROWS
