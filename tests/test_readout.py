"""A read-out session by command line: what is checked, chosen, handed in, counted and signed."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.ministry import LIEN, OMAR, SVEN, TODAY, Ministry, ministry
from tests.readout_session import LATER, chats, codes, shown, start


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive in which Jan has a private account and a device."""
    at = ministry(tmp_path)
    at.account("jan", kind="private")
    return at


def _stored(at: Ministry) -> str:
    """Everything that the catalogue says of sessions, and what their events keep encrypted."""
    from archiver.store.scribe import unseal

    with at.opened() as archive:
        rows = archive.catalogue.connection.execute("SELECT content FROM register_entry")
        said = [row[0] for row in rows]
        for seq in range(archive.log.size):
            event = archive.log.event(seq)
            if event.type.startswith("session."):
                said.append(json.dumps(unseal(archive, event), ensure_ascii=False))
    return "\n".join(said)


def test_a_session_goes_from_opening_to_minutes(office: Ministry, tmp_path: Path) -> None:
    """Every step is an event, the minutes say what was handed over, and a rebuild knows it all."""
    name = start(office, "--present", "Mr. Vos")
    work, private = chats(office)
    office.json("session", "settings", name, "--app", "WhatsApp", "--deletion", "off",
                "--view-once", "not-used", "--linked", "0", "--version", "2.24")  # fmt: skip
    office.json("session", "contacts", name, "--add", "private", "Els", "+31620009999",
                "--confirmed", TODAY.isoformat())  # fmt: skip
    listed = office.json("session", "conversations", name, work, private)
    assert [(one["title"], one["messages"]) for one in listed["conversations"]] == [
        ("Beleidsgroep", 3), ("Kanariegroep", 2),
    ]  # fmt: skip
    office.json("session", "conversations", name, work, private, "--choose", "1",
                "--private", "rest", "--listing", listed["listing"])  # fmt: skip
    taken = office.json("session", "ingest", name, work, private)
    assert [one["state"] for one in taken["deliveries"]] == ["sealed"]
    office.json("session", "counts", name, "--shown", "1=3")
    closed = office.json("session", "close", name, "--next", LATER, "--to", tmp_path / "out")
    assert codes(closed) == ["W-R107"]
    assert closed["next"] == LATER

    kept = json.loads((tmp_path / f"out/proces-verbaal-{name}.json").read_text("utf-8"))
    said = json.dumps(kept["document"], ensure_ascii=False)
    delivery = taken["deliveries"][0]
    assert delivery["sha256"] in said
    assert "mag het toestel niet worden gewist" in said
    assert "Volgens de functionaris privé: 1 gesprekken met samen 2 berichten" in said
    assert "Mr. Vos" in said
    assert (tmp_path / f"out/proces-verbaal-{name}.pdf").read_bytes().startswith(b"%PDF")
    types = [one["type"] for one in office.events() if one["type"].startswith("session.")]
    assert types == ["session.opened", *["session.checked"] * 6, "session.closed"]

    before = shown(office, name), office.json("session", "list")
    assert office.run("rebuild").code == 0
    assert (shown(office, name), office.json("session", "list")) == before
    assert office.run("verify", "--full").code == 0
    again = office.json("session", "minutes", name, tmp_path / "again")["files"]
    assert [Path(one).read_bytes() for one in again] == [
        (tmp_path / "out" / Path(one).name).read_bytes() for one in again
    ]


def test_listing_keeps_nothing(office: Ministry) -> None:
    """Before anything is chosen the archive has one entry more in the access log and no event."""
    name = start(office)
    work, private = chats(office)
    events, seen = len(office.events()), len(office.seen())
    office.json("session", "conversations", name, work, private)
    assert len(office.events()) == events
    assert [one["type"] for one in office.seen()[seen:]] == ["session.listed"]
    assert office.json("delivery", "list")["deliveries"] == []
    assert "Kanarie" not in _stored(office)


def test_what_was_not_chosen_leaves_a_count_alone(office: Ministry) -> None:
    """Of a refused conversation no title, person, period or text is kept, and its file stays."""
    name = start(office)
    work, private = chats(office)
    office.json("session", "conversations", name, work, private, "--choose", "1", "--refuse", "2")
    office.json("session", "ingest", name, work, private)
    assert "Kanarie" not in _stored(office)
    left = shown(office, name)["exports"][1]["conversations"]
    assert left == [
        {"number": 2, "messages": 2, "events": 0, "since": "", "until": "", "choice": "refused"}
    ]
    assert len(office.json("delivery", "list")["deliveries"]) == 1


