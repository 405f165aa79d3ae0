"""What a watchlist asks for, one thing at a time, and the name that it has in the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from netravision import installed_detectors
from netravision.errors import ArgumentError
from netravision.languages import N_
from netravision.languages import gettext as _

__all__ = ["DETECTORS_OF", "IDENTIFIER", "DetectorName", "Rule", "RuleKind"]

#: The detectors that come with the package.
DetectorName = Literal["emblem", "hands", "insignia"]

#: The tables of a watchlist that the package's own detectors read. A third party's detector has one
#: more, of its own name.
RuleKind = Literal["emblem", "number", "pose", "symbol", "color", "material", "text"]

#: Which detectors can find what a rule of a kind asks for.
DETECTORS_OF: dict[RuleKind, tuple[DetectorName, ...]] = {
    "emblem": ("emblem",),
    "number": ("hands", "insignia"),
    "pose": ("hands",),
    "symbol": ("insignia",),
    "color": ("insignia",),
    "material": ("insignia",),
    "text": ("insignia",),
}

#: What the ids of a watchlist look like.
IDENTIFIER = r"^[a-z0-9][a-z0-9._-]*$"

_KEYS: dict[str, tuple[str, str]] = {
    "number": (r"^(0|[1-9][0-9]?)$", N_("a number from 0 to 99")),
    "pose": (r"^[a-z_]+$", N_("the name of a pose")),
}
_ID = IDENTIFIER, N_("an id of small letters, digits, dots, hyphens and underscores")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for.

    Attributes
    ----------
    kind : str
        The table of the watchlist that it is in: one of :data:`RuleKind`, or the name of a third
        party's detector.
    key : str
        What the table calls it: an id, a number, or the name of a pose.

    Raises
    ------
    ArgumentError
        If there is no such kind, or the key is none of that kind.

    Examples
    --------
    >>> Rule("number", "2").name
    'number-2'
    >>> Rule.parse("emblem-pemprov-kaltim")
    Rule(kind='emblem', key='pemprov-kaltim')
    """

    kind: str
    key: str

    def __post_init__(self) -> None:
        if not _is_kind(self.kind):
            kinds = (*get_args(RuleKind), *installed_detectors.installed())
            raise ArgumentError(
                "kind", self.kind, _("one of {choices}").format(choices=", ".join(kinds))
            )
        pattern, expected = _KEYS.get(self.kind, _ID)
        if not isinstance(self.key, str) or not re.fullmatch(pattern, self.key, re.ASCII):
            raise ArgumentError("key", self.key, _(expected))

    @classmethod
    def parse(cls, name: str) -> Rule:
        """Inverse of :attr:`name`.

        Parameters
        ----------
        name : str

        Returns
        -------
        Rule

        Raises
        ------
        ArgumentError
            If it is the name of no possible rule.
        """
        kind, _dash, key = name.partition("-")
        if not _is_kind(kind):
            raise ArgumentError("name", name, _('the name of a rule, such as "number-2"'))
        return cls(kind, key)

    @property
    def name(self) -> str:
        """What a finding's ``rule`` says, as in ``"number-2"`` and ``"pose-thumb_up"``."""
        return f"{self.kind}-{self.key}"

    @property
    def detectors(self) -> tuple[str, ...]:
        """The detectors that can find it."""
        for known, detectors in DETECTORS_OF.items():
            if self.kind == known:
                return detectors
        return (self.kind,)


def _is_kind(kind: str) -> bool:
    return kind in get_args(RuleKind) or kind in installed_detectors.installed()
