"""A read-out is of a device: its conversations go to the accounts whose they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cellebrite as phone
import pytest
import relativity
from databases import build
from golden import EXPORTS

from tests.ministry import OMAR, Ministry, chat, ministry

FIRST, SECOND = "+31612000001", "+31612000009"
FENNA = phone.FENNA
TALK = [
    f"{word} {number}: de vergunning van perceel {number * 37} gaat naar de tweede ronde"
    for number, word in enumerate(["Voorstel", "Bezwaar", "Verslag", "Besluit"] * 8)
]
"""Words long and rare enough to know a conversation by."""


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with Jan's phone, his business WhatsApp and the second of his two SIMs."""
    made = ministry(tmp_path)
    made.account("jan", identifier=FIRST, person="Jan Kade", owner="Jan")
    made.account("sms", identifier=SECOND, person="Jan Kade", owner="Jan", service="sms")
    made.account("els", identifier="aci-els", person="Els", service="signal")
    return made


def test_a_device_is_registered_with_an_account_of_its_own(office: Ministry) -> None:
    """Person, basis and period are dated facts; the same number a second time is refused."""
    made = _device(office)
    (listed,) = office.json("device", "list")["devices"]
    shown = office.json("device", "show", made["device"])
    assert listed.items() <= shown.items()
    assert (listed["identifier"], listed["kind"]) == ("356938035643809", "phone")
    own = office.json("account", "show", made["account"])
    assert (own["service"], own["kind"], own["person"]) == ("device", "private", "Jan Kade")
    assert office.events()[-1]["type"] == "device.added"
    assert office.run(*_registering()).code == 2
    assert office.run("device", "show", "vonbekend").code == 2
    office.run("account", "change", made["account"], "--to", "2026-06-30")
    assert office.json("device", "list")["devices"][0]["to"] == "2026-06-30"


def test_a_delivery_is_of_an_account_or_a_device(office: Ministry) -> None:
    """Exactly one of the two is given."""
    path = _read_out(office)
    device = _device(office)["device"]
    assert office.run("ingest", path).code == 2
    both = office.run("ingest", path, "--device", device, "--account", office.account("jan"))
    assert both.code == 2


def test_conversations_go_to_the_account_of_their_owner(office: Ministry) -> None:
    """Two SIMs and two apps in one file: each by service and number; the unknown one is told."""
    device, found = _handed_in(office)
    assert (found["state"], found["read"], found["new"]) == ("sealed", 6, 6)
    (shown,) = office.json("device", "show", device["device"])["deliveries"]
    assert shown["places"] == [
        {"service": "signal", "owner": "aci:" + "a1" * 4 + "-" + "-".join(["b2c3"] * 3)
         + "-" + "d4" * 6, "account": "", "open": False},
        {"service": "sms", "owner": f"e164:{FIRST}", "account": "", "open": False},
        {"service": "sms", "owner": f"e164:{SECOND}", "account": office.account("sms"),
         "open": False},
        {"service": "whatsapp", "owner": f"e164:{FIRST}", "account": office.account("jan"),
         "open": False},
    ]  # fmt: skip
    unknown = [one for one in found["findings"] if one["code"] == "E-R002"]
    assert [one["values"]["service"] for one in unknown] == ["signal", "sms"]
    assert [one["values"]["items"] for one in unknown] == [1, 1]
    kept = next(one for one in reversed(office.events()) if one["type"] == "delivery.kept")
    assert device["device"] in kept["codes"]


def test_an_account_of_another_person_is_never_chosen(office: Ministry) -> None:
    """Though it has the very identifier: then it is not this phone's account that is meant."""
    office.account("other", identifier=SECOND, service="whatsapp", person="Els")
    device = _device(office)["device"]
    path = _written(office, _whatsapp("Dag", own=SECOND))
    found = office.json("ingest", path, "--device", device, code=1)["deliveries"][0]
    (unknown,) = (one for one in found["findings"] if one["code"] == "E-R002")
    assert unknown["values"] == {
        "service": "whatsapp", "owner": f"e164:{SECOND}", "items": 1, "conversations": 1,
    }  # fmt: skip


