"""Make ``people_detector.tflite`` and ``sign_reader.tflite`` of what their trainings wrote.

    NETRAVISION_DATA=... python models/quantize_networks.py
    NETRAVISION_DATA=... python models/quantize_networks.py --folder FOLDER --output FOLDER

The trainings write floating-point networks to ``float/``; the shipped ones compute in 8-bit
integers, four times as fast on processors with instructions for them. Scales are chosen by photos
of ``hands/pool`` from sources of which nothing is measured, and by that half of ``single`` from
which the trainings learn. With ``--folder``, every ``people*.tflite`` and ``sign*.tflite`` in it is
quantized, as for folds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # netravision/ need not be installed

from build import MODELS, write_checksums  # noqa: E402
from hand_photos import hand_photos, left_out_sources, training_photos  # noqa: E402
from quantization import quantized  # noqa: E402

from netravision.core.pyramid import ImagePyramid  # noqa: E402
from netravision.detectors.hands import crops  # noqa: E402
from netravision.detectors.hands.sign_reader import SIGN_PIXELS, reading_squares  # noqa: E402
from netravision.people import PeopleNetwork, find_people  # noqa: E402

Floats = NDArray[np.float32]

FLOAT = MODELS / "float"
#: Photos of each part by which scales are chosen, each looked at in these sizes. Without hands that
#: fill the photo, their tensors are cut: of ``single`` scores were 0.012 off instead of 0.004.
PHOTOS = 12
AREAS = {"pool": (80e3, 310e3, 690e3), "single": (80e3, 310e3)}
#: At most so many hands of a photo are read.
HANDS, HAND_THRESHOLD = 24, 0.22
_MULTIPLE = 32


class CalibrationImage(NamedTuple):
    """A photo, and the pixels to which it is resized for each look."""

    image: ImagePyramid
    areas: tuple[float, ...]


def main() -> None:
    """Quantize the networks of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FLOAT, help="floating-point networks")
    parser.add_argument("--output", type=Path, default=MODELS, help="where integer ones go")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    images = calibration_images()
    for path in sorted(options.folder.glob("people*.tflite")):
        content = quantized(path.read_bytes(), people_inputs(images))
        (options.output / path.name).write_bytes(content)
    for path in sorted(options.folder.glob("sign*.tflite")):
        people = options.output / path.name.replace("signs", "people")
        if path.name == "sign_reader.tflite":
            people = options.output / "people_detector.tflite"
        content = quantized(path.read_bytes(), sign_inputs(images, people.read_bytes()))
        (options.output / path.name).write_bytes(content)
    if options.output == MODELS:
        write_checksums(MODELS)


def calibration_images() -> list[CalibrationImage]:
    """Photos evenly among all that are measured nowhere."""
    photos = hand_photos()
    allowed = training_photos(photos, left_out_sources(photos, "groups"))
    images = []
    for part, areas in AREAS.items():
        of_part = [photo for photo in allowed if photo.part == part]
        for number in range(PHOTOS):
            photo = of_part[number * len(of_part) // PHOTOS]
            images.append(CalibrationImage(ImagePyramid(photo.read()), areas))
    return images


def people_inputs(images: Sequence[CalibrationImage]) -> Iterator[Floats]:
    """What the people network looks at, but stretched to its multiples."""
    for image, areas in images:
        width, height = image.size_wh
        for area in areas:
            scale = (area / (width * height)) ** 0.5
            size = [_MULTIPLE * max(1, round(scale * side / _MULTIPLE)) for side in (width, height)]
            yield as_input(cv2.resize(image.pixels, size, interpolation=cv2.INTER_AREA))


def sign_inputs(images: Sequence[CalibrationImage], people: bytes) -> Iterator[Floats]:
    """What the sign reader looks at: hands that the people network finds, sure or not."""
    network = PeopleNetwork(people)
    for image, areas in images:
        boxes = find_people(network, image, areas, HAND_THRESHOLD).hands[:, :4]
        chosen = boxes[:: -(-len(boxes) // HANDS) or 1]
        for cut in crops.cut(image, reading_squares(chosen), SIGN_PIXELS, "replicate"):
            yield as_input(cut)


def as_input(pixels: NDArray[np.uint8]) -> Floats:
    """(H, W, 3) uint8 RGB as the (1, H, W, 3) that both networks were trained on."""
    return ((pixels[None] - np.float32(127.5)) / np.float32(63.75)).astype(np.float32)


if __name__ == "__main__":
    main()
