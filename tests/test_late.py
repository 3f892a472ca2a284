"""Formats listed by hand and loaded late: nothing is claimed, wanted or named otherwise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

import pytest

from archiver.format import MOST_BESIDE, Format
from archiver.model import Member
from archiver.parse.beside import NOT_HANDED_IN, Beside
from archiver.parse.whatsapp import claim, probe
from archiver.pipeline.companions import Companions
from archiver.pipeline.formats import FORMATS
from archiver.pipeline.late import Late, LateClaim, LateWish
from tests import databases
from tests.golden import EXPORTS

_HEAD = 1 << 16
_LOADED = (
    "import sys; from archiver.pipeline.formats import FORMATS\n"
    "said = [form.name for form in FORMATS if form.claims({head!r}, {name!r})]\n"
    "late = {{form.parse.module for form in FORMATS}}\n"
    "print(said, sorted(late.intersection(sys.modules)))"
)
_READ = (
    "import io, sys, archiver.pipeline.child as child\n"
    "from archiver.format import Source\n"
    "from archiver.model import Member\n"
    "from archiver.pipeline.formats import FORMATS, by_name\n"
    "from archiver.pipeline.reading import batches\n"
    "source = Source(io.BytesIO({head!r}), (Member({name!r}, {size}, ''),), 0, {name!r}, 1 << 41)\n"
    "read = sum(len(one.rows) for one in batches(by_name({form!r}), source, str))\n"
    "parts = [getattr(form, part) for form in FORMATS for part in ('parse', 'normaliser')]\n"
    "print(read, *sorted({{part.module for part in parts}}.intersection(sys.modules)))"
)
_WRITES = (
    "import sys, archiver.pipeline.ingest, archiver.pipeline.reconcile\n"
    "from archiver.pipeline.formats import FORMATS\n"
    "late = {part.module for form in FORMATS for part in (form.parse, form.normaliser)}\n"
    "late |= {'archiver.parse.message', 'archiver.search.tokens', 'archiver.search.analyse'}\n"
    "print(*late.intersection(sys.modules))"
)
_CHAT = b"02-05-2022 16:08 - Fenna Bos: Is de nota [concept] getekend?\n" * 3
_MAIL = b"From: a@example.nl\nTo: b@example.nl\nDate: Mon, 2 May 2022 16:08:00 +0200\n\nDag\n"


def _module(form: Format) -> ModuleType:
    assert isinstance(form.parse, Late)
    return import_module(form.parse.module)


def _claims(form: Format) -> LateClaim:
    assert isinstance(form.claims, LateClaim)
    return form.claims


def _probe(form: Format) -> Callable[[bytes, str], bool]:
    late = _claims(form)
    probe: Callable[[bytes, str], bool] = getattr(import_module(late.module), late.function)
    return probe


def _heads() -> Iterator[tuple[bytes, str]]:
    for path in sorted(EXPORTS.rglob("*")):
        if path.is_file():
            name = databases.shown(path.relative_to(EXPORTS).as_posix())
            yield databases.content(path)[:_HEAD], name


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_what_is_listed_is_what_the_parser_says_of_itself(form: Format) -> None:
    """Name, version, gaps and functions of a listed format are those of its module."""
    module = _module(form)
    names = {module.NAME, getattr(module, "UNPACKED", ""), getattr(module, "INSTAGRAM", "")}
    assert form.name in names
    assert form.name != module.NAME or form.service == module.SERVICE
    assert (form.version, form.gaps) == (module.VERSION, module.GAPS)
    for late in (form.claims, form.survey, form.parse, form.wants):
        assert late is None or (isinstance(late, Late) and hasattr(module, late.function))
    for late in (form.claims, form.normaliser, *form.checks):
        assert isinstance(late, Late)
        assert callable(getattr(import_module(late.module), late.function))
    assert getattr(module, _claims(form).function) is _probe(form)


def test_no_probe_says_yes_where_it_is_not_asked() -> None:
    """Over all fixtures, what a format's own probe claims it is also asked about."""
    asked = 0
    for head, name in _heads():
        for form in FORMATS:
            if _probe(form)(head, name):
                asked += 1
                assert _claims(form).may_claim(head, name), (form.name, name)
    assert asked > len(FORMATS)


