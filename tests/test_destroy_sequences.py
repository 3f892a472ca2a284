"""Whatever is handed in and destroyed, in whatever order: nothing of others goes, all is sound."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.ministry import Ministry, ministry
from tests.test_destroy import TITLED, kill, sound
from tests.test_reconcile import phone, talk

_TALK = talk(16)
PARTS = {
    "whole": _TALK, "first": _TALK[:22], "last": _TALK[10:], "middle": _TALK[6:26],
}  # fmt: skip
OWNERS = {"lien": ("Lien", 0), "omar": ("Omar", 60), "pia": ("Pia", 0)}
_NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)

handed_in = st.lists(
    st.tuples(st.sampled_from(sorted(OWNERS)), st.sampled_from(sorted(PARTS))),
    min_size=2,
    max_size=4,
    unique=True,
)


def hand_in(at: Ministry, account: str, part: str) -> str:
    """Take in a part of the conversation as one phone has it; give the delivery."""
    owner, shift = OWNERS[account]
    path = at.write(f"{account}-{part}/{TITLED}", phone(owner, PARTS[part], shift))
    return str(at.ingest(path, account, code=None)["delivery"])


def held(at: Ministry, without: str) -> dict[tuple[str, int], str]:
    """Give for every holding of other deliveries the words that its record is found by."""
    with at.opened() as archive:
        rows = archive.catalogue.connection.execute(
            "SELECT d.public, h.item, p.text FROM holding h JOIN copy p ON p.id = h.copy"
            " JOIN delivery d ON d.id = h.delivery WHERE d.public <> ?",
            (without,),
        )
        return {(delivery, item): text for delivery, item, text in rows}


@pytest.mark.unmeasured
@settings(
    max_examples=8,
    deadline=None,
    phases=_NO_SHRINK,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(handed_in, st.data())
def test_taking_one_delivery_away_leaves_what_the_others_hold(
    parts: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Every holding of every other delivery stands, with its words, and a rebuild agrees."""
    with TemporaryDirectory() as folder:
        office = ministry(Path(folder))
        deliveries = [hand_in(office, *part) for part in parts]
        gone = data.draw(st.sampled_from(deliveries))
        before = held(office, gone)
        kill(office, {gone: None})
        assert held(office, "") == before
        sound(office)


@pytest.mark.unmeasured
@settings(
    max_examples=8,
    deadline=None,
    phases=_NO_SHRINK,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(handed_in, st.data())
def test_any_messages_of_any_deliveries(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    """Whatever single messages go, step by step: the others stand, and all is sound."""
    with TemporaryDirectory() as folder:
        office = ministry(Path(folder))
        deliveries: list[str] = []
        for part in parts:
            deliveries.append(hand_in(office, *part))
            gone = data.draw(st.sampled_from(deliveries))
            count = len(PARTS[parts[deliveries.index(gone)][1]])
            items = data.draw(st.frozensets(st.integers(1, count), min_size=1, max_size=6))
            before = held(office, "")
            kill(office, {gone: items})
            kept = {
                key: text for key, text in before.items() if key[0] != gone or key[1] not in items
            }
            assert held(office, "") == kept
        sound(office)


def test_a_copy_that_was_named_by_what_went_stays_one(tmp_path: Path) -> None:
    """Two exports share a copy whose first item goes: a rebuild makes one copy of it, too."""
    office = ministry(tmp_path)
    first = hand_in(office, "omar", "middle")
    kill(office, {first: frozenset({7, 8, 9, 16})})
    second = hand_in(office, "lien", "first")
    kill(office, {first: frozenset({14})})
    hand_in(office, "lien", "whole")  # Only now the two phones are aligned.
    hand_in(office, "lien", "last")
    kill(office, {second: frozenset({6, 8, 10, 19, 20})})
    sound(office)
