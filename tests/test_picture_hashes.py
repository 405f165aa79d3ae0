"""The hashes by which a picture is found again."""

import imagehash
import numpy as np
from PIL import Image

from netravision.core.hamming import hamming_distances
from netravision.core.hashing import from_stored
from netravision.core.pyramid import ImagePyramid
from netravision.imaging.image import read_image
from netravision.picture_hashes import LEAST_QUALITY, hash_picture


def test_the_short_one_is_that_of_imagehash(fixtures_dir) -> None:
    photo = fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg"
    hashes = hash_picture(ImagePyramid(read_image(photo).rgb))
    with Image.open(photo) as image:
        theirs = imagehash.phash(image)
    assert imagehash.hex_to_hash(hashes.phash.partition(":")[2]) - theirs <= 2
    assert hashes.quality > LEAST_QUALITY


def test_half_the_size_is_nearly_the_same(fixtures_dir) -> None:
    rgb = read_image(fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg").rgb
    other = read_image(fixtures_dir / "photos" / "warga_arunika" / "avatar_polos.jpg").rgb
    whole, half, another = (
        from_stored("phash256", [hash_picture(ImagePyramid(each)).phash256])
        for each in (rgb, np.ascontiguousarray(rgb[::2, ::2]), other)
    )
    assert hamming_distances(whole, half)[0, 0] < 20
    assert hamming_distances(whole, another)[0, 0] > 80


def test_a_blank_page_says_little() -> None:
    assert hash_picture(ImagePyramid(np.full((90, 120, 3), 255, np.uint8))).quality < LEAST_QUALITY
