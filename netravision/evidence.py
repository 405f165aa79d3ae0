"""What was measured of each kind of finding, in plain types that JSON can hold.

A detector makes the evidence, everything else reads its attributes. In the record it is one flat
object: ``kind`` first, where a detector finds several kinds of things, then what was measured, then
what a video adds. A detector of a third party registers its own type with :func:`register`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from netravision import installed_detectors
from netravision.core.box import Box
from netravision.errors import RecordError
from netravision.languages import gettext as _

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = [
    "BadgeEvidence",
    "ColorEvidence",
    "EmblemEvidence",
    "Evidence",
    "HandEvidence",
    "HandOfTwo",
    "MaterialEvidence",
    "PlateShape",
    "SymbolEvidence",
    "TextEvidence",
    "TwoHandsEvidence",
    "VideoSpan",
    "read_evidence",
    "register",
    "registered_detectors",
]

#: What a number badge is printed on.
PlateShape = Literal["circle", "square", "card"]

#: Keys that are missing or unknown are errors, so that a type change cannot pass unnoticed.
_STRICT_KEYS = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSpan:
    """When something was seen in a video.

    Attributes
    ----------
    frame_s : float
        Second of the frame that the box is in: the one with the highest score.
    first_s, last_s : float
        From when to when it was seen.
    frames : int
        Frames that it was seen in.
    frames_looked_at : int
        Frames looked at from ``first_s`` to ``last_s``.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT_KEYS

    frame_s: float
    first_s: float
    last_s: float
    frames: int
    frames_looked_at: int


