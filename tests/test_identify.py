"""Identifying: one format, or a question that an officer can answer."""

from __future__ import annotations

import os
import plistlib
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from containers import Part, build, codes

from archiver.errors import ExitCode, UsageError
from archiver.format import Format
from archiver.identify import (
    AmbiguousFormat,
    EncryptedExport,
    IdentifyError,
    NotOneDelivery,
    UnknownFormat,
    Unopened,
    identify,
)
from archiver.identify.evidence import evidence
from archiver.identify.head import is_own_name
from archiver.intake import Limits, intake, split_folder
from archiver.model import Delivery

_NOISE = random.Random(20260502)
"""Bytes without a pattern, the same in every process that collects the tests."""

CHAT = b"CHAT 02-05-2026 16:08 - Sanne: dag\n"
MAIL = b"MAIL From: sanne@example.org\n\ndag\n"
MBOX = b"MBOX From sanne\n"


def unused(*_: object) -> None:
    """No format is read here."""
    raise AssertionError


def claiming(name: str, mark: bytes, *, holds_media: bool = False) -> Format:
    """A format that recognises its mark."""
    claims: Callable[[bytes, str], bool] = lambda head, _: mark in head  # noqa: E731
    return Format(name, name, 1, claims, unused, unused, unused, holds_media)


WHATSAPP = claiming("whatsapp-text", b"CHAT", holds_media=True)
EML = claiming("eml", b"MAIL")
FORMATS = (WHATSAPP, claiming("mbox", b"MBOX"), EML)


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Delivery]:
    """Take in a ZIP of files given by name."""

    def take(**files: bytes) -> Delivery:
        path = tmp_path / "export.zip"
        path.write_bytes(build(*(Part(name.encode(), data) for name, data in files.items())))
        return intake(path)

    return take


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Delivery]:
    """Take in a folder of files given by name."""

    def take(**files: bytes) -> Delivery:
        top = tmp_path / "Export"
        for name, data in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return intake(top)

    return take


def single(folder: Path, name: str, data: bytes) -> Delivery:
    """Take in one file."""
    path = folder / name
    path.write_bytes(data)
    return intake(path)


def told(error: pytest.ExceptionInfo[IdentifyError]) -> str:
    """Check that an error is also a finding with sentences; give its English sentence."""
    codes([error.value.finding])
    assert error.value.exit_code is ExitCode.FINDINGS
    return str(error.value)


@pytest.mark.parametrize(("data", "name"), [(CHAT, "whatsapp-text"), (MBOX, "mbox"), (MAIL, "eml")])
def test_a_file_is_what_one_format_recognises(tmp_path: Path, data: bytes, name: str) -> None:
    """The content decides, whatever the name says."""
    found = identify(single(tmp_path, "naamloos.bin", data), FORMATS)
    assert (found.format.name, found.mains, found.findings) == (name, (0,), ())


def test_what_nobody_recognises_is_a_question(tmp_path: Path) -> None:
    """The error tells what libmagic thinks, and that is all it is used for."""
    with pytest.raises(UnknownFormat) as caught:
        identify(single(tmp_path, "a.txt", b"%PDF-1.7 notitie"), FORMATS)
    assert "application/pdf" in told(caught)
    with pytest.raises(UnknownFormat, match="empty"):
        identify(single(tmp_path, "leeg", b""), FORMATS)
    with pytest.raises(UnknownFormat, match="empty"):
        identify(single(tmp_path, "leeg.zip", build()), FORMATS)


def test_two_claimants_are_a_question(tmp_path: Path) -> None:
    """All who recognise it are named, and the officer's choice settles it."""
    delivery = single(tmp_path, "a", MAIL + MBOX)
    with pytest.raises(AmbiguousFormat) as caught:
        identify(delivery, FORMATS)
    assert "claimed by mbox, eml" in told(caught)
    assert identify(delivery, FORMATS, source_format="mbox").format.name == "mbox"


def test_an_officer_may_say_what_a_single_file_is(tmp_path: Path) -> None:
    """A chosen format is used even where nothing is recognised; an unknown one is an error."""
    delivery = single(tmp_path, "a", b"iets anders")
    assert identify(delivery, FORMATS, source_format="eml").mains == (0,)
    with pytest.raises(UsageError, match="whatsapp-text, mbox, eml"):
        identify(delivery, FORMATS, source_format="telegram")


