"""The joints of a rendered hand, where its fingers are."""

from pathlib import Path

import numpy as np

from netravision.imaging.image import read_image
from netravision.review.joints import HandJoints


def test_lines_lead_from_the_wrist_to_the_tips_of_hands_in_the_boxes(fixtures_dir: Path) -> None:
    rgb = read_image(fixtures_dir / "photos" / "akun_jari" / "two_400px_tan_left.jpg").rgb
    find_joints = HandJoints("fast")
    height, width = rgb.shape[:2]
    _thumb, index, middle, ring, pinky, _knuckles = find_joints(rgb, [(0, 0, width, height)])
    wrist = index[0]
    reach = [float(np.linalg.norm(bone[-1] - wrist)) for bone in (index, middle, ring, pinky)]
    assert min(reach[:2]) > 1.3 * max(reach[2:])
    assert find_joints(rgb, [(0, 0, 9, 9)]) == []
