"""The proof of coverage for private mail, in an archive: three lists, their numbers, and access."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.ministry import LIEN, OMAR, Ministry, mail, mailbox, ministry

PIA = "Pia Smit <pia@thuis.example>"
CANARY = "spinnakerval"
LONG = "Het besluit over kade {} gaat vrijdag naar de Kamer, met een brief van de havenmeester"
WHEN = "Verzonden: vrijdag 13 mei 2022 09:{:02}"


def own(number: int, text: str = "", **more: Any) -> str:
    """Write a mail of Pia's private account."""
    text = text or LONG.format(number)
    return mail(number, text, sender=PIA, subject=f"Kade {number}", **more)


def forward(number: int, of: int, text: str, *, when: str = "") -> str:
    """Write a mail of Lien's with a mail of Pia's below it."""
    head = f"Van: {PIA}\n{(when or WHEN).format(of)}\nAan: Omar\nOnderwerp: Kade {of}\n"
    return mail(number, f"Ter info.\n\n{head}\n{text}", subject="FW: besluit")


def attached(number: int, inner: str) -> str:
    """Write a mail with another one attached."""
    whole = mail(number, "", subject="Bijgaand").partition("MIME-Version")[0]
    return (
        f"{whole}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=apart\n\n--apart\n"
        "Content-Type: text/plain\n\nZie bijlage.\n--apart\nContent-Type: message/rfc822\n\n"
        f"{inner}\n--apart--\n"
    )


