"""Whole ingest of mail, against `notmuch new` and `mu index` on the same messages.

The messages are public list mail of the Apache Software Foundation, read from outside the project
and repeated to a useful number, each copy with identifiers and lines of its own. We read them as
one mbox, the others as a maildir, one file a message.
"""

from __future__ import annotations

import json
import mailbox
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from shutil import rmtree

from tests.bench import measure, peers
from tests.bench.ingest import TURNS, in_turns, whole
from tests.bench.measure import Cost
from tests.bench.parts import sampled
from tests.bench.result import Row, Section, at_least, missing

_GOAL = 3
_LARGE, _TURNS_OF_LARGE = 20_000, 2
"""A mailbox that takes minutes is taken in less often; its figures wobble less."""
_MONTHS = ("maven-dev-2017-11-mailarchivesao.mbox", "maven-dev-2017-11-mboxvm.mbox")
_IDENTIFIER = re.compile(rb"<([^<>@\s]+)@([^<>@\s]+)>")
_NAMING = re.compile(
    rb"^(?:message-id|in-reply-to|references):.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE
)
_SENTENCE = re.compile(rb"^([ >|]*)([^\s:;=<>|\"]+(?: +[^\s:;=<>\"]+){3,})(?= *$)", re.MULTILINE)
"""A line of words; headers of parts, addresses and packed lines are something else."""
_NOTMUCH = "[database]\npath={mail}\n[new]\ntags=new\n[user]\nname=Bench\n"


def measured(work: Path, samples: Path | None, sizes: Sequence[int]) -> Section:
    """Measure mailboxes of so many messages; where the time goes is shown for the first."""
    counts = " and ".join(f"{messages:,}" for messages in sizes)
    title = f"Mail: {counts} messages, whole ingest"
    found = [samples / "mail" / "asf-list-archives" / name for name in _MONTHS] if samples else []
    if not found or not all(path.exists() for path in found):
        return Section(title, (missing("whole ingest of mail", "there are no sample mails"),))
    originals = [mail for source in found for mail in _mails(source)]
    rows: list[Row] = []
    notes = [
        f"{len(found)} months of one mailing list, {len(originals)} messages, repeated; every copy"
        " has Message-IDs of its own and other lines of the same words. Ours holds what it costs to"
        " start the program."
    ]
    for messages in sizes:
        box = _Box(work / f"mail-{messages}", originals, messages)
        turns, absent = box.taken_in(work)
        rows += box.rows(turns, absent)
        notes.append(box.note(turns))
    spent = sampled(work, "mail", work / f"mail-{sizes[0]}" / "all.mbox")
    return Section(title, tuple(rows), (*notes, spent))


class _Box:
    """One mbox and one maildir of the same messages."""

    def __init__(self, folder: Path, originals: Sequence[bytes], messages: int) -> None:
        self._folder, self._messages = folder, messages
        self._size = _write(folder, originals, messages)
        self._turns = TURNS if messages < _LARGE else _TURNS_OF_LARGE

    def taken_in(self, work: Path) -> tuple[dict[str, list[Cost]], dict[str, str]]:
        """Let all programs take it in; give what they cost, and why others could not."""
        mbox = self._folder / "all.mbox"
        contenders: dict[str, Callable[[], Cost]] = {
            "ours": partial(whole, work, "child", mbox, service="mail"),
            "ours, one process": partial(whole, work, "own", mbox, service="mail"),
        }
        absent = {}
        for name, command in {"notmuch": _notmuch, "mu": _mu}.items():
            program = peers.program(name)
            if isinstance(program, Path):
                contenders[name] = partial(command, self._folder)
            else:
                absent[name] = program.reason
        return in_turns(contenders, self._turns), absent

    def rows(self, turns: dict[str, list[Cost]], absent: dict[str, str]) -> Iterator[Row]:
        """Compare messages a second of processor time."""
        messages = self._messages
        read = json.loads(turns["ours"][0].output)["read"]
        if read != messages:
            raise measure.CommandFailed(f"of {messages} mails {read} were read")
        for name in ("notmuch", "mu"):
            what = f"of {messages:,}, messages a CPU second ÷ {name}'s"
            if name in absent:
                yield missing(what, absent[name])
                continue
            theirs = min(cost.cpu for cost in turns[name])
            against = f"{name} {peers.version(name)}: {messages / theirs:,.0f}"
            for ours, how in (("ours", "two processes"), ("ours, one process", "one process")):
                cpu = min(cost.cpu for cost in turns[ours])
                each = f"{messages / cpu:,.0f}"
                yield at_least(f"{what}, {how}", each, against, theirs / cpu, _GOAL)

    def note(self, turns: dict[str, list[Cost]]) -> str:
        """Tell what the rows do not: size, memory and wall clock."""
        peaks = (f"{name} {max(c.peak for c in costs):.0f} MB" for name, costs in turns.items())
        walls = (f"{name} {min(c.wall for c in costs):.1f} s" for name, costs in turns.items())
        return (
            f"{self._messages:,} messages, {self._size / 1e6:.0f} MB, {self._turns} turns. Peak"
            f" memory: {', '.join(peaks)}; ours has the mailbox mapped, which counts. Wall clock:"
            f" {', '.join(walls)}."
        )


def _write(folder: Path, originals: Sequence[bytes], messages: int) -> int:
    """Write one mbox and one maildir of the same messages; give the bytes of the mbox."""
    current = folder / "maildir" / "cur"
    for name in ("cur", "new", "tmp"):
        (folder / "maildir" / name).mkdir(parents=True, exist_ok=True)
    with (folder / "all.mbox").open("wb") as box:
        for number, mail in enumerate(islice(cycle(originals), messages)):
            own = _varied(mail, number // len(originals))
            (current / f"{number:06d}.bench:2,S").write_bytes(own)
            quoted = re.sub(rb"^(>*From )", rb">\1", own, flags=re.MULTILINE)
            box.write(b"From list@example.org Wed Nov  1 00:00:00 2017\n" + quoted + b"\n")
        return box.tell()


def _mails(source: Path) -> Iterator[bytes]:
    for mail in mailbox.mbox(source, create=False):
        yield mail.as_bytes().replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def _varied(mail: bytes, copy: int) -> bytes:
    """Give a copy of a message identifiers of its own, and its sentences another order of words."""
    if not copy:
        return mail
    head, blank, body = mail.partition(b"\n\n")
    mark = rb"<\1.copy%d@\2>" % copy
    named = _NAMING.sub(lambda field: _IDENTIFIER.sub(mark, field[0]), head)
    chance = Random(copy)
    return named + blank + _SENTENCE.sub(partial(_shuffled, chance), body)


def _shuffled(chance: Random, line: re.Match[bytes]) -> bytes:
    words = line[2].split()
    chance.shuffle(words)
    return line[1] + b" ".join(words)


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
