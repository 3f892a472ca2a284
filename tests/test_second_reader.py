"""What a second reader has to read before a pack is made: as it is set, or more, never less."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from tests.inquiry_office import inquiry_office
from tests.ministry import LIEN, Ran
from tests.woo_office import Office, office

SETTING = "CHATARCHIEF_JUDGING_SECOND_READER"
LESS = "--second-reader {} is less than judging.second_reader, {}"
WAITS = "wait for a second reader"
GROUNDS = {"woo": "5.1.2e", "inquiry": "WPE-23"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of pack, and the case that it answers."""

    kind: str
    office: Office

    def withhold(self, ground: str) -> None:
        """Judge one message away as a whole, and all others public."""
        given = {"outcome": "niet openbaar", "grounds": (ground,), "reason": "Verzonnen."}
        self.office.judge({"Bel": given})

    def tried(self, *words: str) -> Ran:
        """Try the pack."""
        also = {"woo": ("--publisher", "VWS"), "inquiry": ("--mode", "inzage", "--prefix", "VWS")}
        out = self.office.at.folder / self.kind
        given = ("produce", self.kind, self.office.case, "--out", out, *also[self.kind])
        return self.office.at.run(*given, "--dry-run", *words, login=LIEN)


@pytest.fixture(scope="module", params=["woo", "inquiry"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """A case of which nothing is judged yet, in an archive as it is set when it is made."""
    making = {"woo": office, "inquiry": inquiry_office}
    made = making[request.param](tmp_path_factory.mktemp("readers"))
    del made.at.settings[SETTING]
    return Asked(request.param, made)


@pytest.fixture
def asked(whole: Asked, tmp_path: Path) -> Asked:
    """A copy of it, to change."""
    return Asked(whole.kind, Office(whole.office.at.copy(tmp_path), whole.office.case))


def test_the_setting_holds_where_nothing_is_asked(asked: Asked) -> None:
    """What is withheld as a whole waits for a second reader where the setting says so."""
    asked.withhold(GROUNDS[asked.kind])
    assert WAITS not in asked.tried().err
    asked.office.at.settings[SETTING] = "all"
    ran = asked.tried()
    assert (ran.code, WAITS in ran.err) == (ExitCode.FINDINGS, True)


def test_what_officials_thought_waits_by_default(asked: Asked) -> None:
    """Nothing is set and nothing is asked: of a Woo request the policy grounds wait."""
    if asked.kind == "woo":
        asked.withhold("5.1.2i")
        assert WAITS in asked.tried().err
        asked.office.at.settings[SETTING] = "none"
    assert WAITS not in asked.tried().err


def test_a_pack_may_ask_for_more(asked: Asked) -> None:
    """What the setting lets pass waits where the pack asks that all be read twice."""
    asked.withhold(GROUNDS[asked.kind])
    ran = asked.tried("--second-reader", "all")
    assert (ran.code, WAITS in ran.err) == (ExitCode.FINDINGS, True)


@pytest.mark.parametrize(("need", "least"), [("none", "policy"), ("policy", "all")])
def test_a_pack_may_not_ask_for_less(asked: Asked, need: str, least: str) -> None:
    """A pack that asks that less be read twice than is set is refused, and the refusal says so."""
    asked.office.judge({})
    asked.office.at.settings[SETTING] = least
    ran = asked.tried("--second-reader", need)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert LESS.format(need, least) in ran.err
