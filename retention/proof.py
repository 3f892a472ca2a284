"""Prove that what was destroyed is no more: look for its words in all that is left, decrypted.

Pieces of what goes are kept in memory while it is destroyed, those only that nothing else says.
Afterwards every page of the catalogue and every object of the deliveries is decrypted and searched.
A word that lives on is looked for in the same way: when that is not found, the search proves
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from msgspec import Struct
from zstandard import ZstdDecompressor, ZstdError

from archiver.errors import ArchiveError
from archiver.store.archive import CATALOGUE_LABEL, Archive
from archiver.store.catalogue.homes import delivery_key
from archiver.store.catalogue.pages import pages
from retention import tables_targets
from retention.returned import Returned

SAMPLES = 24
_SHORTEST, _LENGTH = 10, 24
_CODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_HEAD = 65_536
_VARIED = 8
_CONTROLS, _ALWAYS = 8, b"CREATE TABLE"
"""One would do, but a piece may lie across the end of a page."""
_PART, _OVERLAP = 1 << 22, 256
_FRAME = b"\x28\xb5\x2f\xfd"
_Value = TypeVar("_Value")

Targets = Mapping[str, frozenset[int] | None]


class Proof(Struct, frozen=True):
    """What was searched, and what was found of it: `remains` are places, none when all is gone.

    `control` says that a word that lives on was found by the same search.
    """

    samples: int
    pages: int
    objects: int
    remains: tuple[str, ...]
    control: bool

    @property
    def holds(self) -> bool:
        """Whether nothing was found, by a search that finds."""
        return self.control and not self.remains


class Samples:
    """Pieces of what is about to be destroyed, and one of what is not."""

    def __init__(
        self, archive: Archive, targets: Targets, back: Mapping[str, Returned] | None = None
    ) -> None:
        """Choose them before anything is destroyed; `back` is what of it returned, by delivery."""
        connection = archive.catalogue.connection
        keys = {delivery_key(connection, one) or 0: items for one, items in targets.items()}
        gone = tables_targets.dying(connection, keys)
        going, staying = _returned(targets, back or {})
        texts = tables_targets.texts(connection, _spread(gone, SAMPLES))
        chosen = chain(texts, _spread(going, SAMPLES))
        found = dict.fromkeys(piece for text in chosen for piece in _pieces(text))
        living = tables_targets.living_texts(connection, set(gone))
        # A control has to stand in the catalogue, where nothing is of what returned and stays.
        pieces, self._controls = _unsaid(list(found), living)
        pieces, _ = _unsaid(pieces, chain(staying, tables_targets.names(connection)))
        pieces = _spread(pieces, SAMPLES)
        unread = {one: items for one, items in targets.items() if one not in (back or {})}
        raw = _spread(_never_read(archive, unread), SAMPLES)
        self.count = len(pieces) + len(raw)
        self._in_pages = [*(piece.encode() for piece in pieces), *raw]
        self._pieces = [piece.encode(coding) for piece in pieces for coding in _CODINGS] + raw

    def search(self, archive: Archive, deliveries: Collection[str]) -> Proof:
        """Look for all of them; after the destruction."""
        remains: list[str] = []
        counted = objects = 0
        control = False
        key = archive.keys.derive(CATALOGUE_LABEL)
        catalogue = archive.catalogue
        for page in pages(catalogue.connection, catalogue.path, key):
            counted += 1
            control = control or any(piece in page for piece in self._controls)
            if any(piece in page for piece in self._in_pages):
                remains.append(f"page {counted}")
        for delivery in sorted(deliveries):
            for name, contents in _objects(archive, delivery):
                objects += 1
                if self._stands_in(contents):
                    remains.append(f"object {name}")
        return Proof(self.count, counted, objects, tuple(remains), control)

    def _stands_in(self, contents: Iterator[bytes]) -> bool:
        """Whether a piece stands in an object; one that cannot be read may hold anything."""
        try:
            return any(piece in part for part in contents for piece in self._pieces)
        except (ArchiveError, ZstdError):
            return True


def _returned(targets: Targets, back: Mapping[str, Returned]) -> tuple[list[str], list[str]]:
    """Give the words of what returned in these deliveries: of what goes, and of what stays."""
    going: list[str] = []
    staying: list[str] = []
    for delivery, items in targets.items():
        for one in back[delivery].items if delivery in back else ():
            goes = items is None or one.number in items
            (going if goes else staying).append(one.text)
    return going, staying


def _pieces(text: str) -> Iterator[str]:
    """Give the beginning, the middle and the longest word of a text, as far as they tell it."""
    folded = " ".join(text.split())
    middle = len(folded) // 2
    for piece in (folded[:_LENGTH], folded[middle : middle + _LENGTH]):
        if len(piece) >= _SHORTEST and piece in text:
            yield piece
    longest = max(folded.split(), key=len, default="")
    if len(longest) >= _SHORTEST:
        yield longest
        yield longest.casefold()


def _unsaid(pieces: list[str], living: Iterable[str]) -> tuple[list[str], list[bytes]]:
    """Give the pieces that nothing that lives on says, and some pieces of what does."""
    controls: list[bytes] = []
    for text in living:
        folded = text.casefold()
        pieces = [piece for piece in pieces if piece not in text and piece not in folded]
        if len(text) >= _SHORTEST and len(controls) < _CONTROLS:
            controls.append(text[:_LENGTH].encode("utf-8", "replace"))
    return pieces, controls or [_ALWAYS]


def _never_read(archive: Archive, targets: Targets) -> list[bytes]:
    """Give pieces of the bytes of whole deliveries of which nothing stands in the catalogue."""
    connection = archive.catalogue.connection
    return [
        piece
        for delivery, items in sorted(targets.items())
        if items is None
        and not tables_targets.of_delivery(connection, delivery_key(connection, delivery) or 0)
        for piece in _of_bytes(archive, delivery)
    ]


def _of_bytes(archive: Archive, delivery: str) -> list[bytes]:
    """Give pieces of the bytes of a delivery that was never read, from the first of its files."""
    keys = archive.keys.delivery(delivery)
    for name in tables_targets.originals(archive.catalogue.connection, delivery)[:1]:
        head = next(_contents(archive, name, keys.key_of(name) if keys else b""), b"")[:_HEAD]
        step = max(len(head) // 8, 1)
        found = [head[start : start + 32] for start in range(0, len(head) - 31, step)]
        return [piece for piece in found if len(set(piece)) > _VARIED]
    return []


def _objects(archive: Archive, delivery: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give every object that a delivery has a key of, with its content in parts."""
    keys = archive.keys.delivery(delivery)
    for name in keys.objects if keys else ():
        yield name, _contents(archive, name, keys.key_of(name) if keys else b"")


def _contents(archive: Archive, name: str, key: bytes) -> Iterator[bytes]:
    """Give the bytes of an object in parts that overlap, and likewise what its frames hold."""
    with archive.objects.open(name, key) as stream:
        before, unpack = b"", None
        while part := stream.read(_PART):
            yield before + part
            if not before and part.startswith(_FRAME):
                unpack = _Unpack()
            if unpack is not None:
                yield unpack.part(part)
            before = part[-_OVERLAP:]


class _Unpack:
    """Unpacks frames that stand one after the other, part by part."""

    def __init__(self) -> None:
        self._frame = ZstdDecompressor().decompressobj()
        self._before = b""

    def part(self, packed: bytes) -> bytes:
        plain = [self._before]
        while packed:
            plain.append(self._frame.decompress(packed))
            packed = self._frame.unused_data
            if packed:
                self._frame = ZstdDecompressor().decompressobj()
        found = b"".join(plain)
        self._before = found[-_OVERLAP:]
        return found


def _spread(values: list[_Value], most: int) -> list[_Value]:
    """Give at most so many of these, evenly from first to last."""
    step = max(-(-len(values) // most), 1)
    return values[::step]
