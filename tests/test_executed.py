"""A destruction that is carried out: interrupted, proven, and with the files handed in."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from archiver.pipeline import destroy as destroying
from retention import proof
from tests.gate import (
    LINES,
    LONG_AGO,
    OWNER,
    TITLED,
    Gate,
    canary,
    gate,
    hand_in,
)
from tests.ministry import chat
from tests.remains import remains
from tests.test_destroy import sound


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


# -- interrupted -----------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_crash_between_deliveries(
    at: Gate, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    """After a crash in the middle the same command goes on with what is left."""
    deliveries = [
        hand_in(
            at,
            [(n, "Lien", f"Levering {number} heeft {canary(number * 10 + n)}") for n in (1, 2, 3)],
            name=f"WhatsApp-chat met Kring {number}.txt",
        )
        for number in range(3)
    ]
    proposal = at.approved(*itertools.chain(*(("--delivery", one) for one in deliveries)))
    real, calls = destroying.destroy, itertools.count()

    def dying(*words: Any, **more: Any) -> Any:
        if next(calls) == survived:
            raise Killed
        return real(*words, **more)

    monkeypatch.setattr(destroying, "destroy", dying)
    with pytest.raises(Killed):
        at.office.run("dispose", "execute", proposal)
    assert at.office.search("")["total"] == 3 * (3 - survived)
    assert at.office.json("dispose", "list")["proposals"][0]["state"] == "begun"
    monkeypatch.setattr(destroying, "destroy", real)
    done = at.execute(proposal)
    assert sorted(one["delivery"] for one in done["deliveries"]) == sorted(deliveries)
    assert sum(one["items"] for one in done["deliveries"]) == 9
    assert remains(at.office, ["heeft kanarie"]) == {}
    sound(at.office)


def test_a_file_that_cannot_be_removed(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a handed-in file cannot be removed that is said; later the same command goes on."""
    drop = at.office.folder / "drop"
    drop.mkdir()
    at.office.settings["CHATARCHIEF_DROP_FOLDER"] = str(drop)
    delivery = hand_in(at)
    (folder,) = drop.iterdir()
    (folder / TITLED).write_text(chat(LINES, start=LONG_AGO))
    (folder / "verwijzing").symlink_to(folder / TITLED)
    proposal = at.approved("--record", f"{delivery}.2")

    def refusing(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr("archiver.daemon.handed_in.remove_copy", refusing)
        assert at.office.run("dispose", "execute", proposal).code == 9
    assert at.office.search("")["total"] == 3
    assert at.execute(proposal)["removed"] == 1
    assert [one.name for one in folder.iterdir()] == ["verwijzing"]
    assert "werd onderbroken" in str(at.statement(proposal)["document"])


def test_no_words_of_an_officer_stand_in_the_log(at: Gate) -> None:
    """Reasons, references and misspelt ids are encrypted or left out: the log has codes and ids."""
    delivery = hand_in(at)
    words = ("--record", f"{delivery}.2", "--reason", "kanariereden", "--reference", "kanariebrief")
    proposal = at.propose(*words)
    assert at.approve("kanarievoorstel", OWNER).code == 2
    assert at.office.run("dispose", "execute", "kanarievoorstel").code == 2
    assert at.office.json("dispose", "show", proposal)["reason"] == "kanariereden"
    assert "kanarie" not in (at.office.archive / "log" / "events.jsonl").read_text()


def test_a_part_of_a_delivery_is_not_reassigned(at: Gate) -> None:
    """Of what was destroyed in part the bytes are not whole, and it stays where it is."""
    delivery = hand_in(at)
    at.execute(at.approved("--record", f"{delivery}.2"))
    words = ("delivery", "reassign", delivery, "--account", at.office.account("els"))
    assert at.office.run(*words, "--reason", "Verwisseld").code == 9


def test_a_proof_that_finds_something(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a word is found after the destruction that is said, with exit code 6."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    real = proof.pages

    def leaking(*words: Any) -> Any:
        yield from real(*words)
        yield f"ergens staat nog {LINES[1][2]}".encode()

    monkeypatch.setattr(proof, "pages", leaking)
    done = at.execute(proposal, code=6)
    assert (done["proof"]["holds"], len(done["proof"]["remains"])) == (False, 1)
    document = str(at.statement(proposal)["document"])
    assert "nog woorden gevonden" in document


def test_a_proof_that_cannot_find_proves_nothing(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a word that lives on is not found either, the proof does not hold."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    monkeypatch.setattr(proof, "pages", lambda *_: iter([b"leeg"]))
    done = at.execute(proposal, code=6)
    assert not done["proof"]["holds"]
    assert "bewijst daarom niets" in str(at.statement(proposal)["document"])


# -- what was handed in ----------------------------------------------------------------------------


def test_the_file_that_was_set_aside_goes_too(at: Gate) -> None:
    """What lies in the drop folder, or was set aside there, goes and is named in the statement."""
    drop = at.office.folder / "drop"
    drop.mkdir()
    at.office.settings["CHATARCHIEF_DROP_FOLDER"] = str(drop)
    at.office.settings["CHATARCHIEF_DROP_SETTLE_SECONDS"] = "0"
    account = at.office.account("jan")
    (folder,) = drop.iterdir()
    content = chat(LINES, start=LONG_AGO)
    (folder / TITLED).write_text(content)
    at.office.json("watch", "--once", code=None)
    at.office.json("retention", "appraise", code=None)
    (kept,) = folder.rglob(TITLED)
    assert ".kept" in kept.parts
    (folder / "nog eens.txt").write_text(content)
    (folder / "iets anders.txt").write_text("Dit blijft staan")
    (row,) = at.office.json("delivery", "list")["deliveries"]
    proposal = at.approved("--record", f"{row['delivery']}.2")
    assert at.execute(proposal)["removed"] == 2
    left = [path.name for path in drop.rglob("*") if path.is_file()]
    assert left == ["iets anders.txt"]
    removed = at.statement(proposal)["done"]["removed"]
    assert {one["account"] for one in removed} == {account}
    assert TITLED not in str(removed)
