"""Train ``float/people_detector.tflite``, the network that finds hands and heads.

    NETRAVISION_DATA=... python models/train_people.py --teacher FILE --work FOLDER
        [--iterations N | --minutes M] [--leave-out a|b|none] [--seed N] [--output FILE]

Needs the extra [train], the evaluation data (``hands/`` with its manifests and labels), and the
teacher's file (see teacher.py). Two stages of equal length, each started again by the same command
where it was stopped:

1. Pretraining on the teacher's soft scores alone: photos of ``pool`` whose source is none of
   ``groups``', half of ``negatives``, half of ``single``. One for all folds.
2. Fine-tuning on these and ``groups``, where labels tell hands from what only looks like one.

Every crop is scaled, turned, recompressed and recolored; hands of ``single`` are laid into photos
without hands. With ``--leave-out a`` or ``b`` half of the sources of ``groups`` is not seen, to
measure on it. The file is written only when nothing is left out and no other output asked for;
``quantize_networks.py`` makes the shipped one of it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # netravision/ need not be installed

from augmentation import Crop, blurred, noisy, recolored, recompressed, resized  # noqa: E402
from build import MODELS  # noqa: E402
from hand_patches import Landmarker  # noqa: E402
from hand_photos import (  # noqa: E402
    IGNORED,
    REJECTED,
    RESTING,
    HandPhoto,
    hand_photos,
    left_out_sources,
    training_photos,
)
from people_network import (  # noqa: E402
    STRIDE,
    PeopleDetector,
    network_input,
    people_detector_file,
)
from teacher import HAND, HEAD, Teacher  # noqa: E402
from training import Length, Recipe, StepLosses, train, training_parser, write_network  # noqa: E402

from netravision.core.geometry import box_iou  # noqa: E402
from netravision.core.pyramid import ImagePyramid  # noqa: E402

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

OUTPUT = MODELS / "float" / "people_detector.tflite"
#: Of each stage. On one core of a busy PC an iteration takes 0.4 seconds.
ITERATIONS = 4000
BATCH = 12
PRETRAINING = Recipe(2.5e-3, 0.02, 300, 0.02, 0.9985)
FINE_TUNING = Recipe(1.6e-3, 0.02, 300, 0.02, 0.9985)

#: Side of a crop in pixels and in cells.
SIDE = 384
CELLS = SIDE // STRIDE
# Larger photos are shrunk at once, for memory.
_LONGEST_SIDE = 2000

# Fused scores of the teacher below it are noise. What a label's box overlaps more than this is not
# taken from the teacher as well.
_TEACHER_THRESHOLD, _SAME_HAND = 0.04, 0.4
# What a labelled hand should score. A resting one counts little less: the reader, not the detector,
# says whether something is shown.
_TARGET, _RESTING_TARGET = 1.0, 0.9
# A photo in which the teacher sees nothing surer is ground for hands of ``single``.
_EMPTY = 0.2
# How often a crop is taken from each part. While there are no groups, the pool has their share.
_SHARES = {"groups": 0.55, "pool": 0.28, "negatives": 0.09, "single": 0.08}


class Objects(NamedTuple):
    """What is to be found in pixels of a photo or of a crop.

    Attributes
    ----------
    seen : (N, 6) float32 ndarray
        ``x0, y0, x1, y1``, the score it should have, and ``HAND`` or ``HEAD``.
    ignored : (K, 4) float32 ndarray
        Boxes in which a hand is neither right nor wrong.
    rejected : (J, 4) float32 ndarray
        Boxes of what looks like a hand and is none.
    """

    seen: Floats
    ignored: Floats
    rejected: Floats

    def boxes_changed(self, change: Crop | float) -> Objects:
        """The same after scaling by a number, or in a crop."""
        if not isinstance(change, Crop):
            change = Crop(np.eye(2) * change, np.zeros(2), 0)
        seen = np.concatenate([_moved(self.seen[:, :4], change), self.seen[:, 4:]], axis=1)
        return Objects(seen, _moved(self.ignored, change), _moved(self.rejected, change))


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo to cut crops from."""

    part: str
    image: ImagePyramid
    objects: Objects


