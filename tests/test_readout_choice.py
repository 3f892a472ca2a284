"""What an official chooses in a read-out session is taken in, and nothing else is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ministry import Ministry, chat, mail, mailbox, ministry
from tests.readout_session import LATER, chats, codes, shown, start


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive in which Jan has a private account."""
    at = ministry(tmp_path)
    at.account("jan", kind="private")
    return at


def _mailbox(at: Ministry) -> Path:
    """One export with a thread of work and a private one, which cannot be cut."""
    return at.write("post.mbox", mailbox([mail(1, "Het besluit"), mail(2, "Kanarietekst",
                    subject="Feest")]))  # fmt: skip


def test_an_export_cannot_be_cut(office: Ministry) -> None:
    """What was chosen in part is taken in only if the official agrees that it is kept whole."""
    office.account("post", person="Jan", kind="private", service="mail")
    name = start(office, account="post")
    box = _mailbox(office)
    office.json("session", "conversations", name, box, "--choose", "1", "--private", "2")
    ran = office.run("session", "ingest", name, box)
    assert (ran.code, "1 conversations that were not chosen" in ran.err) == (2, True)
    assert office.json("delivery", "list")["deliveries"] == []


def test_what_was_not_chosen_of_a_whole_is_held_back(office: Ministry) -> None:
    """The whole lies sealed, and no sorter is shown what was not chosen; a third person decides."""
    office.account("post", person="Jan", kind="private", service="mail")
    name = start(office, account="post")
    box = _mailbox(office)
    words = ("--choose", "1", "--private", "2", "--whole")
    office.json("session", "conversations", name, box, *words)
    taken = office.json("session", "ingest", name, box)
    assert (taken["held_back"], taken["deliveries"][0]["state"]) == (1, "sealed")
    waiting = office.json("sort", "list", code=None)["episodes"]
    assert sorted(one["state"] for one in waiting) == ["objected", "waiting"]
    again = office.json("session", "ingest", name, box)
    assert (again["held_back"], again["totals"]["new"]) == (0, 0)
    assert "W-R108" in codes(shown(office, name))
    office.json("delivery", "release", taken["deliveries"][0]["delivery"])
    assert [hit["text"] for hit in office.search()["hits"]] == ["Het besluit"]
    assert office.run("rebuild").code == 0
    assert [hit["text"] for hit in office.search()["hits"]] == ["Het besluit"]


def test_a_whole_is_never_kept_open(office: Ministry) -> None:
    """On a business account, where everything would be open, a choice in part is refused."""
    office.account("werk", person="Jan", service="mail")
    name = start(office, account="werk")
    box = _mailbox(office)
    words = ("--choose", "1", "--private", "2", "--whole")
    office.json("session", "conversations", name, box, *words)
    ran = office.run("session", "ingest", name, box)
    assert (ran.code, "is open" in ran.err) == (2, True)
    assert office.json("delivery", "list")["deliveries"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--choose", "1"), "what becomes of them: 2"),
        (("--choose", "1", "--private", "1,2"), "named twice"),
        (("--choose", "3"), "names no conversation"),
        (("--choose", "2-1"), "names no conversation"),
        (("--choose", "rest", "--private", "rest"), "what becomes of them"),
        (("--choose", "rest", "--listing", "0"), "not those of the list"),
        (("--choose", "rest", "--account", "aanders"), "which account"),
    ],
)
def test_a_choice_is_of_every_conversation(
    office: Ministry, words: tuple[str, ...], said: str
) -> None:
    """A choice that leaves one out, names one twice or is of another list is not recorded."""
    name = start(office)
    ran = office.run("session", "conversations", name, *chats(office), *words)
    assert (ran.code, ran.out, said in ran.err) == (2, "", True)
    assert shown(office, name)["exports"] == []


def test_only_what_was_listed_is_taken_in(office: Ministry) -> None:
    """A file that was not shown, or changed since, is refused and the refusal is an event."""
    name = start(office)
    work, private = chats(office)
    office.json("session", "conversations", name, work, "--choose", "1")
    work.write_text(work.read_text("utf-8").replace("klaar", "gereed"), "utf-8")
    ran = office.run("session", "ingest", name, work, private)
    assert (ran.code, ran.err.count("was not among what")) == (2, 2)
    assert office.events()[-1]["type"] == "intake.refused"
    assert codes(shown(office, name))[-2:] == ["E-R101", "W-R109"]


