"""Files that somebody spoilt: pictures, watchlists and manifests, mutated without end.

A fixed number of them, the same every time, is tried with every run of the tests. For longer,
with others each time::

    NETRAVISION_FUZZ=100000 python -m pytest tests/test_fuzz.py --timeout 0

What is found becomes a case of its own below, with the mutation that found it. The first 20,000 of
each found nothing.
"""

import io
import os
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, features

import netravision
from netravision.cli.watchlist import watchlist_template
from netravision.errors import PhotoError, RunError, WatchlistError
from netravision.imaging.image import read_image
from netravision.imaging.inspection import inspect_file
from netravision.result import ERROR_CODES
from netravision.run.manifest import read_manifest
from netravision.watchlist import Watchlist

FUZZ = os.environ.get("NETRAVISION_FUZZ")

fuzzing = settings(
    max_examples=int(FUZZ or "500"),
    derandomize=FUZZ is None,
    suppress_health_check=list(HealthCheck),
)


def pictures() -> dict[str, bytes]:
    """Small files of every format, with color profile, EXIF, frames and palettes in them."""
    rng = np.random.default_rng(5)
    rgb = Image.fromarray(rng.integers(0, 255, (24, 32, 3), dtype=np.uint8))
    gray16 = Image.fromarray(rng.integers(0, 65535, (24, 32), dtype=np.uint16))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "keterangan"
    made = {
        "baseline.jpg": (rgb, "JPEG", {"exif": exif}),
        "progressive.jpg": (rgb, "JPEG", {"progressive": True, "comment": "x"}),
        "cmyk.jpg": (rgb.convert("CMYK"), "JPEG", {}),
        "two.mpo": (rgb, "MPO", {"save_all": True, "append_images": [rgb.rotate(90)]}),
        "rgb.png": (rgb, "PNG", {"exif": exif}),
        "palette.png": (rgb.quantize(16), "PNG", {"transparency": 3}),
        "gray16.png": (gray16, "PNG", {}),
        "lossy.webp": (rgb, "WEBP", {"exif": exif}),
        "lossless.webp": (rgb.convert("RGBA"), "WEBP", {"lossless": True}),
        "frames.gif": (rgb, "GIF", {"save_all": True, "append_images": [rgb.rotate(180)]}),
        "plain.bmp": (rgb, "BMP", {}),
        "palette.bmp": (rgb.quantize(16), "BMP", {}),
        "raw.tiff": (rgb, "TIFF", {}),
        "lzw.tiff": (rgb, "TIFF", {"compression": "tiff_lzw"}),
        "deflate.tiff": (gray16, "TIFF", {"compression": "tiff_adobe_deflate"}),
    }
    if features.check("avif"):
        made["small.avif"] = (rgb, "AVIF", {"exif": exif})
    files = {}
    for name, (image, form, options) in made.items():
        stream = io.BytesIO()
        image.save(stream, form, **options)
        files[name] = stream.getvalue()
    return files


PICTURES = pictures()

