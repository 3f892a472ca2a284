"""Run a command as a child process and measure what it costs, children of its own included.

Processor time is what the kernel charged the child and all its waited-for children (wait4(2)).
Memory is read from ``/proc`` every few milliseconds, since the largest resident size that wait4
gives also counts the process that started the child.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from resource import struct_rusage

PYTHON = Path(sys.executable)
_EVERY = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ROOT = Path(__file__).parents[2]
_MB = 1_000_000
_LIKE_INSTALLED = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": ""}
"""What is installed is compiled already: so the first turn may keep what the next would make."""


class CommandFailed(Exception):
    """A measured command ended with another exit code than was expected."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds of processor and of the clock, MB (10^6 bytes) of memory.

    `peak` is the largest that all its processes were together at one moment, `peaks` the largest
    that each was, in the order in which they were started. `output` is what it wrote.
    """

    cpu: float
    wall: float
    peak: float
    peaks: tuple[float, ...]
    output: str


@dataclass(slots=True)
class _Memory:
    """The largest sizes seen so far, by process id, in bytes."""

    together: int = 0
    each: dict[int, int] = field(default_factory=dict)

    def look(self, root: int) -> None:
        sizes = {pid: size for pid in _family(root) if (size := _resident(pid))}
        self.together = max(self.together, sum(sizes.values()))
        for pid, size in sizes.items():
            self.each[pid] = max(self.each.get(pid, 0), size)


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    expect: tuple[int, ...] = (0,),
) -> Cost:
    """Run a command to its end and measure it.

    Raises:
        CommandFailed: It ended with an exit code that is not in `expect`.
    """
    memory = _Memory()
    start = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_ROOT,
        env={**os.environ, **_LIKE_INSTALLED, **(environment or {})},
        text=True,
    ) as process:
        code, usage, wall = _wait(process, memory, start)
        output, errors = process.communicate()
    if code not in expect:
        raise CommandFailed(f"{command[0]} … ended with {code}: {errors[-2000:]}")
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        peak=memory.together / _MB,
        peaks=tuple(size / _MB for size in memory.each.values()),
        output=output,
    )


def ours(job: str, *words: str | Path) -> tuple[str | Path, ...]:
    """Give the command that does one of the jobs of `tests.bench.one`."""
    return (PYTHON, "-m", "tests.bench.one", job, *words)


def _wait(
    process: subprocess.Popen[str], memory: _Memory, start: float
) -> tuple[int, struct_rusage, float]:
    while True:
        memory.look(process.pid)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage, time.perf_counter() - start
        time.sleep(_EVERY)


def _family(pid: int) -> list[int]:
    """Give a process and everything it started that still runs."""
    found = [pid]
    for parent in found:
        try:
            text = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found.extend(int(word) for word in text.split())
    return found


def _resident(pid: int) -> int:
    """Give the bytes a process has in memory now; 0 when it has ended."""
    try:
        text = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(text.split()[1]) * _PAGE
