"""Files and folders to an ordered stream of entries, one for every file.

What is decided here, for everybody: which files count, what a photo is called in the record,
whose it is, and whether it is an avatar.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple, Self
from unicodedata import normalize

from netravision.arguments import Kind
from netravision.errors import ArgumentError, PhotoError, RunError
from netravision.imaging.archive import is_archive, is_document, list_members
from netravision.languages import gettext as _
from netravision.result import Known, Origin
from netravision.run.manifest import Manifest
from netravision.run.run import DATABASE
from netravision.sidecars.known import account_folder, what_is_told
from netravision.sidecars.tree import ArchiveTree, FolderTree, Tree
from netravision.visible_text import encodable

__all__ = [
    "AVATAR_SIDE",
    "SQUARE_TOLERANCE",
    "SYSTEM_FOLDERS",
    "Entry",
    "KindOption",
    "Shard",
    "kind_by_size",
    "list_entries",
    "path_number",
    "resolved",
]

KindOption = Literal["auto", "avatar", "post"]

#: Side of the largest square picture that is taken for an avatar. Profile pictures are served
#: at 320 (Instagram), 400 (X) and less; square posts as downloaded have 640 and more.
AVATAR_SIDE = 400

#: Scaling to a square is off by a pixel at times; the closest common frame, 4:5, is off by 20 %.
SQUARE_TOLERANCE = 0.02

# Whole words in a file's name: "foto_profil_2.jpg", "2024-01-01_UTC_profile_pic.jpg".
_AVATAR_WORD = re.compile(r"(?<![a-z])(avatars?|profiles?|profil|fotoprofil|pfp)(?![a-z])")
# "pp" and "dp" mean other things inside a name ("pp_94_2021" is a regulation).
_AVATAR_NAME = re.compile(r"(pp|dp)[ ._-]*\d*")
# A folder counts by its whole name only: "profil_kaltim" may well be somebody's account.
_AVATAR_FOLDER = re.compile(
    r"(avatars?|profiles?|profil|pfps?|pp|dp"
    r"|fotos?[ ._-]?profil|profile[ ._-]?(pic|pict|picture|photo|image)s?)"
)


#: Folders that systems make: small copies of every photo, and what was thrown away. Synology,
#: macOS in archives, QNAP, Windows; in small letters.
SYSTEM_FOLDERS = (
    "@eadir",
    "#recycle",
    "#snapshot",
    "__macosx",
    "@recycle",
    "@recently-snapshot",
    "$recycle.bin",
    "recycler",
    "system volume information",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to look at, as it is known before it is read.

    Attributes
    ----------
    file : Path
        Absolute, below the resolved place of the source.
    path : str
        Relative to the source, forward slashes; the file's name where the source is the file.
    account : str or None
    kind : {"avatar", "post"} or None
        None where only the picture's size can tell.
    posted_at, url : str or None
    known_from : mapping of str to str
        As :class:`netravision.result.Photo` has it.
    """

    file: Path
    path: str
    account: str | None = None
    kind: Kind | None = None
    posted_at: str | None = None
    url: str | None = None
    known_from: Mapping[Known, Origin] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``count`` parts of the sources, numbered from 1.

    A photo's part follows from its path alone, so several PCs agree on it without talking.

    Attributes
    ----------
    index : int
        From 1 to `count`.
    count : int

    Raises
    ------
    ArgumentError
        If `index` is not from 1 to `count`.

    >>> shards = [Shard(1, 2), Shard(2, 2)]
    >>> [shard.has("akun_a/IMG_1.jpg") for shard in shards]
    [False, True]
    """

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.count:
            raise ArgumentError("shard", str(self), _("I/N with I from 1 to N, as in 1/3"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The shard that a text names, as ``"1/3"``.

        Parameters
        ----------
        text : str

        Returns
        -------
        Shard

        Raises
        ------
        ArgumentError
            If the text is not I/N with I from 1 to N.
        """
        match = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
        if match is None:
            raise ArgumentError("shard", text, _("I/N with I from 1 to N, as in 1/3"))
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def has(self, path: str) -> bool:
        """Whether the photo of this path belongs to the part.

        Parameters
        ----------
        path : str
            As the record has it.

        Returns
        -------
        bool
        """
        return path_number(path) % self.count == self.index - 1


