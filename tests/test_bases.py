"""Legal bases: what covers processing on a day, what covers it weakly, and what does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from archiver.model import Account, AccountKind
from archiver.register.bases import Kind, Strength, UnknownBasis, bases, basis, judge
from tests.ministry import Ministry, chat, ministry

DAY = date(2026, 3, 1)
ACCOUNT = Account(
    id="aaaaaaaaaaa", person="Lien", service="whatsapp", identifier="+31620000000",
    kind=AccountKind.BUSINESS, owner="Lien", basis="archiefwet", since="2020-01-01",
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def test_the_shipped_bases_are_dated_and_explained() -> None:
    """Each basis names its article and the day from which it holds; a weak one says why."""
    found = bases()
    assert {"archiefwet", "publieke-taak", "toestemming", "convenant"} <= found.keys()
    covering = [one for one in found.values() if one.strength is not Strength.MISSING]
    assert all(one.title and one.article for one in covering)
    assert all(one.why for one in found.values() if one.strength is Strength.WEAK)


def test_consent_and_agreements_are_weak() -> None:
    """Consent can be withdrawn and an agreement is no act: neither is ever more than weak."""
    found = [one for one in bases().values() if one.kind in (Kind.CONSENT, Kind.AGREEMENT)]
    assert {one.strength for one in found} == {Strength.WEAK}
    assert {one.code for one in found} == {"toestemming", "convenant"}


def test_an_unknown_basis_is_named_with_the_known_ones() -> None:
    """A code that is no basis is refused, with the codes to choose from."""
    with pytest.raises(UnknownBasis, match="archiefwet"):
        basis("zomaar")


@pytest.mark.parametrize("code", bases())
def test_a_basis_covers_from_its_first_day(code: str) -> None:
    """No basis covers a day before it came into force."""
    early = date.fromordinal(bases()[code].since.toordinal() - 1)
    covered, findings = judge(msgspec.structs.replace(ACCOUNT, basis=code), early)
    assert (covered, [one.code for one in findings]) == ("", ["E-R001"])


def test_a_basis_that_ended_covers_nothing() -> None:
    """A basis is judged at the moment of processing: one that was repealed no longer covers."""
    ended = [one for one in bases().values() if one.until is not None]
    for one in ended:
        assert one.holds_on(one.until or DAY)
        late = date.fromordinal((one.until or DAY).toordinal() + 1)
        assert not one.holds_on(late)
    assert judge(msgspec.structs.replace(ACCOUNT, basis="verdwenen"), DAY)[0] == ""


def test_a_weak_basis_covers_with_a_finding(office: Ministry) -> None:
    """Consent covers, and every delivery says that it is weak and why."""
    office.account("els", basis="toestemming")
    path = office.write("WhatsApp-chat met X.txt", chat([(0, "Lien", "Het besluit ligt klaar")]))
    found = office.ingest(path, "els")
    assert (found["state"], found["new"]) == ("ingested", 1)
    weak = [one for one in found["findings"] if one["code"] == "W-R001"]
    assert weak[0]["values"]["why"]


def test_without_a_covering_basis_the_bytes_wait_unread(office: Ministry) -> None:
    """No basis: the bytes are kept unread in sealed custody, with a finding; a basis opens them."""
    account = office.account(basis="geen")
    path = office.write("WhatsApp-chat met X.txt", chat([(0, "Lien", "Het besluit ligt klaar")]))
    kept = office.ingest(path, code=1)
    assert (kept["state"], kept["read"]) == ("custody", 0)
    assert [one["code"] for one in kept["findings"]] == ["E-R001"]
    assert office.search()["total"] == 0
    listed = office.json("delivery", "list")["deliveries"][0]
    assert (listed["state"], listed["path"]) == ("custody", "…")
    again = office.ingest(path, code=1)
    assert (again["delivery"], again["state"]) == (kept["delivery"], "custody")
    office.json("account", "change", account, "--basis", "publieke-taak")
    found = office.ingest(path)
    assert (found["delivery"], found["state"], found["new"]) == (kept["delivery"], "ingested", 1)
    assert office.run("verify", "--full").code == 0
