"""The check of a log: whatever was changed is found and named, and nothing else is.

The same logs go to the one-file reader in ``tests/independent``, which shares no code with the
archive; the two must agree.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from logbook import ORIGIN, SIGNER, TestSigner, event, forge, lines_of, open_log, write_log

from archiver.model import Finding
from archiver.store import log
from archiver.store.checkpoint import Head, sign, verifier_key
from archiver.store.events import encode
from archiver.store.merkle import leaf_hash, root

READER = Path(__file__).parent / "independent" / "read_log.py"
SENTENCES = Path(__file__).parents[1] / "config" / "findings" / "log.toml"
VERIFIER_KEY = verifier_key(ORIGIN, SIGNER.public_key)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of nine events in four batches, with a cache and with a torn end moved aside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "CACHE_EVERY", 4)
        book = write_log(tmp_path / "log", [2, 3, 3])
        with (tmp_path / "log" / "events.jsonl").open("ab") as stream:
            stream.write(b"half a li")
        book.recover()
        book.append([event(8)])
    return tmp_path / "log"


def verify(folder: Path, *outside: str) -> list[Finding]:
    """What our own check finds; every sentence can be filled from what it gives."""
    findings = open_log(folder).verify(outside)
    sentences = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    for finding in findings:
        for language in ("en", "nl"):
            assert sentences[finding.code][language].format_map(finding.values)
    return findings


def read_elsewhere(folder: Path, *heads: Path) -> list[list[str]]:
    """What the independent reader finds, run as a program of its own."""
    run = subprocess.run(
        [sys.executable, READER, folder, VERIFIER_KEY, *heads],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.returncode == (6 if run.stdout else 0)
    return [line.split("\t") for line in run.stdout.splitlines()]


def files_of(findings: Sequence[Finding]) -> set[str]:
    """The files that findings name."""
    return {Path(str(finding.values["file"])).name for finding in findings}


def codes_of(findings: Sequence[Finding]) -> list[str]:
    """The codes of findings."""
    return [finding.code for finding in findings]


def test_a_whole_log_has_no_findings(folder: Path) -> None:
    """A log that was only appended to, and once mended, is clean in both readers."""
    note = open_log(folder).note()
    assert len(list(folder.iterdir())) == 4
    assert verify(folder, note) == []
    (folder.parent / "head").write_text(note, encoding="utf-8")
    assert read_elsewhere(folder, folder.parent / "head") == []


@pytest.mark.unmeasured
def test_a_changed_byte_anywhere_is_found_and_its_file_named(folder: Path) -> None:
    """One changed bit in each byte of each file of the log is found, in that file."""
    total = 0
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        for place in range(len(good)):
            bad = bytearray(good)
            bad[place] ^= 1 << place % 8
            path.write_bytes(bad)
            assert path.name in files_of(open_log(folder).verify()), (path.name, place)
        path.write_bytes(good)
        total += len(good)
    assert total > 3000
    assert verify(folder) == []


def test_the_independent_reader_finds_the_same_changed_bytes(folder: Path) -> None:
    """In a sample of changed bytes over all files both readers name the same file."""
    chance = random.Random(7)
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        for place in chance.sample(range(len(good)), min(8, len(good))):
            bad = bytearray(good)
            bad[place] ^= 1 << chance.randrange(8)
            path.write_bytes(bad)
            theirs = {problem[0] for problem in read_elsewhere(folder)}
            assert path.name in theirs & files_of(verify(folder))
        path.write_bytes(good)


def test_a_changed_line_is_narrowed_to_its_batch(folder: Path) -> None:
    """A change that only the hashes show is named by the lines of one checkpoint."""
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"read":3}', b'"read":4}'))
    changed, cache = verify(folder)
    assert (changed.code, cache.code) == ("E-L111", "E-L116")
    assert changed.values == {
        "file": "log/events.jsonl",
        "first": 3,
        "last": 5,
        "checkpoint": 2,
        "others": 2,
    }


def damage_line(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    """A way to damage the lines of a log."""

    def damage(folder: Path) -> None:
        lines = change(lines_of(folder))
        (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))

    return damage


def damage_file(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A way to damage the bytes of one file."""

    def damage(folder: Path) -> None:
        path = next(folder.glob(name))
        path.write_bytes(change(path.read_bytes()))

    return damage


