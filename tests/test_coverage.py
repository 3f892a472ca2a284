"""How complete the archive is: accounts, conversations, what was never handed in, who is late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.coverage import of_account
from archiver.coverage.accounts import silent
from archiver.coverage.months import named
from archiver.register.accounts import account as registered
from tests.ministry import LIEN, OMAR, Ministry, chat, mail, mailbox, ministry
from tests.test_reconcile import phone, talk

DAY = 1440
SECRET_TITLE, SECRET_WORD = "Zeilclub", "spinnakerval"
UNSEEN = "+31612345678"


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """Three officials: one whose export lacks messages, one with a sealed private account."""
    at = ministry(tmp_path)
    at.account("lien", person="Lien Bakker")
    at.account("omar", person="Omar Visser")
    at.account("pia", person="Pia Smit", kind="private")
    at.account("pia2", person="Pia Smit", identifier=UNSEEN)
    whole = talk()
    gone = [line for line in whole if not 20 <= line[0] <= 23]
    hand_in(at, "lien", phone("Lien", [*whole, (70 * DAY, UNSEEN, "Tot morgen allemaal")]))
    hand_in(at, "omar", phone("Omar", [*gone, (70 * DAY, "Lien", "Nog een bericht later")]))
    hand_in(at, "pia", chat([(0, "Iemand", SECRET_WORD), (9, "Pia", "ja")]), SECRET_TITLE)
    return at


def hand_in(at: Ministry, account: str, content: str, title: str = "Havenoverleg") -> Any:
    """Take in one chat of an account."""
    path = at.write(f"{account}/WhatsApp-chat met {title}.txt", content)
    return at.ingest(path, account, code=None)


def rows(at: Ministry, *words: object) -> dict[str, dict[str, Any]]:
    """Give what coverage says of accounts, by account."""
    return {row["account"]: row for row in at.json("coverage", *words)["accounts"]}


def state(at: Ministry, kind: str, about: str, **values: str) -> None:
    """Register a fact."""
    words = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
    ran = at.run("register", "state", kind, "--about", about, "--on", "2020-01-01",
                 "--source", "brief 7", *words)  # fmt: skip
    assert ran.code == 0, ran.err


def test_an_account_is_told_by_its_exports(office: Ministry) -> None:
    """First and last record, the silent months, and the deliveries that they rest on."""
    row = rows(office)[office.account("lien")]
    assert (row["first"][:10], row["last"][:10]) == ("2022-05-13", "2022-07-22")
    assert (row["records"], row["sealed"], row["silent"]) == (49, 0, ["2022-06"])
    (delivery,) = row["deliveries"]
    assert [one["code"] for one in delivery["lacks"]] == ["W-E001"]
    assert row["gaps"][0]["kind"] == "truncated"
    assert row["person"] == "Lien Bakker"


def test_what_others_have_and_an_account_lacks_is_counted(office: Ministry) -> None:
    """Messages of others within the period of one's own export are missing from it."""
    found = office.json("coverage")["conversations"]
    lacking = {one["account"]: one["lacking"] for one in found}
    assert lacking == {office.account("lien"): 0, office.account("omar"): 2}
    (omar,) = (one for one in found if one["account"] == office.account("omar"))
    assert omar["others"] == [office.account("lien")]
    assert omar["lacking_first"][:16] == "2022-05-13T09:21"


def test_one_conversation_is_told_alone(office: Ministry) -> None:
    """Asked of one conversation, coverage says who has it, and nothing of other ones."""
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    found = office.json("coverage", "--conversation", conversation)
    assert {one["conversation"] for one in found["conversations"]} == {conversation}
    sealed = office.json("conversations", "--sealed")["conversations"]
    for one in (row["conversation"] for row in sealed if row["title"] == SECRET_TITLE):
        assert office.run("coverage", "--conversation", one).code == 2


def test_one_account_and_one_official_are_told_alone(office: Ministry) -> None:
    """Asked of an account or an official, coverage leaves out the others."""
    account = office.account("omar")
    assert set(rows(office, "--account", account)) == {account}
    assert len(rows(office, "--person", "pia smit")) == 2
    assert office.run("coverage", "--account", "aaa").code == 2
    assert office.run("coverage", "--person", "Niemand").code == 2


