"""DiWoo metadata: valid under the schema, and with the label that belongs to each URI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archiver.configuration import read
from archiver.produce.woo.diwoo import Term, UnknownMinistry, WrongLabel, check, metadata, ministry
from tests.test_produced_pdf import document, line, words

etree = pytest.importorskip("lxml.etree")
VWS = ministry("VWS")


@pytest.fixture(scope="module")
def schema(samples: Path) -> Any:
    """The schema with its lists, and MDTO from beside it instead of from the network."""
    folder = samples / "standards"
    mdto = folder / "mdto" / "MDTO-XML1.0.1.xsd"

    class Beside(etree.Resolver):  # type: ignore[misc, name-defined]
        """Finds MDTO in the folder."""

        def resolve(self, url: str, _: str, context: Any) -> Any:
            """Give the file that is asked for by its address."""
            return self.resolve_filename(str(mdto), context) if "MDTO" in url else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    return etree.XMLSchema(etree.parse(str(folder / "diwoo" / "diwoo-metadata.xsd"), parser))


def test_it_is_valid_under_the_schema(schema: Any) -> None:
    """The metadata of a document are valid, whatever signs its title has."""
    given = document(line(body=words("a")))
    found = metadata(given, VWS, "Woo & <1>\x07")
    assert found is not None
    schema.assertValid(etree.fromstring(found))


def test_a_file_has_the_format_that_the_list_knows(schema: Any) -> None:
    """Of a text the format is told; of a picture, which the list does not have, nothing is."""
    told = {suffix: metadata(document(line()), VWS, "Woo-1", suffix) for suffix in ("txt", "jpg")}
    for found in told.values():
        assert found is not None
        schema.assertValid(etree.fromstring(found))
    assert b"file-type/TXT" in (told["txt"] or b"")
    assert b"file-type" not in (told["jpg"] or b"")


def test_a_wrong_label_is_refused(schema: Any) -> None:
    """The schema takes a ministry's label beside another's URI; the program does not."""
    wrong = Term(ministry("BZK").uri, VWS.label)
    with pytest.raises(WrongLabel):
        metadata(document(line()), wrong, "Woo-1")
    found = metadata(document(line()), VWS, "Woo-1")
    assert found is not None
    swapped = found.replace(VWS.uri.encode(), wrong.uri.encode())
    assert schema.validate(etree.fromstring(swapped))


def test_labels_are_those_of_the_lists(samples: Path) -> None:
    """Every URI here stands in the lists of the schema, with this label."""
    lists = (samples / "standards" / "diwoo" / "diwoo-metadata-lijsten.xsd").read_text("utf-8")
    table = read("diwoo.toml")
    single = [table["category"], table["act"], table["language"], *table["formats"].values()]
    for one in (*table["ministries"], *single):
        check(Term(one["uri"], one["label"]))
        listed = lists.partition(f'value="{one["uri"]}"')[2].partition("</xs:enumeration>")[0]
        assert f">{one['label']}</" in listed, one


def test_a_ministry_is_found_by_each_of_its_names() -> None:
    """Short name, full name with or without what stands before it, or URI."""
    for name in ("vws", "Ministerie van Volksgezondheid, Welzijn en Sport", VWS.uri, VWS.label):
        assert ministry(name) == VWS
    with pytest.raises(UnknownMinistry, match="VWS"):
        ministry("Ministerie van Voorbeelden")


def test_without_a_time_there_are_no_metadata() -> None:
    """The schema wants the time of an act; where none can be trusted, none is made up."""
    given = document(line())
    untimed = type(given)(
        **{name: getattr(given, name) for name in given.__struct_fields__} | {"until": None}
    )
    assert metadata(untimed, VWS, "Woo-1") is None
