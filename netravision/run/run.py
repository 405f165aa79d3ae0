"""A run folder: what was searched for, what was found, and where the pictures lie."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from netravision import assets, installed_detectors
from netravision.arguments import Kind, Profile
from netravision.conversions import Tabular
from netravision.errors import PhotoError, RunError, cause
from netravision.imaging.file import open_file
from netravision.languages import gettext as _
from netravision.result import NOT_A_PICTURE, Result
from netravision.run.appearance import Location
from netravision.run.searches import Asked
from netravision.run.store import Store
from netravision.version import VERSION
from netravision.video_findings import frame_photo

if TYPE_CHECKING:
    from filelock import FileLock

    from netravision.imaging.media import Source
    from netravision.run.copies import Copy
    from netravision.watchlist import Watchlist

__all__ = ["DATABASE", "Listing", "Run", "RunSummary"]

DATABASE = "run.sqlite"

# Small files of a folder that are compared to know it again elsewhere.
_COMPARED = 20


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in numbers.

    Attributes
    ----------
    photos : int
        Pictures and videos met, and files that may be.
    skipped : int
        Other files.
    failures : dict of str to int
        Failed photos by error code, most frequent first.
    outdated : int
        Photos that a detector has yet to look at for what the watchlist asks now.
    candidates : int
        What a person looks at once; see :mod:`netravision.candidates`.
    candidate_photos : int
        Photos with at least one candidate.
    findings : dict of str to int
        Findings by rule, in alphabetical order.
    """

    photos: int
    skipped: int
    failures: dict[str, int]
    outdated: int
    candidates: int
    candidate_photos: int
    findings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which files the sources held, in a few characters.

    Attributes
    ----------
    files : int
    digest : str
        64 hexadecimal digits that follow from all paths, in whatever order.
    """

    files: int
    digest: str


class Run(Tabular):
    """A run folder.

    Made by :meth:`open` to read, by :meth:`start` to screen into. Close it, best with ``with``.

    Attributes
    ----------
    folder : Path
    store : Store
        The rows; who only reads needs none of its methods.
    """

    def __init__(self, folder: Path, store: Store, lock: FileLock | None = None) -> None:
        self.folder = folder
        self.store = store
        self._lock = lock

    @classmethod
    def open(cls, folder: str | Path) -> Run:
        """Open a run to read it, also while it is being screened.

        Parameters
        ----------
        folder : str or Path

        Returns
        -------
        Run
            To be closed, or used as a context manager.

        Raises
        ------
        RunError
            If the folder holds no run, or one of another version.
        """
        folder = Path(folder).absolute()
        return cls(folder, Store(folder / DATABASE))

    @classmethod
    def start(
        cls,
        folder: str | Path,
        watchlist: Watchlist,
        profile: Profile = "balanced",
        *,
        observations: bool = False,
    ) -> Run:
        """Make a run folder, or go on with one, and keep other processes from writing to it.

        Parameters
        ----------
        folder : str or Path
            Made so that only the user may look into it. One that exists keeps its rights; what
            is made in it can be read by the user alone.
        watchlist : Watchlist
            Copied into the folder with its pictures. Where it differs from the last time, the
            detectors that are asked for something else look again; findings of rules that are gone
            are let go.
        profile, observations
            As :class:`netravision.Screener` takes them; fixed for the whole run.

        Returns
        -------
        Run

        Raises
        ------
        RunError
            If another process writes to the folder, or its photos were screened with another
            profile, set of models, or without observations.
        """
        from filelock import FileLock, Timeout  # only who writes waits for it to load

        folder = Path(folder).absolute()
        try:
            # What is in it is about people: the user's own, on Windows, too.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                _("the run folder {folder} cannot be made: {why}").format(
                    folder=folder, why=cause(error)
                )
            ) from error
        lock = FileLock(folder / "run.lock", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunError(
                _(
                    "another netravision is screening into {folder}; "
                    "wait until it has ended, or choose another folder with --run"
                ).format(folder=folder)
            ) from None
        except OSError as error:
            raise RunError(
                _("{folder} cannot be locked: {why}").format(folder=folder, why=cause(error))
            ) from error
        try:
            store = Store(folder / DATABASE, create=True)
        except BaseException:
            lock.release()
            raise
        run = cls(folder, store, lock)
        try:
            run._agree(watchlist, profile, observations)
        except BaseException:
            run.close()
            raise
        return run

    def _agree(self, watchlist: Watchlist, profile: Profile, observations: bool) -> None:
        """Refuse settings that differ from those of the photos already screened."""
        from netravision.run import watchlist_copy

        asked = {
            "profile": profile,
            "observations": observations,
            "models": assets.checksums(),
        }
        meta = self.store.meta
        differing = [name for name in asked if name in meta and meta[name] != asked[name]]
        is_empty = self.store.is_empty()
        if differing and not is_empty:
            raise RunError(
                _(
                    "{folder} was screened with {difference}; repeat the command with what it was "
                    "made with, or choose another folder with --run"
                ).format(folder=self.folder, difference=_difference(differing, meta))
            )
        if not is_empty:
            if not self.store.searches.all():  # of a former format
                self.store.searches.begin(self._asked(self.watchlist, observations))
            rules_now = [rule.name for rule in watchlist.rules]
            self.store.searches.keep_answers(self._asked(watchlist, observations), rules_now)
        self.search = self.store.searches.begin(self._asked(watchlist, observations))
        rules = watchlist_copy.fingerprint(watchlist, rules_only=True)
        if not is_empty and meta.get("watchlist") != rules:
            unfinished = sorted({*self.shards, *self.unfinished})
            self.store.set_meta(shards=[], unfinished=unfinished)
        whole = watchlist_copy.fingerprint(watchlist, rules_only=False)
        self.__dict__.pop("watchlist", None)
        if meta.get("watchlist_copy") != whole or not self.watchlist_file.is_file():
            watchlist_copy.write(watchlist, self.watchlist_file)
        created = meta.get("created") or datetime.now(UTC).isoformat(timespec="seconds")
        self.store.set_meta(
            **asked,
            watchlist=rules,
            search=self.search,
            watchlist_copy=whole,
            created=created,
            version=VERSION,
            detectors={name: installed_detectors.origin(name) for name in watchlist.third_parties},
        )

    @staticmethod
    def _asked(watchlist: Watchlist, observations: bool) -> Asked:
        from netravision.run import watchlist_copy

        return watchlist_copy.fingerprints(watchlist, observations=observations)

    @cached_property
    def search(self) -> int:
        """The number of what is asked for now, among :attr:`Store.searches`."""
        return int(self.store.meta.get("search", 1))

    def to_ask(self, content: str, kind: Kind, *, retry: bool = True) -> frozenset[str]:
        """The detectors that have yet to look at a content for what they are asked for now.

        Parameters
        ----------
        content : str
            64 hexadecimal digits.
        kind : {"avatar", "post", "frame"}
        retry : bool
            Try what has failed in a way that may pass again.

        Returns
        -------
        frozenset of str
            All of them for what has not been screened; none for what cannot be.
        """
        answer = self.store.answer(content, kind)
        if answer is None or (retry and not answer.is_settled):
            return frozenset(self.watchlist.detectors)
        return frozenset() if answer.error_code else self._outdated(answer.search)

    def _outdated(self, number: int) -> frozenset[str]:
        """The detectors that are asked for something else now than in a search."""
        if number == self.search:
            return frozenset()
        searches = self.store.searches.all()
        then, now = searches.get(number, {}), searches.get(self.search, {})
        return frozenset(name for name, asked in now.items() if asked and asked != then.get(name))

    @property
    def watchlist_file(self) -> Path:
        """The run's own copy of the watchlist, with its pictures beside it."""
        return self.folder / "watchlist" / "watchlist.toml"

    @property
    def material_folder(self) -> Path:
        """Where the workers keep what they compute from material, as its pictures lie here, too."""
        return self.folder / "material"

    @cached_property
    def watchlist(self) -> Watchlist:
        """What was searched for, read from the run's own copy."""
        # Here and above, as who only asks where a picture is needs no watchlist, and Pydantic takes
        # a tenth of a second to load.
        from netravision.watchlist import Watchlist

        return Watchlist.load(self.watchlist_file)

    @property
    def profile(self) -> Profile:
        """How much time a photo got."""
        profile: Profile = self.store.meta["profile"]
        return profile

    @property
    def observations(self) -> bool:
        """Whether everything seen was kept, asked for or not."""
        return bool(self.store.meta["observations"])

    @property
    def created(self) -> str:
        """When the run was begun, ISO 8601, UTC."""
        return str(self.store.meta["created"])

    @property
    def shards(self) -> list[str]:
        """The parts of the sources that calls have gone through to their end, as ``"1/3"``."""
        return list(self.store.meta.get("shards", []))

    @property
    def unfinished(self) -> list[str]:
        """The parts that a call has begun and none has gone through to its end."""
        return list(self.store.meta.get("unfinished", []))

    def begin_shard(self, shard: str) -> None:
        """Note that a part is about to be gone through; ``"1/1"`` is the whole.

        Parameters
        ----------
        shard : str
            As ``"1/3"``.
        """
        self.store.set_meta(
            shards=sorted({*self.shards} - {shard}),
            unfinished=sorted({*self.unfinished, shard}),
            merged_from=None,
            unhashed=None,
        )

    def end_shard(self, shard: str, listing: Listing) -> None:
        """Note that a part has been gone through to its end, and what the whole was then.

        Parameters
        ----------
        shard : str
            As ``"1/3"``.
        listing : Listing
        """
        self.store.set_meta(
            shards=sorted({*self.shards, shard}),
            unfinished=sorted({*self.unfinished} - {shard}),
            listings={
                **{known: asdict(listed) for known, listed in self.listings.items()},
                shard: asdict(listing),
            },
            unhashed=self.store.hashes.count_missing(),
        )

    @property
    def unhashed(self) -> int:
        """Number of screened pictures that have no hash, as those of a former version.

        Counted when screening ends, as it takes half a second for a million; before, each time.
        """
        known = self.store.meta.get("unhashed")
        return self.store.hashes.count_missing() if known is None else int(known)

    @property
    def listings(self) -> dict[str, Listing]:
        """All files of the sources as they were listed for each part."""
        listings = self.store.meta.get("listings", {})
        return {shard: Listing(**listed) for shard, listed in listings.items()}

    @property
    def sources(self) -> list[Path]:
        """The folders that photos are from, resolved."""
        return [Path(folder) for folder in self.store.meta.get("sources", [])]

    def take_sources(self, folders: Sequence[Path]) -> None:
        """Note which folders the photos are from; a second one is refused, a moved one followed.

        Records name photos by their path below a folder: of two folders, nobody could tell which
        photo is meant, unless they were named together. A folder has moved if it is no longer where
        it was and its files are in the new one, by path and content.

        Parameters
        ----------
        folders : sequence of Path
            Resolved.

        Raises
        ------
        RunError
            If the run holds photos of another folder.
        """
        known = self.store.meta.get("sources", []) if self.store.count() else []
        missing = [folder for folder in known if Path(folder) not in folders]
        for folder in folders:
            if str(folder) in known or not missing:
                continue
            former = next((each for each in missing if self._has_moved(each, folder)), None)
            if former is None:
                raise RunError(
                    _(
                        "{run} holds the photos of {known}, and {other} is another folder; choose "
                        "another run folder with --run, or name both in one call"
                    ).format(run=self.folder, known=", ".join(known), other=folder)
                )
            self.store.move(former, folder)
            missing.remove(former)
            known = [each for each in known if each != former]
        self.store.set_meta(sources=sorted({*known, *map(str, folders)}))

    def _has_moved(self, former: str, folder: Path) -> bool:
        if Path(former).exists():
            return False
        same = [
            _holds(folder / rest, sha256) for rest, sha256 in self.store.below(former, _COMPARED)
        ]
        return sum(same) > len(same) / 2

    @property
    def report_path(self) -> Path:
        """Where the HTML report is, or will be."""
        return self.folder / "report.html"

    def results(self, *, with_findings: bool = False) -> Iterator[Result]:
        """The result of every photo, in the order of their paths, lazily.

        An official account is not reported for its own emblem: the run's copy of the watchlist
        says whose it is.

        Parameters
        ----------
        with_findings : bool
            Only photos with at least one finding.

        Returns
        -------
        iterator of Result
        """
        if with_findings:
            return (result for result, _content in self.found())
        return map(self._exempted, self.store.results())

    def found(self, contents: Collection[str] | None = None) -> Iterator[tuple[Result, str]]:
        """As :meth:`results` of photos with findings, each with what its picture is known by.

        Parameters
        ----------
        contents : collection of str, optional
            Only of these; see :meth:`content`.

        Yields
        ------
        tuple of (Result, str)
        """
        for stored, content in self.store.found(contents):
            result = self._exempted(stored)
            if result.findings:
                yield result, content

    def _exempted(self, result: Result) -> Result:
        kept = tuple(
            finding
            for finding in result.findings
            if not self.watchlist.is_official(result.photo.account, finding.rule)
        )
        if len(kept) == len(result.findings) and result.photo.kind != "frame":
            return result
        return replace(result, photo=frame_photo(result.photo, kept), findings=kept)

    def picture_path(self, result: Result) -> Path | None:
        """The file on this machine that the result is about; it may have gone since.

        None where the run does not know it.

        Parameters
        ----------
        result : Result
            One of the run's.

        Returns
        -------
        Path or None
        """
        located = self._locate(result)
        return None if located is None else located.file

    def source_url(self, result: Result) -> str | None:
        """The web address that the manifest gave for the photo.

        Parameters
        ----------
        result : Result
            One of the run's.

        Returns
        -------
        str or None
            None where the manifest gave none.
        """
        located = self._locate(result)
        return None if located is None else located.url

    def content(self, result: Result) -> str | None:
        """What the photo's picture is known by, 64 hexadecimal digits.

        The same for all files with the same bytes, and for JPEG files with the same compressed
        picture under whatever metadata. None where the run does not know it.

        Parameters
        ----------
        result : Result
            One of the run's.

        Returns
        -------
        str or None
        """
        located = self._locate(result)
        return None if located is None else located.content

    def find(self, picture: Source, *, parts: bool = True) -> list[Copy]:
        """Photos of the run that show a picture, whole or in part.

        Parameters
        ----------
        picture, parts
            As :func:`netravision.find` takes them.

        Returns
        -------
        list of Copy
            Nearest first, parts last.

        Raises
        ------
        ArgumentError, FolderError, PhotoError, HashVersionError
            As :func:`netravision.find` does.
        """
        # Here, as they load what only a search needs.
        from netravision.imaging.media import read_pixels
        from netravision.run.copies import find_in

        return find_in([self.store], read_pixels(picture), parts=parts)

    def _locate(self, result: Result) -> Location | None:
        return self.store.locate(result.photo.path or "", result.photo.sha256)

    def summary(self) -> RunSummary:
        """The run in numbers."""
        findings: dict[str, int] = {}
        candidates = candidate_photos = 0
        for result in self.results(with_findings=True):
            candidates += len(result.candidates)
            candidate_photos += 1
            for finding in result.findings:
                rule = finding.rule or ""
                findings[rule] = findings.get(rule, 0) + 1
        failures = self.store.count_errors()
        skipped = failures.pop(NOT_A_PICTURE, 0)
        return RunSummary(
            self.store.count() - skipped,
            skipped,
            failures,
            sum(
                n
                for number, n in self.store.searches.count_appearances().items()
                if self._outdated(number)
            ),
            candidates,
            candidate_photos,
            dict(sorted(findings.items())),
        )

    def close(self) -> None:
        """Close the database and let other processes write to the folder."""
        self.store.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _holds(file: Path, sha256: str | None) -> bool:
    if sha256 is None:  # nothing but its name is known
        return file.exists()
    try:
        with open_file(file) as (stream, _form):
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except (PhotoError, ValueError):
        return False


def _difference(names: list[str], meta: dict[str, object]) -> str:
    parts = {
        "profile": _("the profile {profile}").format(profile=meta.get("profile")),
        "observations": _("observations") if meta.get("observations") else _("no observations"),
        "models": _("other model files"),
    }
    return ", ".join(parts[name] for name in names)
