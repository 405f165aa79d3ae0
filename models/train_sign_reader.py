"""Train ``float/sign_reader.tflite``, the network that reads what a hand shows.

    NETRAVISION_DATA=... python models/train_sign_reader.py --teacher FILE --work FOLDER
        [--iterations N | --minutes M] [--leave-out a|b|none] [--seed N] [--output FILE]

Needs the extra [train], the evaluation data (``hands/`` with its manifests and labels), the
teacher's file (see teacher.py), and in the same ``--work`` the people detector of the same seed and
fold, from which it starts: run ``train_people.py`` first. Landmarks of all hands take half an hour
on one busy core, rendered hands as long; both are kept.

It learns from labelled hands of ``groups``, from half of ``single``, from rendered hands laid into
the surroundings of real ones, from the hands of half of ``negatives``, of which all that is known
is that they show nothing, and from those of ``pool``, which teach it where joints are and, where
MediaPipe's landmarks are sure, what is shown. Prints what it reads of the hands left out, or, if
nothing is, of the other half of ``single``. The file is written only when nothing is left out and
no other output asked for; ``quantize_networks.py`` makes the shipped one of it.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # netravision/ need not be installed

from augmentation import Crop, blurred, noisy, recolored, recompressed, resized  # noqa: E402
from build import MODELS  # noqa: E402
from hand_patches import HandPatch, Landmarker, hand_patches, palm_box  # noqa: E402
from hand_photos import hand_photos, left_out_sources, training_photos  # noqa: E402
from people_network import (  # noqa: E402
    SIGN_PIXELS,
    PeopleDetector,
    SignReaderNetwork,
    network_input,
    sign_reader_file,
)
from render_hands import RenderedHand, rendered_hands  # noqa: E402
from teacher import Teacher  # noqa: E402
from train_people import people_checkpoint  # noqa: E402
from training import Length, Recipe, StepLosses, train, training_parser, write_network  # noqa: E402

from netravision.core.pyramid import ImagePyramid  # noqa: E402
from netravision.detectors.hands.signs import SIGNS  # noqa: E402

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

OUTPUT = MODELS / "float" / "sign_reader.tflite"
#: On one core of a busy PC an iteration takes 0.4 seconds.
ITERATIONS = 4200
BATCH = 48
RECIPE = Recipe(2e-3, 0.01, 150, 0.05, 0.998)

# Side of what the reader sees, as a multiple of the longer side of the hand's box.
_SIDE = 2.4
# How often hands of each part are taken. Those of negatives stand in for any other.
_SHARES = {"groups": 0.52, "pool": 0.14, "single": 0.16, "rendered": 0.18}
_NEGATIVE_SHARE = 0.08
# Within a part a sign is taken as often as this power of its number of hands: rare ones more often
# than they are, but not as often as common ones.
_BALANCE = {"groups": 0.55, "pool": 0.5, "single": 0.5, "rendered": 0.5}
# Of a sign of groups each source is taken as often as this power of its number of hands.
_SOURCE_BALANCE = 0.5
# Landmarks of less sure looks teach nothing.
_SURE_PRESENCE = 0.6
_SMOOTHING = 0.05
_LANDMARK_LOSS_SHARE, _BETA = 2.0, 0.1
# Keeps the logarithm of what is not allowed finite.
_TINY = 1e-9
# Longer sides in pixels of the box to which hands are shrunk: those of group photos.
_SHRUNK = (9.0, 45.0)
_LEAST_SIDE = 12


def main() -> None:
    """Train, print what is read right, and write the network."""
    parser = training_parser(__doc__.splitlines()[0], ITERATIONS, "training", OUTPUT)
    arguments = parser.parse_args()
    start = people_checkpoint(arguments.work, arguments.leave_out, arguments.seed)
    if not start.exists():
        parser.error(
            f"{start} is missing: run train_people.py with the same work, fold and seed first"
        )
    cv2.setNumThreads(1)

    def from_pretrained() -> SignReaderNetwork:
        people = PeopleDetector()
        people.load_state_dict(torch.load(start)["mean"])
        network = SignReaderNetwork(len(SIGNS))
        network.backbone.load_state_dict(people.backbone.state_dict())
        return network

    photos = hand_photos()
    left_out = left_out_sources(photos, arguments.leave_out)
    known = training_photos(photos, left_out)
    seen = {photo.path for photo in known}
    measured_part = "groups" if left_out else "single"
    unseen = [photo for photo in photos if photo.path not in seen and photo.part == measured_part]
    teacher = Teacher(arguments.teacher, arguments.work)
    landmarker = Landmarker(teacher, arguments.work)
    patches, rendered = hand_patches(known, landmarker, teacher), rendered_hands(arguments.work)
    print(f"{len(patches)} hands of photos, {len(rendered)} rendered ones", flush=True)
    network = train(
        from_pretrained,
        LossOfHands(patches, rendered),
        RECIPE,
        Length(arguments.iterations, arguments.minutes),
        seed=arguments.seed,
        checkpoint=arguments.work / f"signs_{arguments.leave_out}_{arguments.seed}.pt",
    )
    print_read(network, hand_patches(unseen, landmarker, teacher))
    write_network(sign_reader_file(network), arguments, OUTPUT)


class Example(NamedTuple):
    """A hand as the reader sees it, and what it should answer.

    Attributes
    ----------
    pixels : (128, 128, 3) uint8 ndarray
    allowed : (S,) float32 ndarray
        1 for each sign that it may be, else 0.
    landmarks : (42,) float32 ndarray
        As in the answers of ``SignReaderNetwork``.
    sure : float32
        1 where the landmarks are known, else 0.
    """

    pixels: Pixels
    allowed: Floats
    landmarks: Floats
    sure: np.float32


_Choice = TypeVar("_Choice")
_ByPart = dict[str, dict[tuple[str, ...], dict[str, list[HandPatch | RenderedHand]]]]


class _Hand(NamedTuple):
    """A hand in a picture, all in its pixels."""

    image: ImagePyramid
    center: Floats
    size: float
    landmarks: Floats
    sure: bool


class LossOfHands:
    """Losses of a batch of hands.

    Parameters
    ----------
    patches : sequence of HandPatch
        Of groups, single and negatives.
    rendered : sequence of RenderedHand
    """

    def __init__(self, patches: Sequence[HandPatch], rendered: Sequence[RenderedHand]) -> None:
        # By part, by what they may show, by source.
        self._hands: _ByPart = {
            part: defaultdict(lambda: defaultdict(list)) for part in (*_SHARES, "negatives")
        }
        for patch in patches:
            self._hands[patch.photo.part][patch.signs][patch.photo.source].append(patch)
        for hand in rendered:
            self._hands["rendered"][hand.sign,][""].append(hand)
        groups = self._hands["groups"]
        self._grounds = [
            patch
            for sign in ("resting", "no_hand")
            for of_source in groups[sign,].values()
            for patch in of_source
        ]

    def __call__(self, network: nn.Module, rng: np.random.Generator) -> StepLosses:
        """Loss of the signs, and of the landmarks."""
        pixels, *wanted = zip(*[self._example(rng) for _ in range(BATCH)], strict=True)
        allowed, landmarks, sure = (torch.from_numpy(np.stack(parts)) for parts in wanted)
        with torch.autocast("cpu", torch.bfloat16):
            logits, placed = network(network_input(pixels))
        shares = logits.float().log_softmax(1)
        right = torch.logsumexp(shares + torch.log(allowed + _TINY), 1)
        signs = -((1 - _SMOOTHING) * right + _SMOOTHING * shares.mean(1)).mean()
        apart = functional.smooth_l1_loss(placed.float(), landmarks, reduction="none", beta=_BETA)
        joints = (apart.mean(1) * sure).sum() / (sure.sum() + 1 / apart.shape[1])
        return {"signs": signs, "landmarks": _LANDMARK_LOSS_SHARE * joints}

    def _example(self, rng: np.random.Generator) -> Example:
        negative = rng.random() < _NEGATIVE_SHARE
        part = "negatives" if negative else rng.choice(list(_SHARES), p=list(_SHARES.values()))
        by_signs = self._hands[part]
        numbers = [sum(map(len, by_source.values())) for by_source in by_signs.values()]
        signs = _drawn(list(by_signs), numbers, _BALANCE.get(part, 1.0), rng)
        by_source = by_signs[signs]
        balance = _SOURCE_BALANCE if part == "groups" else 1.0
        source = _drawn(list(by_source), list(map(len, by_source.values())), balance, rng)
        chosen = by_source[source][rng.integers(len(by_source[source]))]
        allowed = np.isin(SIGNS, signs)
        if isinstance(chosen, RenderedHand):
            hand = self._laid_into_photo(chosen, rng)
        else:
            hand = _of_patch(chosen)
        crop = Crop.around(
            hand.center + rng.normal(0, 0.11, 2) * hand.size,
            SIGN_PIXELS,
            SIGN_PIXELS / (_SIDE * hand.size * math.exp(rng.normal(0, 0.16))),
            turn=math.radians(rng.normal(0, 16)),
            mirrored=rng.random() < 0.5,
        )
        placed = crop.points(hand.landmarks) / SIGN_PIXELS * 2 - 1
        return Example(
            _augmented(crop.pixels(hand.image), hand.size, rng),
            allowed.astype(np.float32),
            placed.astype(np.float32).ravel(),
            np.float32(hand.sure),
        )

    def _laid_into_photo(self, rendered: RenderedHand, rng: np.random.Generator) -> _Hand:
        """A rendered hand where a real one rests, or where none is."""
        ground = self._grounds[rng.integers(len(self._grounds))].image.pixels
        height, width = rendered.alpha.shape
        side = int(2.2 * max(height, width))
        part = int(len(ground) * rng.uniform(0.4, 1))
        top, left = rng.integers(len(ground) - part + 1, size=2)
        behind = ground[top : top + part, left : left + part]
        canvas = cv2.resize(behind, (side, side), interpolation=cv2.INTER_LINEAR)
        if rng.random() < 0.5:
            canvas = blurred(canvas, rng, (0.5, 3))
        lit = np.clip(rendered.rgb * np.float32(rng.uniform(0.7, 1.25)), 0, 255)
        corner = np.array([(side - width) // 2, (side - height) // 2])
        inside = canvas[corner[1] : corner[1] + height, corner[0] : corner[0] + width]
        opacity = rendered.alpha[:, :, None] / np.float32(255)
        inside[:] = lit * opacity + inside * (1 - opacity)
        landmarks = (rendered.landmarks[0] + corner).astype(np.float32)
        box = palm_box(landmarks)
        # Of two hands that touch the network could not know which one is meant.
        alone = len(rendered.landmarks) == 1
        middle = (box[:2] + box[2:]) / 2
        return _Hand(ImagePyramid(canvas), middle, float(box[2] - box[0]), landmarks, alone)


def _drawn(
    choices: Sequence[_Choice], numbers: list[int], balance: float, rng: np.random.Generator
) -> _Choice:
    """One of some choices, each as often as a power of its number."""
    often = np.array(numbers) ** balance
    return choices[rng.choice(len(choices), p=often / often.sum())]


def _of_patch(patch: HandPatch) -> _Hand:
    center = np.array(patch.image.size_wh, np.float32) / 2
    sure = patch.presence > _SURE_PRESENCE
    return _Hand(patch.image, center, patch.size, patch.landmarks, sure)


def _augmented(pixels: Pixels, size: float, rng: np.random.Generator) -> Pixels:
    """What distance, cameras and uploads do to a hand.

    Parameters
    ----------
    pixels : (128, 128, 3) uint8 ndarray
    size : float
        Longer side of the hand's box in the photo, in its pixels.
    rng : Generator
    """
    if rng.random() < 0.55:
        shrunk = math.exp(rng.uniform(math.log(_SHRUNK[0]), math.log(_SHRUNK[1])))
        if shrunk < min(size, SIGN_PIXELS / _SIDE):
            pixels = resized(pixels, max(_LEAST_SIDE, int(_SIDE * shrunk)))
            if rng.random() < 0.7:
                pixels = recompressed(pixels, rng, (40, 92))
            pixels = resized(pixels, SIGN_PIXELS, smooth=rng.random() < 0.6)
    if rng.random() < 0.15:
        pixels = blurred(pixels, rng, (0.5, 1.8))
    pixels = recolored(pixels, rng, contrast=(0.6, 1.5), brightness=20, tint=0.08)
    if rng.random() < 0.2:
        gray = pixels.mean(axis=2, keepdims=True).astype(np.uint8)
        pixels = np.ascontiguousarray(np.broadcast_to(gray, pixels.shape))
    if rng.random() < 0.3:
        pixels = noisy(pixels, rng, (2, 10))
    if rng.random() < 0.35:
        pixels = recompressed(pixels, rng, (40, 92))
    if rng.random() < 0.15:  # something stands before the hand
        side = rng.integers(10, 34)
        top, left = rng.integers(SIGN_PIXELS - side, size=2)
        pixels[top : top + side, left : left + side] = rng.integers(0, 255, 3)
    return pixels


@torch.no_grad()
def print_read(network: SignReaderNetwork, patches: Sequence[HandPatch]) -> None:
    """Print how many hands are read right, and for each sign what its hands are read as."""
    shown = np.array([SIGNS.index(patch.signs[0]) for patch in patches])
    read = []
    for patch in patches:
        hand = _of_patch(patch)
        crop = Crop.around(hand.center, SIGN_PIXELS, SIGN_PIXELS / (_SIDE * hand.size))
        pixels = crop.pixels(hand.image)
        logits, _ = network(network_input([pixels, pixels[:, ::-1]]))
        read.append(int(logits.mean(0).argmax()))
    right = np.array(read) == shown
    print(f"read right: {right.mean():.3f} of {len(right)}")
    for sign in np.unique(shown):
        of_sign = np.array(read)[shown == sign]
        as_what, number = np.unique(of_sign, return_counts=True)
        table = ", ".join(
            f"{SIGNS[as_what[place]]} {number[place]}" for place in np.argsort(-number)
        )
        print(f"  {SIGNS[sign]} {(of_sign == sign).mean():.2f} of {len(of_sign)}: {table}")


if __name__ == "__main__":
    main()
