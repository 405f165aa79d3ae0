"""Which files count, what they are called, whose they are, and what kind."""

import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netravision.errors import ArgumentError, PhotoError, RunError
from netravision.imaging.inspection import inspect_file
from netravision.run.manifest import Manifest, Row
from netravision.run.sources import KindOption, Shard, kind_by_size, list_entries
from tests.downloads import FIRST, instagram_export, instaloader_post, known


def touch(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


def listed(*sources: Path) -> list[tuple[str, str | None]]:
    return [(entry.path, entry.account) for entry in list_entries(sources)]


def test_the_first_level_is_the_account_and_the_order_is_sorted(tmp_path: Path) -> None:
    touch(tmp_path, "b/2.jpg", "b/1.jpg", "a/deep/er/x.jpg", "loose.jpg")
    assert listed(tmp_path) == [
        ("a/deep/er/x.jpg", "a"),
        ("b/1.jpg", "b"),
        ("b/2.jpg", "b"),
        ("loose.jpg", None),
    ]


def test_a_file_is_a_source_too(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.jpg")
    assert listed(tmp_path / "a" / "1.jpg") == [("1.jpg", None)]


def test_a_file_of_a_folder_that_is_known_is_called_as_it_is_there(tmp_path: Path) -> None:
    touch(tmp_path, "a/b/1.jpg")
    packed(tmp_path / "akun.zip", "x/2.jpg")
    sources = [tmp_path / "a" / "b" / "1.jpg", tmp_path / "akun.zip"]
    entries = list_entries(sources, report=print, roots=[tmp_path])
    assert [(entry.path, entry.account) for entry in entries] == [
        ("a/b/1.jpg", "a"),
        ("akun.zip/x/2.jpg", "akun"),
    ]


def test_an_empty_folder_has_no_entries(tmp_path: Path) -> None:
    assert listed(tmp_path) == []


def test_hidden_files_and_run_folders_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, ".hidden", ".git/config", "run/run.sqlite", "run/report.html", "a/1.jpg")
    assert listed(tmp_path) == [("a/1.jpg", "a")]


def test_what_systems_keep_beside_photos_is_left_out_unless_named(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.jpg", "a/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", "__MACOSX/a/1.jpg")
    touch(tmp_path, ".thumbnails/1.jpg", "#recycle/2.jpg", "$RECYCLE.BIN/3.jpg")
    assert listed(tmp_path) == [("a/1.jpg", "a")]
    assert listed(tmp_path / "#recycle") == [("2.jpg", None)]


@pytest.mark.parametrize(("made", "message"), [(False, "no such file"), (True, "is a run folder")])
def test_what_cannot_be_a_source_is_named(tmp_path: Path, made: bool, message: str) -> None:
    source = tmp_path / "foto"
    if made:
        touch(source, "run.sqlite")
    with pytest.raises(RunError, match=message):
        listed(source)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few users make links")
def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    touch(tmp_path, "foto/a/1.jpg", "elsewhere/2.jpg")
    foto = tmp_path / "foto"
    (foto / "a" / "loop").symlink_to(foto, target_is_directory=True)
    (foto / "b").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (foto / "c").symlink_to(tmp_path / "elsewhere", target_is_directory=True)  # reached twice
    (foto / "nowhere.jpg").symlink_to(tmp_path / "gone")
    assert listed(foto) == [("a/1.jpg", "a"), ("b/2.jpg", "b"), ("nowhere.jpg", None)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere paths cannot be that long")
def test_folders_in_one_another_may_be_many(tmp_path: Path) -> None:
    folders = [tmp_path]
    for _ in range(1200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    touch(folders[-1], "1.jpg")
    try:
        assert [len(path.split("/")) for path, _ in listed(tmp_path)] == [1201]
    finally:  # what pytest removes temporary folders with does not go that deep
        (folders[-1] / "1.jpg").unlink()
        for folder in reversed(folders[1:]):
            folder.rmdir()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may open everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_what_may_not_be_opened_is_an_entry_and_fails_as_such() -> None:
    # Not in tmp_path, whose parents only their owner may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        touch(folder, "a/1.jpg", "locked/2.jpg", "locked/3.jpg", "secret.jpg", "z/4.jpg")
        folder.chmod(0o755)
        (folder / "locked").chmod(0)
        (folder / "secret.jpg").chmod(0)
        try:
            with as_nobody():
                entries = {entry.path: entry.file for entry in list_entries([folder])}
                assert list(entries) == ["a/1.jpg", "locked", "secret.jpg", "z/4.jpg"]
                for path in ("locked", "secret.jpg"):
                    with pytest.raises(PhotoError) as caught:
                        inspect_file(entries[path])
                    assert caught.value.code == "permission_denied"
                assert inspect_file(entries["a/1.jpg"]).format is None
        finally:
            (folder / "locked").chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few users make links")
def test_a_source_is_one_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "foto/a/1.jpg", "lain/2.jpg")
    (tmp_path / "tautan").symlink_to(tmp_path / "foto", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    names = [Path("foto"), Path("./lain/../foto"), tmp_path / "tautan", Path("foto/a/..")]
    expected = [(tmp_path.resolve() / "foto" / "a" / "1.jpg", "a/1.jpg")]
    for sources in (*([name] for name in names), names):
        assert [(entry.file, entry.path) for entry in list_entries(sources)] == expected
    # A link to a file keeps its own name.
    (tmp_path / "3.jpg").symlink_to(tmp_path / "lain" / "2.jpg")
    assert listed(Path("3.jpg")) == [("3.jpg", None)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_that_would_hang_a_reader_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert listed(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        "-rf.jpg",
        "foto rapat 😀.jpg",
        "\u202egpj.exe",
        pytest.param(
            "two\nlines.jpg",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows forbids it"),
        ),
    ],
)
def test_any_name_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    touch(tmp_path, name)
    assert listed(tmp_path) == [(name, None)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_name_that_is_no_text_is_escaped_and_the_file_still_found(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))).mkdir()
    touch(tmp_path, "caf\udce9/\udcff.jpg")
    (entry,) = list_entries([tmp_path])
    assert (entry.path, entry.account) == (r"caf\udce9/\udcff.jpg", r"caf\udce9")
    assert entry.file.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("akun_a/IMG_1.jpg", None),
        ("akun_a/foto_profil.jpg", "avatar"),
        ("akun_a/2024-01-01_UTC_profile_pic.jpg", "avatar"),
        ("akun_a/PROFIL-2.PNG", "avatar"),
        ("akun_a/pp.jpg", "avatar"),
        ("akun_a/pp_2.jpg", "avatar"),
        ("akun_a/pp_94_2021.jpg", None),  # a regulation
        ("akun_a/application.jpg", None),
        ("akun_a/profiling.jpg", None),
        ("avatar/akun_a.jpg", "avatar"),
        ("akun_a/Foto Profil/1.jpg", "avatar"),
        ("akun_a/profile-pictures/1.jpg", "avatar"),
        ("profil_kaltim/IMG_1.jpg", None),  # an account
    ],
)
def test_a_name_may_say_avatar(tmp_path: Path, path: str, kind: str | None) -> None:
    touch(tmp_path, path)
    (entry,) = list_entries([tmp_path])
    assert entry.kind == kind


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        (None, "post"),
        ((150, 150), "avatar"),
        ((400, 396), "avatar"),
        ((400, 380), "post"),
        ((401, 401), "post"),
        ((1080, 1080), "post"),
        ((1, 1), "avatar"),
    ],
)
def test_a_small_square_is_an_avatar(size: tuple[int, int] | None, kind: str) -> None:
    assert kind_by_size(size) == kind