def test_titles_of_what_was_chosen_go_with_the_end(office: Ministry, tmp_path: Path) -> None:
    """While a session is open titles help to read counts back; its end destroys their key."""
    name = start(office)
    work, _ = chats(office)
    office.json("session", "conversations", name, work, "--choose", "rest")
    assert "Beleidsgroep" in _stored(office)
    assert "Beleidsgroep" not in office.run("session", "show", name).out
    office.json("session", "ingest", name, work)
    office.json("session", "close", name, "--next", LATER, "--to", tmp_path / "out")
    assert "Beleidsgroep" not in _stored(office)
    minutes = (tmp_path / f"out/proces-verbaal-{name}.json").read_text("utf-8")
    assert "Beleidsgroep" not in minutes
    assert office.run("rebuild").code == 0
    assert "Beleidsgroep" not in _stored(office)
    assert office.run("verify", "--full").code == 0


def test_titles_stand_in_the_minutes_when_the_official_agrees(
    office: Ministry, tmp_path: Path
) -> None:
    """With that agreement the minutes name what was handed over, and what was not.

    That an export was not taken in must be solved, so that closing says so by its exit code.
    """
    name = start(office)
    work, private = chats(office)
    office.json("session", "conversations", name, work, private, "--choose", "1", "--private",
                "2", "--with-titles")  # fmt: skip
    office.json("session", "close", name, "--next", LATER, "--to", tmp_path / "out", code=1)
    minutes = (tmp_path / f"out/proces-verbaal-{name}.json").read_text("utf-8")
    assert "Gesprek 1 (Beleidsgroep)" in minutes
    assert "Gesprek 2 (Kanariegroep)" in minutes


def test_a_device_is_read_out(office: Ministry, tmp_path: Path) -> None:
    """A session about a device takes exports in with the device; the minutes give its number."""
    words = ("--person", "Jan", "--kind", "phone", "--identifier", "356938035643809", "--owner",
             "Jan", "--basis", "archiefwet", "--from", "2001-01-01")  # fmt: skip
    device = office.json("device", "add", *words)["device"]
    start = ("--person", "Jan", "--device", device, "--present", "Jan")
    name = office.json("session", "start", *start)["session"]
    work, _ = chats(office)
    office.json("session", "conversations", name, work, "--choose", "1")
    office.json("session", "ingest", name, work, code=None)
    assert [one["path"] for one in office.json("device", "show", device)["deliveries"]]
    office.json("session", "close", name, "--next", LATER, "--to", tmp_path / "out")
    minutes = (tmp_path / f"out/proces-verbaal-{name}.json").read_text("utf-8")
    assert "telefoon met serienummer of IMEI 356938035643809" in minutes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--present", " "), "who is present"),
        (("--device", "vnergens"), "of a device or of accounts"),
        (("--person", "Els"), "of one official"),
    ],
)
def test_a_session_is_of_one_official(office: Ministry, words: tuple[str, ...], said: str) -> None:
    """Nobody present, two things at once, another's account: no session is opened."""
    given = ("--person", "Jan", "--account", office.account("jan"))
    present = () if words[0] == "--present" else ("--present", "Jan")
    ran = office.run("session", "start", *given, *present, *words)
    assert (ran.code, ran.out, said in ran.err) == (2, "", True)
    assert office.json("session", "list")["sessions"] == []


def test_what_the_settings_show_is_told(office: Ministry) -> None:
    """Automatic deletion, view-once messages, linked devices and open steps are findings."""
    name = start(office)
    assert codes(shown(office, name)) == ["W-R101", "W-R105", "W-R106"]
    words = ("--app", "Signal", "--deletion", "on", "--view-once", "used", "--linked", "2")
    assert office.run("session", "settings", name, *words).code == 2
    assert office.run("session", "settings", name, *words, "--term", "PT").code == 2
    found = office.json("session", "settings", name, *words, "--term", "PT8H")
    assert codes(found)[:3] == ["W-R102", "W-R103", "W-R104"]
    found = office.json("session", "settings", name, "--app", "Signal", "--deletion", "off")
    assert codes(found) == ["W-R105", "W-R106"]
    assert [one["officer"] != "" for one in found["settings"]] == [True]


def test_counts_that_differ_are_told(office: Ministry) -> None:
    """What the app shows is kept beside what was read; a difference is a finding."""
    name = start(office)
    work, _ = chats(office)
    office.json("session", "conversations", name, work, "--choose", "1")
    found = office.json("session", "counts", name, "--shown", "1=4", code=1)
    assert found["counts"] == [{"number": 1, "read": 3, "shown": 4, "differs": True}]
    assert "W-R110" in codes(shown(office, name))
    assert office.json("session", "counts", name, "--shown", "1=-")["counts"][0]["shown"] is None
    assert "W-R110" not in codes(shown(office, name))
    for wrong in ("2=3", "1", "x=1"):
        assert office.run("session", "counts", name, "--shown", wrong).code == 2


