"""Decrypt one object of an archive with nothing but the description of its format.

    read_object.py ARCHIVE KEYS PRIVATE-KEY-FILE DELIVERY OBJECT  > plaintext

Follows ``docs/archive-format.md`` and uses no code of the archive: only the standard library and
`cryptography`. The private key file is the machine's or the recovery key.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LABEL = "chatarchief/1/"


def object_key(keys: Path, private_key: Path, delivery: str, name: str) -> bytes:
    """Go down from the private key to the key of one object."""
    archive_key = open_archive_key(read(keys / "archive-key.json"), read(private_key))
    file = read(keys / "deliveries" / f"{delivery}.json")
    if file["parent"] == "delivery":
        parent = unseal(archive_key, f"delivery:{delivery}:key", file["key"])
    else:
        place = keys / "parents" / f"{file['parent'].replace(':', '-', 1)}.json"
        parent = unseal(archive_key, f"parent:{file['parent']}", read(place)["key"])
    return unwrap(parent, f"delivery:{delivery}:object:{name}", file["objects"][name])


def read(path: Path) -> dict[str, Any]:
    """Read a key file and check its digest."""
    content: dict[str, Any] = json.loads(path.read_bytes())
    stated = content["sha256"]
    text = json.dumps(
        content | {"sha256": ""}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    if content["v"] != 1 or hashlib.sha256(text.encode()).hexdigest() != stated:
        sys.exit(f"{path} is damaged")
    return content


def open_archive_key(file: dict[str, Any], private: dict[str, Any]) -> dict[int, bytes]:
    """Open all generations of the archive key."""
    found = {}
    for generation in file["generations"]:
        for each in generation["wraps"]:
            if each["to"] == private["public"]:
                pair = X25519PrivateKey.from_private_bytes(b64decode(private["private"]))
                ephemeral = b64decode(each["ephemeral"])
                shared = pair.exchange(X25519PublicKey.from_public_bytes(ephemeral))
                assert b64encode(pair.public_key().public_bytes_raw()).decode() == each["to"]
                info, salt = f"{LABEL}recipient".encode(), ephemeral + b64decode(each["to"])
                key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(shared)
                number = generation["number"]
                found[number] = unwrap(key, f"archive-key:{number}", each["wrap"])
    return found


def unseal(archive_key: dict[int, bytes], purpose: str, sealed: dict[str, Any]) -> bytes:
    """Open what lies directly under the archive key."""
    return unwrap(archive_key[sealed["generation"]], purpose, sealed["wrap"])


def unwrap(key: bytes, purpose: str, text: str) -> bytes:
    """Open what was wrapped under a key."""
    data = b64decode(text)
    return AESGCM(key).decrypt(data[:12], data[12:], (LABEL + purpose).encode())


def plaintext(path: Path, key: bytes) -> Iterator[bytes]:
    """Decrypt an object chunk by chunk."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != path.name:
        sys.exit(f"{path} is damaged")
    header, cipher = data[:37], AESGCM(key)
    magic, version, algorithm, size, _, prefix = struct.unpack(">8sBBI16s7s", header)
    if (magic, version, algorithm) != (b"chatarch", 1, 1):
        sys.exit(f"{path} is of another format")
    chunks = max(1, -(-(len(data) - 37) // (size + 16)))
    for number in range(chunks):
        start = 37 + number * (size + 16)
        nonce = prefix + number.to_bytes(4, "big") + bytes([number == chunks - 1])
        yield cipher.decrypt(nonce, data[start : start + size + 16], header)


if __name__ == "__main__":
    archive, keys, private_key, delivery, name = sys.argv[1:]
    key = object_key(Path(keys), Path(private_key), delivery, name)
    for chunk in plaintext(Path(archive) / "objects" / name[:2] / name, key):
        sys.stdout.buffer.write(chunk)
