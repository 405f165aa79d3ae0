"""Faces in rendered photos and in real ones are gone from the pixels, and nothing else is."""

from pathlib import Path

import numpy as np

from netravision.html.blurred_faces import blur_faces, find_faces
from netravision.imaging.image import read_image


def test_no_face_is_left_in_a_group_photo(fixtures_dir: Path):
    rgb = read_image(fixtures_dir / "photos" / "dinas_contoh" / "apel_pagi.jpg").rgb
    faces = find_faces(rgb)
    assert len(faces) >= 12
    blurred = blur_faces(rgb)
    for x0, y0, x1, y1 in faces.astype(int):
        before = rgb[y0:y1, x0:x1].astype(int)
        # What is left changes only slowly: less than between neighbors of a face's own pixels.
        after = blurred[y0:y1, x0:x1].astype(int)
        assert np.abs(np.diff(after, axis=1)).mean() < np.abs(np.diff(before, axis=1)).mean()
    # The wall above and the floor below the people stay as they were.
    assert (blurred[:180] == rgb[:180]).all()
    assert (blurred[-200:] == rgb[-200:]).all()


def test_what_is_kept_stays_sharp(fixtures_dir: Path):
    rgb = read_image(fixtures_dir / "photos" / "dinas_contoh" / "apel_pagi.jpg").rgb
    x0, y0, x1, y1 = (int(side) for side in find_faces(rgb)[0])
    kept = (x0, y0, x1 - 1, y1 - 1)
    blurred = blur_faces(rgb, keep=[kept])
    assert (blurred[y0:y1, x0:x1] == rgb[y0:y1, x0:x1]).all()
    assert (blurred != rgb).any()


def test_a_picture_without_faces_is_unchanged():
    plain = np.full((40, 60, 3), 128, np.uint8)
    blurred = blur_faces(plain)
    assert (blurred == plain).all()
    assert blurred is not plain