PRIVATE = (
    own(1), own(2), own(3), own(4), own(5, message_id=None), own(6), own(7), own(8, CANARY),
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """Eight mails of a private account, and what of them stands on a business account."""
    at = ministry(tmp_path)
    at.officer(LIEN, "records-officer")
    at.officer(OMAR, "sorter")
    at.account("pia", person="Pia Smit", service="mail", kind="private",
               identifier="pia@thuis.example")  # fmt: skip
    at.account("lien", person="Lien Bakker", service="mail", identifier="lien@voorbeeld.example")
    business = (
        own(1),
        forward(21, 2, LONG.format(2)),
        forward(22, 3, LONG.format(3).partition(",")[0]),
        forward(23, 3, LONG.format(3).partition(" met")[0]),
        attached(24, own(4)),
        attached(25, attached(26, own(5, message_id=None))),
        forward(27, 6, LONG.format(6), when="Verzonden: vrijdag 13 mei 2022 03:{:02}"),
    )
    at.ingest(at.write("lien/post.mbox", mailbox(business)), "lien", code=None)
    at.ingest(at.write("pia/post.mbox", mailbox(PRIVATE)), "pia", code=None)
    return at


def prove(at: Ministry, *words: object, login: str = OMAR, code: int = 0) -> Any:
    """Give the proof as a sorter gets it, sealed mails included."""
    sealed = ("--sealed",) if login == OMAR else ()
    return at.json(
        "coverage", "mail", "--account", at.account("pia"), *sealed, *words, login=login, code=code
    )


def release(at: Ministry) -> None:
    """Open the private delivery as work."""
    row = next(one for one in at.json("delivery", "list")["deliveries"] if one["state"] == "sealed")
    assert at.run("delivery", "release", row["delivery"]).code == 0


def by_subject(found: Any) -> dict[str, dict[str, Any]]:
    """Give the rows by the mails' subjects."""
    return {row["subject"]: row for row in found["mails"]}


def test_each_mail_is_covered_forwarded_or_uncovered(office: Ministry) -> None:
    """Every mail stands in one of three lists, with the item, level and rule it rests on."""
    found = prove(office)
    rows = by_subject(found)
    held = {name: row["held_by"] or {} for name, row in rows.items()}
    told = {
        name: (row["status"], held[name].get("rule"), held[name].get("share"))
        for name, row in rows.items()
    }
    part = 100 * 13 // 15
    assert told == {
        "Kade 1": ("covered", "mail-bytes/1", 100),
        "Kade 2": ("forwarded", "forward-block/1", 100),
        "Kade 3": ("forwarded", "forward-block/1", told["Kade 3"][2]),
        "Kade 4": ("forwarded", "attached-id/1", 100),
        "Kade 5": ("forwarded", "attached-content/1", 100),
        "Kade 6": ("uncovered", None, None),
        "Kade 7": ("uncovered", None, None),
        "Kade 8": ("uncovered", None, None),
    }
    assert 50 < told["Kade 3"][2] <= part
    assert rows["Kade 3"]["found"] == 2
    (proposal,) = rows["Kade 6"]["proposals"]
    assert (proposal["against"], proposal["share"], proposal["level"]) == ("zone", 100, 6)
    assert found["unjudged"] == {
        "total": 8, "covered": 1, "forwarded": 4, "whole": 3, "uncovered": 3, "proposed": 1,
    }  # fmt: skip


def test_what_is_released_counts_as_work(office: Ministry) -> None:
    """What was opened as work is counted apart from what nobody judged, and said as n of m."""
    release(office)
    found = prove(office, login=LIEN)
    assert (found["work"]["total"], found["unjudged"]["total"]) == (8, 0)
    ran = office.run("coverage", "mail", "--account", office.account("pia"), login=LIEN)
    assert "4 of 8 work messages (50.0%) are kept whole on business accounts." in ran.out
    assert "Covered: 1. Forwarded whole: 3, in part: 1. Uncovered: 3" in ran.out


def test_others_than_the_sorter_get_numbers_only(office: Ministry) -> None:
    """Of what is sealed a records officer learns how many, and no id, subject or sender."""
    for form in ("text", "json", "jsonl", "csv"):
        page = office.folder / f"{form}.html"
        ran = office.run("coverage", "mail", "--account", office.account("pia"), "--html", page,
                         "--output", form, login=LIEN)  # fmt: skip
        assert ran.code == 0, ran.err
        for text in (ran.out, ran.err, page.read_text()):
            assert CANARY not in text
            assert "Kade" not in text
    assert prove(office, login=LIEN)["unjudged"]["total"] == 8
    refused = office.run("coverage", "mail", "--account", office.account("pia"), "--sealed",
                         login=LIEN)  # fmt: skip
    assert (refused.code, refused.out) == (4, "")


def test_what_is_private_is_only_counted(office: Ministry) -> None:
    """A mail that was judged private is in no list, also not in the sorter's."""
    item = str(by_subject(prove(office))["Kade 8"]["item"])
    ran = office.run("sort", "decide", item, "--as", "private", login=OMAR)
    assert ran.code == 0, ran.err
    found = prove(office)
    assert "Kade 8" not in by_subject(found)
    assert (found["set_aside"], found["unjudged"]["total"]) == (1, 7)


def test_attached_messages_in_a_container_are_read(office: Ministry) -> None:
    """An attached message is found in a mail of a zip too, with the Message-ID of a lost text."""
    path = office.write("lien/mails.zip", b"")
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("een.eml", mail(40, "Iets anders", subject="Los"))
        container.writestr("twee.eml", attached(41, own(7, "Ingekort")))
    office.ingest_all(path, "lien", code=None)
    row = by_subject(prove(office))["Kade 7"]
    assert (row["status"], row["held_by"]["rule"]) == ("forwarded", "attached-id/1")
    assert (row["held_by"]["share"], row["whole"]) == (0, False)


def test_the_files_of_a_forwarded_message_count(office: Ministry) -> None:
    """A forward without the attached file is not whole; with it, it is."""
    file = "--apart\nContent-Type: application/pdf; name=brief.pdf\n\n%PDF-verzonnen\n--apart--\n"
    kind = "Content-Type: multipart/mixed; boundary=apart\n\n--apart\nContent-Type: text/plain\n\n"

    def with_file(text: str) -> str:
        head, _, body = text.partition("Content-Type: text/plain; charset=utf-8\n\n")
        return f"{head}{kind}{body}{file}"

    bare = forward(51, 50, LONG.format(50))
    office.ingest(office.write("pia/meer.eml", with_file(own(50))), "pia", code=None)
    for number, (content, there) in enumerate(((bare, 0), (with_file(bare), 1))):
        content = content.replace("m51@", f"m5{number}x@")
        office.ingest(office.write(f"lien/{number}.eml", content), "lien", code=None)
        row = by_subject(prove(office))["Kade 50"]
        assert (row["held_by"]["files"], row["attachments"], row["whole"]) == (
            there,
            1,
            bool(there),
        )


def test_that_it_was_asked_is_logged_first(office: Ministry) -> None:
    """Who asked, of which account and whether sealed rows were asked for, is in the access log."""
    before = len(office.seen())
    prove(office)
    (event,) = office.seen()[before:]
    assert event["type"] == "proof.shown"
    assert event["counts"]["rows"] == 8


def test_a_rebuilt_archive_proves_the_same(office: Ministry) -> None:
    """Nothing of it is stored: after a rebuild the answer is the same."""
    release(office)
    before = prove(office)
    assert office.run("rebuild").code == 0
    assert prove(office) == before


def test_the_page_is_dutch_and_whole(office: Ministry) -> None:
    """The document to print says the numbers and has a row for every mail, in Dutch."""
    page = office.folder / "bewijs.html"
    ran = office.run("coverage", "mail", "--account", office.account("pia"), "--sealed", "--html",
                     page, "--lang", "nl", login=OMAR)  # fmt: skip
    assert ran.code == 0, ran.err
    text = page.read_text()
    assert '<html lang="nl">' in text
    assert "Doorgestuurd (4)" in text
    assert all(f"Kade {number}" in text for number in range(1, 9))
    assert "de tijd past alleen in een andere zone" in text


def test_only_the_named_business_accounts_count(office: Ministry) -> None:
    """Compared with another business account nothing is covered; the other kind is refused."""
    office.account("kees", person="Kees Mol", service="mail", identifier="kees@voorbeeld.example")
    found = prove(office, "--business", office.account("kees"))
    assert found["unjudged"]["uncovered"] == 8
    wrong = office.run("coverage", "mail", "--account", office.account("lien"), login=OMAR)
    assert wrong.code == 2
    assert "is no private account" in wrong.err
