"""Where the sender's label ends and the text begins, and which labels are no sender at all.

A name is what stands before the first colon and blank. But an event may hold a colon as well, in
the title of a group: ``Anna changed the subject to “Plan: Friday”``.
"""

from __future__ import annotations

from collections.abc import Callable

from archiver.parse.whatsapp.header import LONGEST_SENDER

_MANY = 10_000
"""Labels remembered; a file with more different ones is no chat, and memory has a limit."""


class Senders:
    """The labels of one chat; each new one is looked at once."""

    def __init__(self, is_event: Callable[[str], bool]) -> None:
        """Take the test that tells an event that holds a colon."""
        self.known: set[str] = set()
        self._is_event = is_event

    def split(self, header: str, sender: str | None, text: str) -> tuple[str, str]:
        """Give the label, empty for a line without one, and the text behind it.

        `sender` is what the header ends with, when it ends with something like a label.
        """
        if sender in self.known:
            return sender or "", text
        behind = header[_label_at(header, sender) :] + text
        line = behind.partition("\n")[0].removesuffix("\r")
        label, colon, _ = line.partition(": ")
        if not colon:
            label, colon = (line[:-1], ":") if line.endswith(":") else ("", "")
        if not label or not self._is_name(label, line):
            return "", behind
        if sender == label and len(self.known) < _MANY:
            self.known.add(label)
        return label, behind[len(label) + len(colon) :]

    def _is_name(self, label: str, line: str) -> bool:
        return (
            len(label) <= LONGEST_SENDER
            and label.count('"') % 2 == 0
            and label.count("“") == label.count("”")
            and not self._is_event(line)
        )


def _label_at(header: str, sender: str | None) -> int:
    """Say where in a header the label begins; at its end when there is none."""
    if sender is None:
        return len(header)
    colon = ": " if header.endswith(": ") else ":"
    return len(header) - len(sender) - len(colon)
