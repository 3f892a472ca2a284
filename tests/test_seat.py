"""Threads that say whose they are, and the account that fits an owner."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.format import Learnt, Source
from archiver.model import Account, AccountKind, Item
from archiver.normalise.seat import LEAD, Seat, seat_of
from archiver.normalise.seated import seated_normaliser
from archiver.pipeline.places import fitting

WORDS = st.text(st.characters(exclude_characters=LEAD), max_size=12)


@settings(max_examples=50)
@given(WORDS, WORDS, st.text(max_size=12))
def test_a_led_thread_is_read_back(service: str, owner: str, thread: str) -> None:
    """Whatever stands in the thread, service and owner are told from it."""
    assert seat_of(Seat(service, owner, thread).led) == (service, owner, thread)


@pytest.mark.parametrize("thread", ["", "Overleg", "a" + LEAD * 3 + "b", LEAD, LEAD + "a" + LEAD])
def test_a_plain_thread_has_no_seat(thread: str) -> None:
    """A title is a title, also one with odd signs in it."""
    assert seat_of(thread) is None


def test_the_owner_is_typed() -> None:
    """An address of WhatsApp and a number are one owner, in the thread of the normal form."""
    source = Source(BytesIO(), (), 0, "", 0)
    values = {"service": "whatsapp", "owner": "jid:31612000001@s.whatsapp.net"}
    normalise = seated_normaliser(source, Learnt())
    normal = normalise(Item(1, 0, 0, 0, time_text="1", thread="chat", values=values))
    assert seat_of(normal.thread) == ("whatsapp", "e164:+31612000001", "chat")
    without = normalise(Item(1, 0, 0, 0, time_text="1", thread="chat"))
    assert seat_of(without.thread) == ("", "", "chat")


@pytest.mark.parametrize(
    ("identifier", "owner", "fits"),
    [
        ("+31612000001", "e164:+31612000001", True),
        ("06 12000001", "e164:+31612000001", True),
        ("31612000001@s.whatsapp.net", "e164:+31612000001", False),
        ("jid:31612000001@s.whatsapp.net", "e164:+31612000001", True),
        ("Jan@Voorbeeld.example", "mail:jan@voorbeeld.example", True),
        ("4401", "tg:4401", True),
        ("tg:4401", "tg:4401", True),
        ("4402", "tg:4401", False),
        ("+31612000001", "", False),
    ],
)
def test_an_identifier_is_compared_as_it_is_typed(identifier: str, owner: str, fits: bool) -> None:
    """However it was registered, a number is that number; an owner that is not named fits none."""
    account = Account(
        "a", "Jan", "whatsapp", identifier, AccountKind.BUSINESS, "Jan", "archiefwet", "2001-01-01"
    )
    assert bool(fitting([account], "whatsapp", owner)) is fits
    assert not fitting([account], "signal", owner)
