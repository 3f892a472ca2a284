"""Reading Cellebrite's report of a phone that was read out."""

from __future__ import annotations

import re
import tomllib
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from cellebrite import (
    FENNA,
    OWNER,
    chat,
    message,
    model,
    models,
    one,
    party,
    read,
    report,
    source,
    time,
    types,
    value,
)
from golden import cases, expected, lines
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.format import Learnt
from archiver.model import Finding, Item, Kind, Member, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import ufdr
from archiver.parse.cellebrite import walk

ROOT = Path(__file__).parents[1]


def codes(findings: list[Finding]) -> list[str]:
    """Give the codes of findings, each of which has sentences."""
    known = tomllib.loads((ROOT / "config/findings/ufdr.toml").read_text("utf-8"))
    for finding in findings:
        for language in ("en", "nl"):
            known[finding.code][language].format_map(finding.values)
    return [finding.code for finding in findings]


@pytest.mark.parametrize("case", cases("ufdr"), ids=lambda case: case.name)
def test_an_export_is_read_as_was_reviewed(case: Path) -> None:
    """Every case gives exactly the lines that someone looked at."""
    assert list(lines(case)) == expected(case).read_text("utf-8").splitlines(keepends=True)


def test_a_report_is_recognised_by_what_it_holds() -> None:
    """A project of Cellebrite's is; other XML, and a project of something else, are not."""
    assert ufdr.claims(report(types(Chat=chat(message("dag")))), "report.xml")
    assert ufdr.claims(b"\xef\xbb\xbf" + report(), "hernoemd.bin")
    for other in (
        b'<?xml version="1.0"?><project name="app" default="build"></project>',
        b'<?xml version="1.0"?><smses count="1"></smses>',
        b"From: a@example.org\n\n<project><decodedData>",
        b'{"project": "<decodedData"}',
        b"",
    ):
        assert not ufdr.claims(other, "report.xml")


def test_every_item_says_its_service_and_whose_account_it_was() -> None:
    """A read-out is of a device, so that its conversations are told apart by service and owner."""
    telegram = model(
        "Chat",
        value("Source", "Telegram"),
        value("Id", "4401"),
        value("Name", "Kernteam"),
        models(
            "Participants",
            model("Party", value("Identifier", "900"), value("IsPhoneOwner", "True")),
        ),
        models("Messages", message("hoi", "77")),
    )
    items, findings = read(report(types(Chat=chat(message("dag")) + telegram)))
    assert [(item.thread, item.values["service"], item.values["owner"]) for item in items] == [
        (f"whatsapp:{FENNA}", "whatsapp", f"jid:{OWNER}"),
        ("telegram:4401", "telegram", "tg:900"),
    ]
    assert [item.title for item in items] == ["Fenna Bos", "Kernteam"]
    assert items[0].values["participants"].startswith(f"Jan Kade <jid:{OWNER}>; Fenna Bos")
    assert findings == []


def test_a_conversation_of_nobody_is_told() -> None:
    """Where the report does not say whose account it is, that is a finding and no guess."""
    head = value("Source", "Signal") + value("Id", "x")
    items, findings = read(report(types(Chat=chat(message("a"), message("b"), head=head))))
    assert [item.values["owner"] for item in items] == ["", ""]
    assert codes(findings) == ["W-U014"]
    assert findings[0].values == {"count": 2}


@pytest.mark.parametrize(
    ("identifier", "service", "typed"),
    [
        ("31612000009@s.whatsapp.net", "whatsapp", "jid:31612000009@s.whatsapp.net"),
        ("31612000009", "whatsapp", "e164:+31612000009"),
        ("0612000009", "sms", "e164:0612000009"),
        ("KPN", "sms", "sms:KPN"),
        ("1654984910", "telegram", "tg:1654984910"),
        (
            "5C1B7590-EC7D-43EC-8AE0-F1FF3967D30D",
            "signal",
            "aci:5c1b7590-ec7d-43ec-8ae0-f1ff3967d30d",
        ),
        ("ECHOECHO", "threema", "threema:ECHOECHO"),
        ("fenna@example.org", "imessage", "mail:fenna@example.org"),
    ],
)
def test_identifiers_are_typed_by_form_and_service(
    identifier: str, service: str, typed: str
) -> None:
    """A number of Telegram's is no telephone number, and a sender's word no person."""
    head = value("Source", service) + value("Id", "c")
    items, _ = read(report(types(Chat=chat(message("dag", identifier), head=head))))
    assert items[0].sender_id == typed


