"""Which detectors there are: those of the package, and those that other packages bring.

A package names its detector by an entry point of the group ``netravision.detectors``. Nothing is
imported before it is asked for by name. What a detector says of itself is in
:mod:`netravision.plugins`.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import PurePath
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from netravision.errors import DetectorError
from netravision.languages import gettext as _

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "SHIPPED", "imported", "installed", "load", "named", "origin", "said", "where"]

#: The group of the entry points.
GROUP = "netravision.detectors"

#: Names of the detectors that come with the package, in the order in which they look.
SHIPPED = ("emblem", "hands", "insignia")


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
def load(name: str) -> object:
    """What the entry point of a detector leads to, imported when first asked for.

    Parameters
    ----------
    name : str

    Returns
    -------
    object
        Whatever is there; None if no detector of this name is installed.

    Raises
    ------
    DetectorError
        If it is installed twice or cannot be imported.
    """
    if name not in SHIPPED and name not in installed():
        return None
    if len(installed().get(name, ())) > 1:
        raise DetectorError(
            _("more than one package brings a detector called {name}: {packages}").format(
                name=name, packages=origin(name)
            )
        )
    return imported(name, where(name))


def where(name: str) -> str:
    """Where an installed detector describes itself.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        ``"package.module:name"``.
    """
    if name in SHIPPED:
        return f"netravision.detectors.shipped:{name.upper()}"
    entry_point, *_others = installed()[name]
    return entry_point.value


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


def imported(name: str, where: str) -> Any:
    """What a detector names by ``"package.module:name"``.

    Parameters
    ----------
    name : str
        Of the detector.
    where : str

    Returns
    -------
    object
        Whatever is there.

    Raises
    ------
    DetectorError
        If that of a third party cannot be imported.
    """
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
