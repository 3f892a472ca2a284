"""The two secrets that never change: the root secret and the log-signing key.

Other keys are derived from the root secret with labels (`archiver.store.wrapping.derive`); the
signing key is apart from it, Ed25519 (RFC 8032). Both lie wrapped in ``secrets.json``.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archiver.errors import KeyMissing
from archiver.store import keyfile
from archiver.store.keyring import SECRETS_FILE, Keyring, SecretsFile
from archiver.store.wrapping import derive, encode


def write_secrets(ring: Keyring, secret: bytes) -> None:
    """Store the root secret, with a new signing key; durable on return."""
    signing = Ed25519PrivateKey.generate()
    content = SecretsFile(
        root=ring.archive.wrap("root-secret", secret),
        signing=ring.archive.wrap("signing-key", signing.private_bytes_raw()),
        verify=encode(signing.public_key().public_bytes_raw()),
    )
    keyfile.write(ring.root / SECRETS_FILE, content)


def read_secrets(ring: Keyring) -> tuple[bytes, Ed25519PrivateKey]:
    """Open the root secret and the signing key.

    Raises:
        KeyMissing: Their file is gone.
        Damage: It was changed.
    """
    path = ring.root / SECRETS_FILE
    try:
        content = keyfile.read(path, SecretsFile)
    except FileNotFoundError as error:
        raise KeyMissing(name=path) from error
    root, signing = (
        ring.unwrap(purpose, getattr(content, member), path)
        for member, purpose in content.purposes().items()
    )
    return root, Ed25519PrivateKey.from_private_bytes(signing)


def check_value(secret: bytes) -> str:
    """Say which archive a root secret belongs to; 64 hexadecimal digits, no secret."""
    return derive(secret, "check").hex()
