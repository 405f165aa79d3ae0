"""Symbols of parties and candidates: every place, with a score that knows how plain they are.

The engine finds marks as rich as emblems. Symbols are discs, stars and crescents, which much else
resembles, and they come in crowds: a ballot paper or a coalition's poster shows eighteen at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.arguments import Profile
from netravision.core.box import Box
from netravision.core.geometry import non_max_suppression
from netravision.core.logistic import sigmoid
from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.features import CELL, DIRECTIONS, cell_features
from netravision.matching.templates.index import (
    MIN_SCORE,
    SAME_PLACE,
    Match,
    SearchEffort,
    TemplateIndex,
)
from netravision.matching.templates.scoring import FEATURES as MEASURED

__all__ = ["EFFORTS", "FEATURES", "SymbolIndex", "distinct", "richness"]

# How similar the place was before the alignment says little after it: of a symbol seen from the
# side it is low. Without it recall at 0.1 % false is 0.838 instead of 0.829. The color
# of the middle and the cast had weights of the wrong sign: the whole's colors say the same.
_LEFT_OUT = ("shortlist_margin", "core_color", "cast")
_MEASURED = [number for number, name in enumerate(MEASURED) if name not in _LEFT_OUT]

#: What a symbol's score is made of: what the engine measured, and the mean edge energy of the
#: drawing (1.1 for a crescent, 1.9 for a bird with its name).
FEATURES = (*(MEASURED[number] for number in _MEASURED), "richness")

# A logistic model, fitted by ``python benchmarks/symbols.py --fit`` on the shared parties and
# negatives; the tables of docs/insignia.md are cross-validated.
_WEIGHTS = np.array([2.299, 1.531, 0.722, 1.701, 2.787, 2.832, 2.381, 3.51, 5.339, 1.702])
_INTERCEPT = -14.736

#: How small and how many symbols are looked for; ``docs/insignia.md`` has what was measured.
EFFORTS: dict[Profile, SearchEffort] = {
    "fast": SearchEffort(0.2, 4),
    "balanced": SearchEffort(0.1, 6),
    "thorough": SearchEffort(0.05, 18),
}

# Where there is one symbol there are often more. Around one that fills less than this share of
# the image, windows are looked through one by one.
_CROWD_COVERAGE = 0.15
_CROWD_SCORE = 0.3

# Sides of the windows and steps between them, in sides of the symbols found: each symbol is whole
# in one of them. At most so many windows. Windows of 2.2 sides name three fewer of a ballot paper.
_WINDOW = 3.0
_STEP = 1.5
_MAX_WINDOWS = 80

# Of its own window a symbol of the size found fills a third.
_WINDOW_EFFORT = SearchEffort(0.2, 4)

# A search names one place of each symbol; what is sure is painted over and the window searched
# again, so often: a window holds the same symbol four times.
_SURE = 0.5
_ROUNDS = 4

# A place whose smaller box lies in another's by more than this is the same place: as much as boxes
# of one size have in common at SAME_PLACE. With 0.6 the lower half of a symbol of 32 px, found in a
# window, was another symbol below the whole.
_WITHIN = 2 * SAME_PLACE / (1 + SAME_PLACE)

# Side in pixels at which the richness of a drawing is measured.
_RICHNESS_SIDE = 14 * CELL


class SymbolIndex:
    """Symbols prepared for searching.

    Parameters
    ----------
    references : sequence of Reference

    Raises
    ------
    WatchlistError
        If a reference image is unusable.
    """

    def __init__(self, references: Sequence[Reference]) -> None:
        self._templates = TemplateIndex(references, any_color=False, middles=False, nameless=True)
        self._richness: dict[str, float] = {}
        for drawing in self._templates.drawings:
            plainest = self._richness.get(drawing.id, float("inf"))
            self._richness[drawing.id] = min(plainest, richness(drawing))

    def search(
        self, image: ImagePyramid, effort: SearchEffort = EFFORTS["balanced"]
    ) -> list[Match]:
        """Symbols in an image, likeliest first, one at a place; one symbol may have several.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        effort : SearchEffort

        Returns
        -------
        list of Match
        """
        found = distinct(self.all_matches(image, effort))
        small = [
            match
            for match in found
            if match.score >= _CROWD_SCORE and match.coverage < _CROWD_COVERAGE
        ]
        if small:
            sides = [max(m.box[2] - m.box[0], m.box[3] - m.box[1]) for m in small]
            more = [
                match
                for window in _windows(image.size_wh, float(np.median(sides)))
                for match in self._in_window(image.pixels, window)
            ]
            found = distinct([*found, *more])
        return found

    def all_matches(
        self, image: ImagePyramid, effort: SearchEffort = EFFORTS["balanced"]
    ) -> list[Match]:
        """As :meth:`search`, with every drawing that was aligned, as calibration needs them.

        Their ``features`` are in the order of :data:`FEATURES`.
        """
        found = [self._scored(match) for match in self._templates.all_matches(image, effort)]
        return sorted(found, key=lambda match: -match.score)

    def _scored(self, match: Match) -> Match:
        features = np.append(match.features[_MEASURED], self._richness[match.id])
        logit = float(features @ _WEIGHTS) + _INTERCEPT
        return match._replace(score=float(sigmoid(logit)), features=features)

    def _in_window(self, rgb: NDArray[np.uint8], window: Box) -> Iterator[Match]:
        left, top, right, bottom = (int(value) for value in window)
        cut = np.ascontiguousarray(rgb[top:bottom, left:right])
        share = cut.size / rgb.size
        for _ in range(_ROUNDS):
            found = distinct(self.all_matches(ImagePyramid(cut), _WINDOW_EFFORT))
            for match in found:
                x0, y0, x1, y1 = match.box
                box = (x0 + left, y0 + top, x1 + left, y1 + top)
                yield match._replace(box=box, coverage=match.coverage * share)
            sure = [match.box for match in found if match.score >= _SURE]
            if not sure:
                break
            cut = _painted_over(cut, sure)


def richness(drawing: Drawing) -> float:
    """Mean edge energy of the cells of a drawing.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    float
    """
    side = (_RICHNESS_SIDE, _RICHNESS_SIDE)
    small = cv2.resize(drawing.rgb, side, interpolation=cv2.INTER_AREA)
    cells = cell_features(np.ascontiguousarray(small, np.uint8))
    return float(cells[..., :DIRECTIONS].sum(axis=-1).mean())


def distinct(matches: Sequence[Match]) -> list[Match]:
    """Of matches at the same place the likeliest, all likely enough to be reported.

    Parameters
    ----------
    matches : sequence of Match
        Likeliest first.

    Returns
    -------
    list of Match
    """
    likely = [match for match in matches if match.score >= MIN_SCORE]
    boxes = np.array([match.box for match in likely]).reshape(-1, 4)
    scores = [match.score for match in likely]
    kept = non_max_suppression(boxes, scores, SAME_PLACE, ios_threshold=_WITHIN)
    return [likely[number] for number in kept]


def _painted_over(rgb: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.uint8]:
    """The image without what is in the boxes: the median color of their rims instead."""
    painted = rgb.copy()
    for box in boxes:
        x0, y0 = (max(0, int(value) - 1) for value in box[:2])
        x1, y1 = int(np.ceil(box[2])) + 1, int(np.ceil(box[3])) + 1
        shown = painted[y0:y1, x0:x1]
        rim = np.concatenate([shown[0], shown[-1], shown[:, 0], shown[:, -1]])
        shown[:] = np.median(rim, axis=0)
    return painted


def _windows(size_wh: tuple[int, int], side: float) -> list[Box]:
    """Overlapping squares over an image; larger ones if there would be too many."""
    while True:
        length = _WINDOW * side
        columns, rows = (_starts(extent, length, _STEP * side) for extent in size_wh)
        if len(rows) * len(columns) <= _MAX_WINDOWS:
            break
        side *= 1.2
    return [
        (x, y, min(x + length, size_wh[0]), min(y + length, size_wh[1]))
        for y in rows
        for x in columns
    ]


def _starts(extent: int, length: float, step: float) -> list[float]:
    last = max(0.0, extent - length)
    return [float(start) for start in np.linspace(0.0, last, int(np.ceil(last / step)) + 1)]
