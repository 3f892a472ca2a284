"""Keys and short texts under another key, and keys from a secret.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 12 bytes; stored as base64 (RFC 4648 §4, with
padding) of nonce, ciphertext and tag. The additional data is ``chatarchief/1/`` and the purpose,
so that what was wrapped for one purpose never opens for another. Derivation is HKDF-SHA-256
(RFC 5869) without salt, with the same prefix and the label as its info.
"""

from __future__ import annotations

import binascii
import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LABEL = "chatarchief/1/"
KEY_SIZE = 32
_NONCE_SIZE = 12


class CannotUnwrap(Exception):
    """The text is not what was wrapped with this key for this purpose."""


def wrap(key: bytes, purpose: str, secret: bytes) -> str:
    """Encrypt a key or a short text under a key of 32 bytes."""
    nonce = os.urandom(_NONCE_SIZE)
    return encode(nonce + AESGCM(key).encrypt(nonce, secret, _info(purpose)))


def unwrap(key: bytes, purpose: str, text: str) -> bytes:
    """Decrypt what `wrap` made.

    Raises:
        CannotUnwrap: The key, the purpose or a byte of the text is another one.
    """
    data = decode(text)
    if len(data) < _NONCE_SIZE:
        raise CannotUnwrap
    try:
        return AESGCM(key).decrypt(data[:_NONCE_SIZE], data[_NONCE_SIZE:], _info(purpose))
    except InvalidTag as error:
        raise CannotUnwrap from error


def derive(secret: bytes, label: str, *, salt: bytes | None = None) -> bytes:
    """Make a key of 32 bytes from a secret, another one for every label."""
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=_info(label)).derive(secret)


def encode(data: bytes) -> str:
    """Base64 with padding."""
    return b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Bytes of base64 with padding.

    Raises:
        CannotUnwrap: It is no base64.
    """
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CannotUnwrap from error


def _info(purpose: str) -> bytes:
    return (LABEL + purpose).encode()
