"""What the steps of a session ask on a terminal, where somebody is there to answer."""

from __future__ import annotations

import sys

import click


def is_asked() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def ask(question: str) -> str:
    """Ask until something is answered."""
    return str(click.prompt(question, type=str, err=True))


def maybe(question: str, *choices: str) -> str:
    """Ask what may stay open; empty without an answer, or where nobody is there."""
    if not is_asked():
        return ""
    kind = click.Choice(["", *choices]) if choices else str
    asked = f"{question} ({'/'.join(choices)})" if choices else question
    answer = click.prompt(
        asked, type=kind, default="", show_default=False, show_choices=False, err=True
    )
    return str(answer).strip()


def agreed(question: str) -> bool:
    """Ask for yes or no; no where nobody is there."""
    return is_asked() and click.confirm(question, default=False, err=True)


def split(text: str) -> tuple[str, ...]:
    """Give what stands between commas."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))