def path_number(path: str) -> int:
    """SHA-256 of a path as a number, the same on every system.

    macOS may spell an accented letter as two characters where the others have one.

    Parameters
    ----------
    path : str
        As the record has it.

    Returns
    -------
    int
        0 to 2**256 - 1.
    """
    return int.from_bytes(hashlib.sha256(normalize("NFC", path).encode("utf-8")).digest())


def list_entries(
    sources: Iterable[Path],
    *,
    kind: KindOption = "auto",
    manifest: Manifest | None = None,
    shard: Shard | None = None,
    report: Callable[[str], object] | None = None,
    roots: Iterable[Path] = (),
) -> Iterator[Entry]:
    """Every file of the sources, in sorted order, lazily.

    Folders are walked recursively. Left out are hidden files and folders, those that systems make
    (:data:`SYSTEM_FOLDERS`), run folders, and what is no regular file. Symbolic links are followed;
    a folder reached twice is walked once, so loops end. A folder that may not be opened is an entry
    itself and fails when read. An archive is a folder; one that cannot be looked into is an entry.

    Parameters
    ----------
    sources : iterable of Path
        Files or folders.
    kind : {"auto", "avatar", "post"}
        For every file of which the manifest says nothing else.
    manifest : Manifest, optional
    shard : Shard, optional
    report : callable, optional
        Told of each sidecar that is broken. Without it no sidecar is looked for, as for counting.
    roots : iterable of Path
        Resolved folders that a run holds photos of: a file in one of them is called as it is there.

    Yields
    ------
    Entry

    Raises
    ------
    RunError
        If a source does not exist, or is a run folder.
    """
    walked: set[tuple[int, int]] = set()
    roots = tuple(roots)
    for source in map(resolved, sources):
        for found in _walk(source, walked, report, roots):
            path = encodable("/".join(found.parts))
            row = None if manifest is None else manifest.row(path)
            if shard is not None and not shard.has(path):
                continue
            entry = Entry(found.file, path, kind=None if kind == "auto" else kind)
            if kind == "auto" and (origin := _avatar_by_name(path)):
                entry = _told(entry, origin, kind="avatar")
            if account := account_folder(found.folders):
                entry = _told(entry, "folder", account=encodable(account))
            for said in what_is_told(found.tree, found.place) if found.tree else ():
                entry = _told(
                    entry,
                    said.origin,
                    account=said.account,
                    kind=said.kind if kind == "auto" else None,
                    posted_at=said.posted_at,
                    url=said.url,
                )
            if row is not None:
                entry = _told(
                    entry,
                    "manifest",
                    account=row.account,
                    kind=row.kind,
                    posted_at=row.posted_at,
                    url=row.url,
                )
            yield entry


def _told(entry: Entry, origin: Origin, **known: str | None) -> Entry:
    """The entry with what an origin knows, which goes before what others have said."""
    said: dict[Any, Any] = {name: value for name, value in known.items() if value is not None}
    return replace(entry, **said, known_from={**entry.known_from, **dict.fromkeys(said, origin)})


def kind_by_size(size: tuple[int, int] | None) -> Kind:
    """``avatar`` for a small square picture, else ``post``; None is a picture without a size.

    Parameters
    ----------
    size : (int, int) or None
        Width and height in pixels.

    Returns
    -------
    {"avatar", "post"}
    """
    if size is None:
        return "post"
    small, large = sorted(size)
    square = large - small <= SQUARE_TOLERANCE * large
    return "avatar" if square and large <= AVATAR_SIDE else "post"


def _avatar_by_name(path: str) -> Literal["folder", "name"] | None:
    """What says that the photo is an avatar, if its path does."""
    *folders, name = PurePosixPath(path.lower()).parts
    stem = PurePosixPath(name).stem
    if any(_AVATAR_FOLDER.fullmatch(folder) for folder in folders):
        return "folder"
    if _AVATAR_WORD.search(stem) or _AVATAR_NAME.fullmatch(stem):
        return "name"
    return None


