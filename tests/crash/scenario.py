"""What is done to an archive while it is killed: six commands that write in every way there is."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from crash.exports import chat, chat_with_picture
from crash.place import Place, new_account, new_place
from tests.gate import key_pair


@dataclass(frozen=True, slots=True)
class Scenario:
    """An archive and a command for it; the command, given once more, may end with `again`."""

    place: Place
    words: tuple[str, ...]
    again: frozenset[int]


def first(folder: Path) -> Scenario:
    """The first delivery of an archive: every folder and key is new."""
    place = new_place(folder / "place")
    account = new_account(place, "Anna Voorbeeld", "+31600000001")
    export = chat(folder / "one", "Bram", range(11, 15))
    return Scenario(place, ("ingest", str(export), "--account", account), frozenset({0}))


def second(folder: Path) -> Scenario:
    """A delivery with a picture, part of whose messages is known from one before it."""
    one = first(folder)
    place, account = one.place, one.words[-1]
    assert place.run(*one.words).code == 0
    export = chat_with_picture(folder / "two", "Bram", range(13, 18))
    return Scenario(place, ("ingest", str(export), "--account", account), frozenset({0}))


def answered(folder: Path) -> Scenario:
    """An answer to a question, after which the delivery is read again from what was kept."""
    place = new_place(folder / "place")
    account = new_account(place, "Anna Voorbeeld", "+31600000001")
    export = chat(folder / "one", "Bram", range(3, 6))
    asked = place.run("ingest", export, "--account", account).report["deliveries"][0]
    assert asked["state"] == "question"
    words = ("delivery", "answer", asked["delivery"], "--date-order", "dmy")
    return Scenario(place, words, frozenset({0, 2}))


def released(folder: Path) -> Scenario:
    """The release of a sealed delivery: its keys move to another compartment."""
    place = new_place(folder / "place")
    account = new_account(place, "Bram Fictief", "+31600000002", "private")
    export = chat(folder / "one", "Anna", range(13, 15))
    sealed = place.run("ingest", export, "--account", account).report["deliveries"][0]
    assert sealed["state"] == "sealed"
    return Scenario(place, ("delivery", "release", sealed["delivery"]), frozenset({0, 2}))


def linked(folder: Path) -> Scenario:
    """A second person's export of a conversation: two deliveries become one conversation."""
    place = new_place(folder / "place")
    account = new_account(place, "Anna Voorbeeld", "+31600000001")
    export = chat(folder / "one", "Overleg", range(13, 29))
    assert place.run("ingest", str(export), "--account", account).code == 0
    other = new_account(place, "Bram Fictief", "+31600000002")
    theirs = chat_with_picture(folder / "two", "Overleg", range(14, 30))
    return Scenario(place, ("ingest", str(theirs), "--account", other), frozenset({0, 1}))


def destroyed(folder: Path) -> Scenario:
    """A delivery that was withdrawn is destroyed; another person holds most of its messages."""
    both = linked(folder)
    place = both.place
    assert place.run(*both.words).code in both.again
    (wrong,) = (
        each["delivery"]
        for each in place.run("delivery", "list").report["deliveries"]
        if each["account"] == both.words[-1]
    )
    words = ("delivery", "withdraw", wrong, "--reason", "Het toestel van een ander")
    proposal = place.run(*words).report["proposal"]
    for uid, role in (("40003", "process-owner"), ("40004", "archive-manager")):
        key = key_pair(folder, role)
        registered = ("--login", f"uid{uid}", "--role", role, "--key", key.with_suffix(".pub"))
        assert place.run("officer", "add", *registered).code == 0
        with patch.dict(os.environ, {"SUDO_UID": uid}):
            assert place.run("dispose", "approve", proposal, "--key", key).code == 0
    return Scenario(place, ("dispose", "execute", proposal), frozenset({0, 2}))


SCENARIOS: dict[str, Callable[[Path], Scenario]] = {
    "first": first,
    "second": second,
    "answered": answered,
    "released": released,
    "linked": linked,
    "destroyed": destroyed,
}
