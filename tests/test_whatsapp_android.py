"""The database of WhatsApp on an Android phone is read row by row, in both of its generations."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import golden
import pytest
from databases import build, content, damaged, files_in, on_disk, read, source
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry

from archiver.format import Source
from archiver.model import Item, Kind, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import whatsapp_android
from archiver.pipeline.formats import FORMATS
from archiver.wording import codes, describe

CASES = golden.cases("whatsapp-android")
RICH = golden.EXPORTS / "whatsapp-android/rich"
MAIN = "databases/msgstore.db"
OWN_CODES = ("E-B001", "W-B002", "E-B003", "W-B004", "W-B005", "W-B006", "W-B007")


FILES = files_in(RICH / "input")


def rich() -> dict[str, Item]:
    """Give the items of the rich case by table and row."""
    return {item.node: item for item in read(whatsapp_android, source(FILES, MAIN))[0]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_expected(case: Path) -> None:
    """What the parser makes of a case is what was reviewed."""
    assert list(golden.lines(case)) == golden.expected(case).read_text("utf-8").splitlines(True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_row_is_an_item(case: Path) -> None:
    """Numbers rise by one, and each message row but the program's own first one is there once."""
    items, findings = read(whatsapp_android, golden.source_of(case))
    rows = {"rich": 27 + 2, "older": 9, "bad": 5}[case.name]

    assert [item.number for item in items] == list(range(1, len(items) + 1))
    assert len({item.node for item in items}) == len(items) == rows + (case.name == "rich")
    assert all("{" not in describe(one.code, one.values) for one in findings)
    assert not [one for one in findings if one.code in ("E-B906", "E-B910")]


def test_its_findings_have_sentences() -> None:
    """Every code is explained in both languages, and every one is provoked by a test here."""
    assert set(OWN_CODES) <= set(codes())


def test_a_message_keeps_its_identity() -> None:
    """An edit or a recall gives WhatsApp's row a new key; the message keeps its first one."""
    found = rich()

    assert found["message/5"].native_id == "0:K05"
    assert found["message/6"].native_id == "0:K06"
    assert found["message/25"].native_id == "0:G25"
    assert found["message/2"].thread == "31612000001@s.whatsapp.net"


def test_an_earlier_copy_of_the_database_matches() -> None:
    """A message that was edited or recalled since has the same match key in both copies."""
    later = source(FILES, MAIN)
    script = (RICH / "input/databases/msgstore.db.sql").read_text("utf-8")
    earlier = script.replace("'K05-edit'", "'K05'").replace("'Om 20:30 dus.'", "'Om 20:00 dus.'")
    earlier = earlier.replace("INSERT INTO message_edit_info VALUES (5", "-- (5")
    before = source({MAIN: build(earlier), "databases/wa.db": FILES["databases/wa.db"]}, MAIN)

    def key(given: Source) -> bytes:
        items = read(whatsapp_android, given)[0]
        normalise = native_normaliser(given, whatsapp_android.survey(given))
        return next(normalise(item).keys[0] for item in items if item.node == "message/5")

    assert key(later) == key(before)


def test_people_have_names_and_numbers() -> None:
    """An opaque identifier becomes the number it belongs to; a name comes from the phone's list."""
    found = rich()

    assert found["message/2"].sender == "Noor Bakker"
    assert found["message/2"].sender_id == "jid:31612000001@s.whatsapp.net"
    assert found["message/2"].values["lid"] == "99000000000001@lid"
    assert found["message/23"].sender_id == "jid:99000000000009@lid"
    assert found["message/23"].sender == "Wim zonder nummer"
    assert found["message/3"].marks == ("own",)
    assert found["message/3"].sender_id == ""


def test_without_the_list_of_contacts_a_finding_says_so() -> None:
    """Names are missing then; numbers are not."""
    alone = {MAIN: FILES[MAIN]}
    items, findings = read(whatsapp_android, source(alone, MAIN))

    assert "W-B002" in [one.code for one in findings]
    assert items[0].sender == ""
    assert items[0].title == "+31612000001"


def test_media_are_found_by_digest_and_by_path() -> None:
    """A renamed file is found by its digest; one found by path with another digest is remarked."""
    found = rich()
    (photo,) = found["message/3"].attachments
    (note,) = found["message/28"].attachments
    (once,) = found["message/8"].attachments

    assert photo.member is not None and photo.sha256
    assert note.name == "nota.pdf" and note.member is not None
    assert once.missing == "not-exported"
    remarks = read(whatsapp_android, source(FILES, MAIN))[1]
    assert [one.item for one in remarks if one.code == "W-B006"] == [found["message/28"].number]


def test_what_others_did_is_noted() -> None:
    """Reactions, votes, replies, pins and receipts stand with the message they are about."""
    found = rich()
    noon = "31612000001@s.whatsapp.net"

    assert Noted("reaction", "👍", noon, "1741600070000") in found["message/3"].noted
    assert Noted("read", "", noon, "1741600065000") in found["message/3"].noted
    assert Noted("reply", "1:K03", "own") in found["message/4"].noted
    assert Noted("quote", "De kaart", "own") in found["message/4"].noted
    assert Noted("expires", "604800", "", "1742204920000") in found["message/4"].noted
    assert Noted("deleted", "", "31612000002@s.whatsapp.net", "1741610250000") in (
        found["message/25"].noted
    )
    votes = [noted.by for noted in found["message/22"].noted if noted.kind == "vote"]
    assert votes == ["31612000002@s.whatsapp.net", "own"]


