"""The template engine: references enrolled once, then searched for in any number of images."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.box import Box, area, pair_iou
from netravision.core.pyramid import ImagePyramid
from netravision.matching.references import Reference
from netravision.matching.templates.alignment import Aligner, Alignment
from netravision.matching.templates.coarse_search import SCALE_TOLERANCE, CoarseSearch
from netravision.matching.templates.drawings import Drawing, cut_drawings
from netravision.matching.templates.faded import is_faded, restored
from netravision.matching.templates.features import CELL, GRAY_WEIGHTS, WEIGHTS
from netravision.matching.templates.named import without_name
from netravision.matching.templates.one_color import brightness_and_negative
from netravision.matching.templates.placement import Placement
from netravision.matching.templates.scoring import match_features, score
from netravision.matching.templates.search_pyramid import SearchPyramid
from netravision.matching.templates.shortlist import Hypothesis, Shortlist
from netravision.matching.templates.usual_avatars import UsualAvatars

__all__ = ["DEFAULT_EFFORT", "MIN_SCORE", "SAME_PLACE", "Match", "SearchEffort", "TemplateIndex"]

#: Matches less likely than this are not reported.
MIN_SCORE = 0.05

#: Boxes that overlap more (intersection over union) are about the same place.
SAME_PLACE = 0.3

# Drawings so much less similar than the best of their place, or of the image, are not aligned.
# In the exam no emblem was more than 0.06 behind; several symbols in one image may be.
_MAX_DEFICIT_HERE = 0.12
_MAX_DEFICIT = 0.25

# Cells a side that the smallest mark keeps where it is aligned: finer pixels are not kept. With 14,
# all that the fine cells could use, nothing more was found.
_FINEST = 10

# A mark of which less lies within the image has too little to show: a crest whose rim alone
# reached into the image scored 0.95. A mark cropped to 80 % of both sides keeps 0.64.
_MIN_VISIBLE = 0.55


# An image in which a mark is as likely is not searched again in gray.
_SURE = 0.5

# What the hash of an avatar proposes and is less likely is searched for.
_SETTLED = 0.9


class SearchEffort(NamedTuple):
    """How small and how many.

    Attributes
    ----------
    min_height : float
        Height of the smallest mark to look for, as a share of the image's shorter side.
    max_references : int
        How many of the likeliest references are aligned.
    """

    min_height: float
    max_references: int


DEFAULT_EFFORT = SearchEffort(0.15, 4)


class Match(NamedTuple):
    """A reference found in an image.

    Attributes
    ----------
    id : str
        Of the reference.
    score : float
        Calibrated probability, 0 to 1.
    box : tuple of float
        ``(x0, y0, x1, y1)``, within the image.
    coverage : float
        Share of the image that the box fills.
    alignment : Alignment
        How well it fits; ``alignment.placement.degrees`` is the turn that was undone.
    runner_up : str or None
        The other reference most similar to this place, if any came near.
    runner_up_similarity : float
        Its overall similarity; 0 for none.
    features : (12,) float64 ndarray
        What the score is made of: :data:`netravision.matching.templates.scoring.FEATURES`.
    hash_distance : int or None
        Bits of 256 in which the hash differs from that of a usual avatar, if it told where to look.
    """

    id: str
    score: float
    box: Box
    coverage: float
    alignment: Alignment
    runner_up: str | None
    runner_up_similarity: float
    features: NDArray[np.float64]
    hash_distance: int | None = None

    def evidence(self) -> dict[str, Any]:
        """What was measured, in plain types for a record."""
        similarity = self.alignment.similarity
        return {
            "coverage": round(self.coverage, 3),
            "structure": round(similarity.edges, 3),
            "color": round(similarity.color, 3),
            "turned_degrees": round(self.alignment.placement.degrees, 1),
            "runner_up": self.runner_up,
            "margin": round(similarity.overall - self.runner_up_similarity, 3),
        }


class TemplateIndex:
    """References prepared for searching.

    Parameters
    ----------
    references : sequence of Reference
        Several pictures of one reference are alternatives.
    any_color : bool
        Marks are also found where they are drawn in one color that is not their own, white on
        blue; such images are searched up to three times.
    middles : bool
        Marks are also found where only their middle is in the image.
    nameless : bool
        Marks drawn over or under their name are also found without it.
    usual_avatars : bool
        Prepare :meth:`settle`.

    Raises
    ------
    WatchlistError
        If a reference picture is unusable; the message names it and says why.

    Attributes
    ----------
    drawings : list of Drawing
        The reference pictures cut to their marks, in order, each followed by how else it is drawn.
    """

    def __init__(
        self,
        references: Sequence[Reference],
        *,
        any_color: bool = True,
        middles: bool = True,
        nameless: bool = False,
        usual_avatars: bool = False,
    ) -> None:
        self._any_color = any_color
        self.drawings: list[Drawing] = [
            drawing
            for each in references
            for cut in cut_drawings(each)
            for drawing in _as_drawn(cut, nameless)
        ]
        self._coarse = CoarseSearch(self.drawings)
        self._shortlist = Shortlist(self.drawings, middles=middles)
        self._aligners = [Aligner(drawing) for drawing in self.drawings]
        self._usual = UsualAvatars(self.drawings) if usual_avatars else None
        for drawing in self.drawings:
            drawing.cache.save()

    def settle(self, image: ImagePyramid, effort: SearchEffort = DEFAULT_EFFORT) -> Match | None:
        """The mark that an avatar shows, if its hash tells where and there it surely is.

        All that is said of it is measured in the image, beside all other references. Only the
        search for places is left out, two thirds of the time.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        effort : SearchEffort

        Returns
        -------
        Match or None
            None if it takes a :meth:`search` to tell.
        """
        if self._usual is None or (proposal := self._usual.nearest(image)) is None:
            return None
        pyramid, _ = _prepared(image, effort, 0.0)
        best = next(iter(self._matches_at(pyramid, [proposal.placement], effort)), None)
        if best is None or best.id != self.drawings[proposal.drawing].id or best.score < _SETTLED:
            return None
        aligned = proposal._replace(placement=best.alignment.placement)
        if not self._usual.is_alone(image, aligned, effort.min_height):
            return None
        return best._replace(hash_distance=proposal.distance)

    def search(
        self,
        image: ImagePyramid,
        effort: SearchEffort = DEFAULT_EFFORT,
        *,
        min_coverage: float = 0.0,
    ) -> list[Match]:
        """References in an image, likeliest first, one at a place, each once.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        effort : SearchEffort
        min_coverage : float
            Share of the image that a mark must cover to be of interest; smaller ones may be
            left out, which takes half the time at a seventh of the image.

        Returns
        -------
        list of Match
        """
        kept: list[Match] = []
        for match in self.all_matches(image, effort, min_coverage=min_coverage):
            if match.score < MIN_SCORE:
                break
            elsewhere = all(pair_iou(match.box, other.box) < SAME_PLACE for other in kept)
            if elsewhere and all(match.id != other.id for other in kept):
                kept.append(match)
        return kept

    def all_matches(
        self,
        image: ImagePyramid,
        effort: SearchEffort = DEFAULT_EFFORT,
        *,
        min_coverage: float = 0.0,
    ) -> list[Match]:
        """As :meth:`search`, with every drawing that was aligned, as calibration needs them."""
        matches = self._matches_as_it_is(image, effort, min_coverage)
        if not self._any_color or (matches and matches[0].score >= _SURE):
            return matches
        for gray in brightness_and_negative(image):
            scale = image.size_wh[0] / gray.size_wh[0], image.size_wh[1] / gray.size_wh[1]
            found = self._matches_as_it_is(gray, effort, min_coverage)
            matches += [_scaled(match, *scale) for match in found]
        return sorted(matches, key=lambda match: -match.score)

    def _matches_as_it_is(
        self, image: ImagePyramid, effort: SearchEffort, min_coverage: float
    ) -> list[Match]:
        """Every drawing that was aligned with an image in its own colors, likeliest first."""
        pyramid, min_height = _prepared(image, effort, min_coverage)
        places = self._coarse.search(pyramid, min_height, effort.max_references)
        return self._matches_at(pyramid, places, effort)

    def _matches_at(
        self, pyramid: SearchPyramid, places: Sequence[Placement], effort: SearchEffort
    ) -> list[Match]:
        """Every drawing that was aligned with one of some places, likeliest first."""
        gray = pyramid.is_gray()
        size_wh = pyramid.width, pyramid.height
        ranked = self._shortlist.rank(pyramid, places, GRAY_WEIGHTS if gray else WEIGHTS)
        aligned = [
            (each, self._aligners[each.drawing].align(pyramid, each.placement))
            for each in self._likeliest(ranked, effort.max_references)
        ]
        matches = [
            self._match(hypothesis, alignment, aligned, ranked, gray, size_wh)
            for hypothesis, alignment in aligned
            if alignment.similarity.visible >= _MIN_VISIBLE
        ]
        return sorted(matches, key=lambda match: -match.score)

    def _id(self, hypothesis: Hypothesis) -> str:
        return self.drawings[hypothesis.drawing].id

    def _likeliest(self, ranked: list[Hypothesis], max_references: int) -> list[Hypothesis]:
        """The best place of each drawing, of the likeliest references."""
        likeliest: dict[int, Hypothesis] = {}
        ids: set[str] = set()
        for each in ranked:
            if each.similarity < ranked[0].similarity - _MAX_DEFICIT:
                break
            if each.drawing in likeliest or (
                len(ids) == max_references and self._id(each) not in ids
            ):
                continue
            # Hypotheses come in falling similarity: the first at a place is its best.
            best = next(
                (
                    other.similarity
                    for other in likeliest.values()
                    if _same_place(other.placement.box, each.placement.box)
                ),
                each.similarity,
            )
            if each.similarity >= best - _MAX_DEFICIT_HERE:
                ids.add(self._id(each))
                likeliest[each.drawing] = each
        return list(likeliest.values())

    def _match(
        self,
        hypothesis: Hypothesis,
        alignment: Alignment,
        aligned: list[tuple[Hypothesis, Alignment]],
        ranked: list[Hypothesis],
        gray: bool,
        size_wh: tuple[int, int],
    ) -> Match:
        own = self._id(hypothesis)
        rivals = [
            (other.similarity.overall, self._id(rival))
            for rival, other in aligned
            if self._id(rival) != own and _same_place(other.placement.box, alignment.placement.box)
        ]
        rival_aligned, rival = max(rivals, default=(0.0, None))
        rival_shortlisted = next(
            (
                each.similarity
                for each in ranked
                if self._id(each) != own
                and _same_place(each.placement.box, hypothesis.placement.box)
            ),
            0.0,
        )
        features = match_features(
            alignment.similarity,
            hypothesis.similarity,
            rival_shortlisted=rival_shortlisted,
            rival_aligned=rival_aligned,
            gray=gray,
        )
        width, height = size_wh
        box = _within(alignment.placement.box, width, height)
        coverage = area(box) / (width * height)
        return Match(own, score(features), box, coverage, alignment, rival, rival_aligned, features)


def _prepared(
    image: ImagePyramid, effort: SearchEffort, min_coverage: float
) -> tuple[SearchPyramid, float]:
    """What is searched, and the height of the smallest mark, as a share of its shorter side."""
    width, height = image.size_wh
    shorter = min(width, height)
    side = math.sqrt(min_coverage * width * height) / shorter
    min_height = max(effort.min_height, SCALE_TOLERANCE * side)
    return SearchPyramid(image, _FINEST * CELL / (min_height * shorter)), min_height


def _as_drawn(cut: Drawing, nameless: bool) -> Iterator[Drawing]:
    """A drawing, and how else its mark is usually drawn."""
    yield cut
    if is_faded(cut):
        yield restored(cut)
    if nameless and (symbol := without_name(cut)):
        yield symbol


def _scaled(match: Match, across: float, down: float) -> Match:
    """A match found in a smaller copy of the image."""
    x0, y0, x1, y1 = match.box
    return match._replace(box=(x0 * across, y0 * down, x1 * across, y1 * down))


def _same_place(one: Box, other: Box) -> bool:
    return pair_iou(one, other) > SAME_PLACE


def _within(box: Box, width: int, height: int) -> Box:
    x0, x1 = (float(np.clip(x, 0, width)) for x in (box[0], box[2]))
    y0, y1 = (float(np.clip(y, 0, height)) for y in (box[1], box[3]))
    return x0, y0, x1, y1
