"""Read a whole archive with nothing but the description of its format, in thirty years' time.

    read_archive.py ARCHIVE KEYS PRIVATE-KEY-FILE list                      deliveries, a line each
    read_archive.py ARCHIVE KEYS PRIVATE-KEY-FILE items DELIVERY            its items, a line each
    read_archive.py ARCHIVE KEYS PRIVATE-KEY-FILE extract DELIVERY MEMBER   bytes of member 0, 1, …

Written from ``docs/archive-format.md`` alone; it shares no line with the program. It needs the
standard library, `cryptography` and `zstandard`. The private key is the machine's or the recovery
key. Whatever does not fit the description ends it with a sentence and 6. Extracting a member of a
container gives the container.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from zstandard import ZstdDecompressor

LABEL = "chatarchief/1/"
FRAME_OF = {"items": "item_frames", "normals": "normal_frames"}


def main(words: list[str]) -> int:
    """Do what is asked."""
    if len(words) < 4 or len(words) != {"list": 4, "items": 5, "extract": 6}.get(words[3]):
        sys.stderr.write(__doc__ or "")
        return 2
    archive = Archive(Path(words[0]), Path(words[1]), Path(words[2]))
    match words[3:]:
        case ["list"]:
            show(archive.deliveries())
        case ["items", delivery]:
            show(archive.items(delivery))
        case ["extract", delivery, member]:
            sys.stdout.buffer.write(archive.original(delivery, int(member)))
    return 0


def show(rows: Iterator[dict[str, Any]]) -> None:
    """Write rows as lines of JSON."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")


def wrong(what: object) -> None:
    """Stop: what is read is not what the format says."""
    sys.stderr.write(f"{what}\n")
    sys.exit(6)


