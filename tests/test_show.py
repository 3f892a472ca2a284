"""Reading a record: events as sentences, observations with who, when and from which delivery."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.ministry import Ministry, chat, ministry
from tests.strands import rare

EXPORTS = Path(__file__).parent / "exports"
GROUP = [
    (0, "", "Je hebt de groep “Overleg” gemaakt"),
    (1, "", "Omar heeft Pia toegevoegd"),
    (2, "", "Omar heeft de wagen gewassen"),
    (3, "Omar", "Dag Pia"),
    (4, "", "Omar heeft u toegevoegd"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """A group as a text, a Telegram chat and a Signal conversation."""
    at = ministry(tmp_path_factory.mktemp("show"))
    at.ingest(at.write("WhatsApp-chat met Overleg.txt", chat(GROUP)))
    for name, folder in (("telegram", "telegram-json/single"), ("signal", "signal-export/rich")):
        at.account(name, service=name)
        at.ingest_all(EXPORTS / folder / "input", name, code=None)
    return at


def _text(at: Ministry, *words: object, language: str = "nl") -> str:
    return at.run(*words, "--lang", language).out


def _hit(at: Ministry, service: str, type_: str) -> Any:
    hits = at.search("--service", service)["hits"]
    return next(hit for hit in hits if hit["type"] == type_)


def test_an_event_of_a_text_is_told_above_its_own_words(office: Ministry) -> None:
    """Who did what to whom stands in brackets; what the source wrote stands below it."""
    hit = next(one for one in office.search("toegevoegd")["hits"] if "Pia" in one["text"])
    for language, sentence in (("nl", "Omar heeft Pia toegevoegd"), ("en", "Omar added Pia")):
        shown = _text(office, "show", hit["id"], "--context", 0, language=language)
        assert f"\n  [{sentence}]\n    Omar heeft Pia toegevoegd\n" in shown


def test_the_holder_of_the_account_is_named_as_such(office: Ministry) -> None:
    """What the text says of you, it says of the account holder."""
    made = _hit(office, "whatsapp", "group-created")
    assert "[(accounthouder) heeft de groep “Overleg” gemaakt]" in _text(office, "show", made["id"])
    added = next(one for one in office.search("toegevoegd")["hits"] if " u " in one["text"])
    shown = _text(office, "show", added["id"], "--context", 0)
    assert "[Omar heeft (accounthouder) toegevoegd]" in shown


def test_what_is_not_recognised_keeps_its_words(office: Ministry) -> None:
    """An event of no known kind is said to be so, and its words are shown."""
    hit = office.search("wagen")["hits"][0]
    for words in (("show", hit["id"], "--context", 0), ("search", "wagen")):
        shown = _text(office, *words)
        assert "[Gebeurtenis van onbekende soort]" in shown
        assert "gewassen" in shown


@pytest.mark.parametrize(
    ("type_", "sentence", "raw"),
    [
        ("disappearing-on", "nieuwe berichten verdwijnen na 7 dagen", "duration: 604800"),
        ("title-changed", "heeft de groep de naam “Stikstof en water” gegeven", "new: Stikstof"),
        ("member-removed", "heeft Noor Ypma verwijderd", "object: Noor Ypma"),
        ("call", "[Oproep van 61 seconden]", "reason: hangup"),
        ("unknown", "[Gebeurtenis van onbekende soort]", "action: time_travel"),
    ],
)
def test_an_event_without_words_is_told_from_its_values(
    office: Ministry, type_: str, sentence: str, raw: str
) -> None:
    """Where the source keeps values and no words, the sentence is made of them."""
    shown = _text(office, "show", _hit(office, "telegram", type_)["id"], "--context", 0)
    assert sentence in shown
    assert "Zoals de bron het schrijft: " in shown
    assert raw in shown


def test_a_message_cannot_pass_for_what_the_archive_says(tmp_path: Path) -> None:
    """Somebody writes a line that looks like an event: it stands where words of the source do."""
    at = ministry(tmp_path)
    lines = [(0, "Omar", "Ja\n  [Omar heeft Pia toegevoegd]"), (1, "Pia", "Dag")]
    at.ingest(at.write("WhatsApp-chat met Overleg.txt", chat(lines)))
    shown = _text(at, "search").splitlines()
    assert "      [Omar heeft Pia toegevoegd]" in shown
    assert not any(line.startswith("  [") for line in shown)


def test_surroundings_tell_events_too(office: Ministry) -> None:
    """Also in the surroundings of a record an event says who and whom."""
    hit = office.search("dag pia")["hits"][0]
    assert "[Omar heeft Pia toegevoegd]" in _text(office, "show", hit["id"])


def test_a_search_names_the_kind_of_event(office: Ministry) -> None:
    """A hit that is an event shows what it is; the words that were found stay as they are."""
    shown = _text(office, "search", "--service", "telegram")
    assert "[Fenna Oosterhuis heeft zelfverdwijnende berichten aangezet]" in shown
    assert "[Peiling]\n    Wanneer?" in shown
    assert "[disappearing-on]" not in shown
    assert office.search("zelfverdwijnende")["total"] == 0


def test_observations_say_who_and_when_and_where_from(office: Ministry) -> None:
    """A reaction, an earlier text, a receipt: in words, with the time and the delivery."""
    hit = office.search("--service", "signal", "na vieren")["hits"][0]
    delivery, item = hit["id"].rsplit(".", 1)
    shown = _text(office, "show", hit["id"], "--context", 0, language="en")
    assert (
        "  Sam de Wit reacted with 👍, at 2025-05-13T12:01:10+02:00 (written “1747130470000”)"
        f" (delivery {delivery}, item {item})\n"
    ) in shown
    assert "Read by Sam de Wit, at 2025-05-13T12:01:00.900+02:00" in shown
    assert "Quotes Sam de Wit: “Kun je de Kamerbrief vandaag nog lezen?”" in shown
    edited = office.search("--service", "signal", "derde versie")["hits"][0]
    assert "De tekst vóór een wijziging was “De tweede versie.”, op 2025-05-13" in _text(
        office, "show", edited["id"]
    )


def test_a_time_whose_clock_is_not_certain_stays_as_written(office: Ministry) -> None:
    """A time without a zone is shown as the source wrote it, and as nothing else."""
    hit = office.search("--service", "telegram", "akkoord")["hits"][0]
    shown = _text(office, "show", hit["id"], "--context", 0)
    assert "Idris Bakkali heeft gereageerd met 👍, op “2024-03-05T09:20:00” (aanlev" in shown


def test_another_copy_s_time_and_marks_are_said_in_words(tmp_path: Path) -> None:
    """Where copies differ, the other time is a time with its precision, and marks are words."""
    at = ministry(tmp_path)
    talk = [(10 * n, ("Lien", "Omar")[n % 2], rare(n)) for n in range(60)]
    at.ingest(at.write("a/WhatsApp-chat met Overleg.txt", chat(talk)))
    minute, sender, words = talk[20]
    edited = [*talk[:20], (minute, sender, f"{words} <Dit bericht is bewerkt>"), *talk[21:]]
    late = datetime(2022, 5, 13, 10, 0)
    at.ingest(at.write("b/WhatsApp-chat met Overleg.txt", chat(edited, start=late)), "els")
    (hit,) = at.search(f'"{words}"')["hits"]
    shown = at.run("show", hit["id"], "--context", 0).out
    assert "  Sent at 2022-05-13T13:20:00+02:00 (to the minute, zone assumed) (delivery d" in shown
    assert "  Marked: edited (delivery d" in shown


def test_the_json_keeps_its_keys_and_adds_the_label(office: Ministry) -> None:
    """Programs read codes and raw values as before; the words stand beside them."""
    hit = _hit(office, "telegram", "disappearing-on")
    shown = office.json("show", hit["id"])["record"]
    assert (shown["type"], shown["kind"], shown["text"]) == ("disappearing-on", "event", "")
    assert shown["label"].startswith("Fenna Oosterhuis turned disappearing messages on")
    assert "told" not in shown
    observed = office.json("show", office.search("na vieren")["hits"][0]["id"])["record"]
    assert {tuple(one) for one in observed["observations"]} == {
        ("delivery", "item", "kind", "value", "by", "at")
    }


def test_an_explanation_tells_observations_in_the_same_words(office: Ministry) -> None:
    """`explain` says what single holdings tell as `show` does."""
    hit = office.search("--service", "signal", "na vieren")["hits"][0]
    assert "Sam de Wit heeft gereageerd met 👍, op 2025-05-13" in _text(
        office, "explain", hit["id"]
    )


def test_an_event_of_a_sealed_delivery_is_told_to_the_sorter_only(tmp_path: Path) -> None:
    """Names in a sealed event are shown to the sorter who asks, and to nobody otherwise."""
    at = ministry(tmp_path)
    at.account("els", kind="private")
    sealed = at.ingest(at.write("WhatsApp-chat met Els.txt", chat(GROUP)), "els")
    record = f"{sealed['delivery']}.2"
    hidden = at.run("show", record)
    assert "Pia" not in hidden.out + hidden.err
    assert hidden.code == 2
    assert "[Omar added Pia]" in at.run("show", record, "--sealed").out


def test_names_in_an_open_event_come_from_the_open_copy(tmp_path: Path) -> None:
    """Two exports of a group, one sealed: the sentence of an event uses the open one alone."""
    at = ministry(tmp_path)
    at.account("els", kind="private")
    talk = [(n, "Lien", f"Punt {n} van de agenda is besproken") for n in range(24)]
    for name, whom, account in (
        ("a/Overleg.txt", "Kanarie", "els"),
        ("b/Overleg.txt", "Pia", "jan"),
    ):
        lines = [*talk, (30, "", f"Omar heeft {whom} toegevoegd")]
        at.ingest(at.write(name, chat(lines)), account)
    for hit in at.search()["hits"]:
        shown = at.run("show", hit["id"])
        assert "Kanarie" not in shown.out + shown.err
    assert "[Omar added Pia]" in at.run("show", at.search("pia")["hits"][0]["id"]).out


@pytest.mark.parametrize(("is_gone", "remark"), [(False, "damaged"), (True, "no object")])
def test_an_unreadable_item_leaves_the_record_to_be_shown(
    tmp_path: Path, *, is_gone: bool, remark: str
) -> None:
    """When the stored items are damaged or gone the record is still shown, and that is told."""
    at = ministry(tmp_path)
    at.ingest(at.write("WhatsApp-chat met Overleg.txt", chat(GROUP)))
    hit = next(one for one in at.search("toegevoegd")["hits"] if "Pia" in one["text"])
    event = next(one for one in at.events() if "items" in one.get("objects", {}))
    name = event["objects"]["items"][0]
    stored = at.archive / "objects" / name[:2] / name
    stored.chmod(0o600)
    if is_gone:
        stored.unlink()
    else:
        stored.write_bytes(stored.read_bytes()[:-20])
    ran = at.run("show", hit["id"], "--context", 0)
    assert ran.code == 0
    assert "Omar heeft Pia toegevoegd" in ran.out
    assert remark in ran.err
    assert "Pia" not in ran.err


def test_a_rebuild_tells_the_same(office: Ministry, tmp_path: Path) -> None:
    """After a rebuild every record is shown in the same words."""
    copy = office.copy(tmp_path)
    shown = [(hit["id"], _text(copy, "show", hit["id"])) for hit in copy.search()["hits"]]
    (copy.archive / "catalogue.db").unlink()
    assert copy.run("rebuild").code == 0
    assert [(name, _text(copy, "show", name)) for name, _ in shown] == shown
    assert json.loads(copy.run("search", "--output", "json", "--limit", 1).out)["hits"][0]["label"]
