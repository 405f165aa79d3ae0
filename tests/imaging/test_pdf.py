"""Pictures in a PDF are taken out elsewhere; no PDF hangs, crashes or fills this process."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.errors import PhotoError
from netravision.imaging import pdf
from netravision.imaging.archive import Member, list_members, read_member
from netravision.imaging.image import read_image

pytest.importorskip("pypdfium2")


def picture(seed: int, side: int = 96) -> Image.Image:
    return Image.fromarray(np.full((side, side, 3), (50 * seed, 80, 120), np.uint8))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Three pages: two photos, one of them twice, and a line."""
    file = tmp_path / "surat.pdf"
    pages = [picture(1), picture(2), picture(1), picture(3, 20)]
    pages[0].save(file, save_all=True, append_images=pages[1:])
    return file


def test_the_pictures_of_a_pdf(letter: Path) -> None:
    # The same on every page counts once; a line is none.
    assert list_members(letter) == ["page-1-1.jpg", "page-2-1.jpg"]
    image = read_image(letter / "page-2-1.jpg")
    assert image.rgb.shape == (96, 96, 3)
    assert np.abs(image.rgb.astype(int) - np.asarray(picture(2))).max() < 4


def test_pictures_that_are_no_jpeg_become_png(tmp_path: Path) -> None:
    file = tmp_path / "pindai.pdf"
    stripes = np.zeros((64, 64), bool)
    stripes[::2] = True
    Image.fromarray(stripes).save(file)
    (name,) = list_members(file)
    assert read_image(file / name).rgb.shape == (64, 64, 3)


def page(picture: bytes, filters: bytes, matrix: str, turn: int) -> bytes:
    """A PDF of one page with one RGB picture of 96 × 64 pixels."""
    size = b"/Width 96 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    drawn = f"q {matrix} cm /I Do Q".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 96 96] /Rotate %d /Contents 4 0 R "
        b"/Resources << /XObject << /I 5 0 R >> >> >>" % turn,
        b"<< /Length %d >> stream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /XObject /Subtype /Image %s /Filter /%s /Length %d >> stream\n%s\nendstream"
        % (size, filters, len(picture), picture),
    ]
    body = b"".join(b"%d 0 obj %s endobj\n" % each for each in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_is_turned_as_its_page_shows_it(tmp_path: Path, form: str) -> None:
    import pypdfium2

    rgb = np.full((64, 96, 3), 90, np.uint8)
    rgb[:24, :40] = 240  # the only bright corner says how it lies
    if form == "JPEG":
        exif = Image.Exif()
        exif[0x0112] = 3  # which no page asks for
        buffer = io.BytesIO()
        Image.fromarray(rgb).save(buffer, "JPEG", quality=95, exif=exif)
        stored, filters = buffer.getvalue(), b"DCTDecode"
    else:
        stored, filters = zlib.compress(rgb.tobytes()), b"FlateDecode"
    upright, turned = "96 0 0 64 0 0", "0 96 -64 0 64 0"
    mirrored = ("-96 0 0 64 96 0", "96 0 0 -64 0 64", "0 96 64 0 0 0", "0 -96 -64 0 64 96")
    ways = [(upright, turn) for turn in (0, 90, 180, 270)] + [(turned, 0), (turned, 90)]
    for number, (matrix, turn) in enumerate([*ways, *((matrix, 90) for matrix in mirrored)]):
        file = tmp_path / f"{number}.pdf"
        file.write_bytes(page(stored, filters, matrix, turn))
        (name,) = list_members(file)
        found = read_image(file / name).rgb
        with pypdfium2.PdfDocument(file) as document:
            drawn = document[0].render().to_numpy()
        inked = drawn.min(axis=2) < 250
        rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
        shown = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert found.shape[:2] == shown.shape[:2]
        assert np.abs(found.astype(int) - shown).mean() < 4


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"bukan PDF", b"", b"%PDF-1.7\n" + b"1 0 obj <<" * 10_000]
)
def test_what_is_no_pdf_is_no_picture(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    with pytest.raises(PhotoError) as caught:
        list_members(file)
    assert caught.value.code == "not_a_picture"


def test_a_slow_pdf_is_given_up_and_remembered(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "TIME_LIMIT_S", 0.001)
    for _ in range(2):
        with pytest.raises(PhotoError):
            list_members(letter)


def test_a_cut_pdf_gives_what_it_has_or_nothing(letter: Path, tmp_path: Path) -> None:
    whole = letter.read_bytes()
    for part in (0.3, 0.6, 0.9):
        file = tmp_path / f"{part}.pdf"
        file.write_bytes(whole[: int(len(whole) * part)])
        try:
            names = list_members(file)
        except PhotoError:
            continue
        assert all(read_member(Member(file, name)) for name in names)
