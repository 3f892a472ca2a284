"""Mails within other mails: every printed form, damage, and no false match among alike ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.coverage.forwarded import Attached, Original, Originals, Within
from archiver.coverage.printed_date import printed
from archiver.coverage.word_share import share, words

ZONE = ZoneInfo("Europe/Amsterdam")
SENT = datetime(2026, 3, 3, 13, 5, 40, tzinfo=UTC)  # 14:05 in Amsterdam
TEXT = (
    "Beste Omar,\n\nDe havenmeester vraagt om een besluit over kade zeven, met een brief aan de"
    " Kamer voor vrijdag.\nKun jij daar vandaag naar kijken?\n\nGroet,\nLien"
)
FORMS = {
    "outlook-nl": "Van: Lien Bakker <lien@voorbeeld.example>\nVerzonden: dinsdag 3 maart 2026 14:05"
    "\nAan: Omar Visser\nOnderwerp: Kade zeven\n\n{text}",
    "outlook-mailto": "-----Oorspronkelijk bericht-----\nVan: Lien Bakker"
    " [mailto:lien@voorbeeld.example]\nVerzonden: dinsdag 3 maart 2026 14:05\nAan: Omar\nCC: Pia\n"
    "Onderwerp: RE: Kade zeven\n\n{text}",
    "outlook-bold": "*Van:* Bakker, Lien\n*Verzonden:* dinsdag 3 maart 2026 14:05\n*Aan:* Omar\n"
    "*Onderwerp:* Kade zeven\n\n{text}",
    "outlook-mac": "Van: Lien Bakker <lien@voorbeeld.example>\nDatum: dinsdag 3 maart 2026 om 14:05"
    "\nAan: Omar <omar@voorbeeld.example>\nOnderwerp: Kade zeven\n\n{text}",
    "outlook-en": "From: Lien Bakker <lien@voorbeeld.example>\nSent: Tuesday, March 3, 2026 2:05 PM"
    "\nTo: Omar\nSubject: Kade zeven\nImportance: High\n\n{text}",
    "outlook-en-original": "-----Original Message-----\nFrom: Lien Bakker\n"
    "Sent: 3 March 2026 14:05\nTo: Omar\nSubject: Kade zeven\n\n{text}",
    "gmail-nl": "---------- Doorgestuurd bericht ---------\nVan: Lien Bakker"
    " <lien@voorbeeld.example>\nDate: di 3 mrt 2026 om 14:05\nSubject: Kade zeven\nTo: Omar\n\n\n"
    "{text}",
    "gmail-en": "---------- Forwarded message ---------\nFrom: Lien Bakker <lien@voorbeeld.example>"
    "\nDate: Tue, Mar 3, 2026 at 2:05 PM\nSubject: Kade zeven\nTo: Omar Visser\n"
    " <omar@voorbeeld.example>, Pia Smit <pia@voorbeeld.example>\n\n{text}",
    "apple-nl": "Begin doorgestuurd bericht:\n\nVan: Lien Bakker <lien@voorbeeld.example>\n"
    "Onderwerp: Kade zeven\nDatum: 3 maart 2026 om 14:05:40 CET\nAan: Omar\n\n{text}",
    "apple-en-blank": "Begin forwarded message:\n\nFrom: Lien Bakker <lien@voorbeeld.example>\n\n"
    "Subject: Kade zeven\n\nDate: 3 March 2026 at 14:05:40 GMT+1\n\nTo: Omar\n\n{text}",
    "thunderbird-nl": "-------- Doorgestuurd bericht --------\nOnderwerp: \tKade zeven\n"
    "Datum: \tTue, 3 Mar 2026 14:05:40 +0100\nVan: \tLien Bakker <lien@voorbeeld.example>\n"
    "Aan: \tOmar\n\n{text}",
    "one-line": "Van: Lien Bakker <lien@voorbeeld.example> Aan: Omar Verzonden: 3 mrt 2026 14:05"
    " Onderwerp: Kade zeven\n{text}",
    "in-utc": "From: Lien Bakker <lien@voorbeeld.example>\nSent: Tuesday, 3 March 2026 13:05 (UTC)"
    "\nTo: Omar\nSubject: Kade zeven\n\n{text}",
}
SENTENCES = {
    "gmail-nl": "Op di 3 mrt 2026 om 14:05 schreef Lien Bakker <lien@voorbeeld.example>:\n{text}",
    "apple-nl": "Op 3 mrt. 2026 om 14:05 heeft Lien Bakker <lien@voorbeeld.example> het volgende"
    " geschreven:\n\n{text}",
    "gmail-en": "On Tue, Mar 3, 2026 at 2:05 PM Lien Bakker <lien@voorbeeld.example>\nwrote:\n"
    "{text}",
}


def original(copy: int = 1, *, minute: int = 0, subject: str = "kade zeven") -> Original:
    """Give a mail of Lien's, so many minutes after the first."""
    at = int((SENT + timedelta(minutes=minute)).timestamp() * 1000)
    sender = "mail:lien@voorbeeld.example"
    return Original(copy, at, sender, "Lien Bakker <lien@voorbeeld.example>", subject)


