"""A picture found again in real runs, by its hash and in part; and a million hashes."""

import io
import sqlite3
import time
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageOps

from netravision.core.pyramid import ImagePyramid
from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.run.copies import SAME_PICTURE
from netravision.run.duplicates import duplicates
from netravision.run.stored_hashes import BLOCK
from netravision.screener import Screener
from netravision.watchlist import Watchlist
from tests.reels import write_reel

WATCHLIST = 'schema = 1\nname = "x"\n[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#8fd3f4"\n'


@pytest.fixture(scope="module")
def watchlist(tmp_path_factory: pytest.TempPathFactory) -> Watchlist:
    file = tmp_path_factory.mktemp("watchlist") / "x.toml"
    file.write_text(WATCHLIST, encoding="utf-8")
    return Watchlist.load(file)


@pytest.fixture
def pictures(tmp_path: Path, fixtures_dir: Path) -> Path:
    """A landscape as four accounts have it, and others."""
    source = fixtures_dir / "photos" / "alam_raya" / "pemandangan_1.jpg"
    image = Image.open(source)
    made = {
        "asli.jpg": (image, 90),
        "kecil.jpg": (image.resize((image.width // 2, image.height // 2)), 30),
        "cermin.jpg": (ImageOps.mirror(image), 80),
        "potongan.jpg": (image.crop((0, 0, image.width * 2 // 3, image.height * 2 // 3)), 85),
        "lain.jpg": (Image.open(source.with_name("pemandangan_3.jpg")), 90),
        "kosong.jpg": (Image.new("RGB", (300, 200), "white"), 90),
        "kosong_lagi.jpg": (Image.new("RGB", (400, 300), "white"), 90),
    }
    for name, (picture, quality) in made.items():
        picture.save(tmp_path / name, quality=quality)
    return tmp_path


@pytest.fixture
def run(pictures: Path, watchlist: Watchlist) -> Run:
    run = Run.start(pictures / "run", watchlist)
    with Screener(watchlist) as screener, run:
        for file in sorted(pictures.glob("*.jpg")):
            result = screener.screen(file)
            sha256 = result.photo.sha256
            appearance = Appearance(
                *(file, file.name, file.stem, "post", False, None, None, 1, 1, sha256)
            )
            run.store.add(appearance, result)
    return run


@pytest.fixture
def opened(run: Run):
    with Run.open(run.folder) as again:
        yield again


def test_copies_of_a_picture_are_found_whole_and_in_part(opened: Run, pictures: Path):
    copies = opened.find(read_image(pictures / "asli.jpg").rgb)
    assert [copy.photo.path for copy in copies] == [
        *("asli.jpg", "cermin.jpg", "kecil.jpg", "potongan.jpg")
    ]
    assert [copy.mirrored for copy in copies] == [False, True, False, False]
    whole, part = copies[:3], copies[3]
    assert all(copy.distance is not None and copy.distance <= SAME_PICTURE for copy in whole)
    assert (part.distance, part.score is not None and part.score > 0.5) == (None, True)
    assert part.file == pictures / "potongan.jpg"


@pytest.mark.parametrize("form", ["path", "bytes", "array"])
def test_a_run_is_asked_with_whatever_is_a_picture(opened: Run, pictures: Path, form: str):
    file = pictures / "asli.jpg"
    image = {"path": file, "bytes": file.read_bytes(), "array": read_image(file).rgb}[form]
    found = opened.find(image, parts=False)
    assert [copy.photo.account for copy in found] == ["asli", "cermin", "kecil"]


def test_a_video_is_found_by_its_first_frame_that_is_not_blank(
    tmp_path: Path, watchlist: Watchlist, fixtures_dir: Path
):
    source = fixtures_dir / "photos" / "alam_raya" / "pemandangan_1.jpg"
    shown = np.asarray(Image.open(source).convert("RGB").resize((320, 240)))
    frames = [np.zeros_like(shown)] * 10 + [shown] * 10
    with Run.start(tmp_path / "run", watchlist) as run, Screener(watchlist, "fast") as screener:
        for name in ("asli.mp4", "ulang.webm"):
            file = tmp_path / name
            write_reel(file, frames)
            result = screener.screen(file)
            appearance = Appearance(
                *(file, name, name, "frame", False, None, None, 1, 1, result.photo.sha256)
            )
            run.store.add(appearance, result)
        found = run.find(shown, parts=False)
        assert sorted(copy.photo.path or "" for copy in found) == ["asli.mp4", "ulang.webm"]


def test_blank_pages_are_no_copies(opened: Run, pictures: Path):
    assert opened.find(pictures / "kosong.jpg") == []
    groups = [[copy.photo.path for copy in group] for group in duplicates(opened.store)]
    assert groups == [["asli.jpg", "kecil.jpg"]]


def test_the_stored_hash_is_that_of_imagehash(opened: Run, pictures: Path):
    for result in opened.results():
        stored = opened.store.hashes.phash(result.photo.sha256)
        with Image.open(pictures / str(result.photo.path)) as image:
            expected = str(imagehash.phash(image))
        if result.photo.account not in ("kosong", "kosong_lagi"):  # all bits are chance there
            assert imagehash.hex_to_hash(stored) - imagehash.hex_to_hash(expected) <= 2


def test_the_same_content_elsewhere_is_found_each_time(run: Run, pictures: Path):
    with Run.start(run.folder, run.watchlist) as again:
        known = again.store.appearance(pictures / "asli.jpg")
        assert known is not None
        again.store.add(
            Appearance(
                *(pictures / "b" / "x.jpg", "b/x.jpg", "b", "post", False, "2024-10-01"),
                *("https://contoh.invalid/b", 1, 1, known.sha256),
            )
        )
        group = next(iter(duplicates(again.store)))
    assert [(copy.photo.path, copy.url) for copy in group][:2] == [
        ("asli.jpg", None),
        ("b/x.jpg", "https://contoh.invalid/b"),
    ]


def test_a_million_hashes_are_searched_in_about_a_second(tmp_path: Path, watchlist: Watchlist):
    with Run.start(tmp_path / "banyak", watchlist) as run:
        file = run.folder / "run.sqlite"
    made = np.random.default_rng(0).integers(0, 256, (1_000_000 // BLOCK, BLOCK, 32), np.uint8)
    picture = np.random.default_rng(1).integers(0, 256, (240, 320, 3), np.uint8)
    wide = bytes.fromhex(hash_picture(ImagePyramid(picture)).phash256.partition(":")[2])
    made[-1, -1] = np.frombuffer(wide, np.uint8)
    with sqlite3.connect(file) as connection:
        connection.executemany(
            "INSERT INTO hash_blocks VALUES (?, 'phash256-2', ?)",
            ((i, block.tobytes()) for i, block in enumerate(made)),
        )
        digest = "a" * 64
        connection.execute(
            "INSERT INTO hashes VALUES (?, ?, ?, ?, 90)", (made.size // 32, digest, "phash-2:", "-")
        )
    connection.close()
    with Run.start(run.folder, watchlist) as again:
        again.store.add(
            Appearance(*(tmp_path / "x", "x", None, "post", False, None, None, 1, 1, digest))
        )
        began = time.process_time()
        found = again.find(picture, parts=False)
        seconds = time.process_time() - began
    assert [(copy.photo.path, copy.distance) for copy in found] == [("x", 0)]
    assert seconds < 2  # 0.2 s of computing on an idle office PC


def test_a_picture_in_bytes_hashes_as_its_file(pictures: Path):
    stream = io.BytesIO((pictures / "asli.jpg").read_bytes())
    rgb = np.asarray(Image.open(stream).convert("RGB"))
    first = ImagePyramid(read_image(pictures / "asli.jpg").rgb)
    assert hash_picture(ImagePyramid(rgb)) == hash_picture(first)
