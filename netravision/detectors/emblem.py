"""A protected government emblem worn as a profile picture.

Also the place where "worn" is told from "present": an emblem that fills an avatar says who
somebody claims to be, one on a letterhead or a poster says what the paper is about.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Example, findings_of, shipped_example
from netravision.evidence import EmblemEvidence
from netravision.finding import Finding
from netravision.matching.references import read_references
from netravision.matching.templates.index import Match, SearchEffort, TemplateIndex
from netravision.rules import DetectorName
from netravision.watchlist import Watchlist

__all__ = ["EFFORTS", "THRESHOLD", "WORN_COVERAGE", "EmblemDetector", "wear"]

#: Score from which an emblem is a finding: ``benchmarks/emblems.py``, line "at score 0.5".
THRESHOLD = 0.5

#: Share of the image from which an emblem is worn. An avatar padded until the emblem is 45 %
#: of its side keeps 0.14; half the height of a landscape photo comes to 0.12 at most.
WORN_COVERAGE = 0.12

# In a profile picture what is worn lies in the middle: the center of the picture is at most so many
# half sides off the emblem's own. An emblem beside a face of its size is 1.05 off, one of 45 % of
# the side in a corner 1.5.
_FARTHEST_FROM_CENTER = 1.2

#: How small and how many emblems are looked for; ``docs/emblems.md`` has what was measured.
EFFORTS: dict[Profile, SearchEffort] = {
    "fast": SearchEffort(0.3, 2),
    "balanced": SearchEffort(0.15, 4),
    "thorough": SearchEffort(0.06, 6),
}


class EmblemDetector:
    """Finds the emblems of a watchlist.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
        Also look for what cannot be a finding: in a post, emblems that are merely present.

    Raises
    ------
    WatchlistError
        If a reference image cannot be read or is unusable.
    """

    name: DetectorName = "emblem"

    def __init__(
        self, watchlist: Watchlist, profile: Profile = "balanced", *, observations: bool = True
    ) -> None:
        self._watchlist = watchlist
        self._observations = observations
        self._effort = EFFORTS[profile]
        self._index: TemplateIndex | None = None
        if watchlist.emblems:
            self._index = TemplateIndex(read_references(watchlist.emblems), usual_avatars=True)

    @staticmethod
    def examples() -> Iterator[Example]:
        """An avatar with an emblem, and a landscape without."""
        yield shipped_example("warga_arunika/avatar_polos.jpg", "avatar", "emblem-arunika")
        yield shipped_example("alam_raya/pemandangan_1.jpg", "post")

    def detect(self, image: ImagePyramid, kind: Kind) -> Detections:
        """Emblems in an image.

        In an avatar every emblem above the threshold is a finding; elsewhere only a worn one,
        as letterheads and posters rightly carry them. Of an avatar whose hash says where its
        emblem lies, nothing else is looked at.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels, upright.
        kind : {"avatar", "post", "frame"}

        Returns
        -------
        Detections
        """
        if self._index is None:
            return Detections([], [])
        anywhere = kind == "avatar"
        if anywhere and (settled := self._index.settle(image, self._effort)):
            seen = [_observation(settled, image, kind)]
            return Detections(findings_of(seen, self._watchlist, THRESHOLD, kind), seen)
        least = 0.0 if anywhere else WORN_COVERAGE
        found = self._index.search(image, self._effort, min_coverage=least)
        seen = [_observation(match, image, kind) for match in found]
        findings = findings_of(seen, self._watchlist, THRESHOLD, kind)
        if self._observations and not anywhere:
            # A search of its own, so that findings are the same with and without.
            known = {each.label for each in seen}
            everywhere = self._index.search(image, self._effort)
            more = [_observation(each, image, kind) for each in everywhere if each.id not in known]
            seen = sorted([*seen, *more], key=lambda each: -each.score)
        return Detections(findings, seen)


def wear(match: Match, size_wh: tuple[int, int], kind: Kind) -> Literal["worn", "present"]:
    """Whether an emblem is worn as a profile picture, or stands in it beside something else.

    Parameters
    ----------
    match : Match
    size_wh : tuple of int
        Width and height of the image in pixels.
    kind : {"avatar", "post", "frame"}

    Returns
    -------
    {"worn", "present"}
    """
    if match.coverage < WORN_COVERAGE:
        return "present"
    x0, y0, x1, y1 = match.box
    across = (size_wh[0] - x0 - x1) / (x1 - x0)
    down = (size_wh[1] - y0 - y1) / (y1 - y0)
    central = math.hypot(across, down) <= _FARTHEST_FROM_CENTER
    return "worn" if central or kind != "avatar" else "present"


def _observation(match: Match, image: ImagePyramid, kind: Kind) -> Finding:
    evidence = EmblemEvidence(
        wear=wear(match, image.size_wh, kind),
        hash_distance=match.hash_distance,
        **match.evidence(),
    )
    return Finding("emblem", None, match.id, match.score, match.box, evidence)
