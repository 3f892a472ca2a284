"""Lists of the register as CSV: out and in again unchanged, judged row by row, all or nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.output import Column, Report
from archiver.output.interchange import csv as written
from archiver.output.safe import encodable
from archiver.register.cells import row_of, shielded, value_of
from archiver.register.contacts import Contact, ContactKind
from archiver.register.facts import Fact
from archiver.register.sheet_file import read
from archiver.register.sheets import SHEETS
from tests.ministry import Ministry, ministry

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=12
) | st.sampled_from(["=1+1", "'=x", "''@", "'t Hart", "+316", "a;b", 'een "b"', "a=b", "x\r\ny"])
_PART = _TEXT.map(str.strip).filter(bool)


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with something in every list."""
    made = ministry(tmp_path)
    account = made.account("noor", person="Noor Dekker")
    made.json("person", "add", "--name", "Noor Dekker", "--alias", "=ND")
    made.json(
        "function", "add", "--person", "Noor Dekker", "--function", "dg", "--from", "2020-01-01"
    )
    words = ("--person", "Noor Dekker", "--owner", "Directie Voorbeelden", "--basis", "archiefwet")
    device = ("--kind", "phone", "--identifier", "356938035643809", "--from", "2020-01-01")
    made.json("device", "add", *words, *device)
    basis = ("--account", account, "--basis", "toestemming")
    made.json("basis", "assign", *basis, "--from", "2020-01-01", "--source", "@brief")
    made.json("basis", "withdraw", *basis, "--on", "2023-01-01")
    number = ("--identifier", "+31620001234", "--identifier", "jid:31620001234@s.whatsapp.net")
    contact = ("--person", "Noor Dekker", "--name", "+Bram; 't Hart", "--kind", "private")
    made.json("contact", "add", *contact, "--from", "2022-01-10", *number)
    values = ("--set", "name=Bedrijf; a=b", "--set", "contract=-1")
    made.json(
        "register", "state", "supplier", "--about", account, "--on", "2022-01-01", *values,
        "--source", "contract",
    )  # fmt: skip
    return made


def _lists(office: Ministry) -> dict[str, list[dict[str, str]]]:
    folder = office.folder / f"uit-{len(office.seen())}"
    assert office.run("register", "export", folder).code == 0
    return {
        path.stem: list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
        for path in sorted(folder.iterdir())
    }


def _write(office: Ministry, name: str, text: str) -> Path:
    return office.write(f"{name}.csv", text)


def test_what_was_exported_is_imported_unchanged(office: Ministry, tmp_path: Path) -> None:
    """Every list goes out and into an empty archive, ids included, and comes out the same."""
    folder = office.folder / "uit"
    assert office.run("register", "export", folder).code == 0
    other = ministry(tmp_path / "elders")
    for name in SHEETS:
        if name != "officers":
            done = other.json("register", "import", folder / f"{name}.csv")
            assert (done["refused"], done["added"]) == (0, len(done["rows"]))
    before, after = _lists(office), _lists(other)
    assert {name for name, rows in before.items() if not rows} == set()
    before.pop("officers"), after.pop("officers")
    assert after == before
    assert other.run("rebuild").code == 0
    assert {**_lists(other), "officers": []} == {**before, "officers": []}


def test_importing_twice_gives_nothing_new(office: Ministry) -> None:
    """Rows that the register has are unchanged: exit 0, and no event."""
    folder = office.folder / "uit"
    office.run("register", "export", folder)
    events = len(office.events())
    for name in SHEETS:
        done = office.json("register", "import", folder / f"{name}.csv")
        assert (done["added"], done["refused"]) == (0, 0)
        assert {row["outcome"] for row in done["rows"]} == {"unchanged"}
    assert len(office.events()) == events


