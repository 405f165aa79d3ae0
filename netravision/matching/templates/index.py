"""All enrolled references, indexed once; one search names those in a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from netravision.core.geometry import Box, area, pair_iou
from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.alignment import Aligner, Alignment
from netravision.matching.templates.bank import GRAY_WEIGHTS, WEIGHTS
from netravision.matching.templates.coarse_search import SCALE_TOLERANCE, CoarseSearch
from netravision.matching.templates.drawings import cut_drawings
from netravision.matching.templates.features import CELL
from netravision.matching.templates.placement import SearchPyramid
from netravision.matching.templates.scoring import Measured
from netravision.matching.templates.shortlist import Hypothesis, Shortlist

#: Matches less likely than this are not reported.
MIN_SCORE = 0.05

# Drawings so much less similar than the best of their place, or of the picture, are not laid
# over it. In the exam no emblem lay more than 0.06 behind; several symbols in one picture may.
_MAX_DEFICIT_HERE = 0.12
_MAX_DEFICIT = 0.25

#: Boxes that overlap more are about the same place (intersection over union).
SAME_PLACE = 0.3

# Cells a side that the smallest mark keeps where it is laid over closely: finer pixels are not
# kept. With 14, all that the fine cells could use, nothing more was found.
_FINEST = 10


class Match(NamedTuple):
    """A reference found in a picture.

    Attributes
    ----------
    id : str
    score : float
        Calibrated probability, from :data:`MIN_SCORE` to 1.
    box : tuple of float
        ``(x0, y0, x1, y1)``, within the picture.
    coverage : float
        Share of the picture that the box fills.
    fit : Alignment
        How well it fits; ``fit.placement.degrees`` is the turn that was undone.
    runner_up : str or None
        The other reference most like this place, if any came near.
    runner_up_similarity : float
    measured : Measured
    """

    id: str
    score: float
    box: Box
    coverage: float
    fit: Alignment
    runner_up: str | None
    runner_up_similarity: float
    measured: Measured

    def evidence(self) -> dict[str, float | str | None]:
        """What was measured, in plain types for a record."""
        return {
            "coverage": round(self.coverage, 3),
            "structure": round(self.fit.agreement.edges, 3),
            "color": round(self.fit.agreement.color, 3),
            "turned_degrees": round(self.fit.placement.degrees, 1),
            "runner_up": self.runner_up,
            "margin": round(self.fit.similarity - self.runner_up_similarity, 3),
        }


class TemplateIndex:
    """References prepared for searching.

    Parameters
    ----------
    references : sequence of Reference
        Several pictures of one reference are alternatives.
    smallest : float
        Height of the smallest mark to look for, as a share of the picture's shorter side.
    fitted : int
        How many of the likeliest references are laid over the picture.

    Raises
    ------
    WatchlistError
        If a reference picture cannot serve; the message names it and why.
    """

    def __init__(
        self, references: Sequence[Reference], *, smallest: float = 0.15, fitted: int = 4
    ) -> None:
        self._drawings = [drawing for each in references for drawing in cut_drawings(each)]
        self._smallest = smallest
        self._fitted = fitted
        self._sliding = CoarseSearch(self._drawings)
        self._names = Shortlist(self._drawings)
        self._fine = [Aligner(drawing) for drawing in self._drawings]
        for drawing in self._drawings:
            drawing.kept.save()

    def search(self, picture: ImagePyramid, least_coverage: float = 0.0) -> list[Match]:
        """References in a picture, likeliest first, one at a place.

        Parameters
        ----------
        picture : ImagePyramid
            Of (H, W, 3) RGB pixels.
        least_coverage : float
            Share of the picture that a mark must cover to be of interest; smaller ones may be
            left out, which takes half the time for a seventh of the picture.
        """
        kept: list[Match] = []
        for match in self.all_matches(picture, least_coverage):
            if match.score < MIN_SCORE:
                break
            elsewhere = all(pair_iou(match.box, other.box) < SAME_PLACE for other in kept)
            if elsewhere and all(match.id != other.id for other in kept):
                kept.append(match)
        return kept

    def all_matches(self, picture: ImagePyramid, least_coverage: float = 0.0) -> list[Match]:
        """Every place that was looked at closely, likeliest first: what calibration needs."""
        width, height = picture.size_wh
        shorter = min(width, height)
        side = math.sqrt(least_coverage * width * height) / shorter
        smallest = max(self._smallest, SCALE_TOLERANCE * side)
        pyramid = SearchPyramid(picture, _FINEST * CELL / (smallest * shorter))
        gray = pyramid.is_gray()
        places = self._sliding.search(pyramid, smallest, self._fitted)
        found = self._names.compare(pyramid, places, GRAY_WEIGHTS if gray else WEIGHTS)
        likeliest = self._likeliest(found)
        fits = [self._fine[each.drawing].fit(pyramid, each) for each in likeliest]
        fitted = list(zip(likeliest, fits, strict=True))
        matches = [
            self._match(place, fit, fitted, found, gray, picture.size_wh) for place, fit in fitted
        ]
        presentable = [match for match in matches if match.measured.presentable]
        return sorted(presentable, key=lambda match: -match.score)

    def _id(self, hypothesis: Hypothesis) -> str:
        return self._drawings[hypothesis.drawing].id

    def _likeliest(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """The best place of each drawing, of the likeliest references."""
        likeliest: dict[int, Hypothesis] = {}
        ids: set[str] = set()
        for each in found:
            if each.similarity < found[0].similarity - _MAX_DEFICIT:
                break
            if each.drawing in likeliest or (
                len(ids) == self._fitted and self._id(each) not in ids
            ):
                continue
            # Drawings come in falling similarity: the first at a place is its best.
            best = next(
                (
                    other.similarity
                    for other in likeliest.values()
                    if pair_iou(other.placement.box, each.placement.box) > SAME_PLACE
                ),
                each.similarity,
            )
            if each.similarity >= best - _MAX_DEFICIT_HERE:
                ids.add(self._id(each))
                likeliest[each.drawing] = each
        return list(likeliest.values())

    def _match(
        self,
        place: Hypothesis,
        fit: Alignment,
        fitted: list[tuple[Hypothesis, Alignment]],
        found: list[Hypothesis],
        gray: bool,
        size_wh: tuple[int, int],
    ) -> Match:
        own = self._id(place)
        rivals = [
            (other.similarity, self._id(rival))
            for rival, other in fitted
            if self._id(rival) != own
            and pair_iou(other.placement.box, fit.placement.box) > SAME_PLACE
        ]
        rival_fit, rival = max(rivals, default=(0.0, None))
        rival_found = next(
            (
                each.similarity
                for each in found
                if self._id(each) != own
                and pair_iou(each.placement.box, place.placement.box) > SAME_PLACE
            ),
            0.0,
        )
        measured = Measured(place.similarity, fit, rival_found, rival_fit, gray)
        width, height = size_wh
        box = _within(fit.placement.box, width, height)
        coverage = area(box) / (width * height)
        return Match(own, measured.score(), box, coverage, fit, rival, rival_fit, measured)


def _within(box: Box, width: int, height: int) -> Box:
    x0, x1 = (float(np.clip(x, 0, width)) for x in (box[0], box[2]))
    y0, y1 = (float(np.clip(y, 0, height)) for y in (box[1], box[3]))
    return x0, y0, x1, y1