def test_the_identifier_of_the_app_makes_the_message_the_same_one() -> None:
    """Two decodings of one phone give models new identifiers; the app's own stays."""
    keys = []
    for made in ("aa", "bb"):
        text = message("dag", FENNA, value("Identifier", "3EB0AA"), id=made)
        given = source(report(types(Chat=chat(text))))
        item = next(ufdr.parse(given, ufdr.survey(given)))
        assert isinstance(item, Item)
        assert (item.native_id, item.node) == ("3EB0AA", f"model/{made}")
        normal = native_normaliser(given, Learnt(clocks=("iso",)))(item)
        assert (normal.author, normal.sent_at) == ("e164:+31612000002", 1_772_442_000_000)
        keys.append(normal.keys)
    assert keys[0] == keys[1]


def test_a_reply_names_what_it_answers() -> None:
    """By the app's identifier where there is one; the words stand beside it."""
    quoted = message("Wanneer?", OWNER, value("Identifier", "K1"), id="q")
    reply = model(
        "ReplyMessageData", value("OriginalMessageID", "K1"), one("InstantMessage", quoted)
    )
    quote = model("QuotedMessageData", value("Label", "Reply"), value("ReferenceId", "q"))
    items, findings = read(
        report(
            types(
                Chat=chat(
                    message("Morgen", FENNA, models("MessageExtraData", reply)),
                    message(
                        "Nee",
                        FENNA,
                        models("MessageExtraData", quote),
                        models("EmbeddedInstantMessage", quoted),
                    ),
                    message("Ja", FENNA, models("MessageExtraData", quote)),
                )
            )
        )
    )
    said = (Noted("reply", "K1"), Noted("quote", "Wanneer?", "Jan Kade", time_of(quoted)))
    assert [item.noted for item in items] == [said, said, (Noted("reply", "model:q"),)]
    assert findings == []


def time_of(text: str) -> str:
    """Find the time that a model was written with."""
    return re.findall(r">(20[^<]+)<", text)[0]


def test_labels_receipts_and_states_are_kept() -> None:
    """Forwarded, edited, disappearing, delivered, read, reactions, and what was deleted."""
    label = [
        model("MessageLabel", value("Label", each))
        for each in ("Forwarded", "Edited", "Default", "Payment")
    ]
    forwarded = model("ForwardedMessageData", one("OriginalSender", party(OWNER, "Jan Kade")))
    to = party(
        OWNER,
        "Jan Kade",
        "To",
        time("2026-03-02T09:01:00.000+00:00", "DateDelivered"),
        time("2026-03-02T09:02:00.000+00:00", "DateRead"),
        time("2026-03-02T09:03:00.000+00:00", "DatePlayed"),
    )
    reaction = model("Reaction", value("Emoji", "👍"), one("Actor", party(OWNER, "Jan Kade")))
    text = message(
        "x",
        FENNA,
        models("MessageExtraData", *label, forwarded),
        models("To", to),
        models("Reactions", reaction),
        value("SelfDestructDuration", "1.00:00:10"),
        value("Status", "Read"),
        deleted_state="Deleted",
        decoding_confidence="Medium",
    )
    items, findings = read(report(types(Chat=chat(text))))
    assert items[0].marks == ("forwarded", "edited", "disappearing")
    assert items[0].noted == (
        Noted("label", "Payment"),
        Noted("forwarded", "Jan Kade"),
        Noted("reaction", "👍", "Jan Kade"),
        Noted("delivered", "", "Jan Kade", "2026-03-02T09:01:00.000+00:00"),
        Noted("read", "", "Jan Kade", "2026-03-02T09:02:00.000+00:00"),
        Noted("read", "played", "Jan Kade", "2026-03-02T09:03:00.000+00:00"),
        Noted("deleted", "Deleted"),
        Noted("expires", "86410"),
    )
    assert items[0].values["deleted-state"] == "Deleted"
    assert items[0].values["decoding-confidence"] == "Medium"
    assert items[0].text == "x"
    assert findings == []


