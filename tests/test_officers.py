"""Officers: who may act, in which role, on which day; refusals are events too."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.ministry import LIEN, OMAR, Ministry, chat, ministry

NEEDS = {
    ("search", "x"): "woo-jurist",
    ("show", "d.1"): "woo-jurist",
    ("explain", "d.1"): "sorter",
    ("conversations",): "sorter",
    ("delivery", "release", "d"): "sorter",
    ("delivery", "answer", "d", "--zone", "UTC"): "records-officer",
    ("officer", "add", "--login", "x", "--role", "sorter"): "records-officer",
    ("backup", "/nowhere/b"): "administrator",
    ("key", "rotate"): "administrator",
}


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def test_an_officer_is_registered_and_shown(office: Ministry, tmp_path: Path) -> None:
    """An officer has a login, roles, a public key and a period."""
    key = tmp_path / "lien.pub"
    key.write_bytes(_public(ed25519.Ed25519PrivateKey.generate()) + b" lien@ministerie\n")
    made = office.json(
        "officer", "add", "--login", LIEN, "--name", "Lien Bakker", "--role", "sorter",
        "--role", "woo-jurist", "--key", key, "--from", "2022-01-01", "--to", "2199-12-31",
    )  # fmt: skip
    assert made["roles"] == ["sorter", "woo-jurist"]
    assert made["public_key"] == " ".join(key.read_text().split()[:2])
    assert made["officer"] in {row["officer"] for row in office.json("officer", "list")["officers"]}
    again = office.json("officer", "add", "--login", LIEN, "--role", "auditor")
    assert (again["officer"], again["roles"]) == (made["officer"], ["auditor"])


@pytest.mark.parametrize("kind", ["words", "another"])
def test_another_key_is_refused(office: Ministry, tmp_path: Path, kind: str) -> None:
    """What is no Ed25519 public key of OpenSSH is refused by name."""
    key = tmp_path / "key.pub"
    other = _public(ec.generate_private_key(ec.SECP256R1()))
    key.write_bytes(b"dit is geen sleutel" if kind == "words" else other)
    ran = office.run("officer", "add", "--login", LIEN, "--role", "sorter", "--key", key)
    assert ran.code == 2
    assert "no Ed25519 public key" in ran.err


def test_an_unknown_officer_is_refused_and_that_is_logged(office: Ministry) -> None:
    """Who is not registered sees nothing: exit code 4, no output, an event for the refusal."""
    for words in (("search", "x"), ("delivery", "list"), ("account", "list")):
        ran = office.run(*words, login=LIEN)
        assert (ran.code, ran.out) == (4, "")
        assert LIEN in ran.err
        event = office.events()[-1]
        assert (event["type"], event["result"]) == ("access.refused", "refused")
        assert event["codes"] == ["UnknownOfficer"]


@pytest.mark.parametrize("words", NEEDS, ids=lambda words: " ".join(words[:2]))
def test_a_wrong_role_is_refused_and_that_is_logged(
    office: Ministry, words: tuple[str, ...]
) -> None:
    """A role that a command does not allow: exit code 4, and the refusal is an event."""
    office.officer(LIEN, "auditor")
    ran = office.run(*words, login=LIEN)
    assert (ran.code, ran.out) == (4, "")
    assert office.events()[-1]["codes"] == ["NotAuthorised"]
    office.officer(OMAR, NEEDS[words])
    assert office.run(*words, login=OMAR).code != 4


def test_an_officer_acts_only_in_his_period(office: Ministry) -> None:
    """Before the first and after the last day of the role nothing can be done with it."""
    for login, period in ((LIEN, ("--to", "2020-01-01")), (OMAR, ("--from", "2199-01-01"))):
        words = ("officer", "add", "--login", login, "--role", "sorter", *period)
        assert office.run(*words, "--from", "2019-01-01").code == 0 or login == OMAR
        assert office.run(*words).code == 0
        assert office.run("search", "x", login=login).code == 4


def test_every_event_names_who_and_how(office: Ministry) -> None:
    """An event says which officer acted and what named the person; never a name in the clear."""
    office.officer(LIEN, "records-officer")
    path = office.write("WhatsApp-chat met X.txt", chat([(0, "Lien", "ok")]))
    account = office.account()
    assert office.run("ingest", path, "--account", account, login=LIEN).code == 0
    event = office.events()[-1]
    officers = {row["login"]: row["officer"] for row in office.json("officer", "list")["officers"]}
    assert event["actor"] == officers[LIEN]
    assert event["origin"]["via"] == "cli/sudo"
    assert LIEN not in str(event)


def _public(key: object) -> bytes:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)  # type: ignore[attr-defined, no-any-return]
