"""The units that ship shut the program in, and let officers reach it through sudo only."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[1] / "config/systemd"
_SERVICES = ("chatarchief.service", "chatarchief-watch.service")
_EXPOSURE = 15
"""The most that systemd may find exposed, in tenths of a point of ten."""


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", _SERVICES)
def test_a_service_is_shut_in(name: str) -> None:
    """No network, no privilege, no writable system, no memory both written and executed."""
    expected = {
        "User=chatarchief",
        "UMask=0077",
        "StateDirectoryMode=0700",
        "PrivateNetwork=yes",
        "IPAddressDeny=any",
        "RestrictAddressFamilies=none",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "MemoryDenyWriteExecute=yes",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged",
        "LimitCORE=0",
    }

    assert expected <= set(_lines(name))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
@pytest.mark.parametrize("name", _SERVICES)
def test_systemd_itself_finds_the_service_hardly_exposed(name: str) -> None:
    """Its own measure stays at or below 1.5 of 10."""
    judged = subprocess.run(
        [
            "systemd-analyze",
            "security",
            "--offline=yes",
            f"--threshold={_EXPOSURE}",
            str(_FOLDER / name),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert judged.returncode == 0, judged.stdout[-300:] + judged.stderr


def test_both_services_are_shut_in_alike() -> None:
    """Whatever one may not do, the other may not either."""
    differ = ("Description", "Conflicts", "Type", "Exec", "Restart", "Kill", "Success", "WantedBy")
    alike = [
        [line for line in _lines(name) if "=" in line and not line.startswith((*differ, "#"))]
        for name in _SERVICES
    ]

    assert alike[0] == alike[1]


def test_archive_and_keys_are_two_roots() -> None:
    """The keys lie beside the archive and never in it, so that each has its own backup."""
    lines = _lines("chatarchief.service")

    assert "StateDirectory=chatarchief chatarchief-keys" in lines
    assert "Environment=CHATARCHIEF_ARCHIVE=/var/lib/chatarchief" in lines
    assert "Environment=CHATARCHIEF_KEYS=/var/lib/chatarchief-keys" in lines


def test_the_timer_makes_up_for_a_missed_run() -> None:
    """A machine that was off reads the drop folder as soon as it is back."""
    assert "Persistent=true" in _lines("chatarchief.timer")


def test_officers_may_run_the_archive_and_nothing_else() -> None:
    """One rule, one program, one user, and no environment that moves the archive elsewhere."""
    rules = [line for line in _lines("sudoers") if line.startswith("%")]

    assert rules == ["%archief ALL = (chatarchief) /usr/bin/chatarchief"]
    assert not any("CHATARCHIEF_" in line for line in _lines("sudoers"))
