"""The symbol exam: parties enrolled from one file each, asked about their other files.

    NETRAVISION_DATA=../shared/data python benchmarks/symbols.py

Every score is by weights fitted on the other parties and negatives, one party left out at a time;
``--fit`` prints the weights of all, which ``detectors/insignia/symbols.py`` holds. Symbols on
cloth and of 32 pixels are fitted too, and reported beside the others. Symbols in other colors than
their own are fitted as negatives, and not reported: parties differ by color, and of other marks
few have a party's structure. Needs the extra ``bench``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import exam
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from netravision.core.logistic import sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import resize_longest_side
from netravision.detectors.insignia.symbols import EFFORTS, FEATURES, SymbolIndex
from netravision.imaging.image import read_image
from netravision.watchlist_check.augmentations import Rgb

NEGATIVES = ("regencies", "provinces", "institutions", "avatars_negative")

#: Strong, because ten parties are few to learn from how plain a symbol may be.
REGULARIZATION = 0.1

#: Ways in which each symbol waves.
CLOTHS = 3

#: A ballot paper; there are ten parties, so the others are marks of regencies.
SHEET_ROWS, SHEET_COLUMNS, SHEET_PX, SHEET_GAP = 3, 6, 64, 32


class Answer(NamedTuple):
    """All places of one picture, with what was measured there."""

    case: exam.Case
    ids: list[str]
    features: NDArray[np.float64]


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--sample", type=int, default=None, help="pictures to ask, all if not given"
    )
    parser.add_argument("--nth", type=int, default=0, help="which drawing to enrol, from 0")
    parser.add_argument("--fit", action="store_true", help="print weights fitted on all")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    enrolled = exam.enrol(exam.read_marks(data, "parties"), arguments.nth)
    index = SymbolIndex(exam.references(enrolled))
    cases = _cases(data, enrolled)
    order = np.random.default_rng(0).permutation(len(cases))[: arguments.sample]
    start = time.process_time()
    answers = [_ask(index, cases[i]) for i in order]
    pace = 1000 * (time.process_time() - start) / len(answers)
    beside = [_ask(index, case) for case in _beside(data, enrolled)]
    recolored = [
        _ask(index, each)
        for answer in answers
        if answer.case.truth is not None and answer.case.augmentation != "gray"
        for each in _recolored(answer.case)
    ]
    fitted = [*answers, *beside, *recolored]
    best = _crosswise(fitted, sorted(enrolled))
    report(answers, best[: len(answers)], pace)
    report_beside(beside, best[len(answers) : len(answers) + len(beside)])
    if arguments.fit:
        weights, intercept = _fit(fitted)
        print(f"\nweights {weights.round(3).tolist()}, intercept {intercept:.3f}")
    sheet(data)


def _cases(data: Path, enrolled: dict[str, list[exam.Mark]]) -> list[exam.Case]:
    cases = list(exam.positives(data, "parties", enrolled))
    cases += exam.negatives(data, NEGATIVES)
    return cases + list(exam.photo_negatives(data))


def _recolored(case: exam.Case) -> Iterator[exam.Case]:
    """The picture with its channels exchanged, which is of no party; its source says of whose."""
    for places in (1, 2):
        picture = np.ascontiguousarray(np.roll(case.picture, places, axis=2))
        yield exam.Case(picture, None, case.augmentation, False, str(case.truth))


def _ask(index: SymbolIndex, case: exam.Case) -> Answer:
    found = index.all_matches(ImagePyramid(case.picture))
    features = [match.features for match in found]
    return Answer(
        case, [match.id for match in found], np.array(features).reshape(-1, len(FEATURES))
    )


def _part(case: exam.Case, parties: list[str]) -> int:
    """Pictures of a party are a part; the others are dealt out."""
    party = case.truth or case.source
    if party in parties:
        return parties.index(party)
    return hashlib.sha256(case.source.encode()).digest()[0] % len(parties)


def _fit(answers: list[Answer]) -> tuple[NDArray[np.float64], float]:
    features = np.concatenate([answer.features for answer in answers])
    right = np.array([name == answer.case.truth for answer in answers for name in answer.ids])
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    model = LogisticRegression(C=REGULARIZATION, max_iter=3000)
    model.fit((features - mean) / spread, right)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def _crosswise(answers: list[Answer], parties: list[str]) -> list[tuple[str | None, float]]:
    """The likeliest name of each picture, scored by what the other parts say."""
    best: list[tuple[str | None, float]] = [(None, 0.0)] * len(answers)
    parts = np.array([_part(answer.case, parties) for answer in answers])
    for part in np.unique(parts):
        weights, intercept = _fit([a for a, own in zip(answers, parts, strict=True) if own != part])
        for i in np.flatnonzero(parts == part):
            if answers[i].ids:
                scores = sigmoid(answers[i].features @ weights + intercept)
                best[i] = (answers[i].ids[int(scores.argmax())], float(scores.max()))
    return best


def report(answers: list[Answer], best: list[tuple[str | None, float]], pace: float) -> None:
    """Recall at fixed shares of false names, by augmentation and by party."""
    said = [(answer.case, *named) for answer, named in zip(answers, best, strict=True)]
    positive = [each for each in said if each[0].truth is not None]
    negative = [score for case, _, score in said if case.truth is None]
    wrong = [score for case, name, score in positive if name not in (None, case.truth)]
    false = np.sort([*negative, *wrong])[::-1]
    print(f"{len(positive)} pictures, {len(negative)} without a party; {pace:.0f} ms each (CPU)")

    def hits(threshold: float) -> list[bool]:
        return [name == case.truth and score > threshold for case, name, score in positive]

    strict = float(false[len(negative) // 1000])
    for name, threshold in [
        ("at 1% false", float(false[len(negative) // 100])),
        ("at 0.1% false", strict),
        ("at score 0.5", 0.5),
    ]:
        flagged, misnamed = (np.array(scores) > threshold for scores in (negative, wrong))
        print(
            f"{name:<16} score {threshold:.3f}  recall {np.mean(hits(threshold)):.3f}  "
            f"false {flagged.mean():.4f}  misnamed {misnamed.sum() / len(positive):.4f}"
        )
    for title, key in (
        ("augmentation", lambda case: case.augmentation),
        ("file", lambda case: "/".join(Path(case.source).parts[-2:])),
    ):
        table: dict[str, list[bool]] = defaultdict(list)
        for (case, *_), hit in zip(positive, hits(strict), strict=True):
            table[key(case)].append(hit)
        print(f"\nrecall at 0.1% false, by {title}")
        for name, values in sorted(table.items()):
            print(f"{name:<22} {np.mean(values):.3f}")
    print("\nscore         names  right  mean score")
    names = [(score, name == case.truth) for case, name, score in said if name]
    for low, high in ((0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = [(score, right) for score, right in names if low <= score < high]
        if inside:
            scores, rights = zip(*inside, strict=True)
            span = f"{low:.2f} to {min(high, 1):.2f}"
            print(f"{span:<13} {len(inside):>5}  {np.mean(rights):.3f}  {np.mean(scores):>10.3f}")


def _beside(data: Path, enrolled: dict[str, list[exam.Mark]]) -> Iterator[exam.Case]:
    """What the 13 augmentations leave out: cloth, waving in some ways, and 32 px."""
    photos = exam.backgrounds(data)
    for number, mark in enumerate(exam.read_marks(data, "parties")):
        if mark in enrolled[mark.slug]:
            continue
        rgb = read_image(mark.path).rgb
        photo = resize_longest_side(read_image(photos[number % len(photos)]).rgb, 800)
        for way in range(CLOTHS):
            rng = np.random.default_rng([number, way])
            yield exam.Case(_on_cloth(rgb, photo, rng), mark.slug, "on cloth", False, mark.slug)
        yield exam.Case(_tiny(rgb), mark.slug, "32 px", False, mark.slug)


def report_beside(answers: list[Answer], best: list[tuple[str | None, float]]) -> None:
    """Recall at score 0.5."""
    found: dict[str, list[bool]] = defaultdict(list)
    for answer, (name, score) in zip(answers, best, strict=True):
        found[answer.case.augmentation].append(name == answer.case.truth and score >= 0.5)
    print()
    for name, hits in found.items():
        print(f"{name}: {np.mean(hits):.3f} of {len(hits)} found at score 0.5")


def _tiny(rgb: Rgb) -> Rgb:
    return resize_longest_side(resize_longest_side(rgb, 256), 32)


def _on_cloth(rgb: Rgb, photo: Rgb, rng: np.random.Generator) -> Rgb:
    """A flag of it, a third of a photo wide, waving: a smooth warp with its shading."""
    flag = resize_longest_side(rgb, round(photo.shape[1] / 3)).astype(np.float32)
    height, width = flag.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    length, phase, slant = rng.uniform(0.5, 1.0) * width, rng.uniform(0, 6), rng.uniform(-0.5, 0.5)
    wave = 2 * np.pi * (columns + slant * rows) / length + phase
    depth = 0.04 * width
    across, down = columns + depth * np.cos(wave), rows + 0.6 * depth * np.sin(wave)
    waved = cv2.remap(flag, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    waved *= (0.8 + 0.25 * np.sin(wave))[..., None]
    picture = photo.copy()
    y = int(rng.integers(0, max(1, photo.shape[0] - height)))
    x = int(rng.integers(0, max(1, photo.shape[1] - width)))
    shown = picture[y : y + height, x : x + width]
    shown[:] = waved[: shown.shape[0], : shown.shape[1]].clip(0, 255)
    return picture


def sheet(data: Path) -> None:
    """Eighteen symbols at once, each from another file than is enrolled; profiles compared."""
    pairs = dict(list(_pairs(data))[: SHEET_ROWS * SHEET_COLUMNS])
    references = exam.references({slug: [enrolled] for slug, (enrolled, _) in pairs.items()})
    index = SymbolIndex(references)
    for profile in ("balanced", "thorough"):
        for px in (SHEET_PX, 32):
            step = px + SHEET_GAP
            canvas = np.full((SHEET_ROWS * step, SHEET_COLUMNS * step, 3), 255, np.uint8)
            for number, (_, other) in enumerate(pairs.values()):
                row, column = divmod(number, SHEET_COLUMNS)
                small = resize_longest_side(read_image(other.path).rgb, px)
                y = row * step + (step - small.shape[0]) // 2
                x = column * step + (step - small.shape[1]) // 2
                canvas[y : y + small.shape[0], x : x + small.shape[1]] = small
            right = wrong = 0
            for match in index.search(ImagePyramid(canvas), EFFORTS[profile]):
                if match.score >= 0.5:
                    x0, y0, x1, y1 = match.box
                    number = int((y0 + y1) / 2 / step) * SHEET_COLUMNS + int((x0 + x1) / 2 / step)
                    named = list(pairs)[number] == match.id
                    right, wrong = right + named, wrong + (not named)
            print(
                f"sheet of {len(pairs)} at {px} px, {profile}: {right} named right in their place, "
                f"{wrong} wrong"
            )


def _pairs(data: Path) -> Iterator[tuple[str, tuple[exam.Mark, exam.Mark]]]:
    """A file to enrol and another of the same symbol, of another drawing where there is one."""
    for kind in ("parties", "regencies"):
        marks = exam.read_marks(data, kind)
        for slug in dict.fromkeys(mark.slug for mark in marks):
            # The first file of Perindo shows its former symbol, and is the only one that does.
            own = [m for m in marks if m.slug == slug][slug == "perindo" :]
            others = [m for m in own if m.drawing != own[0].drawing] or own[1:]
            if kind == "parties" or others:
                yield slug, (own[0], (others or own)[0])


if __name__ == "__main__":
    main()
