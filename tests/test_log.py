"""The log: what it acknowledges stays, whatever interrupts it, and it does not slow down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest
from logbook import ORIGIN, SIGNER, TestSigner, event, forge, lines_of, open_log, write_log

from archiver.errors import Damage, DiskFull, NoSuchThing
from archiver.store import files, log
from archiver.store.checkpoint import BadCheckpoint, Head, parse
from archiver.store.events import Event, EventRefused, encode, stamp
from archiver.store.log import Log, NotRecovered
from archiver.store.merkle import EMPTY_ROOT, leaf_hash, root


class PowerCut(Exception):
    """The program stops here."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a log will lie."""
    return tmp_path / "log"


@pytest.fixture
def small_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the edge of the tree cached every four events."""
    monkeypatch.setattr(log, "CACHE_EVERY", 4)


def record_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every call by which a log is made durable."""
    calls: list[str] = []

    def spied(name: str, real: Callable[..., None]) -> Callable[..., None]:
        def call(target: object, *rest: bytes) -> None:
            path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else target
            calls.append(f"{name} {Path(str(path)).name}")
            real(target, *rest)

        return call

    for name in ("append", "sync", "sync_folder", "replace"):
        monkeypatch.setattr(files, name, spied(name, getattr(files, name)))
    return calls


def test_an_empty_log_has_the_empty_head(folder: Path) -> None:
    """Before the first event there is nothing to read, to prove or to find fault with."""
    empty = open_log(folder)
    assert empty.head() == Head(ORIGIN, 0, EMPTY_ROOT)
    assert (empty.size, empty.note(), list(empty.events()), list(empty.heads())) == (0, "", [], [])
    assert empty.recover() == []
    assert empty.append([]) == empty.head()
    assert empty.verify() == []
    assert list(folder.iterdir()) == []


def test_events_come_back_in_order_with_the_numbers_of_the_log(folder: Path) -> None:
    """What was appended in batches is read back as one numbered sequence."""
    book = write_log(folder, [1, 5, 2])
    assert [found.seq for found in book.events()] == list(range(8))
    assert [found.counts["read"] for found in book.events(3)] == [3, 4, 5, 6, 7]
    assert book.event(6).delivery == "d0000000006"
    assert list(book.events(8)) == []


def test_every_batch_gets_a_signed_head_over_all_events_so_far(folder: Path) -> None:
    """The heads are those of RFC 6962 over the lines as they stand in the file."""
    book = write_log(folder, [1, 5, 2])
    leaves = [leaf_hash(line) for line in lines_of(folder)]
    assert list(book.heads()) == [Head(ORIGIN, n, root(leaves[:n])) for n in (1, 6, 8)]
    assert parse(book.note(), SIGNER.public_key, origin=ORIGIN) == book.head()
    assert book.size == 8


def test_appending_returns_the_new_head(folder: Path) -> None:
    """Whoever appends gets the head that covers what was appended."""
    book = write_log(folder, [3])
    head = book.append([event(3)])
    assert head == book.head() == open_log(folder).head()
    assert head.size == 4


def test_an_event_with_free_text_is_refused_with_its_whole_batch(folder: Path) -> None:
    """One refused event keeps the batch out and leaves the log as it was."""
    book = write_log(folder, [2])
    before = (folder / "events.jsonl").read_bytes()
    with pytest.raises(EventRefused):
        book.append([event(2), event(3, actor="Jan de Vries")])
    assert (folder / "events.jsonl").read_bytes() == before
    assert book.verify() == []
    assert book.append([event(2)]).size == 3


def test_an_event_that_carries_another_number_is_refused(folder: Path) -> None:
    """An event cannot claim a place in the log other than the next."""
    book = write_log(folder, [2])
    with pytest.raises(EventRefused, match="seq"):
        book.append([event(2, seq=5)])
    assert book.append([event(2, seq=2)]).size == 3


