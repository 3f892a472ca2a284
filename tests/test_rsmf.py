"""Reading RSMF: as a mail with its container, and as an unpacked manifest."""

from __future__ import annotations

import json
import tomllib
import tracemalloc
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from golden import cases, expected, lines
from hypothesis import given, settings
from hypothesis import strategies as st
from relativity import CHAT, PEOPLE, container, event, mail, manifest, read, source

from archiver.model import Finding, Item, Kind, Member, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import eml, mbox, rsmf
from archiver.parse.relativity import envelope

ROOT = Path(__file__).parents[1]


def codes(findings: list[Finding]) -> list[str]:
    """Give the codes of findings, each of which has sentences; the mail itself is left out."""
    known = tomllib.loads((ROOT / "config/findings/rsmf.toml").read_text("utf-8"))
    for finding in findings:
        for language in ("en", "nl"):
            known[finding.code][language].format_map(finding.values)
    return [finding.code for finding in findings if finding.code != "W-Y015"]


@pytest.mark.parametrize(
    "case", [*cases("rsmf"), *cases("rsmf-unpacked")], ids=lambda case: case.name
)
def test_an_export_is_read_as_was_reviewed(case: Path) -> None:
    """Every case gives exactly the lines that someone looked at."""
    assert list(lines(case)) == expected(case).read_text("utf-8").splitlines(keepends=True)


def test_the_mail_around_messages_is_no_mail() -> None:
    """Only this format claims it; an ordinary mail stays a mail, a mailbox a mailbox."""
    wrapped = mail(container(manifest(event("dag"))))
    assert rsmf.claims(wrapped, "a.eml")
    assert not eml.claims(wrapped, "a.eml")
    plain = wrapped.replace(b"X-RSMF-", b"X-Anders-")
    assert not rsmf.claims(plain, "a.rsmf")
    assert eml.claims(plain, "a.rsmf")
    boxed = b"From - Fri May 13 09:00:00 2022\n" + wrapped
    assert not rsmf.claims(boxed, "a.mbox")
    assert mbox.claims(boxed, "a.mbox")


def test_a_manifest_is_recognised_by_its_name_and_its_keys() -> None:
    """Neither is enough by itself."""
    data = manifest(event("dag"))
    assert rsmf.claims_unpacked(data, "zaak/rsmf_manifest.json")
    assert not rsmf.claims_unpacked(data, "anders.json")
    assert not rsmf.claims_unpacked(b'{"messages": []}', "rsmf_manifest.json")
    assert not rsmf.claims_unpacked(b"participants", "rsmf_manifest.json")


def test_the_mail_and_its_manifest_say_the_same() -> None:
    """The wrapping changes the place of a message and nothing else of it."""
    data = manifest(event("dag", id="een-lang-kenmerk"), event("hoi", participant="P1"))
    inside, _ = read(mail(container(data)))
    alone, findings = read(data)
    assert findings == []
    assert [item.node for item in inside] == [
        "rsmf.zip/rsmf_manifest.json/events/0", "rsmf.zip/rsmf_manifest.json/events/1",
    ]  # fmt: skip
    for one, two in zip(inside, alone, strict=True):
        assert (one.offset, one.length) == (0, 0)
        assert json.loads(data[two.offset : two.offset + two.length])["body"] == two.text
        keys = [
            native_normaliser(source(b""), rsmf.survey(source(data)))(item).keys
            for item in (one, two)
        ]
        assert keys[0] == keys[1]


def test_people_are_typed_by_what_is_most_telling() -> None:
    """A telephone number, else a mail address, else the account; the id in the file is none."""
    people = [
        *PEOPLE,
        {"id": "P3", "display": "Omar", "account_id": "U77"},
        {"id": "P4", "display": "Pia"},
        {"id": "P5", "email": "sven@voorbeeld.example", "account_id": "x"},
    ]
    events = [event("dag", participant=f"P{number}") for number in range(1, 6)]
    items, findings = read(manifest(*events, participants=people))
    assert [(item.sender, item.sender_id) for item in items] == [
        ("Jan Kade", "e164:+31612000001"),
        ("Fenna Bos", "mail:fenna@voorbeeld.example"),
        ("Omar", "whatsapp:U77"),
        ("Pia", ""),
        ("sven@voorbeeld.example", "mail:sven@voorbeeld.example"),
    ]
    assert {item.values["owner"] for item in items} == {"e164:+31612000001"}
    assert {item.values["service"] for item in items} == {"whatsapp"}
    assert [item.marks for item in items][:2] == [("own",), ()]
    assert findings == []


