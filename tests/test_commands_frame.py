"""The command line: how it starts, what it says when something goes wrong, what it gives back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import archiver
from archiver import commands
from archiver.commands import COMMANDS, Program, main, program
from archiver.commands.frame import (
    Asked,
    Command,
    Frame,
    Group,
    dry_run,
    sentences,
    wait,
    with_frame,
    worst,
)
from archiver.errors import ExitCode, Locked
from archiver.language import use

Try = Callable[..., int]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the person who runs the tests, and English."""
    for name in [name for name in os.environ if name.startswith(("CHATARCHIEF_", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("archiver.settings.FILE", Path("/nowhere/archive.toml"))
    yield
    use("en")


@pytest.fixture
def attempt(monkeypatch: pytest.MonkeyPatch) -> Try:
    """Run `chatarchief try` with a command that does what the test says."""

    def run(action: Callable[[Frame], object], *words: str) -> int:
        @click.command(cls=Command)
        @with_frame
        def command(frame: Frame) -> object:
            """Try something."""
            return action(frame)

        return _with(monkeypatch, command, *words)

    return run


def _with(monkeypatch: pytest.MonkeyPatch, command: click.Command, *words: str) -> int:
    monkeypatch.setitem(sys.modules, "invented_module", SimpleNamespace(command=command))
    monkeypatch.setattr(commands, "COMMANDS", (("try", "invented_module"),))
    monkeypatch.setattr(commands, "find_spec", lambda name: name)
    return main(["try", *words])


def _fail(error: BaseException) -> Callable[[Frame], object]:
    def action(frame: Frame) -> object:
        raise error

    return action


def test_every_command_of_the_table_loads() -> None:
    """Each name leads to a command, and no module of a command is missing from the table."""
    modules = {path.stem for path in Path(commands.__file__).parent.glob("*.py")}
    listed = {module.rpartition(".")[2] for _, module in COMMANDS}
    present = [name for name, module in COMMANDS if find_spec(module)]
    context = click.Context(program)

    beside = [
        import_module(f"archiver.commands.{name}") for name in modules - listed - {"__init__"}
    ]
    assert [module.__name__ for module in beside if hasattr(module, "command")] == []
    assert "settings" in present
    assert all(program.get_command(context, name) is not None for name in present)
    assert program.get_command(context, "import_os") is None
    assert isinstance(program, Program)


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` needs no archive and no settings."""
    assert main(["--version"]) == ExitCode.DONE
    assert capsys.readouterr().out == f"chatarchief {archiver.__version__}\n"
    with pytest.raises(AttributeError):
        _ = archiver.__wersion__


def test_starting_loads_nothing_that_only_some_commands_need() -> None:
    """A command that does not read exports or open the archive does not pay for it."""
    heavy = "cryptography sqlcipher3 sqlite_utils phonenumbers Stemmer magic watchdog zstandard"
    code = (
        "import sys\nfrom archiver.commands import main\nmain(['--version'])\n"
        f"sys.exit(','.join(n for n in {heavy.split()} if n in sys.modules) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_error_is_its_sentence_and_its_exit_code(
    attempt: Try, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on stderr, nothing on stdout, the code of the class."""
    assert attempt(_fail(Locked(holder="7 chatarchief ingest"))) == ExitCode.LOCKED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "Another process is writing (7 chatarchief ingest). Try again, or use --wait.\n"
    )


def test_an_error_is_told_in_dutch(attempt: Try, capsys: pytest.CaptureFixture[str]) -> None:
    """The language may be said before or after the command."""
    assert attempt(_fail(ZeroDivisionError("geheim")), "--lang", "nl") == ExitCode.PRECONDITION
    assert capsys.readouterr().err == (
        "Er gebeurde iets onverwachts (ZeroDivisionError). --debug toont waar.\n"
    )
    assert main(["--lang=nl", "nergens"]) == ExitCode.USAGE
    assert "Er is geen opdracht nergens." in capsys.readouterr().err


def test_a_person_sees_a_traceback_only_when_asking_for_it(
    attempt: Try, capsys: pytest.CaptureFixture[str]
) -> None:
    """What an unexpected error says may hold text of a message, so only its kind is told."""
    attempt(_fail(ValueError("de tekst van een bericht")))
    quiet = capsys.readouterr().err
    code = attempt(_fail(ValueError("de tekst van een bericht")), "--debug")
    loud = capsys.readouterr().err

    assert "bericht" not in quiet
    assert "Traceback" not in quiet
    assert "Traceback (most recent call last):\n" in loud
    assert code == ExitCode.PRECONDITION


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "Interrupted."),
        (click.Abort(), ExitCode.INTERRUPTED, "Interrupted."),
        (click.UsageError("Too much."), ExitCode.USAGE, "Too much.\nSee: chatarchief try --help"),
        (
            PermissionError(13, "Permission denied", "/srv/archief"),
            ExitCode.PRECONDITION,
            "/srv/archief: Permission denied.",
        ),
        (OSError(28, "No space left"), ExitCode.PRECONDITION, "The system refused: No space left."),
        (TimeoutError(), ExitCode.PRECONDITION, "The system refused: TimeoutError."),
    ],
)
def test_every_kind_of_trouble_has_its_line_and_code(
    attempt: Try,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: ExitCode,
    said: str,
) -> None:
    """Interruption, wrong use and a refusing system are told apart."""
    assert attempt(_fail(error)) == code
    assert capsys.readouterr().err.strip() == said


def test_a_command_may_give_its_own_exit_code(attempt: Try) -> None:
    """Findings are no error, yet the caller learns of them; nothing returned means done."""
    assert attempt(lambda frame: ExitCode.FINDINGS) == ExitCode.FINDINGS
    assert attempt(lambda frame: None) == ExitCode.DONE


def test_the_worst_exit_code_counts() -> None:
    """Damage outranks what is merely not there, and that outranks findings."""
    assert worst([]) == ExitCode.DONE
    assert worst([ExitCode.DONE, ExitCode.FINDINGS]) == ExitCode.FINDINGS
    assert worst([ExitCode.PRECONDITION, ExitCode.DAMAGE]) == ExitCode.DAMAGE
    assert {worst([code]) for code in ExitCode} == set(ExitCode)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nergens"], "There is no command nergens."),
        (["--nergens"], "There is no option --nergens."),
        (["settings", "--output", "xml"], "--output must be one of: text, json, jsonl, csv."),
        (["settings", "--output"], "--output was given a value too many or too few."),
    ],
)
def test_wrong_use_is_told_plainly(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """What was not understood is named, with where to read more."""
    assert main(words) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert said in told
    assert "--help" in told


def test_a_broken_settings_file_is_told_once_and_help_still_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Help needs no settings; a command that needs them says what is wrong."""
    monkeypatch.setenv("CHATARCHIEF_CONFIG", "/nowhere/else.toml")

    assert main(["settings", "--help"]) == ExitCode.DONE
    assert main(["settings"]) == ExitCode.USAGE
    assert capsys.readouterr().err.count("/nowhere/else.toml cannot be read") == 1


def test_help_is_told_in_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    """Texts and titles are Dutch; names of commands and options stay as they are."""
    assert main(["--lang", "nl", "--help"]) == ExitCode.DONE
    told = capsys.readouterr().out

    assert told.startswith("Gebruik: chatarchief [OPTIONS]")
    assert "Toon elke instelling" in told
    assert "--archive DIR" in told


def test_without_a_command_and_an_archive_the_help_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Somebody who starts has nothing to be told about yet."""
    assert main([]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith("Usage: chatarchief")


def test_without_a_command_today_s_list_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an archive, the bare program tells what waits."""

    @click.command(cls=Command)
    def command() -> ExitCode:
        """Tell what waits."""
        click.echo("two deliveries wait")
        return ExitCode.FINDINGS

    monkeypatch.setitem(sys.modules, "invented_module", SimpleNamespace(command=command))
    monkeypatch.setattr(commands, "COMMANDS", (("status", "invented_module"),))
    monkeypatch.setattr(commands, "find_spec", lambda name: name)

    assert main(["--archive", "/srv/archief"]) == ExitCode.FINDINGS
    assert capsys.readouterr().out == "two deliveries wait\n"


def test_the_options_of_the_program_stand_on_either_side(
    attempt: Try, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands last wins."""

    def action(frame: Frame) -> None:
        click.echo(f"{frame.archive} {frame.keys} {frame.form}")

    attempt(action, "--archive", "/a", "--keys", "/k", "--output", "csv")
    assert main(["--archive", "/b", "try", "--keys", "/k"]) == ExitCode.DONE
    assert main(["--archive", "/b", "try", "--keys", "/k", "--archive", "/c"]) == ExitCode.DONE
    assert main(["try"]) == ExitCode.NO_ARCHIVE
    said = capsys.readouterr()
    assert said.out.splitlines() == ["/a /k csv", "/b /k text", "/c /k text"]
    assert "CHATARCHIEF_ARCHIVE" in said.err


def test_the_frame_knows_who_acts_and_which_zone_is_set(
    attempt: Try, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times are written in the zone that is set."""
    monkeypatch.setenv("CHATARCHIEF_ZONE", "America/Paramaribo")

    attempt(lambda frame: click.echo(f"{frame.moment(1_600_000_000_000)} {frame.person.source}"))

    assert capsys.readouterr().out.startswith("2020-09-13T09:26:40-03:00 ")


def test_settings_shows_every_value_and_its_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON for programs, as a table for people, in either language."""
    monkeypatch.setenv("CHATARCHIEF_DROP_SCAN_SECONDS", "5")

    assert main(["settings", "--output", "json"]) == ExitCode.DONE
    found = json.loads(capsys.readouterr().out)
    rows = {row["name"]: row for row in found["settings"]}
    assert found["format_version"] == 1
    assert len(found["digest"]) == 64
    assert rows["drop.scan_seconds"]["value"] == 5
    assert rows["drop.scan_seconds"]["origin"] == "CHATARCHIEF_DROP_SCAN_SECONDS"
    assert main(["--lang", "nl", "settings"]) == ExitCode.DONE
    assert "De map van het archief." in capsys.readouterr().out


def test_something_that_must_be_given_is_asked_for_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script gets an error; a person gets the question."""

    @click.command(cls=Command)
    @click.option("--person", cls=Asked, help="Whose account it is.")
    def command(person: str) -> None:
        """Make an account."""
        click.echo(f"made for {person}")

    assert _with(monkeypatch, command) == ExitCode.USAGE
    assert "--person is missing." in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda prompt: "S. de Vries")
    assert main(["try"]) == ExitCode.DONE
    assert "made for S. de Vries" in capsys.readouterr().out


def test_a_group_without_a_command_shows_its_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its commands are listed with their sentences; every sentence can be collected."""

    @click.group(cls=Group)
    def command() -> None:
        """Do things with accounts."""

    @command.command("add", cls=Command)
    @dry_run
    @wait
    def add(dry_run: bool, wait: float | None) -> None:
        """Add an account.

        It needs an owner.
        """
        click.echo(f"{dry_run} {wait}")

    assert _with(monkeypatch, command) == ExitCode.USAGE
    assert "add  Add an account\n" in capsys.readouterr().err
    assert main(["try", "add", "--dry-run", "--wait", "2"]) == ExitCode.DONE
    assert capsys.readouterr().out == "True 2.0\n"
    assert main(["try", "add", "--wait", "-1"]) == ExitCode.USAGE
    assert "--wait does not fit" in capsys.readouterr().err
    assert {"Do things with accounts.", "Add an account.", "It needs an owner."} <= set(
        sentences(command)
    )


def test_a_reader_who_leaves_early_interrupts_the_command() -> None:
    """No traceback, and no exit code that says that all went well."""
    code = "import sys; from archiver.commands import main; sys.exit(main(['settings']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()

    assert (running.wait(), said) == (ExitCode.INTERRUPTED, b"")
