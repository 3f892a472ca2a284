"""Whole ingest of mail, against `notmuch new` and `mu index` on the same messages.

The messages are public list mail of the Apache Software Foundation, read from outside the project
and repeated to a useful number, each copy with identifiers of its own. We read them as one mbox,
the others as a maildir, one file a message.
"""

from __future__ import annotations

import json
import mailbox
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from shutil import rmtree

from tests.bench import measure, peers
from tests.bench.ingest import in_turns, whole
from tests.bench.measure import Cost
from tests.bench.parts import sampled
from tests.bench.result import Row, Section, at_least, missing

_GOAL = 3
_MONTHS = ("maven-dev-2017-11-mailarchivesao.mbox", "maven-dev-2017-11-mboxvm.mbox")
_IDENTIFIER = re.compile(rb"<([^<>@\s]+)@([^<>@\s]+)>")
_NAMING = re.compile(
    rb"^(?:message-id|in-reply-to|references):.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE
)
_NOTMUCH = "[database]\npath={mail}\n[new]\ntags=new\n[user]\nname=Bench\n"


def measured(work: Path, samples: Path | None, messages: int) -> Section:
    """Measure so many messages."""
    title = f"Mail: {messages:,} messages, whole ingest"
    found = [samples / "mail" / "asf-list-archives" / name for name in _MONTHS] if samples else []
    if not found or not all(path.exists() for path in found):
        return Section(title, (missing("whole ingest of mail", "there are no sample mails"),))
    folder = work / "mail"
    size = _write(folder, found, messages)
    programs = {"notmuch": _notmuch, "mu": _mu}
    contenders: dict[str, Callable[[], Cost]] = {
        "ours": partial(whole, work, "child", folder / "all.mbox", service="mail"),
        "ours, one process": partial(whole, work, "own", folder / "all.mbox", service="mail"),
    }
    absent = {}
    for name, command in programs.items():
        program = peers.program(name)
        if isinstance(program, Path):
            contenders[name] = partial(command, folder)
        else:
            absent[name] = program.reason
    turns = in_turns(contenders)
    note = (
        f"{len(found)} months of one mailing list, repeated to {messages:,} messages of"
        f" {size / messages / 1000:.1f} kB on average; every copy has Message-IDs of its own."
    )
    spent = sampled(work, "mail", folder / "all.mbox")
    return Section(title, tuple(_rows(turns, absent, messages)), (note, _memory(turns), spent))


def _rows(turns: dict[str, list[Cost]], absent: dict[str, str], messages: int) -> Iterator[Row]:
    read = json.loads(turns["ours"][0].output)["read"]
    if read != messages:
        raise measure.CommandFailed(f"of {messages} mails {read} were read")
    for name in ("notmuch", "mu"):
        what = f"messages a CPU second ÷ {name}'s"
        if name in absent:
            yield missing(what, absent[name])
            continue
        theirs = min(cost.cpu for cost in turns[name])
        against = f"{name} {peers.version(name)}: {messages / theirs:,.0f}"
        for ours, how in (("ours", "two processes"), ("ours, one process", "one process")):
            cpu = min(cost.cpu for cost in turns[ours])
            each = f"{messages / cpu:,.0f}"
            yield at_least(f"{what}, {how}", each, against, theirs / cpu, _GOAL)


def _memory(turns: dict[str, list[Cost]]) -> str:
    peaks = (f"{name} {max(c.peak for c in costs):.0f} MB" for name, costs in turns.items())
    walls = (f"{name} {min(c.wall for c in costs):.1f} s" for name, costs in turns.items())
    return (
        f"Peak memory: {', '.join(peaks)}; ours has the mailbox mapped, which counts."
        f" Wall clock: {', '.join(walls)}."
    )


def _write(folder: Path, sources: list[Path], messages: int) -> int:
    """Write one mbox and one maildir of the same messages; give the bytes of the mbox."""
    current = folder / "maildir" / "cur"
    for name in ("cur", "new", "tmp"):
        (folder / "maildir" / name).mkdir(parents=True, exist_ok=True)
    originals = [mail for source in sources for mail in _mails(source)]
    with (folder / "all.mbox").open("wb") as box:
        for number, mail in enumerate(islice(cycle(originals), messages)):
            own = _renamed(mail, number // len(originals))
            (current / f"{number:06d}.bench:2,S").write_bytes(own)
            quoted = re.sub(rb"^(>*From )", rb">\1", own, flags=re.MULTILINE)
            box.write(b"From list@example.org Wed Nov  1 00:00:00 2017\n" + quoted + b"\n")
        return box.tell()


def _mails(source: Path) -> Iterator[bytes]:
    for mail in mailbox.mbox(source, create=False):
        yield mail.as_bytes().replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def _renamed(mail: bytes, copy: int) -> bytes:
    """Give the identifiers of a message another name in each copy."""
    head, blank, body = mail.partition(b"\n\n")
    mark = rb"<\1.copy%d@\2>" % copy
    return _NAMING.sub(lambda field: _IDENTIFIER.sub(mark, field[0]), head) + blank + body


def _notmuch(folder: Path) -> Cost:
    mail = folder / "maildir"
    rmtree(mail / ".notmuch", ignore_errors=True)
    settings = folder / "notmuch.config"
    settings.write_text(_NOTMUCH.format(mail=mail.resolve()), encoding="utf-8")
    command = ("notmuch", f"--config={settings}", "new", "--quiet", "--no-hooks")
    return measure.run(command, environment={"HOME": str(folder)})


def _mu(folder: Path) -> Cost:
    home = folder / "mu"
    rmtree(home, ignore_errors=True)
    mail = (folder / "maildir").resolve()
    measure.run(("mu", "init", "--quiet", f"--muhome={home}", f"--maildir={mail}"))
    return measure.run(("mu", "index", "--quiet", f"--muhome={home}"))