def main() -> None:
    """Train both stages and write the network."""
    description = __doc__.splitlines()[0]
    arguments = training_parser(description, ITERATIONS, "each stage", OUTPUT).parse_args()
    cv2.setNumThreads(1)
    arguments.work.mkdir(parents=True, exist_ok=True)
    length = Length(arguments.iterations, arguments.minutes)
    teacher = Teacher(arguments.teacher, arguments.work)
    reader = SceneReader(teacher, Landmarker(teacher, arguments.work))
    photos = hand_photos()

    unlabelled = [
        photo
        for photo in training_photos(photos, left_out_sources(photos, "groups"))
        if photo.part != "groups"
    ]
    pretrained = train(
        PeopleDetector,
        LossOfCrops(reader.scenes(unlabelled)),
        PRETRAINING,
        length,
        seed=arguments.seed,
        checkpoint=pretraining_checkpoint(arguments.work, arguments.seed),
    )

    def from_pretrained() -> PeopleDetector:
        network = PeopleDetector()
        network.load_state_dict(pretrained.state_dict())
        return network

    network = train(
        from_pretrained,
        LossOfCrops(
            reader.scenes(training_photos(photos, left_out_sources(photos, arguments.leave_out)))
        ),
        FINE_TUNING,
        length,
        seed=arguments.seed,
        checkpoint=people_checkpoint(arguments.work, arguments.leave_out, arguments.seed),
    )
    write_network(people_detector_file(network), arguments, OUTPUT)


def pretraining_checkpoint(work: Path, seed: int) -> Path:
    """Where the first stage is kept."""
    return work / f"people_pretraining_{seed}.pt"


def people_checkpoint(work: Path, left_out: str, seed: int) -> Path:
    """Where the second stage is kept; the sign reader starts from it."""
    return work / f"people_{left_out}_{seed}.pt"


class SceneReader:
    """Reads photos and what is to be found in them; each is read once."""

    def __init__(self, teacher: Teacher, landmarker: Landmarker) -> None:
        self._teacher, self._landmarker = teacher, landmarker
        self._read: dict[str, Scene | None] = {}

    def scenes(self, photos: Sequence[HandPhoto]) -> list[Scene]:
        """Scenes of all photos but single ones whose hand is not found."""
        scenes = []
        for photo in photos:
            if photo.path not in self._read:
                self._read[photo.path] = self._scene(photo)
            if (scene := self._read[photo.path]) is not None:
                scenes.append(scene)
        print(f"{len(scenes)} photos", flush=True)
        return scenes

    def _scene(self, photo: HandPhoto) -> Scene | None:
        image = ImagePyramid(photo.read())
        if photo.part == "single":
            objects = self._single_hand(photo, image)
        else:
            objects = self._labelled_and_taught(photo)
        if objects is None:
            return None
        scale = _LONGEST_SIDE / max(image.size_wh)
        if scale < 1:
            width, height = (round(length * scale) for length in image.size_wh)
            image = ImagePyramid(
                cv2.resize(image.pixels, (width, height), interpolation=cv2.INTER_AREA)
            )
            objects = objects.boxes_changed(scale)
        return Scene(photo.part, image, objects)

    def _single_hand(self, photo: HandPhoto, image: ImagePyramid) -> Objects | None:
        landmarks, _ = self._landmarker(photo, image)
        if not len(landmarks):
            return None
        points = landmarks[0, :, :2]
        low, high = points.min(axis=0), points.max(axis=0)
        seen = np.array([[*low, *high, _TARGET, HAND]], np.float32)
        return Objects(seen, np.empty((0, 4), np.float32), np.empty((0, 4), np.float32))

    def _labelled_and_taught(self, photo: HandPhoto) -> Objects:
        """What labels say, and where they say nothing, what the teacher thinks."""
        taught = self._teacher(photo)
        taught = taught[taught[:, 4] > _TEACHER_THRESHOLD]
        unlabelled = box_iou(taught[:, :4], photo.boxes).max(axis=1, initial=0) < _SAME_HAND
        taught = taught[(taught[:, 5] == HEAD) | unlabelled]
        codes = np.array(photo.codes, str)
        labelled = np.column_stack(
            [
                photo.boxes,
                np.where(codes == RESTING, _RESTING_TARGET, _TARGET),
                np.full(len(codes), HAND),
            ]
        ).astype(np.float32)
        hands = labelled[(codes != IGNORED) & (codes != REJECTED)]
        return Objects(
            np.concatenate([hands, taught]),
            photo.boxes[codes == IGNORED],
            photo.boxes[codes == REJECTED],
        )