def test_release_opens_only_what_has_an_account(office: Ministry) -> None:
    """What no registered account fits stays sealed when the rest of the phone is opened."""
    device, found = _handed_in(office)
    assert office.search()["total"] == 0
    assert office.search("--sealed")["total"] == 6
    delivery = found["delivery"]
    assert office.json("delivery", "release", delivery)["state"] == "ingested"
    services = sorted(hit["service"] for hit in office.search()["hits"])
    assert services == ["sms", "whatsapp", "whatsapp", "whatsapp"]
    assert office.search("--service", "whatsapp")["total"] == 3
    assert office.search("geheimzinnig")["total"] == 0
    assert office.search("--account", office.account("jan"))["total"] == 3
    titles = {row["title"] for row in office.json("conversations")["conversations"]}
    assert "Guus Kuil" not in titles
    shown = office.json("delivery", "show", delivery)
    assert (shown["device"], shown["path"]) == (device["device"], "…")
    assert [file["name"] for file in shown["members"]] == ["…"]
    assert office.run("delivery", "release", delivery).code == 2
    _rebuilt(office, device["device"])


@pytest.mark.parametrize("again", ["ingest", "answer"])
def test_an_account_that_is_registered_later_gets_its_conversations(
    office: Ministry, again: str
) -> None:
    """The same file again, or an answer, assigns them; they open when they are released there."""
    device, found = _handed_in(office)
    delivery = found["delivery"]
    office.json("delivery", "release", delivery)
    signal = office.account("signal", person="Jan Kade", service="signal", identifier=_ACI)
    before = len(office.events())
    if again == "ingest":
        office.json("ingest", _read_out(office), "--device", device["device"])
    else:
        office.json("delivery", "answer", delivery)
    assert office.events()[before]["type"] == "delivery.assigned"
    assert office.search("geheimzinnig")["total"] == 0
    waiting = [one["values"]["service"] for one in _open_findings(office)]
    assert waiting == ["sms"]
    office.json("delivery", "release", delivery)
    (hit,) = office.search("geheimzinnig", "--account", signal)["hits"]
    assert (hit["service"], hit["sender"]) == ("signal", "Guus Kuil")
    assert office.run("delivery", "answer", delivery).code == 2
    _rebuilt(office, device["device"])


def test_an_officer_may_assign_what_cannot_be_told(office: Ministry) -> None:
    """Where the source names no owner, or otherwise, an officer says whose conversations it is."""
    device = _device(office)["device"]
    path = office.write("WhatsApp-chat met Fenna Bos.txt", chat([(0, "Fenna Bos", "Dag Jan")]))
    delivery = office.json("ingest", path, "--device", device, code=1)["deliveries"][0]["delivery"]
    jan, els = office.account("jan"), office.account("els")
    assert office.run("delivery", "assign", delivery, "--account", els).code == 2
    strange = office.account("elsapp", person="Els")
    assert office.run("delivery", "assign", delivery, "--account", strange).code == 2
    assert office.json("delivery", "assign", delivery, "--account", jan)["state"] == "sealed"
    assert _open_findings(office) == []
    office.json("delivery", "release", delivery)
    assert office.search("--account", jan)["total"] == 1
    later = [(0, "Fenna Bos", "Dag Jan"), (5, "Fenna Bos", "Tot straks")]
    found = office.ingest(office.write("WhatsApp-chat met Fenna Bos.txt", chat(later)), "jan")
    assert (found["new"], found["known"]) == (1, 1)
    _rebuilt(office, device)


def test_what_an_open_export_holds_too_is_open(office: Ministry) -> None:
    """What was assigned and not released opens where the account's own export has it as well."""
    device, lines = _device(office)["device"], [(0, "Fenna Bos", "Dag Jan"), (1, "Jan", "Hoi")]
    path = office.write("WhatsApp-chat met Fenna Bos.txt", chat(lines))
    delivery = office.json("ingest", path, "--device", device, code=1)["deliveries"][0]["delivery"]
    office.json("delivery", "assign", delivery, "--account", office.account("jan"))
    path = office.write("later/WhatsApp-chat met Fenna Bos.txt", chat(lines[1:]))
    assert office.ingest(path, "jan")["known"] == 1
    assert [hit["text"] for hit in office.search()["hits"]] == ["Hoi"]
    (hit,) = office.search()["hits"]
    assert hit["holdings"] == 1
    assert len(office.json("explain", hit["id"])["holdings"]) == 1
    _rebuilt(office, device)


def test_a_hold_on_a_person_covers_the_device(office: Ministry) -> None:
    """A hold on a person holds what their device has of accounts that nobody registered, too."""
    device = _device(office)["device"]
    path = office.write("WhatsApp-chat met Fenna Bos.txt", chat([(0, "Fenna Bos", "Dag Jan")]))
    office.json("hold", "place", "--kind", "inquiry", "--person", "Jan Kade", "--reason", "zaak")
    delivery = office.json("ingest", path, "--device", device, code=1)["deliveries"][0]["delivery"]
    for _ in range(2):
        with office.opened() as archive:
            found = archive.catalogue.connection.execute("SELECT count(*) FROM held").fetchone()
        assert found == (1,)
        office.run("delivery", "assign", delivery, "--account", office.account("jan"))


