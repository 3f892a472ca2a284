"""The list of conversations has one order, whatever came first."""

from __future__ import annotations

from pathlib import Path

from tests.ministry import Ministry, chat, ministry


def _titles(office: Ministry) -> list[str]:
    return [one["title"] for one in office.json("conversations")["conversations"]]


def test_conversations_that_are_as_long_stand_by_their_first_message(tmp_path: Path) -> None:
    """The busiest first, then the oldest; so it stays when the catalogue is made anew."""
    office = ministry(tmp_path)
    for title, minute, count in (("Laat", 50, 1), ("Vroeg", 10, 1), ("Druk", 90, 2)):
        lines = [(minute + n, "Lien", f"Bericht {n} van {title}") for n in range(count)]
        office.ingest(office.write(f"WhatsApp-chat met {title}.txt", chat(lines)))
    assert _titles(office) == ["Druk", "Vroeg", "Laat"]
    office.json("rebuild")
    assert _titles(office) == ["Druk", "Vroeg", "Laat"]