_VIDEO_KEYS = frozenset(field.name for field in fields(VideoSpan))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What every finding says beside what its detector measured.

    A field of a subclass with a default is left out of the record while it has that default, so
    that records made before the field was added can still be read.

    Attributes
    ----------
    detector : str
        Of the class: the detector that makes it.
    kind : str
        Of the class: what sort of thing it speaks of, the same as ``detector`` where that finds
        one sort only.
    video : VideoSpan or None
        When it was seen; None in a photo.
    truncated : bool
        The file ends early or is damaged; only what is there was looked at.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT_KEYS
    detector: ClassVar[str]
    kind: ClassVar[str]

    video: VideoSpan | None = None
    truncated: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The ``evidence`` part of the record, ready for ``json.dumps``."""
        record: dict[str, Any] = {} if self.kind == self.detector else {"kind": self.kind}
        for name, default in _LAYOUTS[type(self)].measures:
            value = getattr(self, name)
            if value != default:
                record[name] = _plain(value)
        if self.video is not None:
            record |= asdict(self.video)
        if self.truncated:
            record["truncated"] = True
        return record


_COMMON_KEYS = frozenset(field.name for field in fields(Evidence))


@dataclass(frozen=True)
class _Layout:
    """What a type adds to every evidence: name and default of each field, in record order."""

    evidence: type[Evidence]
    measures: tuple[tuple[str, object], ...]
    required: frozenset[str]

    @cached_property
    def adapter(self) -> TypeAdapter[Evidence]:
        # When first read: who screens makes evidence and reads none.
        from pydantic import TypeAdapter

        return TypeAdapter(self.evidence)


_LAYOUTS: dict[type[Evidence], _Layout] = {}
_Registered = TypeVar("_Registered", bound=Evidence)
_TYPES: dict[tuple[str, str], list[type[Evidence]]] = {}


def register(evidence: type[_Registered]) -> type[_Registered]:
    """Make a type of evidence known, so that findings may carry it and records be read.

    Of types with the same detector and kind, a record is read as the first whose keys it has.

    Parameters
    ----------
    evidence : type
        A frozen dataclass derived from :class:`Evidence` with ``detector`` and ``kind``.

    Returns
    -------
    type
        The same.
    """
    measures = tuple(
        (field.name, field.default) for field in fields(evidence) if field.name not in _COMMON_KEYS
    )
    required = frozenset(name for name, default in measures if default is MISSING)
    _LAYOUTS[evidence] = _Layout(evidence, measures, required)
    _TYPES.setdefault((evidence.detector, evidence.kind), []).append(evidence)
    return evidence


def registered_detectors() -> tuple[str, ...]:
    """Names of the detectors with a registered type of evidence.

    >>> registered_detectors()[:3]
    ('hands', 'emblem', 'insignia')
    """
    return tuple(dict.fromkeys(detector for detector, _ in _TYPES))


def read_evidence(detector: str, record: Mapping[str, Any]) -> Evidence:
    """Inverse of :meth:`Evidence.to_dict`.

    Parameters
    ----------
    detector : str
        That the finding is of.
    record : mapping
        The ``evidence`` part of a record.

    Returns
    -------
    Evidence

    Raises
    ------
    RecordError
        If no type is registered for it, or it lacks a key, has one too many, or one of another
        type.
    DetectorError
        If it is of a third party's detector that cannot be loaded.
    """
    # Here and in the layouts, as it takes a tenth of a second to load.
    from pydantic import ValidationError

    if detector not in registered_detectors() and installed_detectors.load(detector) is None:
        raise RecordError(
            _(
                "no detector called {name} is installed here; install the package that it is from"
            ).format(name=repr(detector))
        )
    values = dict(record)
    kind = values.pop("kind", detector)
    types = _TYPES.get((detector, kind), []) if isinstance(kind, str) else []
    if not types:
        raise RecordError(
            _("evidence of {detector}: {kind} is no kind that is known").format(
                detector=repr(detector), kind=repr(kind)
            )
        )
    layouts = [_LAYOUTS[each] for each in types]
    fitting = next((each for each in layouts if each.required <= values.keys()), layouts[0])
    if video := {key: values.pop(key) for key in _VIDEO_KEYS & values.keys()}:
        values["video"] = video
    try:
        return fitting.adapter.validate_python(values)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()
        )
        raise RecordError(
            _("evidence of {detector} ({kind}): {problems}").format(
                detector=detector, kind=kind, problems=problems
            )
        ) from None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.to_dict() if isinstance(value, HandOfTwo) else value


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class HandEvidence(Evidence):
    """One hand.

    Attributes
    ----------
    fingers : tuple of int
        1 for each finger that is out, thumb to pinky.
    number : int or None
        The ballot number it can show.
    pose_probability : float
        That the pose is the one named, in [0, 1].
    presence : float
        How sure the landmark network is of a hand, in [0, 1].
    hand_probability : float
        How sure the network that looks for people is of a hand, in [0, 1].
    shown : float
        That the hand shows something rather than merely being there, in [0, 1].
    same_number : int
        Hands that surely show the same, this one among them.
    raised_hands : int
        Hands of the photo that surely show anything, this one among them.
    hand_px : int
        Longer side of its box in pixels.
    """

    detector = "hands"
    kind = "hands"

    fingers: tuple[int, ...]
    number: int | None
    pose_probability: float
    presence: float
    hand_probability: float
    shown: float
    same_number: int
    raised_hands: int
    hand_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOfTwo:
    """One of two hands that show a number together.

    Attributes
    ----------
    box : tuple of float
        ``(x0, y0, x1, y1)`` in pixels of the upright image.
    pose : str
    fingers : tuple of int
        1 for each finger that is out, thumb to pinky.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT_KEYS

    box: Box
    pose: str
    fingers: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """One of the record's ``evidence.hands``."""
        return {"box": list(self.box), "pose": self.pose, "fingers": list(self.fingers)}


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class TwoHandsEvidence(Evidence):
    """Two hands of one person that show a number together.

    Attributes
    ----------
    fingers : tuple of int
        Of both hands, left to right in the photo.
    number : int
    hands : tuple of HandOfTwo
        Left to right in the photo.
    pose_probability, presence, hand_probability, shown : float
        The lower of the two hands', see :class:`HandEvidence`.
    hand_px : int
        Longer side of the larger hand in pixels.
    """

    detector = "hands"
    kind = "hands"

    fingers: tuple[int, ...]
    number: int
    hands: tuple[HandOfTwo, HandOfTwo]
    pose_probability: float
    presence: float
    hand_probability: float
    shown: float
    hand_px: int


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class EmblemEvidence(Evidence):
    """An emblem.

    Attributes
    ----------
    wear : {"worn", "present"}
        Whether it is large enough to be worn as a profile picture.
    coverage : float
        Share of the image that it fills, in [0, 1].
    structure, color : float
        How well edges and colors agree with the reference, at most 1.
    turned_degrees : float
        By how much it is turned.
    runner_up : str or None
        Id of the reference that is next likeliest.
    margin : float
        By how much it is more similar than the runner-up.
    hash_distance : int or None
        Bits of 256 in which the photo's hash differs from that of a usual avatar of the emblem, if
        that settled where to look; None if the photo was searched.
    """

    detector = "emblem"
    kind = "emblem"

    wear: Literal["worn", "present"]
    coverage: float
    structure: float
    color: float
    turned_degrees: float
    runner_up: str | None
    margin: float
    hash_distance: int | None = None


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolEvidence(Evidence):
    """A symbol of a party or candidate.

    Attributes
    ----------
    coverage : float
        Share of the image that it fills, in [0, 1].
    structure, color : float
        How well edges and colors agree with the reference, at most 1.
    turned_degrees : float
        By how much it is turned.
    runner_up : str or None
        Id of the reference that is next likeliest.
    margin : float
        By how much it is more similar than the runner-up.
    """

    detector = "insignia"
    kind = "symbol"

    coverage: float
    structure: float
    color: float
    turned_degrees: float
    runner_up: str | None
    margin: float


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialEvidence(Evidence):
    """Campaign material used again, whole or in part.

    Attributes
    ----------
    inliers : int
        Keypoints whose places agree with one shift, turn and scale.
    likeness : float
        Mean cosine of their descriptors, at most 1.
    structure : float
        Share of what lies there whose pixels agree, at most 1.
    shown : float
        Share of the reference whose pixels agree, in [0, 1].
    coverage : float
        Share of the image that it fills, in [0, 1].
    mirrored : bool
    """

    detector = "insignia"
    kind = "material"

    inliers: int
    likeness: float
    structure: float
    shown: float
    coverage: float
    mirrored: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeEvidence(Evidence):
    """A number badge.

    Attributes
    ----------
    digits : str
        As they are printed: ``"2"`` or ``"02"``.
    shape : {"circle", "square", "card"}
        Of the plate they are printed on.
    contrast : float
        Of digits and plate, in steps of 255.
    beside : str
        Words beside it that tell what the number is of.
    ballot : bool or None
        Whether they are of a ballot; None where no words tell, or none were read.
    heads : int or None
        People beside a card, who tell it from a house number; None where nobody was looked for.
    """

    detector = "insignia"
    kind = "badge"

    digits: str
    shape: PlateShape
    contrast: float
    beside: str = ""
    ballot: bool | None = None
    heads: int | None = None


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ColorEvidence(Evidence):
    """A campaign color.

    Attributes
    ----------
    share : float
        Of the image that is in the color, in [0, 1].
    largest_area : float
        Share of the image that the largest area has, in [0, 1].
    areas : int
    mean_distance : float
        From the color asked for, CIEDE2000.
    people : int or None
        Who wear it; None where nobody was looked for.
    faces : int or None
        Heads, from any side, with clothes to see below them; None where none was looked for.
    uniforms : int
        Of them those in a uniform that the watchlist allows; they are not among ``people``.
    pattern : {"pair", "checks"} or None
        What two colors form; None for one color, and where checks are on no clothes.
    """

    detector = "insignia"
    kind = "color"

    share: float
    largest_area: float
    areas: int
    mean_distance: float
    people: int | None
    faces: int | None
    pattern: Literal["pair", "checks"] | None = None
    uniforms: int = 0


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvidence(Evidence):
    """Words of a campaign, read in the picture.

    Attributes
    ----------
    phrase : str
        Of the watchlist.
    read : str
        What the recogniser read there.
    mistakes : int
        Letters in which the two differ; letters that are taken for each other do not count.
    certainty : float
        Of the recogniser, in [0, 1].
    """

    detector = "insignia"
    kind = "text"

    phrase: str
    read: str
    mistakes: int
    certainty: float
