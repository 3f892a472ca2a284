"""Who acts, and what says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archiver.actor import NOBODY_LOGGED_IN, Person, Process, UnclearPerson, login_of, resolve
from archiver.actor import this_process as ask

_NAMES = {0: "root", 900: "chatarchief", 1001: "s.devries", 1002: "m.bakker"}


@pytest.mark.parametrize(
    ("sudo", "process", "person"),
    [
        ("1001", Process(0), Person("s.devries", 1001, "sudo")),
        ("1001", Process(900, owner=900), Person("s.devries", 1001, "sudo")),
        ("1001", Process(900, login_uid=1002, owner=900), Person("s.devries", 1001, "sudo")),
        ("1001", Process(1002, owner=900), Person("m.bakker", 1002, "uid")),
        ("1001", Process(1002, login_uid=1002, owner=900), Person("m.bakker", 1002, "login")),
        (None, Process(900, login_uid=1001), Person("s.devries", 1001, "login")),
        (None, Process(900, NOBODY_LOGGED_IN), Person("chatarchief", 900, "uid")),
        (None, Process(1002), Person("m.bakker", 1002, "uid")),
        (None, Process(0, login_uid=0), Person("root", 0, "login")),
    ],
)
def test_the_person_is_the_one_at_the_keyboard(
    sudo: str | None, process: Process, person: Person
) -> None:
    """SUDO_UID counts for root and for the archive's owner only; then the login, then the uid."""
    environ = {} if sudo is None else {"SUDO_UID": sudo}

    assert resolve(environ, process, _NAMES.__getitem__) == person


@pytest.mark.parametrize("value", ["", "root", "-1", "1001 ", "٣", str(NOBODY_LOGGED_IN), "9" * 30])
def test_a_sudo_uid_that_is_no_user_number_is_an_error(value: str) -> None:
    """Where SUDO_UID decides, something else in it stops the program."""
    with pytest.raises(UnclearPerson):
        resolve({"SUDO_UID": value}, Process(0))

    assert resolve({"SUDO_UID": value}, Process(1001, owner=900)).source == "uid"


def test_a_user_the_system_does_not_know_is_named_by_number() -> None:
    """Someone whose account is gone is still told apart."""
    assert login_of(4_000_000_000) == "uid4000000000"
    assert login_of(0) == "root"


def test_the_kernel_says_who_this_process_belongs_to(tmp_path: Path) -> None:
    """The real uid, the login uid and the owner of the archive are looked up."""
    here = ask(tmp_path)

    assert (here.uid, here.owner) == (os.getuid(), os.getuid())
    assert ask(tmp_path / "nowhere").owner is None
    assert resolve({}, here).uid in (here.uid, here.login_uid)


def test_without_a_login_uid_the_real_uid_decides(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A kernel without audit has no such file."""
    monkeypatch.setattr("archiver.actor._LOGIN_UID", tmp_path / "none")

    assert ask().login_uid is None
