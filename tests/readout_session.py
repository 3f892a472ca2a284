"""What tests of read-out sessions share: an official's exports, and a session about them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.ministry import TODAY, Ministry, chat

LATER = (TODAY + timedelta(days=400)).isoformat()


def start(at: Ministry, *more: str, account: str = "jan") -> str:
    """Open a session about one account of Jan; give its id."""
    words = ("--person", "Jan", "--account", at.account(account), "--present", "Jan", *more)
    return str(at.json("session", "start", *words)["session"])


def chats(at: Ministry) -> tuple[Path, Path]:
    """Two exports: one of work, and one that the official keeps to himself."""
    work = chat([(0, "Omar", "Het besluit ligt klaar"), (1, "Jan", "Dank"), (2, "Omar", "Tot zo")])
    private = chat([(0, "Els", "Kanarietekst"), (5, "Jan", "Gezellig")])
    return (
        at.write("WhatsApp-chat met Beleidsgroep.txt", work),
        at.write("WhatsApp-chat met Kanariegroep.txt", private),
    )


def shown(at: Ministry, name: str) -> Any:
    """Give all that was recorded in a session."""
    return at.json("session", "show", name)


def codes(found: Any) -> list[str]:
    """Give the codes of its findings."""
    return [one["code"] for one in found["findings"]]