def put_link(folder: Path) -> None:
    """Put a link where a file should be."""
    (folder / "checkpoints").rename(folder.parent / "elsewhere")
    (folder / "checkpoints").symlink_to(folder.parent / "elsewhere")


def repeat_note(data: bytes) -> bytes:
    """Put the first note behind the last."""
    parts = data.split(b"\n\n")
    return data + parts[0] + b"\n\n" + parts[1] + b"\n\n"


def newer(lines: list[bytes]) -> list[bytes]:
    """Give the last event a later version."""
    return [*lines[:-1], lines[-1].replace(b'"v":1', b'"v":2,"what":"later"')]


@pytest.mark.parametrize(
    ("code", "line", "damage"),
    [
        ("E-L101", 3, damage_line(lambda lines: [*lines[:2], b"{}", *lines[3:]])),
        ("E-L102", 1, damage_line(lambda lines: [lines[0] + b" ", *lines[1:]])),
        (
            "E-L103",
            2,
            damage_line(
                lambda lines: [lines[0], lines[1].replace(b"o-0001", b"Jan Jansen"), *lines[2:]]
            ),
        ),
        ("E-L104", 4, damage_line(lambda lines: [*lines[:3], *lines[4:]])),
        ("E-L104", 5, damage_line(lambda lines: [*lines[:4], lines[3], *lines[4:]])),
        ("E-L105", 9, damage_line(newer)),
        ("E-L106", 9, damage_file("events.jsonl", lambda data: data[:-1])),
        (
            "E-L107",
            None,
            damage_file("events.jsonl", lambda d: d + encode(event(9, seq=9)) + b"\n"),
        ),
        ("E-L107", None, lambda folder: (folder / "checkpoints").unlink()),
        ("E-L108", 1, damage_file("checkpoints", lambda data: data.replace(b"\n2\n", b"\n3\n", 1))),
        ("E-L108", 19, damage_file("checkpoints", lambda data: data[:-1])),
        ("E-L109", 25, damage_file("checkpoints", repeat_note)),
        ("E-L111", None, damage_line(lambda lines: [encode(event(7, seq=0)), *lines[1:]])),
        ("E-L112", None, damage_line(lambda lines: lines[:-1])),
        ("E-L112", None, lambda folder: (folder / "events.jsonl").unlink()),
        ("E-L116", None, damage_file("frontier.json", lambda data: data.replace(b'"', b"'"))),
        ("E-L116", None, damage_file("frontier.json", lambda data: b"")),
        ("E-L117", None, lambda folder: (folder / "extra").write_text("x")),
        ("E-L117", None, lambda folder: (folder / "torn-1").write_text("x")),
        ("E-L117", None, lambda folder: (folder / "more").mkdir()),
        ("E-L117", None, put_link),
        ("E-L118", None, damage_file("torn-*", lambda data: data + b"x")),
    ],
)
def test_each_kind_of_damage_has_its_code_and_place(
    folder: Path, code: str, line: int | None, damage: Callable[[Path], None]
) -> None:
    """Every way in which a log can be damaged is told apart, by both readers where they must."""
    damage(folder)
    findings = [finding for finding in verify(folder) if finding.code == code]
    assert findings
    if line:
        assert line in [finding.values["line"] for finding in findings]
    assert read_elsewhere(folder)


def test_a_signed_checkpoint_that_fits_nothing_is_found(folder: Path) -> None:
    """A head that the log's key signed over other events is found, also between true ones."""
    lines = lines_of(folder)
    rmtree(folder)
    forge(folder, lines, [2, 5, 9])
    false = f"{sign(Head(ORIGIN, 5, root([])), SIGNER)}\n"
    notes = (folder / "checkpoints").read_text(encoding="utf-8").split("\n\n")
    true = "\n\n".join(notes[:2]) + "\n\n", "\n\n".join(notes[4:])
    (folder / "checkpoints").write_text(true[0] + false + true[1], encoding="utf-8")
    (finding,) = verify(folder)
    assert finding.code == "E-L111"
    assert (finding.values["first"], finding.values["last"]) == (3, 5)
    assert read_elsewhere(folder)


def test_a_checkpoint_damaged_in_its_form_spoils_no_other(folder: Path) -> None:
    """After an unreadable checkpoint the next ones are read and count."""
    path = folder / "checkpoints"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"\n5\n", b"\n5", 1))
    assert [(finding.code, finding.values["checkpoint"]) for finding in verify(folder)] == [
        ("E-L108", 2)
    ]


