"""Exports of any other message service, read as a mapping file says."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.format import Format, Source
from archiver.language import use
from archiver.normalise.clocks import clocks
from archiver.parse import mapped
from archiver.parse.mapped import MappingError, load, moment
from archiver.pipeline import bench
from archiver.pipeline.formats import FORMATS
from archiver.wording import codes
from tests import golden
from tests.ministry import Ministry, ministry
from tests.reading import found, is_sound, items, places, read, source

CASES = golden.cases(mapped.NAME)
CSV = golden.source_of(golden.EXPORTS / "mapped/csv").mapping
JSON = golden.source_of(golden.EXPORTS / "mapped/json").mapping
LINES = golden.source_of(golden.EXPORTS / "mapped/json-lines").mapping
HEAD = (
    "nr;datum;tijd;naam;gebruiker;kanaal;kanaalnaam;bericht;antwoord_op;prioriteit;"
    "interne_sleutel;richting;soort;bijlagen\r\n"
)
ROW = "{};13-05-2022;09:{:02}:00;Lien;lien;k1;Overleg;{};;;;in;bericht;\r\n"


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive of its own."""
    return ministry(tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_is_read_as_it_was_reviewed(case: Path) -> None:
    """Every case gives the items and findings that somebody looked at."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_byte_is_unaccounted_for(case: Path) -> None:
    """Outside rows and findings stand only the header line, blanks, punctuation and keys."""
    given_ = golden.source_of(case)
    with given_.stream as stream:
        entries = read(mapped, given_)
        stream.seek(0)
        data = bytearray(stream.read())
    assert is_sound(entries)
    taken = places(entries)
    assert all(one[0] + one[1] <= two[0] for one, two in pairwise(taken))
    for offset, length in reversed(taken):
        del data[offset : offset + length]
    frame = data.decode().removeprefix("\ufeff").strip()
    header = HEAD.strip() if case.name.startswith("csv") else ""
    assert re.fullmatch(r'[\s,:\[\]{}]*|("\w+"|[\s,:\[\]{}])*', frame.removeprefix(header))


def test_the_format_has_one_name() -> None:
    """What an ingest calls the format of a mapping is what its parser calls itself."""
    assert bench.MAPPED == mapped.NAME


def test_it_claims_nothing_by_itself() -> None:
    """No file is taken for rows with a mapping unless an officer says so."""
    assert not mapped.claims(HEAD.encode(), "berichten.csv")
    assert not mapped.claims(b"[{}]", "export.json")


@pytest.mark.parametrize(
    ("change", "line", "sentence"),
    [
        (("zone = ", "zonne = "), 30, "there is no setting time.zonne"),
        (("version = 1", "version = 2"), 1, "version cannot be 2; it may be 1"),
        (('container = "csv"', 'container = "xls"'), 5, "export.container cannot be xls"),
        (('"%d-%m-%Y %H:%M:%S"', '"%d-%m %H:%M"'), 29, "time.formats cannot be %d-%m %H:%M"),
        (('"%d-%m-%Y %H:%M:%S"', '"%Q"'), 29, "time.formats cannot be %Q"),
        (("Europe/Amsterdam", "Europa/Mokum"), 30, "time.zone cannot be Europa/Mokum"),
        (('"utf-8"', '"utf-16"'), 7, "export.encoding cannot be utf-16"),
        (('";"', '";;"'), 13, "csv.delimiter cannot be ;;"),
        (('"message/text"', '"message/praatje"'), 44, "kind.values.bericht cannot be"),
        (('ignore = ["interne_sleutel"]', 'ignore = ["nr"]'), 26, "columns.ignore cannot be nr"),
        (('no = ["in", ""]', 'no = ["uit"]'), 38, "own.no cannot be uit"),
        (('scheme = "dienstbericht"', 'scheme = "Dienst:"'), 33, "sender_id.scheme cannot be"),
        (('scheme = "dienstbericht"', 'scheme = "own"'), 33, "sender_id.scheme cannot be own"),
        (('service = "dienstbericht"', 'service = "De Dienst"'), 4, "export.service cannot be"),
        (('text = "bericht"', 'text = "berichten[]"'), 16, "columns cannot be berichten[]"),
        (('delimiter = ";"', "delimiter = 3"), 13, "csv.delimiter cannot be 3"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_a_mapping_does_not_define_is_refused(
    change: tuple[str, str], line: int, sentence: str
) -> None:
    """A setting that does not exist, or cannot be that, is refused with its line."""
    with pytest.raises(MappingError) as caught:
        load(CSV.strip().replace(*change))
    assert f"Line {line} of the mapping file: {sentence}" in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ('owner = "Ministerie van Voorbeelden"', "export.owner"),
        ("integrity_known_since = 2026-03-02", "export.integrity_known_since"),
        ('text = "bericht"', "columns.text"),
        ('zone = "Europe/Amsterdam"', "time.zone"),
        ('[sender_id]\nscheme = "dienstbericht"', "sender_id.scheme"),
        ('[csv]\ndelimiter = ";"\nquote = \'"\'', "csv"),
        ('conversation = "kanaal"\ntitle = "kanaalnaam"', "columns.conversation"),
    ],
)
def test_what_a_mapping_must_say_is_asked_for(setting: str, place: str) -> None:
    """A mapping without one of the settings that make an export evidence is refused by name."""
    assert setting in CSV
    with pytest.raises(MappingError, match=f"lacks the setting {place}"):
        load(CSV.replace(setting, ""))


def test_a_file_that_is_no_toml_is_refused() -> None:
    """A mapping that is no TOML says so, in the language in use."""
    with pytest.raises(MappingError, match="is no TOML"):
        load("version = ")
    with pytest.raises(MappingError, match="lacks the setting"):
        load("")


def test_the_names_of_clocks_are_those_that_make_the_times() -> None:
    """Whatever a mapping may name as a way of writing times, the normaliser reads."""
    written = {"iso": "2022-05-13 09:00", "apple": "674119201", "epoch-s": "1652425201"}
    for name in moment.NAMES:
        text = written.get(name, "1652425201000")
        assert moment.fits([name])(text)
        assert clocks([name], "UTC")(text) is not None
        assert clocks([name], "UTC")("gisteren") is None
        assert not moment.fits([name])("gisteren")


def test_a_duplicate_or_empty_header_is_a_question() -> None:
    """A file whose columns cannot be told apart asks, and gives no times."""
    for head in (HEAD.replace("tijd", "nr"), "\n"):
        given_ = source(head + ROW.format(1, 0, "ja"), "berichten.csv", mapping=CSV)
        learnt = mapped.survey(given_)
        assert "E-F003" in [one.code for one in learnt.questions]
        assert learnt.clocks == ()


def test_a_row_that_is_too_long_is_refused_at_its_place() -> None:
    """A row beyond the bound is told with its bytes, and the next row is read."""
    data = HEAD + ROW.format(1, 0, "x" * (5 << 20)) + ROW.format(2, 1, "Verder")
    entries = read(mapped, source(data, "berichten.csv", mapping=CSV))
    assert "E-F006" in found(entries)
    assert items(entries)[-1].text == "Verder"
    lines = '{"id":"1","body":"' + "x" * (9 << 20) + '"}\n{"id":"2","body":"Verder"}\n'
    entries = read(mapped, source(lines, "export.jsonl", mapping=LINES))
    assert found(entries)[0] == "E-F006"
    assert [one.text for one in items(entries)] == ["Verder"]


def test_json_that_breaks_off_is_told() -> None:
    """What comes before the break is kept, and the rest is one finding with its place."""
    data = '{"data": {"messages": [{"id": 1, "body": "a"}, {"id": 2, '
    entries = read(mapped, source(data, "export.json", mapping=JSON))
    assert len(items(entries)) == 1
    assert "E-F008" in found(entries)


def test_many_stray_quotation_marks_are_read_in_linear_time() -> None:
    """Reading twice is bounded, so that a hostile file ends; every row is a finding or an item."""
    data = HEAD + ROW.format(1, 0, '"open') * 3_000
    entries = read(mapped, source(data, "berichten.csv", mapping=CSV))
    assert sum(length for _, length in places(entries)) == len(data) - len(HEAD)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A file of 20,000 rows takes as little memory as a short one."""
    path = tmp_path / "berichten.csv"
    path.write_text(HEAD + "".join(ROW.format(n, n % 60, "tekst " * 20) for n in range(20_000)))
    with path.open("rb") as stream:
        given_ = source("", "berichten.csv", mapping=CSV)
        streamed = Source(stream, given_.members, 0, "x", 1_780_000_000_000, mapping=CSV)
        learnt = mapped.survey(streamed)
        tracemalloc.start()
        count = sum(1 for _ in mapped.parse(streamed, learnt))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 20_001
    assert peak < 2 << 20


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_damage_makes_the_parser_fail(data: st.DataObject) -> None:
    """However a file is cut or a byte of it changed, it is read to its end."""
    case = data.draw(st.sampled_from(CASES))
    given_ = golden.source_of(case)
    with given_.stream as stream:
        whole = bytearray(stream.read())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(at, len(whole)))
    name = given_.members[given_.main].name
    entries = read(mapped, source(bytes(whole[:cut]), name, mapping=given_.mapping))
    assert is_sound(entries)