def test_what_is_not_known_in_a_message_is_counted() -> None:
    """New kinds of extras, of reactions and of fields are a finding each, once for a report."""
    odd = message(
        "x",
        FENNA,
        models("MessageExtraData", model("PollData")),
        models("Reactions", model("Reaction")),
        models("Stickers", model("Sticker")),
        id="1",
    )
    _, findings = read(report(types(Chat=chat(odd, odd))))
    assert codes(findings) == ["W-U010"] * 3
    assert [(each.values["name"], each.values["count"]) for each in findings] == [
        ("PollData", 2),
        ("Reaction", 2),
        ("Stickers", 2),
    ]


def test_what_happened_is_an_event() -> None:
    """Joining and the app's own lines are events; what is not known stays an event, told."""

    def log(action: str) -> str:
        member = one("Participant", party("77", "Omar Dal"))
        return models("ActivityLog", model("ChatActivity", value("Action", action), member))

    system = models("MessageExtraData", model("MessageLabel", value("Label", "System")))
    items, findings = read(
        report(
            types(
                Chat=chat(
                    message("Omar joined", "System message", log("ParticipantJoined")),
                    message("Iets", "System message", log("GroupPainted")),
                    message("Versleuteld", FENNA, system),
                    message("Welkom", "System message"),
                )
            )
        )
    )
    assert [(item.kind, item.type) for item in items] == [
        (Kind.EVENT, "member-joined"),
        (Kind.EVENT, "unknown"),
        (Kind.EVENT, "notice"),
        (Kind.EVENT, "notice"),
    ]
    assert items[0].values["object"] == "Omar Dal <whatsapp:77>"
    assert items[0].sender == ""
    assert codes(findings) == ["W-U016"]
    assert findings[0].item == 2


def test_contacts_places_and_empty_messages_have_their_type() -> None:
    """Shared contacts give their names as the text; a message with nothing in it is told."""
    contact = model(
        "Contact",
        value("Name", "Omar Dal"),
        models("Entries", model("PhoneNumber", value("Value", "+31 6 1"))),
    )
    place = model("Coordinate", value("Latitude", "52.08"), value("Longitude", "4.31"))
    items, findings = read(
        report(
            types(
                Chat=chat(
                    message("", FENNA, models("SharedContacts", contact)),
                    message("", FENNA, one("Position", place)),
                    message("", FENNA, value("Type", "Sticker")),
                )
            )
        )
    )
    assert [(item.type, item.text) for item in items] == [
        ("contact", "Omar Dal"),
        ("location", ""),
        ("unknown", ""),
    ]
    assert items[0].values["contact-1"] == "Omar Dal: +31 6 1"
    assert (items[1].values["latitude"], items[1].values["longitude"]) == ("52.08", "4.31")
    assert items[2].values["type"] == "Sticker"
    assert codes(findings) == ["W-U008"]


def test_attachments_are_found_by_path_or_by_the_list_of_files() -> None:
    """Newer reports write the path; older ones only the identifier of a listed file."""
    listed = (
        '<taggedFiles><file id="f1" path="/data/IMG-1.jpg" size="3"><metadata section="File">'
        '<item name="Local Path"><![CDATA[files\\Image\\IMG-1.jpg]]></item></metadata></file>'
        f'<file id="f2"/><!--{"x" * 5000}--></taggedFiles>'
    )
    by_path = model(
        "Attachment",
        value("Filename", "/sd/memo.opus"),
        value("attachment_extracted_path", "files\\Audio\\memo.opus"),
    )
    by_id = model(
        "Attachment",
        value("Filename", "IMG-1.jpg"),
        value("ContentType", "image/jpeg"),
        value("Transcript", "hallo"),
        file_id="f1",
    )
    absent = model("Attachment", value("Filename", "weg.pdf"), file_id="f2")
    link = model("Attachment", value("Title", "Een pagina"))
    text = message("", FENNA, models("Attachments", by_path, by_id, absent, link))
    data = report(types(Chat=chat(text)), before=listed)
    media = (Member("files/Image/IMG-1.jpg", 3, "a" * 64), Member("files/Audio/memo.opus", 4, "b"))
    items, findings = read(data, *media)
    assert [(each.name, each.member, each.missing) for each in items[0].attachments] == [
        ("memo.opus", 2, ""),
        ("IMG-1.jpg", 1, ""),
        ("weg.pdf", None, "not-handed-in"),
        ("Een pagina", None, "not-exported"),
    ]
    assert items[0].values["transcript"] == "hallo"
    assert codes(findings) == ["W-U003"]
    assert findings[0].values["count"] == 2
    alone, _ = read(data)
    assert {each.missing for each in alone[0].attachments} == {"not-handed-in", "not-exported"}