def find(text: str, *looked_for: Original, texts: Sequence[str] = (TEXT,)) -> list[Within]:
    """Find mails in a text, by default the one; texts are by number of copy."""
    sought = Originals(looked_for or (original(),), lambda copy: texts[copy - 1], ZONE)
    return list(sought.in_text(text, "Fwd: Kade zeven"))


def quoted(text: str) -> str:
    """Quote every line as mail programs do."""
    return "".join(f"> {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recognised(form: str) -> None:
    """A mail that was sent on whole is found in each form, with all its words."""
    for block in (FORMS[form].format(text=TEXT), quoted(FORMS[form].format(text=TEXT))):
        (found,) = find(f"Ter info.\n\nOmar\n\n{block}\n")
        assert (found.share, found.against, found.rule) == (100, "", "forward-block/1")


@pytest.mark.parametrize("form", SENTENCES)
def test_a_quotation_below_an_answer_is_recognised(form: str) -> None:
    """A mail that an answer quotes is found by the sentence above it and the answer's subject."""
    (found,) = find("Akkoord.\n\n" + SENTENCES[form].format(text=quoted(TEXT)))
    assert (found.form, found.share, found.against) == ("sentence", 100, "")


@pytest.mark.parametrize("form", FORMS)
def test_a_shortened_mail_has_its_share(form: str) -> None:
    """Of a mail that was sent on in part the share of the words that stand there is told."""
    part = TEXT.partition("\nKun jij")[0]
    (found,) = find(FORMS[form].format(text=part))
    assert found.share == 100 * len(words(part)) // len(words(TEXT))
    assert found.against == ""


@pytest.mark.parametrize(
    ("old", "new", "against"),
    [
        ("Van: Lien Bakker <lien@voorbeeld.example>\n", "Van: \n", "sender"),
        ("Van: Lien Bakker <lien@voorbeeld.example>\n", "Van: Pia <pia@voorbeeld.example>\n",
         "sender"),
        ("Verzonden: dinsdag 3 maart 2026 14:05\n", "", "time"),
        ("dinsdag 3 maart 2026 14:05", "d?nsdag", "time"),
        ("dinsdag 3 maart 2026 14:05", "dinsdag 3 maart 2026 14:06", "time"),
        ("dinsdag 3 maart 2026 14:05", "dinsdag 3 maart 2026 09:05", "zone"),
        ("Onderwerp: Kade zeven", "Onderwerp: iets heel anders", "subject"),
        ("kade zeven,", "kade acht,", "text"),
    ],
)  # fmt: skip
def test_one_thing_against_it_makes_a_proposal(old: str, new: str, against: str) -> None:
    """With a damaged or changed header, or other words, a mail is proposed with the reason."""
    marker = "-----Doorgestuurd bericht-----\n"
    block = marker + FORMS["outlook-nl"].format(text=TEXT)
    assert old in block
    assert [one.against for one in find(block.replace(old, new, 1))] == [against]


def test_two_things_against_it_say_nothing() -> None:
    """Another sender and another subject: nothing is proposed, whatever the text."""
    block = FORMS["outlook-nl"].format(text=TEXT)
    block = block.replace("Lien Bakker <lien@", "Pia Smit <pia@").replace("Kade", "Brug")
    assert find(block) == []


def test_nested_forwards_are_all_found() -> None:
    """A mail within a forwarded mail is found as well as the outer one."""
    inner = FORMS["gmail-nl"].format(text=TEXT)
    outer = "Zie onder, graag vandaag nog een reactie van jou op dit verzoek.\n\n" + inner
    block = FORMS["apple-nl"].format(text=quoted(outer)).replace("14:05:40", "15:20:00")
    found = find(block, original(), original(2, minute=75), texts=(TEXT, outer))
    assert {(one.original, one.share, one.against) for one in found} == {(1, 100, ""), (2, 100, "")}


def test_another_subject_of_the_carrier_does_not_matter() -> None:
    """Whoever sends a mail on may give the new one another subject: that of the block counts."""
    sought = Originals([original()], lambda _: TEXT, ZONE)
    block = FORMS["outlook-nl"].format(text=TEXT)
    assert [one.against for one in sought.in_text(block, "Voor het dossier")] == [""]


def test_several_that_fit_are_proposed() -> None:
    """Two mails of one minute with one text: which of them was sent on is not guessed."""
    twins = original(1), original(2)
    found = find(FORMS["outlook-nl"].format(text=TEXT), *twins, texts=(TEXT, TEXT))
    assert [one.against for one in found] == ["several-fit", "several-fit"]


def test_the_hour_that_comes_twice_is_not_guessed() -> None:
    """In October 02:30 means two instants; when a mail was sent at each, both are proposed."""
    date = printed("zondag 25 oktober 2026 02:30", ZONE)
    assert date is not None
    pair = [
        Original(copy, at, "mail:lien@voorbeeld.example", "Lien", "kade zeven")
        for copy, at in enumerate(date.instants, 1)
    ]
    block = (
        FORMS["outlook-nl"]
        .format(text=TEXT)
        .replace("dinsdag 3 maart 2026 14:05", "zondag 25 oktober 2026 02:30")
    )
    both = find(block, *pair, texts=(TEXT, TEXT))
    assert [one.against for one in both] == ["several-fit", "several-fit"]
    assert [one.against for one in find(block, pair[1], texts=(TEXT, TEXT))] == [""]


def test_no_false_match_among_similar_mails() -> None:
    """Of mails by one template, sent every minute and hour, only the very same one is matched."""
    told = "Overleg in zaal {} op de begane grond, neem alle stukken van vorige week mee, groet"
    grid = list(product(range(0, 240, 20), ("A", "B", "C"), ("kade zeven", "brug vier")))
    texts = [told.format(room) for _, room, _ in grid]
    held = [n for n in range(len(grid)) if n % 3 != 1]
    sought = Originals(
        [original(n + 1, minute=grid[n][0], subject=grid[n][2]) for n in held],
        lambda copy: texts[copy - 1],
        ZONE,
    )
    wrong, right = [], 0
    for number, (minute, _, subject) in enumerate(grid):
        at = (SENT + timedelta(minutes=minute)).astimezone(ZONE)
        block = (
            f"Van: Lien Bakker <lien@voorbeeld.example>\nVerzonden: {at:%d-%m-%Y %H:%M}\nAan: Omar"
            f"\nOnderwerp: {subject}\n\n{texts[number]}\n"
        )
        matches = [one for one in sought.in_text(block, "FW") if not one.against]
        wrong += [one for one in matches if one.original != number + 1]
        right += any(one.original == number + 1 for one in matches)
    assert wrong == []
    assert right == len(held)


def test_an_attached_message_is_found_by_its_id_or_its_content() -> None:
    """With the Message-ID it is that mail; without one content, sender and minute must agree."""
    mail = original()
    known = Original(1, mail.sent_at, mail.author, mail.label, mail.subject, b"i" * 16, b"c" * 16)
    sought = Originals([known], lambda _: TEXT, ZONE)
    (by_id,) = sought.attached(Attached(b"i" * 16, b"", mail.author, mail.sent_at, TEXT[:60]))
    assert (by_id.rule, by_id.share < 100) == ("attached-id/1", True)
    (alike,) = sought.attached(Attached(b"", b"c" * 16, mail.author, mail.sent_at, TEXT))
    assert (alike.rule, alike.share) == ("attached-content/1", 100)
    other = Attached(b"j" * 16, b"c" * 16, mail.author, mail.sent_at, TEXT)
    assert list(sought.attached(other)) == []


@pytest.mark.parametrize("text", ["", "gisteren", "3 maart 2026", "99-99-2026 14:05", "14:05"])
def test_a_date_without_day_and_time_is_none(text: str) -> None:
    """What names no instant is not completed."""
    assert printed(text, ZONE) is None


def test_a_date_with_strokes_has_both_readings() -> None:
    """With strokes the month may come first: both days are tried."""
    found = printed("4/3/2026 2:05 PM", ZONE)
    assert found is not None
    assert [datetime.fromtimestamp(at / 1000, ZONE).strftime("%d-%m %H:%M")
            for at in found.instants] == ["04-03 14:05", "03-04 14:05"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(("de", "het", "een", "kade", "brug")), min_size=1, max_size=30),
       st.data())  # fmt: skip
def test_the_share_is_that_of_the_words_in_order(text: list[str], data: st.DataObject) -> None:
    """All words are 100 %, fewer are less, and nothing in common is 0 %."""
    whole = tuple(text)
    kept = data.draw(st.integers(0, len(whole)))
    assert share(whole, ("iets", *whole, "anders")) == 100
    assert share(whole, ("iets", "anders")) == 0
    assert share((*whole, "slot"), whole[:kept]) <= 100 * kept // (len(whole) + 1)


def test_words_in_another_order_do_not_count_twice() -> None:
    """Order counts: of two halves that changed places one is told."""
    first, second = tuple("abcdefgh"), tuple("ijklmnop")
    assert share(first + second, second + first) == 50
