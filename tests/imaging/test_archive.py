"""Archives are looked into: names made safe, sizes kept, and what grows without end refused."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from netravision.errors import PhotoError
from netravision.imaging.archive import (
    Member,
    list_members,
    member_of,
    read_member,
    why_closed,
)
from netravision.imaging.file import open_file
from netravision.imaging.inspection import inspect_file
from netravision.imaging.media import open_media


def pack(archive: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(archive, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return archive


def change(archive: Path, where: bytes, at: int, value: bytes) -> None:
    """Write into every local header (PK 3 4) or entry of the list (PK 1 2)."""
    data = bytearray(archive.read_bytes())
    start = data.find(where)
    while start >= 0:
        data[start + at : start + at + len(value)] = value
        start = data.find(where, start + 4)
    archive.write_bytes(data)


def code(archive: Path, name: str) -> str:
    with pytest.raises(PhotoError) as caught:
        read_member(Member(archive, name))
    return caught.value.code


@pytest.fixture
def picture() -> bytes:
    return next(Path("fixtures").rglob("*.jpg")).read_bytes()


def test_a_photo_in_an_archive_is_the_photo(tmp_path: Path, picture: bytes) -> None:
    archive = pack(tmp_path / "akun.zip", {"September/IMG_1.jpg": picture, "kosong/": b""})
    assert list_members(archive) == ["September/IMG_1.jpg"]
    path = archive / "September" / "IMG_1.jpg"
    assert member_of(path) == Member(archive, "September/IMG_1.jpg")
    assert member_of(archive) is None
    with open_file(path) as (file, form):
        assert (file.read(), form) == (picture, "JPEG")
    plain = tmp_path / "IMG_1.jpg"
    plain.write_bytes(picture)
    assert inspect_file(path) == inspect_file(plain)
    with open_media(path) as inside, open_media(plain) as outside:
        assert inside.sha256 == outside.sha256
    assert {*tmp_path.iterdir()} == {archive, plain}  # nothing was unpacked


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/foto.jpg", "etc/foto.jpg"),
        ("/etc/foto.jpg", "etc/foto.jpg"),
        ("C:\\foto\\1.jpg", "foto/1.jpg"),
        ("\\\\server\\share\\1.jpg", "server/share/1.jpg"),
        ("a/./b//1.jpg", "a/b/1.jpg"),
        ("a\x1b[31m\n1.jpg", "a_[31m_1.jpg"),
        ("rapat – désa.jpg", "rapat – désa.jpg"),
    ],
)
def test_names_are_never_trusted(tmp_path: Path, name: str, path: str) -> None:
    archive = pack(tmp_path / "a.zip", {name: b"x"})
    assert list_members(archive) == [path]
    assert read_member(Member(archive, path)) == b"x"


def test_a_name_of_nothing_and_a_link_are_no_files(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("tautan.jpg")
    link.external_attr = 0o120777 << 16
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(link, "/etc/passwd")
        opened.writestr("..", b"x")
    assert list_members(archive) == []


def test_names_as_macos_writes_them(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {"De\u0301sa.jpg": b"x"})
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        change(archive, mark, at, b"\0\0")  # UTF-8, and not said so
    assert list_members(archive) == ["De\u0301sa.jpg"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_several_files_of_one_name_are_several(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for content in (b"1", b"2", b"3"):
            opened.writestr("foto/1.jpg", content)
        opened.writestr("foto/1 (2).jpg", b"4")
    names = ["foto/1 (2) (2).jpg", "foto/1 (2).jpg", "foto/1 (3).jpg", "foto/1.jpg"]
    assert list_members(archive) == names
    found = {read_member(Member(archive, name)) for name in names}
    assert found == {b"1", b"2", b"3", b"4"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_thousands_of_one_name_take_no_longer(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for _ in range(5000):
            opened.writestr("1.jpg", b"")
    assert len(list_members(archive)) == 5000


def test_a_size_that_lies_is_kept(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": bytes(50 * 2**20)})
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        change(archive, mark, at, struct.pack("<I", 1000))
    # The checksum is that of the whole.
    assert code(archive, "1.jpg") == "unreadable"


def test_what_grows_without_end_is_refused(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": bytes(33 * 2**20), "2.jpg": b"x"})
    assert code(archive, "1.jpg") == "too_large"
    assert read_member(Member(archive, "2.jpg")) == b"x"
    with pytest.raises(PhotoError, match="at most 10 are read"):
        read_member(Member(pack(tmp_path / "b.zip", {"1.jpg": b"x" * 11}), "1.jpg"), limit=10)


def test_an_archive_of_many_that_grow_is_refused(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {f"{n}.jpg": bytes(30 * 2**20) for n in range(9)})
    with pytest.raises(PhotoError, match="grows more") as caught:
        list_members(archive)
    assert caught.value.code == "too_large"


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": b"x" * 1000, "2.jpg": b"y" * 1000})
    change(archive, b"PK\1\2", 42, struct.pack("<I", 0))  # both begin at the first
    with pytest.raises(PhotoError, match="lie in one another"):
        list_members(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_unsupported(tmp_path: Path, method: int) -> None:
    assert code(pack(tmp_path / "a.zip", {"1.jpg": b"x"}, method), "1.jpg") == "unsupported"


def test_a_password_is_unsupported(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": b"x" * 100})
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        change(archive, mark, at, b"\x01\0")
    assert code(archive, "1.jpg") == "unsupported"


def test_damage_costs_the_photo_it_is_in(tmp_path: Path, picture: bytes) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": picture, "2.jpg": picture[:500]}, 0)
    data = bytearray(archive.read_bytes())
    data[200] ^= 0xFF
    archive.write_bytes(data)
    assert code(archive, "1.jpg") == "unreadable"
    assert read_member(Member(archive, "2.jpg")) == picture[:500]
    assert code(archive, "3.jpg") == "vanished"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\3\4" + b"x" * 100, "unreadable"),
        (b"PK\3\4", "unreadable"),
        (b"PK\5\6" + bytes(18), "not_a_picture"),
        (b"bukan arsip", "not_a_picture"),
        (b"", "not_a_picture"),
    ],
)
def test_an_archive_that_cannot_be_looked_into(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(content)
    assert why_closed(archive).code == expected


def test_an_archive_that_was_to_be_split_and_was_not_is_read(
    tmp_path: Path, picture: bytes
) -> None:
    whole = pack(tmp_path / "whole.zip", {"a.jpg": picture}).read_bytes()
    (tmp_path / "akun.zip").write_bytes(b"PK\x07\x08" + whole)
    assert list_members(tmp_path / "akun.zip") == ["a.jpg"]
    assert read_member(Member(tmp_path / "akun.zip", "a.jpg")) == picture


def test_a_cut_archive_is_named_and_not_skipped(tmp_path: Path, picture: bytes) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": picture})
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(PhotoError, match=r"a\.zip cannot be read: the archive is damaged"):
        inspect_file(archive)


def test_an_archive_in_an_archive_is_unsupported(tmp_path: Path, picture: bytes) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("1.jpg", picture)
    archive = pack(tmp_path / "a.zip", {"b.zip": inner.getvalue()})
    with pytest.raises(PhotoError) as caught:
        inspect_file(archive / "b.zip")
    assert caught.value.code == "unsupported"


def test_a_list_longer_than_any_is_refused(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": b"x"})
    change(archive, b"PK\5\6", 12, struct.pack("<I", 2**27))
    with pytest.raises(PhotoError) as caught:
        list_members(archive)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("suffix", ["docx", "pptx", "xlsx"])
def test_of_a_document_the_pictures_are_read(tmp_path: Path, suffix: str, picture: bytes) -> None:
    folder = {"docx": "word", "pptx": "ppt", "xlsx": "xl"}[suffix]
    members = {
        "[Content_Types].xml": b"<Types/>",
        f"{folder}/document.xml": b"<w/>",
        f"{folder}/media/image1.jpeg": picture,
    }
    document = pack(tmp_path / f"laporan.{suffix}", members)
    assert list_members(document) == [f"{folder}/media/image1.jpeg"]
    assert inspect_file(document / folder / "media" / "image1.jpeg").format == "JPEG"


def test_any_bytes_are_read_or_refused(tmp_path: Path, picture: bytes) -> None:
    archive = pack(tmp_path / "a.zip", {"1.jpg": picture[:3000], "2.jpg": b"x" * 2000})
    whole = archive.read_bytes()
    broken = 0
    for seed in range(400):
        data = bytearray(whole)
        for n in range(4):
            at = zlib.crc32(b"%d %d" % (seed, n)) % len(data)
            # Half of the changes fall into the list of members.
            at = len(data) - 1 - at % 160 if seed % 2 else at
            data[at] = zlib.crc32(b"%d,%d" % (seed, n)) % 256
        mutated = tmp_path / f"{seed}.zip"
        mutated.write_bytes(data)
        try:
            for name in list_members(mutated):
                read_member(Member(mutated, name))
        except PhotoError:
            broken += 1
    assert broken > 100
