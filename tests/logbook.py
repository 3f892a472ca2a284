"""Made-up events, a key that signs, and logs to damage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archiver.store.checkpoint import Head, sign
from archiver.store.events import Event, Origin, Tool, stamp
from archiver.store.log import Log
from archiver.store.merkle import leaf_hash, root

ORIGIN = "archief.example/log"


class TestSigner:
    """An Ed25519 key from a fixed seed."""

    __test__ = False

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of RFC 8032."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """A signature over `data`."""
        return self._key.sign(data)


SIGNER = TestSigner()


def event(number: int = 0, **fields: object) -> Event:
    """An event like those the archive writes, another one for every number."""
    given: dict[str, object] = {
        "type": "delivery.received",
        "at": stamp(1_763_757_845_000 + number),
        "actor": "o-0001",
        "origin": Origin(host="server-1", via="cli/sudo"),
        "delivery": f"d{number:010}",
        "counts": {"read": number, "new": 0},
        "objects": {"original": ("ab" * 32,)},
        "tool": Tool(version="0.1.0", config="cd" * 4),
    }
    return Event(**(given | fields))


def open_log(folder: Path) -> Log:
    """The log in a folder, as the program opens it."""
    return Log(folder, ORIGIN, SIGNER)


def write_log(folder: Path, batches: Sequence[int]) -> Log:
    """A new log with so many events in each batch."""
    log = open_log(folder)
    log.recover()
    number = 0
    for batch in batches:
        log.append([event(number + i) for i in range(batch)])
        number += batch
    return log


def lines_of(folder: Path) -> list[bytes]:
    """The lines of a log, without their newlines."""
    return (folder / "events.jsonl").read_bytes().split(b"\n")[:-1]


def forge(folder: Path, lines: Sequence[bytes], sizes: Sequence[int]) -> None:
    """Write a log from scratch with the log's own key, as someone who holds it could."""
    folder.mkdir(exist_ok=True)
    (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    leaves = [leaf_hash(line) for line in lines]
    heads = [Head(ORIGIN, size, root(leaves[:size])) for size in sizes]
    notes = "".join(f"{sign(head, SIGNER)}\n" for head in heads)
    (folder / "checkpoints").write_text(notes, encoding="utf-8")