def test_a_cosigned_note_does_not_belong_among_the_checkpoints(folder: Path) -> None:
    """The file holds nothing that the log's own key does not cover."""
    path = folder / "checkpoints"
    path.write_bytes(path.read_bytes()[:-1] + "— witness AAAAAAAA\n\n".encode())
    assert codes_of(verify(folder)) == ["E-L108", "E-L107"]


def test_an_older_outside_head_fits_a_log_that_only_grew(folder: Path) -> None:
    """Heads kept at any earlier time are no reason for alarm, also between two checkpoints."""
    leaves = [leaf_hash(line) for line in lines_of(folder)]
    heads = [sign(Head(ORIGIN, size, root(leaves[:size])), SIGNER) for size in range(10)]
    assert verify(folder, *reversed(heads), *heads) == []


def test_an_outside_head_that_is_none_is_said_by_its_number(folder: Path) -> None:
    """A text, a head of another log and a head of another key are told apart from a true one."""
    true = open_log(folder).note()
    stranger = sign(Head(ORIGIN, 2, root([])), TestSigner(2))
    other = sign(Head("archief.example/access", 2, root([])), SIGNER)
    findings = verify(folder, "a text", true, stranger, other)
    assert [(finding.code, finding.values["head"]) for finding in findings] == [
        ("E-L113", 1),
        ("E-L113", 3),
        ("E-L113", 4),
    ]


def test_any_number_of_newest_events_cut_off_is_found(folder: Path) -> None:
    """Taken back to any earlier size with its own true checkpoint, the log is too old."""
    note = open_log(folder).note()
    lines = lines_of(folder)
    (folder.parent / "head").write_text(note, encoding="utf-8")
    for size in range(len(lines)):
        older = folder.parent / f"older{size}"
        forge(older, lines[:size], [size] if size else [])
        assert verify(older) == []
        (finding,) = verify(older, note)
        assert (finding.code, finding.values["found"]) == ("E-L114", size)
    assert read_elsewhere(older) == []
    assert read_elsewhere(older, folder.parent / "head")[0][0] == "events.jsonl"


def test_a_second_version_of_the_log_is_found_and_bounded_by_the_heads(folder: Path) -> None:
    """Of a log that forked, the outside heads say between which lines."""
    lines = lines_of(folder)
    leaves = [leaf_hash(line) for line in lines]
    heads = [sign(Head(ORIGIN, size, root(leaves[:size])), SIGNER) for size in (8, 3, 5)]
    forked = [*lines[:6], encode(event(99, seq=6)), *lines[7:]]
    rmtree(folder)
    forge(folder, forked, [2, 9])
    (finding,) = verify(folder, *heads)
    assert finding == Finding(
        "E-L115", {"file": "log/events.jsonl", "head": 1, "first": 6, "last": 8}
    )


def renumbered(lines: Sequence[bytes]) -> list[bytes]:
    """The same events, numbered anew, as whoever rewrites a log would do."""
    fields = [line.split(b',"seq":', 1) for line in lines]
    return [
        before + b',"seq":%d' % seq + after[after.index(b",") :]
        for seq, (before, after) in enumerate(fields)
    ]


def rewritten(lines: list[bytes], chance: random.Random, older: int) -> list[bytes]:
    """One way to rewrite history that touches something before event `older`."""
    at = chance.randrange(older)
    other = chance.choice([place for place in range(len(lines)) if place != at])
    kind = chance.randrange(6)
    if kind == 0:
        return [*lines[:at], lines[at].replace(b'"new":0', b'"new":1'), *lines[at + 1 :]]
    if kind == 1:
        return renumbered([*lines[:at], *lines[at + 1 :]])
    if kind == 2:
        return renumbered([*lines[:at], lines[other], *lines[at:]])
    if kind == 3:
        swapped = [*lines]
        swapped[at], swapped[other] = lines[other], lines[at]
        return renumbered(swapped)
    if kind == 4:
        return lines[:at]
    return [line.replace(b'"at":"2025', b'"at":"2024') for line in lines]


