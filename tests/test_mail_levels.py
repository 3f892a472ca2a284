"""Mail that was changed on its way, lost its Message-ID, or only looks like another mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.mail_levels import BASE, NO_ID, PAIRS, PDF, TEXT, Mail, Pair, changed
from tests.ministry import Ministry, mailbox, ministry

OWNERS = ("lien", "omar", "pia")


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with nothing in it."""
    return ministry(tmp_path)


def hand_in(at: Ministry, owner: str, mails: Sequence[Mail], name: str = "") -> dict[str, Any]:
    """Take in one mailbox of one person."""
    at.account(owner, service="mail")
    path = at.write(f"{owner}{name}/post.mbox", mailbox([mail.written() for mail in mails]))
    found: dict[str, Any] = at.ingest(path, owner, code=None)
    return found


def codes(at: Ministry) -> list[str]:
    """Give the codes of what waits for an officer or must be known of links."""
    found = at.json("findings", "--all", code=None)["findings"]
    return sorted(
        one["code"] for one in found if one["code"][2:4] == "D0" and one["state"] != "solved"
    )


def links(at: Ministry) -> list[dict[str, Any]]:
    """Give what joined copies, and the rules of further holdings, of all records."""
    with at.asked():
        return [
            one
            for hit in at.search()["hits"]
            for one in at.json("explain", hit["id"])["holdings"]
            if "link" in one or one["rule"] != "first"
        ]


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("case", PAIRS)
def test_each_case_is_treated_as_it_should(office: Ministry, case: str, turned: bool) -> None:
    """Two copies of two people: one record or two, by the right rule, in either order."""
    pair = PAIRS[case]
    for owner, mail in list(zip(OWNERS, pair[:2], strict=False))[:: -1 if turned else 1]:
        hand_in(office, owner, [mail])
    assert len(office.partition()) == pair.records
    assert codes(office) == [pair.code] * bool(pair.code)
    _check_link(office, pair)


def _check_link(office: Ministry, pair: Pair) -> None:
    found = links(office)
    assert len(found) == 2 - pair.records
    for one in found:
        link = one.get("link", {})
        assert link.get("rule", one["rule"]) == pair.rule
        assert tuple(link.get("left_out", ())) == pair.left_out


@pytest.mark.parametrize("case", PAIRS)
def test_again_and_rebuilt_each_case_is_the_same(office: Ministry, case: str) -> None:
    """Handed in again there is nothing new; solved again and rebuilt nothing changes."""
    for owner, mail in zip(OWNERS, PAIRS[case][:2], strict=False):
        hand_in(office, owner, [mail])
    before = _answers(office)
    for owner, mail in zip(OWNERS, PAIRS[case][:2], strict=False):
        assert hand_in(office, owner, [mail])["new"] == 0
    assert _answers(office) == before
    done = office.json("reconcile", "--all", code=None)
    assert (done["moved"], done["doubts"]) == (0, 0)
    assert office.run("rebuild").code == 0
    assert _answers(office) == before
    assert office.json("reconcile", code=None)["moved"] == 0
    assert _answers(office) == before


def _answers(office: Ministry) -> list[str]:
    found = [str(office.partition()), str(codes(office)), office.run("findings").out]
    with office.asked():
        for hit in office.search()["hits"]:
            found += [office.run(command, hit["id"]).out for command in ("show", "explain")]
    return found


def test_both_wordings_of_a_changed_copy_are_kept(office: Ministry) -> None:
    """A record with a changed copy is found by the words of both, and shows what differs."""
    hand_in(office, "lien", [BASE])
    hand_in(office, "omar", [PAIRS["Dutch banner and tag"].two])
    (hit,) = office.search("koppelingen")["hits"]
    assert hit["text"].startswith("Beste Omar")
    shown = office.json("show", hit["id"])["record"]["observations"]
    differing = {one["kind"]: one["value"] for one in shown}
    assert differing["subject"] == "[EXTERN] Nota havenkade"
    assert differing["text"].startswith("Let op: deze e-mail")
    assert "left out before comparing: external-banner/1" in office.run("explain", hit["id"]).out