def test_messages_and_calls_outside_of_chats_are_read() -> None:
    """SMS, MMS and calls belong to the conversation with the other people."""
    sms = model(
        "SMS",
        models("Parties", party("+31612000003", "Omar Dal", "From")),
        time("2026-03-02T09:00:00.000+01:00"),
        value("Body", "Bel je?"),
    )
    sent = model(
        "SMS",
        models("Parties", party("+31612000003", "Omar Dal", "To")),
        value("Folder", "Sent"),
        time("2026-03-02T09:01:00"),
        value("Body", "Ja"),
    )
    mms = model(
        "MMS",
        one("From", party("+31612000003", "Omar Dal")),
        value("Subject", "Foto"),
        models("To", party(OWNER, "Jan Kade")),
        time("2026-03-02T09:02:00Z"),
    )
    missed = model(
        "Call",
        value("Source", "WhatsApp"),
        value("Status", "Missed"),
        value("VideoCall", "True"),
        value("Direction", "Incoming"),
        models("Parties", party(FENNA, "Fenna Bos", "From")),
        time("2026-03-02T09:03:00Z"),
    )
    called = model(
        "Call",
        value("Direction", "Outgoing"),
        value("Duration", "00:00:33.6"),
        models("Parties", party("0612000003", "", "To")),
        time("2026-03-02T09:04:00Z"),
    )
    chats = chat(message("dag"))
    inside = types(Chat=chats, SMS=sms + sent, MMS=mms, Call=missed + called)
    (_, *items), findings = read(report(inside))
    assert [(item.kind.value, item.type, item.thread, item.marks) for item in items] == [
        ("message", "text", "sms:+31612000003", ()),
        ("message", "text", "sms:+31612000003", ("own",)),
        ("message", "text", "sms:+31612000003", ()),
        ("event", "call-missed-video", f"whatsapp:{FENNA}", ()),
        ("message", "call", "phone:0612000003", ("own",)),
    ]
    assert items[2].values["owner"] == f"jid:{OWNER}"
    assert items[1].values["time-shown"] == "2026-03-02T09:01:00+00:00"
    assert items[4].values["duration"] == "00:00:33.6"
    assert codes(findings) == ["W-U014"]


def test_other_types_and_large_sections_are_told_with_their_place() -> None:
    """Contacts, mail, locations and the list of sources are kept and named, not read."""
    contacts = types(Contact=model("Contact", value("Name", "Omar Dal")) * 3)
    data = report(
        types(Chat=chat(message("dag"))),
        contacts,
        after=f"<extraInfos>{'<x/>' * 2000}</extraInfos>",
    )
    _, findings = read(data)
    assert codes(findings) == ["W-U004", "W-U003"]
    assert findings[0].values == {"name": "Contact", "count": 3, "bytes": findings[0].length}
    assert data[findings[1].offset :].startswith(b"<extraInfos>")


def test_chats_without_messages_are_told_in_one_go() -> None:
    """A run of them is one finding with its place; late heads are told too."""
    late = chat(message("dag"), tail=value("Account", "x"))
    _, findings = read(report(types(Chat=chat() * 3 + late + chat())))
    assert codes(findings) == ["W-U006", "W-U007", "W-U006"]
    assert [each.values.get("count") for each in findings] == [3, None, 1]
    assert findings[1].values == {"fields": "Account"}