def test_a_strand_is_told_apart_from_one_that_the_account_has(office: Ministry) -> None:
    """An account that has a thread of that name keeps it; the assigned one is a second strand."""
    device = _device(office)["device"]
    office.ingest(office.write("WhatsApp-chat met Fenna Bos.txt", chat([(0, "Jan", "Goed")])))
    path = office.write("uit/WhatsApp-chat met Fenna Bos.txt", chat([(9, "Fenna Bos", "Dag")]))
    delivery = office.json("ingest", path, "--device", device, code=1)["deliveries"][0]["delivery"]
    office.json("delivery", "assign", delivery, "--account", office.account("jan"))
    office.json("delivery", "release", delivery)
    assert office.search("--account", office.account("jan"))["total"] == 2
    _rebuilt(office, device)


def test_the_same_read_out_brings_nothing_new(office: Ministry) -> None:
    """The same file of the same device is known; under another device each item is a holding."""
    device, found = _handed_in(office)
    before = len(office.events())
    ran = office.json("ingest", _read_out(office), "--device", device["device"])
    (again,) = ran["deliveries"]
    assert (again["delivery"], again["repeated"]) == (found["delivery"], True)
    assert [one["type"] for one in office.events()[before:]] == ["delivery.repeated"]
    other = office.json(*_registering("8931040000", person="Els"))["device"]
    (twin,) = office.json("ingest", _read_out(office), "--device", other, code=1)["deliveries"]
    assert (twin["new"], twin["known"], twin["state"]) == (0, 6, "sealed")
    assert office.search("--sealed")["total"] == 6


def test_two_read_outs_of_a_phone_are_united(office: Ministry) -> None:
    """A later read-out of the same phone links what is known, of strays as well."""
    device, _ = _handed_in(office)
    path = _written(office, *_CHATS, _whatsapp("Nog een bericht", at=99, native="N99"))
    ran = office.json("ingest", path, "--device", device["device"], code=1)
    (later,) = ran["deliveries"]
    assert (later["read"], later["new"], later["known"]) == (7, 1, 6)
    _rebuilt(office, device["device"])


def test_a_read_out_and_an_export_are_one_conversation(office: Ministry) -> None:
    """The phone's report and the text that the app exported become one after the release."""
    names, ids = ("Fenna Bos", "Jan Kade"), (FENNA, phone.OWNER)
    lines = [(2 * number, names[number % 2], text) for number, text in enumerate(TALK)]
    office.ingest(office.write("WhatsApp-chat met Fenna Bos.txt", chat(lines)))
    start = datetime(2022, 5, 13, 7, 0, 11)
    said = [
        phone.message(
            text, ids[number % 2], phone.value("Identifier", f"KEY{number:04}"),
            at=f"{start + timedelta(minutes=2 * number):%Y-%m-%dT%H:%M:%S.000+00:00}",
        )
        for number, text in enumerate(TALK)
    ]  # fmt: skip
    device = _device(office)["device"]
    found = office.json("ingest", _written(office, phone.chat(*said)), "--device", device)
    (delivery,) = found["deliveries"]
    assert delivery["read"] == len(TALK)
    office.json("delivery", "release", delivery["delivery"])
    (one,) = office.json("conversations")["conversations"]
    assert (one["records"], one["service"], one["accounts"]) == (len(TALK), "whatsapp", 1)
    _rebuilt(office, device)


def test_without_a_basis_a_device_is_kept_unread(office: Ministry) -> None:
    """The basis is judged on the device, whatever the accounts have."""
    device = office.json(*_registering("1", basis="geen"))
    words = ("ingest", _read_out(office), "--device", device["device"])
    (kept,) = office.json(*words, code=1)["deliveries"]
    assert (kept["state"], kept["read"]) == ("custody", 0)
    office.json("account", "change", device["account"], "--basis", "archiefwet")
    (found,) = office.json(*words, code=1)["deliveries"]
    assert (found["delivery"], found["state"]) == (kept["delivery"], "sealed")


def test_a_report_wins_over_databases_beside_it(office: Ministry) -> None:
    """The phone's databases lie in the container under the apps' own names; they are named."""
    device = _device(office)["device"]
    script = EXPORTS / "whatsapp-android/rich/input/databases/msgstore.db.sql"
    database = {"files/Database/msgstore.db": build(script.read_text("utf-8"))}
    path = _written(office, _whatsapp("Dag"), extra=database)
    (found,) = office.json("ingest", path, "--device", device)["deliveries"]
    assert (found["source_format"], found["read"]) == ("ufdr", 1)
    (beside,) = (one for one in found["findings"] if one["code"] == "W-I012")
    assert beside["values"]["names"] in ("whatsapp-android", "…")


