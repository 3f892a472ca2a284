"""What is private is destroyed through the one gate only, and of it nothing remains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ministry import LIEN, OMAR, mail, mailbox
from tests.remains import remains
from tests.sorting_office import HOURS, THIRD, Sorting, sorting

CANARIES = [f"kanarie{n:03}q" for n in range(100)]
LIVING = "leeuwerik"
GROUND = "no-archival-record"
REASON = "redenkanarie"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Sorting:
    """Ten days of a private chat with a hundred canaries, and each day one work episode."""
    made = sorting(tmp_path_factory.mktemp("gate"))
    lines = []
    for day in range(10):
        start = day * 24 * HOURS
        words = CANARIES[day * 10 : day * 10 + 10]
        lines += [(start + n, "Lien", f"Thuis zei {word} iets") for n, word in enumerate(words)]
        lines.append((start + 8 * HOURS, "Els", f"De nota {LIVING} van dag {day}"))
    made.hand_in(*lines)
    return made


@pytest.fixture
def at(filled: Sorting, tmp_path: Path) -> Sorting:
    """A copy of that office, to change."""
    made = sorting(tmp_path / "keys-only")
    made.gate.office = filled.office.copy(tmp_path)
    made.gate.keys = filled.gate.keys
    made.lines, made.exports = list(filled.lines), filled.exports
    return made


def test_no_canary_is_seen_by_anyone_but_the_sorter(at: Sorting) -> None:
    """Sealed, and also once work beside them is open, no canary is in what others are shown."""
    for one in at.queue():
        if one["messages"] == 1:
            at.sort(one["episode"], "work")
    assert at.office.search(LIVING, login=LIEN)["total"] == 10
    _insist_on_silence(at)
    _sort_the_rest(at, "private")
    _insist_on_silence(at)
    with at.office.opened() as archive:
        connection = archive.catalogue.connection
        blocks = b"".join(
            bytes(row[0]) for row in connection.execute("SELECT block FROM text_open_data")
        )
        assert LIVING[:4].encode() in blocks
        assert b"kanarie" not in blocks
    assert at.office.search("--sealed", CANARIES[7], login=OMAR)["total"] == 1


def test_what_a_confirmed_list_names_is_destroyed_without_remains(at: Sorting) -> None:
    """A hundred private messages, and why they were sorted so, are nowhere after the gate."""
    _sort_all(at)
    document = at.office.write("lijst.pdf", b"getekend")
    found = at.office.json(
        "sort", "confirm", "--account", at.account, "--document", document, login=OMAR
    )
    assert (found["episodes"], found["messages"]) == (10, 100)
    assert remains(at.office, CANARIES) != {}
    proposal = at.gate.approved("--reference", found["list"], ground=GROUND)
    done = at.gate.execute(proposal)
    assert done["proof"]["holds"]
    assert remains(at.office, [*CANARIES, REASON]) == {}
    assert at.office.search(LIVING, login=LIEN)["total"] == 10
    _insist_on_same_after_rebuild(at)
    before = at.queue()
    again = at.hand_in((300 * HOURS, "Els", f"Nog een nota {LIVING}"), code=1)
    assert (again["new"], again["known"], again["excluded"]) == (1, 10, 100)
    assert [one["messages"] for one in at.queue()] == [1]
    assert before == []
    assert at.office.search("--sealed", login=OMAR)["total"] == 1
    assert at.office.run("verify", "--full").code == 0


def test_the_gate_takes_nothing_that_was_not_confirmed(at: Sorting) -> None:
    """Without a list nothing may go; what was taken back, disputed or sorted anew is refused."""
    words = ("dispose", "propose", "--ground", GROUND)
    assert at.office.run(*words).code == 4
    assert at.office.run(*words, "--reference", "lnergens").code == 4
    _sort_all(at)
    assert at.office.run(*words, "--reference", "lnergens").code == 4
    name = _confirm(at)
    first, second, third = _private(at)[:3]
    at.office.json("sort", "undo", first, login=OMAR)
    at.office.json("sort", "object", second, "--reason", "Dit is werk", login=OMAR)
    at.sort(third, "party")
    made = at.office.json(*words, "--reference", name, "--dry-run")
    assert made["count"] == 70
    refused = {one["reason"]: one["count"] for one in made["refused"]}
    assert (refused["sorting"], refused["held"]) == (20, 10)
    assert [one["by"] for one in made["refused"] if one["reason"] == "held"] == [[second]]
    assert at.office.json(*words, "--reference", _confirm(at), "--dry-run")["count"] == 80


def test_an_objection_stops_what_was_approved(at: Sorting) -> None:
    """Who objects after two people approved still stops the destruction; then nothing went."""
    _sort_all(at)
    proposal = at.gate.approved("--reference", _confirm(at), ground=GROUND)
    episode = _private(at)[0]
    at.office.json("sort", "object", episode, "--reason", "Dit is werk", login=OMAR)
    assert at.office.run("dispose", "execute", proposal).code == 5
    assert len(remains(at.office, CANARIES[:1])) > 0
    words = ("sort", "settle", episode, "--as", "work", "--reason", "Het is werk")
    at.office.json(*words, "--by", THIRD, login=THIRD)
    assert at.office.run("dispose", "execute", proposal).code == 9
    assert at.office.search(CANARIES[0], login=LIEN)["total"] == 1


def test_what_another_account_holds_stays_there(tmp_path: Path) -> None:
    """A mail that is private to one and business to another goes only from the first account."""
    at = sorting(tmp_path)
    at.office.account("prive", kind="private", service="mail")
    at.office.account("werk", service="mail")
    shared = mail(1, f"Uitnodiging {LIVING}")
    at.office.ingest(at.office.write("a.mbox", mailbox([shared, mail(2, CANARIES[0])])), "prive")
    at.office.ingest(at.office.write("b.mbox", mailbox([shared])), "werk")
    hit = at.office.search(LIVING, login=LIEN)["hits"][0]
    assert hit["holdings"] == 1
    for one in at.queue():
        at.sort(one["episode"], "private", "--reason", REASON)
    document = at.office.write("lijst.pdf", b"getekend")
    account = at.office.account("prive")
    words = ("sort", "confirm", "--account", account, "--document", document)
    name = at.office.json(*words, login=OMAR)["list"]
    proposal = at.gate.approved("--reference", name, ground=GROUND)
    assert at.gate.execute(proposal)["proof"]["holds"]
    assert remains(at.office, [CANARIES[0], REASON]) == {}
    hit = at.office.search(LIVING, login=LIEN)["hits"][0]
    assert hit["holdings"] == 1
    explained = at.office.json("explain", hit["id"], login=LIEN)["holdings"]
    assert [one["account"] for one in explained] == [at.office.account("werk")]
    assert at.office.run("rebuild").code == 0
    assert at.office.search(LIVING, login=LIEN)["total"] == 1
    assert at.office.run("verify", "--full").code == 0


def test_an_item_that_named_an_open_message_is_gone(tmp_path: Path) -> None:
    """Where the delivery that was sorted is withdrawn, a later copy is sealed and waits again."""
    at = sorting(tmp_path)
    first = at.hand_in((0, "Lien", f"De nota {LIVING}"))["delivery"]
    at.sort(at.queue()[0]["episode"], "work")
    second = at.hand_in((20 * HOURS, "Lien", "Tot morgen"))["delivery"]
    assert at.found() == {f"De nota {LIVING}"}
    made = at.office.json("delivery", "withdraw", first, "--reason", "Vergissing")["proposal"]
    for login in at.gate.keys:
        assert at.gate.approve(made, login).code == 0
    at.gate.execute(made)
    assert at.found() == set()
    assert [one["episode"].partition(".")[0] for one in at.queue()] == [second, second]
    before = at.queue()
    assert at.office.run("rebuild").code == 0
    assert (at.found(), at.queue()) == (set(), before)


def test_what_waits_for_a_decision_stands_on_no_list(at: Sorting) -> None:
    """An account of which nothing was sorted as private has no list to confirm."""
    document = at.office.write("lijst.pdf", b"getekend")
    words = ("sort", "confirm", "--account", at.account, "--document", document)
    assert at.office.run(*words, login=OMAR).code == 2
    for one in at.queue()[:2]:
        at.sort(one["episode"], "boundary")
    assert at.office.run(*words, login=OMAR).code == 2
    assert at.office.json(*words, "--dry-run", login=OMAR)["episodes"] == 0


def test_a_sample_of_what_was_set_aside_estimates_recall(at: Sorting) -> None:
    """A sample is the same for the same seed, and what is found in it bounds what was lost."""
    _sort_all(at)
    words = ("sort", "sample", "--size", "5", "--seed", "2022")
    drawn = at.office.json(*words, login=OMAR)
    assert drawn["episodes"] == at.office.json(*words, login=OMAR)["episodes"]
    assert (drawn["drawn"], drawn["set_aside"], drawn["kept"]) == (5, 10, 10)
    found = at.office.json(*words, "--work", "1", login=OMAR)
    assert found["recall"]["low"] < found["recall"]["share"] < found["recall"]["high"] < 1
    assert at.office.run(*words, "--work", "6", login=OMAR).code == 2


def _insist_on_silence(at: Sorting) -> None:
    """Let everyone with a role look everywhere: no canary shows."""
    hits = at.office.search(login=LIEN)["hits"]
    conversation = at.office.json("conversations", login=LIEN)["conversations"][0]["conversation"]
    asked: list[tuple[Any, ...]] = [
        ("search", "kanarie*"), ("search", "--limit", "0"), ("conversations",),
        ("show", hits[0]["id"], "--context", "50"), ("explain", hits[0]["id"]),
        ("differences", conversation), ("findings", "--all"), ("delivery", "list"), ("status",),
        ("sort", "report"), ("sort", "list"), ("search", "--account", at.account),
        ("search", "--conversation", conversation), ("retention", "show", hits[0]["id"]),
    ]  # fmt: skip
    for words in asked:
        for login in (LIEN, ""):
            ran = at.office.run(*words, login=login)
            assert "kanarie" not in (ran.out + ran.err).lower(), words


def _insist_on_same_after_rebuild(at: Sorting) -> None:
    before = at.queue(), at.found(), at.office.json("sort", "report")
    assert at.office.run("rebuild").code == 0
    assert (at.queue(), at.found(), at.office.json("sort", "report")) == before
    assert remains(at.office, [*CANARIES, REASON]) == {}


def _sort_the_rest(at: Sorting, outcome: str) -> None:
    for one in at.queue():
        at.sort(one["episode"], outcome, "--reason", REASON)


def _sort_all(at: Sorting) -> None:
    for one in at.queue():
        if one["messages"] == 1:
            at.sort(one["episode"], "work")
        else:
            at.sort(one["episode"], "private", "--reason", REASON)


def _private(at: Sorting) -> list[str]:
    """Name the private episodes, the oldest first."""
    delivery = at.office.json("delivery", "list")["deliveries"][0]["delivery"]
    return [f"{delivery}.{1 + day * 11}" for day in range(10)]


def _confirm(at: Sorting) -> str:
    document = at.office.write("lijst.pdf", b"getekend")
    words = ("sort", "confirm", "--account", at.account, "--document", document)
    return str(at.office.json(*words, login=OMAR)["list"])
