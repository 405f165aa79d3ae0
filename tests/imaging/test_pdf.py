"""Pictures in a PDF are taken out elsewhere; no PDF hangs, crashes or fills this process."""

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
