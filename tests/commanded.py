"""A command as a test gives it, in this process or in one of its own, and what it gave."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from archiver.commands import main
from archiver.pipeline import reader


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command gave: exit code, results, remarks."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The results as JSON."""
        return json.loads(self.out)


def values(login: str) -> dict[str, str]:
    """Give the variables that say who acts, and in which language."""
    who = {"SUDO_UID": login.removeprefix("uid")} if login else {}
    return {"CHATARCHIEF_LANGUAGE": "en"} | who


def in_process(words: list[str], variables: dict[str, str], *, own_reader: bool) -> Ran:
    """Run a command in this process, under these variables of the program and no other."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _only(variables),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        _reading_here() if own_reader else contextlib.nullcontext(),
    ):
        code = main(words)
    return Ran(int(code), out.getvalue(), err.getvalue())


def in_a_process(words: list[str], variables: dict[str, str]) -> Ran:
    """Run the installed command in a process of its own, under the same variables."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words],
        capture_output=True,
        env=_outside() | variables,
        check=False,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


_PROGRAM = "import sys; from archiver.commands import main; sys.exit(main())"


@contextlib.contextmanager
def _only(variables: dict[str, str]) -> Iterator[None]:
    """Set these variables, of the tester's own settings none; the rest is left alone, for speed."""
    before = {name: os.environ.pop(name) for name in [*filter(_is_own, os.environ)]}
    replaced = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in (replaced | before).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _reading_here() -> Iterator[None]:
    with patch.object(reader, "ChildReader", reader.OwnReader):
        yield


def _outside() -> dict[str, str]:
    """Give the environment without the tester's own settings."""
    return {name: value for name, value in os.environ.items() if not _is_own(name)}


def _is_own(name: str) -> bool:
    return name.startswith("CHATARCHIEF_") or name == "SUDO_UID"