def test_a_conversation_that_is_numbered_anew_in_each_file_is_named_by_more() -> None:
    """C1 of one file is not C1 of another; a collection or a lasting identifier is."""
    assert read(manifest(event("dag")))[0][0].thread == "whatsapp:C1/Kernteam"
    assert read(manifest(event("dag"), eventcollectionid="K9"))[0][0].thread == "whatsapp:K9/C1"
    wrapped = mail(container(manifest(event("dag"))), EventCollectionID="K9")
    assert read(wrapped)[0][0].thread == "whatsapp:K9/C1"
    lasting = CHAT | {"id": "CHAF1FWN5", "platform": "Microsoft Teams", "display": ""}
    items, _ = read(manifest(event("dag", conversation="CHAF1FWN5"), conversations=[lasting]))
    assert (items[0].thread, items[0].title) == ("teams:CHAF1FWN5", "Fenna Bos")


def test_only_lasting_identifiers_make_messages_the_same() -> None:
    """m1 of two files are two messages; the number stands in the values."""
    items, _ = read(manifest(event("a", id="m1"), event("b", id="CHAF1FWN5_1554216835.0015")))
    assert [item.native_id for item in items] == ["", "CHAF1FWN5_1554216835.0015"]
    assert items[0].values["event-id"] == "m1"


def test_events_of_all_kinds() -> None:
    """Messages, shown history, notices, joining and leaving; others stay events, told."""
    kinds = ("message", "history", "disclaimer", "join", "leave", "unknown", "bot-call", None)
    items, findings = read(manifest(*[event("x", type=kind) for kind in kinds]))
    assert [(item.kind, item.type) for item in items] == [
        (Kind.MESSAGE, "text"), (Kind.MESSAGE, "text"), (Kind.EVENT, "notice"),
        (Kind.EVENT, "member-joined"), (Kind.EVENT, "member-left"),
        *[(Kind.EVENT, "unknown")] * 3,
    ]  # fmt: skip
    assert items[1].values["event"] == "history"
    assert codes(findings) == ["W-Y010"] * 3


def test_what_is_told_of_a_message_is_kept() -> None:
    """Edits, reactions, receipts, deletion, direction, importance, parent and custom fields."""
    items, findings = read(manifest(
        event(
            "nieuw", parent="m1", deleted=True, direction="outgoing", importance="high",
            edits=[{"participant": "P2", "timestamp": "2026-03-02T09:05:00Z", "previous": "oud"}],
            reactions=[{"value": "👍", "count": 3, "participants": ["P1"]}, {"value": "ok"}],
            read_receipts=[
                {"participant": "P1", "timestamp": "2026-03-02T09:01:00Z", "action": "delivered"},
                {"participant": "P1", "timestamp": "2026-03-02T09:02:00Z"},
            ],
            custom=[{"name": "GPS", "value": "52, 4"}, {"name": "GPS", "value": 7}],
        ),
        event(deleted=True),
    ))  # fmt: skip
    assert items[0].marks == ("edited", "own")
    assert items[0].noted == (
        Noted("reply", "m1"),
        Noted("edit", "oud", "Fenna Bos", "2026-03-02T09:05:00Z"),
        Noted("reaction", "👍", "Jan Kade"),
        Noted("reaction", "👍"),
        Noted("reaction", "👍"),
        Noted("reaction", "ok"),
        Noted("delivered", "", "Jan Kade", "2026-03-02T09:01:00Z"),
        Noted("read", "", "Jan Kade", "2026-03-02T09:02:00Z"),
        Noted("deleted"),
    )
    assert items[0].values["custom:GPS"] == "52, 4\n7"
    assert items[0].values["importance"] == "high"
    assert (items[1].type, items[1].marks) == ("deleted", ("deleted",))
    assert findings == []


def test_reactions_that_are_only_counted_have_a_limit() -> None:
    """A hundred notes are kept of a million, and that is told."""
    items, findings = read(manifest(event("x", reactions=[{"value": "a", "count": 10**6}])))
    assert len(items[0].noted) == 100
    assert codes(findings) == ["W-Y019"]


