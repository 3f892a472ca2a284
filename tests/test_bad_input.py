"""Hostile and broken input through the command line: a finding, the bytes kept, nothing lost."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tests.containers import Part, build
from tests.ministry import Ministry, chat, mail, mailbox, ministry

LINES = [(n, "Lien", f"Bericht {n} over het besluit") for n in range(6)]
TITLED = "WhatsApp-chat met Overleg.txt"


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _kept(office: Ministry, path: Path) -> bytes:
    """Give the bytes that the archive keeps of the newest delivery's file."""
    from archiver.store.items import latest_event, open_object

    delivery = office.json("delivery", "list")["deliveries"][-1]["delivery"]
    with office.opened() as archive:
        event = latest_event(archive, delivery)
        with open_object(archive, delivery, event.objects["original"][0]) as stream:
            return stream.read()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bom.zip", build(Part(b"_chat.txt", bytes(30_000_000))), "E-I"),
        (
            "overlap.zip",
            build(
                Part(b"_chat.txt", b"x" * 400, method=0),
                Part(b"b.txt", b"x" * 400, method=0, offset=0),
            ),
            "E-I",
        ),
        ("slot.zip", build(Part(b"_chat.txt", chat(LINES).encode(), flags=0x0801)), "E-I"),
        ("kapot.zip", build(Part(b"_chat.txt", b"x" * 900))[:-30], "E-I"),
        ("onbekend.bin", bytes(range(256)) * 30, "E-I"),
        ("leeg.txt", b"", "E-I"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_cannot_be_read_is_kept_unread(
    office: Ministry, name: str, content: bytes, code: str
) -> None:
    """A bomb, overlapping entries, a password, a cut or unknown file: quarantine, all bytes."""
    path = office.write(name, content)
    found = office.ingest(path, code=1)
    assert (found["state"], found["read"]) == ("quarantined", 0)
    assert any(
        one["code"].startswith(code) and one["message"] != one["code"] for one in found["findings"]
    )
    assert _kept(office, path) == content
    assert office.run("findings").code == 1
    assert office.run("verify", "--full").code == 0


def test_dangerous_names_are_only_names(office: Ministry) -> None:
    """Names that lead outside a folder are kept as names, with a finding, and never followed."""
    path = office.folder / "handed-in" / "export.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("../../../buiten.txt", "iets")
        container.writestr(TITLED, chat(LINES))
    found = office.ingest(path, code=None)
    assert any(one["code"].startswith("W-I") for one in found["findings"])
    assert not list(office.folder.parent.rglob("buiten.txt"))
    assert _kept(office, path) == path.read_bytes()
    assert found["read"] == sum(found[part] for part in ("new", "known", "rejected", "excluded"))


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_file_is_not_read(office: Ministry, kind: str) -> None:
    """A symbolic link or a named pipe is refused by name; nothing is read, nothing hangs."""
    path = office.folder / "export.txt"
    if kind == "link":
        path.symlink_to(office.write(TITLED, chat(LINES)))
    else:
        os.mkfifo(path)
    ran = office.run("ingest", path, "--account", office.account())
    assert ran.code != 0
    assert "export.txt" in ran.err
    assert office.json("delivery", "list")["deliveries"] == []


def test_a_chat_cut_inside_a_character_loses_nothing(office: Ministry) -> None:
    """A text that ends in the middle of a character: every message is kept, with a finding."""
    content = (chat(LINES) + chat([(9, "Omar", "akkoord 👍")])).encode()[:-3]
    path = office.write(TITLED, content)
    found = office.ingest(path, code=None)
    assert (found["read"], found["new"]) == (7, 7)
    assert [one["code"] for one in found["findings"]] == ["W-W020", "W-W006", "W-E001"]
    assert _kept(office, path) == content


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_are_read(office: Ministry, encoding: str) -> None:
    """A text in UTF-16, or with a byte order mark, has the same messages."""
    found = office.ingest(office.write(TITLED, chat(LINES).encode(encoding)))
    assert (found["read"], found["new"]) == (6, 6)
    assert office.search("besluit")["total"] == 6


def test_line_ends_of_windows_are_the_same_messages(office: Ministry) -> None:
    """A text with CR LF meets the same text with LF: nothing new."""
    office.ingest(office.write(TITLED, chat(LINES)))
    found = office.ingest(office.write(f"crlf/{TITLED}", chat(LINES).replace("\n", "\r\n")))
    assert (found["read"], found["new"], found["known"]) == (6, 0, 6)


def test_a_mail_nested_two_thousand_deep_is_kept(office: Ministry) -> None:
    """A mail in a mail in a mail, two thousand deep, is one item with a finding."""
    inner = "Content-Type: text/plain\n\nkern\n"
    for _ in range(2_000):
        inner = f"Content-Type: message/rfc822\n\n{inner}"
    path = office.write(
        "diep.eml", f"From: Lien <lien@voorbeeld.example>\nMessage-ID: <d@x>\n{inner}"
    )
    found = office.ingest(path, code=None)
    assert found["read"] == found["new"] + found["rejected"]
    assert any(one["code"].startswith("W-M") for one in found["findings"])
    assert _kept(office, path) == path.read_bytes()


def test_eight_thousand_addresses_are_taken_in(office: Ministry) -> None:
    """A mail to eight thousand people is one record, found by one of them, or has a finding."""
    to = ",\n ".join(f"Persoon {n} <p{n}@voorbeeld.example>" for n in range(8_000))
    found = office.ingest(office.write("allen.mbox", mailbox([mail(1, "Aan allen", to=to)])))
    assert (found["read"], found["new"]) == (1, 1)
    hits = office.search("--participant", "p42@voorbeeld.example")["total"]
    assert hits == 1 or any(one["code"].startswith("W-M") for one in found["findings"])


def test_a_text_and_its_findings_cover_a_broken_mailbox(office: Ministry) -> None:
    """Bytes before the first mail of a box are told, and the mails are read."""
    box = mailbox([mail(1, "Eerste"), mail(2, "Tweede")])
    found = office.ingest(office.write("post.mbox", box[:900] + "\0\xff" + box[900:]), code=None)
    assert found["read"] == found["new"] + found["known"] + found["rejected"]
    assert found["read"] >= 2


@pytest.mark.slow
def test_a_line_of_two_hundred_megabytes_is_kept(tmp_path: Path) -> None:
    """One message of 200 MB in a single line: the bytes are kept, memory is bounded, it is told."""
    office = ministry(tmp_path, own_reader=False)
    path = office.write(TITLED, chat(LINES[:1]))
    with path.open("a") as text:
        text.write("13-05-2022 09:05 - Omar: ")
        for _ in range(200):
            text.write("lang " * 200_000)
    found = office.ingest(path, code=None)
    assert found["state"] in ("ingested", "quarantined")
    assert any(one["code"] in ("W-W007", "E-P001") for one in found["findings"])
    assert office.run("verify").code == 0
