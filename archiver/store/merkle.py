"""The hash tree over the events of a log: roots, proofs, and the checks of both.

RFC 6962 §2.1 (hashes, roots, the shape of proofs) and RFC 9162 §2.1.3.2 and §2.1.4.2 (checking a
proof); both read 2026-11. SHA-256 throughout: a leaf is ``SHA-256(0x00 || bytes)``, a node
``SHA-256(0x01 || left || right)``, the root of nothing ``SHA-256("")``.

Leaves are handed in as their hashes, so that no function here ever holds an event. A proof is made
in two steps, of which the first is arithmetic only: which ranges of leaves it speaks of, and then
the roots of those ranges, taken in one pass and in constant memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry of the log."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    It is all that adding a leaf or taking the root needs: at most 64 hashes, whatever the size.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Take up a tree of `size` leaves whose complete subtrees have these roots.

        Raises:
            ValueError: A tree of that size has another number of complete subtrees.
        """
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise ValueError(f"{len(self.peaks)} subtrees do not make {size} leaves")

    def __eq__(self, other: object) -> bool:
        """Two frontiers are equal when they are of the same tree."""
        if not isinstance(other, Frontier):
            return NotImplemented
        return (self.size, self.peaks) == (other.size, other.peaks)

    __hash__ = None  # type: ignore[assignment]

    def append(self, leaf: bytes) -> None:
        """Add one leaf by its hash."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Give the root of the tree as it stands."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def copy(self) -> Frontier:
        """Give an equal frontier that grows by itself."""
        return Frontier(self.size, self.peaks)

    def between(self, start: int, end: int) -> Frontier:
        """Give the frontier of the leaves ``[start, end)`` as far as this tree holds them.

        Raises:
            ValueError: The range cuts a complete subtree, whose inside is no longer known.
        """
        end = min(end, self.size)
        inside = [peak for at, width, peak in self._spans() if start <= at and at + width <= end]
        return Frontier(max(end - start, 0), inside)

    def _spans(self) -> Iterator[tuple[int, int, bytes]]:
        """Go through the complete subtrees: first leaf, number of leaves, root."""
        at = 0
        for peak in self.peaks:
            width = 1 << (self.size - at).bit_length() - 1
            yield at, width, peak
            at += width


def root(leaves: Iterable[bytes]) -> bytes:
    """Give the root of a tree with these leaf hashes."""
    return _frontier(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Prove that leaf `index` stands in the tree of these leaf hashes (RFC 6962 §2.1.1).

    Raises:
        ValueError: There is no such leaf.
    """
    return tuple(root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves)))


def consistency_proof(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """Prove that the first `first` leaves were not touched since (RFC 6962 §2.1.2).

    Raises:
        ValueError: The tree never had that size.
    """
    return tuple(root(leaves[start:end]) for start, end in consistency_ranges(first, len(leaves)))


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """Say of which leaves an inclusion proof names the roots, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return tuple(reversed(ranges))


def consistency_ranges(first: int, second: int) -> tuple[Range, ...]:
    """Say of which leaves a consistency proof names the roots, in the order of the proof."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} never had {first} leaves")
    ranges: list[Range] = []
    start, end, whole = 0, second, True
    while 0 < first < end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    # The old root itself is known to whoever checks, so it is left out when it is one subtree.
    if first and not whole:
        ranges.append((start, end))
    return tuple(reversed(ranges))


def range_roots(
    ranges: Sequence[Range], known: Frontier, leaves: Iterable[bytes]
) -> tuple[bytes, ...]:
    """Give the root of each of these disjoint ranges in one pass over the leaves.

    `known` is the tree up to some leaf and `leaves` are the hashes from there on.

    Raises:
        ValueError: A range begins or ends inside what `known` has already folded together, or
            there are too few leaves.
    """
    parts = {span: known.between(*span) for span in ranges}
    ahead = iter(leaves)
    at = known.size
    for start, end in sorted(ranges):
        at = _skip(ahead, at, start)
        at = _fill(parts[start, end], ahead, at, end)
    return tuple(parts[span].root() for span in ranges)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an inclusion proof for a leaf hash (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            position, last = _past_lone(position, last)
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check that a tree of `second` leaves begins with the tree of `first` (RFC 9162 §2.1.4.2).

    The RFC leaves out the empty tree; here it is the beginning of every tree, with an empty proof.
    """
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    return _verify_growth(first, second, first_root, second_root, proof)


def _verify_growth(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    path = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    if not path or not proof:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            position, last = _past_lone(position, last)
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _past_lone(position: int, last: int) -> tuple[int, int]:
    """Climb over the levels at which a last, even node has no sibling and rises unchanged."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == sha256().digest_size for value in values)


def _split(size: int) -> int:
    """Give the largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _frontier(leaves: Iterable[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier


def _skip(leaves: Iterator[bytes], at: int, start: int) -> int:
    while at < start:
        _next(leaves)
        at += 1
    return at


def _fill(part: Frontier, leaves: Iterator[bytes], at: int, end: int) -> int:
    while at < end:
        part.append(_next(leaves))
        at += 1
    return at


def _next(leaves: Iterator[bytes]) -> bytes:
    for leaf in leaves:
        return leaf
    raise ValueError("the tree has fewer leaves than the proof speaks of")