def test_a_choice_does_not_make_a_chat_of_a_folder(folder: Callable[..., Delivery]) -> None:
    """With several files the chosen format must recognise one of them."""
    delivery = folder(**{"a": b"x", "b": b"y"})
    with pytest.raises(UnknownFormat):
        identify(delivery, FORMATS, source_format="whatsapp-text")


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("_chat.txt", True),
        ("map/_chat.txt", True),
        ("_chat 2.txt", True),
        ("_chat(1).txt", True),
        ("WhatsApp Chat with Joris.txt", True),
        ("WhatsApp-chat met Beleid & Nota's.txt", True),
        ("WhatsApp Chat - Fenna.txt", True),
        ("WhatsApp Chat mit Anna.txt", True),
        ("Discussion WhatsApp avec Zoé.txt", True),
        ("WhatsApp Chat with .txt.pdf", False),
        ("my_chat.txt", False),
        ("notitie.txt", False),
        ("__MACOSX/._chat.txt", False),
    ],
)
def test_names_that_chat_apps_give(name: str, own: bool) -> None:
    """The names under which WhatsApp exports a chat, in the languages met here."""
    assert is_own_name(name) is own


@pytest.mark.parametrize("name", ["_chat.txt", "WhatsApp-chat met Beleid.txt"])
def test_a_chat_with_its_media_is_one_delivery(
    zipped: Callable[..., Delivery], folder: Callable[..., Delivery], name: str
) -> None:
    """What stands beside the chat's own text is its media, also mail and other chats."""
    files = {"a.eml": MAIL, "b.txt": CHAT, name: CHAT, "f.jpg": b"jpg", "z/x.mbox": MBOX}
    for delivery in (zipped(**files), folder(**files)):
        found = identify(delivery, FORMATS)
        assert [delivery.members[index].name for index in found.mains] == [name]
        assert found.findings == ()


def test_only_the_text_of_a_named_chat_is_read(zipped: Callable[..., Delivery]) -> None:
    """Recognising an export does not open its hundreds of photos."""
    files = {f"IMG-{n}.jpg": b"jpg" for n in range(300)}
    delivery = zipped(**files, **{"_chat.txt": CHAT})
    seen: list[str] = []
    spy = Format(
        "whatsapp-text", "whatsapp", 1, lambda _, name: seen.append(name) or True,
        unused, unused, unused, True,
    )  # fmt: skip
    assert identify(delivery, (spy,)).mains == (300,)
    assert seen == ["_chat.txt"]


def test_an_own_name_with_two_claimants_is_a_question(zipped: Callable[..., Delivery]) -> None:
    """The name does not settle what the content leaves open."""
    with pytest.raises(AmbiguousFormat):
        identify(zipped(**{"_chat.txt": CHAT + MAIL, "f.jpg": b""}), FORMATS)


def test_an_own_name_without_a_chat_in_it_means_nothing(zipped: Callable[..., Delivery]) -> None:
    """A file that is only named like a chat does not make the others media."""
    found = identify(zipped(**{"_chat.txt": b"leeg", "a.eml": MAIL}), FORMATS)
    assert (found.format.name, found.mains) == ("eml", (1,))
    assert codes(found.findings) == ["W-I010"]
    assert identify(zipped(**{"_chat.txt": MAIL}), FORMATS).format.name == "eml"


def test_a_chat_in_a_folder_of_a_zip_is_found(zipped: Callable[..., Delivery]) -> None:
    """A ZIP that was made of a folder is one delivery, with what the system added."""
    files = {"E/f.jpg": b"jpg", "E/_chat.txt": CHAT, "__MACOSX/E/._chat.txt": b"\0\5"}
    assert identify(zipped(**files), FORMATS).mains == (1,)


def test_two_chats_in_one_container_are_a_question(zipped: Callable[..., Delivery]) -> None:
    """Whose media are whose cannot be known, so it is asked."""
    with pytest.raises(NotOneDelivery) as caught:
        identify(zipped(**{"A/_chat.txt": CHAT, "B/_chat.txt": CHAT, "f.jpg": b""}), FORMATS)
    assert "A/_chat.txt, B/_chat.txt" in told(caught)
    with pytest.raises(NotOneDelivery, match=r"E/_chat.txt, post.mbox"):
        identify(zipped(**{"E/_chat.txt": CHAT, "post.mbox": MBOX}), FORMATS)


def test_several_chat_texts_without_an_own_name_are_a_question(
    zipped: Callable[..., Delivery],
) -> None:
    """One text that was renamed is found; of two nobody knows which has the media."""
    assert identify(zipped(**{"f.jpg": b"", "Beleid.txt": CHAT}), FORMATS).mains == (1,)
    with pytest.raises(NotOneDelivery, match=r"a\.txt, b\.txt"):
        identify(zipped(**{"a.txt": CHAT, "b.txt": CHAT}), FORMATS)
    many = {f"{number:02}.txt": CHAT for number in range(12)}
    with pytest.raises(NotOneDelivery, match=r"09.txt, … \(12\)"):
        identify(zipped(**many), FORMATS)


