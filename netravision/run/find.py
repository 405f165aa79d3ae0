"""Who posted a picture, in any number of runs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from os import PathLike
from pathlib import Path

from netravision.imaging.media import Source, read_pixels
from netravision.run.copies import Copy, find_in
from netravision.run.run import Run

__all__ = ["find"]


def find(
    picture: Source,
    runs: Run | str | PathLike[str] | Iterable[Run | str | PathLike[str]],
    *,
    parts: bool = True,
) -> list[Copy]:
    """Who posted this picture: photos of runs that show it, whole or in part.

    Found are recompressed, resized and mirrored copies, by the hash of the whole; and parts of it,
    in the photos that are most like the picture or a crop of it.

    Parameters
    ----------
    picture : path, bytes, binary file, PIL.Image or ndarray
        As :meth:`netravision.Screener.screen` takes it; no video.
    runs : Run or path of a run folder, or an iterable of them
        A folder is opened and closed again.
    parts : bool
        Look for parts, too, in the photos of each run whose hashes are nearest to that of the
        picture or of a crop of it (:data:`netravision.run.copies.LOOKED_AT`). What is small in a
        photo with much else is not among them: name it in a watchlist, as material.

    Returns
    -------
    list of Copy
        Whole ones first, nearest first; then parts, likeliest first.

    Raises
    ------
    ArgumentError, ArgumentTypeError, FolderError
        If the picture is none of these.
    PhotoError
        If the picture cannot be read.
    RunError
        If a folder holds no run.
    HashVersionError
        If the hashes of a run were made in another way.

    Examples
    --------
    >>> import netravision
    >>> for copy in netravision.find("poster.jpg", "run-2024-09"):  # doctest: +SKIP
    ...     print(copy.photo.account, copy.photo.path, copy.url)
    """
    rgb = read_pixels(picture)
    with ExitStack() as opened:
        searched = [
            run if isinstance(run, Run) else opened.enter_context(Run.open(Path(run)))
            for run in ([runs] if isinstance(runs, Run | str | PathLike) else runs)
        ]
        return find_in([run.store for run in searched], rgb, parts=parts)
