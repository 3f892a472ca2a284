"""Exports that nobody can read without a key or a password, told by their form.

Sources: Signal-Android ``Backups.proto`` (a length, then a header with a vector of 16 and a salt
of 32 bytes); SQLCipher's file form (a salt in the place of SQLite's magic, pages of a power of
two); Apple's backups (``IsEncrypted`` in ``Manifest.plist``; else ``Manifest.db`` is no SQLite);
Wire's Kalium and web app; age-encryption.org/v1; RFC 9580 (OpenPGP, armour). Of XRY's files no
form is published: the name, and bytes that are no text, since X-ray instruments write texts of
the same name. Ciphertext shows as bytes that are all
equally frequent, which compressed data nearly reaches: so that alone is never enough.
"""

from __future__ import annotations

import re
from collections import Counter
from math import log2

from archiver.identify.question import (
    EncryptedDatabase,
    EncryptedExport,
    EncryptedPhoneBackup,
    EncryptedSignal,
    EncryptedSignalDesktop,
    EncryptedViber,
    EncryptedWhatsApp,
    EncryptedWire,
    XryReadOut,
)

_WHATSAPP = re.compile(r"\.crypt\d{1,2}$", re.IGNORECASE)
_WIRE = re.compile(r"[._]wbu$|\.cc20$", re.IGNORECASE)
_XRY = re.compile(r"\.xry$", re.IGNORECASE)
_DATABASES = {"db.sqlite": EncryptedSignalDesktop, "viber.db": EncryptedViber}
_ENCRYPTED_PLIST = re.compile(rb"<key>IsEncrypted</key>\s*<true\s*/>")
_DATABASE = re.compile(r"\.(db|sqlite|sqlite3|sqlcipher)$", re.IGNORECASE)
_STATED = (
    b"-----BEGIN PGP MESSAGE-----",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"age-encryption.org/v1",
    b"Salted__",
)
_HEADER = 256
_ENOUGH = 512
_PAGE = 512
# The entropy of n random bytes falls short of 8 by about 255 / (2 n ln 2) = 184 / n; twice that.
_SHORTFALL = 368


def locked(name: str, head: bytes, size: int) -> type[EncryptedExport] | None:
    """Tell which key is missing, or None; `head` is the beginning of a file of `size` bytes."""
    if _is_signal_backup(head):
        return EncryptedSignal
    if head.startswith(_STATED):
        return EncryptedExport
    if _WIRE.search(name) and (head.startswith(b"WBU") or _is_random(head)):
        return EncryptedWire
    if _WHATSAPP.search(name) and _is_random(head[_HEADER:]):
        return EncryptedWhatsApp
    if _XRY.search(name) and b"\0" in head:
        return XryReadOut
    return _locked_database(name.rpartition("/")[2].lower(), head, size)


def _locked_database(name: str, head: bytes, size: int) -> type[EncryptedExport] | None:
    if name == "manifest.plist" and _says_encrypted(head):
        return EncryptedPhoneBackup
    if not (_DATABASE.search(name) and size % _PAGE == 0 and _is_random(head)):
        return None
    return (
        EncryptedPhoneBackup if name == "manifest.db" else _DATABASES.get(name, EncryptedDatabase)
    )


def _says_encrypted(head: bytes) -> bool:
    """Read a property list as text; as binary only where it ends within the head."""
    if not head.startswith(b"bplist00"):
        return _ENCRYPTED_PLIST.search(head) is not None
    import plistlib  # with XML, for a file that hardly ever comes

    try:
        told = plistlib.loads(head)
    except (ValueError, OverflowError, RecursionError, MemoryError):
        return False
    return isinstance(told, dict) and told.get("IsEncrypted") is True


def _is_signal_backup(head: bytes) -> bool:
    length = int.from_bytes(head[:4])
    frame = head[4 : 4 + length]
    vector_and_salt = frame[2:4] == b"\x0a\x10" and frame[20:22] == b"\x12\x20"
    return 54 <= length <= 128 and frame[:1] == b"\x0a" and vector_and_salt


def _is_random(data: bytes) -> bool:
    total = len(data)
    if total < _ENOUGH:
        return False
    entropy = -sum(count / total * log2(count / total) for count in Counter(data).values())
    return entropy > 8 - _SHORTFALL / total
