"""Comparing all mails ends, whatever else the archive holds."""

from __future__ import annotations

from pathlib import Path

import talk

from tests.ministry import ministry

_CHAT = "WhatsApp-chat met Overleg stikstof.txt"


def test_chats_are_followed_no_further_than_once(tmp_path: Path) -> None:
    """Four copies of one group from three telephones, one of them the same file: comparing all of
    them again ends, and changes nothing.
    """
    said = talk.talk(12)
    made = ministry(tmp_path)
    for name, file, export in (
        ("fenna", "ChatStorage.sqlite", talk.iphone_database(said, 1)),
        ("idris", _CHAT, talk.android_text(said)),
        ("jan", _CHAT, talk.android_text(said)),
        ("jan", "msgstore.db", talk.android_database(said)),
    ):
        number = {"jan": "+31612000001", "fenna": "+31612000002", "idris": "+31612000003"}[name]
        made.account(name, identifier=number)
        made.ingest(made.write(f"{name}/{file}", export), name, code=None)
    before = made.partition()
    assert made.run("reconcile", "--all").code == 0
    assert made.partition() == before
