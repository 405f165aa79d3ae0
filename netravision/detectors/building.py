"""The detectors that a watchlist needs, of netravision and of others, for each thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from netravision import installed_detectors, plugins
from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, Detector
from netravision.errors import DetectorError, NetravisionError, PhotoError
from netravision.finding import Finding
from netravision.languages import LANGUAGES
from netravision.languages import gettext as _
from netravision.plugins import DetectorPlugin
from netravision.shared_people import SharedPeopleNetwork
from netravision.watchlist import Watchlist

__all__ = ["Shared", "build_detector", "build_detectors"]


def build_detectors(
    watchlist: Watchlist,
    profile: Profile,
    *,
    observations: bool,
    threads: int,
    material_folder: Path | None = None,
) -> list[tuple[Detector, ...]]:
    """A set of detectors for each thread, in the order in which they look.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
        Also those of the package that the watchlist asks for nothing.
    threads : int
        At least 1.
    material_folder : Path, optional
        As :class:`netravision.Screener` takes it.

    Returns
    -------
    list of tuple of Detector
        Of length `threads`.

    Raises
    ------
    WatchlistError
        If something in the watchlist cannot be looked for.
    DetectorError
        If the detector of a third party cannot be imported or built.
    """
    found = [plugins.find(name) for name in watchlist.detectors]
    needed = [
        plugin
        for plugin in found
        if plugin is not None
        and (
            any(watchlist.entries(entry) for entry in plugin.entries)
            or (observations and plugin.name in installed_detectors.SHIPPED)
        )
    ]
    common: dict[type, Any] = {}
    of_threads = []
    for _number in range(threads):
        shared = Shared(common, material_folder)
        built = (build_detector(p, watchlist, profile, observations, shared) for p in needed)
        of_threads.append(
            tuple(
                detector
                if p.name in installed_detectors.SHIPPED
                else _Guarded(detector, p, watchlist)
                for p, detector in zip(needed, built, strict=True)
            )
        )
    return of_threads


_Made = TypeVar("_Made")


class Shared:
    """What netravision's own detectors have in common.

    Parameters
    ----------
    common : dict
        What all threads have; filled here.
    material_folder : Path, optional
        Where what is computed from material is kept and shared by processes.

    Attributes
    ----------
    material_folder : Path or None
    """

    def __init__(self, common: dict[type, Any], material_folder: Path | None = None) -> None:
        self._common = common
        self.material_folder = material_folder

    @cached_property
    def people(self) -> SharedPeopleNetwork:
        """The network that finds people, of the detectors of one thread."""
        return SharedPeopleNetwork()

    def by_all_threads(self, made: type[_Made], make: Callable[[], _Made]) -> _Made:
        """What only the first thread has to make, as looking changes nothing in it.

        Parameters
        ----------
        made : type
        make : callable

        Returns
        -------
        object of that type
        """
        if made not in self._common:
            self._common[made] = make()
        thing: _Made = self._common[made]
        return thing


def build_detector(
    plugin: DetectorPlugin,
    watchlist: Watchlist,
    profile: Profile,
    observations: bool,
    shared: Shared,
) -> Detector:
    """One detector for one thread.

    Parameters
    ----------
    plugin : DetectorPlugin
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    shared : Shared
        Of the thread.

    Returns
    -------
    Detector

    Raises
    ------
    WatchlistError
        If something in the watchlist cannot be looked for.
    DetectorError
        If the detector of a third party cannot be imported or built.
    """
    build: Callable[..., Detector] = installed_detectors.imported(plugin.name, plugin.detector)
    if plugin.name in installed_detectors.SHIPPED:
        return build(watchlist, profile, observations=observations, shared=shared)
    try:
        return build(watchlist, profile, observations=observations)
    except NetravisionError:
        raise
    except Exception as error:
        raise DetectorError(
            _("{detector} cannot be built: {why}").format(
                detector=installed_detectors.named(plugin.name), why=installed_detectors.said(error)
            )
        ) from error


class _Guarded:
    """A third party's detector, whose faults are those of one photo and bear its name."""

    def __init__(self, detector: Detector, plugin: DetectorPlugin, watchlist: Watchlist) -> None:
        self._detector, self.name = detector, plugin.name
        self._rules = {rule.name for rule in watchlist.rules}

    def detect(self, image: ImagePyramid, kind: Kind, /) -> Detections:
        try:
            seen = self._detector.detect(image, kind)
            for finding in seen.findings:
                self._check(finding, self._rules)
            for observation in seen.observations:
                self._check(observation, {None})
        except Exception as error:
            why = f"{installed_detectors.named(self.name)}: {installed_detectors.said(error)}"
            raise PhotoError("internal", why) from error
        return Detections([*seen.findings], [*seen.observations])

    def _check(self, seen: Finding, rules: set[str] | set[None]) -> None:
        """What is stored must be readable later, in every language."""
        if seen.detector != self.name:
            raise ValueError(f"gave a finding of the detector {seen.detector!r}")
        if seen.rule not in rules:
            raise ValueError(f"gave a finding of the rule {seen.rule!r}, which nobody asked for")
        for language in LANGUAGES:
            seen.explain(language)
