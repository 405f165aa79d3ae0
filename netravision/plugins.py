"""What a detector says of itself: :class:`DetectorPlugin`, to which its entry point leads.

The three that come with the package are described in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from netravision import installed_detectors
from netravision.arguments import Kind
from netravision.errors import ArgumentError, DetectorError
from netravision.languages import gettext as _
from netravision.rules import Rule

if TYPE_CHECKING:
    from netravision.entries import Entry

__all__ = ["DetectorPlugin", "find"]

_NAME = re.compile("[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorPlugin:
    """What a detector is, said without loading what it needs to look at photos.

    Attributes
    ----------
    name : str
        Small letters, digits and underscores. Of the detector, its entry point, its table in the
        watchlist, and what its rules begin with: ``qr``, ``[[qr]]``, ``qr-<id>``.
    title : str
        What people read, in English: ``"QR code"``.
    entries : tuple of type
        Models of its tables in the watchlist, each derived from
        :class:`netravision.entries.Entry`. A third party has one, whose ``table`` is `name`.
    sentence : callable
        ``sentence(label, evidence)`` says in one sentence what was seen and measured, in the
        language in force, without judging it. `label` is what the watchlist calls the rule where
        that is known, else the finding's label.
    detector : str
        ``"package.module:Class"`` of the :class:`netravision.detectors.base.Detector`, imported
        when it is first needed.
    examples : str
        ``"package.module:function"`` that gives images to try the detector on, at least one with
        findings and one without, as :class:`netravision.detectors.base.Example`; imported by
        :mod:`netravision.testing` alone.
    rules_for : callable, optional
        ``rules_for(label, evidence, kind)`` gives the rules that could ask for an observation, that
        which it is named by first. By default its label is the id of the rule.
    measures : mapping of str to str
        What people read, in English, for each field of the evidence.
    gettext : callable
        Translates `title` and `measures` into the language in force; see
        :func:`netravision.languages.translator`.

    Raises
    ------
    ArgumentError
        If the name is not a valid one.
    """

    name: str
    title: str
    entries: tuple[type[Entry], ...]
    sentence: Callable[[str, Any], str]
    detector: str
    examples: str
    rules_for: Callable[[str, Any, Kind], Iterable[Rule]] | None = None
    measures: Mapping[str, str] = field(default_factory=dict)
    gettext: Callable[[str], str] = _

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ArgumentError(
                "name", self.name, _("small letters, digits and underscores, a letter first")
            )


def find(name: str) -> DetectorPlugin | None:
    """The detector of a name, that which reads the table of this name if it is of a third party.

    Parameters
    ----------
    name : str

    Returns
    -------
    DetectorPlugin or None
        None if no detector of this name is installed.

    Raises
    ------
    DetectorError
        If it is installed twice, cannot be imported, or is not as :class:`DetectorPlugin` says.
    """
    return None if installed_detectors.load(name) is None else _find(name)


@cache
def _find(name: str) -> DetectorPlugin:
    plugin = installed_detectors.load(name)
    if not isinstance(plugin, DetectorPlugin):
        found = repr(plugin)
    elif plugin.name != name:
        found = _("that of {name}").format(name=repr(plugin.name))
    elif name not in installed_detectors.SHIPPED and (
        (tables := [entry.table for entry in plugin.entries]) != [name]
    ):
        found = _("the tables {tables}").format(tables=tables)
    else:
        return plugin
    raise DetectorError(
        _(
            "{detector}: expected the DetectorPlugin of {name} with the one table {name} at "
            "{where}, got {found}"
        ).format(
            detector=installed_detectors.named(name),
            name=repr(name),
            where=installed_detectors.where(name),
            found=found,
        )
    )
