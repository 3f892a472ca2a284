"""What a format's variants are made of: its example exports, and variants that led further before.

A variant that reached code no other had reached is kept below ``.cache/fuzz`` and is a seed of the
next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from archiver.format import Format, Source
from archiver.model import Member
from tests import golden

KEPT = Path(__file__).parents[2] / ".cache" / "fuzz"
_READ_AT = 1_800_000_000_000
_MOST_KEPT = 2_000
_Beside = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """The bytes and the name of a main member, and the files that stood beside it."""

    data: bytes
    name: str
    beside: _Beside = ()
    mapping: str = ""

    def source(self, data: bytes) -> Source:
        """Describe a delivery that has these bytes in the place of the main member's."""
        files = ((self.name, data), *self.beside)
        return Source(
            stream=BytesIO(data),
            members=tuple(
                Member(name, len(held), sha256(held).hexdigest()) for name, held in files
            ),
            main=0,
            path_name=self.name.rpartition("/")[2],
            read_at=_READ_AT,
            beside={index: BytesIO(held) for index, (_, held) in enumerate(self.beside, 1)},
            mapping=self.mapping,
        )


def seeds(form: Format) -> list[Seed]:
    """Give the example exports of a format, and what was kept of earlier runs."""
    found = [_of_case(case) for case in golden.cases(form.name)]
    lone = sorted(golden.EXPORTS.glob(f"{form.name}/*/export.*"))
    found += [Seed(path.read_bytes(), path.name) for path in lone]
    first = found[0]
    kept = sorted((KEPT / "seeds" / form.name).glob("*"))[:_MOST_KEPT]
    found += [Seed(one.read_bytes(), first.name, first.beside, first.mapping) for one in kept]
    return found


def keep(form: Format, data: bytes) -> None:
    """Remember a variant that led further."""
    folder = KEPT / "seeds" / form.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / sha256(data).hexdigest()[:20]).write_bytes(data)


def _of_case(case: Path) -> Seed:
    given = golden.source_of(case)
    others = [index for index in range(len(given.members)) if index != given.main]
    beside = tuple((given.members[index].name, given.beside[index].read()) for index in others)
    return Seed(given.stream.read(), given.members[given.main].name, beside, given.mapping)
