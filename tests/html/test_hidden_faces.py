"""Faces on pictures: found in a group, hidden wholly, and nothing else touched."""

from pathlib import Path

import numpy as np
import pytest

from netravision.html.hidden_faces import FaceFinder, belonging_faces, hide_faces
from netravision.imaging.image import read_image

FACE, OTHER = (10.0, 10.0, 30.0, 34.0), (60.0, 10.0, 80.0, 34.0)


def test_hidden_faces_are_no_longer_found(fixtures_dir: Path) -> None:
    photo = fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg"
    rgb, find = read_image(photo).rgb, FaceFinder()
    faces = find(rgb)
    assert len(faces) >= 5
    again = find(hide_faces(rgb, faces))
    assert [face for face in again if any(_apart(face, other) < 5 for other in faces)] == []
    # The picture it was made of stays.
    assert (read_image(photo).rgb == rgb).all()


def _apart(one, other) -> float:
    return float(
        np.hypot(one[0] + one[2] - other[0] - other[2], one[1] + one[3] - other[1] - other[3])
    )


def test_only_the_head_is_touched_and_little_of_it_is_left() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (80, 100, 3), np.uint8)
    hidden = hide_faces(rgb, [FACE])
    changed = (hidden != rgb).any(axis=2)
    x0, y0, x1, y1 = map(int, FACE)
    assert changed[y0:y1, x0:x1].mean() > 0.95
    assert not changed[:, 45:].any()
    assert hidden[y0:y1, x0:x1].std() < 0.3 * rgb[y0:y1, x0:x1].std()


@pytest.mark.parametrize(
    "face", [(-20.0, -20.0, 5.0, 5.0), (95.0, 70.0, 140.0, 90.0), (1, 1, 1, 1)]
)
def test_a_face_at_the_edge(face) -> None:
    rgb = np.full((80, 100, 3), 90, np.uint8)
    assert (hide_faces(rgb, [face]) == rgb).all()


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
