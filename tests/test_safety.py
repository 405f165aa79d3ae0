"""What a photo, a watchlist or a name brings along stays where it belongs.

Cells that a spreadsheet would run are looked at in ``tests/cli/test_export.py``, names that a
browser would run in ``tests/review/test_report.py``.
"""

import base64
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import ExifTags, Image, PngImagePlugin

from netravision.cli import main
from netravision.errors import WatchlistError
from netravision.run import Run
from netravision.watchlist import Watchlist

RULES = 'schema = 1\nname = "Uji"\n[[emblem]]\nid = "arunika"\nlabel = "Arunika"\nimages = ["{}"]\n'

#: Nothing of this may be found outside of the photo it is in.
SECRET = "<script>alert('metadata')</script>"
LATITUDE, LONGITUDE = (6.0, 53.0, 41.7731), (107.0, 36.0, 29.4419)
PLACE = ("41.7731", "29.4419", "417731", "294419", "6.894937", "107.608178")


def exif() -> Image.Exif:
    data = Image.Exif()
    for tag in (ExifTags.Base.ImageDescription, ExifTags.Base.Artist, ExifTags.Base.Copyright):
        data[tag] = SECRET
    data.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = SECRET.encode()
    data.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "S",
            ExifTags.GPS.GPSLatitude: LATITUDE,
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: LONGITUDE,
        }
    )
    return data


@pytest.fixture
def screened(tmp_path: Path, fixtures_dir: Path) -> Path:
    """A run over an emblem in files full of metadata, with every output that there is."""
    folder = tmp_path / "foto" / "akun"
    folder.mkdir(parents=True)
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{SECRET} 6.894937</a></x:xmpmeta>'.encode()
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    text.add_text("Comment", SECRET)
    with Image.open(fixtures_dir / "photos" / "warga_arunika" / "avatar_polos.jpg") as avatar:
        avatar.load()
        avatar.save(folder / "avatar.jpg", exif=exif(), xmp=xmp, comment=SECRET)
        avatar.save(folder / "avatar.png", exif=exif(), pnginfo=text)
        avatar.save(folder / "avatar.webp", exif=exif(), xmp=xmp, lossless=True)
    for file in folder.iterdir():
        with Image.open(file) as image:
            assert image.getexif().get_ifd(ExifTags.IFD.GPSInfo), file.name
        assert b"<script>" in file.read_bytes()
    (tmp_path / "arunika.png").write_bytes((fixtures_dir / "marks" / "arunika.png").read_bytes())
    (tmp_path / "dicari.toml").write_text(RULES.format("arunika.png"))
    run = tmp_path / "run"
    invoke(
        *("screen", str(tmp_path / "foto"), "--run", str(run), "--workers", "1", "--observations"),
        *("--watchlist", str(tmp_path / "dicari.toml"), "--profile", "fast", "--quiet"),
    )
    for form in ("jsonl", "csv"):
        invoke("export", str(run), "--format", form, "--output", str(run / f"export.{form}"))
    return run


def invoke(*args: str) -> None:
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 0, done.output


def test_place_and_words_of_a_photo_stay_in_the_photo(screened: Path) -> None:
    with Run.open(screened) as run:
        assert run.summary().findings == {"emblem-arunika": 3}
    with closing(sqlite3.connect(screened / "run.sqlite")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    written = [file for file in screened.rglob("*") if file.is_file()]
    assert {"report.html", "export.csv", "export.jsonl", "run.sqlite"} <= {f.name for f in written}
    for file in written:
        data = file.read_bytes()
        for word in (SECRET, "alert(", "GPSLatitude", *PLACE):
            assert word.encode() not in data, f"{word} in {file.name}"


def test_evidence_pictures_carry_no_metadata(screened: Path) -> None:
    report = (screened / "report.html").read_text(encoding="utf-8")
    pictures = re.findall(r"data:image/(?:jpeg|png|webp);base64,([A-Za-z0-9+/=]+)", report)
    assert len(pictures) >= 3
    for picture in pictures:
        with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & image.info.keys()


@pytest.mark.parametrize(
    "image",
    [
        "../luar.png",
        "gambar/../../luar.png",
        "{absolute}",
        "tautan.png",  # a link out of the folder
        "tautan/luar.png",
    ],
)
def test_a_watchlist_reaches_for_no_picture_outside_of_its_folder(
    tmp_path: Path, fixtures_dir: Path, image: str
) -> None:
    outside = tmp_path / "luar.png"
    outside.write_bytes((fixtures_dir / "marks" / "arunika.png").read_bytes())
    folder = tmp_path / "daftar"
    (folder / "gambar").mkdir(parents=True)
    if image.startswith("tautan"):
        try:
            (folder / "tautan.png").symlink_to(outside)
            (folder / "tautan").symlink_to(tmp_path, target_is_directory=True)
        except OSError:
            pytest.skip("this user may not make symbolic links (Windows)")
    file = folder / "w.toml"
    file.write_text(RULES.format(image.format(absolute=outside.as_posix())))
    with pytest.raises(WatchlistError, match=r"emblem\[1\]\.images: .* outside the folder"):
        Watchlist.load(file)


def test_a_watchlist_may_name_pictures_beside_and_below(tmp_path: Path, fixtures_dir: Path) -> None:
    mark = (fixtures_dir / "marks" / "arunika.png").read_bytes()
    (tmp_path / "a" / "b").mkdir(parents=True)
    for image in ("x.png", "a/b/x.png", "./a/../x.png"):
        (tmp_path / image).write_bytes(mark)
        (tmp_path / "w.toml").write_text(RULES.format(image))
        assert Watchlist.load(tmp_path / "w.toml").emblems[0].images[0].read_bytes() == mark
    # Also where the folder itself is reached by another way.
    way = tmp_path / "a" / ".." / "w.toml"
    assert Watchlist.load(way).emblems


@pytest.mark.parametrize("name", ["a" * 5000 + ".png", "\\u0000.png", "lingkar.png", "."])
def test_an_impossible_name_is_a_named_error(tmp_path: Path, name: str) -> None:
    try:
        (tmp_path / "lingkar.png").symlink_to("lingkar.png")
    except OSError:
        pytest.skip("this user may not make symbolic links (Windows)")
    (tmp_path / "w.toml").write_text(RULES.format(name))
    with pytest.raises(WatchlistError, match=r"emblem\[1\]\.images"):
        Watchlist.load(tmp_path / "w.toml")


def test_the_copy_of_a_watchlist_stays_in_the_run(tmp_path: Path, fixtures_dir: Path) -> None:
    mark = tmp_path / "w" / "nama ..png.%2e%2e"
    mark.parent.mkdir()
    mark.write_bytes((fixtures_dir / "marks" / "arunika.png").read_bytes())
    (tmp_path / "w" / "w.toml").write_text(
        RULES.format(mark.name).replace('"arunika"', '"..-x"', 1)
    )
    with pytest.raises(WatchlistError, match=r"emblem\[1\]\.id"):
        Watchlist.load(tmp_path / "w" / "w.toml")
    (tmp_path / "w" / "w.toml").write_text(RULES.format(mark.name))
    Run.start(tmp_path / "run", Watchlist.load(tmp_path / "w" / "w.toml")).close()
    copied = sorted(p.relative_to(tmp_path) for p in (tmp_path / "run").rglob("*") if p.is_file())
    assert Path("run/watchlist/images/emblem-arunika-1") in copied
    assert {path.parts[0] for path in copied} == {"run"}
    assert {path.name for path in tmp_path.iterdir()} == {"w", "run"}
