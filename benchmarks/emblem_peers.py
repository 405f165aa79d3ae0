"""The emblem index beside the obvious ways, in one run: recall, and time a picture.

    OMP_NUM_THREADS=1 NETRAVISION_DATA=../shared/data python benchmarks/emblem_peers.py --sample 150

One thread, as a worker has; else NumPy's idle threads count as time spent.
The peers are ``imagehash.phash`` of the whole picture and SIFT with a ratio test and RANSAC
similarity in a loop over the references. The last lines enrol twice as many marks (provinces
and regencies) and look once more.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import emblems
import exam
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import WHITE, Reference, composite
from netravision.matching.templates.index import TemplateIndex

Rgb = NDArray[np.uint8]
Namer = Callable[[Rgb], tuple[str | None, float]]


def main() -> None:
    """Ask each way the same pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=150, help="pictures of each sort")
    sample = parser.parse_args().sample
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    enrolled = exam.enrol(exam.read_marks(data, "provinces"))
    references = exam.references(enrolled)
    # Another permutation than that of the exam, and pictures of both kinds of drawing.
    rng = np.random.default_rng(1)
    positives = list(exam.positives(data, "provinces", enrolled))
    positives = [positives[i] for i in rng.permutation(len(positives))[:sample]]
    negatives = list(exam.negatives(data, emblems.NEGATIVES))
    negatives = [negatives[i] for i in rng.permutation(len(negatives))[:sample]]

    print(f"{len(positives)} pictures, {len(negatives)} look-alikes, {len(references)} enrolled")
    print(f"{'':<26} recall at 1% false  same  other  ms a picture (CPU)")
    regencies = exam.references(exam.enrol(exam.read_marks(data, "regencies")))
    provinces = {each.id for each in references}
    doubled = [*references, *regencies[: len(references)]]
    _line("imagehash.phash", _phash(references), positives, negatives)
    _line("SIFT + RANSAC, a loop", _sift(references), positives, negatives)
    _line("netravision", _index(references, provinces), positives, negatives)
    _line("the same, twice enrolled", _index(doubled, provinces), positives, negatives)


def _line(
    name: str, ask: Namer, positives: Sequence[exam.Case], negatives: Sequence[exam.Case]
) -> None:
    start = time.process_time()
    said = [ask(case.picture) for case in positives]
    false = [ask(case.picture)[1] for case in negatives]
    spent = (time.process_time() - start) / (len(positives) + len(negatives))
    wrong = [score for case, (who, score) in zip(positives, said, strict=True) if who != case.truth]
    threshold = np.sort([*false, *wrong])[::-1][len(false) // 100]
    recall = [
        np.mean(
            [
                who == case.truth and score > threshold
                for case, (who, score) in zip(positives, said, strict=True)
                if case.same_drawing == same
            ]
        )
        for same in (True, False)
    ]
    print(f"{name:<45} {recall[0]:.3f}  {recall[1]:.3f}  {1000 * spent:8.1f}")


def _index(references: Sequence[Reference], asked: set[str]) -> Namer:
    """Best name among those asked for; the others are enrolled as well."""
    index = TemplateIndex(references)

    def ask(rgb: Rgb) -> tuple[str | None, float]:
        named = (match for match in index.all_matches(ImagePyramid(rgb)) if match.id in asked)
        best = next(named, None)
        return (best.id, best.score) if best else (None, 0.0)

    return ask


def _phash(references: Sequence[Reference]) -> Namer:
    known = [
        (each.id, imagehash.phash(Image.fromarray(composite(each.pictures[0], WHITE))))
        for each in references
    ]

    def ask(rgb: Rgb) -> tuple[str | None, float]:
        own = imagehash.phash(Image.fromarray(rgb))
        distance, who = min((own - other, name) for name, other in known)
        return who, -float(distance)

    return ask


def _sift(references: Sequence[Reference]) -> Namer:
    sift, matcher = cv2.SIFT.create(), cv2.BFMatcher()

    def describe(rgb: Rgb) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        points, descriptors = sift.detectAndCompute(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), None)
        return np.array([point.pt for point in points], np.float32), descriptors

    known = [(each.id, *describe(composite(each.pictures[0], WHITE))) for each in references]

    def inliers(
        points: NDArray[np.float32],
        descriptors: NDArray[np.float32],
        to: NDArray[np.float32],
        other: NDArray[np.float32],
    ) -> int:
        pairs = [pair for pair in matcher.knnMatch(descriptors, other, k=2) if len(pair) == 2]
        good = [first for first, second in pairs if first.distance < 0.75 * second.distance]
        if len(good) < 4:
            return 0
        source = to[[match.trainIdx for match in good]]
        target = points[[match.queryIdx for match in good]]
        _, inside = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=5.0)
        return 0 if inside is None else int(inside.sum())

    def ask(rgb: Rgb) -> tuple[str | None, float]:
        points, descriptors = describe(rgb)
        if descriptors is None:
            return None, 0.0
        count, who = max(
            (inliers(points, descriptors, to, other), name) for name, to, other in known
        )
        return who, float(count)

    return ask


if __name__ == "__main__":
    main()
