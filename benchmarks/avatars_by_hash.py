"""Avatars settled by their hash: how many, how sure, and what time that saves.

    NETRAVISION_DATA=../shared/data python benchmarks/avatars_by_hash.py

One drawing of each province is enrolled. Asked about are their other files through what an avatar
goes through, and all other marks, faces, portraits and photos as they are. It prints how many worn
avatars are settled, how near the others come, and the time of a folder of ``--avatars`` avatars of
which a tenth wear something, with and without the hash, from the means of each sort. The halves
of a picture are not in the time of its hash: the search needs them, too.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from pathlib import Path

import cv2
import exam
import numpy as np

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.emblem import EFFORTS
from netravision.imaging.image import read_image
from netravision.matching.templates.index import TemplateIndex
from netravision.matching.usual_avatars import MAX_DISTANCE, UsualAvatars

#: What happens to a mark on its way to an avatar.
WORN = ("plain", "padded", "circle", "48 px", "q15")

NEGATIVES = ("regencies", "parties", "institutions", "avatars_negative")


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--avatars", type=int, default=10_000, help="size of the folder")
    parser.add_argument("--every", type=int, default=1, help="ask about every nth picture")
    parser.add_argument("--looks", type=int, default=40, help="pictures searched for the time")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    enrolled = exam.enrol(exam.read_marks(data, "provinces"))
    index = TemplateIndex(exam.references(enrolled))
    start = time.process_time()
    avatars = UsualAvatars(index.drawings, lambda image: index.search(image, EFFORTS["balanced"]))
    print(f"{len(index.drawings)} enrolled in {1000 * (time.process_time() - start):.0f} ms")

    settled: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    wrong, worn, hash_worn, hash_others = [], [], [], []
    for case in list(exam.positives(data, "provinces", enrolled, WORN))[:: arguments.every]:
        image = ImagePyramid(case.picture)
        worn.append(image)
        # Each usual picture is searched once, when it is first seen.
        found = avatars.settle(image)
        start = time.process_time()
        avatars.settle(image)
        hash_worn.append(time.process_time() - start)
        settled[case.same_drawing, case.augmentation].append(found is not None)
        if found is not None and found.match.id != case.truth:
            wrong.append(f"{case.source} for {found.match.id}, {found.distance} bits")
    for same in (True, False):
        print(f"of {'the same drawing' if same else 'another drawing'}:", end=" ")
        print(
            ", ".join(
                f"{name} {np.mean(settled[same, name]):.2f} of {len(settled[same, name])}"
                for name in WORN
            )
        )

    nearest, others = [], []
    marks = [mark for kind in NEGATIVES for mark in exam.read_marks(data, kind)]
    for path in [*(mark.path for mark in marks), *exam.photo_paths(data)][:: arguments.every]:
        image = ImagePyramid(read_image(path).rgb)
        others.append(image)
        image.level(image.level_for(float("inf")))
        start = time.process_time()
        found = avatars.settle(image)
        hash_others.append(time.process_time() - start)
        nearest.append(avatars.distance(image))
        if found is not None:
            wrong.append(f"{path.name} for {found.match.id}, {found.distance} bits")
    print(
        f"{len(others)} others, the nearest {sorted(nearest)[:5]} bits away, {MAX_DISTANCE} settle"
    )
    print(f"wrong names: {wrong or 'none'}")

    share = float(np.mean([hit for hits in settled.values() for hit in hits]))
    looks = [
        _seconds(index, images[:: max(1, len(images) // arguments.looks)])
        for images in (worn, others)
    ]
    hashes = float(np.mean(hash_worn)), float(np.mean(hash_others))
    tenth, rest = arguments.avatars // 10, arguments.avatars - arguments.avatars // 10
    without = tenth * looks[0] + rest * looks[1]
    saved = tenth * (share * looks[0] - hashes[0]) - rest * hashes[1]
    for sort, by_hash, look in zip(("worn", "others"), hashes, looks, strict=True):
        print(f"{sort}: {1e6 * by_hash:.0f} µs by hash, {1000 * look:.1f} ms by a look")
    print(f"{arguments.avatars} avatars, a tenth worn: {without:.0f} s without,", end=" ")
    print(f"{without - saved:.0f} s with")


def _seconds(index: TemplateIndex, images: list[ImagePyramid]) -> float:
    start = time.process_time()
    for image in images:
        index.search(image, EFFORTS["balanced"])
    return (time.process_time() - start) / len(images)


if __name__ == "__main__":
    main()