class Sampler:
    """Cuts crops out of scenes."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self._parts = {part: [scene for scene in scenes if scene.part == part] for part in _SHARES}
        self._shares = dict(_SHARES)
        if not self._parts["groups"]:
            self._shares["pool"] += self._shares.pop("groups")
        self._empty = [
            scene
            for scene in self._parts["negatives"]
            if scene.objects.seen[:, 4].max(initial=0) <= _EMPTY
        ]

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, Objects]:
        """One crop, (384, 384, 3) uint8 RGB, and what is in it."""
        part = rng.choice(list(self._shares), p=list(self._shares.values()))
        scene = self._parts[part][rng.integers(len(self._parts[part]))]
        crop = _random_crop(scene, rng)
        pixels = crop.pixels(scene.image, "gray")
        if part == "single":
            pixels = self._laid_into_photo(pixels, scene, crop, rng)
        return _augmented(pixels, rng), scene.objects.boxes_changed(crop)

    def _laid_into_photo(
        self, pixels: Pixels, scene: Scene, crop: Crop, rng: np.random.Generator
    ) -> Pixels:
        """A crop around whose photo there is part of a photo without hands, and no gray."""
        ground = self._empty[rng.integers(len(self._empty))].image
        width, height = ground.size_wh
        side = min(width, height, int(rng.uniform(200, 900)))
        top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
        behind = resized(ground.pixels[top : top + side, left : left + side], SIDE)
        inside = ImagePyramid(np.full((*scene.image.pixels.shape[:2], 1), 255, np.uint8))
        mask = blurred(crop.pixels(inside, "black"), rng, (0.5, 3))[:, :, None] / np.float32(255)
        return (pixels * mask + behind * (1 - mask)).astype(np.uint8)


def _random_crop(scene: Scene, rng: np.random.Generator) -> Crop:
    """A crop that mostly holds a hand, at the scale of one of the looks that will be taken."""
    width, height = scene.image.size_wh
    if scene.part == "single":
        low, high, most = 40, 420, 3.0
    else:
        low, high, most = (420 if rng.random() < 0.3 else 640), 2000, 2.0
    scale = min(most, math.exp(rng.uniform(math.log(low), math.log(high))) / max(width, height))
    turn, mirrored = math.radians(rng.normal(0, 5)), rng.random() < 0.5
    stretch = math.exp(rng.normal(0, 0.06))

    center = np.array([rng.uniform(0, width), rng.uniform(0, height)])
    hands = scene.objects.seen[scene.objects.seen[:, 5] == HAND]
    rejected = scene.objects.rejected
    box = None
    if len(hands) and rng.random() < 0.75:
        box = hands[rng.choice(len(hands), p=hands[:, 4] / hands[:, 4].sum())]
    elif len(rejected) and rng.random() < 0.6:
        box = rejected[rng.integers(len(rejected))]
    if box is not None:
        center = (box[:2] + box[2:4]) / 2 + rng.uniform(-0.42, 0.42, 2) * SIDE / scale
    if scene.part != "single":
        # Little of the crop lies outside the photo.
        half = SIDE / scale / 2
        for axis, length in enumerate((width, height)):
            inner = np.clip(center[axis], 0.9 * half, length - 0.9 * half)
            center[axis] = length / 2 if 2 * half > length else inner
    return Crop.around(center, SIDE, scale, turn=turn, stretch=stretch, mirrored=mirrored)


def _augmented(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """What cameras and uploads do to a photo."""
    if rng.random() < 0.35:
        small = resized(pixels, int(SIDE * rng.uniform(0.45, 0.9)))
        pixels = resized(small, SIDE, smooth=rng.random() < 0.7)
    if rng.random() < 0.2:
        pixels = blurred(pixels, rng, (0.4, 1.3))
    pixels = recolored(pixels, rng, contrast=(0.65, 1.4), brightness=14, tint=0.07)
    if rng.random() < 0.12:
        gray, share = pixels.mean(axis=2, keepdims=True), rng.uniform(0.3, 1)
        pixels = (pixels * (1 - share) + gray * share).astype(np.uint8)
    if rng.random() < 0.25:
        pixels = noisy(pixels, rng, (2, 9))
    if rng.random() < 0.6:
        pixels = recompressed(pixels, rng, (35, 92))
    return pixels


def _moved(boxes: Floats, crop: Crop) -> Floats:
    """(N, 4) boxes in pixels of a crop; a small turn of the crop does not change their sizes."""
    center = crop.points((boxes[:, :2] + boxes[:, 2:]) / 2)
    half = (boxes[:, 2:] - boxes[:, :2]) * np.linalg.norm(crop.linear, axis=0) / 2
    return np.concatenate([center - half, center + half], axis=1).astype(np.float32)


# --- targets and losses --------------------------------------------------------------------------

# The target falls off around the middle of a box like a Gaussian of this many cells, and a little
# wider for each cell of the box, up to a most.
_SPREAD, _SPREAD_BY_SIZE, _WIDEST_SPREAD = 0.55, 0.11, 2.5
# Square of a distance in cells that counts as none: the cell that holds the middle gets it all.
_NO_DISTANCE = 0.3
# Boxes are learned where the Gaussian is above it.
_BOX_FROM = 0.4
# Pixels of the crop below which nobody can tell a hand: neither right nor wrong.
_UNREADABLE = 6.5
# How much more a mistake counts on what looks like a hand, and the part of its box around the
# middle that counts so, at least this many cells to each side.
_REJECTED_WEIGHT, _REJECTED_PART, _LEAST_REACH = 3.0, 1 / 3, 0.8
# Added to the number of hands, so that crops without any do not count too much.
_FEWEST = 8
_BOX_LOSS_SHARE = 0.5
_MISPLACED = 2.0  # distances count twice their share of the box
_BETA = 0.15

_ROWS, _COLUMNS = np.mgrid[:CELLS, :CELLS].astype(np.float32) + np.float32(0.5)


class Targets(NamedTuple):
    """What the network should answer for a crop, each float32.

    Attributes
    ----------
    scores : (2, 48, 48) ndarray
        Of hands and of heads.
    weights : (2, 48, 48) ndarray
        How much a wrong score counts.
    boxes : (8, 48, 48) ndarray
        As in the answers of ``PeopleDetector``.
    box_weights : (2, 48, 48) ndarray
        How much a wrong box counts.
    """

    scores: Floats
    weights: Floats
    boxes: Floats
    box_weights: Floats


def targets(objects: Objects) -> Targets:
    """Answers that would be right for what is in a crop."""
    scores = np.zeros((2, CELLS, CELLS), np.float32)
    weights = np.ones((2, CELLS, CELLS), np.float32)
    boxes = np.zeros((2, 4, CELLS, CELLS), np.float32)
    box_weights = np.zeros((2, CELLS, CELLS), np.float32)
    for box in objects.rejected:
        weights[HAND][_around_middle(box, _REJECTED_PART)] = _REJECTED_WEIGHT
    seen = objects.seen[np.argsort(objects.seen[:, 4])]
    for *box, score, kind in seen:
        x0, y0, x1, y1 = np.array(box) / STRIDE
        width, height, x, y = x1 - x0, y1 - y0, (x0 + x1) / 2, (y0 + y1) / 2
        size = math.sqrt(max(width * height, 1e-6))
        spread = min(_SPREAD + _SPREAD_BY_SIZE * size, _WIDEST_SPREAD)
        reach = 3 * spread + 1
        rows = slice(max(int(y - reach), 0), max(int(y + reach) + 1, 0))
        columns = slice(max(int(x - reach), 0), max(int(x + reach) + 1, 0))
        near, kind = np.s_[rows, columns], int(kind)
        across, down = x - _COLUMNS[near], y - _ROWS[near]
        distance = np.maximum(across**2 + down**2 - _NO_DISTANCE, 0)
        share = np.exp(-distance / (2 * spread**2))
        if size * STRIDE < _UNREADABLE:
            weights[kind][near][share > 0.5] = 0
            continue
        higher = share * score > scores[kind][near]
        scores[kind][near][higher] = (share * score)[higher]
        chosen = higher & (share > _BOX_FROM)
        numbers = across, down, np.log(width), np.log(height)
        for target, number in zip(boxes[kind], numbers, strict=True):
            target[near][chosen] = np.broadcast_to(number, chosen.shape)[chosen]
        box_weights[kind][near][chosen] = (share * score)[chosen]
    for box in objects.ignored:
        weights[HAND][_around_middle(box, 1 / 2)] = 0
    return Targets(scores, weights, boxes.reshape(8, CELLS, CELLS), box_weights)


def _around_middle(box: Floats, part: float) -> NDArray[np.bool_]:
    """Which cells are nearer to the middle of a box than a part of its width and height."""
    x0, y0, x1, y1 = box / STRIDE
    near_x = np.abs(_COLUMNS - (x0 + x1) / 2) < max((x1 - x0) * part, _LEAST_REACH)
    near_y = np.abs(_ROWS - (y0 + y1) / 2) < max((y1 - y0) * part, _LEAST_REACH)
    return near_x & near_y


class LossOfCrops:
    """Losses of a batch of crops of some scenes."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self._sampler = Sampler(scenes)

    def __call__(self, network: nn.Module, rng: np.random.Generator) -> StepLosses:
        """Loss of the scores, and of the boxes."""
        crops = [self._sampler(rng) for _ in range(BATCH)]
        wanted = [targets(objects) for _, objects in crops]
        batch = [torch.from_numpy(np.stack(parts)) for parts in zip(*wanted, strict=True)]
        with torch.autocast("cpu", torch.bfloat16):
            answers = network(network_input(pixels for pixels, _ in crops))
        return losses(answers.float(), *batch)


