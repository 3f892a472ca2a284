"""WhatsApp's exported chat text is read to the last byte, and nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import golden
import pytest
from whatsapp import items, messages, read, source, source_in, uncovered

from archiver.model import Finding, Item, Kind
from archiver.normalise.chat import chat_normaliser
from archiver.parse.whatsapp_text import claims

LRM = "\u200e"
DUTCH = "13-05-2024 10:00 - Noor van Zwieten: "


@pytest.mark.parametrize("case", golden.cases("whatsapp-text"), ids=lambda case: case.name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", golden.cases("whatsapp-text"), ids=lambda case: case.name)
def test_items_and_findings_cover_every_byte(case: Path) -> None:
    """No byte of an export is left out or counted twice."""
    given_source = golden.source_of(case)
    size = given_source.members[given_source.main].size
    assert list(uncovered(given_source, size)) == []


# -- header shapes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "13-05-2024 16:08 - ",
        "13-5-2024 16:08 - ",
        "13-05-24 16:08 - ",
        "13/05/2024, 16:08 - ",
        "5/13/24, 16:08 - ",
        "5/13/24, 4:08\u202fPM - ",
        "5/13/24, 4:08\u00a0pm - ",
        "5/13/24, 4:08\u2009PM - ",
        "5/13/2024, 04:08 p. m. - ",
        "5/13/2024, 04:08 p.m. - ",
        "05/13/24, 4:08:00 PM – ",
        "[13-05-2024 16:08:00] ",
        "[13-05-2024, 16:08:00] ",
        f"{LRM}[13-05-2024, 16:08:00] ",
        "[13.05.24, 16:08:00] ",
        "13.05.2024, 16:08 - ",
        "[2024-05-13, 16:08:00] ",
        "[2024.05.13, 16:08:00] ",
        "[2024/05/13, 4:08:00 PM] ",
        "13. 5. 2024 16:08 - ",
        "13-05-2024 16.08 - ",
        "[5/13/24 16:08] ",
    ],
)
def test_every_known_header_gives_the_same_message(header: str) -> None:
    """However the phone writes its header, sender, text and moment are the same."""
    given_source = source(f"{header}Noor van Zwieten: De nota is af\n")
    learned, (item,), findings = read(given_source)
    assert (item.sender, item.text, findings) == ("Noor van Zwieten", "De nota is af", [])
    assert chat_normaliser(given_source, learned)(item).sent_at == 1_715_609_280_000


def test_zero_padding_is_no_part_of_the_shape() -> None:
    """One-digit and two-digit days of the same file are headers alike."""
    assert len(items("9-5-2024 9:05 - Noor: a\n13-05-2024 10:15 - Noor: b\n")) == 2


@pytest.mark.parametrize(
    "pasted",
    [
        "[5/2, 16:08] Fenna: geplakt",
        "[13-05-2024 16:08:13] Fenna: geplakt",
        "13-05-24 16:08 - Fenna: geplakt",
        "5/13/24, 16:08 - Fenna: geplakt",
        "13-05-2024, 16:08 - Fenna: geplakt",
        " 13-05-2024 16:08 - Fenna: ingesprongen",
        "13-05-2024: besluit",
    ],
)
def test_a_header_of_another_shape_stays_text(pasted: str) -> None:
    """What somebody pasted from another phone remains part of the message it was pasted into."""
    (item,) = items(f"{DUTCH}zie hieronder\n{pasted}\n")
    assert item.text == f"zie hieronder\n{pasted}"


# -- senders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "sender", "text"),
    [
        ("Noor: Re: nota", "Noor", "Re: nota"),
        ("a:b: tekst", "a:b", "tekst"),
        ("Noor van Zwieten:", "Noor van Zwieten", ""),
        ("~\u202fWouter: hoi", "~\u202fWouter", "hoi"),
        (
            "\u202a+31\u00a06\u00a010203040\u202c: hoi",
            "\u202a+31\u00a06\u00a010203040\u202c",
            "hoi",
        ),
        ('Jan "Jopie" Blom: hoi', 'Jan "Jopie" Blom', "hoi"),
        ("Tjerk (WJZ) 🌷: hoi", "Tjerk (WJZ) 🌷", "hoi"),
    ],
)
def test_the_sender_ends_at_the_first_colon_and_blank(line: str, sender: str, text: str) -> None:
    """A label is kept as the source writes it, whatever signs it holds."""
    (item,) = items(f"13-05-2024 10:00 - {line}\n")
    assert (item.kind, item.sender, item.text) == (Kind.MESSAGE, sender, text)


@pytest.mark.parametrize(
    ("line", "type_", "value"),
    [
        (
            "Fenna heeft het onderwerp gewijzigd naar “Plan: vrijdag”",
            "title-changed",
            "Plan: vrijdag",
        ),
        ('Anna created group "Plan: Friday"', "group-created", "Plan: Friday"),
        ("U hebt het onderwerp gewijzigd naar Plan: vrijdag", "title-changed", "Plan: vrijdag"),
    ],
)
def test_an_event_that_holds_a_colon_has_no_sender(line: str, type_: str, value: str) -> None:
    """The title of a group may hold a colon without making a sender of what stands before it."""
    (item,) = items(f"13-05-2024 10:00 - {line}\n")
    assert (item.kind, item.sender, item.type) == (Kind.EVENT, "", type_)
    assert value in item.values.values()


@pytest.mark.parametrize("label", ["x" * 81, 'Iets "half', "Anders “half"])
def test_a_sentence_before_a_colon_is_no_sender(label: str) -> None:
    """A label that is too long or has half a quotation becomes an unknown event, with a finding."""
    _, (item,), findings = read(f"13-05-2024 10:00 - {label}: rest\n")
    assert (item.sender, item.type, item.text) == ("", "unknown", f"{label}: rest")
    assert [finding.code for finding in findings] == ["W-W008"]


def test_a_group_name_before_the_notice_of_encryption_is_no_sender() -> None:
    """An iPhone writes the group's name as sender of what WhatsApp says; that is no participant."""
    notice = "Berichten en gesprekken worden end-to-end versleuteld. Niemand leest mee."
    (item,) = items(f"[13-05-2024 10:00:00] Directie: {LRM}{notice}\n")
    assert (item.kind, item.type, item.sender) == (Kind.EVENT, "encryption-notice", "")
    assert item.values == {"label": "Directie"}


