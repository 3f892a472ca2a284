"""Who can open the archive key: the machine, and whoever holds the recovery key.

A recipient is an X25519 key pair (RFC 7748). A key is wrapped for a recipient with a fresh pair of
its own: the shared secret goes through HKDF-SHA-256 (RFC 5869), with both public keys as salt,
and the result wraps it as in `archiver.store.wrapping`.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from msgspec import Struct

from archiver.errors import Damage
from archiver.store import keyfile
from archiver.store.keyfile import KeyFile
from archiver.store.wrapping import CannotUnwrap, decode, derive, encode, unwrap, wrap

MACHINE = "machine"
RECOVERY = "recovery"


class Recipient(Struct, frozen=True, forbid_unknown_fields=True):
    """A public key, base64 of 32 bytes, and whose it is: ``machine`` or ``recovery``."""

    name: str
    public: str


class Wrapped(Struct, frozen=True, forbid_unknown_fields=True):
    """A key wrapped for the recipient with the public key `to`; all three are base64."""

    to: str
    ephemeral: str
    wrap: str


class PrivateKeyFile(KeyFile, frozen=True, kw_only=True):
    """The file of a recipient's private key; `archive` is the check value of the archive."""

    archive: str
    name: str
    private: str
    public: str


class Identity(Struct, frozen=True):
    """A recipient's key pair."""

    name: str
    private: bytes

    def __repr__(self) -> str:
        """Show no key."""
        return f"Identity(name={self.name!r})"

    @classmethod
    def new(cls, name: str) -> Identity:
        """Make a key pair."""
        return cls(name, X25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> str:
        """The public key, base64."""
        return encode(self._pair().public_key().public_bytes_raw())

    @property
    def recipient(self) -> Recipient:
        """What others need to wrap a key for this one."""
        return Recipient(self.name, self.public)

    def file(self, archive: str) -> PrivateKeyFile:
        """The key pair as it is stored, for the archive with this check value."""
        return PrivateKeyFile(
            archive=archive, name=self.name, private=encode(self.private), public=self.public
        )

    def unwrap(self, purpose: str, wrapped: Wrapped) -> bytes:
        """Open a key that was wrapped for this recipient.

        Raises:
            CannotUnwrap: It was not, or not for this purpose, or it was changed.
        """
        ephemeral = decode(wrapped.ephemeral)
        shared = _shared(self._pair(), ephemeral)
        return unwrap(_wrapping_key(shared, ephemeral, wrapped.to), purpose, wrapped.wrap)

    def _pair(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.private)


def wrap_for(recipient: Recipient, purpose: str, key: bytes) -> Wrapped:
    """Wrap a key so that only this recipient can open it."""
    pair = X25519PrivateKey.generate()
    ephemeral = pair.public_key().public_bytes_raw()
    shared = _shared(pair, decode(recipient.public))
    wrapping_key = _wrapping_key(shared, ephemeral, recipient.public)
    return Wrapped(recipient.public, encode(ephemeral), wrap(wrapping_key, purpose, key))


def read_identity(path: Path) -> Identity:
    """Read a private key file.

    Raises:
        FileNotFoundError: There is none.
        Damage: It was changed, or its two halves do not belong together.
    """
    content = keyfile.read(path, PrivateKeyFile)
    try:
        identity = Identity(content.name, decode(content.private))
        if identity.public == content.public:
            return identity
    except (CannotUnwrap, ValueError) as error:
        raise Damage(path=path, reason="it holds no private key") from error
    raise Damage(path=path, reason="its private and its public key do not belong together")


def _shared(pair: X25519PrivateKey, public: bytes) -> bytes:
    try:
        return pair.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise CannotUnwrap from error


def _wrapping_key(shared: bytes, ephemeral: bytes, public: str) -> bytes:
    return derive(shared, "recipient", salt=ephemeral + decode(public))
