"""Insignia: party symbols, campaign material, ballot-number badges and campaign colors."""

from __future__ import annotations

from collections.abc import Iterator

from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Example, shipped_example
from netravision.detectors.insignia.badges import Badges
from netravision.detectors.insignia.colors import Colors
from netravision.detectors.insignia.marks import Marks
from netravision.detectors.insignia.texts import Texts
from netravision.finding import Finding
from netravision.people import PeopleNetwork
from netravision.rules import DetectorName
from netravision.watchlist import Watchlist

__all__ = ["InsigniaDetector"]


class InsigniaDetector:
    """Looks for what a campaign shows: each kind in a file of its own.

    Findings come strongest first; those of one place stay separate, each with its own reason.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    badges : bool
        Look for number badges, also for those that no rule asks for.
    marks : Marks, optional
        Of the same watchlist and profile, to be shared by detectors of several threads.
    people : PeopleNetwork, optional
        To be shared with who else looks for people in the same images.

    Raises
    ------
    WatchlistError
        If a reference image cannot be read or is unusable, or words are asked for without the
        extra that reads them.
    """

    name: DetectorName = "insignia"

    def __init__(
        self,
        watchlist: Watchlist,
        profile: Profile,
        *,
        badges: bool = True,
        marks: Marks | None = None,
        people: PeopleNetwork | None = None,
    ) -> None:
        self._marks = marks or Marks(watchlist, profile)
        people = people or PeopleNetwork()
        self._badges = Badges(watchlist, profile, people) if badges else None
        self._texts = Texts(watchlist.texts, profile)
        self._colors = Colors(watchlist.colors, people)

    @staticmethod
    def examples() -> Iterator[Example]:
        """A poster with a number badge and a symbol, one badge, and a landscape."""
        poster = ("material-poster-paslon-2", "number-2", "symbol-fajar")
        yield shipped_example("relawan_fajar/poster.jpg", "post", *poster)
        yield shipped_example("relawan_fajar/nomor_2_circle_stroke.jpg", "post", "number-2")
        yield shipped_example("alam_raya/pemandangan_1.jpg", "post")

    def detect(self, image: ImagePyramid, kind: Kind) -> Detections:
        """Look at one image.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels, upright.
        kind : {"avatar", "post", "frame"}
            Makes no difference.

        Returns
        -------
        Detections
            Both lists strongest first.
        """
        findings: list[Finding] = []
        observations: list[Finding] = []
        lines = self._texts.read(image)
        parts = [self._marks.look(image), self._texts.look(lines)]
        if self._badges is not None:
            beside_others = any(seen.findings for seen in parts)
            parts.append(self._badges.look(image, lines, beside_others=beside_others))
        beside_others = any(seen.findings for seen in parts)
        parts.append(self._colors.look(image, beside_others=beside_others))
        for seen in parts:
            findings += seen.findings
            observations += seen.observations
        return Detections(_strongest_first(findings), _strongest_first(observations))


def _strongest_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: -finding.score)
