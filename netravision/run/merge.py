"""Runs of several PCs to one, as if one PC had screened everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from netravision import assets
from netravision.errors import RunError
from netravision.languages import N_, count
from netravision.languages import gettext as _
from netravision.run.decisions import FILE as DECISIONS_FILE
from netravision.run.decisions import Decisions
from netravision.run.run import Run

__all__ = ["merge_runs"]

#: Gaps and overlaps named one by one; the rest is counted.
_NAMED = 5

# What two runs must have in common, with what is said if they differ. Official accounts decide
# what is reported, so the whole watchlist counts and not only its rules.
_SETTINGS = {
    "watchlist": N_("{run}: other rules or reference pictures of the watchlist than {first}"),
    "watchlist_copy": N_(
        "{run}: other names, dates or official accounts of the watchlist than {first}"
    ),
    "profile": N_("{run}: another profile than {first} ({own}, not {other})"),
    "observations": N_("{run}: with or without --observations, unlike {first}"),
    "models": N_("{run}: other model files than {first}"),
    "version": N_("{run}: another version of netravision than {first} ({own}, not {other})"),
}


def merge_runs(sources: Sequence[Path], folder: Path) -> Run:
    """Join runs into a run folder of their own; they stay as they are.

    All or nothing: the folder holds the whole, or as much as before. Merging the same runs again
    replaces what is there. What people decided about the runs is taken along, each decision once;
    decisions about the whole stay.

    Parameters
    ----------
    sources : sequence of Path
        Run folders. Together they must be all parts of one division (``--shard 1/3``, ``2/3``,
        ``3/3``), or whole runs over different photos.
    folder : Path
        A new folder, or one that the same runs were merged into.

    Returns
    -------
    Run
        To be closed by the caller.

    Raises
    ------
    RunError
        If the runs were screened for different things or by different versions, if one was not
        gone through to its end, if a part is missing, or if a photo is in two runs.
    """
    folder = folder.absolute()
    paths = [source.absolute() for source in sources]
    if folder in paths:
        raise RunError(
            _("{folder} is to be merged and merged into; choose another folder").format(
                folder=folder
            )
        )
    runs: list[Run] = []
    try:
        runs += (Run.open(path) for path in paths)
        _complain([*_differences(runs), *_gaps(runs)])
        _complain(list(_overlaps(runs)))
        return _join(runs, folder)
    finally:
        for run in runs:
            run.close()


def _complain(problems: list[str]) -> None:
    if not problems:
        return
    if len(problems) > _NAMED:
        more = _("and {n} more like these").format(n=count(len(problems) - _NAMED))
        problems = [*problems[:_NAMED], more]
    raise RunError("\n".join([_("these runs do not make one:"), *problems]))


def _differences(runs: list[Run]) -> Iterator[str]:
    first = runs[0].store.meta
    for run in runs[1:]:
        other = run.store.meta
        for key, difference in _SETTINGS.items():
            if other[key] != first[key]:
                yield _(difference).format(
                    run=run.folder, first=runs[0].folder, own=other[key], other=first[key]
                )
                break
    if first["models"] != assets.checksums():
        yield _(
            "{run}: other model files than this netravision {version} has; "
            "use the version that made it"
        ).format(run=runs[0].folder, version=first["version"])


def _gaps(runs: list[Run]) -> Iterator[str]:
    """Parts that are unfinished, missing, in several runs, or not of the same whole."""
    unfinished = False
    for run in runs:
        for shard in run.unfinished or ([] if run.shards else ["1/1"]):
            unfinished = True
            option = "" if shard == "1/1" else f" --shard {shard}"
            yield _("{run}: was not gone through to its end; first repeat its “{command}”").format(
                run=run.folder, command=f"netravision screen …{option}"
            )
    parts = Counter(shard for run in runs for shard in run.shards)
    divisions = {int(shard.partition("/")[2]) for shard in parts}
    if len(divisions) > 1:
        yield _("parts of different divisions cannot be joined: {parts}").format(
            parts=", ".join(sorted(parts))
        )
    if unfinished or divisions == {1} or len(divisions) != 1:
        return
    (division,) = divisions
    for index in range(1, division + 1):
        shard = f"{index}/{division}"
        if parts[shard] == 0:
            yield _(
                "part {part} is missing; screen it with --shard {part} on any PC that has the "
                "photos, and name its run folder, too"
            ).format(part=shard)
        elif parts[shard] > 1:
            having = ", ".join(str(run.folder) for run in runs if shard in run.shards)
            yield _("part {part} is in more than one run: {runs}").format(part=shard, runs=having)
    listings = {shard: listing for run in runs for shard, listing in run.listings.items()}
    if len(set(listings.values())) > 1:
        listed = ", ".join(
            _("{part} of {n}").format(part=shard, n=count(listings[shard].files))
            for shard in sorted(listings)
        )
        yield _(
            "the parts are not of the same photos: {parts} files, or of other names; give all PCs "
            "the same photos and repeat each “netravision screen …”, which looks at the new ones "
            "only"
        ).format(parts=listed)


def _overlaps(runs: list[Run]) -> Iterator[str]:
    for one, other in combinations(runs, 2):
        for path in one.store.shared_with(other.store):
            yield _("{path} is in {one} and in {other}").format(
                path=repr(path), one=one.folder, other=other.folder
            )


def _join(runs: list[Run], folder: Path) -> Run:
    first, names = runs[0], sorted(str(run.folder) for run in runs)
    joined = Run.start(folder, first.watchlist, first.profile, observations=first.observations)
    try:
        if joined.store.count() and joined.store.meta.get("merged_from") != names:
            raise RunError(
                _("{folder} has photos of its own; choose another folder with --run").format(
                    folder=folder
                )
            )
        joined.store.replace_by([run.store for run in runs])
        joined.store.set_meta(
            merged_from=names,
            sources=sorted({each for run in runs for each in run.store.meta.get("sources", [])}),
            shards=["1/1"],
            created=min(run.created for run in runs),
            version=first.store.meta["version"],
            unhashed=joined.store.hashes.count_missing(),
        )
        if any((run.folder / DECISIONS_FILE).is_file() for run in runs):
            with Decisions(folder, create=True) as decisions:
                decisions.take_over(run.folder for run in runs)
    except BaseException:
        joined.close()
        raise
    return joined