def test_no_rewriting_of_history_with_the_logs_own_key_escapes_an_older_head(
    tmp_path: Path,
) -> None:
    """Of 200 consistent rewritings by someone who holds the key, all are found by one head.

    Each edits, removes, adds, swaps, cuts off or back-dates something that was logged before the
    head was given out, and signs everything anew; by itself each is a faultless log.
    """
    chance = random.Random(20_261_121)
    kept = 0
    for number in range(200):
        size = chance.randrange(4, 40)
        older = chance.randrange(2, size)
        lines = [encode(event(seq, seq=seq)) for seq in range(size)]
        head = sign(Head(ORIGIN, older, root([leaf_hash(line) for line in lines[:older]])), SIGNER)
        folder = tmp_path / f"log{number}"
        forged = rewritten(lines, chance, older)
        sizes = {chance.randint(1, len(forged)) for _ in range(3)} | {len(forged)} if forged else ()
        forge(folder, forged, sorted(sizes))
        assert codes_of(verify(folder)) == []
        (finding,) = verify(folder, head)
        assert finding.code in ("E-L114", "E-L115")
        assert finding.values["head"] == 1
        kept += finding.code == "E-L115"
    assert 0 < kept < 200


def test_what_came_after_the_newest_outside_head_is_not_protected_by_it(folder: Path) -> None:
    """The limit, so that nobody believes more: behind the head, the key's holder can rewrite."""
    lines = lines_of(folder)
    leaves = [leaf_hash(line) for line in lines[:5]]
    head = sign(Head(ORIGIN, 5, root(leaves)), SIGNER)
    rmtree(folder)
    forge(folder, [*lines[:6], encode(event(99, seq=6))], [5, 7])
    assert verify(folder, head) == []


def test_without_the_key_not_even_the_newest_event_can_be_changed(folder: Path) -> None:
    """Whoever cannot sign is found without any outside head."""
    chance = random.Random(3)
    lines = lines_of(folder)
    for number in range(60):
        copy = copytree(folder, folder.parent / f"copy{number}")
        forged = rewritten(lines, chance, len(lines))
        (copy / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in forged))
        assert "events.jsonl" in files_of(verify(copy))


def test_the_independent_reader_agrees_on_rewritten_logs(tmp_path: Path) -> None:
    """On clean, rewritten and cut-off logs, with and without a head, both readers say the same."""
    chance = random.Random(11)
    for number in range(12):
        lines = [encode(event(seq, seq=seq)) for seq in range(12)]
        head = sign(Head(ORIGIN, 9, root([leaf_hash(line) for line in lines[:9]])), SIGNER)
        (tmp_path / "head").write_text(head, encoding="utf-8")
        forged = rewritten(lines, chance, 9) if number % 3 else lines
        folder = tmp_path / f"log{number}"
        forge(folder, forged, [len(forged)] if forged else [])
        assert read_elsewhere(folder) == []
        ours = files_of(verify(folder, head))
        assert {problem[0] for problem in read_elsewhere(folder, tmp_path / "head")} == ours
        assert bool(ours) == (number % 3 > 0)


@pytest.mark.parametrize(
    "line",
    [
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T24:00:00.000Z","seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","counts":{"a":1.0},"seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","counts":{"a":true},"seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","codes":[],"seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","detail":{"box":"ab","key":"k"},"seq":9,'
        b'"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","seq":1e0,"type":"t","v":1}',
        b'{"at":"2026-01-01T00:00:00.000Z","seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","seq":9,"tool":{},"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","new":"x","seq":9,"type":"t","v":1}',
        b'{"actor":"a","at":"2026-01-01T00:00:00.000Z","seq":9,"seq":9,"type":"t","v":1}',
        b'{"actor":"\xc3\xa9","at":"2026-01-01T00:00:00.000Z","seq":9,"type":"t","v":1}',
        b"[" * 100_000,
        b"NaN",
        b"",
    ],
)
def test_both_readers_draw_the_same_line_between_an_event_and_none(
    folder: Path, line: bytes
) -> None:
    """Truly signed or not, what one reader takes for an event the other does as well."""
    lines = [*lines_of(folder), line]
    rmtree(folder)
    forge(folder, lines, [len(lines)])
    assert (verify(folder) == []) == (read_elsewhere(folder) == [])


def test_the_independent_reader_says_how_it_is_used(tmp_path: Path) -> None:
    """Without a folder it explains itself and does not report a clean log."""
    run = subprocess.run(
        [sys.executable, READER, tmp_path / "none", VERIFIER_KEY], capture_output=True, check=False
    )
    assert run.returncode == 2
    assert b"VERIFIER_KEY" in run.stderr