def test_what_is_sealed_is_a_number_and_no_more(office: Ministry) -> None:
    """No title, text or name of what is sealed stands in any form of coverage or overview."""
    row = rows(office)[office.account("pia")]
    assert (row["records"], row["sealed"], row["sealed_conversations"]) == (2, 2, 1)
    page = office.folder / "page.html"
    table = office.folder / "table.html"
    assert office.run("coverage", "--html", page).code == 0
    assert office.run("overview", "--html", table).code == 0
    shown = [page.read_text("utf-8"), table.read_text("utf-8")]
    for command in ("coverage", "overview"):
        for form in ("text", "json", "jsonl", "csv"):
            ran = office.run(command, "--output", form)
            shown += [ran.out, ran.err]
    for text in shown:
        assert SECRET_TITLE not in text
        assert SECRET_WORD not in text
        assert "Iemand" not in text


def test_an_account_that_only_others_show_is_named(office: Ministry) -> None:
    """A registered account that writes in another's chat and was never handed in is told."""
    (one,) = office.json("coverage")["unseen"]
    assert (one["account"], one["ground"]) == (office.account("pia2"), "identifier")
    assert (one["person"], one["messages"], one["sealed"]) == ("Pia Smit", 1, 0)


def test_an_unregistered_address_with_an_officials_name_is_a_question(office: Ministry) -> None:
    """Mail from an address that nobody registered, under an official's name, is pointed out."""
    omar = office.account("omarmail", service="mail", identifier="omar@voorbeeld.example",
                          person="Omar Visser")  # fmt: skip
    sent = mail(1, "Stuk ligt klaar", sender="Lien Bakker <lien@thuis.example>")
    office.ingest(office.write("in.mbox", mailbox([sent])), "omarmail", code=None)
    found = [one for one in office.json("coverage")["unseen"] if one["ground"] == "name"]
    assert [(one["person"], one["identifier"], one["account"]) for one in found] == [
        ("Lien Bakker", "mail:lien@thuis.example", "")
    ]
    assert omar in rows(office)


def test_without_an_agreed_rhythm_nothing_is_late(office: Ministry) -> None:
    """Nobody is late against a rhythm that was not agreed."""
    assert rows(office)[office.account("lien")]["rhythm"]["days"] == 0
    assert not [one for one in office.json("status")["today"] if "read-out" in one["message"]]


def test_a_read_out_that_is_late_stands_in_todays_list(office: Ministry) -> None:
    """An agreed rhythm that passed without a read-out is an alarm, with the command to paste."""
    office.account("stil", person="Stien Stil", **{"from": "2020-01-01"})
    state(office, "rhythm", office.account("stil"), days="30")
    account = office.account("stil")
    due = rows(office)[account]["rhythm"]
    assert (due["days"], due["last"], due["due"]) == (30, "", "2020-01-31")
    (line,) = [one for one in office.json("status")["today"] if "read-out" in one["message"]]
    assert line["command"] == f"chatarchief coverage --account {account}"


def test_the_rhythm_of_a_function_holds_for_its_holders(office: Ministry) -> None:
    """Without one of its own an account has the rhythm of the function of its official."""
    office.run("function", "add", "--person", "Lien Bakker", "--function", "minister",
               "--from", "2021-01-01")  # fmt: skip
    state(office, "function-rhythm", "archive", function="minister", days="14")
    found = rows(office)
    today = date.fromisoformat(found[office.account("lien")]["rhythm"]["last"])
    assert found[office.account("lien")]["rhythm"]["due"] == str(today + timedelta(days=14))
    assert found[office.account("omar")]["rhythm"]["days"] == 0
    state(office, "rhythm", office.account("lien"), days="90")
    assert rows(office)[office.account("lien")]["rhythm"]["days"] == 90