def losses(
    answers: Tensor, scores: Tensor, weights: Tensor, boxes: Tensor, box_weights: Tensor
) -> StepLosses:
    """Losses of a batch of N answers; the others as in :class:`Targets`, one for each answer."""
    logits = answers[:, :2]
    # Quality focal loss (Li et al., 2020): cross-entropy for soft targets, where what is right
    # already counts little.
    surprise = functional.binary_cross_entropy_with_logits(logits, scores, reduction="none")
    focal = surprise * (scores - logits.sigmoid()).abs() ** 2 * weights
    number = scores.sum() + _FEWEST
    found, wanted = (values.unflatten(1, (2, 4)) for values in (answers[:, 2:], boxes))
    sizes = wanted[:, :, 2:].exp().clamp(min=1)
    misplaced = (found[:, :, :2] - wanted[:, :, :2]) / sizes * _MISPLACED
    missized = found[:, :, 2:] - wanted[:, :, 2:]
    apart = torch.cat([misplaced, missized], 2)
    smooth = functional.smooth_l1_loss(apart, torch.zeros_like(apart), reduction="none", beta=_BETA)
    box_loss = (smooth * box_weights.unsqueeze(2)).sum() / number
    return {"scores": focal.sum() / number, "boxes": _BOX_LOSS_SHARE * box_loss}


if __name__ == "__main__":
    main()