def test_the_next_read_out_follows_the_rhythm(office: Ministry) -> None:
    """Without an agreed rhythm the day is asked for; with one it follows from today."""
    name = start(office)
    assert office.run("session", "close", name).code == 2
    assert office.run("session", "close", name, "--next", "2001-01-01").code == 2
    words = ("--about", office.account("jan"), "--on", "2020-01-01", "--source", "besluit")
    assert office.run("register", "state", "rhythm", *words, "--set", "days=30").code == 0
    closed = office.json("session", "close", name)
    assert timedelta(days=29) <= date.fromisoformat(closed["next"]) - TODAY <= timedelta(days=32)


def test_a_closed_session_stays_as_it_is(office: Ministry, tmp_path: Path) -> None:
    """After its end nothing is added; before its end there are no minutes."""
    name = start(office)
    assert office.run("session", "minutes", name, tmp_path / "out").code == 2
    office.json("session", "close", name, "--next", LATER)
    work, _ = chats(office)
    for words in (
        ("settings", name, "--app", "Signal", "--deletion", "off"),
        ("contacts", name),
        ("conversations", name, work),
        ("ingest", name, work),
        ("counts", name),
        ("close", name, "--next", LATER),
    ):
        ran = office.run("session", *words)
        assert (ran.code, "was closed" in ran.err) == (2, True), words


def test_contacts_are_added_ended_and_confirmed(office: Ministry) -> None:
    """The official's list is shown, changed and confirmed; who saw it is logged first."""
    name = start(office)
    words = ("--person", "Jan", "--name", "Bram", "--kind", "business", "--from", "2020-01-01")
    bram = office.json("contact", "add", *words)["contact"]
    seen = len(office.seen())
    found = office.json("session", "contacts", name, "--add", "party", "Els", "+31620009999",
                        "--end", bram, "2020-12-31", "--confirmed", TODAY.isoformat())  # fmt: skip
    assert [(one["name"], one["confirmed"]) for one in found["contacts"]] == [
        ("Els", TODAY.isoformat())
    ]
    assert office.seen()[seen]["type"] == "contacts.shown"
    kept = shown(office, name)["contacts"]
    assert (kept["business"], kept["private"], kept["party"]) == (0, 0, 1)
    for wrong in (("--end", "knergens", "2020-12-31"), ("--add", "vriend", "Els", "")):
        assert office.run("session", "contacts", name, *wrong).code == 2


def test_only_who_may_holds_a_session(office: Ministry) -> None:
    """An auditor sees how far sessions are and holds none; a jurist sees nothing of them."""
    office.officer(LIEN, "auditor")
    office.officer(OMAR, "woo-jurist")
    office.officer(SVEN, "sorter")
    name = start(office)
    work, _ = chats(office)
    assert office.run("session", "show", name, login=LIEN).code == 0
    assert office.run("session", "conversations", name, work, login=LIEN).code == 4
    assert office.run("session", "list", login=OMAR).code == 4
    assert office.run("session", "ingest", name, work, login=SVEN).code == 4


class _Keyboard(io.StringIO):
    """Somebody at a terminal who types these lines."""

    def isatty(self) -> bool:
        """They are there."""
        return True


@pytest.fixture
def _typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def lines(*given: str) -> None:
        monkeypatch.setattr(sys, "stdin", _Keyboard("".join(f"{one}\n" for one in given)))

    return lines


def test_a_terminal_asks_step_by_step(office: Ministry, _typed: Callable[..., None]) -> None:
    """Without options each step asks what it needs, and shows the list before it asks."""
    work, private = chats(office)
    _typed("Jan", office.account("jan"), "Jan, Mr. Vos")
    name = office.json("session", "start")["session"]
    _typed("Signal", "on", "P7D", "7.1", "not-used", "1")
    office.json("session", "settings", name)
    _typed(TODAY.isoformat())
    office.json("session", "contacts", name)
    _typed("1", "rest", "n")
    ran = office.run("session", "conversations", name, work, private)
    assert (ran.code, "Kanariegroep" in ran.err) == (0, True)
    _typed()
    office.json("session", "ingest", name, work)
    _typed("3")
    ran = office.run("session", "counts", name)
    assert (ran.code, "Beleidsgroep" in ran.err) == (0, True)
    _typed(LATER)
    office.json("session", "close", name)
    found = shown(office, name)
    assert found["done"] == ["settings", "contacts", "conversations", "ingest", "counts"]
    assert found["present"] == ["Jan", "Mr. Vos"]
    assert codes(found) == ["W-R102", "W-R104", "W-R107"]


def test_an_interrupted_session_goes_on(office: Ministry) -> None:
    """Nothing is lost by stopping between steps, and doing one again brings nothing twice."""
    name = start(office)
    work, private = chats(office)
    office.json("session", "conversations", name, work, private, "--choose", "rest")
    office.json("session", "ingest", name, work)
    assert "E-R101" in codes(shown(office, name))
    assert office.run("rebuild").code == 0
    taken = office.json("session", "ingest", name, work, private)
    assert [one["new"] for one in taken["deliveries"]] == [0, 2]
    assert "E-R101" not in codes(shown(office, name))
    assert len(shown(office, name)["handed_in"]) == 2
