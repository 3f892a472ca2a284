"""A group under another title: one conversation on enough evidence, else a proposal."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.deduplicate import Run, find_run
from archiver.deduplicate.union import ITEMS_IN_A_ROW, RARE_TEXTS
from tests.ministry import Ministry, chat, ministry
from tests.test_ladder import row

RARE = [(n, "Lien", f"Punt {n} van de agenda is besproken") for n in range(ITEMS_IN_A_ROW)]
SHORT = [(n, "Lien", "ok") for n in range(ITEMS_IN_A_ROW)]


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _renamed(office: Ministry, before: str, after: str) -> list[dict[str, object]]:
    """Hand in a group under its first and then under its second title; give the findings."""
    office.ingest(office.write("WhatsApp-chat met Overleg.txt", before))
    found = office.ingest(office.write("WhatsApp-chat met Crisisoverleg.txt", after))
    return [one for one in found["findings"] if one["code"].startswith("W-D")]


def test_a_renamed_group_is_one_conversation(office: Ministry) -> None:
    """Twenty items in a row, five with a rare text: the same conversation, with a finding."""
    findings = _renamed(office, chat(RARE), chat([*RARE, (30, "Omar", "Nieuwe naam")]))
    assert [(one["code"], one["values"]) for one in findings] == [
        ("W-D001", {"run": ITEMS_IN_A_ROW, "rare": ITEMS_IN_A_ROW})
    ]
    assert office.json("conversations")["conversations"][0]["records"] == ITEMS_IN_A_ROW + 1
    assert len(office.json("conversations")["conversations"]) == 1


def test_a_third_export_finds_the_renamed_group(office: Ministry) -> None:
    """Once united, each of the two titles leads to the same conversation."""
    _renamed(office, chat(RARE), chat([*RARE, (30, "Omar", "Nieuwe naam")]))
    later = office.write(
        "later/WhatsApp-chat met Crisisoverleg.txt", chat([*RARE, (40, "Omar", "Dag")])
    )
    assert office.ingest(later)["new"] == 1
    assert len(office.json("conversations")["conversations"]) == 1


@pytest.mark.parametrize(
    ("lines", "run", "rare"),
    [
        (RARE[:-1], 19, 19),
        (SHORT, 20, 0),
        (RARE[: RARE_TEXTS - 1] + SHORT[RARE_TEXTS - 1 :], 20, 4),
    ],
)
def test_too_little_in_common_is_only_proposed(
    office: Ministry, lines: list[tuple[int, str, str]], run: int, rare: int
) -> None:
    """Nineteen in a row, or too few rare texts: two conversations, and a proposal."""
    findings = _renamed(office, chat(lines), chat([*lines, (30, "Omar", "Nieuwe naam")]))
    assert [(one["code"], one["values"]) for one in findings] == [
        ("W-D002", {"run": run, "rare": rare})
    ]
    assert len(office.json("conversations")["conversations"]) == 2


def test_another_group_is_not_proposed(office: Ministry) -> None:
    """Two groups without anything in common stay two, and nothing is asked."""
    assert _renamed(office, chat(RARE), chat([(50, "Omar", "Iets heel anders")])) == []


def test_a_longer_run_without_rare_texts_does_not_hide_a_good_one() -> None:
    """Of several runs the one that is evidence counts, not the longest."""
    keys = [bytes([n]) for n in range(60)]
    short = [_said(n, keys[n], "ok") for n in range(30)]
    rare = [_said(n, keys[n], f"Punt {n} van de agenda is besproken") for n in range(31, 55)]
    found = [(1, n, keys[n]) for n in range(60) if n != 30]
    run = find_run([*short, *rare], found)
    assert run == Run(1, 24, 24)
    assert run.unites


def test_what_stands_between_ends_a_run() -> None:
    """Items that the other strand has in between, or in another order, are not in a row."""
    rows = [_said(n, bytes([n]), "ok") for n in range(4)]
    assert find_run(rows, [(1, 0, b"\0"), (1, 1, b"\1"), (1, 3, b"\2"), (1, 4, b"\3")]) == Run(
        1, 2, 0
    )
    assert find_run(rows, [(1, 3, b"\0"), (1, 2, b"\1"), (1, 1, b"\2"), (1, 0, b"\3")]) == Run(
        1, 1, 0
    )
    assert find_run(rows, []) is None


def test_equal_runs_go_to_the_older_strand() -> None:
    """When two conversations are equally alike, the older one is taken, always."""
    rows = [_said(1, b"a", "ok")]
    assert find_run(rows, [(2, 0, b"a"), (1, 0, b"a")]) == Run(1, 1, 0)


def _said(second: int, key: bytes, text: str) -> object:
    import msgspec

    return msgspec.structs.replace(row(second, key), sent_at=second * 1000, text=text)
