"""An export made again is read through a sieve; what the archive then holds does not show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
import talk
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.model import Item, Normal, Repeats, Row
from archiver.pipeline import absorb, matching, reading, recall
from archiver.pipeline.batch import Batch
from archiver.pipeline.rows import Found, gather
from archiver.pipeline.sieve import NO_SIEVE, Sieve
from archiver.pipeline.tally import Tally
from archiver.store.catalogue.key_bitmap import key_bitmap
from archiver.store.catalogue.known import Known
from tests.ministry import Ministry, chat, ministry

_TABLES = {
    "record": "id, conversation, event, open, sent_at, copy, delivery, item",
    "copy": "id, record, strand, delivery, item, open, beside, sent_at, type, label, text, stem,"
    " folded, marks",
    "holding": "delivery, item, copy, level, rule",
    "strand_copy": "strand, record, copy, key, said",
    "attachment": "delivery, item, number, name, media_type, size, sha256, member, missing",
    "wording": "record, text, stem",
    "sketch": "digest, strand",
    "delivery": "id, read, new, known, messages, events, referenced, present, since, until",
}
_TEXTS = st.sampled_from(
    ["ok", "OK", "ok ", "o\u200bk", "👍", "Akkoord met het voorstel van de directie",
     "IMG-20200101-WA0001.jpg (bestand bijgevoegd)", "<Media weggelaten>"]
)  # fmt: skip
_MESSAGES = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["Lien", "Omar"]), _TEXTS), min_size=1, max_size=14
)


@contextmanager
def _asking_soon(items: int = 2, frames: int = 1, text: int = 1 << 20) -> Iterator[None]:
    """Let frames hold few items and batches few frames, and ask for a sieve after the first."""
    with (
        patch.object(reading, "ITEMS_A_FRAME", items),
        patch.object(recall, "ITEMS_A_FRAME", items),
        patch.object(reading, "FRAMES_A_BATCH", frames),
        patch.object(reading, "TEXT_A_BATCH", text),
        patch.object(reading, "BATCHES_BEFORE_ASKING", 1),
        patch.object(absorb, "FIRST_BATCHES", 1),
        patch("archiver.pipeline.arrival.FIRST_BATCHES", 1),
    ):
        yield


def _held(office: Ministry) -> dict[str, list[tuple[object, ...]]]:
    with office.opened() as archive:
        execute = archive.catalogue.connection.execute
        return {
            table: execute(f"SELECT {columns} FROM {table} ORDER BY {columns}").fetchall()
            for table, columns in _TABLES.items()
        }


def _after(folder: Path, exports: list[str], sieve: Callable[..., bytes]) -> list[object]:
    office = ministry(folder)
    with _asking_soon(), patch.object(matching, "key_bitmap", sieve):
        for number, text in enumerate(exports):
            office.ingest(office.write(f"{number}/WhatsApp-chat met X.txt", text), code=None)
    return [_held(office)]


def _in_order(messages: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    return sorted(messages, key=lambda one: one[0])


@pytest.mark.unmeasured
@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(_MESSAGES, st.booleans()), min_size=2, max_size=3))
def test_what_is_held_does_not_show_the_sieve(
    exports: list[tuple[list[tuple[int, str, str]], bool]],
) -> None:
    """With a sieve, without, and with one that takes everything for known: the same catalogue."""
    files = [chat(_in_order(messages) if ordered else messages) for messages, ordered in exports]
    sieves: list[Callable[..., bytes]] = [
        lambda *_: b"",
        key_bitmap,
        lambda *_: b"\xff" * 8,
    ]
    found = []
    for sieve in sieves:
        with TemporaryDirectory() as folder:
            found.append(_after(Path(folder), files, sieve))
    assert found[0] == found[1] == found[2]


_CHANGES = st.lists(
    st.tuples(st.integers(0, 23), st.sampled_from(["left out", "said twice", "in capitals"])),
    max_size=3,
)


@pytest.mark.unmeasured
@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(0, 2), min_size=24, max_size=24),
    st.lists(_CHANGES, min_size=1, max_size=2),
)
def test_what_is_held_does_not_show_what_was_met_at_one_go(
    gaps: list[int], changes: list[list[tuple[int, str]]]
) -> None:
    """Exports of one chat with small differences: met stretch by stretch or one by one, alike."""
    minutes = accumulate(gaps)
    first = [(minute, "Lien", f"besluit {n % 5}") for n, minute in enumerate(minutes)]
    files = [chat(first), *(chat(_changed(first, some)) for some in changes), chat(first)]
    found = []
    for in_step in (Known.in_step, lambda *_: None):
        with TemporaryDirectory() as folder, patch.object(Known, "in_step", in_step):
            found.append(_after(Path(folder), files, key_bitmap))
    assert found[0] == found[1]


def test_what_is_held_does_not_show_where_frames_end(tmp_path: Path) -> None:
    """Frames that end early because their texts are long hold the same, also when met again."""
    first = [(n, "Lien", f"besluit {n} " + "over de haven " * (n % 4)) for n in range(24)]
    other = [
        *_changed(first, [(5, "in capitals"), (16, "said twice"), (17, "left out")]),
        (23, "Omar", "IMG-20200101-WA0001.jpg (bestand bijgevoegd)"),
    ]
    recalled: list[int] = []

    def noted(batch: Batch, numbers: Sequence[int]) -> Iterator[Row]:
        recalled.extend(numbers)
        return recall.recall(batch, numbers)

    found, frames = [], []
    for most in (1 << 20, 60):
        office = ministry(tmp_path / str(most))
        with _asking_soon(items=5, frames=2, text=most), patch.object(matching, "recall", noted):
            for number, said in enumerate((first, other, [*first, *other])):
                path = office.write(f"{number}/WhatsApp-chat met X.txt", chat(said))
                office.ingest(path, code=None)
        found.append(_held(office))
        frames.append(sum(office.frames()))
        assert office.run("rebuild").code == 0
        found.append(_held(office))
    assert found[0] == found[1] == found[2] == found[3]
    assert frames[1] > frames[0]
    assert recalled


def _changed(
    said: list[tuple[int, str, str]], changes: list[tuple[int, str]]
) -> list[tuple[int, str, str]]:
    """Leave out, repeat or shout some of what was said."""
    for place, how in sorted(changes, reverse=True):
        minute, author, text = said[place]
        instead = {
            "left out": [],
            "said twice": [said[place]] * 2,
            "in capitals": [(minute, author, text.upper())],
        }[how]
        said = [*said[:place], *instead, *said[place + 1 :]]
    return said


def test_frames_of_a_batch_make_one_run_of_repeats_for_each_thread() -> None:
    """What a later frame has of a thread stands behind what the frames before it had."""
    found: Found = {}
    for frame in ([("a", 1), ("b", 2)], [("b", 3)], [("a", 4), ("b", 5)]):
        gather(
            found,
            [
                (Item(n, 0, 0, 1, text=f"{thread}{n}"), Normal(n, n, thread=thread, keys=(b"k",)))
                for thread, n in frame
            ],
        )
    assert {thread: one.numbers for (thread, _), one in found.items()} == {
        "a": [1, 4],
        "b": [2, 3, 5],
    }
    assert all(one.times == one.numbers for one in found.values())


def test_an_export_made_again_comes_as_repeats(tmp_path: Path) -> None:
    """What is known already is not analysed again, and the reader says which items those are."""
    office = ministry(tmp_path)
    said = [(n, "Lien", f"Bericht {n} over het besluit") for n in range(12)]
    office.ingest(office.write("a/WhatsApp-chat met X.txt", chat(said)))
    came: list[int] = []
    met: list[bool] = []
    real, in_step = Tally.repeats, Known.in_step

    def counted(tally: Tally, repeats: Sequence[Repeats]) -> None:
        came.append(sum(len(one.numbers) for one in repeats))
        real(tally, repeats)

    def noted(known: Known, strand: int, repeats: Repeats) -> tuple[int, int, int, int] | None:
        found = in_step(known, strand, repeats)
        met.append(found is not None)
        return found

    with (
        _asking_soon(),
        patch.object(Tally, "repeats", counted),
        patch.object(Known, "in_step", noted),
    ):
        later = chat([*said, (20, "Omar", "Een nieuw bericht")])
        found = office.ingest(office.write("b/WhatsApp-chat met X.txt", later))
    assert (found["new"], found["known"]) == (1, 12)
    before = _held(office)
    office.json("rebuild")
    assert _held(office) == before
    assert office.run("verify").code == 0
    assert sum(came) >= 9
    assert met
    assert all(met)


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_a_sieve_has_every_key_it_was_made_of(keys: list[bytes]) -> None:
    """No key that the archive has is ever taken for a new one."""
    from array import array

    from archiver.store.catalogue.key_bitmap import bitmap

    heads = array("Q", b"".join(keys))[::2]
    sieve = Sieve.of(bitmap(heads, 1023))
    assert all(sieve.have([Normal(1, keys=(key,)) for key in keys]))
    assert sieve.have([Normal(1), Normal(1, keys=(keys[0],), scope="mail")]) == [False, False]


@pytest.mark.parametrize("bitmap", [b""])
def test_an_empty_bitmap_is_no_sieve(bitmap: bytes) -> None:
    """Where nothing is known every item comes whole."""
    assert Sieve.of(bitmap) is NO_SIEVE


def test_messages_without_a_time_are_counted_each_time(tmp_path: Path) -> None:
    """What no clock can place is told again of the next export, though it is known by then."""
    said = talk.talk()[:40]
    untimed = {3: {"date": "gisteren", "date_unixtime": "?"}, 30: {"date": "", "date_unixtime": ""}}
    messages = [talk.telegram_message(one, **untimed.get(one.id, {})) for one in said]
    office = ministry(tmp_path)
    office.account("jan", service="telegram")
    with _asking_soon():
        for number in range(2):
            export = talk.telegram_json([], messages=messages) + "\n" * number
            found = office.ingest(office.write(f"{number}/result.json", export), code=None)
            told = [one["values"] for one in found["findings"] if one["code"] == "W-P002"]
            assert told == [{"count": 2}]
    assert (found["new"], found["known"]) == (0, 40)
