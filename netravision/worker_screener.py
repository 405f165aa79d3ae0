"""The screener of a worker process, which builds it: who gives photos out loads no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netravision.arguments import Profile

if TYPE_CHECKING:
    from netravision.screener import Screener

__all__ = ["load_screener"]


def load_screener(
    watchlist: Path,
    profile: Profile,
    *,
    observations: bool,
    material_folder: Path | None = None,
) -> Screener:
    """A screener for the watchlist in a file.

    Parameters
    ----------
    watchlist : Path
    profile : {"fast", "balanced", "thorough"}
    observations : bool
    material_folder : Path, optional
        As :class:`netravision.Screener` takes it.

    Returns
    -------
    Screener

    Raises
    ------
    WatchlistError
        If the file is no watchlist, or a picture of it cannot be used.
    AssetError, MissingRequirementError, DetectorError
        As :class:`netravision.Screener` does.
    """
    from netravision.screener import Screener
    from netravision.watchlist import Watchlist

    return Screener(
        Watchlist.load(watchlist),
        profile,
        observations=observations,
        material_folder=material_folder,
    )
