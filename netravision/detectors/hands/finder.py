"""From a photo to its hands: faces, windows near them, palms, landmarks.

Palms found in all windows are put on the photo and merged there, so the landmark network, which
costs as much as a window, runs once for each palm and on the photo's own pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Profile
from netravision.core.geometry import box_area, box_intersection, box_iou, group_boxes
from netravision.core.logistic import logit, sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.hands import crops, windows
from netravision.detectors.hands.networks import (
    HAND_SIDE,
    NO_PALMS,
    PALM_SIDE,
    HandNetwork,
    HandShapes,
    PalmNetwork,
    Palms,
)
from netravision.faces import FACE_OVERLAP, GLANCE_SIDE, FaceNetwork

Floats = NDArray[np.float32]


class Hands(NamedTuple):
    """N hands of a photo; lengths in its pixels.

    Attributes
    ----------
    landmarks : (N, 21, 3) float32 ndarray
        x, y, and depth in the same unit.
    mirrored : (N, 21, 3) float32 ndarray
        The same points, as the network places them in the mirror image, put back on the photo.
    presence : (N,) float32 ndarray
        What the landmark network thinks of it, in [0, 1].
    real : (N,) float32 ndarray
        Calibrated probability that a hand is there at all.
    faces : (F, 4) float32 ndarray
        Boxes ``x0, y0, x1, y1``, to tell which hands are one person's.
    """

    landmarks: Floats
    mirrored: Floats
    presence: Floats
    real: Floats
    faces: Floats


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look.

    Attributes
    ----------
    face_side : int
        Pixels of the longer side in the search for faces.
    window_sides : tuple of float
        Sides of the windows in face widths; one round of windows for each.
    least_gain : float
        See :func:`netravision.detectors.hands.windows.around_faces`.
    """

    face_side: int
    window_sides: tuple[float, ...]
    least_gain: float


#: On every second photo of scenes: one round of 3.0 face widths finds 0.71 of the clear boxes
#: with 21 windows a photo; with a round of 2.3 as well 0.78 with 48; a third round of 4.0 and
#: windows of less gain 0.80 with 81. A second round of 4.0 instead of 2.3 finds 0.75.
EFFORTS: dict[Profile, Effort] = {
    "fast": Effort(640, (3.0,), 2.0),
    "balanced": Effort(960, (3.0,), 1.0),
    "thorough": Effort(960, (3.0, 2.3), 1.0),
}

# Palms far below MediaPipe's 0.5 are looked at, because the landmark network confirms: at 0.5
# recall on scenes is 0.69, at 0.3 0.76, at 0.2 0.78.
PALM_THRESHOLD = 0.2
FACE_THRESHOLD = 0.5
# A palm scored so in the whole photo is reason enough to look at it inside its margin. On `single`
# no hand is lost by asking for it (0.998 found), at 0.1 0.995; on photos without people it saves
# every second of these looks.
HINT_THRESHOLD = 0.05
# A glance sees the large faces that the larger search misses: in 16 of the 17 photos of scenes in
# which the larger finds none. At 0.4 no photo with small faces is lost (66 of 66 scenes; at 0.5 as
# many, but 78 of 84 negatives).
GLANCE_THRESHOLD = 0.4
# What the glance takes for a face must be one in a closer look, too, six times as wide as the face:
# that look confirms faces in all 66 scenes, and in 2 of the 15 photos without people in which the
# glance sees something.
CLOSER_SIDE = 192
_CLOSER_WIDTHS = 6.0
# Small photos are enlarged for the search for faces, but no further than this.
_MOST_ENLARGED = 2
# Probabilities nearer to 0 or 1 than this weigh no more.
_MARGIN = 1e-4
# Overlap above which two boxes are one palm; MediaPipe's own value.
PALM_OVERLAP = 0.3
# A palm of which more than this share lies on a face, and that scores less than the second, is the
# face: of the 2,452 palms of `balanced` on scenes, negatives and every fourth of single 285 are
# such, and the landmark network took none of them for a hand, of the others 734.
ON_FACE, SURE_ON_FACE = 0.6, 0.7
# Two sets of landmarks closer than this share of the hand's size are one hand.
SAME_HAND = 0.35

