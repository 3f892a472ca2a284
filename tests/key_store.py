"""What the tests of the keys share: what must go on opening, what a check finds, a forger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from archiver.store.keys import Keys

ONE, TWO, THREE = ("1" * 64, "2" * 64, "3" * 64)
KEYS_OF = {ONE: b"a" * 32, TWO: b"b" * 32}
OFFICIAL = "official:p-1"


def contents(keys: Keys) -> tuple[object, ...]:
    """Everything that the keys of the fixture must go on opening, whatever happens to them."""
    found = [keys.delivery(each) for each in ("dopen", "dsealed")]
    opened = [
        (each.parent, each.objects, each.key_of(ONE), each.key_of(TWO), each.detail_key)
        for each in found
        if each is not None
    ]
    return (keys.check_value, keys.verify_key, keys.derive("catalogue"), tuple(opened))


def codes(keys: Keys) -> list[str]:
    """The codes that a check of the keys finds."""
    return sorted(finding.code for finding in keys.check())


def rewrite(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change a key file as someone would who knows its format, digest and all."""
    content = json.loads(path.read_bytes())
    change(content)
    content["sha256"] = ""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    content["sha256"] = hashlib.sha256(canonical).hexdigest()
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