def test_a_rhythm_is_a_number_of_days(office: Ministry) -> None:
    """A rhythm that is no whole number from one on is refused."""
    for wrong in ("0", "-3", "maandelijks", "1.5"):
        ran = office.run("register", "state", "rhythm", "--about", office.account("lien"), "--on",
                         "2020-01-01", "--source", "brief", "--set", f"days={wrong}")  # fmt: skip
        assert ran.code == 2, wrong


def test_who_leaves_gets_a_closing_list(office: Ministry) -> None:
    """After the last day: a last read-out, the private accounts, the gaps, and a signature."""
    office.run("person", "add", "--name", "Pia Smit")
    office.run("function", "add", "--person", "Pia Smit", "--function", "minister", "--from",
               "2021-01-01", "--to", "2022-12-31")  # fmt: skip
    (one,) = office.json("coverage")["closing"]
    done = {(line["step"], line["about"]): line["done"] for line in one["lines"]}
    private, other = office.account("pia"), office.account("pia2")
    assert (one["left"], one["complete"]) == ("2022-12-31", False)
    assert done["read-out", private] and not done["read-out", other]
    assert not done["declaration", private] and not done["gaps", private]
    signed = {"signed_by": "P. Smit", "signed_on": "2023-01-05"}
    state(office, "declared-use", private, outcome="supplied", **signed)
    state(office, "closing", "Pia Smit", last_day="2022-12-31", **signed)
    (one,) = office.json("coverage")["closing"]
    still_open = [(line["step"], line["about"]) for line in one["lines"] if not line["done"]]
    assert still_open == [("read-out", other)]
    assert "2023-01-05" in office.run("coverage", "--person", "Pia Smit").out


def test_an_official_in_office_has_no_closing_list(office: Ministry) -> None:
    """As long as a function is held there is nothing to close."""
    office.run("function", "add", "--person", "Lien Bakker", "--function", "minister",
               "--from", "2021-01-01")  # fmt: skip
    assert office.json("coverage")["closing"] == []


def test_that_it_was_asked_is_logged_first(office: Ministry) -> None:
    """Who asks for coverage or the overview stands in the access log; a stranger gets neither."""
    for command in ("coverage", "overview"):
        before = len(office.seen())
        assert office.run(command).code == 0
        assert [one["type"] for one in office.seen()[before:]] == [f"{command}.shown"]
    office.officer(OMAR, "administrator")
    for login in (LIEN, OMAR):
        for command in ("coverage", "overview"):
            ran = office.run(command, login=login)
            assert (ran.code, ran.out) == (4, "")


def test_a_rebuild_changes_no_answer(office: Ministry) -> None:
    """Coverage rests on objects and log alone: after a rebuild it says the same."""
    state(office, "rhythm", office.account("lien"), days="30")
    before = office.json("coverage"), office.json("overview")
    assert office.run("rebuild").code == 0
    assert (office.json("coverage"), office.json("overview")) == before


def test_one_account_can_be_asked_by_other_parts(office: Ministry) -> None:
    """A search for a request states the coverage of each account that it names."""
    with office.opened() as archive:
        found = of_account(archive, registered(archive, office.account("omar")))
    assert (found.records, found.unread, len(found.deliveries)) == (47, (), 1)


def test_disappearing_messages_are_told(office: Ministry) -> None:
    """Where messages were set to disappear, and not to stay since, coverage says from when."""
    on = "Els heeft berichten met vervaldatum ingeschakeld. Nieuwe berichten verdwijnen na 24 uur."
    hand_in(office, "omar", chat([(0, "", on), (5, "Els", "Dat is goed")]), "Kade")
    found = {one["title"]: one for one in office.json("coverage")["conversations"]
             if one["account"] == office.account("omar")}  # fmt: skip
    assert found["Kade"]["disappearing_since"][:10] == "2022-05-13"
    assert found["Havenoverleg"]["disappearing_since"] == ""


