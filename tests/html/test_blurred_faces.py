"""Faces in rendered photos and in real ones are gone from the pixels, and nothing else is."""

from pathlib import Path

import numpy as np
import pytest

from netravision.html.blurred_faces import FaceFinder, belonging_faces, blur_faces
from netravision.imaging.image import read_image

FIND = FaceFinder()


def test_no_face_is_left_in_a_group_photo(fixtures_dir: Path):
    rgb = read_image(fixtures_dir / "photos" / "dinas_contoh" / "apel_pagi.jpg").rgb
    faces = FIND(rgb)
    assert len(faces) >= 12
    blurred = blur_faces(rgb, FIND(rgb))
    for x0, y0, x1, y1 in np.array(faces).astype(int):
        before = rgb[y0:y1, x0:x1].astype(int)
        # What is left changes only slowly: less than between neighbors of a face's own pixels.
        after = blurred[y0:y1, x0:x1].astype(int)
        assert np.abs(np.diff(after, axis=1)).mean() < np.abs(np.diff(before, axis=1)).mean()
    # The wall above and the floor below the people stay as they were.
    assert (blurred[:180] == rgb[:180]).all()
    assert (blurred[-200:] == rgb[-200:]).all()


def test_what_is_kept_stays_sharp(fixtures_dir: Path):
    rgb = read_image(fixtures_dir / "photos" / "dinas_contoh" / "apel_pagi.jpg").rgb
    x0, y0, x1, y1 = (int(side) for side in FIND(rgb)[0])
    kept = (x0, y0, x1 - 1, y1 - 1)
    blurred = blur_faces(rgb, FIND(rgb), keep=[kept])
    assert (blurred[y0:y1, x0:x1] == rgb[y0:y1, x0:x1]).all()
    assert (blurred != rgb).any()


def test_a_picture_without_faces_is_unchanged():
    plain = np.full((40, 60, 3), 128, np.uint8)
    blurred = blur_faces(plain, FIND(plain))
    assert (blurred == plain).all()
    assert blurred is not plain


FACE, OTHER = (10.0, 10.0, 30.0, 34.0), (60.0, 10.0, 80.0, 34.0)


@pytest.mark.parametrize("face", [(-20, -20, -15, -15), (195, 170, 240, 190), (1, 1, 1, 1)])
def test_a_face_outside_or_of_no_size(face) -> None:
    rgb = np.full((80, 100, 3), 90, np.uint8)
    assert (blur_faces(rgb, [face]) == rgb).all()


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (None, [FACE, OTHER]),
        ((12.0, 40.0, 20.0, 50.0), [FACE]),
        ((70.0, 20.0, 90.0, 50.0), [OTHER]),
        ((0.0, 0.0, 100.0, 80.0), [FACE, OTHER]),
    ],
)
def test_whose_face_belongs_to_a_candidate(box, expected) -> None:
    assert belonging_faces([FACE, OTHER], box) == expected
    assert belonging_faces([], box) == []