def test_attachments_inside_the_mail_have_digests() -> None:
    """What is missing, of another size, or named by no message is told."""
    files = [
        {"id": "foto.jpg", "display": "strand.jpg", "size": 4},
        {"id": "nota.pdf", "size": 99},
        {"id": "weg.doc", "size": 5},
    ]
    packed = container(
        manifest(event("", attachments=files)), foto_jpg=b"foto", nota_pdf=b"nota", los_png=b"x"
    )
    items, findings = read(mail(packed))
    assert items[0].type == "media"
    assert [(each.name, each.size, each.missing) for each in items[0].attachments] == [
        ("strand.jpg", 4, ""), ("nota.pdf", 4, ""), ("weg.doc", 5, "not-handed-in"),
    ]  # fmt: skip
    assert items[0].attachments[0].sha256 == sha256(b"foto").hexdigest()
    assert codes(findings) == ["W-Y013", "W-Y012"]
    assert findings[-1].values == {"count": 1, "name": "los.png"}


def test_attachments_beside_a_manifest_are_members() -> None:
    """They are found by the name that the event gives."""
    data = manifest(event("", attachments=[{"id": "foto.jpg", "display": "strand.jpg"}]))
    items, findings = read(data, Member("foto.jpg", 4, "a" * 64))
    assert (items[0].attachments[0].member, items[0].attachments[0].name) == (1, "strand.jpg")
    assert findings == []


def test_what_the_mail_counts_is_compared() -> None:
    """Events, attachments and the period; times without a zone lie in no period."""
    data = container(manifest(event("a"), event("b", timestamp="2026-03-09T09:00:00Z"),
                              event("c", timestamp="2026-04-09T09:00:00")))  # fmt: skip
    period = {"BeginDate": "2026-03-02T00:00:00Z", "EndDate": "2026-03-03T00:00:00Z"}
    _, findings = read(mail(data, EventCount="4", AttachmentCount="1", **period))
    assert codes(findings) == ["W-Y005", "W-Y011", "W-Y006"]
    assert findings[1].values == {"said": "4", "found": 3}
    assert findings[3].values == {"count": 1}
    _, findings = read(mail(data, EventCount="3", AttachmentCount="0"))
    assert codes(findings) == []


def test_references_to_nothing_are_told() -> None:
    """People and conversations that are not described, times that are none, a new version."""
    items, findings = read(manifest(
        event("a", participant="P9"), event("b", participant="P9", conversation="C9"),
        event("c", timestamp="gisteren"), version="3.1.0",
    ))  # fmt: skip
    assert [item.sender for item in items] == ["P9", "P9", "Fenna Bos"]
    assert codes(findings) == ["W-Y008", "W-Y009", "W-Y007", "W-Y018"]
    assert findings[2].values == {"name": "P9", "count": 2}


def test_entries_of_the_wrong_form_are_told_and_the_others_read() -> None:
    """Each with its bytes; nothing is guessed of them."""
    data = manifest(
        event("a"), "tekst", event("b", attachments=[{"size": 1}]), event("c", deleted="nee"), None,
        event("d"), participants=[*PEOPLE, {"display": "zonder id"}], conversations=[CHAT, 7],
        notes=["x" * 2000],
    )  # fmt: skip
    items, findings = read(data)
    assert [item.text for item in items] == ["a", "d"]
    assert codes(findings) == ["W-Y017"] * 2 + ["E-Y004"] * 4 + ["W-Y016"]
    assert json.loads(data[findings[2].offset :][: findings[2].length]) == "tekst"
    assert codes(read(mail(container(data)))[1]) == codes(findings)


def test_details_that_no_item_repeats_are_counted() -> None:
    """Portraits and further properties of people stay in the original."""
    people = [PEOPLE[0] | {"avatar": "jan.png", "custom": [{"name": "Functie", "value": "DG"}]}]
    _, findings = read(manifest(participants=people))
    assert codes(findings) == ["W-Y020"]
    assert findings[0].values == {"count": 2}


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (mail(b"geen zip"), "E-Y001", "missing"),
        (mail(b"PK\3\4 kapot"), "E-Y001", "damaged"),
        (mail(container(None, a=b"x")), "E-Y002", "missing"),
        (mail(container(b"")), "E-Y003", "truncated"),
        (manifest(event("dag"))[:-40], "E-Y003", "truncated"),
        (b'{"participants": [], "events": [}', "E-Y003", "malformed"),
    ],
)
def test_what_cannot_be_opened_is_told(data: bytes, code: str, reason: str) -> None:
    """A damaged mail, container or manifest is a finding with the reason, and no error."""
    _, findings = read(data)
    assert codes(findings)[0] == code
    assert findings[0].values["reason"] == reason


