"""Symbols of parties and candidates, and campaign material used again.

A symbol is redrawn by everybody who prints it, so it is found as emblems are; material is
copied, so it is found by the details a copy keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netravision.detectors.protocol import Sightings
from netravision.matching.enrolment import read_references
from netravision.matching.index import ReferenceIndex
from netravision.matching.reference import Reference
from netravision.matching.reuse import ReuseIndex
from netravision.result import Finding, Profile
from netravision.watchlist import Watchlist

#: Scores from which a symbol or material is a finding: benchmarks/symbols.py and material.py.
SYMBOL_THRESHOLD = 0.5
MATERIAL_THRESHOLD = 0.5

#: Log odds taken off a symbol's score. Half of the parties' symbols are a disc, a star or a
#: crescent. With 4.4, 1.1 % of the pictures without a party in ``benchmarks/symbols.py
#: --sample 400`` came out above 0.5, the highest at 0.96; with this, 0.3 %, at the same recall.
SYMBOL_DOUBT = 7.4

# Height of the smallest symbol looked for, as a share of the picture's shorter side, and how
# many are laid over the picture; a ballot paper or a coalition's poster shows eighteen at once.
_SYMBOL_EFFORT: dict[Profile, tuple[float, int]] = {
    "fast": (0.2, 4),
    "balanced": (0.1, 6),
    "thorough": (0.05, 18),
}

# Long side in pixels at which material is looked for.
_MATERIAL_SIDE: dict[Profile, int] = {"fast": 640, "balanced": 1024, "thorough": 1600}


class Marks:
    """Finds the symbols and material of a watchlist.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}

    Raises
    ------
    WatchlistError
        If a reference picture cannot be read or cannot serve.
    """

    def __init__(self, watchlist: Watchlist, profile: Profile = "balanced") -> None:
        self._symbols = self._material = None
        if watchlist.symbols:
            self._symbols = symbol_index(read_references(watchlist.symbols), profile)
        if watchlist.materials:
            references = read_references(watchlist.materials)
            self._material = ReuseIndex(references, largest=_MATERIAL_SIDE[profile])

    def look(self, rgb: NDArray[np.uint8]) -> Sightings:
        """Symbols and material in a picture."""
        findings: list[Finding] = []
        observations: list[Finding] = []
        if self._symbols:
            for match in self._symbols.search(rgb):
                evidence = {"kind": "symbol", **match.evidence()}
                seen = Finding("insignia", None, match.id, match.score, match.box, evidence)
                observations.append(seen)
                if seen.score >= SYMBOL_THRESHOLD:
                    findings.append(replace(seen, rule=f"symbol-{match.id}"))
        if self._material:
            for reuse in self._material.search(rgb):
                evidence = {"kind": "material", **reuse.evidence()}
                seen = Finding("insignia", None, reuse.id, reuse.score, reuse.box, evidence)
                observations.append(seen)
                if seen.score >= MATERIAL_THRESHOLD:
                    findings.append(replace(seen, rule=f"material-{reuse.id}"))
        return Sightings(findings, observations)


def symbol_index(references: Sequence[Reference], profile: Profile) -> ReferenceIndex:
    """Symbols prepared for searching with as much effort as the profile allows.

    Raises
    ------
    WatchlistError
        If a reference picture cannot serve.
    """
    smallest, fitted = _SYMBOL_EFFORT[profile]
    return ReferenceIndex(references, smallest=smallest, fitted=fitted, doubt=SYMBOL_DOUBT)