@pytest.mark.parametrize(
    ("option", "row", "expected"),
    [
        ("avatar", None, ("akun_a", "avatar", None, None)),
        ("post", None, ("akun_a", "post", None, None)),
        ("auto", Row(None, None, "2024-09-25", None), ("akun_a", None, "2024-09-25", None)),
        # The manifest has the last word.
        (
            "post",
            Row("asli", "avatar", None, "https://x.id/1"),
            ("asli", "avatar", None, "https://x.id/1"),
        ),
    ],
)
def test_what_is_told_about_a_file(
    tmp_path: Path, option: KindOption, row: Row | None, expected: tuple[object, ...]
) -> None:
    touch(tmp_path, "akun_a/1.jpg")
    manifest = Manifest({} if row is None else {"akun_a/1.jpg": row}, [])
    (entry,) = list_entries([tmp_path], kind=option, manifest=manifest)
    assert (entry.account, entry.kind, entry.posted_at, entry.url) == expected
    told = {} if row is None else {"posted_at": row.posted_at, "url": row.url, "kind": row.kind}
    origins = {name: "manifest" for name, value in told.items() if value}
    origins["account"] = "manifest" if row and row.account else "folder"
    assert entry.known_from == origins


@pytest.mark.parametrize(
    ("path", "known_from"),
    [
        ("1.jpg", {}),
        ("avatar.jpg", {"kind": "name"}),
        ("akun/avatar.jpg", {"account": "folder", "kind": "name"}),
        ("akun/pp/1.jpg", {"account": "folder", "kind": "folder"}),
    ],
)
def test_what_is_known_says_where_from(
    tmp_path: Path, path: str, known_from: dict[str, str]
) -> None:
    touch(tmp_path, path)
    (entry,) = list_entries([tmp_path])
    assert entry.known_from == known_from


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 9))
def test_every_path_is_in_exactly_one_shard(path: str, count: int) -> None:
    assert sum(Shard(index, count).has(path) for index in range(1, count + 1)) == 1


