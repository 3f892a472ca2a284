"""Receipts: proof of one event, for whoever holds the log's public key and nothing else."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from logbook import ORIGIN, SIGNER, TestSigner, event, lines_of, open_log, write_log

from archiver.errors import Damage
from archiver.store import log
from archiver.store.events import encode
from archiver.store.merkle import inclusion_proof, leaf_hash
from archiver.store.receipt import BadReceipt, Receipt, verify_receipt


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of 23 events in batches, with a cached edge in the middle."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "CACHE_EVERY", 4)
        write_log(tmp_path / "log", [3, 7, 1, 9, 3])
    return tmp_path / "log"


def test_every_event_can_be_proved_without_the_archive(folder: Path) -> None:
    """For each event its receipt gives back the event and the head that covers it."""
    book = open_log(folder)
    for found in book.events():
        receipt = verify_receipt(book.prove(found.seq), SIGNER.public_key, origin=ORIGIN)
        assert receipt == Receipt(found, book.head())


def test_a_receipt_has_the_lines_of_the_specification(folder: Path) -> None:
    """The C2SP form: its name, the event as extra data, the place, the proof, the checkpoint."""
    book = open_log(folder)
    lines = lines_of(folder)
    proof = inclusion_proof([leaf_hash(line) for line in lines], 21)
    assert book.prove(21) == "\n".join(
        [
            "c2sp.org/tlog-proof@v1",
            f"extra {b64encode(lines[21]).decode()}",
            "index 21",
            *(b64encode(node).decode() for node in proof),
            "",
            book.note(),
        ]
    )


def test_the_only_event_of_a_log_is_proved_by_the_head_alone(tmp_path: Path) -> None:
    """A log of one event needs no hashes in its proof."""
    book = write_log(tmp_path / "log", [1])
    assert verify_receipt(book.prove(0), SIGNER.public_key).event.seq == 0


def test_a_receipt_for_the_newest_events_does_not_hash_the_whole_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof starts from the cached edge, so a receipt costs the same at any size."""
    hashed: list[bytes] = []
    monkeypatch.setattr(log, "leaf_hash", lambda line: hashed.append(line) or leaf_hash(line))
    text = open_log(folder).prove(21)
    assert verify_receipt(text, SIGNER.public_key).event.seq == 21
    assert 0 < len(hashed) <= 12


def test_any_changed_bit_of_a_receipt_is_refused(folder: Path) -> None:
    """Every bit of every byte of a receipt, once changed, makes it prove nothing."""
    raw = open_log(folder).prove(11).encode()
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 8
        with pytest.raises(BadReceipt):
            verify_receipt(changed.decode("utf-8", "replace"), SIGNER.public_key, origin=ORIGIN)


def test_a_receipt_of_another_log_or_key_is_refused(folder: Path) -> None:
    """Neither another key nor another name passes for this log."""
    text = open_log(folder).prove(0)
    with pytest.raises(BadReceipt):
        verify_receipt(text, TestSigner(2).public_key)
    with pytest.raises(BadReceipt):
        verify_receipt(text, SIGNER.public_key, origin="archief.example/access")


def test_an_event_in_the_place_of_another_is_refused(folder: Path) -> None:
    """A receipt cannot be given another event, another place or a shorter proof."""
    text = open_log(folder).prove(11)
    own = b64encode(lines_of(folder)[11]).decode()
    other = b64encode(encode(event(99, seq=11))).decode()
    lines = text.split("\n")
    for changed in (
        text.replace(own, other),
        text.replace("index 11", "index 12"),
        text.replace("index 11", "index 011"),
        text.replace("index 11", "index -1"),
        text.replace("index 11", "place 11"),
        "\n".join([*lines[:3], *lines[4:]]),
        "\n".join([lines[0], *lines[2:]]),
        "\n".join(lines[:2]),
        "\n".join([*lines[:3], "é", *lines[3:]]),
        "",
    ):
        with pytest.raises(BadReceipt):
            verify_receipt(changed, SIGNER.public_key, origin=ORIGIN)


@pytest.mark.parametrize("is_cached", [True, False])
def test_no_receipt_is_given_for_what_was_not_signed(folder: Path, is_cached: bool) -> None:
    """A log whose lines were changed cannot prove them, whether or not the cache hides it."""
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"read":2}', b'"read":3}', 1))
    if not is_cached:
        (folder / "frontier.json").unlink()
    with pytest.raises(Damage, match="root that was signed"):
        open_log(folder).prove(2)