def test_every_code_is_provoked() -> None:
    """Each finding of this format is shown by a test here or by a case."""
    text = Path(__file__).read_text("utf-8")
    text += "".join(golden.expected(case).read_text("utf-8") for case in CASES)
    ours = {code for code in codes() if re.fullmatch(r"[EW]-F0\d\d", code)}
    assert ours
    assert sorted(code for code in ours if code not in text) == []


def test_other_dialects_are_read_as_stated() -> None:
    """A file without header line and quotation marks, in another encoding, is read exactly."""
    mapping = (
        CSV.replace('delimiter = ";"', 'delimiter = "\\t"\ncolumns = ["t", "v", "b"]')
        .replace("quote = '\"'", 'quote = ""')
        .replace('"utf-8"', '"windows-1252"')
    )
    head, _, _ = mapping.partition("[columns]")
    mapping = (
        head
        + '[columns]\ntime = "t"\nsender = "v"\ntext = "b"\n'
        + '[time]\nformats = ["epoch-s"]\n[constants]\ntitle = "Ploeg"\n'
    )
    data = '1652425201\tZo\u00eb\t"Ja" \u20ac 5\n1652425202\tOmar\t\n'.encode("windows-1252")
    given_ = source(data, "berichten.csv", mapping=mapping)
    assert mapped.survey(given_).questions == ()
    one, two = items(read(mapped, given_))
    assert (one.offset, one.sender, one.text, one.title) == (
        0,
        "Zo\u00eb",
        '"Ja" \u20ac 5',
        "Ploeg",
    )
    assert two.offset + two.length == len(data)


