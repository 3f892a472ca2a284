"""The programs we are compared with, each where its own makers would put it.

whatstk and chat-miner come from PyPI into a virtual environment of their own, made when it is
missing from ``requirements-peers.txt`` (versions and digests fixed). notmuch and mu are Debian
packages: installed by apt when this runs as root, used when they are there, and else not measured.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_REQUIREMENTS = HERE / "requirements-peers.txt"
_DEBIAN = {"notmuch": "notmuch", "mu": "maildir-utils"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a peer cannot be measured here."""

    reason: str


def python(cache: Path) -> Path | Missing:
    """Give the Python that has the peers of PyPI, made first when it is not there."""
    folder = cache / "peers"
    found = folder / "bin" / "python"
    done = folder / "installed"
    if done.exists() and done.read_bytes() == _REQUIREMENTS.read_bytes():
        return found
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    hashed = ["--require-hashes", "--requirement", str(_REQUIREMENTS)]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(found), *install, *hashed], check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return Missing("its packages could not be installed")
    done.write_bytes(_REQUIREMENTS.read_bytes())
    return found


def program(name: str) -> Path | Missing:
    """Give a program of Debian, installed first when it is not there and we are root."""
    if shutil.which(name) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*command, _DEBIAN[name]], check=False, **quiet)  # type: ignore[call-overload]
    found = shutil.which(name)
    return Path(found) if found else Missing(f"{name} is not installed")


def version(name: str) -> str:
    """Give the version that a program of Debian states of itself."""
    text = subprocess.run([name, "--version"], check=False, capture_output=True, text=True).stdout
    return next((w for w in text.replace(",", " ").split() if w[:1].isdigit()), "?")
