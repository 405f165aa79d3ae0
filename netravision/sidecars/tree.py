"""The files of a source as readers see them: listed by folder, read in bounds, never followed out.

Photos come folder by folder, so what was listed and parsed for the last ones is kept, and little
more.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeVar

from netravision.imaging.archive import Member, read_member

__all__ = ["NOTHING_LISTED", "ArchiveTree", "FolderTree", "Listed", "Tree"]

_Parsed = TypeVar("_Parsed")

#: A photo's folder, those above it, and as many more.
_KEPT = 64


class Listed(NamedTuple):
    """The names in one folder.

    Attributes
    ----------
    files, folders : frozenset of str
    """

    files: frozenset[str]
    folders: frozenset[str]


NOTHING_LISTED = Listed(frozenset(), frozenset())


class Tree(ABC):
    """Files below a root, by paths relative to it.

    Parameters
    ----------
    name : str
        Of the root.
    report : callable
        Told what is broken.

    Attributes
    ----------
    name : str
    report : callable
    """

    def __init__(self, name: str, report: Callable[[str], object]) -> None:
        self.name = name
        self.report = report
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def list(self, folder: PurePosixPath) -> Listed:
        """The names in a folder; none where it cannot be listed.

        Parameters
        ----------
        folder : PurePosixPath

        Returns
        -------
        Listed
        """
        return self._list(folder)

    @abstractmethod
    def _list(self, folder: PurePosixPath) -> Listed: ...

    def read(self, path: PurePosixPath, limit: int) -> bytes:
        """The content of a file.

        Parameters
        ----------
        path : PurePosixPath
        limit : int
            In bytes.

        Returns
        -------
        bytes
            At most one more than `limit`.

        Raises
        ------
        OSError, PhotoError
            If it cannot be read.
        """
        return self._read(path, limit)

    @abstractmethod
    def _read(self, path: PurePosixPath, limit: int) -> bytes: ...

    def files(self, folder: PurePosixPath) -> frozenset[str]:
        """The names of the files in a folder.

        Parameters
        ----------
        folder : PurePosixPath

        Returns
        -------
        frozenset of str
        """
        return self._listed(folder).files

    def folders(self, folder: PurePosixPath) -> frozenset[str]:
        """The names of the folders in a folder.

        Parameters
        ----------
        folder : PurePosixPath

        Returns
        -------
        frozenset of str
        """
        return self._listed(folder).folders

    def _listed(self, folder: PurePosixPath) -> Listed:
        return self.once(Tree.list, folder) or NOTHING_LISTED

    def once(
        self, make: Callable[[Tree, PurePosixPath], _Parsed], path: PurePosixPath
    ) -> _Parsed | None:
        """What a function makes of a path, made once for all photos that ask for it.

        Parameters
        ----------
        make : callable
            What it raises is raised the first time; then the answer is None, so that what is broken
            is said once.
        path : PurePosixPath

        Returns
        -------
        object or None
        """
        key = (make, path)
        if key not in self._kept:
            self._kept[key] = None
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self._kept[key] = make(self, path)
        else:
            self._kept.move_to_end(key)
        made: _Parsed | None = self._kept[key]
        return made


class FolderTree(Tree):
    """A folder on disk.

    Parameters
    ----------
    root : Path
    report : callable
        As :class:`Tree` takes it.
    """

    def __init__(self, root: Path, report: Callable[[str], object]) -> None:
        super().__init__(root.name, report)
        self._root = root

    def _list(self, folder: PurePosixPath) -> Listed:
        try:
            with os.scandir(self._root / folder) as entries:
                found = [(entry.name, entry.is_dir()) for entry in entries]
        except OSError:
            return NOTHING_LISTED
        return Listed(
            frozenset(name for name, is_folder in found if not is_folder),
            frozenset(name for name, is_folder in found if is_folder),
        )

    def _read(self, path: PurePosixPath, limit: int) -> bytes:
        file = self._root / path
        if not file.is_file():  # a pipe would be waited for
            raise FileNotFoundError(str(file))
        with file.open("rb") as stream:
            return stream.read(limit + 1)


class ArchiveTree(Tree):
    """The files in an archive.

    Parameters
    ----------
    archive : Path
    members : iterable of str
        As :func:`netravision.imaging.archive.list_members` gives them.
    report : callable
        As :class:`Tree` takes it.
    """

    def __init__(
        self, archive: Path, members: Iterable[str], report: Callable[[str], object]
    ) -> None:
        super().__init__(archive.stem, report)
        self._archive = archive
        files: defaultdict[PurePosixPath, set[str]] = defaultdict(set)
        folders: defaultdict[PurePosixPath, set[str]] = defaultdict(set)
        for member in map(PurePosixPath, members):
            files[member.parent].add(member.name)
            for folder in member.parents:
                if folder.name in folders[folder.parent] or folder == PurePosixPath():
                    break
                folders[folder.parent].add(folder.name)
        self._folders = {
            folder: Listed(frozenset(files[folder]), frozenset(folders[folder]))
            for folder in {*files, *folders}
        }

    def _list(self, folder: PurePosixPath) -> Listed:
        return self._folders.get(folder, NOTHING_LISTED)

    def _read(self, path: PurePosixPath, limit: int) -> bytes:
        return read_member(Member(self._archive, str(path)), limit)
