"""The gate as officers use it: a ministry where what is old enough may go, and keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.ministry import PIA, SVEN, Ministry, Ran, chat, ministry

OWNER, MANAGER = PIA, SVEN
LONG_AGO = datetime(2014, 5, 13, 9, 0)
"""A term of ten years has run since."""
CANARY = "kanarievogel"
TITLED = "WhatsApp-chat met Havenoverleg.txt"
LINES = [
    (0, "Lien", "De nota ligt klaar voor de minister"),
    (3, "Omar", f"Mijn {CANARY} is ziek en blijft vandaag thuis"),
    (5, "Pia", "akkoord"),
    (9, "Lien", "Om tien uur in de kamer van de directeur"),
]


def key_pair(folder: Path, name: str, passphrase: str = "") -> Path:
    """Make a key pair as ssh-keygen does: the private file, and the public one beside it."""
    key = Ed25519PrivateKey.generate()
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path = folder / name
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, locked))
    path.chmod(0o600)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b" officer@voorbeeld.example\n")
    return path


@dataclass(slots=True)
class Gate:
    """An archive with a process owner, an archive manager, and their keys."""

    office: Ministry
    keys: dict[str, Path] = field(default_factory=dict)

    def officer(self, login: str, *roles: str, key: Path | None = None, **more: str) -> None:
        """Register an officer with a key of the officer's own, or without one."""
        words = [part for role in roles for part in ("--role", role)]
        words += [part for name, value in more.items() for part in (f"--{name}", value)]
        if key is not None:
            self.keys[login] = key
            words += ["--key", str(key.with_suffix(".pub"))]
        assert self.office.run("officer", "add", "--login", login, *words).code == 0

    def propose(self, *words: object, ground: str = "selection-list") -> str:
        """Propose; give the id."""
        found = self.office.json("dispose", "propose", "--ground", ground, *words)
        return str(found["proposal"])

    def approve(self, proposal: str, login: str, *more: object) -> Ran:
        """Approve with the officer's own key."""
        words = ("dispose", "approve", proposal, "--key", self.keys[login], *more)
        return self.office.run(*words, login=login)

    def approved(self, *words: object, ground: str = "selection-list") -> str:
        """Propose, and let both approve; give the id."""
        proposal = self.propose(*words, ground=ground)
        for login in (OWNER, MANAGER):
            ran = self.approve(proposal, login)
            assert ran.code == 0, ran.err
        return proposal

    def execute(self, proposal: str, *, code: int = 0) -> Any:
        """Carry it out."""
        done = self.office.json("dispose", "execute", proposal, code=None)
        assert done["proof"]["holds"] == (code == 0), done["proof"]
        return done

    def refused(self, ran: Ran, kind: str) -> None:
        """Insist that a call was refused with exit code 4, in the log as of this kind."""
        assert ran.code == 4, (ran.code, ran.err)
        last = self.office.events()[-1]
        assert (last["type"], last["codes"]) == ("dispose.refused", [kind]), last

    def statement(self, proposal: str) -> dict[str, Any]:
        """Write the statement; give its JSON."""
        folder = self.office.folder / "statements"
        self.office.json("dispose", "statement", proposal, "--to", folder)
        found: dict[str, Any] = json.loads((folder / f"verklaring-{proposal}.json").read_bytes())
        return found


def gate(folder: Path) -> Gate:
    """Make an archive in which the messages of Jan, a director-general, go after ten years."""
    made = _template()
    return Gate(made.office.copy(folder), dict(made.keys))


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="gate-")


@cache
def _template() -> Gate:
    folder = Path(_folder().name)
    office = ministry(folder)
    office.settings["CHATARCHIEF_POLICY_EXAMPLE_LISTS"] = "true"
    made = Gate(office)
    made.officer(OWNER, "process-owner", key=key_pair(folder, "owner"))
    made.officer(MANAGER, "archive-manager", key=key_pair(folder, "manager"))
    for person in ("Jan", "Els"):
        held = ("--person", person, "--function", "dg", "--from", "2001-01-01")
        office.json("function", "add", *held)
    return made


def hand_in(
    at: Gate,
    lines: Sequence[tuple[int, str, str]] = LINES,
    owner: str = "jan",
    name: str = TITLED,
    code: int | None = 0,
) -> str:
    """Take in one old chat and appraise everything; give the delivery."""
    path = at.office.write(f"{owner}/{name}", chat(lines, start=LONG_AGO))
    found = at.office.ingest(path, owner, code=code)
    at.office.json("retention", "appraise", code=None)
    return str(found["delivery"])


def canary(number: int) -> str:
    """Give a word that stands in one message only."""
    return f"kanarie{number:03}vogel"