def test_a_batch_is_one_write_and_sync_of_events_and_then_of_the_checkpoint(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events are durable before a checkpoint speaks of them, and it before the answer."""
    book = write_log(folder, [2])
    calls = record_calls(monkeypatch)
    book.append([event(2), event(3), event(4)])
    assert calls == [
        "append events.jsonl",
        "sync events.jsonl",
        "append checkpoints",
        "sync checkpoints",
    ]


def test_the_first_batch_also_makes_the_names_of_the_files_durable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new file is there after a power cut only if its folder was synced too."""
    book = open_log(folder)
    book.recover()
    calls = record_calls(monkeypatch)
    book.append([event()])
    assert [call for call in calls if call.startswith("sync_folder")] == ["sync_folder log"] * 2
    assert calls.index("sync_folder log") < calls.index("append checkpoints")


def test_two_writers_that_take_turns_see_each_others_events(folder: Path) -> None:
    """A log that another process has grown is taken up where it is now."""
    first, second = open_log(folder), open_log(folder)
    first.recover()
    for number in range(6):
        (first, second)[number % 2].append([event(number)])
    assert first.size == second.size == 6
    assert first.verify() == []


def test_a_reader_sees_nothing_that_is_not_signed(folder: Path) -> None:
    """A line behind the last checkpoint is not shown, and not to be proved."""
    book = write_log(folder, [2])
    with (folder / "events.jsonl").open("ab") as stream:
        stream.write(encode(event(2, seq=2)) + b"\n{")
    assert [found.seq for found in book.events()] == [0, 1]
    for call in (book.event, book.prove):
        with pytest.raises(NoSuchThing):
            call(2)


@pytest.mark.parametrize("seq", [-1, 3])
def test_an_event_that_is_not_there_is_said_not_to_be(folder: Path, seq: int) -> None:
    """Numbers outside the log are refused by name."""
    with pytest.raises(NoSuchThing, match="event"):
        write_log(folder, [3]).event(seq)


def test_any_event_of_a_long_log_is_found_without_reading_it_all(folder: Path) -> None:
    """Finding by halving gives the right line for first, last and many between."""
    book = write_log(folder, [1000] * 3)
    for seq in [0, 1, 2, 999, 1000, 1499, 2221, 2998, 2999]:
        assert book.event(seq).seq == seq
        assert next(book.events(seq)).seq == seq


def test_the_cached_edge_is_kept_now_and_then_and_not_at_every_batch(
    folder: Path, small_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache is written once in so many events, before the batch that passes the mark."""
    book = write_log(folder, [3])
    calls = record_calls(monkeypatch)
    for number in range(3, 12):
        book.append([event(number)])
    assert calls.count("replace frontier.json") == 2
    assert book.verify() == []


def test_opening_a_log_reads_only_what_came_after_the_cache(
    folder: Path, small_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log of any size opens by hashing the few events that the cache does not know yet."""
    write_log(folder, [1] * 50)
    hashed: list[bytes] = []
    monkeypatch.setattr(
        "archiver.store.log_files.leaf_hash", lambda data: hashed.append(data) or leaf_hash(data)
    )
    again = open_log(folder)
    assert again.recover() == []
    again.append([event(50)])
    assert 0 < len(hashed) <= 10


def test_a_cache_that_lies_is_not_believed(folder: Path, small_cache: None) -> None:
    """An edge that does not lead to the signed root is found, said, and made anew."""
    write_log(folder, [5, 5])
    cache = folder / "frontier.json"
    good = cache.read_bytes()
    peak = good.index(b'["') + 2
    for bad in (b"", b"{}", good[:peak] + b"0000" + good[peak + 4 :], good.replace(b'"v":1', b"")):
        cache.write_bytes(bad)
        book = open_log(folder)
        assert book.event(7).seq == 7
        assert [finding.code for finding in book.recover()] == ["W-L004"]
        assert book.append([event()]).size == book.size
        assert book.verify() == []


def test_a_log_without_its_cache_is_the_same_log(folder: Path, small_cache: None) -> None:
    """The cache may be deleted at any time."""
    write_log(folder, [5, 5])
    (folder / "frontier.json").unlink()
    book = open_log(folder)
    assert book.recover() == []
    assert book.append([event(10)]).size == 11
    assert book.verify() == []


def test_nothing_is_appended_to_an_interrupted_log(folder: Path) -> None:
    """Without mending first, neither a torn line nor a torn checkpoint is written over."""
    for name in ("events.jsonl", "checkpoints"):
        write_log(folder, [2])
        with (folder / name).open("ab") as stream:
            stream.write(b"x")
        book = open_log(folder)
        with pytest.raises(NotRecovered):
            book.append([event(2)])
        book.recover()
        book.append([event(2)])
        assert book.verify() == []
        for path in folder.iterdir():
            path.unlink()


def crash_points() -> Iterator[tuple[str, str, bool]]:
    """Every step of an append, before and after it is done."""
    for name, step in (("events.jsonl", 0), ("checkpoints", 1)):
        for call in ("append", "sync"):
            for done in (False, True):
                yield call, f"{step}:{name}", done


@pytest.mark.parametrize(("call", "target", "done"), list(crash_points()))
def test_a_crash_at_any_step_loses_nothing_that_was_acknowledged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, target: str, done: bool
) -> None:
    """Between any two of the four steps the power may go; the log mends itself and is whole."""
    book = write_log(folder, [2, 3])
    before = lines_of(folder)
    real = getattr(files, call)
    calls = count()

    def cut(fd: int, *rest: bytes) -> None:
        here = next(calls) == int(target[0])
        if not here or done:
            real(fd, *rest)
        if here:
            raise PowerCut

    monkeypatch.setattr(files, call, cut)
    with pytest.raises(PowerCut):
        book.append([event(5), event(6)])
    monkeypatch.undo()
    again = open_log(folder)
    findings = [finding.code for finding in again.recover()]
    was_written = done or call == "sync" or target.startswith("1")
    was_signed = target.startswith("1") and (done or call == "sync")
    assert findings == (["W-L002"] if was_written and not was_signed else [])
    assert again.size == (7 if was_written else 5)
    assert lines_of(folder)[:5] == before
    assert again.recover() == []
    assert again.append([event(7)]).size == again.size
    assert again.verify() == []


def test_a_batch_cut_off_at_any_byte_is_mended(folder: Path, tmp_path: Path) -> None:
    """Wherever the write of events stops, whole events are signed and the rest is moved aside."""
    write_log(folder, [2])
    acknowledged = lines_of(folder)
    batch = b"".join(
        encode(Event(seq=seq, type="t", at=stamp(0), actor="a")) + b"\n" for seq in (2, 3)
    )
    for cut in range(0, len(batch) + 1):
        copy = copytree(folder, tmp_path / f"cut{cut}")
        with (copy / "events.jsonl").open("ab") as stream:
            stream.write(batch[:cut])
        book = open_log(copy)
        findings = {finding.code: finding.values for finding in book.recover()}
        whole = batch[:cut].count(b"\n")
        rest = batch[:cut].rpartition(b"\n")[2]
        assert book.size == 2 + whole
        assert lines_of(copy)[:2] == acknowledged
        assert ("W-L002" in findings, "W-L001" in findings) == (whole > 0, rest != b"")
        if rest:
            assert (tmp_path / str(findings["W-L001"]["aside"])).read_bytes() == rest
        assert book.verify() == []


def test_a_checkpoint_cut_off_at_any_byte_is_mended(folder: Path, tmp_path: Path) -> None:
    """Wherever the write of a checkpoint stops, its events are signed again and none is lost."""
    write_log(folder, [2])
    head = len((folder / "checkpoints").read_bytes())
    open_log(folder).append([event(2)])
    full = (folder / "checkpoints").read_bytes()
    for cut in range(head, len(full)):
        copy = copytree(folder, tmp_path / f"cut{cut}")
        (copy / "checkpoints").write_bytes(full[:cut])
        book = open_log(copy)
        findings = [finding.code for finding in book.recover()]
        assert findings == (["W-L003", "W-L002"] if cut > head else ["W-L002"])
        assert book.size == 3
        assert (copy / "checkpoints").read_bytes() == full
        assert book.verify() == []


def cut_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the program at the call after so many that make something durable."""
    calls = count()

    def cutting(real: Callable[..., None]) -> Callable[..., None]:
        def call(*args: object) -> None:
            if next(calls) >= steps:
                raise PowerCut
            real(*args)

        return call

    for name in ("append", "sync", "sync_folder", "replace"):
        monkeypatch.setattr(files, name, cutting(getattr(files, name)))


def test_a_crash_while_mending_is_mended_as_well(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often mending itself is cut off, the next one ends it with nothing lost."""
    write_log(folder, [2])
    rest = encode(event(2, seq=2)) + b"\n" + b"half a li"
    with (folder / "events.jsonl").open("ab") as stream:
        stream.write(rest)
    with (folder / "checkpoints").open("ab") as stream:
        stream.write(b"archief")
    for stop in count():
        copy = copytree(folder, tmp_path / f"stop{stop}")
        cut_after(stop, monkeypatch)
        try:
            open_log(copy).recover()
            finished = True
        except PowerCut:
            finished = False
        monkeypatch.undo()
        book = open_log(copy)
        book.recover()
        assert book.size == 3
        asides = sorted(path.read_bytes() for path in copy.glob("torn-*"))
        assert asides == [b"archief", b"half a li"]
        assert book.verify() == []
        if finished:
            break
    assert stop > 4


def test_lines_behind_the_checkpoint_that_are_no_next_event_are_moved_aside(folder: Path) -> None:
    """Only what the log itself would have written next is ever signed after a crash."""
    book = write_log(folder, [2])
    for rest in (
        encode(event(9, seq=9)) + b"\n",
        b"\0" * 300,
        b"geen gebeurtenis\n" + encode(event(2, seq=2)) + b"\n",
    ):
        with (folder / "events.jsonl").open("ab") as stream:
            stream.write(rest)
        (finding,) = book.recover()
        assert finding.code == "W-L001"
        assert finding.values["bytes"] == len(rest)
        assert (folder.parent / str(finding.values["aside"])).read_bytes() == rest
        assert book.size == 2
        assert book.verify() == []


def test_what_a_dead_writer_left_of_the_cache_is_cleared(folder: Path) -> None:
    """A half-written cache is removed when the log is next opened for writing."""
    book = write_log(folder, [2])
    leftover = folder / ".frontier.json.123.tmp"
    leftover.write_bytes(b"{")
    assert [finding.code for finding in book.verify()] == ["E-L117"]
    assert book.recover() == []
    assert not leftover.exists()


def test_a_full_disk_keeps_the_log_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without room the batch is refused, and with room again the log goes on."""
    book = write_log(folder, [2])

    def no_room(fd: int, data: bytes) -> None:
        raise DiskFull(path=folder)

    monkeypatch.setattr(files, "append", no_room)
    with pytest.raises(DiskFull):
        book.append([event(2)])
    monkeypatch.undo()
    assert book.recover() == []
    assert book.append([event(2)]).size == 3
    assert book.verify() == []


def test_a_log_that_disagrees_with_its_checkpoint_is_not_written_on(folder: Path) -> None:
    """What no crash can cause is damage: opening for writing refuses and changes nothing."""
    write_log(folder, [2, 2])
    path = folder / "events.jsonl"
    good = path.read_bytes()
    for bad in (good.replace(b"o-0001", b"o-0002", 1), good[: good.index(b"\n") + 1], b""):
        path.write_bytes(bad)
        for call in (open_log(folder).recover, lambda: open_log(folder).append([event()])):
            with pytest.raises(Damage, match="root that was signed at 4"):
                call()
        assert path.read_bytes() == bad


def test_a_last_checkpoint_of_another_key_is_damage(folder: Path) -> None:
    """A head that the log's key did not sign is not believed, by reader or writer."""
    write_log(folder, [2])
    stranger = Log(folder, ORIGIN, TestSigner(2))
    for call in (stranger.head, stranger.recover, lambda: list(stranger.heads())):
        with pytest.raises(Damage, match="not a signed checkpoint"):
            call()


def test_more_than_an_interrupted_write_behind_the_last_checkpoint_is_damage(folder: Path) -> None:
    """A long unreadable end of the checkpoints is not moved aside as if a crash had left it."""
    book = write_log(folder, [2])
    with (folder / "checkpoints").open("ab") as stream:
        stream.write(b"\0" * 2000)
    with pytest.raises(Damage, match="more than an interrupted write"):
        book.recover()
    assert [finding.code for finding in book.verify()] == ["E-L108"]


def test_checkpoints_that_were_cut_off_are_known_from_the_cache(
    folder: Path, small_cache: None
) -> None:
    """Where the cache shows that more was signed, the rest is not quietly signed again."""
    write_log(folder, [2, 2, 2, 2])
    checkpoints = folder / "checkpoints"
    first = checkpoints.read_bytes().split(b"\n\n")
    checkpoints.write_bytes(b"\n\n".join(first[:2]) + b"\n\n")
    book = open_log(folder)
    assert book.size == 2
    with pytest.raises(Damage, match="signed and is gone"):
        book.recover()


def test_a_damaged_line_is_said_and_not_shown(folder: Path) -> None:
    """A reader that meets a line which is no event stops there with its file named."""
    write_log(folder, [3])
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"seq":1', b'"seq": 1'))
    with pytest.raises(Damage, match=r"events\.jsonl"):
        list(open_log(folder).events())


def test_damage_that_the_cache_hides_is_still_not_shown(folder: Path, small_cache: None) -> None:
    """A line before the cached edge is checked by itself whenever it is read."""
    write_log(folder, [5, 5])
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b"o-0001", b"Jan de", 1))
    book = open_log(folder)
    assert book.event(1).seq == 1
    for call in (lambda: book.event(0), lambda: list(book.events())):
        with pytest.raises(Damage, match="other than codes"):
            call()


