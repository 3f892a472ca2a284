"""The catalogue is an index: made anew from objects and log it answers every question the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.ministry import Ministry, chat, mail, mailbox, ministry

WORDS = ("", "besluit", "ok", "verslag OF agenda", "besl*")
TITLES = ("Overleg", "Crisis")
LINES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["Lien", "Omar"]),
        st.sampled_from(["ok", "Het besluit", "verslag"]),
    ),
    min_size=1,
    max_size=6,
)
CHATS = st.builds(
    lambda lines, title, account: ("chat", lines, title, account),
    LINES,
    st.sampled_from(TITLES),
    st.sampled_from(["jan", "els"]),
)
BOXES = st.builds(
    lambda mails, account: ("mail", mails, "post", account),
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["besluit", "agenda"])), min_size=1, max_size=4
    ),
    st.sampled_from(["jan", "els"]),
)


@pytest.mark.unmeasured
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(
    deliveries=[
        ("mail", [(1, "besluit")], "post", "els"),
        ("mail", [(1, "besluit"), (1, "besluit")], "post", "els"),
    ],
    released=True,
).via("a sealed record that one delivery holds twice")
@given(st.lists(st.one_of(CHATS, BOXES), min_size=1, max_size=4), st.booleans())
def test_a_rebuild_changes_no_answer(
    deliveries: list[tuple[str, list[tuple[int, ...]], str, str]], released: bool
) -> None:
    """Whatever came in, sealed, released or not: every answer stays the same."""
    with TemporaryDirectory() as folder:
        office = ministry(Path(folder))
        office.account("els", kind="private")
        for number, (kind, parts, title, account) in enumerate(deliveries):
            _hand_in(office, number, kind, parts, title, account)
        sealed = office.json("delivery", "list", "--state", "sealed")["deliveries"]
        if sealed and released:
            office.json("delivery", "release", sealed[-1]["delivery"])
        before = _answers(office)
        assert office.run("verify").code == 0
        assert office.run("rebuild").code == 0
        assert _answers(office) == before
        assert office.run("verify").code == 0


def _hand_in(
    office: Ministry, number: int, kind: str, parts: list[tuple[int, ...]], title: str, account: str
) -> None:
    if kind == "chat":
        lines = sorted(parts, key=lambda line: line[0])
        path = office.write(f"{number}/WhatsApp-chat met {title}.txt", chat(lines))  # type: ignore[arg-type]
    else:
        mails = [mail(which, str(text), subject=str(text)) for which, text in parts]
        path = office.write(f"{number}/{title}.mbox", mailbox(mails))
    office.ingest(path, account, code=None)


def _answers(office: Ministry) -> dict[str, str]:
    """Ask everything that can be asked, as sorter and as anybody."""
    with office.asked():
        return dict(_told(office))


def _told(office: Ministry) -> Iterator[tuple[str, str]]:
    for sealed in ((), ("--sealed",)):
        ids: set[str] = set()
        for words in WORDS:
            found = office.json("search", *words.split(), "--limit", "0", *sealed)
            yield f"search {words} {sealed}", str(found)
            ids |= {hit["id"] for hit in found["hits"]}
        for one in sorted(ids):
            for command in ("show", "explain"):
                yield f"{command} {one} {sealed}", office.run(command, one, *sealed).out
        for words in ("conversations", "delivery list", "findings"):
            yield f"{words} {sealed}", office.run(*words.split(), *sealed).out