def test_an_unknown_time_of_disappearing_is_not_made_up(office: Ministry) -> None:
    """Where the event that set messages to disappear has no time, coverage says so."""
    on = "Els heeft berichten met vervaldatum ingeschakeld. Nieuwe berichten verdwijnen na 24 uur."
    hand_in(office, "omar", chat([(0, "", on), (5, "Els", "Dat is goed")]), "Kade")
    with office.opened() as archive:
        connection = archive.catalogue.connection
        connection.execute("UPDATE copy SET sent_at = NULL WHERE type = 'disappearing-on'")
    found = {one["title"]: one for one in office.json("coverage")["conversations"]}
    assert (found["Kade"]["disappearing"], found["Kade"]["disappearing_since"]) == (True, "")
    assert found["Havenoverleg"]["disappearing"] is False
    shown = office.run("coverage").out
    assert "Disappearing: on, since an unknown time" in shown
    assert "1970" not in shown


def test_threads_of_mail_are_summed_for_people(office: Ministry) -> None:
    """Text gives one line for all threads of an account and says how to list them; JSON has all."""
    account = office.account("post", service="mail", identifier="lien@voorbeeld.example")
    mails = [mail(number, f"Stuk {number}", subject=f"Zaak {number}") for number in range(3)]
    office.ingest(office.write("post/alles.mbox", mailbox(mails)), "post", code=None)
    shown = office.run("coverage", "--account", account).out
    assert f"Account {account}: 3 threads of mail with 3 records. They are listed by:" in shown
    assert "Zaak 1" not in shown
    threads = office.json("coverage", "--account", account)["conversations"]
    assert sorted(one["title"] for one in threads) == ["Zaak 0", "Zaak 1", "Zaak 2"]
    one = next(each["conversation"] for each in threads if each["title"] == "Zaak 1")
    assert "Zaak 1" in office.run("coverage", "--conversation", one).out


def test_a_delivery_that_was_not_read_is_named(office: Ministry) -> None:
    """Bytes that are kept unread are no coverage, and are named."""
    path = office.write("raadsel.bin", b"\x00\x01\x02onbekend")
    delivery = office.ingest(path, "omar", code=None)["delivery"]
    row = rows(office)[office.account("omar")]
    assert row["unread"] == [delivery]
    assert delivery in office.run("coverage", "--account", office.account("omar")).out


class _Page(HTMLParser):
    """What a page consists of: tags, and whatever could reach outside it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and attributes that load or act."""
        self.tags.append(tag)
        acting = ("src", "href", "data", "action")
        self.outside += [name for name, _ in attrs if name in acting or name.startswith("on")]
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that tags close in order."""
        if tag != "rect":
            assert self.open.pop() == tag


@pytest.mark.parametrize("command", ["coverage", "overview"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_needs_nothing_else(office: Ministry, command: str, language: str) -> None:
    """A page has no script and no address in it, is well formed, and says its language."""
    path = office.folder / "page.html"
    assert office.run(command, "--html", path, "--lang", language).code == 0
    text = path.read_text("utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == [] and page.outside == []
    assert not {"script", "link", "iframe", "img", "object"} & set(page.tags)
    assert f'<html lang="{language}">' in text and "url(" not in text
    assert page.tags.count("svg") == (3 if command == "coverage" else 0)
    again = office.run(command, "--html", path)
    assert again.code != 0 and path.read_text("utf-8") == text


def test_a_title_is_no_markup(office: Ministry) -> None:
    """What a conversation is called is shown as it is called, and never acts in the page."""
    hand_in(office, "omar", chat([(0, "Els", "Hoi")]), "<script>alert(1)<&script>")
    path = office.folder / "page.html"
    assert office.run("coverage", "--html", path).code == 0
    page = _Page()
    page.feed(path.read_text("utf-8"))
    assert "script" not in page.tags


@given(st.dates(date(1995, 1, 1), date(2030, 1, 1)), st.dates(date(1995, 1, 1), date(2030, 1, 1)))
def test_between_two_months_all_others_are_silent(one: date, two: date) -> None:
    """The months without records lie between the first and the last with them, each once."""
    first, last = min(one, two), max(one, two)
    every = list(named(first, last))
    assert every == sorted(set(every))
    assert list(silent({every[0], every[-1]})) == every[1:-1]
    assert (datetime.fromisoformat(f"{every[0]}-01").date(), every[-1]) == (
        first.replace(day=1), f"{last:%Y-%m}"
    )  # fmt: skip
