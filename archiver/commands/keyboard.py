"""What an officer types while a queue is worked through: keys that act at once, and lines.

Where no terminal is there, what stands ready on the standard input is taken, as tests and scripts
do.
"""

from __future__ import annotations

import sys

import click


def key() -> str:
    """Wait for a key; empty at the end of what stands ready."""
    if sys.stdin.isatty():
        return click.getchar()
    while (pressed := sys.stdin.read(1)).isspace():
        continue
    return pressed


def line(question: str) -> str:
    """Ask for a line of words; empty where nothing was given."""
    if sys.stdin.isatty():
        return str(click.prompt(question, default="", show_default=False, err=True)).strip()
    return sys.stdin.readline().strip()