def test_a_message_about_encryption_stays_a_message() -> None:
    """A person who writes about end-to-end encryption has written a message."""
    text = "Berichten en oproepen worden end-to-end versleuteld. Dat moet in de nota."
    (item,) = items(f"{DUTCH}{text}\n")
    assert (item.kind, item.type, item.text) == (Kind.MESSAGE, "text", text)


# -- recognition -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", golden.cases("whatsapp-text"), ids=lambda case: case.name)
def test_an_exported_chat_is_recognised_by_its_content(case: Path) -> None:
    """Every case is recognised, but for the one that is no chat."""
    given_source = golden.source_of(case)
    head = given_source.stream.read(1 << 16)
    assert claims(head, "bestand.bin") is (case.name != "no-chat")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "datum,tijd,naam\n13-05-2024,10:00,Noor\n",
        '{"messages": [{"date": "2024-05-13T10:00:00"}]}',
        "From noor@example.org Mon May 13 10:00:00 2024\n\n13-05-2024 10:00 - Noor: a\n",
        "Subject: chat\nDate: 13 May 2024\n\n13-05-2024 10:00 - Noor: a\n",
        "2024-05-13 10:00:00 - INFO: started\n2024-05-13 10:00:01 - ERROR: stopped\n",
        "13-05-2024 10:00 - INFO: started\n13-05-2024 10:01 - ERROR: stopped\n",
        "[2024-05-13 10:00:00] production.ERROR: Something happened\n",
        "[2024-05-13 10:00:00] Noor: Hallo!\n[2024-05-13 10:00:09] Me: Dag\n",
        "[2024-05-13, 10:00] Noor: Hallo!\n[2024-05-13, 10:01] Me: Dag\n",
        "Noor, [13.05.2024 10:00]\nHallo\n\nFenna, [13.05.2024 10:01]\nDag\n",
        "Verslag\n" * 50 + "13-05-2024 10:00 - Noor: a\n",
        "13-05-2024 10:00 - Noor: a\n\x00\x01\x02",
        "13-05-2024 10:00 - iets zonder afzender\n",
    ],
)
def test_what_is_no_exported_chat_is_left_to_others(text: str) -> None:
    """Tables, mail, logs and the exports of Signal and Telegram are not taken for WhatsApp."""
    assert not claims(text.encode(), "bestand.txt")


def test_an_export_of_threema_is_left_to_others() -> None:
    """Threema names its text messages.txt and writes no seconds."""
    text = b"[13-05-2024, 10:00] Noor: Hallo\n"
    assert (claims(text, "chat/messages.txt"), claims(text, "_chat.txt")) == (False, True)


@pytest.mark.parametrize(
    ("name", "path_name", "title"),
    [
        ("WhatsApp-chat met Nota (1).txt", "map", "Nota (1)"),
        ("WhatsApp Chat with Nota.txt", "map", "Nota"),
        ("WhatsApp Chat mit Nota.txt", "map", "Nota"),
        ("Discussion WhatsApp avec Nota.txt", "map", "Nota"),
        ("_chat.txt", "WhatsApp Chat - Nota.zip", "Nota"),
        ("map/_chat.txt", "Export van Noor", "Export van Noor"),
        ("gesprek.txt", "map", "gesprek"),
    ],
)
def test_the_conversation_has_the_name_the_export_gives(
    name: str, path_name: str, title: str
) -> None:
    """The title comes from the text's own name, else from what was handed in, unchanged."""
    (item,) = items(source(f"{DUTCH}a\n", name=name, path_name=path_name))
    assert item.title == title