def test_what_was_taken_in_is_not_chosen_anew(office: Ministry) -> None:
    """Once an export was handed in, the choice that it rests on stands."""
    name = start(office)
    work, _ = chats(office)
    office.json("session", "conversations", name, work, "--choose", "1")
    office.json("session", "ingest", name, work)
    ran = office.run("session", "conversations", name, work, "--refuse", "rest")
    assert (ran.code, "stands" in ran.err) == (2, True)


def test_another_choice_replaces_the_first(office: Ministry) -> None:
    """Until it is handed in the official may change their mind; numbers are never used twice."""
    name = start(office)
    work, private = chats(office)
    office.json("session", "conversations", name, work, "--choose", "1")
    office.json("session", "conversations", name, private, "--refuse", "2")
    office.json("session", "conversations", name, work, "--refuse", "3")
    made = [
        (one["number"], one["choice"])
        for export in shown(office, name)["exports"]
        for one in export["conversations"]
    ]
    assert made == [(2, "refused"), (3, "refused")]
    office.json("session", "close", name, "--next", LATER)
    before = shown(office, name)
    assert [one["sha256"] for one in before["exports"]] == ["", ""]
    assert office.run("rebuild").code == 0
    assert shown(office, name) == before


def test_nothing_is_read_without_a_basis(office: Ministry) -> None:
    """Listing is processing: without a covering basis no title is shown."""
    name = start(office)
    work, _ = chats(office)
    office.json("basis", "withdraw", "--account", office.account("jan"), "--basis", "archiefwet",
                "--on", "2001-01-01", "--source", "Jan")  # fmt: skip
    ran = office.run("session", "conversations", name, work)
    assert (ran.code, ran.out, "nothing is read" in ran.err) == (9, "", True)


def test_a_state_secret_is_not_listed(office: Ministry) -> None:
    """An export with the marking of a state secret shows no title; the others are listed."""
    name = start(office)
    work, _ = chats(office)
    secret = office.write(
        "WhatsApp-chat met Kanariegroep.txt", chat([(0, "Omar", "Stg. GEHEIM\nKanarietekst")])
    )
    ran = office.run("session", "conversations", name, work, secret)
    assert (ran.code, "Beleidsgroep" in ran.out) == (1, True)
    assert "Kanarie" not in ran.out + ran.err


def test_what_cannot_be_read_is_told(office: Ministry) -> None:
    """A file in no known format is told, and the others are listed all the same."""
    name = start(office)
    work, _ = chats(office)
    ran = office.run("session", "conversations", name, office.write("foto.bin", b"\0\1"), work)
    assert (ran.code, "Beleidsgroep" in ran.out, "no format" in ran.err) == (1, True, True)


def test_a_folder_is_listed_by_export(office: Ministry) -> None:
    """A folder of exports is read in a process of its own and listed export by export."""
    name = start(office)
    work, _ = chats(office)
    (work.parent / "stuk.zip").write_bytes(b"PK\3\4 geen zip")
    ran = office.process("session", "conversations", name, work.parent, "--output", "json")
    assert [one["title"] for one in ran.json["conversations"]] == ["Beleidsgroep", "Kanariegroep"]
    assert (ran.code, "stuk.zip" in ran.err) == (1, True)


def test_a_session_of_two_accounts_asks_whose_exports_they_are(office: Ministry) -> None:
    """Where a session is of several accounts the exports are of the one that is named."""
    post = office.account("post", person="Jan", kind="private", service="mail")
    name = start(office, "--account", post)
    box = _mailbox(office)
    assert office.run("session", "conversations", name, box).code == 2
    words = ("--account", post, "--choose", "rest")
    office.json("session", "conversations", name, box, *words)
    assert office.json("session", "ingest", name, box)["deliveries"][0]["new"] == 2
    assert shown(office, name)["exports"][0]["account"] == post