# -- from the file to the archive -----------------------------------------------------------------


def _handed_in(office: Ministry, mapping: str = CSV) -> tuple[Path, Path]:
    folder = golden.EXPORTS / "mapped/csv/input"
    for path in folder.rglob("*"):
        if path.is_file():
            office.write(f"overdracht/{path.relative_to(folder)}", path.read_bytes())
    return office.folder / "handed-in" / "overdracht", office.write("koppeling.toml", mapping)


def test_a_service_that_closes_is_archived(office: Ministry) -> None:
    """A folder with rows and attachments becomes one delivery of that service."""
    export, mapping = _handed_in(office)
    kept = office.ingest(export, "jan", "--mapping", mapping, code=None)
    assert (kept["source_format"], kept["state"], kept["read"]) == ("mapped", "ingested", 3)
    assert kept["attachments"] == {"referenced": 2, "present": 1, "missing": 1}
    assert {one["code"] for one in kept["findings"]} >= {"W-F010", "W-F090"}
    hit = office.search("besluit")["hits"][0]
    assert (hit["service"], hit["conversation"]) == ("dienstbericht", "Overleg")
    assert office.json("show", hit["id"])["record"]["text"].startswith('Het besluit "A"')
    with office.opened() as archive:
        manifests = [
            archive.catalogue.connection.execute("SELECT count(*) FROM delivery").fetchone()[0]
        ]
    assert manifests == [1]
    assert office.run("rebuild").code == 0
    assert office.search("besluit")["total"] == 1


