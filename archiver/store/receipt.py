"""Receipts: proof, readable by anyone and without the archive, that one event is in the log.

C2SP tlog-proof v1, read 2026-11. The event's line travels as the format's extra data, in base64;
whoever holds the receipt and the log's public key needs nothing else. A receipt given out is also
an outside head: it catches a log that later forgets what it has acknowledged.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.store.checkpoint import BadCheckpoint, Head, parse
from archiver.store.events import BadEvent, Event, decode
from archiver.store.merkle import leaf_hash, verify_inclusion

_FORM = "c2sp.org/tlog-proof@v1"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


class Receipt(Struct, frozen=True):
    """What a receipt proves: this event stands in the log with this head."""

    event: Event
    head: Head


class BadReceipt(ArchiveError):
    """This receipt proves nothing: {reason}."""

    exit_code = ExitCode.DAMAGE


def write_receipt(line: bytes, seq: int, proof: Sequence[bytes], note: str) -> str:
    """Write the receipt for the event with this line; `note` is the signed checkpoint."""
    hashes = "".join(f"{_base64(node)}\n" for node in proof)
    return f"{_FORM}\nextra {_base64(line)}\nindex {seq}\n{hashes}\n{note}"


def verify_receipt(text: str, public_key: bytes, *, origin: str = "") -> Receipt:
    """Check a receipt against the log's public key and, when given, its origin.

    Raises:
        BadReceipt: It has not the form, the checkpoint is not signed by that key, or the event is
            not in it.
    """
    proof, _, note = text.partition("\n\n")
    try:
        head = parse(note, public_key, origin=origin)
        line, seq, hashes = _read(proof)
        event = decode(line)
    except (BadCheckpoint, BadEvent) as error:
        raise BadReceipt(reason=str(error).rstrip(".")) from error
    if event.seq != seq or not verify_inclusion(leaf_hash(line), seq, head.size, hashes, head.root):
        raise BadReceipt(reason="the event is not in the log that was signed")
    return Receipt(event, head)


def _read(proof: str) -> tuple[bytes, int, tuple[bytes, ...]]:
    form, *rest = proof.split("\n")
    if form != _FORM or len(rest) < 2:
        raise BadReceipt(reason="it has not the form of one")
    seq = _after("index ", rest[1])
    if not _DECIMAL.fullmatch(seq):
        raise BadReceipt(reason="it does not say which event it is about")
    return _bytes(_after("extra ", rest[0])), int(seq), tuple(_bytes(line) for line in rest[2:])


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise BadReceipt(reason="it has not the form of one")
    return line.removeprefix(word)


def _bytes(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise BadReceipt(reason="it holds something that is not base64") from error
    if _base64(raw) != text:
        raise BadReceipt(reason="it holds something that is not base64")
    return raw


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
