"""A protected government emblem worn as a profile picture.

Also the place where "worn" is told from "present": an emblem that fills an avatar says who
somebody claims to be, one on a letterhead or a poster says what the paper is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, findings_of
from netravision.finding import Finding
from netravision.matching.references import Reference, read_references
from netravision.matching.templates.index import Match, TemplateIndex
from netravision.rules import DetectorName
from netravision.watchlist import Watchlist

#: Score from which an emblem is a finding: ``benchmarks/emblems.py``, line "at score 0.5".
THRESHOLD = 0.5

#: Share of the picture from which an emblem is worn. An avatar padded until the emblem is 45 %
#: of its side keeps 0.14; half the height of a landscape photo comes to 0.12 at most.
WORN_COVERAGE = 0.12

#: Height of the smallest emblem looked for, as a share of the picture's shorter side, and how
#: many references are laid over the picture: docs/emblems.md has what was measured.
EFFORT: dict[Profile, tuple[float, int]] = {
    "fast": (0.3, 2),
    "balanced": (0.15, 4),
    "thorough": (0.06, 6),
}


class EmblemDetector:
    """Finds the emblems of a watchlist.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
        Look for those that can be no finding, too: in a post, emblems that are merely present.

    Raises
    ------
    WatchlistError
        If a reference picture cannot be read or cannot serve.
    """

    name: DetectorName = "emblem"

    def __init__(
        self, watchlist: Watchlist, profile: Profile = "balanced", *, observations: bool = True
    ) -> None:
        self._watchlist = watchlist
        self._observations = observations
        self._index = None
        if watchlist.emblems:
            self._index = emblem_index(read_references(watchlist.emblems), profile)

    def detect(self, picture: ImagePyramid, kind: Kind) -> Detections:
        """Emblems in a picture.

        In an avatar every emblem above the threshold is a finding; elsewhere only a worn one,
        as letterheads and posters rightly carry them.
        """
        if self._index is None:
            return Detections([], [])
        anywhere = kind == "avatar"
        least = 0.0 if anywhere else WORN_COVERAGE
        seen = [_observation(match) for match in self._index.search(picture, least)]
        findings = findings_of(seen, self._watchlist, THRESHOLD, kind)
        if self._observations and not anywhere:
            # A search of its own, so that findings are the same with and without.
            known = {each.label for each in seen}
            more = [match for match in self._index.search(picture) if match.id not in known]
            seen = sorted([*seen, *map(_observation, more)], key=lambda each: -each.score)
        return Detections(findings, seen)


def emblem_index(references: Sequence[Reference], profile: Profile) -> TemplateIndex:
    """Emblems prepared for searching with as much effort as the profile allows.

    Raises
    ------
    WatchlistError
        If a reference picture cannot serve.
    """
    smallest, fitted = EFFORT[profile]
    return TemplateIndex(references, smallest=smallest, fitted=fitted)


def _observation(match: Match) -> Finding:
    evidence = {
        "wear": "worn" if match.coverage >= WORN_COVERAGE else "present",
        **match.evidence(),
    }
    return Finding("emblem", None, match.id, match.score, match.box, evidence)
