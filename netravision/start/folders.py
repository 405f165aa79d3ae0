"""Folders of this computer, to choose one of them on a page."""

from __future__ import annotations

import os
import string
import sys
from pathlib import Path
from typing import NamedTuple

import platformdirs

from netravision.errors import RunError, cause
from netravision.imaging.other_files import is_named_as_media
from netravision.languages import gettext as _
from netravision.run.run import DATABASE

__all__ = ["Listing", "list_folder", "places", "run_folder"]


class Listing(NamedTuple):
    """What is in a folder, as far as it matters for choosing one.

    Attributes
    ----------
    folder : Path
    folders : list of Path
        Those in it, by name; hidden ones are left out.
    watchlists : list of Path
        TOML files in it, by name.
    media : int
        Photos and videos in it, by their names; those in its folders are not counted.
    is_run : bool
        It is the folder of a run.
    """

    folder: Path
    folders: list[Path]
    watchlists: list[Path]
    media: int
    is_run: bool


def list_folder(folder: Path) -> Listing:
    """Look into a folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Listing

    Raises
    ------
    RunError
        If it is none, or may not be looked into.
    """
    folders: list[Path] = []
    watchlists: list[Path] = []
    media = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((".", "$")):
                    continue
                if entry.is_dir():
                    folders.append(Path(entry.path))
                elif entry.name.lower().endswith(".toml"):
                    watchlists.append(Path(entry.path))
                else:
                    media += is_named_as_media(entry.name)
    except OSError as error:
        raise RunError(
            _("{folder} cannot be opened: {why}").format(folder=folder, why=cause(error))
        ) from error
    is_run = (folder / DATABASE).is_file()
    return Listing(folder, sorted(folders, key=_name), sorted(watchlists, key=_name), media, is_run)


def places() -> list[Path]:
    """Where photos usually lie: the user's own folders, then the drives.

    Returns
    -------
    list of Path
        Those that there are, each once.
    """
    own = [
        Path.home(),
        platformdirs.user_downloads_path(),
        platformdirs.user_pictures_path(),
        platformdirs.user_documents_path(),
        platformdirs.user_desktop_path(),
    ]
    drives = [Path("/")]
    if sys.platform == "win32":
        drives = [Path(f"{letter}:\\") for letter in string.ascii_uppercase]
    return [place for place in dict.fromkeys([*own, *drives]) if place.is_dir()]


def run_folder(photos: Path) -> Path:
    """Where the results of a folder go: beside it, or in the user's own where that is forbidden.

    The same for the same folder, so that choosing it again goes on where it stopped.

    Parameters
    ----------
    photos : Path

    Returns
    -------
    Path
    """
    name = f"{photos.name or photos.drive.strip(':') or 'photos'}-netravision"
    beside = photos.parent / name
    if beside.is_dir() or (photos.name and os.access(photos.parent, os.W_OK)):
        return beside
    return Path.home() / name


def _name(path: Path) -> str:
    return path.name.casefold()
