"""The symbol exam: parties enrolled from one file each, asked about their other files.

    NETRAVISION_DATA=../shared/data python benchmarks/symbols.py

The weights are those of the emblems, fitted on provinces and negatives of the emblem exam: no
party has been seen by them as something to find. ``SYMBOL_DOUBT`` was chosen on this exam.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from pathlib import Path

import cv2
import exam
import numpy as np
from numpy.typing import NDArray

from netravision.detectors.insignia.marks import SYMBOL_DOUBT
from netravision.matching.index import Match, ReferenceIndex
from netravision.photo import read_picture

NEGATIVES = ("regencies", "provinces", "institutions", "avatars_negative")

# As profile "balanced" of the insignia detector.
SMALLEST, FITTED = 0.1, 6


def main() -> None:
    """Ask and print."""
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    enrolled = exam.enrol(exam.read_marks(data, "parties"))
    references = exam.references(enrolled)
    index = ReferenceIndex(references, smallest=SMALLEST, fitted=FITTED, doubt=SYMBOL_DOUBT)
    cases = _cases(data, enrolled)
    cases = [cases[i] for i in np.random.default_rng(0).permutation(len(cases))[: sample()]]
    asked = [(case, index.candidates(case.picture)) for case in cases]
    report([(case, found[0] if found else None) for case, found in asked])
    sheet(data, enrolled)


def sample() -> int | None:
    """How many pictures to ask: ``--sample``, or all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=None)
    chosen = parser.parse_args().sample
    return chosen if chosen is None else int(chosen)


def _cases(data: Path, enrolled: dict[str, list[exam.Mark]]) -> list[exam.Case]:
    cases = list(exam.positives(data, "parties", enrolled))
    cases += exam.negatives(data, NEGATIVES)
    return cases + list(exam.photo_negatives(data))


def report(answers: list[tuple[exam.Case, Match | None]]) -> None:
    """Recall at fixed shares of false names, by transformation."""
    negative = [best.score if best else 0.0 for case, best in answers if case.truth is None]
    positive = [(case, best) for case, best in answers if case.truth is not None]
    wrong = [best.score for case, best in positive if best and best.id != case.truth]
    false = np.sort([*negative, *wrong])[::-1]
    print(f"{len(positive)} pictures, {len(negative)} without a party")

    def hits(threshold: float) -> list[tuple[exam.Case, bool]]:
        return [
            (case, bool(best and best.id == case.truth and best.score > threshold))
            for case, best in positive
        ]

    for name, threshold in [
        ("at 1% false", float(false[len(negative) // 100])),
        ("at 0.1% false", float(false[len(negative) // 1000])),
        ("at score 0.5", 0.5),
    ]:
        flagged = np.mean(np.array(negative) > threshold)
        recall = np.mean([hit for _, hit in hits(threshold)])
        print(f"{name:<16} score {threshold:.3f}  recall {recall:.3f}  false {flagged:.4f}")
    table: dict[str, list[bool]] = defaultdict(list)
    for case, hit in hits(float(false[len(negative) // 1000])):
        table[case.transformation].append(hit)
    print("\nrecall at 0.1% false")
    for name, values in table.items():
        print(f"{name:<22} {np.mean(values):.3f}")


def sheet(data: Path, enrolled: dict[str, list[exam.Mark]]) -> None:
    """Ten symbols at once, 64 px each, as on a ballot paper; profile "thorough"."""
    index = ReferenceIndex(exam.references(enrolled), smallest=0.1, fitted=18, doubt=SYMBOL_DOUBT)
    others = {}
    for mark in exam.read_marks(data, "parties"):
        if mark not in enrolled[mark.slug] or len(enrolled) == 1:
            others[mark.slug] = mark
    canvas = np.full((2 * 96, 5 * 96, 3), 255, np.uint8)
    for number, mark in enumerate(others.values()):
        row, column = divmod(number, 5)
        _place(canvas, read_picture(mark.path).rgb, 96 * column + 16, 96 * row + 16)
    named = {match.id for match in index.search(canvas) if match.score >= 0.5}
    print(f"\nsheet of {len(others)} at 64 px: {len(named & set(others))} named right, ", end="")
    print(f"{len(named - set(others))} wrong")


def _place(canvas: NDArray[np.uint8], rgb: NDArray[np.uint8], x: int, y: int) -> None:
    small = exam.resize(rgb, 64)
    canvas[y : y + small.shape[0], x : x + small.shape[1]] = small


if __name__ == "__main__":
    main()
