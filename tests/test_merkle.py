"""The hash tree: roots and proofs, held against a second implementation and known values."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    inclusion_ranges,
    leaf_hash,
    range_roots,
    root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
"""The eight entries with which certificate transparency logs are tested."""

LEAVES = [leaf_hash(f"entry {number}".encode()) for number in range(130)]
SIZES = range(64)


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word and without any care for speed."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = plain_root(leaves[:split]) + plain_root(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


def plain_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(leaves) <= 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*plain_path(index, leaves[:split]), plain_root(leaves[split:])]
    return [*plain_path(index - split, leaves[split:]), plain_root(leaves[:split])]


def plain_subproof(first: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    if first == len(leaves):
        return [] if whole else [plain_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if first <= split:
        rest = plain_root(leaves[split:])
        return [*plain_subproof(first, leaves[:split], whole=whole), rest]
    rest = plain_root(leaves[:split])
    return [*plain_subproof(first - split, leaves[split:], whole=False), rest]


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_the_root_of_nothing_is_the_digest_of_nothing() -> None:
    """An empty log has the root that RFC 6962 gives it."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]) == Frontier().root() == EMPTY_ROOT


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_roots_are_those_that_certificate_transparency_publishes(size: int, expected: str) -> None:
    """The published test entries of certificate transparency give the published roots."""
    assert root([leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == expected


def test_a_leaf_is_never_mistaken_for_a_node() -> None:
    """An entry that looks like two joined hashes has another hash than their node."""
    left, right = LEAVES[0], LEAVES[1]
    assert leaf_hash(left + right) != root([left, right])


def test_every_root_and_proof_equals_that_of_the_plain_definition() -> None:
    """For every size below 64, roots and all proofs are those of the RFC's own formulas."""
    for size in SIZES:
        leaves = LEAVES[:size]
        assert root(leaves) == plain_root(leaves)
        for index in range(size):
            assert list(inclusion_proof(leaves, index)) == plain_path(index, leaves)
            first = index + 1
            expected = plain_subproof(first, leaves, whole=True)
            assert list(consistency_proof(leaves, first)) == expected


@pytest.mark.unmeasured
def test_every_inclusion_proof_is_accepted_for_its_leaf_only() -> None:
    """For every leaf of every size below 64, its proof holds for it and for no other place."""
    for size in SIZES:
        leaves = LEAVES[:size]
        top = root(leaves)
        for index in range(size):
            proof = inclusion_proof(leaves, index)
            assert verify_inclusion(leaves[index], index, size, proof, top)
            for other in range(size):
                if other != index:
                    assert not verify_inclusion(leaves[index], other, size, proof, top)


@pytest.mark.unmeasured
def test_every_consistency_proof_is_accepted_for_its_sizes_only() -> None:
    """For all m ≤ n below 64 the proof holds, and for no smaller or larger m."""
    roots = [root(LEAVES[:size]) for size in SIZES]
    for second in SIZES:
        for first in range(second + 1):
            proof = consistency_proof(LEAVES[:second], first)
            assert verify_consistency(first, second, roots[first], roots[second], proof)
            for other in range(1, second):
                if other != first:
                    args = (other, second, roots[other], roots[second])
                    assert not verify_consistency(*args, proof) or proof == consistency_proof(
                        LEAVES[:second], other
                    )


@pytest.mark.unmeasured
def test_any_single_bit_of_a_small_proof_matters() -> None:
    """Up to 9 leaves, every single bit of proof, leaf and root, once changed, is refused."""
    for size in range(1, 10):
        leaves, top = LEAVES[:size], root(LEAVES[:size])
        for index in range(size):
            parts = [leaves[index], top, *inclusion_proof(leaves, index)]
            for part, bit in ((p, b) for p in range(len(parts)) for b in range(256)):
                changed = [*parts]
                changed[part] = flipped(parts[part], bit)
                assert not verify_inclusion(changed[0], index, size, changed[2:], changed[1])
        for first in range(1, size):
            parts = [root(LEAVES[:first]), top, *consistency_proof(leaves, first)]
            for part, bit in ((p, b) for p in range(len(parts)) for b in range(256)):
                changed = [*parts]
                changed[part] = flipped(parts[part], bit)
                assert not verify_consistency(first, size, changed[0], changed[1], changed[2:])


@pytest.mark.unmeasured
def test_a_changed_bit_of_any_larger_proof_matters() -> None:
    """For all sizes below 64 one bit of every hash in every proof, once changed, is refused."""
    for size in SIZES[10:]:
        leaves, top = LEAVES[:size], root(LEAVES[:size])
        for index in range(size):
            proof = list(inclusion_proof(leaves, index))
            growth = list(consistency_proof(leaves, index + 1))
            old = root(LEAVES[: index + 1])
            for part in range(len(proof)):
                bit = (size * 64 + index * 7 + part) % 256
                changed = [*proof]
                changed[part] = flipped(proof[part], bit)
                assert not verify_inclusion(leaves[index], index, size, changed, top)
            for part in range(len(growth)):
                bit = (size * 64 + index * 7 + part) % 256
                changed = [*growth]
                changed[part] = flipped(growth[part], bit)
                assert not verify_consistency(index + 1, size, old, top, changed)


def test_proofs_of_another_length_are_refused() -> None:
    """A proof with a hash too many, too few or too short is refused."""
    leaves, top = LEAVES[:13], root(LEAVES[:13])
    proof = inclusion_proof(leaves, 5)
    growth = consistency_proof(leaves, 5)
    old = root(LEAVES[:5])
    for wrong in (proof[:-1], proof[1:], (*proof, top), (proof[0][:-1], *proof[1:]), ()):
        assert not verify_inclusion(leaves[5], 5, 13, wrong, top)
    for wrong in (growth[:-1], growth[1:], (*growth, top), (growth[0][:-1], *growth[1:]), ()):
        assert not verify_consistency(5, 13, old, top, wrong)


def test_places_outside_the_tree_are_refused() -> None:
    """No leaf before the first or behind the last can be proved, nor a tree that shrank."""
    top = root(LEAVES[:4])
    assert not verify_inclusion(LEAVES[0], -1, 4, (), top)
    assert not verify_inclusion(LEAVES[0], 4, 4, (), top)
    assert not verify_consistency(5, 4, top, top, ())
    assert not verify_consistency(-1, 4, top, top, ())
    for call in (lambda: inclusion_proof(LEAVES[:4], 4), lambda: consistency_proof(LEAVES[:4], 5)):
        with pytest.raises(ValueError, match="4"):
            call()


def test_the_empty_log_is_the_beginning_of_every_log() -> None:
    """From size 0 only the empty root and an empty proof are accepted."""
    top = root(LEAVES[:4])
    assert verify_consistency(0, 4, EMPTY_ROOT, top, ())
    assert not verify_consistency(0, 4, top, top, ())
    assert not verify_consistency(0, 4, EMPTY_ROOT, top, (top,))


def test_a_growing_tree_always_has_the_root_of_its_leaves() -> None:
    """Adding leaves one by one, also after taking the tree up again, gives the same roots."""
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert frontier.root() == plain_root(LEAVES[:size])
        frontier = Frontier(frontier.size, frontier.peaks)
        copy = frontier.copy()
        frontier.append(leaf)
        assert copy != frontier
        assert frontier != LEAVES
    assert len(frontier.peaks) == 2


@pytest.mark.parametrize(("size", "peaks"), [(3, 1), (0, 1), (4, 2), (-1, 1)])
def test_a_tree_of_another_number_of_subtrees_is_refused(size: int, peaks: int) -> None:
    """A stored edge that cannot be of its own size is never taken up."""
    with pytest.raises(ValueError, match="subtrees"):
        Frontier(size, [EMPTY_ROOT] * peaks)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_proof_can_start_from_any_earlier_edge(data: st.DataObject) -> None:
    """With only the tree's edge before a leaf, and what came after it, its proof is the same."""
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    known = Frontier()
    for leaf in LEAVES[: data.draw(st.integers(0, index))]:
        known.append(leaf)
    rest = iter(LEAVES[known.size : size])
    proof = range_roots(inclusion_ranges(index, size), known, rest)
    assert proof == inclusion_proof(LEAVES[:size], index)


def test_an_edge_that_has_folded_a_range_cannot_give_it() -> None:
    """What the edge no longer knows is refused, and so are leaves that are not there."""
    known = Frontier()
    for leaf in LEAVES[:8]:
        known.append(leaf)
    with pytest.raises(ValueError, match="subtrees"):
        range_roots([(0, 3)], known, iter(()))
    with pytest.raises(ValueError, match="fewer leaves"):
        range_roots([(8, 10)], known, iter(LEAVES[8:9]))
