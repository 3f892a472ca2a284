"""Checkpoints: what is signed can be believed, and nothing else is."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from logbook import ORIGIN, SIGNER, TestSigner

from archiver.store.checkpoint import (
    BadCheckpoint,
    Head,
    key_id,
    open_note,
    parse,
    read_verifier_key,
    sign,
    verifier_key,
)
from archiver.store.merkle import EMPTY_ROOT, leaf_hash

HEAD = Head(ORIGIN, 42, leaf_hash(b"x"))
NOTE = sign(HEAD, SIGNER)
BODY, SIGNATURE = NOTE.split("\n\n")

# The example with which the Go project documents signed notes, key included.
KNOWN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)


def signature_line(name: str, key: TestSigner, text: str) -> str:
    """A signature line as any signer of notes writes it."""
    raw = key_id(name, key.public_key) + key.sign(text.encode())
    return f"— {name} {b64encode(raw).decode()}\n"


def test_a_note_signed_elsewhere_in_this_format_is_accepted() -> None:
    """The published example of a signed note verifies, so the form is not ours alone."""
    name, key = read_verifier_key(KNOWN_KEY)
    assert open_note(KNOWN_NOTE, name, key) == KNOWN_NOTE.split("\n\n")[0] + "\n"
    assert verifier_key(name, key) == KNOWN_KEY


def test_a_signed_head_comes_back_as_it_was() -> None:
    """What is signed is read back, for an empty log as well."""
    assert parse(NOTE, SIGNER.public_key) == HEAD
    assert parse(NOTE, SIGNER.public_key, origin=ORIGIN) == HEAD
    empty = Head(ORIGIN, 0, EMPTY_ROOT)
    assert parse(sign(empty, SIGNER), SIGNER.public_key) == empty


def test_a_checkpoint_has_the_lines_of_the_specification() -> None:
    """Origin, size, root, an empty line and one line of signature with the key's four bytes."""
    lines = NOTE.split("\n")
    assert lines[:4] == [ORIGIN, "42", b64encode(HEAD.root).decode(), ""]
    dash, name, signature = lines[4].split(" ")
    assert (dash, name, lines[5:]) == ("—", ORIGIN, [""])
    assert b64decode(signature)[:4] == key_id(ORIGIN, SIGNER.public_key)


def test_any_changed_bit_of_a_checkpoint_is_refused() -> None:
    """Every single bit of every byte of a note, once changed, makes it worthless."""
    raw = NOTE.encode()
    for place in range(len(raw)):
        for bit in range(8):
            changed = bytearray(raw)
            changed[place] ^= 1 << bit
            with pytest.raises(BadCheckpoint):
                parse(changed.decode("utf-8", "replace"), SIGNER.public_key, origin=ORIGIN)


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    """A witness may add its line, also under the log's own name, before or behind the log's."""
    text = f"{BODY}\n"
    witness = signature_line("witness.example", TestSigner(2), text)
    namesake = signature_line(ORIGIN, TestSigner(3), text)
    assert parse(f"{NOTE}{witness}{namesake}", SIGNER.public_key) == HEAD
    assert parse(f"{text}\n{witness}{namesake}{SIGNATURE}", SIGNER.public_key) == HEAD


def test_a_note_without_the_logs_signature_is_refused() -> None:
    """Signatures of others alone prove nothing."""
    text = f"{BODY}\n"
    witness = signature_line("witness.example", TestSigner(2), text)
    with pytest.raises(BadCheckpoint, match="did not sign"):
        parse(f"{text}\n{witness}", SIGNER.public_key)
    with pytest.raises(BadCheckpoint, match="did not sign"):
        parse(NOTE, TestSigner(2).public_key)


def test_a_false_signature_of_the_logs_key_is_refused_even_next_to_a_true_one() -> None:
    """One false line under the known key rejects the whole note."""
    false = signature_line(ORIGIN, SIGNER, "another text\n")
    with pytest.raises(BadCheckpoint, match="false"):
        parse(f"{NOTE}{false}", SIGNER.public_key)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    """The same key under another origin is another log."""
    other = sign(Head("archief.example/access", 42, HEAD.root), SIGNER)
    with pytest.raises(BadCheckpoint):
        parse(other, SIGNER.public_key, origin=ORIGIN)


def signed(text: str) -> str:
    """A note over any text, truly signed by the log's key."""
    return f"{text}\n{signature_line(ORIGIN, SIGNER, text)}"


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n042\n{b64encode(HEAD.root).decode()}\n",
        f"{ORIGIN}\n-1\n{b64encode(HEAD.root).decode()}\n",
        f"{ORIGIN}\n٤٢\n{b64encode(HEAD.root).decode()}\n",
        f"{ORIGIN}\n42\n{b64encode(HEAD.root[:-1]).decode()}\n",
        f"{ORIGIN}\n42\nnot base64\n",
        f"{ORIGIN}\n42\n",
        f"{ORIGIN}\n42\n{b64encode(HEAD.root).decode()}\nextension\n",
        f"other\n42\n{b64encode(HEAD.root).decode()}\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    """A true signature does not make a checkpoint of something else."""
    with pytest.raises(BadCheckpoint):
        parse(signed(text), SIGNER.public_key, origin=ORIGIN)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        BODY,
        NOTE[:-1],
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("— ", "- "),
        NOTE + "\ud800",
        f"{BODY}\n\n— {ORIGIN}\n",
        f"{BODY}\n\n— {ORIGIN} =\n",
        NOTE + SIGNATURE * 64,
    ],
)
def test_what_is_not_a_note_is_refused(note: str) -> None:
    """Text without the form of a signed note is never read as one."""
    with pytest.raises(BadCheckpoint):
        parse(note, SIGNER.public_key, origin=ORIGIN)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "a\x7f\u00a0", "a\x01", "a" * 256])
def test_an_origin_that_cannot_name_a_key_signs_nothing(origin: str) -> None:
    """A log with such a name is refused before anything is signed."""
    with pytest.raises(BadCheckpoint, match="origin"):
        sign(Head(origin, 0, EMPTY_ROOT), SIGNER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+",
        KNOWN_KEY.replace("c74f20a3", "c74f20a4"),
        KNOWN_KEY.replace("PeterNeumann", "PeterNewmann"),
        KNOWN_KEY.replace("+AR", "+BB"),
    ],
)
def test_a_verifier_key_that_does_not_fit_itself_is_refused(text: str) -> None:
    """A key that was mistyped or changed on the way is not taken."""
    with pytest.raises(BadCheckpoint):
        read_verifier_key(text)