def test_a_torn_checkpoint_is_no_head(folder: Path) -> None:
    """Until it is mended, readers go by the last whole checkpoint."""
    book = write_log(folder, [2])
    head = book.head()
    with (folder / "checkpoints").open("ab") as stream:
        stream.write(b"archief.example/log\n4\n")
    assert open_log(folder).head() == head
    assert list(book.heads()) == [head]


def test_a_line_that_is_no_event_is_met_while_looking_for_another(folder: Path) -> None:
    """Finding by halving stops with the file named when it lands on something else."""
    write_log(folder, [1000])
    book = open_log(folder)
    assert book.event(10).seq == 10
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"v":1}\n', b'"v":3}\n'))
    with pytest.raises(Damage, match=r"events\.jsonl"):
        book.event(10)


def test_an_origin_that_cannot_be_signed_appends_nothing(folder: Path) -> None:
    """A log whose name is no name of a key keeps nothing."""
    book = Log(folder, "een naam", SIGNER)
    book.recover()
    with pytest.raises(BadCheckpoint):
        book.append([event()])
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_tiles_are_those_of_the_specification(folder: Path, size: int) -> None:
    """Tiles hold the hashes of RFC 6962 subtrees, full or as far as the tree goes."""
    book = write_log(folder, [size])
    leaves = [leaf_hash(line) for line in lines_of(folder)]
    for index in range((size + 255) // 256):
        assert book.tile(0, index) == b"".join(leaves[index * 256 : index * 256 + 256])
    full = size // 256
    if full:
        spans = [leaves[start * 256 : start * 256 + 256] for start in range(full)]
        assert book.tile(1, 0) == b"".join(map(root, spans))
    for level, index in ((0, size // 256 + 1), (1, 1), (2, 0), (-1, 0), (0, -1)):
        with pytest.raises(NoSuchThing, match="tile"):
            book.tile(level, index)


def test_a_forged_log_of_the_same_key_is_a_log(folder: Path) -> None:
    """The log's form holds no secret: what is written by its description is read as one."""
    forge(folder, [encode(event(seq, seq=seq)) for seq in range(5)], [2, 5])
    book = open_log(folder)
    assert book.recover() == []
    assert book.append([event(5)]).size == 6
    assert book.verify() == []