@pytest.mark.parametrize(
    ("head", "name", "said"),
    [(_CHAT, "WhatsApp-chat met Fenna.txt", "whatsapp-text"), (_MAIL, "1.eml", "eml")],
)
def test_everyday_files_load_no_other_parser(head: bytes, name: str, said: str) -> None:
    """To recognise a chat text or a mail, no parser of another format is loaded."""
    command = [sys.executable, "-c", _LOADED.format(head=head, name=name)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert told == f"['{said}'] []\n"


def test_a_quick_look_says_of_a_chat_text_what_a_close_one_does() -> None:
    """What begins as another file does, headers and words of a chat never make a chat."""
    begins = (
        b"",
        b"From a\n",
        b"Subject: x\n",
        b"\n [\n{",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b'"',
        b"Hallo\n",
    )
    heads = [(begin + head, name) for head, name in _heads() for begin in begins]
    said = [claim.claims(*each) for each in heads]
    assert [probe.claims(*each) for each in heads] == said
    assert sum(said) > 10


@pytest.mark.parametrize(
    ("head", "name", "form", "used"),
    [
        (_CHAT, "_chat.txt", "whatsapp-text", "normalise.chat parse.whatsapp_text"),
        (_MAIL, "1.eml", "eml", "normalise.mail parse.eml"),
        (b"From a\n" + _MAIL, "a.mbox", "mbox", "normalise.mail parse.mbox"),
    ],
)
def test_reading_loads_what_that_format_needs(head: bytes, name: str, form: str, used: str) -> None:
    """The process that reads loads one parser and one normaliser, and no others."""
    program = _READ.format(head=head, name=name, size=len(head), form=form)
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert int(told[0]) > 0
    assert told[1:] == [f"archiver.{module}" for module in used.split()]


def test_the_process_that_writes_loads_nothing_that_only_reading_needs() -> None:
    """To start an ingest no parser, no normaliser and no analysis of words is loaded."""
    told = subprocess.run(
        [sys.executable, "-c", _WRITES], check=True, capture_output=True, text=True
    ).stdout.split()
    assert told == []


def test_no_more_is_loaded_than_a_file_could_be() -> None:
    """Of each fixture at most five of all parsers are asked whether it is theirs."""
    for head, name in _heads():
        asked = {_claims(form).module for form in FORMATS if _claims(form).may_claim(head, name)}
        asked &= {_module(form).__name__ for form in FORMATS}
        assert len(asked) <= 5, (name, asked)


def test_grouped_names_give_the_companions_that_asking_about_every_pair_gives() -> None:
    """What stands beside a main member is the same as when each pair of names is asked about."""
    names = [
        "users.json", "channels.json", "algemeen/2024-01-02.json", "algemeen/2024-01-03.json",
        "Groups/DM 1/messages.json", "Groups/DM 1/group_info.json", "Groups/DM 2/group_info.json",
        "Groups/DM 2/messages.json", "Users/User 1/user_info.json", "message_ABCDEFGH.csv",
        "contacts.csv", "groups.csv", "deeper/contacts.csv", "deeper/message_ABCDEFGH.csv",
        "msgstore.db", "msgstore.db-wal", "wa.db", "ChatStorage.sqlite", "ContactsV2.sqlite",
        "sms.db", "sms.db-wal", "Takeout/Groups/DM 3/messages.json",
        "Takeout/Groups/DM 3/group_info.json", "Takeout/Users/User 2/user_info.json",
    ]  # fmt: skip
    members = tuple(Member(name, 1, "") for name in names)
    pairs = 0
    for form in FORMATS:
        companions = Companions(form, members)
        for main, name in enumerate(names):
            wants = form.wants or (lambda *_: False)
            every = tuple(i for i, other in enumerate(names) if i != main and wants(name, other))
            assert companions.of(main) == every
            pairs += len(every)
    assert pairs > 10


def test_a_workspace_of_many_days_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work grows with the number of day files, not with its square."""
    form = next(form for form in FORMATS if form.name == "slack")
    days = [f"kanaal-{one}/2024-01-{day:02}.json" for one in range(40) for day in range(1, 29)]
    members = tuple(Member(name, 1, "") for name in ("channels.json", *days, "users.json"))
    calls = []
    whole = LateWish.__call__

    def counted(self: LateWish, *given: str) -> object:
        calls.append(given)
        return whole(self, *given)

    monkeypatch.setattr(LateWish, "__call__", counted)
    companions = Companions(form, members)
    found = {companions.of(main) for main in range(1, len(days) + 1)}
    assert found == {(0, len(members) - 1)}
    assert len(calls) == 2 * len(days)


def test_companions_are_not_more_than_can_be_handed_over() -> None:
    """A parser gets no more open files than one message can pass."""
    form = next(form for form in FORMATS if form.name == "google-chat")
    users = [f"Users/User {one}/user_info.json" for one in range(MOST_BESIDE + 50)]
    members = tuple(Member(name, 1, "") for name in ("Groups/DM 1/messages.json", *users))
    assert len(Companions(form, members).of(0)) == MOST_BESIDE


def test_fixtures_are_found() -> None:
    """The heads that these tests look at are those of every fixture."""
    assert len(list(_heads())) > 60


def test_members_are_sorted_once_for_all_main_members() -> None:
    """Files beside are found by the same table for each main member, and never the main itself."""
    members = (Member("a/nota.pdf", 1, "1" * 64), Member("b/nota.pdf", 1, "2" * 64))
    first, second = Beside(members, 0), Beside(members, 1)
    assert first._named is second._named
    assert first.attachment("nota.pdf").member == 1
    assert second.attachment("nota.pdf").member == 0
    assert Beside(members[:1], 0).attachment("nota.pdf").missing == NOT_HANDED_IN
