"""Write the pages that follow from the code and its data, or check that they are up to date.

``python docs/generate.py`` writes them, ``--check`` names each one that differs and fails. A page
is a function in `PAGES`; what it describes is looked up in the program, never repeated here.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from pkgutil import walk_packages

import click

from archiver.commands import program
from archiver.errors import ArchiveError, ExitCode
from archiver.pipeline.formats import FORMATS
from archiver.settings.table import TABLE, Setting, Value

ROOT = Path(__file__).resolve().parents[1]

_PACKAGES = ("archiver", "retention")
_unloaded: list[str] = []

_MEANING = {
    ExitCode.DONE: "Done; also when the same input came a second time and nothing was new.",
    ExitCode.FINDINGS: "Done, with findings that somebody must look at.",
    ExitCode.USAGE: "The command was not understood; nothing was done.",
    ExitCode.PARTIAL: "A source could be read in part only.",
    ExitCode.NOT_AUTHORISED: "Not allowed for this person, or a second person is needed.",
    ExitCode.HELD: "A hold forbids it.",
    ExitCode.DAMAGE: "The archive is damaged or was altered.",
    ExitCode.NO_ARCHIVE: "There is no archive here, or not of a format this program reads.",
    ExitCode.LOCKED: "Another process is writing.",
    ExitCode.PRECONDITION: "Something needed is not there: an account, space, the right key.",
    ExitCode.INTERRUPTED: "Interrupted, by a person or by a reader of the results who left.",
}


def main(words: list[str]) -> int:
    """Write all pages, or with ``--check`` compare them; 1 when one differs or is not whole."""
    if words not in ([], ["--check"]):
        sys.stderr.write("usage: generate.py [--check]\n")
        return ExitCode.USAGE
    different = [(path, text) for path, text in pages() if _read(path) != text]
    for path, text in different:
        if words:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date; run: make docs\n")
        else:
            path.write_text(text, "utf-8")
    return ExitCode.FINDINGS if _unloaded or (words and different) else ExitCode.DONE


def pages() -> Iterator[tuple[Path, str]]:
    """Give every generated page with its place."""
    for name, make in PAGES:
        yield ROOT / name, make()


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


# -- commands -------------------------------------------------------------------------------------


def commands_page() -> str:
    """All commands with their options, as click knows them."""
    return _page("Commands", "archiver/commands", _command(program, "chatarchief"))


def _command(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    yield f"## `{name}`\n"
    yield from (f"{' '.join(one.split())}\n" for one in (command.help or "").split("\n\n"))
    yield f"```\n{name} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            if (found := command.get_command(context, below)) is not None:
                yield from _command(found, f"{name} {below}")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = (param.get_help_record(context) for param in command.get_params(context))
    rows = [record for record in records if record is not None and record[0] != "--help"]
    if rows:
        yield _table(("option", "meaning"), [(f"`{name}`", meaning) for name, meaning in rows])


# -- exit codes -----------------------------------------------------------------------------------


def exit_codes_page() -> str:
    """What each exit code means, and the errors that lead to it."""
    return _page("Exit codes", "archiver/errors.py", _exit_codes())


def _exit_codes() -> Iterator[str]:
    yield "When several apply, the worst one is given.\n"
    rows = [(str(int(code)), _MEANING[code]) for code in ExitCode]
    yield _table(("code", "meaning"), rows)
    yield "## Errors\n"
    errors = sorted(_errors(), key=lambda error: (error.exit_code, error.__name__))
    told = [(str(int(one.exit_code)), f"`{one.__name__}`", _sentence(one)) for one in errors]
    yield _table(("code", "error", "what is said"), told)


def _sentence(error: type[ArchiveError]) -> str:
    return (error.__doc__ or "").split("\n\n")[0]


def _errors() -> Iterator[type[ArchiveError]]:
    """All errors of the program; every module is loaded first, so that none is missed."""
    for package in _PACKAGES:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            _load(module.name)
    waiting = [ArchiveError]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        yield from (
            one for one in below if one.__module__.split(".")[0] in ("archiver", "retention")
        )


def _load(module: str) -> None:
    """Load a module; while it cannot be loaded the page is made without it, and says so."""
    try:
        import_module(module)
    except ImportError as error:
        _unloaded.append(module)
        sys.stderr.write(f"{module} is left out: {error}\n")


# -- findings -------------------------------------------------------------------------------------


def findings_page() -> str:
    """Every finding code with its sentence and what an officer can do."""
    return _page("Findings", "config/findings", _findings())


def _findings() -> Iterator[str]:
    yield "`E` must be solved, `W` must be known. Fields in braces are filled in.\n"
    for path in _told("findings"):
        found = _findings_in(path)
        yield f"## {path.stem.capitalize()}\n"
        rows = [(f"`{code}`", one["en"], one["solve_en"]) for code, one in sorted(found.items())]
        yield _table(("code", "what was found", "what to do"), rows)


# -- formats --------------------------------------------------------------------------------------


def formats_page() -> str:
    """Every format that is read: how it is recognised, what it carries and what it leaves out."""
    return _page("Formats", "config/formats and archiver/pipeline/formats.py", _formats())


def _formats() -> Iterator[str]:
    yield (
        "What a source of a format always leaves out is a finding of every delivery that has it, so"
        " that nobody\ncalls it complete. Whether one export leaves out more, some formats show and"
        " most do not.\nA format without a real sample says so.\n"
    )
    told = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in _told("formats")}
    codes = {code: one for path in _told("findings") for code, one in _findings_in(path).items()}
    for form in FORMATS:
        one = told[form.name]
        yield f"## {one['title']}\n"
        rows = [
            ("name", f"`{form.name}`, version {form.version}"),
            ("service", one["service"]),
            ("recognised by", one["probe"]),
            ("checked against", one["checked"]),
            ("built from", one["built_from"]),
            ("carries", "; ".join(one["carries"])),
            ("leaves out", " ".join(f"{codes[code]['en']} (`{code}`)" for code in form.gaps)),
            ("is it whole", one["whole"]),
            ("accuracy", one["accuracy"]),
        ]
        yield _table(("", ""), rows)


def _told(folder: str) -> list[Path]:
    return sorted((ROOT / "config" / folder).glob("*.toml"))


def _findings_in(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text("utf-8"))


# -- settings -------------------------------------------------------------------------------------


def settings_page() -> str:
    """Every setting with its variable, default and unit."""
    return _page("Settings", "archiver/settings/table.py", _settings())


def _settings() -> Iterator[str]:
    yield (
        "A flag goes before an environment variable, that before the settings file, that before "
        "the default.\nThe file is /etc/chatarchief/archive.toml, or the one that "
        "`CHATARCHIEF_CONFIG` names. `chatarchief settings`\nshows what is in force and where it "
        "came from.\n"
    )
    yield _table(("setting", "variable", "default", "values", "meaning"), map(_setting, TABLE))


def _setting(one: Setting) -> tuple[str, ...]:
    default = f"`{_toml(one.default)}`" if one.default != "" else ""
    return f"`{one.name}`", f"`{one.variable}`", default, one.wanted, one.sentence


def settings_file() -> str:
    """The settings file that ships: every default, commented out."""
    return "".join(_settings_file())


def _settings_file() -> Iterator[str]:
    yield "# Settings of chatarchief. Every line shows the default; take the # away to change it.\n"
    for table, settings in groupby(TABLE, key=lambda one: one.name.rpartition(".")[0]):
        yield f"\n[{table}]\n" if table else "\n"
        for one in settings:
            yield f"# {one.sentence} ({one.wanted})\n"
            yield f"# {one.name.rpartition('.')[2]} = {_toml(one.default)}\n"


def _toml(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


# -- how a page is laid out -----------------------------------------------------------------------


def _page(title: str, source: str, parts: Iterator[str]) -> str:
    head = f"# {title}\n\n<!-- Made by docs/generate.py from {source}; change it there. -->\n"
    return "\n".join((head, *parts))


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (titles, ("---",) * len(titles), *rows)
    cells = ((" ".join(cell.split()).replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def schema_page() -> str:
    """List the catalogue's tables as the migrations make them."""
    from sqlcipher3 import dbapi2

    from archiver.cases import schema as cases
    from archiver.produce import schema as produce
    from archiver.register import schema as register
    from archiver.sorting import schema as sorting
    from archiver.store.catalogue.schema import migrate
    from retention import schema, tables_dispose

    connection = dbapi2.connect(":memory:", isolation_level=None)
    migrate(connection)
    schema.migrate(connection)
    register.migrate(connection)
    sorting.migrate(connection)
    cases.migrate(connection)
    produce.migrate(connection)
    tables_dispose.made(connection)
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'text_%_%' AND tbl_name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY rowid"
    )
    blocks = "\n".join(f"{sql};\n" for _, _, sql in made)
    return (
        "# The catalogue\n\nA projection of objects and log in SQLCipher; `rebuild` makes it anew."
        " Its integer keys are private and may change. Generated from the migrations.\n\n"
        f"```sql\n{blocks}```\n"
    )


PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("docs/commands.md", commands_page),
    ("docs/exit-codes.md", exit_codes_page),
    ("docs/findings.md", findings_page),
    ("docs/formats.md", formats_page),
    ("docs/settings.md", settings_page),
    ("docs/schema.md", schema_page),
    ("config/archive.toml", settings_file),
)
"""Every generated page and what makes it; a new one is added here."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