def test_kinds_and_marks() -> None:
    """Every kind of message and event has its name."""
    found = rich()
    types = Counter(item.type for item in found.values())

    assert types["deleted"] == 3
    assert found["message/7"].marks == ("own", "deleted-own")
    assert found["message/25"].marks == ("deleted-by-admin",)
    assert found["message/8"].marks == ("view-once",)
    assert "forwarded" in found["message/11"].marks
    assert "status" in found["message/40"].marks
    assert found["message/9"].text == "Het Tweede Huis\nLange Voorhout 1, Den Haag"
    assert found["message/10"].text == "Tariq Yilmaz\n+31 6 12000002"
    assert found["message/12"].type == "call-missed-video"
    assert found["message/15"].type == "disappearing-on"
    assert found["message/20"].kind is Kind.EVENT
    assert found["message/21"].values["object"] == "Wim zonder nummer, Tariq"
    assert found["message/26"].values["before"] == "Stikstofoverleg oud"
    assert found["message/31"].type == found["message/30"].type == "unknown"


def test_a_call_counts_once() -> None:
    """A call that a message stands for is no item of its own; the others are."""
    found = rich()

    assert found["message/13"].values["duration"] == "95"
    assert "call_log/1" not in found
    assert found["call_log/2"].type == "call-missed-video"
    assert found["call_log/3"].thread == "120363020000000001@g.us"


def test_no_key_gets_into_an_item() -> None:
    """The key of a poll stays in the database."""
    items = read(whatsapp_android, source(FILES, MAIN))[0]

    assert "0011223344" not in repr(items).lower()


def test_another_database_is_refused() -> None:
    """A database without messages of WhatsApp is said to be that."""
    items, findings = read(
        whatsapp_android, source({"msgstore.db": build("CREATE TABLE a (b)")}, "msgstore.db")
    )

    assert items == []
    assert [one.code for one in findings] == ["E-B001"]


def test_it_is_recognised_by_its_tables() -> None:
    """Where they stand too far behind for the probe, the name and the kind of file decide."""
    older = content(golden.EXPORTS / "whatsapp-android/older/input/msgstore.db.sql")
    for data, name in ((older, "kopie.sqlite"), (FILES[MAIN], MAIN)):
        claimants = [form.name for form in FORMATS if form.claims(data[: 1 << 16], name)]
        assert claimants == ["whatsapp-android"]
    assert not whatsapp_android.claims(FILES["databases/wa.db"], "wa.db")
    assert whatsapp_android.claims(build("CREATE TABLE a (b)"), "msgstore-2025-01-01.1.db")
    assert not whatsapp_android.claims(b"PK", "msgstore.db")
    assert whatsapp_android.wants(MAIN, "databases/wa.db")
    assert whatsapp_android.wants(MAIN, "databases/wa.db-wal")
    assert whatsapp_android.wants(MAIN, MAIN + "-wal")
    assert not whatsapp_android.wants(MAIN, "databases/msgstore.db.crypt15")


def test_a_long_conversation_does_not_grow_in_memory(tmp_path: Path) -> None:
    """Rows are streamed: reading ten times as many takes no more memory."""
    import tracemalloc

    def peak(rows: int) -> int:
        given = on_disk(tmp_path / str(rows), {"msgstore.db": long(rows)}, "msgstore.db")
        tracemalloc.start()
        for _ in whatsapp_android.parse(given, whatsapp_android.survey(given)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(20_000) < peak(2_000) + 200_000


def long(rows: int) -> bytes:
    """Make a database of so many messages."""
    return build(
        "CREATE TABLE jid (_id INTEGER PRIMARY KEY, raw_string TEXT);"
        "INSERT INTO jid VALUES (1, '31612000001@s.whatsapp.net');"
        "CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);"
        "INSERT INTO chat VALUES (1, 1, NULL);"
        "CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT);"
        "CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER,"
        " key_id TEXT, timestamp INTEGER, message_type INTEGER, text_data TEXT);"
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        " INSERT INTO message SELECT i, 1, i % 2, 'KEY' || i, 1741600000000 + i * 1000, 0,"
        " 'Bericht nummer ' || i || ' over de nota van morgen' FROM n;"
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_damage_makes_it_fail(data: st.DataObject) -> None:
    """Whatever byte is flipped and wherever the file is cut, reading ends."""
    items, findings = read(whatsapp_android, source({MAIN: damaged(FILES[MAIN], data)}, MAIN))

    assert [item.number for item in items] == list(range(1, len(items) + 1))
    assert all(one.code in codes() for one in findings)


def test_a_phone_s_database_can_be_ingested_and_searched(tmp_path: Path) -> None:
    """A folder with the database, its contacts and its media is one delivery."""
    archive = ministry(tmp_path)
    for name, data in FILES.items():
        archive.write(f"telefoon/{name}", data)
    told = archive.ingest(tmp_path / "handed-in/telefoon", "jan", code=None)
    (hit,) = archive.search("Ommen")["hits"]

    assert told["source_format"] == "whatsapp-android"
    assert told["read"] == told["new"] == 30
    assert "W-B007" in [one["code"] for one in told["findings"]]
    assert "W-B002" not in [one["code"] for one in told["findings"]]
    assert hit["sender"] == "Noor Bakker"
    assert archive.json("explain", hit["id"])["holdings"]
