"""The word lists of the recognisers (``config/personal.toml``), each read once, all folded."""

from __future__ import annotations

from functools import cache

from archiver.configuration import read


@cache
def words(name: str) -> frozenset[str]:
    """Give one list."""
    return frozenset(read("personal.toml")[name])


@cache
def grammar() -> frozenset[str]:
    """Give words of grammar, which begin no name; small words of surnames are not among them."""
    return frozenset(read("stemming/nl.toml")["function"]) - words("tussenvoegsels")
