"""What the detectors of the package are, said without NumPy or a network.

:func:`netravision.installed_detectors.load` comes here as it goes to a package for those of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from netravision.arguments import Kind, Profile
from netravision.evidence import (
    BadgeEvidence,
    ColorEvidence,
    EmblemEvidence,
    Evidence,
    HandEvidence,
    MaterialEvidence,
    SymbolEvidence,
    TextEvidence,
    TwoHandsEvidence,
)
from netravision.explanations import sentence
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
]


def _emblem_detector(
    watchlist: Watchlist, profile: Profile, *, observations: bool, shared: Shared
) -> Detector:
    """One for all threads, as what it keeps while looking is the same whoever looks."""
    from netravision.detectors.emblem import EmblemDetector

    return shared.by_all_threads(
        EmblemDetector, lambda: EmblemDetector(watchlist, profile, observations=observations)
    )


def _hands_detector(
    watchlist: Watchlist, profile: Profile, *, observations: bool, shared: Shared
) -> Detector:
    """One that looks for hands in the same way, whether they are to be observed or not."""
    from netravision.detectors.hands import HandsDetector
    from netravision.detectors.hands.detection import EFFORTS, HandDetection

    return HandsDetector(watchlist, profile, HandDetection(EFFORTS[profile], shared.people))


def _insignia_detector(
    watchlist: Watchlist, profile: Profile, *, observations: bool, shared: Shared
) -> Detector:
    """One with networks of its own, and the index of marks that all threads read."""
    from netravision.detectors.insignia import InsigniaDetector
    from netravision.detectors.insignia.marks import Marks

    marks = shared.by_all_threads(Marks, lambda: Marks(watchlist, profile, shared.material_folder))
    badges = observations or bool(watchlist.numbers)
    return InsigniaDetector(watchlist, profile, badges=badges, marks=marks, people=shared.people)


def _rules_for_emblem(label: str, seen: Evidence, kind: Kind) -> Iterator[Rule]:
    if isinstance(seen, EmblemEvidence) and (kind == "avatar" or seen.wear == "worn"):
        yield Rule("emblem", label)


def _rules_for_hands(label: str, seen: Evidence, kind: Kind) -> Iterator[Rule]:
    match seen:
        case HandEvidence(number=number):
            if number is not None:
                yield Rule("number", str(number))
            yield Rule("pose", label)
        case TwoHandsEvidence(number=number):
            yield Rule("number", str(number))


def _rules_for_insignia(label: str, seen: Evidence, kind: Kind) -> Iterator[Rule]:
    match seen:
        case BadgeEvidence():
            # No ballot has a number 0, and every ring on a plate looks like one.
            if number := int(label):
                yield Rule("number", str(number))
        case SymbolEvidence():
            yield Rule("symbol", label)
        case ColorEvidence():
            yield Rule("color", label)
        case MaterialEvidence():
            yield Rule("material", label)
        case TextEvidence():
            yield Rule("text", label)


EMBLEM = DetectorPlugin(
    name="emblem",
    title=N_("Emblem"),
    entries=(Emblem,),
    sentence=sentence,
    detector="netravision.detectors.shipped:_emblem_detector",
    examples="netravision.detectors.emblem:EmblemDetector.examples",
    rules_for=_rules_for_emblem,
)

HANDS = DetectorPlugin(
    name="hands",
    title=N_("Hands"),
    entries=(Number, PoseRule),
    sentence=sentence,
    detector="netravision.detectors.shipped:_hands_detector",
    examples="netravision.detectors.hands:HandsDetector.examples",
    rules_for=_rules_for_hands,
)

INSIGNIA = DetectorPlugin(
    name="insignia",
    title=N_("Campaign insignia"),
    entries=(Number, Symbol, Color, Material, Phrases),
    sentence=sentence,
    detector="netravision.detectors.shipped:_insignia_detector",
    examples="netravision.detectors.insignia:InsigniaDetector.examples",
    rules_for=_rules_for_insignia,
)
