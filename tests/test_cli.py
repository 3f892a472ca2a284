"""What every command promises: forms of output, exit codes, nothing shown that is not logged."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from archiver.output import interchange
from archiver.store.lock import WriterLock
from tests.ministry import LIEN, Ministry, chat, mail, mailbox, ministry

TEXT = "Het besluit over de vergunning ligt klaar"
NONSENSE = [
    ("nonsens",), ("search", '"open'), ("search", "x", "--from", "gisteren"),
    ("search", "x", "--limit", "-1"), ("show", "geen-id"), ("show", "dnergens.1"),
    ("explain", "dnergens.1"), ("delivery", "show", "dnergens"),
    ("delivery", "answer", "dnergens"), ("verify", "--subset", "4/3"),
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with one conversation and one finding."""
    at = ministry(tmp_path_factory.mktemp("cli"))
    at.ingest(
        at.write("WhatsApp-chat met Overleg.txt", chat([(0, "Lien", TEXT), (1, "Omar", "=ok")]))
    )
    at.ingest(at.write("onbekend.bin", bytes(5_000)), code=1)
    return at


@pytest.fixture
def office(filled: Ministry, tmp_path: Path) -> Ministry:
    """A copy of it, to change."""
    return filled.copy(tmp_path)


def _reports(at: Ministry) -> dict[str, tuple[object, ...]]:
    """Name a call of each command that reports, by the key of its JSON."""
    record = at.search("vergunning")["hits"][0]["id"]
    delivery = record.partition(".")[0]
    account = at.account()
    return {
        "hits": ("search", "vergunning"),
        "total": ("search", "--count"),
        "record": ("show", record),
        "holdings": ("explain", record),
        "conversations": ("conversations",),
        "findings": ("findings",),
        "deliveries": ("delivery", "list"),
        "members": ("delivery", "show", delivery),
        "accounts": ("account", "list"),
        "person": ("account", "show", account),
        "basis": ("account", "change", account),
        "officers": ("officer", "list"),
        "roles": ("officer", "add", "--login", LIEN, "--role", "auditor"),
        "settings": ("settings",),
        "rotated": ("key", "rotate"),
        "events": ("rebuild",),
        "copied": ("backup", at.folder / "backup"),
        "ok": ("verify",),
        "state": ("delivery", "release", delivery, "--dry-run"),
    }


def test_every_report_is_json(office: Ministry) -> None:
    """Each command that reports writes one JSON object with its key and the format's version."""
    for key, words in _reports(office).items():
        ran = office.run(*words, "--output", "json")
        pairs = json.loads(ran.out, object_pairs_hook=list)
        names = [name for name, _ in pairs]
        assert names[0] == "format_version"
        assert key in names, words
        assert len(names) == len(set(names)), words


@pytest.mark.parametrize("form", ["jsonl", "csv", "text"])
def test_every_report_is_written_in_lines(office: Ministry, form: str) -> None:
    """The same as JSON lines, as CSV and as text: never empty where JSON has something to say."""
    for key, words in _reports(office).items():
        out = office.run(*words, "--output", form).out
        if key == "ok" and form != "text":
            continue
        assert out, words
        if form == "jsonl":
            rows = [json.loads(line) for line in out.splitlines()]
            assert all(row["format_version"] == interchange.FORMAT_VERSION for row in rows)
        elif form == "csv":
            table = list(csv.reader(io.StringIO(out)))
            assert {len(row) for row in table} == {len(table[0])}


def test_a_formula_in_a_message_is_harmless_in_a_spreadsheet(office: Ministry) -> None:
    """A text that begins as a formula is written so that a spreadsheet reads it as text."""
    assert '"\'=ok"' in office.run("search", "ok", "--output", "csv").out


def test_results_and_remarks_are_kept_apart(office: Ministry) -> None:
    """Results are on stdout; what is said besides is on stderr."""
    ran = office.run("backup", office.folder / "backup", "--output", "json")
    assert json.loads(ran.out)["events"] > 0
    assert "back up the keys" in ran.err


def test_done_is_nought(office: Ministry) -> None:
    """A search that finds nothing was done all the same: exit code 0."""
    assert office.run("search", "olifant").code == 0


