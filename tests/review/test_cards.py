"""A card: the picture of a photo and its candidates."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from netravision.core.box import Box
from netravision.html.blurred_faces import FaceFinder
from netravision.html.evidence_pictures import CROP_SIDE, PICTURE_SIDE
from netravision.imaging.image import read_image
from netravision.review.cards import FACE_SIDES, DrawnPhoto, draw_candidate, draw_photo, read_card
from netravision.run import Run
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, Folder

FACES = FaceFinder(FACE_SIDES)


def first(run: Run):
    return next(iter(run.results(with_findings=True)))


def test_findings_of_one_candidate_share_its_number_and_crop(folder: Folder) -> None:
    folder.add(folder.picture(), TWO, TWO_POSE, THUMB, url="https://example.org/1")
    card = read_card(folder.run, first(folder.run), FACES)
    assert [candidate.number for candidate in card.candidates] == [1, 2]
    assert [len(candidate.findings) for candidate in card.candidates] == [1, 2]
    assert all((candidate.crop or b"").startswith(b"\xff\xd8") for candidate in card.candidates)
    assert sorted(f.rule or "" for f in card.findings) == ["number-2", "pose-thumb_up", "pose-two"]
    assert card.source_url == "https://example.org/1"
    assert card.without_picture == ""


def test_a_candidate_of_the_whole_picture_has_no_number(folder: Folder) -> None:
    folder.add(folder.picture(), BLUE)
    (candidate,) = read_card(folder.run, first(folder.run), FACES).candidates
    assert (candidate.number, candidate.crop) == (None, None)


def test_its_size_is_that_of_its_pictures_in_a_page(folder: Folder) -> None:
    folder.add(folder.picture(), TWO)
    card = read_card(folder.run, first(folder.run), FACES)
    assert card.picture is not None
    assert card.picture_bytes > len(card.picture) * 4 // 3


def test_a_smaller_side_makes_a_smaller_picture(folder: Folder) -> None:
    folder.add(folder.picture("large.png", (2 * PICTURE_SIDE, PICTURE_SIDE)), TWO)
    result = first(folder.run)
    large, small = (read_card(folder.run, result, FACES, side=side).picture for side in (600, 60))
    assert len(large or b"") > len(small or b"") > 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Path.unlink, "missing"),
        (lambda file: file.write_bytes(b"x"), "unreadable"),
        (lambda file: file.write_bytes(file.read_bytes() + b"\0"), "changed"),
    ],
)
def test_why_there_is_no_picture(folder: Folder, change, reason: str) -> None:
    file = folder.picture()
    folder.add(file, TWO)
    change(file)
    card = read_card(folder.run, first(folder.run), FACES)
    assert (card.picture, card.without_picture) == (None, reason)
    assert [(each.number, each.crop) for each in card.candidates] == [(1, None)]


def test_the_face_of_who_is_looked_at_is_shown_and_no_other(fixtures_dir: Path, folder: Folder):
    photo = fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg"
    rgb = read_image(photo).rgb
    faces = FACES(rgb)
    assert len(faces) > 1
    x0, _, x1, y1 = faces[0]
    hand = replace(TWO, box=(x0, y1, x1, min(y1 + 40, rgb.shape[0])))
    folder.add(photo, hand)
    result = first(folder.run)
    drawn = DrawnPhoto(folder.run.picture_path(result), result, FACES)

    def is_shown(face: Box, looked_at: int | None) -> bool:
        a, b, c, d = map(int, face)
        pixels = drawn.rgb(looked_at)
        assert pixels is not None
        return bool((pixels[b:d, a:c] == rgb[b:d, a:c]).mean() > 0.7)

    assert [is_shown(face, None) for face in faces] == [False] * len(faces)
    assert [is_shown(face, 0) for face in faces] == [True] + [False] * (len(faces) - 1)
    picture, crop = draw_photo(drawn, side=300), draw_candidate(drawn, 0)
    assert picture is not None
    assert crop is not None
    assert Image.open(io.BytesIO(picture)).size[0] == 300
    assert max(Image.open(io.BytesIO(crop)).size) == CROP_SIDE
