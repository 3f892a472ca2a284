"""A chat message gets a time, a person, a conversation and a key that equal messages share."""

from __future__ import annotations

from whatsapp import source

from archiver.model import Item, Normal, Precision, Zone
from archiver.normalise.chat import chat_normaliser
from archiver.parse.whatsapp_text import parse, survey

NL = "13-05-2024 10:00 - {}\n"


def _normal(text: str, **said: str) -> list[Normal]:
    given_source = source(text, **said)
    learned = survey(given_source)
    normalise = chat_normaliser(given_source, learned)
    return [normalise(each) for each in parse(given_source, learned) if isinstance(each, Item)]


def test_a_message_is_normalised_in_full() -> None:
    """Time, precision, zone, author and thread of a message are all filled."""
    (normal,) = _normal(NL.format("Noor: Akkoord"))
    assert (normal.sent_at, normal.precision, normal.zone) == (
        1_715_587_200_000,
        Precision.MINUTE,
        Zone.ASSUMED,
    )
    assert (normal.author, normal.thread, normal.scope) == ("name:noor", "Proef", "strand")
    assert (normal.counted, normal.ambiguous, len(normal.keys)) == (True, False, 1)


def test_a_zone_that_an_officer_gave_is_stated() -> None:
    """What an officer answered is no assumption any more."""
    (normal,) = _normal(NL.format("Noor: Akkoord"), zone="America/Curacao")
    assert (normal.zone, normal.sent_at) == (Zone.STATED, 1_715_608_800_000)


def test_the_same_message_in_another_form_has_the_same_key() -> None:
    """Dutch and English headers, and marks nobody sees, do not make another message."""
    (dutch,) = _normal(NL.format("Noor: Akkoord"))
    (english,) = _normal("5/13/24, 10:00\u202fAM - Noor: \u200eakkoord\n")
    assert dutch.keys == english.keys


def test_what_differs_has_another_key() -> None:
    """Another minute, person, text, file or precision makes another key."""
    texts = [
        NL.format("Noor: a"),
        NL.format("Fenna: a"),
        NL.format("Noor: b"),
        "13-05-2024 10:01 - Noor: a\n",
        "[13-05-2024 10:00:00] Noor: a\n",
        NL.format("Noor: a.jpg (bestand bijgevoegd)"),
        NL.format("Noor: b.jpg (bestand bijgevoegd)"),
    ]
    assert len({_normal(text)[0].keys for text in texts}) == len(texts)


def test_equal_messages_share_a_key_and_are_both_counted() -> None:
    """Two equal messages in one minute have one key; that they are two is told by their number."""
    first, second = _normal(NL.format("Noor: ok") * 2)
    assert (first.keys == second.keys, first.number, second.number) == (True, 1, 2)


def test_an_event_has_the_person_who_acted_as_author() -> None:
    """Who added somebody is known by name, but not who is called "you"."""
    other, own = _normal(
        NL.format("Fenna heeft Joris toegevoegd") + NL.format("U hebt Joris toegevoegd")
    )
    assert (other.author, own.author) == ("name:fenna", "")


def test_a_question_leaves_every_message_without_a_time() -> None:
    """While the order of the dates is open no message has a time, and keys keep the raw one."""
    first, second = _normal("2/5/22, 16:08 - Noor: a\n3/5/22, 16:08 - Noor: a\n")
    assert (first.sent_at, second.sent_at) == (None, None)
    assert first.keys != second.keys
