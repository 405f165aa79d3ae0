"""Symbols of parties and candidates, and campaign material used again.

A symbol is redrawn by everybody who prints it and is found by templates, as emblems are; material
is copied and is found by the keypoints a copy keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, findings_of
from netravision.detectors.insignia.symbols import EFFORTS, SymbolIndex
from netravision.evidence import MaterialEvidence, SymbolEvidence
from netravision.finding import Finding
from netravision.matching.references import read_references
from netravision.matching.templates.index import Match
from netravision.watchlist import Watchlist

__all__ = ["MATERIAL_THRESHOLD", "SYMBOL_THRESHOLD", "Marks"]

if TYPE_CHECKING:
    from netravision.matching.copies.index import CopyMatch

    _Search = Callable[[ImagePyramid], Sequence[Match | CopyMatch]]

#: Scores from which a symbol or material is a finding: benchmarks/symbols.py and material.py.
SYMBOL_THRESHOLD = 0.5
MATERIAL_THRESHOLD = 0.5

# Long side in pixels at which material is looked for.
_MATERIAL_SIDE: dict[Profile, int] = {"fast": 640, "balanced": 1024, "thorough": 1600}


class Marks:
    """Finds the symbols and material of a watchlist.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    folder : Path, optional
        Where what is computed from material is kept and shared by processes.

    Raises
    ------
    WatchlistError
        If a reference image cannot be read or is unusable.
    """

    def __init__(
        self, watchlist: Watchlist, profile: Profile = "balanced", folder: Path | None = None
    ) -> None:
        self._watchlist = watchlist
        self._searches: list[tuple[type[SymbolEvidence | MaterialEvidence], _Search, float]] = []
        if watchlist.symbols:
            symbols = SymbolIndex(read_references(watchlist.symbols))
            search: _Search = partial(symbols.search, effort=EFFORTS[profile])
            self._searches.append((SymbolEvidence, search, SYMBOL_THRESHOLD))
        if watchlist.materials:
            # Only here: it loads SciPy's trees, which are 25 MB.
            from netravision.matching.copies.index import CopyIndex

            material = CopyIndex(read_references(watchlist.materials), folder)
            search = partial(material.search, long_side=_MATERIAL_SIDE[profile])
            self._searches.append((MaterialEvidence, search, MATERIAL_THRESHOLD))

    def look(self, image: ImagePyramid) -> Detections:
        """Symbols and material in an image.

        Parameters
        ----------
        image : ImagePyramid
            Of (H, W, 3) RGB pixels.

        Returns
        -------
        Detections
        """
        findings: list[Finding] = []
        observations: list[Finding] = []
        for measured, search, threshold in self._searches:
            seen = []
            for match in search(image):
                evidence = measured(**match.evidence())
                seen.append(Finding("insignia", None, match.id, match.score, match.box, evidence))
            observations += seen
            findings += findings_of(seen, self._watchlist, threshold)
        return Detections(findings, observations)
