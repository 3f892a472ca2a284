"""The bytes of attached files are taken out of what was handed in, whatever they stand in."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from archiver.cases.file_judging import LARGEST
from archiver.produce.attached import Originals
from archiver.produce.tables_lines import File
from archiver.store.archive import Archive
from tests.inquiry_office import inquiry_office, order, state
from tests.ministry import Ministry, mail, mailbox, ministry
from tests.woo_office import add

EXPORTS = Path(__file__).parent / "exports"
LETTER = mail(1, "", extra="").partition("Content-Type")[0] + (
    'Content-Type: multipart/mixed; boundary="grens"\n\n'
    "--grens\nContent-Type: text/plain\n\nZie de bijlage\n"
    '--grens\nContent-Type: text/csv; name="lijst.csv"\nContent-Transfer-Encoding: base64\n'
    'Content-Disposition: attachment; filename="lijst.csv"\n\nYTtiCjE7Mgo=\n--grens--\n'
)
LIST = b"a;b\n1;2\n"


@pytest.fixture
def at(tmp_path: Path) -> Ministry:
    """An archive without deliveries."""
    return ministry(tmp_path)


def present(archive: Archive) -> dict[str, File]:
    """Give the files of which a delivery has the bytes."""
    rows = archive.catalogue.connection.execute(
        "SELECT DISTINCT name, media_type, size, sha256, missing FROM attachment"
        " WHERE sha256 <> '' AND missing = ''"
    )
    return {row[3]: File(*row) for row in rows}


@pytest.mark.parametrize("place", ["eml/rich/export.eml", "sms-xml/rich/input"])
def test_every_part_of_a_message_is_given(at: Ministry, tmp_path: Path, place: str) -> None:
    """Each MIME part, and each part of an MMS, is decoded to the bytes of its digest."""
    at.ingest(EXPORTS / place, code=None)
    with at.opened() as archive:
        found, originals = present(archive), Originals(archive)
        assert found
        for digest, file in found.items():
            data = originals.content(digest, LARGEST)
            given = originals.attached("d1.1", 0, file, tmp_path / "out")
            assert data is not None and given is not None
            assert (given.path.read_bytes(), given.size) == (data, file.size)


@pytest.mark.parametrize("kind", ["eml", "mbox", "zip"])
def test_a_part_of_a_mail_is_given_from_each_container(at: Ministry, kind: str) -> None:
    """A mail may stand by itself, in a mailbox, or in a ZIP container."""
    letter = LETTER.encode()
    path = at.write(
        f"post.{kind}", mailbox([mail(0, "Eerst"), LETTER]) if kind == "mbox" else letter
    )
    if kind == "zip":
        with ZipFile(path, "w") as container:
            container.writestr("post.mbox", mailbox([mail(0, "Eerst"), LETTER]))
    at.ingest(path)
    with at.opened() as archive:
        (digest,) = present(archive)
        originals = Originals(archive)
        assert originals.content(digest, LARGEST) == LIST
        assert originals.content(digest, len(LIST) - 1) is None
        assert originals.content("0" * 64, LARGEST) is None


def test_an_inquiry_gets_what_is_attached_to_a_mail(tmp_path: Path) -> None:
    """A part of a mail lies among the files of the inquiry pack, byte for byte."""
    made = inquiry_office(tmp_path, kind="investigation")
    made.at.ingest(made.at.write("post.mbox", mailbox([LETTER])), "lien")
    add(made)
    made.judge({})
    state(made, tmp_path / "statement")
    order(made, tmp_path / "pack")
    given = [path.read_bytes() for path in (tmp_path / "pack" / "bijlagen").glob("*.csv")]
    assert given == [LIST]