def test_shards_are_the_same_for_ever() -> None:
    # Pinned: of two PCs with two versions, neither may leave out a photo.
    parts = [
        next(index for index in range(1, 5) if Shard(index, 4).has(f"akun/{number}.jpg"))
        for number in range(8)
    ]
    assert parts == [1, 4, 4, 2, 2, 4, 4, 2]


@pytest.mark.parametrize(
    ("path", "part"),
    [("akun_a/IMG_1.jpg", 2), ("akun_b/café.jpg", 1), ("akun_b/cafe\u0301.jpg", 1)],
)
def test_the_part_of_a_path_is_the_same_on_every_system(path: str, part: int) -> None:
    assert Shard(part, 2).has(path)
    assert not Shard(3 - part, 2).has(path)


def test_a_shard_is_written_as_it_is_read() -> None:
    assert Shard.parse("2/3") == Shard(2, 3)
    assert str(Shard(2, 3)) == "2/3"
    for text in ("0/3", "4/3", "1/0", "1", "/", "a/b", " 1/2", "-1/2", "٢/٣"):
        with pytest.raises(ArgumentError, match="expected I/N"):
            Shard.parse(text)


def packed(archive: Path, *names: str) -> Path:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as opened:
        for name in names:
            opened.writestr(name, b"x")
    return archive


def test_an_archive_is_a_folder(tmp_path: Path) -> None:
    packed(tmp_path / "akun.zip", "IMG_1.jpg", "September/IMG_2.jpg", ".hidden", "__MACOSX/._1.jpg")
    packed(tmp_path / "akun_b" / "kiriman.zip", "a/1.jpg")
    packed(tmp_path / "surat.docx", "word/document.xml", "word/media/image1.png")
    packed(tmp_path / "kosong.zip")
    packed(tmp_path / "teks.docx", "word/document.xml")
    (tmp_path / "rusak.zip").write_bytes(b"PK\3\4")
    assert listed(tmp_path) == [
        ("akun.zip/IMG_1.jpg", "akun"),
        ("akun.zip/September/IMG_2.jpg", "akun"),
        ("akun_b/kiriman.zip/a/1.jpg", "akun_b"),
        # What holds no photo is a file as any other, and so is what cannot be looked into.
        ("kosong.zip", None),
        ("rusak.zip", None),
        ("surat.docx/word/media/image1.png", None),
        ("teks.docx", None),
    ]


def test_an_archive_as_the_source(tmp_path: Path) -> None:
    archive = packed(tmp_path / "foto.zip", "foto/akun_a/1.jpg", "foto/akun_b/x/2.jpg", "3.jpg")
    assert listed(archive) == [
        ("foto.zip/3.jpg", "foto"),
        ("foto.zip/foto/akun_a/1.jpg", "akun_a"),
        ("foto.zip/foto/akun_b/x/2.jpg", "akun_b"),
    ]


def test_sidecars_in_an_archive_are_read(tmp_path: Path) -> None:
    instaloader_post(tmp_path / "#netral", "akun_a", FIRST)
    instagram_export(tmp_path / "ekspor", "akun_e", [FIRST])
    folders = {"#netral.zip": "#netral", "instagram-x-2024-10-01-Ab.zip": "ekspor"}
    for name, folder in folders.items():
        with zipfile.ZipFile(tmp_path / name, "w") as opened:
            for file in sorted((tmp_path / folder).rglob("*")):
                opened.write(file, file.relative_to(tmp_path / folder))
    posts = {}
    for name in folders:
        entries, problems = known(tmp_path / name)
        posts |= {path: entry for path, entry in entries.items() if path.endswith(".jpg")}
        assert problems == []
    said = {(entry.account, entry.posted_at) for entry in posts.values()}
    assert said == {("akun_a", FIRST.isoformat()), ("akun_e", FIRST.isoformat())}