def test_no_cell_is_a_formula(office: Ministry) -> None:
    """Nothing that is exported begins as a formula does in a spreadsheet."""
    cells = [cell for rows in _lists(office).values() for row in rows for cell in row.values()]
    assert any(cell.startswith("'=") for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_who_exports_is_logged_first(office: Ministry) -> None:
    """An export is in the access log, and never writes over a file."""
    folder = office.folder / "uit"
    office.run("register", "export", folder)
    assert office.seen()[-1]["type"] == "register.exported"
    assert office.run("register", "export", folder).code == 9
    assert (folder / "contacts.csv").stat().st_mode & 0o077 == 0


def test_one_bad_row_keeps_all_out(office: Ministry) -> None:
    """Every row is judged, each refusal names file, line and reason, and nothing is added."""
    path = _write(
        office, "contacts",
        "id,person,name,identifiers,kind,since,until,source,confirmed\r\n"
        ",Noor Dekker,Cor,06 20009999,business,2022-01-01,,,\r\n"
        ",Noor Dekker,Dirk,d@voorbeeld.example,vriend,2022-01-01,,,\r\n"
        ",Noor Dekker,Els,e@voorbeeld.example,party,gisteren,,,\r\n"
        ",Noor Dekker,Cor,06 20009999,private,2022-01-01,,,\r\n"
        ",Noor Dekker,Frits\r\n",
    )  # fmt: skip
    events = len(office.events())
    done = office.json("contact", "import", path, code=2)
    assert [row["line"] for row in done["rows"]] == [2, 3, 4, 5, 6]
    assert [row["outcome"] for row in done["rows"]] == ["new", *["refused"] * 4]
    reasons = [row["reason"] for row in done["rows"]]
    assert "kind" in reasons[1]
    assert "gisteren is not a day" in reasons[2]
    assert "contact of Noor Dekker" in reasons[3]
    assert "lacks or adds" in reasons[4]
    assert (done["added"], done["new"], len(office.events())) == (0, 1, events)


def test_a_dry_run_adds_nothing(office: Ministry) -> None:
    """A dry run judges the rows and adds none; then they are added at once, each an event."""
    path = _write(office, "personen", "id,name,aliases\n,Els Vos,EV;E. Vos\n,Cor Mol,\n")
    words = ("register", "import", path, "--list", "persons")
    tried = office.json(*words, "--dry-run")
    assert (tried["new"], len(office.json("person", "list")["persons"])) == (2, 1)
    assert office.json(*words)["added"] == 2
    found = office.json("person", "list")["persons"]
    assert [one["aliases"] for one in found] == [[], ["EV", "E. Vos"], ["=ND"]]
    assert [event["type"] for event in office.events()[-2:]] == ["person.added"] * 2


def test_a_sheet_of_a_dutch_spreadsheet_is_read(office: Ministry) -> None:
    """A file with semicolons and a byte order mark is read as well."""
    path = _write(office, "persons", '\ufeffid;name;aliases\r\n;Els Vos;"EV;E. Vos"\r\n')
    assert office.json("register", "import", path)["added"] == 1
    assert office.json("person", "show", "E. Vos")["name"] == "Els Vos"


def test_what_is_registered_is_never_overwritten(office: Ministry) -> None:
    """A row with a known id that says something else is refused."""
    person = office.json("person", "list")["persons"][0]["person"]
    path = _write(office, "persons", f"id,name,aliases\n{person},Iemand Anders,\n")
    done = office.json("register", "import", path, code=2)
    assert "something else" in done["rows"][0]["reason"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("persons", "", "is not a sheet"),
        ("persons", 'id,name,aliases\n,"open', "is not a sheet"),
        ("persons", "name,name\n", "is not a sheet"),
        ("vrienden", "id,name\n", "is not a list of the register"),
    ],
)
def test_what_is_no_list_is_refused(office: Ministry, name: str, content: str, said: str) -> None:
    """An empty file, broken CSV, repeated titles and an unknown list are refused as a whole."""
    ran = office.run("register", "import", _write(office, name, content))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("../x,dg,Noor,2020-01-01", "id does not fit"),
        (",Els Vos,koning,koning,true,2020-01-01,", "is not a function"),
        (",Els Vos,dg,dg,ja,2020-01-01,", "true | false"),
    ],
)
def test_cells_are_judged(office: Ministry, row: str, said: str) -> None:
    """Ids, codes and switches must be what their columns hold."""
    cells = row.split(",") + [""] * (7 - len(row.split(",")))
    head = "id,person,code,title,key_official,since,until"
    path = _write(office, "functions", f"{head}\n{','.join(cells)}\n")
    reason = office.json("register", "import", path, code=2)["rows"][0]["reason"]
    assert said in reason or "key_official" in reason


def test_a_minister_in_a_sheet_is_held_at_once(office: Ministry) -> None:
    """A minister who is registered by a sheet places the hold over all ministers as well."""
    head = "id,person,code,title,key_official,since,until"
    path = _write(office, "functions", f"{head}\n,Els Vos,minister,,true,2022-01-10,\n")
    assert office.json("register", "import", path)["added"] == 1
    assert len(office.json("hold", "list")["holds"]) == 1


@settings(max_examples=150, deadline=None)
@given(
    name=_TEXT, identifiers=st.lists(_PART, max_size=3), source=_TEXT,
    kind=st.sampled_from(ContactKind),
)  # fmt: skip
def test_any_contact_survives_a_sheet(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    identifiers: list[str],
    source: str,
    kind: ContactKind,
) -> None:
    """Whatever a contact says, cells that look like formulas included, is read as it was."""
    contact = Contact("k1", "Noor", name, tuple(identifiers), kind, "2022-01-01", "", source)
    columns = SHEETS["contacts"].columns
    row = _through_a_file(tmp_path_factory.mktemp("sheet"), row_of(contact, columns))
    assert value_of(Contact, row, columns, "k2") == contact


@settings(max_examples=100, deadline=None)
@given(
    values=st.dictionaries(st.sampled_from(["name", "contract"]), _TEXT, max_size=2), source=_TEXT
)
def test_any_fact_survives_a_sheet(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str], source: str
) -> None:
    """Whatever a fact says is read as it was, but for blanks around its values."""
    tidy = {name: value.strip() for name, value in values.items()}
    fact = Fact("t1", "supplier", "a1", "2022-01-01", tidy, source)
    columns = SHEETS["facts"].columns
    row = _through_a_file(tmp_path_factory.mktemp("sheet"), row_of(fact, columns))
    assert value_of(Fact, row, columns, "t2") == fact


def _through_a_file(folder: Path, row: dict[str, str]) -> dict[str, str]:
    columns = tuple(Column(name, name) for name in row)
    cells = {name: shielded(cell) for name, cell in row.items()}
    path = folder / "list.csv"
    text = "".join(written(Report(name="list", rows=[cells], columns=columns), encodable))
    path.write_bytes(text.encode())
    ((_, found),) = read(path)
    return dict(found)
