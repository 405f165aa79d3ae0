"""What all readers together know of a photo.

To add a program: a module with its ``READER``, and a line in :data:`READERS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from netravision.imaging.other_files import is_named_as_media
from netravision.languages import gettext as _
from netravision.sidecars import gallery_dl, instaloader, meta_export, whatsapp, yt_dlp
from netravision.sidecars.base import Place, SidecarError, Told
from netravision.sidecars.tree import Tree

__all__ = ["READERS", "account_folder", "what_is_told"]

READERS = (
    instaloader.READER,
    gallery_dl.READER,
    yt_dlp.READER,
    whatsapp.READER,
    meta_export.READER,
)


def what_is_told(tree: Tree, path: PurePosixPath) -> list[Told]:
    """What names and sidecars say of a photo, the surest last.

    A sidecar that is broken is reported to the tree, and so is a fault in a reader.

    Parameters
    ----------
    tree : Tree
    path : PurePosixPath
        Of the photo, below the root of the tree.

    Returns
    -------
    list of Told
        Empty for a file that is not called as photos and videos are.
    """
    if not is_named_as_media(path.name):
        return []  # a sidecar itself
    photo = Place(tree, path)
    said = [each for reader in READERS for each in _said(photo, reader.read(photo))]
    return sorted(said, key=lambda each: each.origin == "sidecar")


def _said(photo: Place, telling: Iterator[Told]) -> Iterator[Told]:
    try:
        yield from telling
    except SidecarError as error:
        photo.tree.report(str(error))
    except Exception as error:
        # A fault in a reader must cost what it would have said, and not the run.
        why = f"{type(error).__name__}: {error}"
        photo.tree.report(
            _("{file}: a fault of the program: {why}").format(file=photo.path, why=why)
        )


def account_folder(folders: tuple[str, ...]) -> str | None:
    """The first level of folders that is an account's, and none that a program makes.

    Parameters
    ----------
    folders : tuple of str
        From the source to the photo.

    Returns
    -------
    str or None

    Examples
    --------
    >>> account_folder(("akun_a", "September"))
    'akun_a'
    >>> account_folder(("gallery-dl", "instagram", "akun_a"))
    'akun_a'
    >>> account_folder(("#pilkada",)) is None
    True
    """
    rest = "".join(f"{folder}/" for folder in folders)
    for reader in READERS:
        if reader.own_folders and (match := reader.own_folders.match(rest)):
            rest = rest[match.end() :]
    return rest.partition("/")[0] or None