def test_limits_hold_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails, manifests, files and entries that are too large or too many are told."""
    data = mail(container(manifest(event("dag", attachments=[{"id": "a"}])), a=b"x" * 5000))
    for name, limit, code in (
        ("MOST_MAIL", 100, "E-Y001"),
        ("MOST_MANIFEST", 100, "E-Y002"),
        ("MOST_ENTRIES", 1, "E-Y001"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(envelope, name, limit)
            assert codes(read(data)[1]) == [code]
    given_ = source(data)
    told = rsmf.survey(given_)
    assert told.opened is not None
    told.opened._left = 100
    items = [entry for entry in rsmf.parse(given_, told) if isinstance(entry, Item)]
    assert items[0].attachments[0].missing == "over-size"


def test_a_damaged_file_in_the_container_is_missing_as_damaged() -> None:
    """The message stays; its attachment says why there is none."""
    packed = container(manifest(event("", attachments=[{"id": "a.txt"}])), a_txt=b"nota " * 900)
    at = packed.index(b"a.txt") + 8
    items, _ = read(mail(packed[:at] + b"\xff\xff\xff" + packed[at + 3 :]))
    assert items[0].attachments[0].missing == "damaged"


def test_bytes_of_a_manifest_are_covered() -> None:
    """All but punctuation, keys, the version and the tables of people and conversations."""
    data = manifest(event("een"), 7, event("twee"), extra={"x": "y" * 2000})
    given_ = source(data)
    frame = bytearray(data)
    for each in rsmf.parse(given_, rsmf.survey(given_)):
        assert each.offset is not None
        assert each.length
        frame[each.offset : each.offset + each.length] = b"0".ljust(each.length)
    rest: dict[str, Any] = json.loads(frame)
    assert rest.pop("events") == [0, 0, 0]
    assert rest == {
        "version": "2.0.0", "participants": PEOPLE, "conversations": [CHAT], "extra": 0,
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cut_or_flipped_byte_makes_it_raise(data: st.DataObject) -> None:
    """Whatever happened to a mail or a manifest, reading ends with items and findings."""
    inner = manifest(event("één", attachments=[{"id": "a.txt"}]), event("twee"))
    packed = container(inner, a_txt=b"nota " * 30)
    whole = data.draw(st.sampled_from([inner, mail(packed)]))
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(packed) - 1))
        whole = mail(packed[:at] + bytes([packed[at] ^ data.draw(st.integers(1, 255))])
                     + packed[at + 1 :])  # fmt: skip
    else:
        at = data.draw(st.integers(0, len(whole) - 1))
        whole = whole[:at] if data.draw(st.booleans()) else whole[:at] + b"\xff" + whole[at + 1 :]
    given_ = source(whole)
    for each in rsmf.parse(given_, rsmf.survey(given_)):
        assert each.offset is None or 0 <= each.offset <= len(whole)


def test_memory_does_not_grow_with_the_manifest() -> None:
    """Forty times as many messages take no more memory."""

    def peak(count: int) -> int:
        given_ = source(manifest(*[event("dag " * 40)] * count))
        tracemalloc.start()
        try:
            for _ in rsmf.parse(given_, rsmf.survey(given_)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(20_000) < peak(2_000) + (4 << 20)


def test_a_manifest_may_begin_with_a_byte_order_mark() -> None:
    """It is no part of any message and no reason to stop."""
    items, findings = read(b"\xef\xbb\xbf" + manifest(event("dag")))
    assert [item.text for item in items] == ["dag"]
    assert findings == []
    assert isinstance(source(b"").stream, BytesIO)


def test_what_every_source_leaves_out_has_its_sentence() -> None:
    """Nobody is to call such a delivery complete."""
    assert codes([Finding(code) for code in rsmf.GAPS]) == list(rsmf.GAPS)
