"""A process that dies: at a chosen write, sync, rename or removal, after which it does no more.

Calls that are only repeated by a living process (undoing what went wrong) must not help: once dead,
every further call dies too. Syncs are left out, since nothing here takes the power away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from archiver.store import files

_CALLS = ("create", "write_all", "rename", "remove", "new_folder")


class Killed(BaseException):
    """The process is no more."""


@contextmanager
def dying(after: int) -> Iterator[list[int]]:
    """Let so many calls that change the disk succeed, and none after them; counts them."""
    done = [0]
    with ExitStack() as stack:
        for name in _CALLS:
            stack.enter_context(patch.object(files, name, _counted(name, done, after)))
        yield done


@contextmanager
def unsynced() -> Iterator[None]:
    """Leave out what only a loss of power would show."""
    with patch.object(files, "sync", lambda _: None), patch.object(files, "sync_folder", _nothing):
        yield


def _counted(name: str, done: list[int], after: int) -> Any:
    real = getattr(files, name)

    def call(*words: Any) -> Any:
        if done[0] >= after:
            raise Killed
        done[0] += 1
        return real(*words)

    return call


def _nothing(_: object) -> None:
    """Do nothing."""
