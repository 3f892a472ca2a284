"""The exclusion period of business mail: what an official takes out in time is sealed, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.sorting import exclusion
from archiver.sorting.exclusion import WEEK, Period, period
from tests.ministry import LIEN, OMAR, Ministry, mail, mailbox, ministry

NOW = datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An open business mailbox with a private mail in it, of a week ago, and an old one."""
    made = ministry(tmp_path)
    made.officer(LIEN, "records-officer")
    made.officer(OMAR, "sorter")
    made.account("post", service="mail")
    mails = [_mail(1, "De nota over kanariewerk", 7), _mail(2, "Mama kanarieprive", 7)]
    made.ingest(made.write("post.mbox", mailbox([*mails, _mail(3, "Kanarieoud", 71)])), "post")
    return made


def test_the_period_of_business_mail_is_ten_weeks() -> None:
    """The shipped period is that of the guidance on mail, from sending; chats have none."""
    found = period("mail", "business")
    assert found is not None
    assert found.ends(1000, 9000) == 1000 + 10 * WEEK
    assert found.ends(None, 9000) == 9000 + 10 * WEEK
    assert period("whatsapp", "business") is None
    private = period("signal", "private")
    assert private is not None
    assert private.ends(1000, 9000) == 9000 + 10 * WEEK


def test_a_service_goes_before_any_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """A period for one service holds though there is one for all."""
    table = [
        {"service": "*", "kind": "private", "weeks": 10, "counted": "sent"},
        {"service": "signal", "kind": "private", "weeks": 2, "counted": "sent"},
    ]
    monkeypatch.setattr(exclusion, "read", lambda _: {"period": table})
    exclusion.periods.cache_clear()
    try:
        assert [period(one, "private") for one in ("signal", "sms")] == [
            Period("signal", "private", 2, "sent"),  # type: ignore[arg-type]
            Period("*", "private", 10, "sent"),  # type: ignore[arg-type]
        ]
    finally:
        exclusion.periods.cache_clear()


def test_what_is_excluded_is_sealed_and_can_be_opened_again(office: Ministry) -> None:
    """At the official's request a private mail is found no more, waits, and an undo opens it."""
    record = office.search("kanarieprive")["hits"][0]["id"]
    words = ("sort", "exclude", record, "--account", office.account("post"))
    (made,) = office.json(*words, "--reason", "Familie", login=OMAR)["episodes"]
    assert office.search("kanarieprive", login=LIEN)["total"] == 0
    assert office.run("show", record, login=LIEN).code == 2
    assert office.search("kanariewerk", login=LIEN)["total"] == 1
    (waiting,) = office.json("sort", "list", login=OMAR)["episodes"]
    assert (waiting["state"], waiting["episode"]) == ("excluded", made["episode"])
    assert office.run("rebuild").code == 0
    assert office.search("kanarieprive", login=LIEN)["total"] == 0
    office.json("sort", "undo", made["episode"], login=OMAR)
    assert office.search("kanarieprive", login=LIEN)["total"] == 1
    assert office.run("verify", "--full").code == 0


def test_a_re_export_does_not_bring_back_what_was_excluded(office: Ministry) -> None:
    """The same mailbox again, though it is open, leaves sealed what the official took out."""
    record = office.search("kanarieprive")["hits"][0]["id"]
    office.json("sort", "exclude", record, "--account", office.account("post"), login=OMAR)
    mails = [_mail(2, "Mama kanarieprive", 7), _mail(4, "Kanarienieuw", 1)]
    office.ingest(office.write("weer.mbox", mailbox(mails)), "post")
    assert office.search("kanarieprive", login=LIEN)["total"] == 0
    assert office.search("kanarienieuw", login=LIEN)["total"] == 1
    assert len(office.json("sort", "list", login=OMAR)["episodes"]) == 1
    before = office.search(login=LIEN)
    assert office.run("rebuild").code == 0
    assert office.search(login=LIEN) == before


def test_a_re_export_in_other_words_stays_sealed_too(office: Ministry) -> None:
    """A mail that was taken out and comes back under another name or subject is not opened."""
    record = office.search("kanarieprive")["hits"][0]["id"]
    office.json("sort", "exclude", record, "--account", office.account("post"), login=OMAR)
    again = _mail(2, "Mama kanarieprive", 7).replace("Lien Bakker", "L. Bakker")
    found = office.ingest(office.write("weer.mbox", mailbox([again])), "post")
    assert (found["new"], found["known"]) == (0, 1)
    assert office.search("kanarieprive", login=LIEN)["total"] == 0


def test_what_is_sorted_as_work_is_open_again(office: Ministry) -> None:
    """What the official took out and a sorter finds to be work is found again."""
    record = office.search("kanariewerk")["hits"][0]["id"]
    account = office.account("post")
    (made,) = office.json("sort", "exclude", record, "--account", account, login=OMAR)["episodes"]
    office.json("sort", "decide", made["episode"], "--as", "work", login=OMAR)
    assert office.search("kanariewerk", login=LIEN)["total"] == 1
    office.json("sort", "undo", made["episode"], login=OMAR)
    assert office.search("kanariewerk", login=LIEN)["total"] == 0


def test_after_the_period_nothing_can_be_taken_out(office: Ministry) -> None:
    """A mail of more than ten weeks ago stays open; the request is refused with exit code 4."""
    record = office.search("kanarieoud")["hits"][0]["id"]
    words = ("sort", "exclude", record, "--account", office.account("post"))
    assert office.run(*words, login=OMAR).code == 4
    assert office.search("kanarieoud", login=LIEN)["total"] == 1


def test_only_open_business_messages_can_be_taken_out(office: Ministry) -> None:
    """Unknown messages, other accounts, services without a period and sealed ones are refused."""
    record = office.search("kanarieprive")["hits"][0]["id"]
    account = office.account("post")
    other, chat_ = office.account("anders", service="mail"), office.account("jan")
    private = office.account("els", kind="private")
    office.json("sort", "exclude", record, "--account", account, login=OMAR)
    for words in (
        (record, "--account", account), ("dnergens.1", "--account", account),
        (record, "--account", other), (record, "--account", chat_), (record, "--account", private),
    ):  # fmt: skip
        ran = office.run("sort", "exclude", *words, login=OMAR)
        assert (ran.code, ran.out) == (2, ""), words


def test_what_was_never_sealed_is_not_sorted(office: Ministry) -> None:
    """An open business mail is no matter of sorting; it has to be taken out first."""
    record = office.search("kanariewerk")["hits"][0]["id"]
    assert office.run("sort", "decide", record, "--as", "private", login=OMAR).code == 2
    assert office.run("sort", "object", record, "--reason", "Niet", login=OMAR).code == 2
    assert office.search("kanariewerk", login=LIEN)["total"] == 1


def _mail(number: int, text: str, days: int) -> str:
    """Write a mail that was sent so many days ago."""
    sent = f"{NOW - timedelta(days=days):%a, %d %b %Y %H:%M:%S} +0000"
    lines = mail(number, text, subject=f"Bericht {number}").splitlines()
    return "\n".join(f"Date: {sent}" if one.startswith("Date:") else one for one in lines) + "\n"
