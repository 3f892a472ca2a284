"""The data that ships with the program: selection lists, rules, wordings, languages.

It lies in ``config/`` of the source tree and in ``archiver/_config`` of an installed package.
Every module reads it here, and so does `archiver.settings`; nothing here may be written.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def folder() -> Path:
    """Give the folder that holds the shipped data."""
    here = Path(__file__).parent
    installed = here / "_config"
    return installed if installed.is_dir() else here.parent / "config"


@cache
def read(name: str) -> dict[str, Any]:
    """Read one TOML file of the shipped data, such as ``stemming/nl.toml``.

    Read once; everyone gets the same dictionary and leaves it as it is.

    Raises:
        FileNotFoundError: There is no such file: the installation is not whole.
        tomllib.TOMLDecodeError: It is not TOML.
    """
    with (folder() / name).open("rb") as file:
        return tomllib.load(file)