class Archive:
    """An archive, opened with one private key."""

    def __init__(self, folder: Path, keys: Path, private_key: Path) -> None:
        self.folder, self.keys = folder, keys
        text = (folder / "archive.toml").read_bytes()
        self.identity = tomllib.loads(text.decode())
        if self.identity["format"] != 1:
            wrong("this reader knows format 1")
        self.archive_key = open_archive_key(read(keys / "archive-key.json"), read(private_key))
        secrets = read(keys / "secrets.json")
        root_secret = unseal(self.archive_key, "root-secret", secrets["root"])
        if derive(root_secret, "check", b"").hex() != self.identity["key_check"]:
            wrong("these keys are of another archive")
        self.events = list(signed_events(folder / "log", self.identity["log_key"]))
        if self.events[0]["objects"]["identity"] != [hashlib.sha256(text).hexdigest()]:
            wrong("archive.toml is not what the first event states")

    def deliveries(self) -> Iterator[dict[str, Any]]:
        """Yield what each delivery is, oldest first."""
        for delivery, event in self.kept().items():
            manifest = self.manifest(delivery)
            counts = manifest["counts"]
            released = any(
                each["type"] == "delivery.released" and each.get("delivery") == delivery
                for each in self.events
            )
            yield {
                "delivery": delivery,
                "account": manifest["account"],
                "state": "ingested" if released else manifest["state"],
                "format": manifest.get("format", ""),
                "path": manifest["path"],
                "received": moment(manifest["received_at"]),
                "sha256": manifest["sha256"],
                "members": [member["name"] for member in manifest.get("members", [])],
                "counts": {name: counts[name] for name in ("read", "new", "known", "rejected")},
                "event": event["seq"],
            }

    def items(self, delivery: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a delivery: raw values, the time they were given, and their record."""
        homes = self.records(delivery)
        rows = zip(self.rows(delivery, "items"), self.rows(delivery, "normals"), strict=True)
        for item, normal in rows:
            if item["number"] != normal["number"]:
                wrong(f"items and normals of {delivery} do not run together")
            if item.get("type") == "destroyed":
                continue
            mail = item.get("mail", {})
            sent_at = normal.get("sent_at")
            yield {
                "item": item["number"],
                "record": homes.get(item["number"], ""),
                "kind": item.get("kind", "message"),
                "time": "" if sent_at is None else moment(sent_at),
                "time_text": item.get("time_text", ""),
                "sender": item.get("sender", ""),
                "subject": mail.get("subject", ""),
                "conversation": item.get("title", ""),
                "text": item.get("text", ""),
                "attachments": [each.get("name", "") for each in item.get("attachments", [])],
                "place": [item["member"], item["offset"], item["length"]],
            }

    def original(self, delivery: str, member: int) -> bytes:
        """Give the bytes that were handed in, checked against the manifest's digest."""
        manifest = self.manifest(delivery)
        names = manifest.get("member_objects") or self.kept()[delivery]["objects"]["original"]
        data = self.content(delivery, names[member])
        container = manifest["layout"] in ("zip", "tar") and not manifest.get("unpacked")
        known = manifest if container else manifest["members"][member]
        if hashlib.sha256(data).hexdigest() != known["sha256"]:
            wrong(f"member {member} of {delivery} is not what was handed in")
        return data

    def kept(self) -> dict[str, dict[str, Any]]:
        """The event that says what each delivery is now: the last one, destruction included."""
        types = ("delivery.kept", "delivery.replaced")
        return {each["delivery"]: each for each in self.events if each["type"] in types}

    def manifest(self, delivery: str) -> dict[str, Any]:
        """What a delivery consists of."""
        found: dict[str, Any] = json.loads(self.part(delivery, "manifest"))
        if found.get("v", 1) != 1 or found["delivery"] != delivery:
            wrong(f"the manifest of {delivery} is of another version or delivery")
        return found

    def rows(self, delivery: str, role: str) -> Iterator[dict[str, Any]]:
        """Yield the lines of items or normals, frame by frame."""
        frames = self.manifest(delivery).get(FRAME_OF[role], [])
        data, start = self.part(delivery, role), 0
        for length in frames:
            frame = ZstdDecompressor().decompress(data[start : start + length])
            yield from map(json.loads, frame.split(b"\n"))
            start += length
        if start != len(data):
            wrong(f"the frames of {role} of {delivery} do not cover them")

    def records(self, delivery: str) -> dict[int, str]:
        """Say which record each item is, as the item that showed it first."""
        found = {}
        for line in self.part(delivery, "verdicts").splitlines():
            verdict = json.loads(line)
            home, first = verdict.get("record", ""), verdict["first"]
            if verdict.get("rule") == "destroyed-before/1":
                continue
            for item in range(first, verdict["last"] + 1):
                place = verdict["item"] + item - first if home else item
                found[item] = f"{home or delivery}.{place}"
        return found

    def part(self, delivery: str, role: str) -> bytes:
        """The one object of this role; nothing when the delivery has none."""
        names = self.kept()[delivery]["objects"].get(role, [])
        return self.content(delivery, names[0]) if names else b""

    def content(self, delivery: str, name: str) -> bytes:
        """Decrypt an object with the key that this delivery has for it."""
        path = self.folder / "objects" / name[:2] / name
        return b"".join(plaintext(path, self.key_of(delivery, name)))

    def key_of(self, delivery: str, name: str) -> bytes:
        """Go down from the archive key to the key of one object."""
        file = read(self.keys / "deliveries" / f"{delivery}.json")
        if file["parent"] == "delivery":
            parent = unseal(self.archive_key, f"delivery:{delivery}:key", file["key"])
        else:
            place = self.keys / "parents" / f"{file['parent'].replace(':', '-', 1)}.json"
            parent = unseal(self.archive_key, f"parent:{file['parent']}", read(place)["key"])
        return unwrap(parent, f"delivery:{delivery}:object:{name}", file["objects"][name])


def signed_events(log: Path, verifier_key: str) -> Iterator[dict[str, Any]]:
    """Yield the events that the last checkpoint covers, once its signature and root are right."""
    origin, _, material = verifier_key.split("+", 2)
    notes = (log / "checkpoints").read_text("utf-8").rstrip("\n")
    before, signature = notes.rsplit("\n\n— ", 1)
    head = before.rsplit("\n\n", 1)[-1] + "\n"
    key = Ed25519PublicKey.from_public_bytes(b64decode(material)[1:])
    key.verify(b64decode(signature.split(" ")[1])[4:], head.encode())
    name, size, root = head.rstrip("\n").split("\n")
    lines = (log / "events.jsonl").read_bytes().split(b"\n")[: int(size)]
    leaves = [hashlib.sha256(b"\0" + line).digest() for line in lines]
    if name != origin or b64encode(tree(leaves)).decode() != root:
        wrong("the log is not what was signed")
    yield from map(json.loads, lines)


def tree(leaves: list[bytes]) -> bytes:
    """Hash leaves to a root (RFC 6962, section 2.1)."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree(leaves[:left]) + tree(leaves[left:])).digest()


def read(path: Path) -> dict[str, Any]:
    """Read a key file and check its digest."""
    content: dict[str, Any] = json.loads(path.read_bytes())
    bare = content | {"sha256": ""}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if content["v"] != 1 or hashlib.sha256(text.encode()).hexdigest() != content["sha256"]:
        wrong(f"{path} is damaged")
    return content


def open_archive_key(file: dict[str, Any], private: dict[str, Any]) -> dict[int, bytes]:
    """Open all generations of the archive key."""
    pair = X25519PrivateKey.from_private_bytes(b64decode(private["private"]))
    found = {}
    for generation in file["generations"]:
        for each in generation["wraps"]:
            if each["to"] == private["public"]:
                ephemeral, to = b64decode(each["ephemeral"]), b64decode(each["to"])
                shared = pair.exchange(X25519PublicKey.from_public_bytes(ephemeral))
                key = derive(shared, "recipient", ephemeral + to)
                number = generation["number"]
                found[number] = unwrap(key, f"archive-key:{number}", each["wrap"])
    if not found:
        wrong("the archive key is not wrapped for this private key")
    return found


def derive(secret: bytes, label: str, salt: bytes) -> bytes:
    """Make a key from a secret."""
    info = (LABEL + label).encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(secret)


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
        wrong(f"{path} is damaged")
    header, cipher = data[:37], AESGCM(key)
    magic, version, algorithm, size, _, prefix = struct.unpack(">8sBBI16s7s", header)
    if (magic, version, algorithm) != (b"chatarch", 1, 1):
        wrong(f"{path} is of another format")
    chunks = max(1, -(-(len(data) - 37) // (size + 16)))
    for number in range(chunks):
        start = 37 + number * (size + 16)
        nonce = prefix + number.to_bytes(4, "big") + bytes([number == chunks - 1])
        yield cipher.decrypt(nonce, data[start : start + size + 16], header)


def moment(milliseconds: int) -> str:
    """Write a time (ms since 1970) as RFC 3339 in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03}Z"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
