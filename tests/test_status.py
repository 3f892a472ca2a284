"""`chatarchief status` and bare `chatarchief`: the list of today, and the numbers."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archiver.errors import ExitCode
from archiver.output import local
from tests.ministry import PIA, Ministry, chat, mail
from tests.watched import Yard, yard

pytestmark = pytest.mark.usefixtures("english_again")

LINES = [
    (0, "", "Lien heeft de groep “Geheim plan” gemaakt"),
    (1, "Lien", "Het besluit ligt klaar"),
]
UNCLEAR = "1/2/22, 09:00 - Lien: een\n1/2/22, 09:01 - Omar: twee\n"


@pytest.fixture
def at(tmp_path: Path) -> Yard:
    """An archive with one account and its drop folder."""
    return yard(tmp_path)


def _lines(office: Ministry, part: str) -> list[tuple[str, str, str]]:
    rows = office.json("status")["today"]
    return [(one["message"], one["role"], one["command"]) for one in rows if one["part"] == part]


def test_an_empty_archive_says_what_is_due(at: Yard) -> None:
    """Nothing arrived, nothing waits; a head outside, a backup and a check are due."""
    found = at.office.json("status")
    due = [row["command"] for row in found["today"] if row["part"] == "due"]

    assert {row["part"] for row in found["today"]} == {"due"}
    assert due == [
        "chatarchief doctor", "chatarchief backup DIR", "chatarchief verify",
        f"chatarchief account show {at.account}",
    ]  # fmt: skip
    assert found["status"]["records"] == 0
    assert found["status"]["accounts"] == 1


def test_what_arrived_failed_and_waits_is_listed_with_its_command(at: Yard) -> None:
    """Each line ends in the command to paste, and says whose turn it is."""
    office = at.office
    private = office.account("prive", kind="private")
    none = office.account("zonder", basis="geen")
    office.ingest(office.write("a.txt", chat(LINES)))
    sealed = office.ingest(office.write("b.txt", chat(LINES[1:] * 2)), "prive")["delivery"]
    custody = office.ingest(office.write("c.txt", chat(LINES)), "zonder", code=1)["delivery"]
    unknown = office.ingest(office.write("d.bin", b"\x00 raadsel"), code=1)["delivery"]
    asked = office.ingest(office.write("e.txt", UNCLEAR), code=1)

    assert asked["state"] == "question"
    assert [command for _, _, command in _lines(office, "arrived")] == [
        f"chatarchief account show {one}" for one in (at.account, private, none)
    ]
    assert _lines(office, "failed") == [
        (
            f"Delivery {unknown} is kept unread in quarantine.",
            "records-officer",
            f"chatarchief findings --delivery {unknown}",
        )
    ]
    waits = {command: role for _, role, command in _lines(office, "waits")}
    assert waits == {
        f"chatarchief findings --delivery {asked['delivery']}": "records-officer",
        f"chatarchief account change {none} --basis CODE": "records-officer",
        f"chatarchief delivery release {sealed}": "sorter",
        "chatarchief findings": "records-officer",
    }
    assert custody in str(_lines(office, "waits"))
    states = office.json("status")["status"]["deliveries"]
    assert states == {
        "ingested": 1, "sealed": 1, "custody": 1, "quarantined": 1, "question": 1,
    }  # fmt: skip


def test_of_many_only_the_newest_are_named(at: Yard) -> None:
    """Ten deliveries are named, of the others the number is said."""
    for number in range(13):
        at.put(f"{number}.bin", b"\x00 raadsel" + bytes([number]))
    at.rounds()
    lines = _lines(at.office, "failed")

    assert len(lines) == 11
    assert lines[-1][0] == "More deliveries in quarantine: 3."
    assert lines[-1][2] == "chatarchief delivery list --state quarantined"


def test_what_stays_in_the_drop_folder_is_counted(at: Yard) -> None:
    """Without its name: doctor shows that to whoever looks after the machine."""
    (at.folder / "Willeke").symlink_to("ergens")
    at.rounds()
    ((said, role, command),) = _lines(at.office, "failed")

    assert said == "Sources that stay in the drop folder (E-A001): 1."
    assert (role, command) == ("administrator", "chatarchief doctor")


def test_status_shows_no_content(at: Yard) -> None:
    """Neither text nor title nor name of a file, in any form."""
    at.office.ingest(at.office.write("WhatsApp-chat met Willeke.txt", chat(LINES)))
    for form in ("text", "json", "jsonl", "csv"):
        out = at.office.run("status", "--output", form).out
        assert not any(word in out for word in ("Willeke", "Geheim plan", "besluit"))


def test_the_numbers_are_those_of_the_archive(at: Yard) -> None:
    """Records, holdings, conversations, the log with its head, and the last backup."""
    at.office.ingest(at.office.write("a.txt", chat(LINES)))
    at.office.ingest(at.office.write("later/a.txt", chat([*LINES, (2, "Omar", "akkoord")])))
    assert at.office.run("backup", at.office.folder / "kopie").code == ExitCode.DONE
    found = at.office.json("status")["status"]

    assert (found["records"], found["holdings"], found["conversations"]) == (3, 5, 1)
    assert found["events"] == len(at.office.events())
    assert len(found["head"]) == 64
    assert found["index_up_to_date"] is True
    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert found["last_backup"] == local(at.office.events()[-1]["at"], amsterdam)
    assert not any("backup" in command for _, _, command in _lines(at.office, "due"))
    assert at.office.run("verify").code == ExitCode.DONE
    verified = at.office.json("status")["status"]["last_verify"]
    assert verified == local(at.office.events()[-1]["at"], amsterdam)
    assert not any("verify" in command for _, _, command in _lines(at.office, "due"))


def test_any_officer_may_ask_and_nobody_else(at: Yard) -> None:
    """An auditor sees the numbers; a stranger is refused."""
    assert at.office.run("status", login=PIA).code == ExitCode.NOT_AUTHORISED
    at.office.officer(PIA, "auditor")
    assert at.office.run("status", login=PIA).code == ExitCode.DONE


def test_the_bare_command_shows_the_list_of_today(at: Yard) -> None:
    """What arrived, failed, waits for whom and is due, in either language."""
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds()
    english = at.office.run().out
    dutch = at.office.run("--lang", "nl").out

    assert english.startswith("Arrived in the last 24 hours:\n  Account a")
    assert "Failed:\n  Nothing.\nWaits:\n  Nothing.\nDue:\n" in english
    assert "There is no backup yet. (administrator)  [chatarchief backup DIR]" in english
    assert dutch.startswith("Binnengekomen in de laatste 24 uur:\n")
    assert "Er is nog geen reservekopie. (beheerder)  [chatarchief backup DIR]" in dutch


def test_rows_of_the_list_are_the_same_in_every_form(at: Yard) -> None:
    """JSON lines give one object a line of the list."""
    rows = at.office.json("status")["today"]
    lines = at.office.run("status", "--output", "jsonl").out.splitlines()

    assert [json.loads(line)["command"] for line in lines] == [row["command"] for row in rows]
