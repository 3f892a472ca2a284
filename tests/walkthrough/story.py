"""Runs the page ``docs/walkthrough.md``: every command of its console blocks, in order.

In a block a line ``$ chatarchief …`` is a command of the founder, and ``name$ chatarchief …`` is
one of that officer. The lines below it are what it shows, in order; others may stand between them:

- ``…`` stands for anything on the line;
- ``{NAME}`` takes down one word, and stands for it from then on, also in commands;
- ``[exit N]`` is the exit code, where that is not 0.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.ministry import Ministry, Ran

LOGINS = {"omar": "uid40002", "pia": "uid40003", "sven": "uid40004", "ilse": "uid40005"}
"""Who works at the ministry, and the name that this machine has for each."""

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(\w*)\$ chatarchief(.*)")
_EXIT = re.compile(r"\[exit (\d+)\]")
_NAME = re.compile(r"\{([A-Z_0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One command: who gives it, its words, what it shows, and its exit code."""

    login: str
    words: str
    shown: tuple[str, ...]
    code: int


@dataclass(slots=True)
class Story:
    """The page as it runs: the ministry, and what every name stands for."""

    at: Ministry
    names: dict[str, str] = field(default_factory=dict)

    def tell(self, step: Step) -> Ran:
        """Run one step, and insist on its exit code and on every line that the page shows."""
        ran = self.run(step)
        assert ran.code == step.code, (step.words, ran.code, ran.out, ran.err)
        lines = iter(self._named(ran.out + ran.err).splitlines())
        for line in step.shown:
            assert any(self._takes(line, said) for said in lines), (step.words, line, ran.out)
        return ran

    def run(self, step: Step, *more: str) -> Ran:
        """Run one step, whatever it shows."""
        words = (LOGINS.get(word, word) for word in shlex.split(self._filled(step.words)))
        return self.at.run(*words, *more, login=step.login)

    def _filled(self, text: str) -> str:
        return _NAME.sub(lambda found: self.names[found[1]], text)

    def _named(self, text: str) -> str:
        for name, login in LOGINS.items():
            text = text.replace(login, name)
        return text

    def _takes(self, line: str, said: str) -> bool:
        """Compare a line of the page with one of the program, and take down what it names."""
        new: list[str] = []
        pattern = ""
        for part in re.split(r"(…|\{[A-Z_0-9]+\}| +)", line.strip()):
            name = part.strip("{}")
            if part == "…":
                pattern += ".*"
            elif part.startswith("{") and name not in self.names:
                new.append(name)
                pattern += r"(\S+)"
            elif part.isspace():
                pattern += r"\s+"
            else:
                pattern += re.escape(self._filled(part))
        found = re.fullmatch(pattern, said.strip())
        if found is not None:
            self.names |= dict(zip(new, found.groups(), strict=True))
        return found is not None


def steps(page: str) -> Iterator[Step]:
    """Give the commands of a page in order."""
    for block in _BLOCK.findall(page):
        lines = block.replace("\\\n", " ").splitlines()
        starts = [at for at, line in enumerate(lines) if _COMMAND.fullmatch(line)]
        for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            yield _step(lines[at], [line for line in lines[at + 1 : end] if line.strip()])


def _step(command: str, below: list[str]) -> Step:
    told = _COMMAND.fullmatch(command)
    assert told is not None
    codes = [int(found[1]) for line in below if (found := _EXIT.fullmatch(line))]
    shown = tuple(line for line in below if not _EXIT.fullmatch(line))
    return Step(LOGINS.get(told[1], ""), told[2], shown, codes[0] if codes else 0)
