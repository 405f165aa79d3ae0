"""What the detectors of the package are, said without NumPy or a network.

:func:`netravision.plugins.find` comes here for them as it goes to an installed package for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from netravision.arguments import Kind, Profile
from netravision.evidence import (
    BadgeEvidence,
    ColorEvidence,
    EmblemEvidence,
    HandEvidence,
    MaterialEvidence,
    SymbolEvidence,
    TextEvidence,
    TwoHandsEvidence,
)
from netravision.explanations import sentence
from netravision.finding import Finding
from netravision.languages import N_
from netravision.plugins import DetectorPlugin
from netravision.rules import Rule
from netravision.watchlist import (
    Color,
    Emblem,
    Material,
    Number,
    Phrases,
    PoseRule,
    Symbol,
    Watchlist,
)

if TYPE_CHECKING:
    from netravision.detectors.base import Detector
    from netravision.detectors.building import Shared

__all__ = [
    "EMBLEM",
    "HANDS",
    "INSIGNIA",
    "emblem_detector",
    "hands_detector",
    "insignia_detector",
]


def emblem_detector(
    watchlist: Watchlist, profile: Profile, *, observations: bool, shared: Shared
) -> Detector:
    """One for all threads, as what it keeps while looking is the same whoever looks.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    shared : Shared

    Returns
    -------
    Detector
    """
    from netravision.detectors.emblem import EmblemDetector

    return shared.by_all_threads(
        EmblemDetector, lambda: EmblemDetector(watchlist, profile, observations=observations)
    )


def hands_detector(
    watchlist: Watchlist, profile: Profile, *, observations: bool, shared: Shared
) -> Detector:
    """One that looks for hands in the same way, whether they are to be observed or not.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    shared : Shared

    Returns
    -------
    Detector
    """
    from netravision.detectors.hands import HandsDetector
    from netravision.detectors.hands.detection import EFFORTS, HandDetection

    return HandsDetector(watchlist, profile, HandDetection(EFFORTS[profile], shared.people))


def insignia_detector(
    watchlist: Watchlist, profile: Profile, *, observations: bool, shared: Shared
) -> Detector:
    """One with networks of its own, and the index of marks that all threads read.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    shared : Shared

    Returns
    -------
    Detector
    """
    from netravision.detectors.insignia import InsigniaDetector
    from netravision.detectors.insignia.marks import Marks

    marks = shared.by_all_threads(Marks, lambda: Marks(watchlist, profile))
    badges = observations or bool(watchlist.numbers)
    return InsigniaDetector(watchlist, profile, badges=badges, marks=marks, people=shared.people)


def _rules_for_emblem(seen: Finding, kind: Kind) -> Iterator[Rule]:
    if isinstance(seen.evidence, EmblemEvidence) and (
        kind == "avatar" or seen.evidence.wear == "worn"
    ):
        yield Rule("emblem", seen.label)


def _rules_for_hands(seen: Finding, kind: Kind) -> Iterator[Rule]:
    match seen.evidence:
        case HandEvidence(number=number):
            if number is not None:
                yield Rule("number", str(number))
            yield Rule("pose", seen.label)
        case TwoHandsEvidence(number=number):
            yield Rule("number", str(number))


def _rules_for_insignia(seen: Finding, kind: Kind) -> Iterator[Rule]:
    match seen.evidence:
        case BadgeEvidence():
            # No ballot has a number 0, and every ring on a plate looks like one.
            if number := int(seen.label):
                yield Rule("number", str(number))
        case SymbolEvidence():
            yield Rule("symbol", seen.label)
        case ColorEvidence():
            yield Rule("color", seen.label)
        case MaterialEvidence():
            yield Rule("material", seen.label)
        case TextEvidence():
            yield Rule("text", seen.label)


EMBLEM = DetectorPlugin(
    name="emblem",
    title=N_("Emblem"),
    entries=(Emblem,),
    sentence=sentence,
    detector="netravision.detectors.shipped:emblem_detector",
    examples="netravision.detectors.emblem:EmblemDetector.examples",
    rules_for=_rules_for_emblem,
)

HANDS = DetectorPlugin(
    name="hands",
    title=N_("Hands"),
    entries=(Number, PoseRule),
    sentence=sentence,
    detector="netravision.detectors.shipped:hands_detector",
    examples="netravision.detectors.hands:HandsDetector.examples",
    rules_for=_rules_for_hands,
)

INSIGNIA = DetectorPlugin(
    name="insignia",
    title=N_("Campaign insignia"),
    entries=(Number, Symbol, Color, Material, Phrases),
    sentence=sentence,
    detector="netravision.detectors.shipped:insignia_detector",
    examples="netravision.detectors.insignia:InsigniaDetector.examples",
    rules_for=_rules_for_insignia,
)
