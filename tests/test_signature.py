"""Signatures in OpenSSH's form: made here and by ssh-keygen, and every way in which one is none."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.commands import dispose as command
from archiver.errors import UsageError
from retention.signature import (
    BadPrivateKey,
    BadSignatureFile,
    parse,
    public_bytes,
    read_signature,
    sign,
)
from tests.gate import MANAGER, OWNER, Gate, gate, hand_in, key_pair

MESSAGE = b"0123456789abcdef\n"

with_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="this machine has no ssh-keygen"
)


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def nobody() -> str:
    """Nobody is there to ask."""
    raise AssertionError("a passphrase was asked for")


def ssh_sign(key: Path, message: Path, namespace: str = "chatarchief") -> Path:
    """Sign a file as an officer does on another machine."""
    words = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key), str(message)]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    return message.with_name(f"{message.name}.sig")


def test_what_is_signed_verifies(tmp_path: Path) -> None:
    """A signature holds for its own bytes and for no others, also read again from its text."""
    key = key_pair(tmp_path, "key")
    made = sign(key, nobody, MESSAGE)
    assert parse(made.armored) == made
    assert made.verifies(MESSAGE)
    assert not made.verifies(MESSAGE + b" ")
    registered = key.with_suffix(".pub").read_text()
    assert made.public_key == public_bytes(registered)


def test_a_passphrase_is_asked_for(tmp_path: Path) -> None:
    """A locked key is opened with its passphrase, and with no other."""
    key = key_pair(tmp_path, "key", "geheim")
    assert sign(key, lambda: "geheim", MESSAGE).verifies(MESSAGE)
    with pytest.raises(BadPrivateKey):
        sign(key, lambda: "anders", MESSAGE)


def test_no_passphrase_is_asked_for_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program that nobody sits at is told so."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(UsageError):
        command._passphrase()


def test_a_file_that_is_no_key(tmp_path: Path) -> None:
    """Anything but a private key of OpenSSH is refused."""
    path = tmp_path / "key"
    path.write_text("geen sleutel")
    with pytest.raises(BadPrivateKey):
        sign(path, nobody, MESSAGE)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Whatever stands in the armour is a signature or a clear refusal."""
    armour = "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----"
    for body in (data, b"SSHSIG\x00\x00\x00\x01" + data):
        with pytest.raises(ValueError):
            parse(armour.format(base64.b64encode(body).decode()))


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_signature_never_counts(at_byte: int, by: int) -> None:
    """One changed byte makes it no signature, or one that does not hold."""
    made = parse(SIGNED)
    blob = bytearray(base64.b64decode("".join(SIGNED.splitlines()[1:-1])))
    blob[at_byte % len(blob)] ^= by
    body = base64.b64encode(bytes(blob)).decode()
    text = f"-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n"
    try:
        changed = parse(text)
    except ValueError:
        return
    assert changed.public_key != made.public_key or not changed.verifies(MESSAGE) or changed == made


def _signed() -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return sign(key_pair(Path(folder), "key"), nobody, MESSAGE).armored


SIGNED = _signed()


def test_text_that_is_no_signature(tmp_path: Path) -> None:
    """A file of anything else is refused by name."""
    path = tmp_path / "x.sig"
    for content in (b"", b"\xff\xfe", SIGNED.encode()[:-20], SIGNED.encode() * 2):
        path.write_bytes(content)
        with pytest.raises(BadSignatureFile):
            read_signature(path)


@with_ssh_keygen
def test_ssh_keygen_reads_and_writes_the_same(tmp_path: Path) -> None:
    """What ssh-keygen signs verifies here, and what is signed here verifies there."""
    key, message = key_pair(tmp_path, "key"), tmp_path / "digest"
    message.write_bytes(MESSAGE)
    assert read_signature(ssh_sign(key, message)).verifies(MESSAGE)
    (tmp_path / "own.sig").write_text(sign(key, nobody, MESSAGE).armored)
    (tmp_path / "allowed").write_text(f"officer {key.with_suffix('.pub').read_text()}")
    words = ["ssh-keygen", "-Y", "verify", "-n", "chatarchief", "-I", "officer"]
    words += ["-f", str(tmp_path / "allowed"), "-s", str(tmp_path / "own.sig")]
    subprocess.run(words, input=MESSAGE, check=True, capture_output=True, timeout=60)


@with_ssh_keygen
def test_a_signature_for_another_purpose(tmp_path: Path) -> None:
    """What was signed under another namespace, such as a commit, is refused."""
    key, message = key_pair(tmp_path, "key"), tmp_path / "digest"
    message.write_bytes(MESSAGE)
    with pytest.raises(BadSignatureFile):
        read_signature(ssh_sign(key, message, "git"))


@with_ssh_keygen
def test_approving_with_a_signature_from_elsewhere(at: Gate) -> None:
    """The digest is written to a file, signed elsewhere, and the signature is handed in."""
    proposal = at.propose("--delivery", hand_in(at))
    for login in (OWNER, MANAGER):
        signed = signature_on(at, proposal, login)
        words = ("dispose", "approve", proposal, "--signature", signed)
        assert at.office.run(*words, login=login).code == 0
    at.execute(proposal)


@with_ssh_keygen
def test_a_signature_on_another_proposal(at: Gate) -> None:
    """A signature that was given for one proposal counts for no other: refused as replayed."""
    delivery = hand_in(at)
    first, second = at.propose("--delivery", delivery), at.propose("--record", f"{delivery}.2")
    signed = signature_on(at, first, OWNER)
    words = ("dispose", "approve", second, "--signature", signed)
    at.refused(at.office.run(*words, login=OWNER), "ReplayedSignature")


@with_ssh_keygen
def test_a_signature_on_something_else(at: Gate) -> None:
    """A signature over other bytes is refused as forged."""
    proposal = at.propose("--delivery", hand_in(at))
    other = at.office.folder / "other"
    other.write_bytes(MESSAGE)
    words = ("dispose", "approve", proposal, "--signature", ssh_sign(at.keys[OWNER], other))
    at.refused(at.office.run(*words, login=OWNER), "ForgedSignature")


def test_either_a_key_or_a_signature(at: Gate) -> None:
    """Neither of both, or both, is a mistake."""
    proposal = at.propose("--delivery", hand_in(at))
    words = ("dispose", "approve", proposal)
    assert at.office.run(*words, login=OWNER).code == 2
    both = ("--key", at.keys[OWNER], "--signature", at.keys[OWNER])
    assert at.office.run(*words, *both, login=OWNER).code == 2


def signature_on(at: Gate, proposal: str, login: str) -> Path:
    """Let an officer sign the digest of a proposal with ssh-keygen."""
    path = at.office.folder / f"{proposal}-{login}"
    at.office.json("dispose", "show", proposal, "--digest-to", path)
    return ssh_sign(at.keys[login], path)