# -- real exports ----------------------------------------------------------------------------------

_PHONES = {
    "Alice Wonderland": (68, 64, 1),
    "Bob Bobsen": (77, 69, 1),
    "Carol Christmas": (78, 69, 4),
    "Dave Davidson": (75, 63, 4),
}


@pytest.mark.parametrize("phone", _PHONES)
def test_one_group_from_four_phones_is_read_in_full(samples: Path, phone: str) -> None:
    """Every line of the four published exports of one group is an item, with its own time."""
    folder = samples / "chat/vws-one-group-four-phones" / phone
    given_source = source_in(next(folder.rglob("*.txt")))
    learned, found, findings = read(given_source)
    normal = [chat_normaliser(given_source, learned)(item) for item in found]
    count, said, _ = _PHONES[phone]
    assert (len(found), len(messages(found)), findings) == (count, said, [])
    first, last = 1_651_356_000_000, 1_651_528_800_000  # 1 and 2 May 2022 in Amsterdam
    assert all(each.sent_at is not None and first <= each.sent_at < last for each in normal)


@pytest.mark.parametrize("phone", _PHONES)
def test_a_real_repeat_stays_two_items(samples: Path, phone: str) -> None:
    """The same person sent "1" twice in one minute; both are kept, and pasted lines stay text."""
    folder = samples / "chat/vws-one-group-four-phones" / phone
    found = items(source_in(next(folder.rglob("*.txt"))))
    ones = [item.sender for item in found if item.text == "1"]
    assert sorted(ones.count(sender) for sender in set(ones)) == [1, 2]
    assert sum(item.text.count("\n[5/2, 16:0") for item in found) == 4


@pytest.mark.parametrize("phone", _PHONES)
def test_real_media_is_found_or_listed_as_missing(samples: Path, phone: str) -> None:
    """Every attachment is linked to its bytes or says why there are none."""
    folder = samples / "chat/vws-one-group-four-phones" / phone
    found = [
        each for item in items(source_in(next(folder.rglob("*.txt")))) for each in item.attachments
    ]
    expected_present = 1 if phone == "Bob Bobsen" else 4
    assert sum(each.member is not None for each in found) == expected_present
    assert {each.missing for each in found if each.member is None} <= {"not-exported"}


@pytest.mark.parametrize(
    ("name", "count", "order"),
    [
        ("_chat.txt", 21, "dmy"),
        ("_chat 2.txt", 4, "dmy"),
        ("_chat 3.txt", 11, ""),
        ("_chat 4.txt", 3, "mdy"),
    ],
)
def test_the_traps_of_chatistics_are_avoided(
    samples: Path, name: str, count: int, order: str
) -> None:
    """Pasted headers stay text, and the one file that cannot be decided becomes a question."""
    learned, found, _ = read(source_in(samples / "chat/chatistics-whatsapp" / name))
    assert (len(found), learned.date_order, bool(learned.questions)) == (count, order, not order)


_MINER = ["ddmmyy_24hrs", "mmddyy_24hrs", "[mmddyy]_24hrs", "mmddyyyy_12hrs", "yyyymmdd_24hrs"]


@pytest.mark.parametrize("name", _MINER)
def test_the_five_forms_of_chat_miner_say_the_same(samples: Path, name: str) -> None:
    """People, texts and times are those of the published answer; a line without one is reported."""
    folder = samples / "chat/chat-miner/whatsapp"
    target = json.loads((folder / "target.json").read_text("utf-8"))
    learned, found, findings = read(source_in(folder / f"test_{name}.txt"))
    wanted = [(each["author"], each["message"]) for each in reversed(target)]
    assert [(each.sender, " ".join(each.text.split())) for each in messages(found)] == wanted
    assert [finding.code for finding in findings] == ["W-W008"]
    assert learned.date_order == {"d": "dmy", "m": "mdy", "[": "mdy", "y": "ymd"}[name[0]]


def test_the_signal_export_of_chat_miner_is_not_claimed(samples: Path) -> None:
    """A Signal export that looks like an iPhone's chat is left alone."""
    head = (samples / "chat/chat-miner/signal/test_export.txt").read_bytes()
    assert not claims(head, "test_export.txt")


def test_numbers_and_findings_follow_the_items() -> None:
    """Items are numbered from the first number on, and a finding names its item."""
    given_source = source(f"{DUTCH}a\n13-05-2024 10:00 - iets nieuws\n", first_number=41)
    _, found, (finding,) = read(given_source)
    assert ([item.number for item in found], finding.item) == ([41, 42], 42)
    assert isinstance(finding, Finding)
    assert isinstance(found[0], Item)
