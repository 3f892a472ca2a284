"""What every export under ``tests/exports`` is read as, and a way to write that down anew.

    python -m tests.golden            show what differs from the expected lines
    python -m tests.golden --write    write the expected lines; read the diff before you keep it

A case is a folder ``tests/exports/<format>/<case>`` with the export in ``input`` (one chat text
and perhaps its media), ``expected.jsonl``, and ``source.toml`` for what an officer answered and
for the name of the `main` member where that is no ``.txt``. Of a file ``NAME.sql`` the database is
made that it describes.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tomllib
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from archiver.format import Source
from archiver.model import Item, Member
from archiver.normalise.chat import chat_normaliser
from archiver.normalise.native import native_normaliser
from archiver.normalise.restated import restated_normaliser
from archiver.normalise.seated import seated_normaliser
from archiver.parse import (
    discord_json,
    google_chat,
    imazing_messages,
    imazing_whatsapp,
    imessage,
    mapped,
    matrix_json,
    messenger_json,
    rsmf,
    signal_export,
    signal_tools,
    slack_export,
    sms_xml,
    teams_json,
    telegram_html,
    telegram_json,
    threema_backup,
    threema_chat,
    ufdr,
    whatsapp_android,
    whatsapp_ios,
    whatsapp_text,
)
from archiver.pipeline.formats import by_name
from tests import databases

EXPORTS = Path(__file__).parent / "exports"
READ_AT = 1_780_000_000_000
"""28 May 2026, after every message of the cases."""

_READERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    whatsapp_text.NAME: (whatsapp_text.survey, whatsapp_text.parse, chat_normaliser),
    mapped.NAME: (mapped.survey, mapped.parse, native_normaliser),
    slack_export.NAME: (slack_export.survey, slack_export.parse, native_normaliser),
    google_chat.NAME: (google_chat.survey, google_chat.parse, restated_normaliser),
    teams_json.NAME: (teams_json.survey, teams_json.parse, native_normaliser),
    signal_tools.NAME: (signal_tools.survey, signal_tools.parse, native_normaliser),
    signal_export.NAME: (signal_export.survey, signal_export.parse, native_normaliser),
    whatsapp_android.NAME: (whatsapp_android.survey, whatsapp_android.parse, native_normaliser),
    rsmf.NAME: (rsmf.survey, rsmf.parse, seated_normaliser),
    rsmf.UNPACKED: (rsmf.survey, rsmf.parse, seated_normaliser),
    whatsapp_ios.NAME: (whatsapp_ios.survey, whatsapp_ios.parse, native_normaliser),
    imessage.NAME: (imessage.survey, imessage.parse, native_normaliser),
    ufdr.NAME: (ufdr.survey, ufdr.parse, seated_normaliser),
    telegram_html.NAME: (telegram_html.survey, telegram_html.parse, native_normaliser),
    telegram_json.NAME: (telegram_json.survey, telegram_json.parse, native_normaliser),
    sms_xml.NAME: (sms_xml.survey, sms_xml.parse, native_normaliser),
    imazing_messages.NAME: (imazing_messages.survey, imazing_messages.parse, native_normaliser),
    imazing_whatsapp.NAME: (imazing_whatsapp.survey, imazing_whatsapp.parse, native_normaliser),
    threema_backup.NAME: (threema_backup.survey, threema_backup.parse, native_normaliser),
    threema_chat.NAME: (threema_chat.survey, threema_chat.parse, native_normaliser),
    discord_json.NAME: (discord_json.survey, discord_json.parse, native_normaliser),
    matrix_json.NAME: (matrix_json.survey, matrix_json.parse, native_normaliser),
    messenger_json.NAME: (messenger_json.survey, messenger_json.parse, native_normaliser),
    messenger_json.INSTAGRAM: (messenger_json.survey, messenger_json.parse, native_normaliser),
}


def cases(format_name: str) -> list[Path]:
    """List the cases of one format."""
    return sorted(path.parent for path in EXPORTS.glob(f"{format_name}/*/input"))


def source_of(case: Path) -> Source:
    """Describe the export of a case as intake would."""
    answers = case / "source.toml"
    said = tomllib.loads(answers.read_text("utf-8")) if answers.exists() else {}
    folder = case / "input"
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [databases.shown(path.relative_to(folder).as_posix()) for path in paths]
    named = said.pop("main", "")
    main = names.index(named) if named else _text(paths)
    return Source(
        stream=BytesIO(databases.content(paths[main])),
        members=tuple(map(_member, paths, names)),
        main=main,
        path_name=said.pop("path_name", case.name),
        read_at=said.pop("read_at", READ_AT),
        beside={
            at: BytesIO(databases.content(path)) for at, path in enumerate(paths) if at != main
        },
        **said,
    )


def lines(case: Path) -> Iterator[str]:
    """Read a case and give one line of JSON for each question, item and finding."""
    survey, parse, normaliser = _READERS[case.parent.name]
    source = source_of(case)
    with source.stream:
        learned = survey(source)
        normalise = normaliser(source, learned)
        checks = [check(source) for check in by_name(case.parent.name).checks]
        for question in learned.questions:
            yield _line({"question": question})
        for entry in parse(source, learned):
            if isinstance(entry, Item):
                normal = normalise(entry)
                yield _line({"item": entry, "normal": normal})
                for check in checks:
                    check.see((entry,), (normal,))
            else:
                yield _line({"finding": entry})
        for check in checks:
            yield from (_line({"finding": finding}) for finding in check.findings())


def expected(case: Path) -> Path:
    """Say where the expected lines of a case stand."""
    return case / "expected.jsonl"


def _text(paths: list[Path]) -> int:
    return next(at for at, path in enumerate(paths) if path.suffix == ".txt")


def _member(path: Path, name: str) -> Member:
    content = databases.content(path)
    return Member(name, len(content), sha256(content).hexdigest())


def _line(entry: dict[str, Any]) -> str:
    return msgspec.json.encode(entry).decode() + "\n"


def main() -> int:
    """Compare all cases, or write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    changed = 0
    for case in (case for name in _READERS for case in cases(name)):
        path, now = expected(case), list(lines(case))
        before = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        changed += before != now
        sys.stdout.writelines(difflib.unified_diff(before, now, str(case), "now", n=0))
        if write:
            path.write_text("".join(now), "utf-8")
    return int(changed > 0 and not write)


if __name__ == "__main__":
    sys.exit(main())