def test_all_mails_of_a_container_are_read(
    zipped: Callable[..., Delivery], folder: Callable[..., Delivery]
) -> None:
    """Several mails are one delivery; a file that is none is named and kept unread."""
    files = {"1.eml": MAIL, "2.eml": MAIL, "lees mij.txt": b"x", "x/.DS_Store": b"1"}
    for delivery in (zipped(**files), folder(**files)):
        found = identify(delivery, FORMATS)
        assert (found.format.name, found.mains) == ("eml", (0, 1))
        assert codes(found.findings) == ["W-I010"]
        assert found.findings[0].values == {"count": 1, "name": "lees mij.txt"}


def test_two_formats_in_a_zip_are_a_question(zipped: Callable[..., Delivery]) -> None:
    """The officer chooses, and what is then not read is named."""
    delivery = zipped(**{"1.eml": MAIL, "2.mbox": MBOX})
    with pytest.raises(AmbiguousFormat, match="eml, mbox"):
        identify(delivery, FORMATS)
    found = identify(delivery, FORMATS, source_format="mbox")
    assert found.mains == (1,)
    assert codes(found.findings) == ["W-I010"]


@pytest.mark.parametrize(
    "files",
    [
        {"1.eml": MAIL, "2.mbox": MBOX},
        {"1.eml": MAIL, "export.zip": b"PK\3\4"},
        {"1.eml": MAIL, "m.db.crypt15": _NOISE.randbytes(5000)},
        {"sub/_chat.txt": CHAT, "sub/f.jpg": b""},
        {"A/_chat.txt": CHAT, "B/_chat.txt": CHAT},
    ],
)
def test_a_folder_of_several_exports_is_no_delivery(
    folder: Callable[..., Delivery], files: dict[str, bytes]
) -> None:
    """Its entries are then judged one by one, each with its own name and its own answer."""
    with pytest.raises(NotOneDelivery):
        identify(folder(**files), FORMATS)


def test_a_drop_folder_is_split_into_its_exports(folder: Callable[..., Delivery]) -> None:
    """Chats with their media stay together, all else is taken by itself."""
    top = folder(**{
        "Alice/_chat.txt": CHAT, "Alice/f.jpg": b"", "Bob/WhatsApp-chat met A.txt": CHAT,
        "Bob/g.jpg": b"", "Post/1.eml": MAIL, "Post/2.eml": MAIL, "los.pdf": b"%PDF",
    }).path  # fmt: skip

    def claimed(delivery: Delivery) -> bool:
        try:
            return bool(identify(delivery, FORMATS))
        except IdentifyError:
            return False

    parts = [path.name for path in split_folder(top, claimed)]
    assert parts == ["Alice", "Bob", "Post", "los.pdf"]


