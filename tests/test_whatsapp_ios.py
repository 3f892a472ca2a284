"""The database of WhatsApp on an iPhone is read row by row, also out of a backup of the phone."""

from __future__ import annotations

from pathlib import Path

import golden
import pytest
from databases import build, content, damaged, files_in, on_disk, read, source
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry

from archiver.model import Item, Kind, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import whatsapp_android, whatsapp_ios
from archiver.pipeline.formats import FORMATS
from archiver.wording import codes, describe

CASES = golden.cases("whatsapp-ios")
RICH = golden.EXPORTS / "whatsapp-ios/rich/input"
MAIN = "7c/7c7fba66680ef796b916b067077cc246adacf01d"
NOOR = "31612000001@s.whatsapp.net"


FILES = files_in(RICH)


def rich() -> dict[int, Item]:
    """Give the items of the rich case by row."""
    items = read(whatsapp_ios, source(FILES, MAIN))[0]
    return {int(item.node.partition("/")[2]): item for item in items}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_expected(case: Path) -> None:
    """What the parser makes of a case is what was reviewed."""
    assert list(golden.lines(case)) == golden.expected(case).read_text("utf-8").splitlines(True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_row_is_an_item(case: Path) -> None:
    """Numbers rise by one, and each row of the message table is there once."""
    items, findings = read(whatsapp_ios, golden.source_of(case))

    assert [item.number for item in items] == list(range(1, len(items) + 1))
    assert len({item.node for item in items}) == {"rich": 23, "bad": 4}[case.name]
    assert all("{" not in describe(one.code, one.values) for one in findings)
    assert all(one.code in codes() for one in findings)
    assert not [one for one in findings if one.code in ("E-B906", "E-B910")]


def test_of_one_account_both_kinds_of_phone_give_the_same_identity() -> None:
    """Whoever changes from an Android phone to an iPhone keeps conversation and identifier."""
    root = golden.EXPORTS / "whatsapp-android/rich/input/databases/msgstore.db.sql"
    android = source({"msgstore.db": content(root)}, "msgstore.db")
    before = read(whatsapp_android, android)[0][0]
    after = rich()[2]

    assert (before.thread, before.native_id) == (after.thread, after.native_id)
    assert before.sender_id == after.sender_id


def test_times_are_counted_from_2001() -> None:
    """A second and its fraction come out as they are."""
    given = source(FILES, MAIN)
    normalise = native_normaliser(given, whatsapp_ios.survey(given))

    assert normalise(rich()[2]).sent_at == 1_741_600_000_000
    assert normalise(rich()[3]).sent_at == 1_741_600_060_250


def test_people_have_names_and_numbers() -> None:
    """An opaque identifier becomes the number that the contacts tell."""
    found = rich()

    assert found[12].thread == NOOR
    assert found[12].values["lid"] == "99000000000001@lid"
    assert found[25].sender == "Wim"
    assert found[25].sender_id == "jid:99000000000009@lid"
    assert found[22].sender == "Tariq Yilmaz"
    assert found[3].marks == ("own",)


def test_media_are_found_in_a_backup() -> None:
    """The name under which a backup stores a file follows from where it lay."""
    (photo,) = rich()[3].attachments
    stray = {name: data for name, data in FILES.items() if name != sorted(FILES)[0]}
    other = dict(FILES) | {sorted(FILES)[0]: b"iets anders"}
    items, findings = read(whatsapp_ios, source(other, MAIN))

    assert photo.member is not None
    assert photo.name == "foto.jpg"
    assert "W-C005" in [one.code for one in findings]
    assert read(whatsapp_ios, source(stray, MAIN))[0][2].attachments[0].missing == "not-handed-in"
    assert items[2].attachments[0].member is not None


def test_what_others_did_is_noted() -> None:
    """Reactions, replies and the options of a poll stand with the message they are about."""
    found = rich()

    assert Noted("reaction", "👍", NOOR, "2025-03-10T09:47:50.123Z") in found[3].noted
    assert Noted("reaction", "❤️", "own", "2025-03-10T09:47:50.123Z") in found[3].noted
    assert len([one for one in found[3].noted if one.kind == "reaction"]) == 2
    assert Noted("reply", "1:K03") in found[4].noted
    assert Noted("reply", "3AQUOTED000000000001", "31612000002@s.whatsapp.net") in found[26].noted
    assert [one.value for one in found[24].noted] == ["dinsdag", "woensdag"]
    assert found[24].text == "Welke dag?"


def test_kinds_and_marks() -> None:
    """Every kind of message and event has its name."""
    found = rich()

    assert found[1].type == "encryption-notice"
    assert found[5].marks == ("forwarded",)
    assert found[6].marks == ("deleted",)
    assert found[7].marks == ("own", "deleted-own")
    assert found[8].marks == ("view-once",)
    assert found[9].values["latitude"] == "52.0799"
    assert found[10].text == "Tariq Yilmaz\n+31612000002\nNoor Bakker"
    assert found[11].type == "call-missed-voice"
    assert found[21].kind is Kind.EVENT
    assert (found[21].values["object"], found[21].values["actor"]) == ("Wim", "Noor")
    assert found[27].type == "disappearing-on"
    assert found[28].type == found[29].type == "unknown"


def test_no_key_gets_into_an_item() -> None:
    """The keys of media stay in the database."""
    assert "0011223344" not in repr(rich()).lower()


def test_without_the_list_of_contacts_a_finding_says_so() -> None:
    """Names are missing then; numbers are not."""
    assert "W-C002" in [
        one.code for one in read(whatsapp_ios, source({MAIN: FILES[MAIN]}, MAIN))[1]
    ]


def test_another_database_is_refused() -> None:
    """A database without messages of WhatsApp is said to be that."""
    given = source({"ChatStorage.sqlite": build("CREATE TABLE a (b)")}, "ChatStorage.sqlite")

    assert [one.code for one in read(whatsapp_ios, given)[1]] == ["E-C001"]


def test_it_is_recognised_by_its_tables_or_its_name() -> None:
    """Only this format claims it; the contacts and other files of a backup are none."""
    data = FILES[MAIN][: 1 << 16]
    for name in (MAIN, "ChatStorage.sqlite", "kopie.sqlite"):
        assert [form.name for form in FORMATS if form.claims(data, name)] == ["whatsapp-ios"]
    contacts = next(name for name in FILES if name.startswith("b8/"))
    assert not whatsapp_ios.claims(FILES[contacts], contacts)
    assert whatsapp_ios.wants(MAIN, contacts)
    assert whatsapp_ios.wants("a/ChatStorage.sqlite", "a/ChatStorage.sqlite-wal")
    assert not whatsapp_ios.wants(MAIN, "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_damage_makes_it_fail(data: st.DataObject) -> None:
    """Whatever byte is flipped and wherever the file is cut, reading ends."""
    items, findings = read(whatsapp_ios, source({MAIN: damaged(FILES[MAIN], data)}, MAIN))

    assert [item.number for item in items] == list(range(1, len(items) + 1))
    assert all(one.code in codes() for one in findings)


def test_a_backup_can_be_ingested_and_searched(tmp_path: Path) -> None:
    """A folder of a backup is one delivery, and its messages are found."""
    archive = ministry(tmp_path)
    for name, data in FILES.items():
        archive.write(f"backup/{name}", data)
    told = archive.ingest(tmp_path / "handed-in/backup", "jan", code=None)
    (hit,) = archive.search("Ommen")["hits"]

    assert told["source_format"] == "whatsapp-ios"
    assert told["read"] == told["new"] == 23
    assert told["attachments"]["present"] == 1
    assert {"W-C007", "W-C003"} <= {one["code"] for one in told["findings"]}
    assert hit["sender"] == "Noor"


def test_a_file_on_the_disk_is_read_in_place(tmp_path: Path) -> None:
    """Reading a file and reading its bytes give the same."""
    assert read(whatsapp_ios, on_disk(tmp_path, FILES, MAIN)) == read(
        whatsapp_ios, source(FILES, MAIN)
    )