# Landmarks further from those of the mirror image, as a share of the hand, are on no hand or not
# where it is: of 200 observed boxes looked at one by one 2 of the 10 without a hand and one of the
# 189 with one; of the 120 clear boxes of scenes that are found one is lost.
MIRROR_APART = 0.2

# Of 336 candidates with presence 0.3 to 0.97 that were looked at one by one, 120 were no hand,
# most of them faces. A logistic regression on three measurements tells them apart (fit on one
# half of the photos, area under the curve 0.94 on the other, and the same the other way round;
# presence alone 0.90).
_REAL_PALM, _REAL_PRESENCE, _REAL_ON_FACE, _REAL_BIAS = 0.317, 0.976, -3.179, 0.292
# Above it 3.6 % of the candidates are no hand, at 0.5 8 %; recall falls from 0.78 to 0.75.
REAL_THRESHOLD = 0.7


class Finder:
    """Finds hands; holds an interpreter for each kind of look.

    Parameters
    ----------
    effort : Effort
    glance : FaceNetwork
        For searches at :data:`netravision.faces.GLANCE_SIDE`.
    """

    def __init__(self, effort: Effort, glance: FaceNetwork) -> None:
        self._effort = effort
        # One each, as they search at sizes of their own, turn by turn.
        self._glance = glance
        self._closer_look = FaceNetwork()
        self._search = FaceNetwork()
        self._palm_network = PalmNetwork()
        self._hand_network = HandNetwork()

    def __call__(self, image: ImagePyramid) -> Hands:
        """Every hand of an upright (H, W, 3) RGB photo, the surest first."""
        faces = self._faces(image)
        palms = self._palms(image, faces)
        landmarks, presence = landmarks_in(self._hand_network, image, squares_of_palms(palms))
        real = _real(palms.score, presence, _share_on_faces(boxes(landmarks), faces))
        keep = np.flatnonzero(real >= REAL_THRESHOLD)
        keep = keep[distinct(landmarks[keep], real[keep])]
        # A second look, cut around the first landmarks instead of the palm, places them better.
        landmarks, _ = landmarks_in(
            self._hand_network, image, squares_of_landmarks(landmarks[keep])
        )
        # ... and may show that two candidates are one hand.
        apart = distinct(landmarks, real[keep])
        landmarks, keep = landmarks[apart], keep[apart]
        # The mirror image, cut out around these better ones, reads numbers better still.
        mirrored, _ = landmarks_in(
            self._hand_network, image, squares_of_landmarks(landmarks), mirror=True
        )
        sure = np.flatnonzero(_apart(landmarks, mirrored) <= MIRROR_APART)
        keep = keep[sure]
        return Hands(landmarks[sure], mirrored[sure], presence[keep], real[keep], faces)

    def _faces(self, image: ImagePyramid) -> Floats:
        """(N, 4) boxes of faces on the photo; small ones are looked for only if a glance finds any.

        The glance also finds the large ones, which the search for small ones misses.
        """
        glanced = _faces_at(self._glance, image, GLANCE_SIDE, GLANCE_THRESHOLD)
        if not any(self._confirmed(image, face) for face in glanced):
            return np.empty((0, 4), np.float32)
        found = _faces_at(self._search, image, self._effort.face_side, FACE_THRESHOLD)
        missed = glanced[box_iou(glanced, found).max(axis=1, initial=0) < FACE_OVERLAP]
        sure = [self._confirmed(image, face) for face in missed]
        return np.concatenate([found, missed[np.array(sure, bool)]])

    def _confirmed(self, image: ImagePyramid, face: Floats) -> bool:
        """Whether a closer look sees a face in the same place."""
        center, side = (face[:2] + face[2:]) / 2, (face[2:] - face[:2]).max()
        square = np.array([[*center, _CLOSER_WIDTHS * side, 0]], np.float32)
        look = next(crops.cut(image, square, CLOSER_SIDE))
        seen = self._closer_look(look, CLOSER_SIDE, FACE_THRESHOLD)
        half = CLOSER_SIDE / _CLOSER_WIDTHS / 2
        middle = np.array([[-half, -half, half, half]], np.float32) + CLOSER_SIDE / 2
        return bool(box_iou(middle, seen[:, :4]).max(initial=0) > FACE_OVERLAP)

    def _palms(self, image: ImagePyramid, faces: Floats) -> Palms:
        """Distinct palms of all windows, on the photo."""
        whole, framed = windows.whole(*image.size_wh)
        hints = self._palms_in(image, whole[None], HINT_THRESHOLD)
        looks = [framed[None]] if len(hints.score) else []
        for side in self._effort.window_sides:
            looks.append(windows.around_faces(faces, *image.size_wh, side, self._effort.least_gain))
        near = self._palms_in(image, np.concatenate(looks), PALM_THRESHOLD)
        palms = merged(_joined([_where(hints.score >= PALM_THRESHOLD, hints), near]))
        return off_faces(palms, faces)

    def _palms_in(self, image: ImagePyramid, squares: Floats, threshold: float) -> Palms:
        """Palms in each of the squares, on the photo."""
        cuts = crops.cut(image, squares, PALM_SIDE)
        found = [merged(palms) for palms in self._palm_network(cuts, threshold)]
        palms = _joined(found)
        cut_of = np.repeat(
            np.arange(len(squares)), np.array([len(each.score) for each in found], np.intp)
        )
        matrices = crops.to_picture(squares, PALM_SIDE)[cut_of]
        corners = crops.apply(matrices, palms.box.reshape(-1, 2, 2)).reshape(-1, 4)
        return Palms(palms.score, corners, crops.apply(matrices, palms.points))