def test_other_services_of_an_export_stay_sealed(office: Ministry) -> None:
    """An export of e-discovery under a business account opens what is of that account alone."""
    other = {
        "id": "C2", "platform": "signal", "display": "Privé", "type": "direct",
        "participants": ["P1", "P2"], "custodian": "P1",
    }  # fmt: skip
    said = [
        relativity.event("Het besluit ligt klaar"),
        relativity.event("bloemen", conversation="C2"),
    ]
    data = relativity.manifest(*said, conversations=[relativity.CHAT, other])
    path = office.write("zaak.rsmf", relativity.mail(relativity.container(data)))
    found = office.ingest(path, "jan", code=1)
    assert (found["state"], found["read"], found["new"]) == ("ingested", 2, 2)
    (unknown,) = (one for one in found["findings"] if one["code"] == "E-R002")
    assert unknown["values"]["service"] == "signal"
    assert [hit["service"] for hit in office.search()["hits"]] == ["whatsapp"]
    assert office.search("bloemen")["total"] == 0
    assert office.search("--sealed", "bloemen")["total"] == 1
    assert [row["title"] for row in office.json("conversations")["conversations"]] == ["Kernteam"]
    private = office.account(
        "prive", person="Jan Kade", service="signal", kind="private", identifier=FIRST
    )
    office.ingest(path, "jan")
    assert office.search("bloemen")["total"] == 0
    office.json("delivery", "release", found["delivery"])
    assert office.search("bloemen", "--account", private)["total"] == 1
    _rebuilt(office)


def test_an_export_that_names_another_number_is_not_the_accounts(office: Ministry) -> None:
    """Of the account's own service another number contradicts; no number says nothing."""
    people = [relativity.PEOPLE[0] | {"account_id": SECOND}, relativity.PEOPLE[1]]
    nobodys = relativity.CHAT | {"id": "C3", "custodian": None, "platform": None}
    data = relativity.manifest(
        relativity.event("van een ander nummer"), relativity.event("zonder", conversation="C3"),
        participants=people, conversations=[relativity.CHAT, nobodys],
    )  # fmt: skip
    path = office.write("zaak.rsmf", relativity.mail(relativity.container(data)))
    found = office.ingest(path, "jan", code=1)
    assert found["new"] == 2
    assert [hit["text"] for hit in office.search()["hits"]] == ["zonder"]
    _rebuilt(office)


def test_one_conversation_may_be_named_under_two_owners(office: Ministry) -> None:
    """A chat that once names its owner and once does not is one strand, also after a rebuild."""
    fenna, jan = _party(FENNA, "Fenna Bos"), _party(phone.OWNER, "Jan Kade", own=True)
    nobodys = _chat("WhatsApp", (fenna,), _said("zonder eigenaar", fenna, 3))
    whole = _chat("WhatsApp", (jan, fenna), _said("met eigenaar", fenna, 5))
    found = office.ingest(_written(office, whole, nobodys), "jan")
    assert (found["new"], found["findings"][0]["code"][0]) == (2, "W")
    assert office.search("--service", "whatsapp")["total"] == 2
    assert len(office.json("conversations")["conversations"]) == 1
    _rebuilt(office)


def test_a_private_account_stays_sealed_in_an_open_delivery(office: Ministry) -> None:
    """A conversation that goes to a private account of the same person is sealed as that is."""
    office.account("prive", person="Jan Kade", service="signal", kind="private", identifier=FIRST)
    office.officer(OMAR, "sorter")
    other = relativity.CHAT | {"id": "C2", "platform": "signal"}
    said = [relativity.event("werk"), relativity.event("bloemen", conversation="C2")]
    data = relativity.manifest(*said, conversations=[relativity.CHAT, other])
    path = office.write("zaak.rsmf", relativity.mail(relativity.container(data)))
    found = office.ingest(path, "jan")
    assert found["state"] == "ingested"
    assert [hit["text"] for hit in office.search()["hits"]] == ["werk"]
    again = relativity.manifest(
        *said, relativity.event("later"), conversations=[relativity.CHAT, other]
    )
    path = office.write("later.rsmf", relativity.mail(relativity.container(again)))
    assert office.ingest(path, "jan")["known"] == 2
    assert office.search("bloemen")["total"] == 0
    office.json("delivery", "release", found["delivery"], login=OMAR)
    assert office.search("bloemen")["total"] == 1
    _rebuilt(office)