def test_a_column_that_nobody_defined_waits_for_an_answer(office: Ministry) -> None:
    """An export with an undefined column is kept unread until a better mapping answers it."""
    export, mapping = _handed_in(office, CSV.replace('ignore = ["interne_sleutel"]', ""))
    kept = office.ingest(export, "jan", "--source-format", "mapped", "--mapping", mapping, code=1)
    assert (kept["state"], kept["excluded"]) == ("question", 3)
    assert office.search()["total"] == 0
    again = office.json("delivery", "answer", kept["delivery"], code=1)["deliveries"][0]
    assert again["state"] == "question"
    better = office.write("beter.toml", CSV)
    words = ("delivery", "answer", kept["delivery"], "--mapping", better)
    answered = office.json(*words, code=None)["deliveries"][0]
    assert (answered["state"], answered["new"]) == ("ingested", 3)


def test_what_came_in_unknown_is_read_with_a_mapping_later(office: Ministry) -> None:
    """A container that nobody recognised waits in quarantine until a mapping file explains it."""
    export, mapping = _handed_in(office)
    container = office.folder / "handed-in" / "overdracht.zip"
    with zipfile.ZipFile(container, "w") as archive:
        for path in export.rglob("*"):
            archive.write(path, path.relative_to(export))
    kept = office.ingest(container, "jan", code=1)
    assert kept["state"] == "quarantined"
    words = ("delivery", "answer", kept["delivery"], "--mapping", mapping)
    answered = office.json(*words, code=None)["deliveries"][0]
    assert (answered["state"], answered["read"]) == ("ingested", 3)
    again = office.ingest(container, "jan", "--mapping", mapping, code=None)
    assert again["new"] == 0


def test_format_and_mapping_need_each_other(office: Ministry) -> None:
    """The format without a mapping, or a mapping for another format, is a mistake of use."""
    export, mapping = _handed_in(office)
    account = ("--account", office.account("jan"))
    assert office.run("ingest", export, *account, "--source-format", "mapped").code == 2
    words = ("ingest", export, *account, "--source-format", "mbox", "--mapping", mapping)
    ran = office.run(*words)
    assert ran.code == 2
    assert "need each other" in ran.err
    assert office.run("ingest", export, *account, "--mapping", export).code == 2


def test_a_mapping_is_tried_before_it_is_used(office: Ministry) -> None:
    """The command shows the first rows as they would be kept, and what is not defined."""
    export, mapping = _handed_in(office)
    shown = office.json("mapping", "try", mapping, export, "--rows", "2")
    assert [row["id"] for row in shown["rows"]] == ["1", "2"]
    assert shown["rows"][0]["attachments"] == ["nota.pdf", "weg.pdf not-handed-in"]
    assert not shown["complete"]
    bad = office.write("slecht.toml", CSV.replace('ignore = ["interne_sleutel"]', ""))
    ran = office.run("mapping", "try", bad, export)
    assert ran.code == 1
    assert "interne_sleutel" in ran.out
    assert "would wait for an answer" in ran.out
    assert office.events()[-1]["type"] != "delivery.kept"


def test_the_worked_example_of_the_manual_works(office: Ministry) -> None:
    """The mapping file and the rows in the documentation are read as it says."""
    page = (Path(__file__).parents[1] / "docs/mapping.md").read_text("utf-8")
    mapping = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    rows = re.search(r"```csv\n(.*?)```", page, re.DOTALL)
    assert mapping and rows
    export = office.write("overdracht/berichten.csv", rows[1])
    office.write("overdracht/bestanden/ontwerp-brief.pdf", b"verzonnen")
    shown = office.json("mapping", "try", office.write("koppeling.toml", mapping[1]), export.parent)
    assert len(shown["rows"]) == 4
    assert shown["rows"][1]["attachments"] == ["ontwerp-brief.pdf"]
    assert shown["rows"][0]["sent_at"] == "2025-11-03T09:14:07+01:00"


def test_the_format_is_listed() -> None:
    """The format is one of those that the release reads, and tells what it leaves out."""
    use("en")
    form: Format = next(one for one in FORMATS if one.name == mapped.NAME)
    assert form.gaps == mapped.GAPS == ("W-F090",)