def resolved(source: Path) -> Path:
    """The place of a source, the same however it is spelled and through whatever links.

    Parameters
    ----------
    source : Path

    Returns
    -------
    Path
        Absolute. A file keeps its name, which is its path in the record.
    """
    if source.is_dir():
        return source.resolve()
    return source.parent.resolve() / source.name


class _Found(NamedTuple):
    """A file of a source: where it is, what it is called, and what lies around it."""

    file: Path
    parts: tuple[str, ...]
    folders: tuple[str, ...]
    """Those that may be named by its account."""
    tree: Tree | None
    place: PurePosixPath
    """In the tree."""


def _walk(
    source: Path,
    walked: set[tuple[int, int]],
    report: Callable[[str], object] | None,
    roots: tuple[Path, ...],
) -> Iterator[_Found]:
    """Files with the parts of their path below the source."""
    if (source / DATABASE).is_file():
        raise RunError(_("{folder} is a run folder; name a folder of photos").format(folder=source))
    root = source
    if source.is_dir():
        files = _walk_folder(source, walked)
    elif source.exists() or source.is_symlink():
        root = next((root for root in roots if root in source.parents), source.parent)
        files = iter([(source, source.relative_to(root).parts)])
    else:
        raise RunError(_("{file}: no such file or folder").format(file=source))
    tree = None if report is None else FolderTree(root, report)
    is_alone = root not in (source, *roots)
    for file, parts in files:
        members = _members(file)
        if not members:
            yield _Found(file, parts, parts[:-1], tree, PurePosixPath(*parts))
            continue
        inside = None if report is None else ArchiveTree(file, members, report)
        for place in map(PurePosixPath, members):
            folders = _folders_in_archive(file, parts[:-1], place, is_source=is_alone)
            yield _Found(file / place, (*parts, *place.parts), folders, inside, place)


def _members(file: Path) -> list[str]:
    """What is in an archive; nothing for all else, and for what fails when it is read."""
    if not is_archive(file):
        return []
    try:
        members = list_members(file)
    except PhotoError:
        return []
    return [path for path in members if not any(map(_is_named_hidden, path.split("/")))]


def _folders_in_archive(
    archive: Path, above: tuple[str, ...], place: PurePosixPath, *, is_source: bool
) -> tuple[str, ...]:
    if is_document(archive):
        return above
    inner = place.parts[:-1]
    # Systems pack a folder under its own name.
    inner = inner[1:] if inner[:1] == (archive.stem,) else inner
    # As the source itself, an archive is a folder of accounts, if it has any.
    return inner or (archive.stem,) if is_source else (*above, archive.stem, *inner)


def _walk_folder(
    source: Path, walked: set[tuple[int, int]]
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    # Without recursion: folders may lie in one another deeper than Python calls itself.
    ahead: list[tuple[Path, tuple[str, ...], os.DirEntry[str] | None]] = [(source, (), None)]
    while ahead:
        found, parts, entry = ahead.pop()
        if entry is not None:
            if _is_hidden(entry):
                continue
            found, parts = found / entry.name, (*parts, entry.name)
            if not _is_folder(entry):
                if _is_file(entry):
                    yield found, parts
                continue
        try:
            status = found.stat()
            with os.scandir(found) as listed:
                entries = sorted(listed, key=lambda entry: entry.name, reverse=True)
        except OSError:
            yield found, parts or (found.name,)
            continue
        identity = (status.st_dev, status.st_ino)
        if identity in walked or any(below.name == DATABASE for below in entries):
            continue
        walked.add(identity)
        ahead.extend((found, parts, below) for below in entries)


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if _is_named_hidden(entry.name):
        return True
    # Windows marks Thumbs.db and desktop.ini, found in every folder of photos, by attribute.
    try:
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _is_named_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in SYSTEM_FOLDERS


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    # A link to nowhere is listed, and fails as vanished; sockets and pipes would hang a reader.
    try:
        return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
    except OSError:
        return True