def landmarks_in(
    network: HandNetwork, image: ImagePyramid, squares: Floats, mirror: bool = False
) -> HandShapes:
    """What the landmark network says of rotated squares of a photo.

    Parameters
    ----------
    network : HandNetwork
    image : ImagePyramid
        Of an (H, W, 3) RGB photo.
    squares : (N, 4) float32 ndarray
        As from :func:`squares_of_landmarks`.
    mirror : bool
        Look at their mirror images; landmarks are nevertheless on the photo as it is.

    Returns
    -------
    HandShapes
        Landmarks in pixels of the photo, depth in the same unit.
    """
    cuts = crops.cut(image, squares, HAND_SIDE, "replicate")
    landmarks, presence = network(cuts, mirror)
    landmarks[:, :, :2] = crops.apply(crops.to_picture(squares, 1), landmarks[:, :, :2])
    landmarks[:, :, 2] *= squares[:, 2, None]
    return HandShapes(landmarks, presence)


def _faces_at(network: FaceNetwork, image: ImagePyramid, side: int, threshold: float) -> Floats:
    return network.in_pyramid(image, min(side, _MOST_ENLARGED * max(image.size_wh)), threshold)


def boxes(landmarks: Floats) -> Floats:
    """(N, 4) boxes ``x0, y0, x1, y1`` around (N, 21, 3) landmarks."""
    points = landmarks[:, :, :2]
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def _joined(found: list[Palms]) -> Palms:
    return Palms(*(np.concatenate(parts) for parts in zip(NO_PALMS, *found, strict=True)))


def _where(chosen: NDArray[np.bool_], palms: Palms) -> Palms:
    return Palms(*(part[chosen] for part in palms))


def merged(palms: Palms) -> Palms:
    """One palm for each group of overlapping ones: their mean, weighted by score, as MediaPipe."""
    if len(palms.score) < 2:
        return palms
    strongest = group_boxes(palms.box, palms.score, PALM_OVERLAP)
    kept = np.flatnonzero(strongest == np.arange(len(strongest)))
    kept = kept[np.argsort(-palms.score[kept], kind="stable")]
    share = np.where(strongest == kept[:, None], palms.score, 0)
    share /= share.sum(axis=1, keepdims=True)
    points = share @ palms.points.reshape(-1, 14)
    return Palms(palms.score[kept], share @ palms.box, points.reshape(-1, 7, 2))


def off_faces(palms: Palms, faces: Floats) -> Palms:
    """Those palms that are worth a look: without the unsure ones that lie on a face."""
    on_face = _share_on_faces(palms.box, faces) > ON_FACE
    return _where(~on_face | (palms.score >= SURE_ON_FACE), palms)


