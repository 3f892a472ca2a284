"""The sketch of a strand: few of its texts, and the same ones whoever hands it in."""

from __future__ import annotations

from hashlib import blake2b

from hypothesis import example, given
from hypothesis import strategies as st

from archiver.deduplicate.sketch import A_MONTH, Sketch, digest

_BLANKS = st.sampled_from(["", " ", "  ", "\n", "\t", "\u00a0", "\u2003", "\x1c", "\x85"])


@given(st.lists(st.tuples(_BLANKS, st.text(max_size=8)), max_size=8))
@example([(" ", "Besluit"), ("  ", "genomen")])
@example([("", "İstanbul"), ("\u00a0", "ÉÉN ")])
def test_a_digest_minds_neither_blanks_nor_capitals(pieces: list[tuple[str, str]]) -> None:
    """However the blanks of a text are made, its digest is that of single spaces."""
    text = "".join(blank + word for blank, word in pieces)
    plain = " ".join(text.lower().split()).encode("utf-8", "surrogatepass")
    assert digest(text) == int.from_bytes(blake2b(plain, digest_size=8).digest()) >> 1


@given(st.permutations([f"Bericht nummer {n} over het besluit" for n in range(A_MONTH + 9)]))
def test_a_month_keeps_its_least_digests_in_any_order(texts: list[str]) -> None:
    """Two exports that bring the same texts in another order pick the same ones of them."""
    sketch = Sketch()
    sketch.add((7, 1_000, text) for text in texts)
    expected = sorted(map(digest, texts))[:A_MONTH]
    assert sorted(value for value, _ in sketch.entries()) == expected
    assert {strand for _, strand in sketch.entries()} == {7}
