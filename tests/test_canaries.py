"""A hundred canaries are destroyed: of none is anything left, anywhere that the archive reaches.

Single messages in the middle of an export, a whole conversation, a whole delivery, and messages
that another account holds too. Looked into are every page, frame and object decrypted, staging,
temporary files, the logs and keys, the drop folder and what was set aside there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.model import Finding, Item
from archiver.pipeline.blank import DESTROYED
from archiver.store.items import items_of, latest_event, manifest_of, open_object
from tests.gate import LONG_AGO, Gate, gate
from tests.ministry import Ministry, chat, mail, mailbox
from tests.reading import uncovered
from tests.remains import remains
from tests.test_destroy import kill, sound

LIVING = "leeuwerik"
"""A word that lives on: a search that does not find it would prove nothing."""
SINGLE, TALK, WHOLE, SHARED = range(30), range(30, 60), range(60, 85), range(85, 100)


def canary(number: int) -> str:
    """Give a word that stands in one message only."""
    return f"kanarie{number:03}vogel"


def lines(numbers: Sequence[int], *, living: bool = False) -> list[tuple[int, str, str]]:
    """Give a line for each canary, and between them, when wanted, one that lives on."""
    found = []
    for at, number in enumerate(numbers):
        found.append((at * 4, "Lien", f"Hier zingt de {canary(number)} voor het laatst"))
        if living:
            found.append((at * 4 + 2, "Omar", f"Maar de {LIVING} van {number} zingt verder"))
    return found


@dataclass(frozen=True, slots=True)
class Dropped:
    """The gate, its drop folder with a folder an account, and the deliveries by their names."""

    at: Gate
    drop: Path
    folders: dict[str, Path]

    def give(self, account: str, title: str, content: str) -> str:
        """Drop a chat, let the daemon take it in; give the delivery."""
        office = self.at.office
        (self.folders[account] / f"WhatsApp-chat met {title}.txt").write_text(content)
        known = {row["delivery"] for row in office.json("delivery", "list")["deliveries"]}
        office.json("watch", "--once", code=None)
        rows = office.json("delivery", "list")["deliveries"]
        (new,) = {row["delivery"] for row in rows} - known
        return str(new)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give every file that was handed in or set aside, name and content."""
        for path in self.drop.rglob("*"):
            if path.is_file():
                yield str(path.relative_to(self.drop)), path.read_bytes()


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dropped:
    """An archive that two accounts drop their exports to, with temporary files of its own."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    at = gate(tmp_path)
    drop = tmp_path / "drop"
    drop.mkdir()
    settings = at.office.settings
    settings["TMPDIR"] = settings["SQLITE_TMPDIR"] = str(temporary)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    settings["CHATARCHIEF_DROP_FOLDER"] = str(drop)
    settings["CHATARCHIEF_DROP_SETTLE_SECONDS"] = "0"
    folders = {}
    for name in ("jan", "els"):
        known = set(drop.iterdir())
        at.office.account(name)
        (folders[name],) = set(drop.iterdir()) - known
    return Dropped(at, drop, folders)


def test_of_a_hundred_canaries_nothing_is_left(dropped: Dropped, tmp_path: Path) -> None:
    """Nothing is found of them anywhere, and what another account holds lives on there."""
    at, office = dropped.at, dropped.at.office
    first = dropped.give("jan", "Havenoverleg", chat(lines(SINGLE, living=True), start=LONG_AGO))
    dropped.give("jan", "Kanariekring", chat(lines(TALK), start=LONG_AGO))
    third = dropped.give("jan", "Vergissing", chat(lines(WHOLE), start=LONG_AGO))
    fourth = dropped.give("jan", "Samen", chat(lines(SHARED), start=LONG_AGO))
    dropped.give("els", "Samen", chat(lines(SHARED), start=LONG_AGO))
    office.json("retention", "appraise", code=None)
    before = dict(dropped.files())
    assert sum(canary(SINGLE[0]).encode() in content for content in before.values()) == 1

    rows = office.json("conversations")["conversations"]
    (ring,) = (row["conversation"] for row in rows if row["title"] == "Kanariekring")
    records = [word for n in SINGLE for word in ("--record", f"{first}.{2 * n + 1}")]
    wrong = ("--reason", "Verkeerd toestel")
    proposals = [
        at.approved(*records),
        at.approved("--conversation", ring),
        at.approved("--delivery", third, *wrong, ground="withdrawn"),
        at.approved("--delivery", fourth, *wrong, ground="withdrawn"),
    ]
    done = [at.execute(proposal) for proposal in proposals]
    assert [one["removed"] for one in done] == [1, 1, 1, 1]
    # Of what another account holds too every word lives on: there is nothing to look for.
    assert [one["proof"]["samples"] > 0 for one in done] == [True, True, True, False]

    gone = [canary(n) for numbers in (SINGLE, TALK, WHOLE) for n in numbers]
    shared = [canary(n) for n in SHARED]
    names = ["Kanariekring", "Vergissing"]
    assert remains(office, [*gone, *names]) == {}
    assert remains(office, [LIVING]), "the control was not found"
    for place, content in dropped.files():
        assert not any(word.encode() in content for word in (*gone, *names)), place
        assert not any(name in place for name in names), place
    assert _held_by(office) == {first: len(SINGLE), **dict.fromkeys(_of(office, "els"), 15)}
    assert {account for word in shared for account in _accounts(office, word)} == {
        office.account("els")
    }
    assert not list((tmp_path / "temporary").rglob("*"))
    assert not list((office.archive / "staging").rglob("*"))
    sound(office)
    _log_tells(office, proposals)


def _held_by(office: Ministry) -> dict[str, int]:
    with office.opened() as archive:
        return dict(
            archive.catalogue.connection.execute(
                "SELECT d.public, count(*) FROM holding h JOIN delivery d ON d.id = h.delivery"
                " GROUP BY d.id"
            ).fetchall()
        )


def _of(office: Ministry, account: str) -> list[str]:
    rows = office.json("delivery", "list")["deliveries"]
    return [row["delivery"] for row in rows if row["account"] == office.account(account)]


def _accounts(office: Ministry, word: str) -> set[str]:
    """Say whose copies of a message are found by its word; there is one, and it has a record."""
    (hit,) = office.search(word)["hits"]
    told = office.json("explain", hit["id"])
    return {one["account"] for one in told["holdings"]}


def _log_tells(office: Ministry, proposals: Sequence[str]) -> None:
    """The log shows of every destruction what went, who approved it and who carried it out."""
    events = office.events()
    replaced = [one for one in events if one["type"] == "delivery.replaced"]
    assert {one["codes"][0] for one in replaced} == set(proposals)
    for proposal in proposals:
        told = [one for one in events if one.get("delivery") == proposal]
        kinds = [one["type"] for one in told]
        assert kinds[0] == "dispose.proposed"
        assert {"dispose.begun", "dispose.done", "dispose.stated"} <= set(kinds)
        approvals = [one for one in told if one["type"] == "dispose.approved"]
        assert len({one["actor"] for one in approvals}) == 2
        assert all(one["actor"] for one in told)


# -- every byte of what is left -------------------------------------------------------------------


def covers_all(office: Ministry, delivery: str) -> None:
    """Insist that items, findings and blanks account for every byte of what a delivery is now."""
    with office.opened() as archive:
        event = latest_event(archive, delivery)
        manifest = manifest_of(archive, event)
        entries: list[Item | Finding] = [*items_of(archive, event, manifest), *manifest.findings]
        for main in manifest.mains:
            name = manifest.member_objects[main]
            with open_object(archive, delivery, name) as stream:
                content = stream.read()
            assert len(content) == manifest.members[main].size
            own = [one for one in entries if one.member == main]
            gaps = [content[first:end] for first, end in uncovered(own, len(content))]
            assert not any(gap.strip(b" \r\n") for gap in gaps), gaps
            for one in own:
                if not isinstance(one, Finding) and one.type == DESTROYED:
                    assert not content[one.offset : one.offset + one.length].strip(b" ")


@pytest.mark.unmeasured
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    kind=st.sampled_from(("chat", "mail")),
    gone=st.lists(st.frozensets(st.integers(1, 8), min_size=1, max_size=4), max_size=2, min_size=1),
)
def test_every_byte_of_a_successor_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, kind: str, gone: list[frozenset[int]]
) -> None:
    """Items that live on, findings and blanks cover a successor whole, and its length stays."""
    at = gate(tmp_path_factory.mktemp("bytes"))
    office = at.office
    if kind == "chat":
        content = chat([(n, "Lien", f"Regel een\nen regel {n} van {canary(n)}") for n in range(8)])
        found = office.ingest(office.write("WhatsApp-chat met Havenoverleg.txt", content))
    else:
        content = mailbox([mail(n, f"Tekst {canary(n)}") for n in range(8)])
        office.account("post", service="mail", identifier="post@voorbeeld.example")
        found = office.ingest(office.write("post.mbox", content), "post")
    covers_all(office, found["delivery"])
    for numbers in gone:
        kill(office, {found["delivery"]: numbers})
        covers_all(office, found["delivery"])
    with office.opened() as archive:
        manifest = manifest_of(archive, latest_event(archive, found["delivery"]))
        assert sum(member.size for member in manifest.members) == len(content.encode())
