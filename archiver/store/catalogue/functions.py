"""Functions that people held, in the catalogue."""

from __future__ import annotations

from msgspec import Struct

from archiver.store.catalogue.connection import Connection, placeholders


class Function(Struct, frozen=True, omit_defaults=True):
    """A function that one person held: a code of ``config/functions.toml``, and a title in words.

    Days are ISO 8601; `until` is the last day, empty while the function is held. `key_official`
    says that the person stands in the register of key officials (sleutelfunctionarissen).
    """

    id: str
    person: str
    code: str
    title: str
    key_official: bool
    since: str
    until: str = ""


def put_function(connection: Connection, function: Function) -> None:
    """Keep a function, or its end."""
    values = [getattr(function, name) for name in Function.__struct_fields__]
    connection.execute(
        f"INSERT OR REPLACE INTO function_held VALUES({placeholders(values)})", values
    )


def functions(connection: Connection) -> list[Function]:
    """Give all functions, by person and day."""
    rows = connection.execute(
        "SELECT public, person, code, title, key_official, since, until FROM function_held"
        " ORDER BY person, since, public"
    )
    return [
        Function(public, person, code, title, bool(key_official), since, until)
        for public, person, code, title, key_official, since, until in rows
    ]
