"""How well enrolled marks are told apart: each is searched in transformed copies of itself.

A copy has every line of the drawing that is enrolled, so what is missed here is missed outside,
too; what is found here may still be missed where somebody has redrawn the mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netravision.matching.geometry import overlap
from netravision.matching.index import SAME_PLACE, ReferenceIndex
from netravision.matching.reference import Drawing, Reference, drawings
from netravision.matching.transformations import TRANSFORMATIONS, clutter, transform

# The same for every mark: a crop or a turn that is unlucky is so for all, and they compare.
_SEED = "trial"


class Family(NamedTuple):
    """Marks that are searched together, as a run does.

    Attributes
    ----------
    name : str
        In front of the ids: ``"emblem"`` makes ``"emblem-<id>"``.
    references : sequence of Reference
    marks : ReferenceIndex
        These references, indexed.
    threshold : float
        Score from which a match counts.
    """

    name: str
    references: Sequence[Reference]
    marks: ReferenceIndex
    threshold: float


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
    """One transformed copy of a mark, searched.

    Attributes
    ----------
    transformation : str
    rgb : (H, W, 3) uint8 ndarray
    score : float
        Of the mark itself; 0 if it was not seen at all.
    found : bool
        Above the threshold, and no other of its family before it.
    rival : Rival or None
        The other mark that came nearest, if any came near.
    """

    transformation: str
    rgb: NDArray[np.uint8]
    score: float
    found: bool
    rival: Rival | None


class Trial(NamedTuple):
    """One enrolled picture and what became of its copies."""

    rule: str
    drawing: Drawing
    copies: list[Copy]


def trials(families: Sequence[Family]) -> Iterator[Trial]:
    """Search the copies of every enrolled picture among all families, lazily and in order."""
    for family in families:
        for reference in family.references:
            for drawing in drawings(reference):
                yield Trial(
                    f"{family.name}-{reference.id}", drawing, _copies(drawing, family, families)
                )


def _copies(drawing: Drawing, own: Family, families: Sequence[Family]) -> list[Copy]:
    rgba = np.dstack([drawing.rgb, drawing.mask * np.uint8(255)])
    return [
        _search(name, transform(rgba, name, _SEED, clutter), drawing.id, own, families)
        for name in TRANSFORMATIONS
    ]


def _search(
    name: str, rgb: NDArray[np.uint8], own_id: str, own: Family, families: Sequence[Family]
) -> Copy:
    seen = [(family, match) for family in families for match in family.marks.candidates(rgb)]
    itself = [match for family, match in seen if family is own and match.id == own_id]
    place = max(itself, key=lambda match: match.score, default=None)
    # Elsewhere is the generated scene, of which nobody claims that it is the mark.
    others = [
        (family, match)
        for family, match in seen
        if not (family is own and match.id == own_id)
        and (place is None or overlap(match.box, place.box) > SAME_PLACE)
    ]
    score = place.score if place else 0.0
    before = any(family is own and match.score > score for family, match in others)
    rivals = [
        Rival(f"{family.name}-{match.id}", match.score, match.fit.similarity)
        for family, match in others
    ]
    return Copy(name, rgb, score, score >= own.threshold and not before, nearest(rivals))


def nearest(rivals: Sequence[Rival]) -> Rival | None:
    """The one likeliest to be taken for the mark.

    By score to two digits, as people read it, then by similarity.
    """
    return max(rivals, key=lambda rival: (round(rival.score, 2), rival.similarity), default=None)
