"""The archive of a small ministry as a whole: rebuilt, copied, restored, and proving itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from retention import schema
from tests.ministry import Ministry
from tests.retention_rows import held_copies
from tests.retention_world import World


def answers(world: World) -> dict[str, Any]:
    """Ask everything that must stay the same through a rebuild and a restore."""
    asked = {
        words: world.office.json(*words.split())
        for words in (
            "conversations", "delivery list", "hold list --all", "dispose list",
            "retention calendar",
        )
    }  # fmt: skip
    with world.office.opened() as archive:
        connection = schema.ready(archive)
        rows = connection.execute(
            "SELECT d.public, h.item, h.level, h.rule, p.text, t.public, q.public, o.item,"
            " u.content, y.start_at, y.end_at FROM holding h"
            " JOIN delivery d ON d.id = h.delivery JOIN copy p ON p.id = h.copy"
            " JOIN record r ON r.id = p.record JOIN record o ON o.id = r.id"
            " JOIN delivery q ON q.id = o.delivery JOIN conversation t ON t.id = r.conversation"
            " LEFT JOIN appraisal y ON y.copy = p.id LEFT JOIN rule u ON u.id = y.rule"
            " ORDER BY d.public, h.item"
        ).fetchall()
        return {**asked, "rows": rows, "held": sorted(held_copies(connection))}


def rebuild(world: World) -> None:
    """Make the catalogue anew: it says the same."""
    before = answers(world)
    world.office.json("rebuild")
    after = answers(world)
    for what, said in before.items():
        assert after[what] == said, what


def backup(world: World) -> None:
    """Bring the backup up to date."""
    world.office.json("backup", _backup(world))
    world.backed_up, world.gone_since_backup = set(world.deliveries), set()


def _backup(world: World) -> Path:
    return world.office.folder / "backup"


def sound(world: World) -> None:
    """The archive proves itself, and its log tells of two approvals for all that is gone."""
    assert world.office.json("verify", "--full")["damage"] == []
    events = world.office.events()
    for at, event in enumerate(events):
        if event["type"] == "dispose.done":
            public = event["delivery"]
            roles = {
                one["codes"][0]
                for one in events[:at]
                if one["type"] == "dispose.approved" and one.get("delivery") == public
            }
            assert roles == {"process-owner", "archive-manager"}
    replaced = [one for one in events if one["type"] == "delivery.replaced"]
    assert {one["codes"][0] for one in replaced} <= world.proposals.keys()


def restore_older(world: World) -> None:
    """An older copy is refused, by a newer head, or for want of the keys that are gone."""
    gone = {n for _, n in world.gone_since_backup} - {n for _, n in world.there.values()}
    if not gone:
        return
    head = world.office.folder / "head.checkpoint"
    with world.office.opened() as archive:
        head.write_text(archive.log.note())
    refused = _elsewhere(world, "refused")
    assert refused.run("restore", _backup(world), refused.archive, "--head", head).code == 6
    assert not refused.archive.exists()
    older = _elsewhere(world, "older")
    assert older.run("restore", _backup(world), older.archive).code == 9
    assert not older.archive.exists()


def restore_newest(world: World) -> None:
    """The copy that was brought up to date lost what was destroyed, and answers the same."""
    backup(world)
    other = _elsewhere(world, "newest")
    other.json("restore", _backup(world), other.archive)
    before = answers(world)
    ours, world.gate.office = world.office, other
    after = answers(world)
    assert world.office.json("verify", "--full")["damage"] == []
    world.gate.office = ours
    for what, said in before.items():
        assert after[what] == said, what


def _elsewhere(world: World, name: str) -> Ministry:
    folder = world.office.folder / name
    shutil.copytree(world.office.keys, folder / "keys")
    return Ministry(folder, settings=world.office.settings, _accounts=world.office._accounts)
