"""Events: one way to write each, and no text in any of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logbook import event

from archiver.store.events import (
    BadEvent,
    Detail,
    Event,
    EventRefused,
    FreeText,
    NewerEvent,
    NotCanonical,
    Origin,
    Tool,
    decode,
    encode,
    stamp,
)

BARE = b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","seq":0,"type":"t","v":1}'
BOX = "A" * 38 + "=="

codes = st.text("abcXYZ019._:@/+-", min_size=1, max_size=12)
events = st.builds(
    Event,
    type=codes,
    actor=codes,
    at=st.integers(0, 4_000_000_000_000).map(stamp),
    seq=st.integers(0, 10**15 - 1),
    account=codes | st.just(""),
    result=codes | st.just(""),
    codes=st.lists(codes).map(tuple),
    counts=st.dictionaries(codes, st.integers(-(10**15) + 1, 10**15 - 1)),
    objects=st.dictionaries(codes, st.lists(codes, min_size=1).map(tuple)),
    origin=st.none() | st.builds(Origin, host=codes, via=codes),
    tool=st.none() | st.builds(Tool, version=codes),
    detail=st.none() | st.builds(Detail, key=codes, box=st.just(BOX)),
)


def test_an_event_is_written_as_the_documented_line() -> None:
    """The bytes of a full event are pinned, for they are what is signed for decades."""
    full = Event(
        type="delivery.received",
        at=stamp(1_763_757_845_123),
        actor="o-0001",
        account="a-0001",
        basis="archiefwet",
        case="c-0001",
        codes=("W-D001",),
        counts={"read": 3, "new": 0},
        delivery="dabcdefghij",
        detail=Detail(key="delivery:dabcdefghij", box=BOX),
        objects={"original": ("ab" * 32,), "attachments": ()},
        origin=Origin(host="server-1", via="cli/sudo"),
        result="ok",
        seq=7,
        tool=Tool(version="0.1.0", config="cd" * 4),
    )
    assert encode(full).decode() == (
        '{"account":"a-0001","actor":"o-0001","at":"2025-11-21T20:44:05.123Z",'
        '"basis":"archiefwet","case":"c-0001","codes":["W-D001"],"counts":{"new":0,"read":3},'
        '"delivery":"dabcdefghij","detail":{"box":"' + BOX + '","key":"delivery:dabcdefghij"},'
        '"objects":{"original":["' + "ab" * 32 + '"]},"origin":{"host":"server-1",'
        '"via":"cli/sudo"},"result":"ok","seq":7,"tool":{"config":"cdcdcdcd","version":"0.1.0"},'
        '"type":"delivery.received","v":1}'
    )


def test_what_is_empty_is_absent_but_number_and_version_always_stand() -> None:
    """An event with only the four fields it must have is as short as can be."""
    assert encode(Event(type="t", at=stamp(1_767_225_600_000), actor="a")) == BARE


@settings(max_examples=150, deadline=None)
@given(given_event=events)
def test_every_event_comes_back_and_is_what_plain_json_would_write(given_event: Event) -> None:
    """Reading what was written gives the same event, and the line is sorted JSON without blanks."""
    line = encode(given_event)
    assert decode(line) == given_event
    plain = json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"))
    assert plain.encode() == line


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "Jan de Vries"),
        ("type", ""),
        ("type", "delivery received"),
        ("account", "a,b"),
        ("case", "zaak één"),
        ("case", "a\nb"),
        ("result", 'a"b'),
        ("delivery", "\ud800"),
        ("basis", "a=b"),
        ("at", "2026-02-30T00:00:00.000Z"),
        ("at", "2026-01-01T24:00:00.000Z"),
        ("at", "2026-01-01T00:00:00Z"),
        ("at", "2026-01-01T00:00:00.000+01:00"),
        ("codes", ("goede morgen",)),
        ("counts", {"aantal keer": 1}),
        ("counts", {"read": 1.5}),
        ("counts", {"read": 10**15}),
        ("counts", {"read": 10**30}),
        ("counts", {"read": True}),
        ("objects", {"original": ("brief.docx van Jan",)}),
        ("objects", {"": ("ab",)}),
        ("objects", {"original": ("",)}),
        ("origin", Origin()),
        ("origin", Origin(host="de server")),
        ("tool", Tool(version="0.1 bèta")),
        ("detail", Detail(key="log:2026-11", box="Jansen")),
        ("detail", Detail(key="log:2026-11", box="A" * 38 + "===")),
        ("detail", Detail(key="de sleutel", box=BOX)),
        ("seq", -1),
    ],
)
def test_an_event_with_anything_but_codes_is_refused_by_field(field: str, value: object) -> None:
    """No name and no text gets into the log; the refusal names the field and not its content."""
    with pytest.raises(EventRefused) as refused:
        encode(event(**{field: value}))
    assert refused.value.fields == {"field": field}
    assert str(value) not in str(refused.value) or not value


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"", BadEvent),
        (b"\xff", BadEvent),
        (b"[" * 100_000, BadEvent),
        (b"null", BadEvent),
        (b"[]", BadEvent),
        (BARE[:-1], BadEvent),
        (BARE.replace(b'"actor":"a",', b""), BadEvent),
        (BARE.replace(b'"v":1', b'"v":1,"x":2'), BadEvent),
        (BARE.replace(b'"seq":0', b'"seq":0.5'), BadEvent),
        (BARE.replace(b'"seq":0', b'"seq":null'), BadEvent),
        (BARE.replace(b'"v":1', b'"v":2'), NewerEvent),
        (BARE.replace(b'"v":1', b'"v":2,"x":[1]'), NewerEvent),
        (BARE.replace(b'"seq":0', b'"seq": 0'), NotCanonical),
        (BARE.replace(b'"seq":0', b'"seq":-0'), NotCanonical),
        (BARE + b"\r", NotCanonical),
        (BARE.replace(b'"t"', b'"\\u0074"'), NotCanonical),
        (BARE.replace(b'"seq":0', b'"seq":0,"seq":0'), NotCanonical),
        (BARE.replace(b'"seq":0', b'"result":"","seq":0'), NotCanonical),
        (BARE.replace(b'"seq":0', b'"origin":null,"seq":0'), NotCanonical),
        (BARE.replace(b'"seq":0', b'"origin":{},"seq":0'), NotCanonical),
        (BARE.replace(b'"seq":0', b'"objects":{"a":[]},"seq":0'), NotCanonical),
        (BARE.replace(b'"actor":"a",', b"")[:-1] + b',"actor":"a"}', NotCanonical),
        (BARE.replace(b'"t"', b'"een tekst"'), FreeText),
        (BARE.replace(b"2026-01-01", b"2026-13-01"), FreeText),
        (BARE.replace(b'"seq":0', b'"seq":-1'), FreeText),
    ],
)
def test_a_line_that_is_no_canonical_event_is_told_by_its_fault(
    line: bytes, error: type[BadEvent]
) -> None:
    """Each way in which a line can be wrong has its own class and code."""
    with pytest.raises(BadEvent) as found:
        decode(line)
    assert type(found.value) is error


def test_times_are_written_in_utc_with_milliseconds() -> None:
    """A stamp has three decimals, also before 1970."""
    assert stamp(0) == "1970-01-01T00:00:00.000Z"
    assert stamp(-1) == "1969-12-31T23:59:59.999Z"
    assert stamp(1_763_757_845_007) == "2025-11-21T20:44:05.007Z"
