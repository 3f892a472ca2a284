"""The catalogue's records: what they say is kept in order of arrival, and found in that of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.model import NEW, Kind, Row
from archiver.store.catalogue import Catalogue, deliveries, find, records
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.find import Wanted
from archiver.store.catalogue.restate import restated
from archiver.store.catalogue.strands import Participants, Strands
from archiver.store.catalogue.write import DeliveryWriter

LATER, EARLIER = 1_652_425_200_000, 1_652_338_800_000


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A catalogue with one account."""
    catalogue = Catalogue(tmp_path, bytes(32), create=True)
    catalogue.connection.execute(
        "INSERT INTO account VALUES(1, 'a1', '', 'whatsapp', '', 'business', '', '', '', '', '')"
    )
    yield catalogue.connection
    catalogue.close()


def _deliver(connection: Connection, public: str, messages: list[tuple[int, str]]) -> None:
    """Write one delivery with messages (time, text) of one conversation."""
    number = deliveries.begin(connection, public, 1)
    strands = Strands(
        connection, (1, "a1"), "whatsapp", lambda *_: "c1", delivery=number, opened=True
    )
    people = Participants(connection, 1)
    writer = DeliveryWriter(connection, number, strands, people, service="whatsapp", opened=True)
    rows = [_row(item, time, text) for item, (time, text) in enumerate(messages, 1)]
    connection.execute("BEGIN IMMEDIATE")
    writer.add(rows, [NEW] * len(rows))
    connection.execute("COMMIT")


def _row(number: int, sent_at: int, text: str) -> Row:
    return Row(
        number=number, kind=Kind.MESSAGE, type="text", sent_at=sent_at, basis="min/assumed",
        author="", label="", subject=None, text=text, folded=None, stem="", marks="",
        thread="overleg", title="Overleg", scope="strand", counted=True, keys=(), conflict=None,
    )  # fmt: skip


def test_what_arrives_later_is_found_by_its_time(connection: Connection) -> None:
    """A delivery with older messages takes later records, and still stands behind when searched."""
    _deliver(connection, "d1", [(LATER, "nota een"), (LATER, "nota twee")])
    _deliver(connection, "d2", [(EARLIER, "nota drie")])
    everything = Wanted(words='"nota"', strands=find.strands_of(connection, "c1"))
    found = find.newest(connection, everything, 0)
    shown = records.shown(connection, found)
    assert [shown[one]["text"] for one in found] == ["nota twee", "nota een", "nota drie"]
    assert list(find.in_conversation(connection, found[1], 5, sealed=False)) == [
        found[2],
        found[0],
    ]


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize("words", ['"nota"', None])
@pytest.mark.parametrize("limit", [0, 2, 50])
def test_counting_and_listing_at_once_gives_the_same(
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    words: str | None,
    limit: int,
) -> None:
    """Whether a conversation is short or long: the count is exact, and the newest come first."""
    monkeypatch.setattr(find, "_FEW", few)
    _deliver(connection, "d1", [(LATER + n * 60_000, f"nota {n}") for n in range(5)])
    wanted = Wanted(words=words, since=EARLIER, strands=find.strands_of(connection, "c1"))
    total, found = find.counted(connection, wanted, limit)
    assert total == find.count(connection, wanted) == 5
    assert found == find.newest(connection, wanted, limit)
    texts = [records.shown(connection, [one])[one]["text"] for one in found]
    assert texts == [f"nota {n}" for n in (4, 3, 2, 1, 0)][: limit or None]


def test_a_word_that_is_deleted_leaves_the_index(connection: Connection) -> None:
    """Full text forgets the bytes of a word as soon as its record is taken out of it."""
    _deliver(connection, "d1", [(EARLIER, "gewoon"), (LATER, "kanarie")])
    assert _indexed(connection, "kanarie")
    (record,) = find.newest(connection, Wanted(words='"kanarie"'), 0)
    with restated(connection, [record], wipe=True):
        connection.execute("DELETE FROM copy WHERE record = ?", (record,))
    assert not _indexed(connection, "kanarie")
    assert _indexed(connection, "gewoon")
    connection.execute("INSERT INTO text_open(text_open, rank) VALUES('integrity-check', 1)")


def _indexed(connection: Connection, word: str) -> bool:
    blocks = connection.execute("SELECT block FROM text_open_data")
    return any(word.encode() in bytes(block) for (block,) in blocks)