SIGNAL = b"\0\0\0\x36\x0a\x34\x0a\x10" + _NOISE.randbytes(16) + b"\x12\x20" + _NOISE.randbytes(32)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("msgstore.db.crypt15", b"\x0a" * 200 + _NOISE.randbytes(9000), "E-I015"),
        ("msgstore-2026-11-01.1.db.crypt12", _NOISE.randbytes(3000), "E-I015"),
        ("signal-2026-11-01-02-00-00.backup", SIGNAL + _NOISE.randbytes(900), "E-I016"),
        ("renamed.bin", SIGNAL + _NOISE.randbytes(900), "E-I016"),
        ("signal.sqlite", _NOISE.randbytes(8192), "E-I017"),
        ("fenna.desktop_wbu", b"WBUX" + bytes(900), "E-I018"),
        ("fenna.android_wbu", _NOISE.randbytes(4000), "E-I018"),
        ("user-backup.cc20", _NOISE.randbytes(4000), "E-I018"),
        ("Manifest.db", _NOISE.randbytes(8192), "E-I020"),
        ("Manifest.plist", b"<?xml?><plist><key>IsEncrypted</key>\n\t<true/></plist>", "E-I020"),
        (
            "Manifest.plist",
            plistlib.dumps({"IsEncrypted": True}, fmt=plistlib.FMT_BINARY),
            "E-I020",
        ),
        ("db.sqlite", _NOISE.randbytes(8192), "E-I021"),
        ("viber.db", _NOISE.randbytes(8192), "E-I022"),
        ("toestel.xry", b"\x10XRY\0\0" + bytes(900), "E-I023"),
        ("export.asc", b"-----BEGIN PGP MESSAGE-----\n", "E-I019"),
        ("export.age", b"age-encryption.org/v1\n", "E-I019"),
    ],
)
def test_what_is_locked_is_told_with_its_key(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    """A backup that needs a key is no unknown file: the officer hears what to ask for."""
    with pytest.raises(EncryptedExport) as caught:
        identify(single(tmp_path, name, data), FORMATS)
    assert caught.value.code == code
    assert name in told(caught)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("msgstore.db.crypt15", b"niet versleuteld " * 90),
        ("chat.sqlite", b"SQLite format 3\0" + bytes(4080)),
        ("chat.db", _NOISE.randbytes(700)),
        ("kort.db.crypt14", _NOISE.randbytes(40)),
        ("foto.jpg", _NOISE.randbytes(8192)),
        ("signal.backup", b"\0\0\0\x36" + b"x" * 60),
        ("x.desktop_wbu", b"tekst"),
        ("meting.xry", b"XRY-meting\r\n1,0 2,0\r\n"),
        ("Manifest.plist", b"<plist><key>IsEncrypted</key><false/></plist>"),
        ("Manifest.plist", b"bplist00 kapot"),
        ("Manifest.plist", plistlib.dumps([True], fmt=plistlib.FMT_BINARY)),
        ("Manifest.db", b"SQLite format 3\0" + bytes(4080)),
    ],
)
def test_what_only_looks_locked_is_unknown(tmp_path: Path, name: str, data: bytes) -> None:
    """A name alone, or a file of dense bytes alone, proves no encryption."""
    with pytest.raises(UnknownFormat):
        identify(single(tmp_path, name, data), FORMATS)


def test_a_zip_with_a_password_is_told(tmp_path: Path) -> None:
    """The password is asked for; nothing of the container was opened."""
    path = tmp_path / "threema.zip"
    path.write_bytes(build(Part(b"messages.txt", b"x", flags=1)))
    with pytest.raises(EncryptedExport) as caught:
        identify(intake(path), FORMATS)
    assert "Unpack messages.txt with the password" in told(caught)


def test_a_refused_container_is_not_identified(tmp_path: Path) -> None:
    """What intake refused is not read by its name either."""
    delivery = single(tmp_path, "_chat.zip", build(Part(b"_chat.txt", CHAT))[:-30])
    with pytest.raises(Unopened) as caught:
        identify(delivery, FORMATS)
    assert "E-I002" in told(caught)
    large = intake(single(tmp_path, "a", CHAT).path, Limits(delivery_bytes=3))
    with pytest.raises(Unopened, match="E-I001"):
        identify(large, FORMATS, source_format="whatsapp-text")


def test_a_name_that_is_no_text_makes_a_finding_that_can_be_stored(tmp_path: Path) -> None:
    """The path in a finding is text in any case."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    path.write_bytes(b"x")
    with pytest.raises(UnknownFormat) as caught:
        identify(intake(path), FORMATS)
    assert str(caught.value.finding.values["path"]).endswith("/caf\\xe9")


def test_without_libmagic_there_is_only_less_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge is never libmagic, so it may be absent or fail."""
    import pylibmagic  # noqa: F401
    import magic  # isort: skip

    def fail(*_: object, **__: object) -> str:
        raise magic.MagicException("broken")

    monkeypatch.setattr(magic, "from_buffer", fail)
    assert evidence(b"x") == "nothing known"
    monkeypatch.setitem(sys.modules, "magic", None)
    assert evidence(b"x") == "nothing known"


def test_the_four_phones_are_four_deliveries(samples: Path) -> None:
    """A group exported from four phones is found as four chats, each with its media."""
    from archiver.parse import whatsapp_text

    real = Format(
        "whatsapp-text", "whatsapp", 1, whatsapp_text.claims, unused, unused, unused, True
    )  # fmt: skip

    def claimed(delivery: Delivery) -> bool:
        try:
            return identify(delivery, (real,)).format.holds_media
        except IdentifyError:
            return False

    top = samples / "chat" / "vws-one-group-four-phones"
    parts = [path for path in split_folder(top, claimed) if path.is_dir()]
    assert [path.name for path in parts] == [
        "Export 1",
        "Export Bob",
        "Export Carol",
        "Dave 1 media",
    ]
    for path in parts:
        delivery = intake(path)
        (main,) = identify(delivery, (real, EML)).mains
        assert is_own_name(delivery.members[main].name)