def test_what_one_copy_has_more_is_found_and_not_overridden(office: Ministry) -> None:
    """Bcc of the sent copy and Received of the other stand side by side, also in one account."""
    sent, received = PAIRS["sent and received"][:2]
    hand_in(office, "lien", [sent, received])
    hand_in(office, "omar", [received])
    (hit,) = office.search("--participant", "pia@voorbeeld.example")["hits"]
    record = office.json("show", hit["id"])["record"]
    roles = sorted((one["item"], one["role"]) for one in record["recipients"])
    assert roles == [(1, "bcc"), (1, "to"), (1, "to"), (2, "to")]
    kinds = sorted((one["item"], one["kind"]) for one in record["observations"])
    assert kinds == [(1, "bcc"), (1, "received"), (2, "received")]
    assert office.search("--participant", "pia", "--holder", "Omar")["total"] == 1


def test_the_labels_of_every_export_are_kept(office: Ministry) -> None:
    """Takeout again with other labels: nothing new, the labels noted under that delivery."""
    mails = [BASE, changed(id="twee@voorbeeld.example", text="Geheel andere tekst voor de kade")]
    first = hand_in(office, "lien", [changed_labels(one, "Inbox, Kade") for one in mails])
    second = hand_in(office, "lien", [changed_labels(one, "Archief") for one in mails], "2")
    assert (first["new"], second["new"], second["known"]) == (2, 0, 2)
    record = office.search("havenkade")["hits"][0]["id"]
    noted = office.json("show", record)["record"]["observations"]
    labels = {one["delivery"]: one["value"] for one in noted if one["kind"] == "labels"}
    assert labels == {first["delivery"]: "Inbox; Kade", second["delivery"]: "Archief"}


def changed_labels(mail: Mail, labels: str) -> Mail:
    """Give a mail under other labels."""
    from dataclasses import replace

    return replace(mail, labels=labels)


def test_a_mail_in_several_label_files_is_one(office: Ministry) -> None:
    """One mail in several label files of one export is one record that is held several times."""
    one, two = changed(labels="Inbox"), changed(labels="Kade")
    found = hand_in(office, "lien", [one, two, one])
    assert (found["read"], found["new"], found["known"]) == (3, 1, 2)


def test_what_one_delivery_holds_twice_is_proposed(office: Ministry) -> None:
    """A mail with and one without Message-ID in one delivery are two, and an officer is asked."""
    hand_in(office, "lien", [BASE, NO_ID])
    assert len(office.partition()) == 2
    assert codes(office) == ["E-D028"]


def test_what_fits_two_is_left_apart(office: Ministry) -> None:
    """A mail without Message-ID that fits two others is joined to neither, also afterwards."""
    hand_in(office, "lien", [BASE])
    hand_in(office, "omar", [NO_ID])
    assert len(office.partition()) == 1
    hand_in(office, "pia", [changed(id="anders@voorbeeld.example")])
    assert len(office.partition()) == 3
    assert set(codes(office)) == {"E-D020", "E-D027"}


def test_mail_to_many_is_one_remark(office: Ministry) -> None:
    """The same text under many Message-IDs in one minute stays apart and is told once."""
    circular = [changed(id=f"{n}@voorbeeld.example", late=n) for n in range(6)]
    hand_in(office, "lien", circular)
    assert len(office.partition()) == 6
    assert codes(office) == ["W-D020"]


def test_a_doubt_that_is_no_more_is_closed(office: Ministry) -> None:
    """What was proposed between two mails is settled when a third shows where one belongs."""
    hand_in(office, "lien", [changed(to="pia@elders.example")])
    hand_in(office, "omar", [changed(id="")])
    assert codes(office) == ["E-D022"]
    hand_in(office, "pia", [changed(to=f"{BASE.to}, pia@elders.example")])
    assert len(office.partition()) == 1
    assert codes(office) == []


