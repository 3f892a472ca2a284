"""RSMF that is written: valid under the published schema, and read back as the same messages."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relativity import read

from archiver.cases.judgement import Outcome
from archiver.cases.redaction import Text, bar
from archiver.produce.attached import Attached
from archiver.produce.document import Line, Quoted, Reaction, Shown
from archiver.produce.inquiry.origin import Origin
from archiver.produce.rsmf import Talk, rsmf

AT = 1_710_230_400_000
JAN, PIET = "e164:+31620000000", "mail:piet@voorbeeld.example"


def line(
    number: int, body: str, sender: str = "Piet Zwart", under: tuple[str, ...] = (), **values: Any
) -> Line:
    """Give a message, a minute after the one before it; one `under` grounds is a bar."""
    given: dict[str, Any] = {
        "record": f"dabcdefghij.{number}", "sent_at": AT + number * 60_000, "precision": "s",
        "kind": "message", "type": "text", "outcome": Outcome.PUBLIC, "grounds": (),
        "sender": words(sender), "body": (bar(under),) if under else words(body),
    }  # fmt: skip
    return Line(**given | values)


def words(text: str) -> tuple[Text, ...]:
    """Give a text as it is shown."""
    return (Text(text),) if text else ()


def origin(author: str = PIET, parent: str = "", *, deleted: bool = False) -> Origin:
    """Give where a message is from."""
    return Origin(author, ("Jan de Wit",), ("a1",), (("dabcdefghij", "ab" * 32),), parent, deleted)


def talk(lines: list[Line], origins: Mapping[str, Origin], **values: Any) -> Talk:
    """Give a conversation."""
    given: dict[str, Any] = {
        "number": "VWS0000001", "conversation": "cabcdefghij", "service": "whatsapp",
        "title": "Projectgroep", "text": "de tekst", "lines": lines, "origins": origins,
        "files": {},
    }  # fmt: skip
    return Talk(**given | values)


@pytest.fixture
def everything(tmp_path: Path) -> Talk:
    """A conversation with every kind of thing that a message can have."""
    (tmp_path / "foto").write_bytes(b"plaatje")
    photo, gone = words("foto.jpg"), words("weg.mp4")
    lines = [
        line(1, "Eerste", "Jan de Wit", is_own=True),
        line(2, "Antwoord", edits=(words("Antw"),),
             quoted=(Quoted(words("Jan"), words("Eerste")),)),
        line(3, "", type="media", attachments=(
            Shown(photo, "image/jpeg", 7, ""), Shown(gone, "", None, "not-handed-in"))),
        line(4, "👍 gezien", reactions=tuple(
            Reaction("👍", words(name)) for name in ("Jan de Wit", "Omar"))),
        line(5, "", type="deleted"),
        line(6, "", "Omar", kind="event", type="member-joined", label=words("Omar kwam erbij")),
        line(7, "", "Omar", kind="event", type="member-left", label=words("Omar ging weg")),
        line(8, "", "", kind="event", type="notice", label=words("Alles is versleuteld")),
        line(9, "", kind="event", type="topic-changed", label=words("Nieuw onderwerp")),
        line(10, "", "", under=("WPE-20",), outcome=Outcome.WITHHELD, grounds=("WPE-20",)),
        line(11, "Zonder tijd", sent_at=None, precision="min"),
    ]  # fmt: skip
    origins = {one.record: origin() for one in lines}
    origins[lines[0].record] = origin(JAN)
    origins[lines[1].record] = origin(parent=lines[0].record)
    origins |= {one.record: origin("") for one in lines[5:8]}
    origins[lines[4].record] = origin(deleted=True)
    taken = Attached(lines[2].record, 0, "foto.jpg", "image/jpeg", 7, "cd" * 32, tmp_path / "foto")
    return talk(lines, origins, files={taken.record: [taken]})


def test_every_kind_of_event_is_valid_under_the_published_schema(
    everything: Talk, samples: Path
) -> None:
    """The manifest keeps the schema 2.0.0, word for word, with every kind of thing in it."""
    schema = json.loads((samples / "standards/rsmf/rsmf_schema_2_0_0.json").read_text("utf-8"))
    manifest, names = unpacked(rsmf(everything))
    assert list(faults(manifest, schema, "")) == []
    used = {one["type"] for one in manifest["events"]}
    assert used == {"message", "join", "leave", "disclaimer", "unknown"}
    people = {one["id"] for one in manifest["participants"]}
    named = [one["participant"] for one in manifest["events"] if "participant" in one]
    reactions = [each for one in manifest["events"] for each in one["reactions"]]
    reacted = [who for one in reactions for who in one["participants"]]
    assert {*named, *reacted, *manifest["conversations"][0]["participants"]} == people
    assert names == ["rsmf_manifest.json", f"{'cd' * 32}.jpg"]
    broken = json.loads(json.dumps(manifest))
    broken["events"][0]["type"] = "chat"
    del broken["participants"][0]["id"]
    assert len(list(faults(broken, schema, ""))) == 2


def test_what_is_written_reads_back_as_the_same(everything: Talk) -> None:
    """Our own reader finds the same messages: ids, times, senders, words, files, who did what."""
    items, findings = read(rsmf(everything))
    assert [one.native_id for one in items] == [one.record for one in everything.lines]
    assert [one.text for one in items[:4]] == ["Eerste", "Antwoord", "", "👍 gezien"]
    assert [one.sender for one in items[:3]] == ["Jan de Wit", "Piet Zwart", "Piet Zwart"]
    assert items[0].sender_id == JAN and items[1].sender_id == PIET
    assert items[0].time_text == "2024-03-12T08:01:00Z"
    assert [one.title for one in items] == ["Projectgroep"] * len(items)
    noted = {(one.kind, one.value, one.by) for item in items for one in item.noted}
    assert ("reply", "dabcdefghij.1", "") in noted
    assert ("edit", "Antw", "Piet Zwart") in noted
    assert {("reaction", "👍", "Jan de Wit"), ("reaction", "👍", "Omar")} <= noted
    assert [one.type for one in items[4:9]] == [
        "deleted", "member-joined", "member-left", "notice", "unknown",
    ]  # fmt: skip
    photo, gone = items[2].attachments
    assert (photo.name, photo.size, photo.missing) == ("foto.jpg", 7, "")
    assert (gone.name, gone.missing) == ("weg.mp4", "not-handed-in")
    assert items[9].text == "[WPE-20]" and items[9].sender == ""
    assert items[9].values["custom:grounds"] == "WPE-20"
    assert items[0].values["custom:custodians"] == "Jan de Wit"
    assert "own" in items[0].marks and "own" not in items[1].marks
    # A message without time, an event that RSMF has no word for, the mail itself, its number.
    assert sorted({one.code for one in findings}) == ["W-Y009", "W-Y010", "W-Y015", "W-Y020"]


def test_the_same_talk_gives_the_same_bytes(everything: Talk) -> None:
    """No hour of writing and no chance is in what is written."""
    assert rsmf(everything) == rsmf(everything)


def test_a_file_for_which_there_is_no_room_is_named_all_the_same(
    everything: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file stands beside the RSMF: in it are its name and size, not its bytes."""
    monkeypatch.setattr("archiver.produce.rsmf.MOST_FILES", 6)
    manifest, names = unpacked(rsmf(everything))
    assert names == ["rsmf_manifest.json"]
    assert manifest["events"][2]["attachments"][0]["size"] == 7


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30),
            st.sampled_from(["Jan", "Piet", "Zoë ✨"]),
            st.sampled_from(["ms", "s", "min"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_words_survive(said: list[tuple[str, str, str]]) -> None:
    """Whatever signs a message has, it reads back as written, with who said it and when."""
    lines = [
        line(at, body, sender, precision=precision)
        for at, (body, sender, precision) in enumerate(said)
    ]
    items, _ = read(rsmf(talk(lines, {one.record: origin("") for one in lines})))
    assert [(one.text, one.sender) for one in items] == [(body, who) for body, who, _ in said]


def unpacked(mail: bytes) -> tuple[Any, list[str]]:
    """Give the manifest and the names in the container."""
    message = message_from_bytes(mail, policy=default)
    part = next(iter(message.iter_attachments()))
    assert part.get_filename() == "rsmf.zip"
    with ZipFile(io.BytesIO(part.get_content())) as container:
        return json.loads(container.read("rsmf_manifest.json")), container.namelist()


def faults(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    """Check a value by the words of JSON Schema (draft 7) that this schema has."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    kind = kinds[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{place}: not {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: not one of those that there are"
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{place}: too short"
    if schema.get("format") == "date-time" and not re.match(r"\d{4}(-\d\d){2}T\d\d:\d\d", value):
        yield f"{place}: no time"
    if isinstance(value, dict):
        yield from (f"{place}: no {one}" for one in schema.get("required", ()) if one not in value)
        for name, one in value.items():
            assert name in schema["properties"], f"{place}/{name} is not in the schema"
            yield from faults(one, schema["properties"][name], f"{place}/{name}")
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from faults(one, schema["items"], f"{place}/{at}")