def squares_of_palms(palms: Palms) -> Floats:
    """(N, 4) rotated squares around the hands, wrist down, from their palms.

    MediaPipe's geometry: 2.6 palm sides, moved half a palm height towards the fingers.
    """
    turn = _turns(palms.points[:, 0], palms.points[:, 2])
    sides = palms.box[:, 2:] - palms.box[:, :2]
    center = (palms.box[:, :2] + palms.box[:, 2:]) / 2 + 0.5 * sides[:, 1:] * _up(turn)
    return np.column_stack([center, 2.6 * sides.max(axis=1), turn]).astype(np.float32)


def squares_of_landmarks(landmarks: Floats) -> Floats:
    """(N, 4) rotated squares around hands, wrist down, from their landmarks.

    MediaPipe's geometry for tracking: twice the box of the palm's and fingers' lower joints,
    moved a tenth of its height towards the fingers.
    """
    points = landmarks[:, :, :2]
    knuckles = np.asarray((points[:, 5] + 2 * points[:, 9] + points[:, 13]) / 4, np.float32)
    turn = _turns(points[:, 0], knuckles)
    up = _up(turn)
    right = np.stack([-up[:, 1], up[:, 0]], axis=1)
    lower = points[:, [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]]
    across = np.einsum("nkd,nd->nk", lower, right)
    along = np.einsum("nkd,nd->nk", lower, up)
    width, height = np.ptp(across, axis=1), np.ptp(along, axis=1)
    x = (across.max(axis=1) + across.min(axis=1)) / 2
    y = (along.max(axis=1) + along.min(axis=1)) / 2 + 0.1 * height
    center = x[:, None] * right + y[:, None] * up
    return np.column_stack([center, 2.0 * np.maximum(width, height), turn]).astype(np.float32)


def distinct(landmarks: Floats, score: Floats) -> NDArray[np.intp]:
    """Numbers of the hands that are no second finding of a better one, best first.

    By landmarks, because the boxes of two clasped hands overlap as much as those of one hand
    found twice.
    """
    sizes = np.ptp(landmarks[:, :, :2], axis=1).max(axis=1)
    kept: list[int] = []
    for number in np.argsort(-score, kind="stable"):
        others = landmarks[kept, :, :2]
        apart = np.linalg.norm(others - landmarks[number, :, :2], axis=2).mean(axis=1)
        if np.all(apart > SAME_HAND * np.maximum(sizes[kept], sizes[number])):
            kept.append(int(number))
    return np.array(kept, np.intp)


def _apart(landmarks: Floats, mirrored: Floats) -> Floats:
    """(N,) mean distance of the points of two looks at the same hands, as a share of their size."""
    sizes = np.ptp(landmarks[:, :, :2], axis=1).max(axis=1)
    distances = np.linalg.norm((landmarks - mirrored)[:, :, :2], axis=2).mean(axis=1)
    return np.asarray(distances / np.maximum(sizes, 1e-6), np.float32)


def _real(palm: Floats, presence: Floats, on_face: Floats) -> Floats:
    score = (
        _REAL_PALM * logit(palm, _MARGIN)
        + _REAL_PRESENCE * logit(presence, _MARGIN)
        + _REAL_ON_FACE * on_face
        + _REAL_BIAS
    )
    return np.asarray(sigmoid(score), np.float32)


def _share_on_faces(things: Floats, faces: Floats) -> Floats:
    """(N,) largest share of each of N boxes that lies on one face."""
    common = box_intersection(things, faces).max(axis=1, initial=0)
    return np.asarray(common / np.maximum(box_area(things), 1e-6), np.float32)


def _turns(wrist: Floats, middle: Floats) -> Floats:
    """Clockwise turn in radians after which up in a square is from the wrist to the middle."""
    along = middle - wrist
    return np.asarray(np.arctan2(along[:, 0], -along[:, 1]), np.float32)


def _up(turn: Floats) -> Floats:
    return np.stack([np.sin(turn), -np.cos(turn)], axis=1)
