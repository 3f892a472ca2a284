"""The language in which the program speaks: English is the source, other languages are catalogues.

A catalogue is all of ``config/language/<language>/*.toml``: ``"English sentence" = "translation"``,
with the same named {fields}; tables in it only group. A sentence without a translation is shown in
English. Finding sentences have their two languages in ``config/findings`` instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from archiver import configuration
from archiver.errors import ArchiveError, ExitCode

SOURCE: Final = "en"
LANGUAGES: Final = ("nl", SOURCE)


class UnknownLanguage(ArchiveError):
    """There is no language {language}; choose one of {known}."""

    exit_code = ExitCode.USAGE


class _Choice(Struct):
    """What was chosen; one for the whole process, its threads included."""

    language: str = SOURCE


_choice = _Choice()


def say(sentence: str, /, **fields: object) -> str:
    """Give a sentence in the language of the moment, its named fields filled in.

    The fields' values are not translated: they are names, numbers, codes or said already.
    """
    if _choice.language != SOURCE:
        sentence = catalogue(_choice.language).get(sentence, sentence)
    return sentence.format_map(fields)


def use(language: str) -> None:
    """Speak this language from now on.

    Raises:
        UnknownLanguage: There is no catalogue of it.
    """
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, known=", ".join(LANGUAGES))
    _choice.language = language


def current() -> str:
    """Give the language of the moment, as a two-letter code (ISO 639)."""
    return _choice.language


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Give all translations into a language; of the source language there are none."""
    folder = configuration.folder() / "language" / language
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        found.update(_sentences(configuration.read(f"language/{language}/{file.name}")))
    return found


def _sentences(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give the sentences of a table and of the tables in it."""
    for sentence, translation in table.items():
        if isinstance(translation, Mapping):
            yield from _sentences(translation)
        else:
            yield sentence, str(translation)
