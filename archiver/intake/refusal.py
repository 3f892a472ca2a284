"""What intake says about what it meets: findings to collect, and the one that ends unpacking."""

from __future__ import annotations

from collections import Counter

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Finding

_OF_ONE_CODE = 100


class Refused(ArchiveError):
    """A container is not unpacked ({code})."""

    exit_code = ExitCode.FINDINGS

    def __init__(
        self,
        code: str,
        *,
        offset: int | None = None,
        length: int | None = None,
        **values: str | int,
    ) -> None:
        """Hold the finding that takes the place of the container's content."""
        super().__init__(code=code, **values)
        self.finding = Finding(code, values, offset=offset, length=length)


def damaged(reason: str, offset: int) -> Refused:
    """Refuse a container that is not what its format says; `offset` is where that shows."""
    return Refused("E-I002", reason=reason, offset=offset)


class Findings:
    """Collects findings; of one code the first hundred are kept and the others are counted.

    A container of 200,000 entries with odd names must not become 200,000 findings.
    """

    __slots__ = ("_counts", "_kept", "inside")

    def __init__(self) -> None:
        """Start empty; while `inside` names an inner container, places count from its beginning."""
        self.inside = ""
        self._kept: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(
        self,
        code: str,
        *,
        member: int | None = None,
        offset: int | None = None,
        length: int | None = None,
        **values: str | int,
    ) -> None:
        """Keep one finding with its place and the values of its sentence."""
        self._counts[code] += 1
        if self.inside:
            values["inside"] = self.inside
        if self._counts[code] <= _OF_ONE_CODE:
            self._kept.append(Finding(code, values, member=member, offset=offset, length=length))

    def all(self) -> tuple[Finding, ...]:
        """Give what was kept, and how many more there were of each code."""
        more = (
            Finding("W-I009", {"count": count - _OF_ONE_CODE, "code": code})
            for code, count in sorted(self._counts.items())
            if count > _OF_ONE_CODE
        )
        return (*self._kept, *more)