def test_officers_have_the_last_word(office: Ministry) -> None:
    """What an officer splits stays apart, and what is joined stays one, whatever comes later."""
    hand_in(office, "lien", [BASE])
    footer = PAIRS["list footer"].two
    second = hand_in(office, "omar", [footer])
    office.json("split", f"{second['delivery']}.1")
    assert len(office.partition()) == 2
    office.json("reconcile", "--all", code=None)
    hand_in(office, "pia", [changed(id="", late=5000)])
    assert len(office.partition()) == 3
    other = office.search()["hits"][0]["id"]
    office.json("join", other, f"{second['delivery']}.1")
    apart = office.partition()
    assert sorted(map(len, apart)) == [1, 2]
    office.json("reconcile", "--all", code=None)
    assert office.partition() == apart
    assert office.run("rebuild").code == 0
    assert office.partition() == apart


def test_a_sealed_copy_gives_nothing_away(office: Ministry) -> None:
    """Words and recipients that only a sealed copy has are found by nobody until its release."""
    office.account("thuis", service="mail", kind="private")
    hand_in(office, "omar", [PAIRS["list footer"].two])
    sealed = hand_in(office, "thuis", [changed(bcc="Pia <pia@geheim.example>", text=TEXT)])
    assert len(office.partition()) == 1
    assert office.search("--participant", "pia@geheim.example")["total"] == 0
    (hit,) = office.search()["hits"]
    assert hit["holdings"] == 1
    assert "recipients" in office.json("show", hit["id"])["record"]
    assert "geheim" not in office.run("show", hit["id"]).out
    office.json("delivery", "release", sealed["delivery"])
    assert office.search("--participant", "pia@geheim.example")["total"] == 1


# -- whatever the order ---------------------------------------------------------------------------

VARIANTS = (
    BASE,
    changed(text=TEXT + PAIRS["list footer"].two.text.removeprefix(TEXT)),
    PAIRS["Dutch banner and tag"].two,
    NO_ID,
    changed(id="", late=40),
    changed(id="", text=TEXT + "\n\n----\nAfmelden: kade-af@lijst.example\n"),
    changed(id="", extra="weer anders", trace="from a by b; Fri, 13 May 2022 07:00:05 +0000"),
    changed(id="ander@voorbeeld.example"),
    changed(files=PDF),
    changed(to="pia@elders.example"),
    changed(date=False),
    Mail(text="Akkoord", id=""),
    Mail(text="Akkoord", id="akkoord@voorbeeld.example"),
)
BOXES = st.lists(
    st.lists(st.sampled_from(VARIANTS), min_size=1, max_size=4), min_size=3, max_size=3
)


@pytest.mark.unmeasured
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@example([[BASE], [NO_ID], [changed(id="ander@voorbeeld.example")]])
@example([[NO_ID], [NO_ID, VARIANTS[6]], [NO_ID]])
@example([[VARIANTS[6]], [NO_ID, VARIANTS[6]], [BASE, NO_ID]])
@example([[NO_ID], [BASE], [NO_ID, VARIANTS[10], VARIANTS[1]]])
@example([[BASE, NO_ID], [VARIANTS[9]], [VARIANTS[1], VARIANTS[4]]])
@given(BOXES)
def test_any_order_of_mailboxes_gives_the_same_records(boxes: list[list[Mail]]) -> None:
    """Mailboxes with copies that were changed, doubled or robbed of their Message-ID.

    In each order in which two people hand three of them in, the same items are one record; handed
    in again nothing is new.
    """
    partitions, told = set(), set()
    for order in permutations(range(len(boxes))):
        with TemporaryDirectory() as folder:
            at = ministry(Path(folder))
            for number in order:
                hand_in(at, OWNERS[number % 2], boxes[number], str(number))
            partitions.add(at.partition())
            told.add(tuple(one for one in codes(at) if one.startswith("E-D02")))
            first = order[0]
            assert hand_in(at, OWNERS[first % 2], boxes[first], str(first))["new"] == 0
            assert at.partition() in partitions
    assert len(partitions) == 1
    assert len(told) == 1