def test_what_the_report_counts_is_compared() -> None:
    """Models and files; either way of counting models inside models is right."""
    text = types(Chat=chat(message("dag")))
    for count in (1, 5):
        assert read(report(text, counts=f' ModelCount="{count}" NodeCount="0"'))[1] == []
    _, findings = read(report(text, counts=' ModelCount="9" NodeCount="2"'))
    assert codes(findings) == ["W-U012", "W-U013"]
    assert findings[0].values == {"said": 9, "found": 1, "all": 5}


def test_a_time_that_cannot_be_read_is_told() -> None:
    """The text stays; no time is made of it."""
    items, findings = read(report(types(Chat=chat(message("dag", at="02/03/2026 09:00(UTC+1)")))))
    assert items[0].time_text == "02/03/2026 09:00(UTC+1)"
    assert codes(findings) == ["W-U011"]


def test_control_characters_are_read_as_question_marks_and_counted() -> None:
    """Such a report is no XML, yet nothing behind the first of them may be lost."""
    data = report(types(Chat=chat(message("a\x01b\x1f"), message("daarna"))))
    items, findings = read(data)
    assert [item.text for item in items] == ["a?b?", "daarna"]
    assert codes(findings) == ["W-U005"]
    assert (findings[0].values, findings[0].offset) == ({"count": 2}, data.index(b"\x01"))


def test_a_document_type_is_refused() -> None:
    """Entities could make a report of a kilobyte into one of a gigabyte; none is ever read."""
    data = report(types(Chat=chat(message("dag"))))
    head = b'<!DOCTYPE project [<!ENTITY a "aaaa">]>'
    bad = data.replace(b"<project", head + b"<project", 1)
    items, findings = read(bad)
    assert items == []
    assert codes(findings) == ["E-U001"]
    assert findings[0].values["reason"] == "doctype"


@pytest.mark.parametrize("encoding", ["geen", "utf-7", "big5", "hex"])
def test_an_encoding_that_cannot_be_read_is_told(encoding: str) -> None:
    """Nothing is read then, and all bytes are accounted for."""
    data = report(types(Chat=chat(message("dag")))).replace(b"utf-8", encoding.encode(), 1)
    items, findings = read(data)
    assert items == []
    assert codes(findings) == ["E-U001"]
    assert (findings[0].offset, findings[0].length) == (0, len(data))


