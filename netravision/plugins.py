"""Where detectors come from: those of the package, and those that other packages bring.

A detector says what it is in a :class:`DetectorPlugin`, to which an entry point of the group
``netravision.detectors`` leads. The three that come with the package are found in the same way. An
entry point has the name of its detector, so that one that no watchlist names is never loaded.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from netravision.errors import ArgumentError, DetectorError
from netravision.languages import gettext as _

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from netravision.arguments import Kind
    from netravision.detectors.base import Detector, Example
    from netravision.finding import Finding
    from netravision.rules import Rule
    from netravision.watchlist import Entry

__all__ = ["GROUP", "SHIPPED", "DetectorPlugin", "find", "installed", "named", "origin", "said"]

#: The group of the entry points.
GROUP = "netravision.detectors"

#: Names of the detectors that come with the package, in the order in which they look.
SHIPPED = ("emblem", "hands", "insignia")

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
        :class:`netravision.watchlist.Entry`. A third party has one, whose ``table`` is `name`.
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
        ``rules_for(seen, kind)`` gives the rules that could ask for an observation, that which it
        is named by first. By default its label is the id of the rule.
    measures : mapping of str to str
        What people read, in English, for each field of the evidence.
    gettext : callable
        Translates `title` and `measures` into the language in force; see
        :func:`netravision.languages.translator`.

    Raises
    ------
    ArgumentError
        If the name is none.
    """

    name: str
    title: str
    entries: tuple[type[Entry], ...]
    sentence: Callable[[str, Any], str]
    detector: str
    examples: str
    rules_for: Callable[[Finding, Kind], Iterable[Rule]] | None = None
    measures: Mapping[str, str] = field(default_factory=dict)
    gettext: Callable[[str], str] = _

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ArgumentError(
                "name", self.name, _("small letters, digits and underscores, a letter first")
            )

    def load(self) -> Callable[..., Detector]:
        """The class of the detector, imported when first asked for.

        Returns
        -------
        callable
            See :class:`netravision.detectors.base.Detector`.

        Raises
        ------
        DetectorError
            If that of a third party cannot be imported.
        """
        found: Callable[..., Detector] = _imported(self.name, self.detector)
        return found

    def load_examples(self) -> Iterable[Example]:
        """Images to try the detector on.

        Returns
        -------
        iterable of Example

        Raises
        ------
        DetectorError
            If those of a third party cannot be imported.
        """
        given: Iterable[Example] = _imported(self.name, self.examples)()
        return given


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
    return _find(name) if name in SHIPPED or name in installed() else None


@cache
def installed() -> Mapping[str, tuple[EntryPoint, ...]]:
    """The detectors of third parties that are installed, by name; none of them is imported.

    Returns
    -------
    mapping of str to tuple of EntryPoint
        In alphabetical order; more than one of a name is a mistake.
    """
    from importlib.metadata import entry_points  # loads much of the library, and is rarely needed

    found: dict[str, tuple[EntryPoint, ...]] = {}
    for entry_point in sorted(entry_points(group=GROUP)):
        found[entry_point.name] = (*found.get(entry_point.name, ()), entry_point)
    return found


def origin(name: str) -> str | None:
    """The package and version that a third party's detector comes from.

    Parameters
    ----------
    name : str

    Returns
    -------
    str or None
        ``"netravision-qr 0.1.0"``; None for a detector of netravision, and one that is not
        installed.
    """
    if name in SHIPPED or name not in installed():
        return None
    return " + ".join(map(_package, installed()[name]))


@cache
def _find(name: str) -> DetectorPlugin:
    if name in SHIPPED:
        shipped: DetectorPlugin = resolve_name(f"netravision.detectors.shipped:{name.upper()}")
        return shipped
    entry_point, *others = installed()[name]
    if others:
        raise DetectorError(
            _("more than one package brings a detector called {name}: {packages}").format(
                name=name, packages=origin(name)
            )
        )
    plugin = _imported(name, f"{entry_point.module}:{entry_point.attr}")
    if not isinstance(plugin, DetectorPlugin):
        found = repr(plugin)
    elif plugin.name != name:
        found = _("that of {name}").format(name=repr(plugin.name))
    elif (tables := [entry.table for entry in plugin.entries]) != [name]:
        found = _("the tables {tables}").format(tables=tables)
    else:
        return plugin
    raise DetectorError(
        _(
            "{detector}: expected the DetectorPlugin of {name} with the one table {name} at "
            "{where}, got {found}"
        ).format(detector=named(name), name=repr(name), where=entry_point.value, found=found)
    )


def named(name: str) -> str:
    """A detector as errors name it, with the package that it comes from.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return _("the detector {name} of {package}").format(
        name=repr(name), package=origin(name) or "netravision"
    )


def said(error: Exception) -> str:
    """What an unforeseen error says, and in which line it was raised.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
        ``"ValueError: no code (detector.py, line 31)"``.
    """
    text = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return text
    return f"{text} ({PurePath(frames[-1].filename).name}, line {frames[-1].lineno})"


def _imported(name: str, where: str) -> Any:
    """What ``"package.module:name"`` leads to."""
    if name in SHIPPED:
        return resolve_name(where)
    try:
        return resolve_name(where)
    except Exception as error:  # a module may raise anything while it is imported
        raise DetectorError(
            _("{detector} cannot be loaded from {where}: {why}").format(
                detector=named(name), where=where, why=said(error)
            )
        ) from error


def _package(entry_point: EntryPoint) -> str:
    dist = entry_point.dist
    return f"{dist.name} {dist.version}" if dist else entry_point.value
