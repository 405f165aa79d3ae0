"""The emblem exam: provinces enrolled from one file each, asked about their other files.

    NETRAVISION_DATA=../shared/data python benchmarks/emblems.py

prints recall by augmentation and drawing, false positives on look-alikes, misidentifications, and
what share of the names is right by score.
Every score is given by a model fitted on the other half: provinces and negatives are split by
name in two, each half is asked with the weights learned on the other.
``--fit`` prints the weights learned on everything, as they stand in
``netravision/matching/templates/scoring.py``. ``--nth 1`` enrols the second drawing of each
instead of the first, ``--sample 400`` asks that many pictures of each sort only.
"""

from __future__ import annotations

import argparse
import os
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import cv2
import exam
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from netravision.core.logistic import sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.emblem import EFFORTS
from netravision.matching.templates.index import Match, TemplateIndex
from netravision.matching.templates.scoring import FEATURES

Search = Callable[[ImagePyramid], list[Match]]

NEGATIVES = ("regencies", "parties", "institutions", "avatars_negative")
CARD_AUGMENTATIONS = ("plain", "circle", "padded", "q15")

#: How often each misidentification counts in the fit: it does more harm than a miss.
#: With 1, a regency's shield scored 0.60 and five look-alikes of the exam of three drawings 0.5.
WRONG_COUNTS = 2

# Scores between which the share of right names is printed.
BINS = (0.05, 0.2, 0.5, 0.8, 0.95, 1.01)


@dataclass(frozen=True)
class Answer:
    """What the index said of one case: ids, their features, and whether each is the truth."""

    truth: str | None
    augmentation: str
    same_drawing: bool
    source: str
    ids: list[str]
    features: NDArray[np.float64]
    shipped: NDArray[np.float64]
    seconds: float

    @property
    def half(self) -> int:
        """Which half of the data it belongs to; all files of one mark go together."""
        return zlib.crc32((self.truth or self.source).encode()) % 2

    def right(self) -> NDArray[np.bool_]:
        """Which of the ids is the truth."""
        return np.array([name == self.truth for name in self.ids], bool)


def main() -> None:
    """Ask, fit crosswise, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nth", type=int, default=0, help="which drawing of each to enrol")
    parser.add_argument("--drawings", type=int, default=1, help="how many to enrol")
    parser.add_argument("--sample", type=int, default=None, help="pictures of each sort")
    parser.add_argument("--profile", choices=list(EFFORTS), default="balanced")
    parser.add_argument("--fit", action="store_true", help="print the weights for scoring.py")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)

    enrolled = exam.enrol(exam.read_marks(data, "provinces"), arguments.nth, arguments.drawings)
    index = TemplateIndex(exam.references(enrolled))
    search = partial(index.all_matches, effort=EFFORTS[arguments.profile])
    answers = ask(search, exam.positives(data, "provinces", enrolled), arguments.sample)
    answers += ask(search, exam.negatives(data, NEGATIVES), arguments.sample)
    answers += ask(search, exam.photo_negatives(data), arguments.sample)
    report(answers)
    if arguments.fit:
        weights, intercept = fit(answers)
        print(
            "\n".join(
                f"    {value:.3f},  # {name}" for name, value in zip(FEATURES, weights, strict=True)
            )
        )
        print(f"intercept {intercept:.3f}")


def ask(search: Search, cases: Iterable[exam.Case], sample: int | None) -> list[Answer]:
    """Search every picture, or a sample of them."""
    chosen = list(cases)
    if sample is not None:
        order = np.random.default_rng(0).permutation(len(chosen))[:sample]
        chosen = [chosen[i] for i in order]
    return [_ask(search, case) for case in chosen]


def _ask(search: Search, case: exam.Case) -> Answer:
    start = time.process_time()
    matches = search(ImagePyramid(case.picture))
    seconds = time.process_time() - start
    return Answer(
        case.truth,
        case.augmentation,
        case.same_drawing,
        case.source,
        [match.id for match in matches],
        np.array([match.features for match in matches]).reshape(-1, len(FEATURES)),
        np.array([match.score for match in matches]),
        seconds,
    )


def fit(answers: list[Answer]) -> tuple[NDArray[np.float64], float]:
    """Logistic weights in the features' own units."""
    features = np.concatenate([answer.features for answer in answers])
    right = np.concatenate([answer.right() for answer in answers])
    mean, spread = features.mean(0), features.std(0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight={False: WRONG_COUNTS, True: 1})
    model.fit((features - mean) / spread, right)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def crosswise(answers: list[Answer]) -> list[tuple[float, bool]]:
    """Score of the best name of each answer by the other half's weights; whether it is right."""
    models = [fit([answer for answer in answers if answer.half != half]) for half in (0, 1)]
    best = []
    for answer in answers:
        weights, intercept = models[answer.half]
        scores = sigmoid(answer.features @ weights + intercept)
        if not answer.ids:
            best.append((0.0, False))
            continue
        top = int(scores.argmax())
        best.append((float(scores[top]), bool(answer.right()[top])))
    return best