def test_nesting_and_size_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields inside fields end the reading; an entry that is too large is cut and told."""
    deep = '<multiModelField name="x">' * 300 + "</multiModelField>" * 300
    items, findings = read(report(types(Chat=chat(message("voor"), message("dag", FENNA, deep)))))
    assert [item.text for item in items] == ["voor"]
    assert codes(findings) == ["E-U001"]
    assert findings[0].values["reason"] == "depth"
    monkeypatch.setattr(walk, "MOST_TEXT", 2_000)
    items, findings = read(report(types(Chat=chat(message("x" * 90_000), message("dag")))))
    assert [item.text for item in items] == ["", "dag"]
    assert codes(findings) == ["W-U008", "W-U009"]
    monkeypatch.setattr(walk, "MOST_TEXT", 1 << 20)
    monkeypatch.setattr(walk, "MOST_MODELS", 3)
    many = models("To", *[party(FENNA, "x", "To")] * 9)
    assert codes(read(report(types(Chat=chat(message("dag", FENNA, many)))))[1]) == ["W-U009"]
    monkeypatch.setattr(walk, "LONGEST_TAG", 1 << 18)
    monkeypatch.setattr(walk, "MOST_MODELS", 100)
    _, findings = read(report(f'<modelType type="{"x" * (1 << 20)}"/>'))
    assert codes(findings) == ["E-U001"]


def test_a_report_that_is_cut_off_gives_what_came_before() -> None:
    """The rest is a finding from the first byte of what is not whole."""
    data = report(types(Chat=chat(message("een"), message("twee"))))
    cut = data.index(b"twee")
    items, findings = read(data[:cut])
    assert [item.text for item in items] == ["een"]
    assert codes(findings) == ["E-U002"]
    assert findings[0].offset == data.rindex(b'<model type="InstantMessage"')
    assert findings[0].offset + (findings[0].length or 0) == cut
    assert codes(read(b"")[1]) == ["E-U002"]


def test_bytes_are_covered_but_for_the_frame() -> None:
    """Items and findings take all bytes but for tags around them and the heads of chats."""
    data = report(
        types(Chat=chat(message("een"), message("twee")), Contact=model("Contact") * 50),
        types(Call=model("Call", time("2026-03-02T09:04:00Z"))),
        before="<taggedFiles>" + '<file id="1"/>' * 500 + "</taggedFiles>",
    )
    given = source(data)
    entries = list(ufdr.parse(given, ufdr.survey(given)))
    for item in entries:
        if isinstance(item, Item):
            piece = data[item.offset : item.offset + item.length]
            assert piece.startswith(b"<model type=")
            assert piece.endswith(b"</model>")
    frame = bytearray(data)
    for each in entries:
        if each.offset is not None and each.length:
            frame[each.offset : each.offset + each.length] = b"" if False else b" " * each.length
    assert b"".join(frame.split()).count(b"een") == 0
    rest = re.sub(
        rb'<model type="Chat".*?<multiModelField name="Messages"',
        b"",
        bytes(frame),
        flags=re.DOTALL,
    )
    names = set(re.findall(rb"<(\w+)", rest))
    assert names <= {b"project", b"decodedData", b"modelType"}
    assert not re.sub(rb"<[^>]*>|\s|type=\"InstantMessage\">", b"", rest)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cut_or_flipped_byte_makes_it_raise(data: st.DataObject) -> None:
    """Whatever happened to a report, reading ends with items and findings."""
    whole = report(types(Chat=chat(message("één"), message("twee")), Call=model("Call")))
    at = data.draw(st.integers(0, len(whole) - 1))
    bad = bytearray(whole[: data.draw(st.sampled_from([at, len(whole)]))])
    if at < len(bad):
        bad[at] ^= data.draw(st.integers(1, 255))
    given_ = source(bytes(bad))
    for each in ufdr.parse(given_, ufdr.survey(given_)):
        assert each.offset is None or 0 <= each.offset <= len(bad)


def test_memory_does_not_grow_with_the_report() -> None:
    """Forty times as many messages take no more memory."""

    def peak(count: int) -> int:
        given_ = source(report(types(Chat=chat(*[message("dag " * 20)] * count))))
        tracemalloc.start()
        try:
            for _ in ufdr.parse(given_, ufdr.survey(given_)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(4_000) < peak(100) + (1 << 20)


def test_a_stream_is_read_from_its_beginning() -> None:
    """Whoever looked at the head before does not matter."""
    data = report(types(Chat=chat(message("dag"))))
    given_ = source(data)
    assert isinstance(given_.stream, BytesIO)
    given_.stream.seek(100)
    assert len(list(ufdr.parse(given_, ufdr.survey(given_)))) == 1


def test_what_every_source_leaves_out_has_its_sentence() -> None:
    """Nobody is to call such a delivery complete."""
    assert codes([Finding(code) for code in ufdr.GAPS]) == list(ufdr.GAPS)


def test_a_forwarded_message_may_have_its_content_inside() -> None:
    """Then the words and the attachment are those of the message inside it, of the same bytes."""
    picture = model("Attachment", value("Filename", "IMG-1.jpg"))
    inside = message("Kijk", FENNA, models("Attachments", picture), id="in")
    label = model("MessageLabel", value("Label", "Forwarded"))
    quoted = model("QuotedMessageData", value("Label", "Forwarded"), value("ReferenceId", "in"))
    both = models("MessageExtraData", label, quoted) + models("EmbeddedInstantMessage", inside)
    items, findings = read(report(types(Chat=chat(message("", FENNA, both)))))
    assert (items[0].type, items[0].text, items[0].marks) == ("media", "Kijk", ("forwarded",))
    assert [each.name for each in items[0].attachments] == ["IMG-1.jpg"]
    assert items[0].noted == (Noted("forwarded", "Fenna Bos"),)
    assert findings == []
