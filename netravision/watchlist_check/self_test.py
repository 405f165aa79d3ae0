"""How well enrolled marks are told apart: each is searched in augmented copies of itself.

A copy has every line of the drawing that is enrolled, so what is missed here is missed outside,
too; what is found here may still be missed where somebody has redrawn the mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.core.geometry import pair_iou
from netravision.core.pyramid import ImagePyramid
from netravision.errors import WatchlistError
from netravision.matching.references import Reference
from netravision.matching.templates.drawings import Drawing, cut_drawings
from netravision.matching.templates.index import SAME_PLACE, TemplateIndex
from netravision.watchlist_check.augmentations import AUGMENTATIONS, augment, clutter

# The same for every mark: a crop or a turn that is unlucky is so for all, and they compare.
_SEED = "trial"

# Closer scores are equal: the same picture enrolled twice differs by 1e-12, and either is named.
_TIE = 1e-6

# Share of each side that is left away on either end for a middle. Of second pictures made from
# the first, tried on the six of 24 shared provinces, regencies and institutions that lost copies,
# it alone helped: of 25 copies lost, 12 stayed so; with one in gray 26, with one on a square 25.
_RIM = 0.125


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Marks that are searched together, as a run does.

    Attributes
    ----------
    name : str
        In front of the ids: ``"emblem"`` makes ``"emblem-<id>"``.
    references : sequence of Reference
    enrol : callable
        Makes an index of references.
    threshold : float
        Score from which a match counts.
    marks : TemplateIndex
        The references, enrolled.
    """

    name: str
    references: Sequence[Reference]
    enrol: Callable[[Sequence[Reference]], TemplateIndex]
    threshold: float
    marks: TemplateIndex = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", self.enrol(self.references))


class Rival(NamedTuple):
    """Another enrolled mark where one was looked for.

    Attributes
    ----------
    rule : str
        ``<family>-<id>``.
    score : float
        As a run would give it, 0 to 1.
    similarity : float
        Of the two, laid over each other; tells rivals apart whose scores are both next to 0.
    """

    rule: str
    score: float
    similarity: float


class Copy(NamedTuple):
    """One augmented copy of a mark, searched.

    Attributes
    ----------
    augmentation : str
    rgb : (H, W, 3) uint8 ndarray
    score : float
        Of the mark itself; 0 if it was not seen at all.
    found : bool
        Above the threshold, and not outdone.
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


class Trial(NamedTuple):
    """One enrolled picture and what became of its copies."""

    drawing: Drawing
    copies: list[Copy]


def trials(family: Family, families: Sequence[Family]) -> Iterator[list[Trial]]:
    """Search the copies of each reference of a family among all families, lazily and in order.

    Yields
    ------
    list of Trial
        One for each picture of a reference.
    """
    for reference in family.references:
        yield [
            Trial(drawing, [_copy(name, drawing, family, families) for name in AUGMENTATIONS])
            for drawing in cut_drawings(reference)
        ]


def middle(drawing: Drawing) -> NDArray[np.uint8]:
    """The drawing without its rim, as an RGBA picture: a second one to enrol."""
    rgba = _rgba(drawing)
    rows, columns = (round(side * _RIM) for side in rgba.shape[:2])
    return np.ascontiguousarray(rgba[rows:-rows, columns:-columns])


def found_with_middles(
    family: Family, missed: Mapping[Drawing, Sequence[str]]
) -> dict[Drawing, int]:
    """Enrol the middle of some drawings beside them, and search the copies that were missed.

    Parameters
    ----------
    family : Family
    missed : mapping of Drawing to sequence of str
        Augmentations under which each was not found.

    Returns
    -------
    dict of Drawing to int
        How many of them are found now; 0 where the middle alone is too small or blank to enrol.
    """
    added: dict[str, list[NDArray[np.uint8]]] = {}
    for drawing in missed:
        picture = middle(drawing)
        if _can_serve(picture):
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
        drawing: sum(_copy(name, drawing, larger, [larger]).found for name in names)
        for drawing, names in missed.items()
    }


def _can_serve(picture: NDArray[np.uint8]) -> bool:
    try:
        cut_drawings(Reference("middle", [picture]))
    except WatchlistError:
        return False
    return True


def _rgba(drawing: Drawing) -> NDArray[np.uint8]:
    return np.dstack([drawing.rgb, drawing.mask * np.uint8(255)])


def _copy(name: str, drawing: Drawing, own: Family, families: Sequence[Family]) -> Copy:
    rgb = augment(_rgba(drawing), name, _SEED, clutter)
    seen = [
        (family, match)
        for family in families
        for match in family.marks.all_matches(ImagePyramid(rgb))
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
        Rival(f"{family.name}-{match.id}", match.score, match.fit.similarity)
        for family, match in others
    ]
    return Copy(name, rgb, score, score >= own.threshold and not outdone, outdone, nearest(rivals))


def nearest(rivals: Sequence[Rival]) -> Rival | None:
    """The one likeliest to be taken for the mark.

    By score to two digits, as people read it, then by similarity.
    """
    return max(rivals, key=lambda rival: (round(rival.score, 2), rival.similarity), default=None)