def report(answers: list[Answer]) -> None:
    """Print the tables."""
    best = crosswise(answers)
    negative = np.array([answer.truth is None for answer in answers])
    score = np.array([value for value, _ in best])
    right = np.array([value for _, value in best])
    photo = np.array([answer.augmentation == "photo" for answer in answers])
    other = np.array([not answer.same_drawing for answer in answers]) & ~negative
    same = ~negative & ~other
    card = np.array([answer.augmentation in CARD_AUGMENTATIONS for answer in answers])
    lookalike = negative & ~photo
    false = np.sort(score[lookalike | (~negative & ~right)])[::-1]

    def line(name: str, threshold: float) -> None:
        hit = right & (score > threshold)
        print(
            f"{name:<24} {threshold:9.3f} {_share(hit[same]):>6} {_share(hit[other]):>6} "
            f"{_share(hit[other & card]):>6} {_share((score > threshold)[lookalike]):>8} "
            f"{_share((score > threshold)[photo]):>6} "
            f"{_share(((score > threshold) & ~right)[~negative]):>6}"
        )

    print(f"{same.sum()} pictures of the same drawing, {other.sum()} of another,")
    print(f"{lookalike.sum()} look-alikes, {photo.sum()} photos;", end=" ")
    print(f"{1000 * np.mean([answer.seconds for answer in answers]):.0f} ms a picture (CPU)")
    print(f"{'':<24} threshold   same  other  card*  lookal.  photos  misnamed")
    for share in (0.01, 0.003, 0.001):
        line(f"at {share:.1%} false", float(false[int(share * lookalike.sum())]))
    line("at score 0.5", 0.5)
    print("* of another drawing: plain, circle, padded, q15")

    print("\nscore         names  right  mean score")
    for low, high in pairwise(BINS):
        inside = (score >= low) & (score < high)
        print(
            f"{low:.2f} to {min(high, 1):.2f}  {inside.sum():5} {_share(right[inside]):>6} "
            f"{score[inside].mean() if inside.any() else 0:11.3f}"
        )

    threshold = float(false[int(0.001 * lookalike.sum())])
    table: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for answer, value, correct in zip(answers, score, right, strict=True):
        if answer.truth is not None:
            table[answer.augmentation].append(
                (answer.same_drawing, bool(correct and value > threshold))
            )
    print("\nrecall at 0.1% false     same  other")
    for name in exam.AUGMENTATIONS:
        hits = table[name]
        print(
            f"{name:<22} {_share(np.array([hit for alike, hit in hits if alike])):>6} "
            f"{_share(np.array([hit for alike, hit in hits if not alike])):>6}"
        )


def _share(values: NDArray[np.bool_]) -> str:
    return f"{values.mean():.3f}" if values.size else "–"


if __name__ == "__main__":
    main()
