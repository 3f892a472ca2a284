"""`chatarchief doctor`: each thing the archive relies on, in one line, with a command to paste."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archiver.daemon import examine_archive, examine_drop, examine_machine
from archiver.errors import ExitCode
from archiver.store.lock import WriterLock
from tests.ministry import Ministry, mail
from tests.watched import Yard, yard

pytestmark = pytest.mark.usefixtures("english_again")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive whose recovery key was moved to another place, with that key's content."""
    made = Ministry(tmp_path_factory.mktemp("template"))
    words = ("init", made.archive, "--ministry", "Ministerie van Voorbeelden")
    assert made.run(*words, "--recovery-key", made.folder / "recovery.key").code == 0
    (made.folder / "recovery.key").rename(made.folder.parent / "moved.key")
    return made


@pytest.fixture
def at(tmp_path: Path, template: Ministry, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """An archive with one account and its drop folder, named in a settings file."""
    made = yard(tmp_path, template.copy(tmp_path))
    monkeypatch.setattr("archiver.settings.FILE", made.office.folder / "archive.toml")
    _set(made, f'drop.folder = "{made.drop}"\n')
    return made


def _set(at: Yard, text: str) -> None:
    (at.office.folder / "archive.toml").write_text(text, "utf-8")


def _checks(at: Yard) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in at.office.json("doctor", code=None)["checks"]:
        found.setdefault(row["check"], []).append(row)
    return found


def _levels(at: Yard, name: str) -> list[str]:
    return [row["level"] for row in _checks(at)[name]]


def test_a_sound_archive_has_one_line_for_each_check(at: Yard) -> None:
    """Everything that can be sound in a test is; head and backup are still to be arranged."""
    found = _checks(at)
    levels = {name: [row["level"] for row in rows] for name, rows in found.items()}

    sound = (
        "sqlite", "libmagic", "data", "disk", "local", "archive", "keys", "clock", "writer",
        "staging", "index", "service", "drop",
    )  # fmt: skip
    assert {name: levels[name] for name in sound} == {name: ["ok"] for name in sound}
    assert levels["heads"] == levels["backup"] == ["warn"]
    assert at.office.run("doctor").code == ExitCode.FINDINGS


def test_when_all_is_well_the_exit_code_is_0(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A monitor needs the exit code only."""
    heads = at.office.folder / "koppen"
    _set(at, f'drop.folder = "{at.drop}"\nheads.folder = "{heads}"\n')
    at.put("brief.eml", mail(1, "tekst"))
    at.rounds(2, HEADS_FOLDER=str(heads))
    assert at.office.run("backup", at.office.folder / "kopie").code == ExitCode.DONE
    assert _levels(at, "heads") == ["warn"]
    monkeypatch.setattr(examine_archive, "_same_disk", lambda one, other: False)

    ran = at.office.run("doctor")
    assert ran.code == ExitCode.DONE, ran.out
    assert "FAILS" not in ran.out


def test_the_lines_are_said_in_dutch(at: Yard) -> None:
    """Names and sentences in the language that was asked for, commands as they are."""
    out = at.office.run("doctor", "--lang", "nl").out
    assert "let op: reservekopie: Er is nog geen reservekopie.  [chatarchief backup DIR]" in out


def test_a_recovery_key_that_did_not_move_fails(at: Yard, template: Ministry) -> None:
    """The key that must outlive the machine may not lie beside the others."""
    key = template.folder.parent / "moved.key"
    (at.office.folder / "recovery.key").write_bytes(key.read_bytes())
    rows = _checks(at)["keys"]

    assert "fail" in [row["level"] for row in rows]
    assert any("E-K001" in row["message"] for row in rows)


def test_keys_that_others_may_read_are_told_of(at: Yard) -> None:
    """With the command that takes the right away."""
    at.office.keys.chmod(0o755)
    rows = _checks(at)["keys"]

    assert [row["level"] for row in rows] == ["warn"]
    assert rows[0]["command"] == f"chmod -R go= {at.office.keys}"


def test_a_clock_that_runs_behind_the_log_fails(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not be earlier than the last event."""

    class Early(examine_archive.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz).replace(year=2000)

    monkeypatch.setattr(examine_archive, "datetime", Early)
    rows = _checks(at)["clock"]
    assert (rows[0]["level"], rows[0]["command"]) == ("fail", "timedatectl")


def test_a_writer_is_named(at: Yard) -> None:
    """Somebody who writes is no fault; who it is can be read."""
    with WriterLock(at.office.archive / "lock", command="ingest"):
        (row,) = _checks(at)["writer"]
    assert row["level"] == "ok"
    assert "ingest" in row["message"]


def test_leftovers_of_a_dead_process_are_told_of(at: Yard) -> None:
    """The next writer clears them."""
    (at.office.archive / "staging" / "0123456789abcdef").mkdir(parents=True)
    (at.office.archive / "staging" / "fedcba9876543210").mkdir()
    (at.office.archive / "staging" / "fedcba9876543210" / "lock").touch()
    (row,) = _checks(at)["staging"]

    assert row["level"] == "warn"
    assert row["message"].startswith("staging: 2 folders")


def test_an_index_that_lags_fails(at: Yard) -> None:
    """With the command that makes it anew; a missing one as well."""
    with at.office.opened() as archive, archive.writing():
        with archive.catalogue.transaction():
            archive.catalogue.reached(archive.log.size - 2)
        rows = list(examine_archive._index(archive, None))  # type: ignore[arg-type]
    assert (rows[0].level, rows[0].command) == ("fail", "chatarchief rebuild")


def test_a_service_that_is_not_registered_fails(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner of the archive must be an officer, and doctor says how."""
    monkeypatch.setattr(examine_archive, "login_of", lambda uid: "chatarchief")
    (row,) = _checks(at)["service"]
    assert row["level"] == "fail"
    assert row["command"] == "chatarchief officer add --login chatarchief --role service"


def test_a_head_that_is_old_fails(at: Yard) -> None:
    """A place that is set but never reached is worse than none."""
    _set(at, f'drop.folder = "{at.drop}"\nheads.folder = "{at.office.folder / "koppen"}"\n')
    assert _levels(at, "heads") == ["fail"]


def test_the_drop_folder_must_be_there_with_a_folder_for_each_account(at: Yard) -> None:
    """Each with the command to paste."""
    at.folder.rename(at.drop / "weg")
    rows = _checks(at)["drop"]
    assert rows[1]["command"] == f"mkdir {at.folder}"
    at.drop.rename(at.drop.with_name("weg"))
    assert _levels(at, "drop") == ["fail"]
    _set(at, "")
    assert _levels(at, "drop") == ["warn"]


def test_what_may_not_be_read_fails(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop folder and account folders, as the user who asks sees them."""
    nothing = SimpleNamespace(access=lambda path, mode: False, R_OK=4, W_OK=2, X_OK=1)
    monkeypatch.setattr(examine_drop, "os", nothing)
    assert _levels(at, "drop") == ["fail", "fail"]


def test_what_stays_in_the_drop_folder_is_named(at: Yard) -> None:
    """With its code and what to do; of many the first twenty."""
    for number in range(25):
        (at.folder / f"link{number:02}").symlink_to("ergens")
    at.rounds()
    rows = _checks(at)["stays"]

    assert len(rows) == 21
    assert rows[0]["message"].startswith("stays: E-A001 jan-mail/link00: Put the file itself")
    assert rows[-1]["message"] == "stays: E-A001 … and 5 more."


def test_a_wrong_setting_is_the_first_thing_said(at: Yard) -> None:
    """A setting that does not exist, or no archive at all, ends the checks with the reason."""
    _set(at, 'dorp.folder = "x"\n')
    assert list(_checks(at)) == ["settings"]
    _set(at, "")
    at.office.archive.rename(at.office.folder / "elders")
    assert _levels(at, "archive") == ["fail"]


def test_the_machine_is_looked_at(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old SQLite, a full disk, a share, missing data, both units: each is a line."""
    from sqlcipher3 import dbapi2 as driver

    monkeypatch.setattr(driver, "sqlite_version_info", (3, 45, 0))
    monkeypatch.setattr(examine_machine, "is_on_network", lambda path: True)
    monkeypatch.setattr(examine_machine, "_empty", lambda name: True)
    free = SimpleNamespace(free=3 * 1024**3)
    monkeypatch.setattr(examine_machine.shutil, "disk_usage", lambda path: free)
    units = at.office.folder / "units"
    units.mkdir()
    for name in ("a.service", "b.timer"):
        (units / name).touch()
    monkeypatch.setattr(examine_machine, "_SYSTEMD", units)
    monkeypatch.setattr(examine_machine, "_ENABLED", (units / "a.service", units / "b.timer"))
    found = _checks(at)

    assert [found[name][0]["level"] for name in ("sqlite", "local", "data", "disk", "units")] == [
        "fail", "fail", "fail", "warn", "warn",
    ]  # fmt: skip
    assert "archive" in found


def test_one_unit_is_right_and_none_is_told_of(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either the watcher or the timer must be enabled where systemd runs."""
    monkeypatch.setattr(examine_machine, "_SYSTEMD", at.drop)
    monkeypatch.setattr(examine_machine, "_ENABLED", (at.drop, at.drop / "b.timer"))
    assert _levels(at, "units") == ["ok"]
    monkeypatch.setattr(examine_machine, "_ENABLED", (at.drop / "b.timer",))
    assert _levels(at, "units") == ["warn"]


def test_a_check_that_fails_stops_no_other(at: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check raises is its result; of an error that is not ours only the kind is said."""

    def fails(*all: object) -> Any:
        raise ValueError("de tekst van een bericht")

    monkeypatch.setattr(examine_archive, "_CHECKS", (("keys", fails), ("backup", fails)))
    monkeypatch.setattr(examine_machine, "_CHECKS", (("disk", fails),))
    rows = at.office.json("doctor", code=None)["checks"]

    assert [row["message"] for row in rows if row["level"] == "fail"] == [
        "disk: ValueError", "keys: ValueError", "backup: ValueError",
    ]  # fmt: skip


def test_doctor_changes_nothing(at: Yard) -> None:
    """No event, and the drop folder as it was."""
    at.put("brief.eml", mail(1, "tekst"))
    before = at.types()
    at.office.run("doctor")
    assert at.types() == before
    assert at.left() == ["brief.eml"]