# -- Jan's phone -----------------------------------------------------------------------------------

_ACI = "a1" * 4 + "-b2c3-b2c3-b2c3-" + "d4" * 6


def _registering(identifier: str = "356938035643809", **values: str) -> list[str]:
    given = {
        "person": "Jan Kade", "kind": "phone", "identifier": identifier, "owner": "Jan",
        "basis": "archiefwet", "from": "2001-01-01",
    } | values  # fmt: skip
    return [
        "device",
        "add",
        *(part for pair in given.items() for part in (f"--{pair[0]}", pair[1])),
    ]


def _device(office: Ministry) -> Any:
    return office.json(*_registering())


def _handed_in(office: Ministry) -> tuple[Any, Any]:
    device = _device(office)
    ran = office.json("ingest", _read_out(office), "--device", device["device"], code=1)
    return device, ran["deliveries"][0]


def _read_out(office: Ministry) -> Path:
    return _written(office, *_CHATS)


def _written(office: Ministry, *chats: str, extra: dict[str, bytes] | None = None) -> Path:
    """Write a container as the forensic program does."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        files = {"report.xml": phone.report(phone.types(Chat="".join(chats)))} | (extra or {})
        for name, data in files.items():
            target.writestr(zipfile.ZipInfo(name), data)
    return office.write("toestel.ufdr", packed.getvalue())


def _party(identifier: str, name: str, *, own: bool = False) -> str:
    return phone.model(
        "Party", phone.value("Identifier", identifier), phone.value("Name", name),
        phone.value("IsPhoneOwner", str(own), "Boolean"),
    )  # fmt: skip


def _chat(source: str, people: Iterable[str], *said: str, name: str = "Fenna Bos") -> str:
    head = (
        phone.value("Source", source)
        + phone.value("Id", "chat-1")
        + phone.value("Name", name)
        + phone.models("Participants", *people)
    )
    return phone.chat(*said, head=head)


def _said(text: str, sender: str, at: int = 0, native: str = "") -> str:
    when = f"{datetime(2026, 3, 2, 9, 0) + timedelta(minutes=at):%Y-%m-%dT%H:%M:%S.000+00:00}"
    return phone.model(
        "InstantMessage", phone.one("From", sender), phone.value("Body", text),
        phone.value("Identifier", native or f"N{at}"), phone.time(when),
    )  # fmt: skip


def _whatsapp(*texts: str, own: str = FIRST, at: int = 0, native: str = "") -> str:
    jan = _party(f"{own.removeprefix('+')}@s.whatsapp.net", "Jan Kade", own=True)
    fenna = _party(FENNA, "Fenna Bos")
    said = [_said(text, fenna, at + number, native) for number, text in enumerate(texts)]
    return _chat("WhatsApp", (jan, fenna), *said)


def _sms(text: str, own: str, at: int) -> str:
    jan, fenna = _party(own, "Jan Kade", own=True), _party("+31612000002", "Fenna Bos")
    return _chat("SMS", (jan, fenna), _said(text, fenna, at))


def _signal(text: str, at: int) -> str:
    jan = _party(_ACI.upper(), "Jan Kade", own=True)
    guus = _party("+31612000003", "Guus Kuil")
    return _chat("Signal", (jan, guus), _said(text, guus, at), name="Guus Kuil")


_CHATS = (
    _whatsapp("Het besluit ligt klaar", "Akkoord", "Dank"),
    _sms("De auto staat voor", SECOND, 10),
    _sms("Tot vanavond", FIRST, 11),
    _signal("geheimzinnig plan", 20),
)


def _open_findings(office: Ministry) -> list[Any]:
    found = office.json("findings", "--sealed", code=None)["findings"]
    return [one for one in found if one["code"] == "E-R002"]


def _rebuilt(office: Ministry, device: str = "") -> None:
    """Check that a rebuild gives the same answers."""
    before = _answers(office, device)
    assert office.run("rebuild").code == 0
    assert office.run("verify", "--full").code == 0
    assert _answers(office, device) == before


def _answers(office: Ministry, device: str) -> list[Any]:
    asked = [
        ("search", "--limit", "0"),
        ("search", "--sealed", "--limit", "0"),
        ("conversations",),
        ("conversations", "--sealed"),
        ("findings", "--all", "--sealed"),
        ("delivery", "list"),
    ]
    found = [office.json(*words, code=None) for words in asked]
    if device:
        found.append(office.json("device", "show", device))
    return [*found, office.partition()]