def test_findings_are_one(office: Ministry) -> None:
    """Something waits for an officer: exit code 1."""
    ran = office.run("findings")
    assert ran.code == 1
    assert "E-I" in ran.out


@pytest.mark.parametrize("words", NONSENSE, ids=" ".join)
def test_usage_is_two(office: Ministry, words: tuple[str, ...]) -> None:
    """What cannot be understood or does not exist: exit code 2, a sentence, no output."""
    ran = office.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()


def test_damage_is_six(office: Ministry) -> None:
    """A flipped byte in an object is found and named: exit code 6."""
    path = next(path for path in (office.archive / "objects").rglob("*") if path.is_file())
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    ran = office.run("verify", "--full", "--output", "json")
    assert ran.code == 6
    assert path.name in ran.out
    assert ran.json["ok"] is False


def test_no_archive_is_seven(tmp_path: Path) -> None:
    """Where no archive is: exit code 7."""
    assert Ministry(tmp_path).run("search", "x").code == 7


def test_locked_is_eight(office: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process is writing, and goes on for longer than one waits: exit code 8."""
    path = office.write("WhatsApp-chat met Y.txt", chat([(0, "Lien", "ok")]))
    monkeypatch.setattr("archiver.store.archive.Archive.writing.__wrapped__.__defaults__", (0.0,))
    with WriterLock(office.archive / "lock"):
        ran = office.run("ingest", path, "--account", office.account())
    assert ran.code == 8
    assert office.ingest(path)["new"] == 1


def test_another_archive_s_keys_are_nine(office: Ministry, tmp_path: Path) -> None:
    """Keys of another archive: exit code 9, and nothing is shown."""
    other = Ministry(tmp_path / "other")
    assert other.run("init", other.archive, "--ministry", "Elders").code == 0
    shutil.rmtree(other.archive)
    shutil.copytree(office.archive, other.archive)
    ran = other.run("search", TEXT)
    assert (ran.code, ran.out) == (9, "")


def test_interrupted_is_a_hundred_and_thirty(
    office: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone interrupts: exit code 130, no traceback."""

    def interrupts(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archiver.search.run.search", interrupts)
    ran = office.run("search", "x")
    assert ran.code == 130
    assert "Traceback" not in ran.err


def test_a_surprise_names_no_text(office: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw tells its kind only; --debug shows where."""

    def surprises(*_: object, **__: object) -> None:
        raise RuntimeError(TEXT)

    monkeypatch.setattr("archiver.pipeline.ingest.ingest", surprises)
    path = office.write("x.txt", "x")
    ran = office.run("ingest", path, "--account", office.account())
    assert ran.code == 9
    assert TEXT not in ran.err
    assert "RuntimeError" in ran.err
    assert "Traceback" in office.run("ingest", path, "--account", office.account(), "--debug").err


@pytest.mark.parametrize(
    "words", ["search", "show", "explain", "conversations", "delivery list --sealed"]
)
def test_nothing_is_shown_that_cannot_be_logged(office: Ministry, words: str) -> None:
    """When the access log cannot be written, a reading command shows nothing and fails."""
    record = office.search("vergunning")["hits"][0]["id"]
    given = [*words.split(), record] if words in ("show", "explain") else words.split()
    log = office.archive / "access" / "events.jsonl"
    log.rename(office.folder / "elsewhere")
    log.mkdir()
    ran = office.run(*given)
    assert ran.code not in (0, 1)
    assert ran.out == ""
    assert TEXT not in ran.err


def test_reading_is_logged_before_it_is_shown(office: Ministry) -> None:
    """Who searched for what is in the access log, encrypted; no word of it is readable there."""
    before = len(office.seen())
    office.run("search", "vergunning")
    event = office.seen()[before]
    assert (event["type"], event["counts"]) == ("search.run", {"shown": 1, "total": 1})
    assert "vergunning" not in str(event)


def test_two_words_of_the_week_give_the_same(office: Ministry) -> None:
    """A period is read in the zone that is set; a day is that whole day."""
    day = office.search("--from", "2022-05-13", "--to", "2022-05-13")
    assert day["total"] == 2
    assert office.search("--from", "2022-05-13T09:01", "--to", "2022-05-13T09:01")["total"] == 1
    assert office.search("--from", "2022-05-14")["total"] == 0
    assert office.search("--to", "2022-05-12")["total"] == 0


def test_a_dutch_officer_reads_dutch(office: Ministry) -> None:
    """With --lang nl everything that is said is Dutch; keys, codes and commands stay English."""
    ran = office.run("search", "vergunning", "--lang", "nl")
    assert "found" not in ran.out
    assert office.json("search", "vergunning", "--lang", "nl")["hits"][0]["kind"] == "message"
    path = office.write("WhatsApp-chat met Y.txt", chat([(0, "Lien", "ok")]))
    out = office.run("ingest", path, "--account", office.account(), "--lang", "nl").out
    assert "gelezen" in out
    assert "E-I" in office.run("findings", "--lang", "nl").out


def test_bare_it_shows_today_or_help(office: Ministry) -> None:
    """Without a command it shows today's list of the archive, or its help where there is none."""
    assert office.run().code in (0, 1)
    assert "chatarchief" in office.run("--help").out


def test_many_findings_of_a_kind_are_told_in_short(office: Ministry) -> None:
    """As text, of one code the first few are told and then how many more there are."""
    mails = mailbox([mail(n, "ok", message_id=None) for n in range(9)])
    path = office.write("post.mbox", mails)
    out = office.run("ingest", path, "--account", office.account("post", service="mail")).out
    assert out.count("W-M004") == 6
    assert "and 4 more" in out


def test_media_are_told_as_text(office: Ministry) -> None:
    """As text, a record names its attachments and whether they were handed in."""
    lines = [
        (0, "Lien", "foto.jpg (bestand bijgevoegd)"),
        (1, "Lien", "weg.jpg (bestand bijgevoegd)"),
    ]
    folder = office.write("map/WhatsApp-chat met Media.txt", chat(lines)).parent
    (folder / "foto.jpg").write_bytes(b"verzonnen")
    out = office.run("ingest", folder, "--account", office.account()).out
    assert "2 named, 1 present, 1 missing" in out
    told = [office.run("show", hit["id"]).out for hit in office.search("jpg")["hits"]]
    assert "Attachment weg.jpg: not handed in." in told[0]
    assert "Attachment foto.jpg: present." in told[1]


def test_a_drop_folder_is_made_for_each_account(office: Ministry) -> None:
    """Where a drop folder is set, a new account gets its own folder in it."""
    drop = office.folder / "drop"
    office.settings["CHATARCHIEF_DROP_FOLDER"] = str(drop)
    account = office.account("nieuw")
    row = office.json("account", "show", account)
    assert [path.name for path in drop.iterdir()] == [row["folder"]]


def test_keys_that_were_lost_are_recovered(office: Ministry) -> None:
    """With the recovery key this machine gets a new key; everything can be read as before."""
    ran = office.run("key", "recover", office.recovery)
    assert ran.code == 0, ran.err
    assert office.search("vergunning")["total"] == 1
    assert office.events()[-1]["type"] == "key.recovered"


def test_a_backup_is_restored_with_its_answers(office: Ministry) -> None:
    """A restored archive answers as the one that was backed up; it says that it was restored."""
    office.json("backup", office.folder / "backup")
    restored = office.folder / "restored"
    ran = office.run("restore", office.folder / "backup", restored, "--output", "json")
    assert ran.code == 0, ran.err
    office.archive.rename(office.folder / "lost")
    restored.rename(office.archive)
    assert office.search("vergunning")["total"] == 1
    assert office.events()[-1]["type"] == "archive.restored"


def test_keys_are_checked_and_rotated(office: Ministry) -> None:
    """The check names a recovery key that lies too near; after a rotation all is still readable."""
    checked = office.json("key", "check", code=None)
    assert checked["ok"] is (not checked["findings"])
    office.json("key", "rotate")
    assert office.run("verify", "--full").code == 0
    assert office.search("vergunning")["total"] == 1
