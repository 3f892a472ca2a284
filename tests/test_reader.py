"""Reading in a process of its own: what it gives, its limits, and what becomes of one that dies."""

from __future__ import annotations

import os
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import ArchiveError
from archiver.format import Format
from archiver.model import Member
from archiver.pipeline import child, late, reading
from archiver.pipeline.formats import FORMATS, by_name
from archiver.pipeline.reader import ChildReader, OwnReader, ReadingFailed
from archiver.pipeline.wire import Job
from tests.ministry import chat, mail, mailbox

TEXT = chat([(n, "Lien", f"Bericht {n} over het besluit") for n in range(3_000)])


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A chat text of three thousand messages."""
    path = tmp_path / "WhatsApp-chat met X.txt"
    path.write_text(TEXT, "utf-8")
    return path


def job(path: Path, **changed: Any) -> Job:
    """Make the job of reading one chat text."""
    values = {
        "form": "whatsapp-text", "members": (Member(path.name, path.stat().st_size, ""),),
        "main": 0, "path_name": path.name, "read_at": 1_800_000_000_000, "date_order": "",
        "zone": "", "default_zone": "Europe/Amsterdam", "first_number": 1, "memory": 1 << 29,
        "cpu": 60,
    }  # fmt: skip
    return Job(**{**values, **changed})


@pytest.fixture
def child_reader() -> Iterator[ChildReader]:
    """A reader with a process of its own, ended after the test."""
    reader = ChildReader()
    yield reader
    reader.close()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The reading loop in a thread of this process, without its limits."""
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=child.serve, args=(theirs,))
    thread.start()
    yield ours
    ours.close()
    thread.join(30)
    theirs.close()


def test_a_process_of_its_own_gives_what_this_one_gives(
    child_reader: ChildReader, export: Path
) -> None:
    """All batches of an export, one job after the other, are the same from either reader."""
    for _ in range(2):
        with export.open("rb") as stream:
            there = list(child_reader.read(job(export), [stream]))
        with export.open("rb") as stream:
            here = list(OwnReader().read(job(export), [stream]))
        assert [batch.rows for batch in there] == [batch.rows for batch in here]
        assert sum(len(batch.rows) for batch in there) == 3_000


def test_members_of_a_delivery_are_told_once(child_reader: ChildReader, export: Path) -> None:
    """A second job of one delivery is sent without its members, and read as with them."""
    members = job(export).members
    given = [job(export, members=members) for _ in range(2)]
    read = []
    for one in given:
        with export.open("rb") as stream:
            read.append([batch.rows for batch in child_reader.read(one, [stream])])
    assert child_reader._without_known_members(given[0]).members is None
    assert read[0] == read[1]
    assert sum(map(len, read[0])) == 3_000
    child_reader.close()
    assert child_reader._without_known_members(given[0]).members == members


def test_the_loop_answers_job_after_job(served: socket.socket, export: Path) -> None:
    """The loop answers with batches and an end, and a failure with its kind only."""
    for form, last in (("whatsapp-text", b"e"), ("nonsens", b"f"), ("whatsapp-text", b"e")):
        with export.open("rb") as stream:
            ChildReader._hand_over(served, job(export, form=form), [stream])
        if last == b"f":
            with pytest.raises(ReadingFailed) as failure:
                list(ChildReader._answers(served))
            assert failure.value.fields["reason"] == "KeyError"
        else:
            assert sum(len(batch.rows) for batch in ChildReader._answers(served)) == 3_000


def test_memory_that_runs_out_is_told_as_such(
    served: socket.socket, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading that needs more memory than it may have ends with that reason."""

    def exhausts(*_: object) -> Iterator[object]:
        raise MemoryError
        yield

    monkeypatch.setattr(child, "batches", exhausts)
    with export.open("rb") as stream:
        ChildReader._hand_over(served, job(export), [stream])
    with pytest.raises(ReadingFailed, match="memory"):
        list(ChildReader._answers(served))


def long_mails(path: Path, messages: int) -> Path:
    """Write a mailbox of messages of a quarter of a megabyte each."""
    said = ("Dag " * 16 + "\n") * 4_000
    path.write_text(mailbox([mail(number, said) for number in range(messages)]), "utf-8")
    return path


@pytest.mark.parametrize("share", [0.7, 1.1])
def test_a_mailbox_may_be_larger_than_the_memory_for_it(
    child_reader: ChildReader, tmp_path: Path, share: float
) -> None:
    """The file is mapped, and long texts go on in small batches: neither fills the memory."""
    path = long_mails(tmp_path / "alles.mbox", 480)
    asked = job(path, form="mbox", memory=int(path.stat().st_size * share))
    with path.open("rb") as stream:
        assert sum(len(one.rows) for one in child_reader.read(asked, [stream])) == 480


def test_memory_is_bounded_in_the_process_that_reads(
    child_reader: ChildReader, tmp_path: Path
) -> None:
    """What takes more than it may ends the reading, with that reason."""
    path = long_mails(tmp_path / "groot.mbox", 200)
    with path.open("rb") as stream, pytest.raises(ReadingFailed, match="memory"):
        list(child_reader.read(job(path, form="mbox", memory=16 << 20), [stream]))


def test_what_reads_a_format_is_loaded_before_a_job_is_bounded(
    served: socket.socket, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limits hold for what a file makes the program do, and for nothing before it is read."""
    order: list[str] = []

    def loaded(form: Format) -> Format:
        order.append(form.name)
        return late.loaded(form)

    monkeypatch.setattr(child, "loaded", loaded)
    monkeypatch.setattr(child, "_limit", lambda *_: order.append("bounded"))
    with export.open("rb") as stream:
        ChildReader._hand_over(served, job(export), [stream])
    assert sum(len(batch.rows) for batch in ChildReader._answers(served)) == 3_000
    assert order == ["whatsapp-text", "bounded"]


def test_a_process_that_dies_is_replaced(child_reader: ChildReader, export: Path) -> None:
    """A reading process that is killed fails its export and not the next one."""
    with export.open("rb") as stream, pytest.raises(ReadingFailed, match="signal 9"):
        for _ in child_reader.read(job(export), [stream]):
            assert child_reader._process is not None
            os.kill(child_reader._process.pid, 9)
    with export.open("rb") as stream:
        assert list(child_reader.read(job(export), [stream]))


def test_a_child_left_in_the_middle_is_ended(child_reader: ChildReader, export: Path) -> None:
    """When nobody wants the rest of an answer, the process ends and gives it to nobody."""
    with export.open("rb") as stream:
        answers = child_reader.read(job(export), [stream])
        next(answers)
        answers.close()
    assert child_reader._process is None


def test_a_parser_that_fails_here_is_a_failure_of_the_file(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a parser raises ends that export; a sentence of ours passes through."""

    raised: list[Exception] = [ValueError("x"), ArchiveError()]

    def fails(*_: object) -> Iterator[object]:
        raise raised.pop(0)
        yield

    monkeypatch.setattr(reading, "batches", fails)
    own = OwnReader()
    for kind in (ReadingFailed, ArchiveError):
        with export.open("rb") as stream, pytest.raises(kind):
            list(own.read(job(export), [stream]))
    own.close()


def test_formats_are_listed_by_hand() -> None:
    """The formats are those of this release, each with a name of its own."""
    names = [form.name for form in FORMATS]
    assert len(set(names)) == len(names)
    assert names[:3] == ["whatsapp-text", "mbox", "eml"]
    assert all(isinstance(by_name(name), Format) for name in names)
    with pytest.raises(KeyError):
        by_name("nonsens")
