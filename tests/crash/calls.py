"""The system calls of a command, in order: recorded by strace, or cut short by it.

strace counts each system call by name, from the start of the process; that number and name are a
point at which the process can be killed, before the call is carried out. strace 5.0 or newer.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crash.place import ENVIRONMENT

CHANGES = (
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate",
    "fsync", "fdatasync", "sync_file_range", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat",
)  # fmt: skip
OPENS = ("open", "openat", "creat")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that succeeded or failed: its name, which of that name it is, the paths it is about.

    `created` holds for an open that may have made the file.
    """

    name: str
    number: int
    path: Path
    target: Path | None
    failed: bool
    created: bool = False


@cache
def missing_strace() -> str:
    """Say why strace cannot be used here; empty when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed (Debian: apt-get install strace)"
    tried = subprocess.run(
        ["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False
    )
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else ""


def record(command: Sequence[str], log: Path) -> list[Call]:
    """Run a command and give its calls that change a disk, opens of new files included.

    Only the process itself is followed: the one that reads exports has no way to write.
    """
    traced = ",".join(f"?{name}" for name in (*CHANGES, *OPENS))
    options = ["-y", "-s", "0", "-o", str(log), "-e", f"trace={traced}", "-e", "signal=none"]
    done = _strace(options, command)
    assert done.returncode in (0, 1), done.stderr
    return list(read(log))


def kill(command: Sequence[str], call: Call) -> bool:
    """Run a command and kill it as it begins this call; False when it ended before that."""
    options = ["-o", "/dev/null", "-e", f"trace={call.name}"]
    options += ["-e", f"inject={call.name}:signal=KILL:when={call.number}"]
    done = _strace(options, command)
    return done.returncode in (-9, 137)


def read(log: Path) -> Iterator[Call]:
    """Read a recorded log."""
    counts: dict[str, int] = {}
    for line in log.read_text("utf-8").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name, rest, result = found.groups()
        counts[name] = counts.get(name, 0) + 1
        paths = [Path(path) for path in _paths(name, rest)]
        if paths:
            target = paths[1] if len(paths) > 1 else None
            created = name in OPENS and "O_CREAT" in rest
            yield Call(name, counts[name], paths[0], target, result.startswith("-"), created)


def _strace(options: list[str], command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["strace", *options, *command],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )


_RELATIVE = {"openat", "renameat", "renameat2", "unlinkat", "mkdirat", "linkat", "symlinkat"}
_LINE = re.compile(r"(\w+)\((.*)\)\s+= (\S+)")
_OPEN_FILE = re.compile(r"^\d+<([^>]*)>")
_IN_FOLDER = re.compile(r'(?:AT_FDCWD|\d+)<([^>]*)>, "([^"]*)"')
_QUOTED = re.compile(r'"([^"]*)"')


def _paths(name: str, rest: str) -> list[str]:
    """Give the path or paths that a call is about."""
    if name in _RELATIVE:
        return [str(Path(folder, path)) for folder, path in _IN_FOLDER.findall(rest)]
    found = _OPEN_FILE.match(rest)
    if found:
        return [found[1].removesuffix(" (deleted)")]
    return _QUOTED.findall(rest) if name not in ("write", "writev") else []