#: Numbers that lengths and offsets go wrong with.
EDGES = [
    struct.pack(order + size, value)
    for order in "<>"
    for size, top in (("H", 0xFFFF), ("I", 0xFFFFFFFF))
    for value in (0, 1, top // 2, top // 2 + 1, top)
]

places = st.floats(0, 1, exclude_max=True)
mutations = st.one_of(
    st.tuples(st.just("flip"), places, st.integers(1, 255)),
    st.tuples(st.just("overwrite"), places, st.sampled_from(EDGES) | st.binary(max_size=8)),
    st.tuples(st.just("insert"), places, st.binary(min_size=1, max_size=8)),
    st.tuples(st.just("delete"), places, st.integers(1, 64)),
    st.tuples(st.just("repeat"), places, st.integers(1, 64)),
    st.tuples(st.just("cut"), places, st.none()),
)


def mutate(data: bytes, changes: list[tuple[str, float, object]]) -> bytes:
    for how, place, what in changes:
        at = int(place * len(data))
        before, after = data[:at], data[at:]
        if how == "flip" and after:
            data = before + bytes([after[0] ^ what]) + after[1:]  # type: ignore[operator]
        elif how == "overwrite":
            data = before + what + after[len(what) :]  # type: ignore[arg-type, operator]
        elif how == "insert":
            data = before + what + after  # type: ignore[operator]
        elif how == "delete":
            data = before + after[what:]  # type: ignore[misc]
        elif how == "repeat":
            data = before + after[:what] * 2 + after[what:]  # type: ignore[misc]
        elif how == "cut":
            data = before
    return data


@st.composite
def spoilt(draw: st.DrawFn, files: dict[str, bytes]) -> bytes:
    name = draw(st.sampled_from(sorted(files)))
    return mutate(files[name], draw(st.lists(mutations, min_size=1, max_size=6)))


@pytest.fixture(scope="module", autouse=True)
def small_pictures_only() -> Iterator[None]:
    """A header that says 100 megapixels is decoded as it says, which is slow and well tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("netravision.imaging.image.MAX_PIXELS", 1_000_000)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def check_picture(data: bytes, folder: Path) -> None:
    """What is read is a picture, what is not has a code of the closed list, and nobody is told."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = read_image(data)
        except PhotoError as error:
            assert error.code in ERROR_CODES
            assert str(error)
        else:
            height, width, channels = picture.rgb.shape
            assert channels == 3
            assert 0 < height * width <= 1_000_000
            assert picture.rgb.dtype == np.uint8
            assert picture.rgb.flags.c_contiguous
        file = folder / "spoilt"
        file.write_bytes(data)
        try:
            inspect_file(file)
        except PhotoError as error:
            assert error.code in ERROR_CODES


@fuzzing
@given(data=spoilt(PICTURES))
def test_a_spoilt_picture_is_read_or_named(data: bytes, folder: Path) -> None:
    check_picture(data, folder)


@fuzzing
@given(
    data=st.binary(max_size=200)
    | st.sampled_from(sorted(PICTURES.values())).flatmap(
        lambda data: st.binary(max_size=100).map(lambda tail: data[:12] + tail)
    )
)
def test_noise_behind_a_good_beginning_is_read_or_named(data: bytes, folder: Path) -> None:
    check_picture(data, folder)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_picture_is_whole_before_it_is_spoilt(name: str, folder: Path) -> None:
    picture = read_image(PICTURES[name])
    assert sorted(picture.rgb.shape) == [3, 24, 32]
    check_picture(PICTURES[name], folder)


WATCHLISTS = {
    "fixtures": (Path(__file__).parents[1] / "fixtures" / "watchlist.toml").read_bytes(),
    "new": watchlist_template().encode(),
    "default": (Path(netravision.__file__).parent / "default.toml").read_bytes(),
}


@fuzzing
@given(data=spoilt(WATCHLISTS))
def test_a_spoilt_watchlist_is_read_or_named(data: bytes, folder: Path, fixtures_dir: Path) -> None:
    if not (folder / "marks").exists():
        (folder / "marks").mkdir()
        for mark in (fixtures_dir / "marks").iterdir():
            (folder / "marks" / mark.name).write_bytes(mark.read_bytes())
    file = folder / "w.toml"
    file.write_bytes(data)
    try:
        watchlist = Watchlist.load(file)
    except WatchlistError as error:
        assert "w.toml" in str(error)
    else:
        for rule in (*watchlist.emblems, *watchlist.symbols, *watchlist.materials):
            for image in rule.images:
                assert image.resolve().is_relative_to(folder.resolve())


MANIFESTS = {
    "commas": (
        "\ufeffpath,account,kind,posted_at,url\r\n"
        "akun_a/1.jpg,akun_a,post,2024-09-25T14:30,https://x.id/1\r\n"
        '"akun_b/dua, tiga.jpg",@b,avatar,2024-09-26,\r\n'
    ).encode(),
    "semicolons": b"path;kind\nakun_a/1.jpg;post\nakun_a/2.jpg;avatar\n",
    "tabs": b"path\turl\nakun_a/1.jpg\thttps://x.id/1\n",
}


@fuzzing
@given(data=spoilt(MANIFESTS))
def test_a_spoilt_manifest_is_read_or_named(data: bytes, folder: Path) -> None:
    file = folder / "daftar.csv"
    file.write_bytes(data)
    try:
        manifest = read_manifest(file)
    except RunError as error:
        assert "daftar.csv" in str(error)
    else:
        assert all(problem.startswith("row ") for problem in manifest.problems)
        for path, row in manifest.rows.items():
            assert path
            assert not path.startswith("/")
            assert ".." not in path.split("/")
            assert row.kind in (None, "avatar", "post")