# -- real mail, with something taken from it ------------------------------------------------------

ARCHIVES = {"lien": "mailarchivesao", "omar": "mboxvm"}
BANNER = b"[EXTERN] Let op: dit bericht komt van buiten de organisatie.\n\n"
LISTS = "mail/asf-list-archives/maven-dev-2017-11-"
_ID = re.compile(rb"^message-id:.*\n(?:[ \t].*\n)*", re.IGNORECASE | re.MULTILINE)


def _month(samples: Path, archive: str) -> list[bytes]:
    """Give the mails of one month as one archive has them, each with its ``From `` line."""
    content = (samples / f"{LISTS}{archive}.mbox").read_bytes().replace(b"\r\n", b"\n")
    found = re.split(rb"^(?=From .*\n[!-9;-~]+:)", content, flags=re.MULTILINE)
    return [one for one in found if one]


def _united(
    office: Ministry, samples: Path, change: Callable[[bytes], bytes]
) -> set[frozenset[str]]:
    """Hand in a month as two archives have it, the second changed; give the records' items."""
    owners = {}
    for owner, archive in ARCHIVES.items():
        office.account(owner, service="mail")
        mails = _month(samples, archive)
        content = b"".join(mails if owner == "lien" else map(change, mails))
        found = office.ingest(office.write(f"{owner}/post.mbox", content), owner, code=None)
        assert found["read"] == 317
        owners[found["sha256"]] = owner
    return {
        frozenset(f"{owners[digest]} {number}" for digest, _, number in map(_parts, record))
        for record in office.partition()
    }


def _parts(item: str) -> tuple[str, str, str]:
    return item.rpartition(":")


def _true(samples: Path) -> set[frozenset[str]]:
    """Give which mails of the two archives are one, by Message-ID; one pair has none."""
    numbers: dict[bytes, set[str]] = {}
    for owner, archive in ARCHIVES.items():
        for number, one in enumerate(_month(samples, archive), 1):
            found = _ID.search(one.partition(b"\n\n")[0] + b"\n")
            named = found[0].partition(b":")[2].strip() if found else b"none"
            numbers.setdefault(named, set()).add(f"{owner} {number}")
    return set(map(frozenset, numbers.values()))


def test_a_month_of_mail_is_united_wholly(samples: Path, office: Ministry) -> None:
    """Two archives of one mailing list: 317 records of two mails each, none wrong, no remark."""
    found = _united(office, samples, bytes)
    assert len(found) == 317
    assert found == _true(samples)
    assert codes(office) == []


def test_a_month_without_identifiers_finds_its_mails(samples: Path, office: Ministry) -> None:
    """One archive robbed of all Message-IDs: all are found again by what they say, none wrongly."""

    def robbed(one: bytes) -> bytes:
        head, blank, body = one.partition(b"\n\n")
        return _ID.sub(b"", head + b"\n")[:-1] + blank + body

    assert _united(office, samples, robbed) == _true(samples)
    assert codes(office) == []


def test_a_month_under_banners_finds_its_mails(samples: Path, office: Ministry) -> None:
    """One archive with a banner over each plain text: united, and the links name the banner."""

    def warned(one: bytes) -> bytes:
        head, blank, body = one.partition(b"\n\n")
        plain = b"multipart" not in head.lower() and b"base64" not in head.lower()
        return head + blank + (BANNER if plain else b"") + body

    assert _united(office, samples, warned) == _true(samples)
    assert codes(office) == []
    hits = office.search("--holder", "Omar", "extern*")["hits"]
    told = [office.json("explain", hit["id"])["holdings"][1] for hit in hits[:5]]
    assert {one["link"]["rule"] for one in told} == {"mail-3m"}
    assert {tuple(one["link"]["left_out"]) for one in told} == {("external-banner/1",)}
