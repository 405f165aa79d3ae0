"""A folder of photos screened from beginning to end: the whole job of ``netravision screen``.

What happens on the way is logged as ``netravision``; nothing is printed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from netravision.arguments import Profile, check_choice, check_type
from netravision.errors import ArgumentError, MissingRequirementError, RunError
from netravision.imaging.other_files import is_named_as_media
from netravision.languages import N_, count, ngettext
from netravision.languages import gettext as _
from netravision.progress import Progress
from netravision.run.manifest import Manifest, read_manifest
from netravision.run.pipeline import screen_entries
from netravision.run.run import DATABASE, Listing, Run
from netravision.run.sources import KindOption, Shard, list_entries, path_number, resolved
from netravision.watchlist import Watchlist
from netravision.worker_screener import load_screener
from netravision.workers import Workers, default_count

if TYPE_CHECKING:
    from netravision.run.dask_cluster import Cluster

__all__ = ["screen_folder"]

_logger = logging.getLogger("netravision")
# Who imports a library decides whether its log is shown.
_logger.addHandler(logging.NullHandler())

#: Problems of a manifest that are logged one by one; the rest is counted.
MAX_LOGGED_PROBLEMS = 20

_Path = str | os.PathLike[str]


def screen_folder(
    sources: _Path | Iterable[_Path],
    run: _Path = "netravision-run",
    *,
    watchlist: Watchlist | _Path | None = None,
    profile: Profile = "balanced",
    observations: bool = False,
    kind: KindOption = "auto",
    manifest: Manifest | _Path | None = None,
    shard: Shard | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> Run:
    """Screen photos and videos into a run folder, and write its report.

    The same call again goes on where the last one stopped. Every file ends as one result: one
    that fails does not stop the others. An interrupt keeps everything screened so far.

    Screening happens in processes of its own, which are spawned: a script that calls this needs
    ``if __name__ == "__main__":`` around it.

    Parameters
    ----------
    sources : path or iterable of path
        Files or folders, which are walked recursively. The first level of folders below one are
        the accounts, unless the manifest says otherwise.
    run : path
        The run folder; made where there is none.
    watchlist : Watchlist or path, optional
        What to look for; by default what the run has been asked for before, at first
        :meth:`Watchlist.default`.
    profile : {"fast", "balanced", "thorough"}
        How much time a photo gets.
    observations : bool
        Keep everything seen, asked for or not.
    kind : {"auto", "avatar", "post"}
        What the images are; ``"auto"`` goes by name and size.
    manifest : Manifest or path of a CSV file, optional
        Account, kind, date and web address of each file. Rows that cannot be used, and rows
        about files that are not there, are logged as warnings.
    shard : Shard or str, optional
        Only one part of the sources, as ``"1/3"``; :func:`netravision.run.merge.merge_runs` joins
        the runs of all parts.
    workers : int, optional
        Processes that screen, at least 1; by default one less than there are cores.
    scheduler : str, optional
        Address of a dask cluster that screens instead, as ``"tcp://192.168.1.5:8786"``.
    progress : callable, optional
        Called with a :class:`~netravision.progress.Progress` before the first file and after each.

    Returns
    -------
    Run
        Open, and locked against other processes that would write to it: to be closed by the
        caller, best with ``with``.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument has a value or type that cannot be used.
    RunError
        If a source does not exist or holds no files, the run holds the photos of another folder,
        the manifest cannot be read, another process is screening into
        the run folder, or its photos were screened for something else.
    WatchlistError
        If the watchlist is not valid or one of its pictures cannot be used.
    MissingRequirementError, AssetError
        If the installation or the cluster lacks something.

    Examples
    --------
    >>> import netravision
    >>> with netravision.screen_folder("foto", "run-2024-09") as run:  # doctest: +SKIP
    ...     for result in run.results(with_findings=True):
    ...         print(result.photo.path, [finding.rule for finding in result.findings])
    """
    files = _checked_sources(sources)
    _check(profile, observations, kind, workers, scheduler)
    if isinstance(shard, str):
        shard = Shard.parse(shard)
    if not isinstance(watchlist, Watchlist):
        watchlist = Watchlist.load(Path(watchlist)) if watchlist else _own_watchlist(Path(run))
    if manifest is not None and not isinstance(manifest, Manifest):
        manifest = read_manifest(Path(manifest))
    # Walked twice: a list of a million files would not fit beside the workers of a small PC.
    listing, total = _list(files, shard, manifest)
    if manifest is not None:
        _log_problems(manifest)
    opened = Run.start(Path(run), watchlist, profile, observations=observations)
    try:
        opened.take_sources([file for file in files if file.is_dir()])
        part = "1/1" if shard is None else str(shard)
        opened.begin_shard(part)
        with _engine(opened, workers, scheduler) as engine:
            starting = ngettext(
                "screening {n} photo into {folder}", "screening {n} photos into {folder}", total
            )
            _logger.info("%s", starting.format(n=count(total), folder=opened.folder))
            broken = _Warnings(N_("Sidecar: {problem}"), _more_sidecars)
            entries = list_entries(
                files,
                kind=kind,
                manifest=manifest,
                shard=shard,
                report=broken.add,
                roots=opened.sources,
            )
            # Closed while workers and store still are open, wherever an interrupt falls.
            with closing(screen_entries(opened, entries, engine)) as steps:
                state = Progress(0, total, enrolling=_to_enroll(opened))
                if progress is not None:
                    progress(state)
                for step in steps:
                    state = state.after(step.how, counted=is_named_as_media(step.path))
                    if progress is not None:
                        progress(state)
        broken.end()
        opened.end_shard(part, listing)
        # Here, as no photo need wait for what makes pages.
        from netravision.review.report import write_report

        write_report(opened, opened.report_path)
        _logger.info("%s", _("report written to {file}").format(file=opened.report_path))
    except BaseException:
        opened.close()
        raise
    return opened


def _checked_sources(sources: _Path | Iterable[_Path]) -> tuple[Path, ...]:
    if isinstance(sources, str | os.PathLike):
        sources = (sources,)
    files = tuple(dict.fromkeys(resolved(Path(source)) for source in sources))
    if not files:
        raise ArgumentError("sources", files, _("at least one file or folder"))
    for file in files:
        # Now, so that a mistyped name leaves no run folder behind.
        if not (file.exists() or file.is_symlink()):
            raise RunError(_("{file}: no such file or folder").format(file=file))
        if next(list_entries([file]), None) is None:
            raise RunError(_("{folder}: no files in this folder").format(folder=file))
    return files


def _own_watchlist(run: Path) -> Watchlist:
    """What a run was asked for before, or, of a new run, the default."""
    if not (run / DATABASE).is_file():
        return Watchlist.default()
    with Run.open(run) as former:
        return former.watchlist if former.watchlist_file.is_file() else Watchlist.default()


def _check(
    profile: Profile,
    observations: bool,
    kind: KindOption,
    workers: int | None,
    scheduler: str | None,
) -> None:
    check_choice("profile", profile, Profile)
    check_type("observations", observations, bool)
    check_choice("kind", kind, KindOption)
    check_type("workers", workers, int, None)
    check_type("scheduler", scheduler, str, None)
    if workers is not None and workers < 1:
        raise ArgumentError("workers", workers, _("at least 1"))
    if workers is not None and scheduler is not None:
        raise ArgumentError("workers", workers, _("None, as the cluster of the scheduler decides"))


def _list(
    sources: Sequence[Path], shard: Shard | None, manifest: Manifest | None
) -> tuple[Listing, int]:
    """All files of the sources, and how many in the part are photos by their names."""
    files = photos = numbers = 0
    for entry in list_entries(sources, manifest=manifest):
        files += 1
        photos += is_named_as_media(entry.path) and (shard is None or shard.has(entry.path))
        numbers += path_number(entry.path)
    return Listing(files, f"{numbers % 2**256:064x}"), photos


class _Warnings:
    """Problems of one kind, logged one by one up to a number, and the rest counted.

    Parameters
    ----------
    sentence : str
        With the placeholder ``{problem}``.
    more : callable
        Says of a number how many more there were, with the placeholder ``{n}``.
    """

    def __init__(self, sentence: str, more: Callable[[int], str]) -> None:
        self._sentence = sentence
        self._say_more = more
        self._seen: set[str] = set()
        self._more = 0

    def add(self, problem: str) -> None:
        """Log a problem that has not been logged yet."""
        if len(self._seen) == MAX_LOGGED_PROBLEMS:
            self._more += problem not in self._seen
        elif problem not in self._seen:
            self._seen.add(problem)
            self._log(problem)

    def end(self) -> None:
        """Log how many more there were."""
        if self._more:
            self._log(self._say_more(self._more).format(n=count(self._more)))

    def _log(self, problem: str) -> None:
        _logger.warning("%s", _(self._sentence).format(problem=problem))


def _to_enroll(run: Run) -> int:
    """Pictures of material, if no earlier call has enrolled any."""
    if any(run.material_folder.glob("*.arrays")):
        return 0
    return sum(len(material.images) for material in run.watchlist.materials)


def _more_rows(n: int) -> str:
    return ngettext("{n} more row with a problem", "{n} more rows with a problem", n)


def _more_sidecars(n: int) -> str:
    return ngettext("{n} more sidecar with a problem", "{n} more sidecars with a problem", n)


def _log_problems(manifest: Manifest) -> None:
    problems = _Warnings(N_("Manifest: {problem}"), _more_rows)
    for problem in manifest.problems:
        problems.add(problem)
    for path in manifest.unmet():
        problems.add(_("{path} is in the manifest and in no source").format(path=repr(path)))
    problems.end()


def _engine(run: Run, workers: int | None, scheduler: str | None) -> Workers | Cluster:
    if scheduler is None:
        make = partial(
            load_screener,
            run.watchlist_file,
            run.profile,
            observations=run.observations,
            material_folder=run.material_folder,
        )
        return Workers(workers or default_count(), make)
    try:
        from netravision.run.dask_cluster import Cluster
    except ModuleNotFoundError as error:
        raise MissingRequirementError(
            _(
                'a scheduler needs the package {package}: python -m pip install "netravision[dask]"'
            ).format(package=error.name)
        ) from error
    return Cluster(scheduler, run.watchlist_file, run.profile, observations=run.observations)
