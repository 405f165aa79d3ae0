"""How well enrolled marks are told apart: each is searched in augmented copies of itself.

A copy has every line of the enrolled drawing. What is missed here is missed in photos, too; what
is found here may still be missed where somebody has redrawn the mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.box import pair_iou
from netravision.core.pyramid import ImagePyramid
from netravision.errors import WatchlistError
from netravision.matching.references import WHITE, Reference
from netravision.matching.templates.drawings import Drawing, cut_drawings
from netravision.matching.templates.index import SAME_PLACE, Match, SearchEffort
from netravision.rules import Rule, RuleKind
from netravision.watchlist_check.augmentations import AUGMENTATIONS, augment, clutter

__all__ = [
    "CopyResult",
    "DrawingResult",
    "Family",
    "Index",
    "Rival",
    "center_crop",
    "count_found_with_center_crops",
    "nearest",
    "run_self_test",
]

# The same for every mark, so that marks compare: an unlucky crop or turn is so for all.
_SEED = "trial"

# Closer scores are equal: the same picture enrolled twice differs by 1e-12, and either is named.
_TIE = 1e-6

# Share of each side that a center crop leaves out at either end. Of second pictures made from the
# first, tried on the six of 24 shared provinces, regencies and institutions that lost copies, only
# this one helped: of 25 copies lost 12 stayed so; with one in gray 26, with one on a square 25.
_RIM = 0.125

# Width of the ground shown around a mark that white would hide, in its long sides.
_GROUND = 0.1


class Index(Protocol):
    """Enrolled references that can be searched for in an image."""

    def all_matches(self, image: ImagePyramid, effort: SearchEffort) -> list[Match]:
        """Every drawing that was aligned, likeliest first.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.
        effort : SearchEffort

        Returns
        -------
        list of Match
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Marks that a run searches together.

    Attributes
    ----------
    name : {"emblem", "symbol"}
        The kind of their rules.
    references : sequence of Reference
    enroll : callable
        Makes an index of references.
    effort : SearchEffort
    threshold : float
        Score from which a match counts.
    index : Index
        The references, enrolled.

    Raises
    ------
    WatchlistError
        If a reference picture cannot be read or is unusable.
    """

    name: RuleKind
    references: Sequence[Reference]
    enroll: Callable[[Sequence[Reference]], Index]
    effort: SearchEffort
    threshold: float
    index: Index = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", self.enroll(self.references))


class Rival(NamedTuple):
    """Another enrolled mark where one was looked for.

    Attributes
    ----------
    rule : str
        ``<family>-<id>``.
    score : float
        As a run would give it, 0 to 1.
    similarity : float
        Of the two once aligned; tells rivals apart whose scores are both near 0.
    """

    rule: str
    score: float
    similarity: float


class CopyResult(NamedTuple):
    """One augmented copy of a mark, searched.

    Attributes
    ----------
    augmentation : str
        A key of :data:`netravision.watchlist_check.augmentations.AUGMENTATIONS`.
    rgb : (H, W, 3) uint8 ndarray
    score : float
        Of the mark itself; 0 if it was not seen at all.
    found : bool
        At or above the threshold, and not outdone.
    outdone : bool
        Another of its family is above the threshold in its place, and not below it in score.
    rival : Rival or None
        The other mark that came nearest, if any came near.
    """

    augmentation: str
    rgb: NDArray[np.uint8]
    score: float
    found: bool
    outdone: bool
    rival: Rival | None


class DrawingResult(NamedTuple):
    """One enrolled picture, and the results of its copies.

    Attributes
    ----------
    drawing : Drawing
    copies : list of CopyResult
        One for each of :data:`netravision.watchlist_check.augmentations.AUGMENTATIONS`.
    """

    drawing: Drawing
    copies: list[CopyResult]


def run_self_test(family: Family, families: Sequence[Family]) -> Iterator[list[DrawingResult]]:
    """Search the copies of each reference of a family among all families, lazily and in order.

    Parameters
    ----------
    family : Family
    families : sequence of Family
        All of the watchlist.

    Yields
    ------
    list of DrawingResult
        One for each picture of a reference.
    """
    for reference in family.references:
        yield [
            DrawingResult(
                drawing, [_search_copy(name, drawing, family, families) for name in AUGMENTATIONS]
            )
            for drawing in cut_drawings(reference)
        ]


def center_crop(drawing: Drawing) -> NDArray[np.uint8]:
    """The drawing without its rim, as a second picture to enrol.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    (H, W, 4) uint8 ndarray
        RGBA.
    """
    rgba = _rgba(drawing)
    rows, columns = (round(side * _RIM) for side in rgba.shape[:2])
    return np.ascontiguousarray(rgba[rows:-rows, columns:-columns])


def count_found_with_center_crops(
    family: Family, missed: Mapping[Drawing, Sequence[str]]
) -> dict[Drawing, int]:
    """Enrol the center of some drawings beside them, and search the copies that were missed.

    Parameters
    ----------
    family : Family
    missed : mapping of Drawing to sequence of str
        Augmentations under which each was not found.

    Returns
    -------
    dict of Drawing to int
        How many of them are found now; 0 where the center alone is too small or blank to enrol.
    """
    added: dict[str, list[NDArray[np.uint8]]] = {}
    for drawing in missed:
        picture = center_crop(drawing)
        if _is_usable(picture):
            added.setdefault(drawing.id, []).append(picture)
    if not added:
        return dict.fromkeys(missed, 0)
    larger = replace(
        family,
        references=[
            Reference(each.id, [*each.pictures, *added.get(each.id, ())])
            for each in family.references
        ],
    )
    return {
        drawing: sum(_search_copy(name, drawing, larger, [larger]).found for name in names)
        for drawing, names in missed.items()
    }


def nearest(rivals: Sequence[Rival]) -> Rival | None:
    """The one likeliest to be taken for the mark.

    By score to two digits, as people read it, then by similarity.

    Parameters
    ----------
    rivals : sequence of Rival

    Returns
    -------
    Rival or None
        None if there is no rival.
    """
    return max(rivals, key=lambda rival: (round(rival.score, 2), rival.similarity), default=None)


def _is_usable(picture: NDArray[np.uint8]) -> bool:
    try:
        cut_drawings(Reference("center", [picture]))
    except WatchlistError:
        return False
    return True


def _copied(drawing: Drawing) -> NDArray[np.uint8]:
    """The picture that copies are made of: on a ground of its own if white hides the mark."""
    if drawing.ground == WHITE:
        return _rgba(drawing)
    rim = round(_GROUND * max(drawing.rgb.shape[:2]))
    on_ground = cv2.copyMakeBorder(
        drawing.rgb, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=drawing.ground
    )
    return np.dstack([on_ground, np.full(on_ground.shape[:2], 255, np.uint8)])


def _rgba(drawing: Drawing) -> NDArray[np.uint8]:
    return np.dstack([drawing.rgb, drawing.mask * np.uint8(255)])


def _search_copy(
    name: str, drawing: Drawing, own: Family, families: Sequence[Family]
) -> CopyResult:
    rgb = augment(_copied(drawing), name, _SEED, clutter)
    seen = [
        (family, match)
        for family in families
        for match in family.index.all_matches(ImagePyramid(rgb), family.effort)
    ]
    itself = [match for family, match in seen if family is own and match.id == drawing.id]
    place = max(itself, key=lambda match: match.score, default=None)
    # Elsewhere is the generated scene, of which nobody claims that it is the mark.
    others = [
        (family, match)
        for family, match in seen
        if not (family is own and match.id == drawing.id)
        and (place is None or pair_iou(match.box, place.box) > SAME_PLACE)
    ]
    score = place.score if place else 0.0
    named = max(score - _TIE, own.threshold)
    outdone = any(family is own and match.score > named for family, match in others)
    rivals = [
        Rival(Rule(family.name, match.id).name, match.score, match.alignment.similarity.overall)
        for family, match in others
    ]
    found = score >= own.threshold and not outdone
    return CopyResult(name, rgb, score, found, outdone, nearest(rivals))
