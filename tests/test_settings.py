"""What is in force, and where it came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.intake.limits import Limits
from archiver.settings import FILE, TABLE, BadSetting, BadSettingsFile, NotSet, UnknownSetting, load
from archiver.settings.table import Kind


@pytest.fixture
def written(tmp_path: Path) -> dict[str, str]:
    """An environment that names a settings file with four values."""
    path = tmp_path / "archive.toml"
    path.write_text(
        'archive = "/srv/archief"\n[drop]\nscan_seconds = 5\n[policy]\nsealed_business = true\n'
        '[heads]\nfolder = "/mnt/elders"\n',
        "utf-8",
    )
    return {"CHATARCHIEF_CONFIG": str(path)}


def test_a_flag_goes_before_a_variable_before_the_file_before_the_default(
    written: dict[str, str],
) -> None:
    """Of the four places a value may stand, the strongest decides, and its name is kept."""
    in_file = load({}, written)
    by_variable = load({}, {**written, "CHATARCHIEF_ARCHIVE": "/var/a"})
    by_flag = load({"archive": Path("/tmp/a")}, {**written, "CHATARCHIEF_ARCHIVE": "/var/a"})

    assert load({}, {}).path("archive") is None
    assert in_file.path("archive") == Path("/srv/archief")
    assert in_file.origin("archive") == written["CHATARCHIEF_CONFIG"]
    assert by_variable.path("archive") == Path("/var/a")
    assert by_variable.origin("archive") == "CHATARCHIEF_ARCHIVE"
    assert (by_flag.path("archive"), by_flag.origin("archive")) == (Path("/tmp/a"), "--archive")


def test_a_flag_that_was_not_given_decides_nothing() -> None:
    """None as a flag means that nobody gave it."""
    assert load({"archive": None, "language": None}, {}).origin("archive") == "default"


def test_values_have_the_type_of_the_table(written: dict[str, str]) -> None:
    """Numbers, switches, choices and paths are given in their own type."""
    found = load({}, {**written, "CHATARCHIEF_POLICY_SEALED_PRIVATE": "false"})

    assert found.number("drop.scan_seconds") == 5
    assert found.switch("policy.sealed_business") is True
    assert found.switch("policy.sealed_private") is False
    assert found.text("zone") == "Europe/Amsterdam"
    assert found.path("heads.folder") == Path("/mnt/elders")
    with pytest.raises(TypeError, match="zone"):
        found.number("zone")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHATARCHIEF_DROP_SCAN_SECONDS", "soon"),
        ("CHATARCHIEF_DROP_SCAN_SECONDS", "-1"),
        ("CHATARCHIEF_DROP_AFTER", "shred"),
        ("CHATARCHIEF_ZONE", "Europe/Hilversum"),
        ("CHATARCHIEF_ZONE", "../../etc/passwd"),
        ("CHATARCHIEF_POLICY_SEALED_PRIVATE", "maybe"),
        ("CHATARCHIEF_LANGUAGE", "fy"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place(name: str, value: str) -> None:
    """What cannot be meant is an error that names setting, place and value, never a guess."""
    with pytest.raises(BadSetting) as refused:
        load({}, {name: value})

    assert value in str(refused.value)
    assert refused.value.fields["origin"] == name


@pytest.mark.parametrize("line", ['drop.scan_seconds = "5s"', "drop.scan_seconds = true", "keys=1"])
def test_the_file_says_each_value_in_its_own_type(tmp_path: Path, line: str) -> None:
    """A switch is no number and a number no path, however TOML writes it."""
    path = tmp_path / "archive.toml"
    path.write_text(line, "utf-8")

    with pytest.raises(BadSetting):
        load({}, {"CHATARCHIEF_CONFIG": str(path)})


def test_a_name_in_the_file_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    """A setting that would silently do nothing is refused."""
    path = tmp_path / "archive.toml"
    path.write_text("[drop]\nscan_secnods = 5\n", "utf-8")

    with pytest.raises(UnknownSetting, match=r"drop\.scan_secnods"):
        load({}, {"CHATARCHIEF_CONFIG": str(path)})


@pytest.mark.parametrize("content", [None, b"drop = [", b"\xff\xfe"])
def test_a_file_that_was_named_must_be_readable(tmp_path: Path, content: bytes | None) -> None:
    """A missing, broken or unreadable settings file stops the program before it does anything."""
    path = tmp_path / "archive.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadSettingsFile, match=r"archive\.toml"):
        load({}, {"CHATARCHIEF_CONFIG": str(path)})


@pytest.mark.parametrize(
    ("environ", "language", "origin"),
    [
        ({}, "en", "default"),
        ({"LANG": "nl_NL.UTF-8"}, "nl", "LANG"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "C"}, "en", "LC_ALL"),
        ({"LANG": "nl_NL.UTF-8", "CHATARCHIEF_LANGUAGE": "en"}, "en", "CHATARCHIEF_LANGUAGE"),
    ],
)
def test_the_language_follows_the_session_unless_somebody_chose(
    environ: dict[str, str], language: str, origin: str
) -> None:
    """The locale of the session decides last, in the order of POSIX."""
    found = load({}, environ)

    assert (found.text("language"), found.origin("language")) == (language, origin)


def test_a_path_that_is_needed_and_not_set_says_how_to_set_it() -> None:
    """The error names the flag and the variable."""
    with pytest.raises(NotSet, match="CHATARCHIEF_ARCHIVE"):
        load({}, {}).needed("archive")


def test_the_digest_changes_with_what_alters_the_archive_and_with_nothing_else() -> None:
    """Where the archive lies and in which language it speaks is no part of how it was made."""
    usual = load({}, {}).digest

    assert load({"archive": "/a", "language": "nl"}, {}).digest == usual
    assert load({}, {"CHATARCHIEF_INTAKE_DEPTH": "4"}).digest != usual
    assert load({}, {"CHATARCHIEF_INTAKE_DEPTH": "5"}).digest == usual


def test_the_limits_of_intake_are_those_of_the_table() -> None:
    """The defaults an administrator reads are the ones that intake would use by itself."""
    assert Limits(**load({}, {}).group("intake")) == Limits()


def test_every_setting_says_what_it_is() -> None:
    """Names are unique, sentences end, defaults fit their own kind, numbers have a unit."""
    names = [one.name for one in TABLE]

    assert len(set(names)) == len(names)
    assert all(one.sentence.endswith(".") for one in TABLE)
    assert all(one.unit for one in TABLE if one.kind is Kind.NUMBER)
    assert [one.value for one in load({}, {})] == [one.default for one in TABLE]
    assert FILE.is_absolute()


@settings(max_examples=50)
@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_clear_error(text: str) -> None:
    """No text in the environment gets past as something it is not."""
    try:
        number = load({}, {"CHATARCHIEF_DROP_SCAN_SECONDS": text}).number("drop.scan_seconds")
    except BadSetting as refused:
        assert refused.fields["name"] == "drop.scan_seconds"
    else:
        assert number == int(text) >= 0
