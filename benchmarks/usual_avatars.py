"""Avatars settled at the place that their hash tells: how many, how rightly, and the time saved.

    NETRAVISION_DATA=../shared/data python benchmarks/usual_avatars.py

One drawing of each province is enrolled. Asked about are their other files through what an avatar
goes through, look-alikes through the same, and faces, cartoons and photos as they are. It prints
how many are settled, how near the hashes of what shows another mark come, and what differs from a
search. Then ``--avatars`` avatars of which a tenth wear something are hashed and looked at with
and without, by turns; of each the least of ``--rounds`` times counts, so that other work on the
machine tells little.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import cv2
import exam
import numpy as np

from netravision.core.box import pair_iou
from netravision.core.hamming import hamming_distances
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.emblem import EFFORTS, THRESHOLD
from netravision.matching.templates.index import Match, TemplateIndex
from netravision.matching.templates.usual_avatars import MAX_DISTANCE, UsualAvatars
from netravision.picture_hashes import hash_picture

#: What happens to a mark on its way to an avatar.
WORN = ("plain", "padded", "circle", "48 px", "q15", "gray", "tint")

NEGATIVES = ("regencies", "parties", "institutions", "avatars_negative")

EFFORT = EFFORTS["balanced"]


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nth", type=int, default=0, help="which drawing of each to enrol")
    parser.add_argument("--avatars", type=int, default=2000, help="size of the folder")
    parser.add_argument("--rounds", type=int, default=3, help="times that each is looked at")
    parser.add_argument("--only", choices=("settled", "time"), default=None, help="one part")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    enrolled = exam.enrol(exam.read_marks(data, "provinces"), arguments.nth)
    index = TemplateIndex(exam.references(enrolled), usual_avatars=True)

    worn = list(exam.positives(data, "provinces", enrolled, WORN))
    others = [*exam.negatives(data, NEGATIVES), *exam.photo_negatives(data)]
    if arguments.only != "time":
        report_settled(index, worn, others)
        report_distances(index, worn, others)
    if arguments.only != "settled":
        report_time(index, worn, others, arguments.avatars, arguments.rounds)


def report_settled(index: TemplateIndex, worn: list[exam.Case], others: list[exam.Case]) -> None:
    """Print how many are settled, and what a search says otherwise of them."""
    settled: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    wrong, lost, apart = 0, 0, [0.0]
    for case in [*worn, *others]:
        match = index.settle(ImagePyramid(case.picture), EFFORT)
        if case.truth is not None:
            settled[case.same_drawing, case.augmentation].append(match is not None)
        if match is None:
            continue
        wrong += match.id != case.truth
        found = index.search(ImagePyramid(case.picture), EFFORT)
        lost += _differs(match, [each for each in found if each.score >= THRESHOLD])
        apart.append(abs(match.score - found[0].score) if found else 1.0)
    print("settled                 same  other")
    for name in WORN:
        same, other = (float(np.mean(settled[alike, name])) for alike in (True, False))
        print(f"{name:<20} {same:7.3f} {other:6.3f}")
    print(f"of {len(others)} that wear none, and of the worn: {wrong} named wrongly")
    print(f"a search finds something else or more: {lost}; scores differ by {max(apart):.4f}")


def report_distances(index: TemplateIndex, worn: list[exam.Case], others: list[exam.Case]) -> None:
    """Print how near the usual avatars of other marks come."""
    by_id = {
        name: UsualAvatars([each for each in index.drawings if each.id == name])
        for name in {drawing.id for drawing in index.drawings}
    }
    nearest: dict[str, list[int]] = {"another mark is worn": [], "none is worn": []}
    for case in [*worn, *others]:
        hashed = ImagePyramid(case.picture).phash256[0]
        rivals = [usual.hashes for name, usual in by_id.items() if name != case.truth]
        distance = int(hamming_distances(hashed, np.concatenate(rivals)).min())
        nearest["another mark is worn" if case.truth else "none is worn"].append(distance)
    for name, distances in nearest.items():
        print(f"{name}, its own left out: the nearest {sorted(distances)[:5]} bits")
    print(f"{MAX_DISTANCE} bits settle")


def report_time(
    index: TemplateIndex, worn: list[exam.Case], others: list[exam.Case], avatars: int, rounds: int
) -> None:
    """Print the processor time of a folder, with and without."""
    rng = np.random.default_rng(0)
    folder = [worn[i] for i in rng.choice(len(worn), avatars // 10)]
    folder += [others[i] for i in rng.choice(len(others), avatars - len(folder))]
    seconds = np.full((len(folder), 2), np.inf)
    ways: tuple[Callable[[ImagePyramid], object], ...] = (
        lambda image: index.search(image, EFFORT),
        lambda image: index.settle(image, EFFORT) or index.search(image, EFFORT),
    )
    for number, case in enumerate(folder):
        for turn in range(2 * rounds):
            way = (number + turn) % 2
            image = ImagePyramid(case.picture)
            start = time.process_time()
            ways[way](image)
            hash_picture(image)
            seconds[number, way] = min(seconds[number, way], time.process_time() - start)
    without, with_hash = seconds.sum(axis=0)
    gains = seconds[:, 0] - seconds[:, 1]
    noise = float(gains.std() * np.sqrt(len(gains)))
    print(f"{avatars} avatars, a tenth worn: {without:.1f} s without, {with_hash:.1f} s with;")
    print(f"{without - with_hash:.2f} s saved, give or take {noise:.2f}")
    for name, part in (("worn", seconds[: avatars // 10]), ("others", seconds[avatars // 10 :])):
        print(f"{name}: {1000 * part[:, 0].mean():.2f} and {1000 * part[:, 1].mean():.2f} ms each")


def _differs(match: Match, found: list[Match]) -> bool:
    """Whether a search finds something else than what was settled, or more."""
    return [each.id for each in found] != [match.id] or pair_iou(match.box, found[0].box) < 0.9


if __name__ == "__main__":
    main()
