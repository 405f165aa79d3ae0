"""``netravision screen``: photos in, a run folder out."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netravision.arguments import Profile
from netravision.cli import INTERRUPTED, typed_command
from netravision.cli.progress import follow, print_summary, warn, warn_about
from netravision.errors import MissingRequirementError
from netravision.review.report import write_report
from netravision.run import Run
from netravision.run.manifest import Manifest, read_manifest
from netravision.run.pipeline import screen_entries
from netravision.run.run import Listing
from netravision.run.sources import KindOption, Shard, list_entries, path_number
from netravision.run.workers import Workers, default_count
from netravision.watchlist import Watchlist

if TYPE_CHECKING:
    from netravision.run.dask_cluster import Cluster


def _parse_shard(ctx: click.Context, param: click.Parameter, value: str | None) -> Shard | None:
    if value is None:
        return None
    match = re.fullmatch(r"(\d+)/(\d+)", value)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter(f"expected I/N with I from 1 to N, as in 1/3; got {value!r}")
    return Shard(int(match[1]), int(match[2]))


@click.command()
@click.argument(
    "sources",
    metavar="SOURCE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--run",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("netravision-run"),
    show_default=True,
    metavar="DIR",
    help="Where results go, and where a former call is resumed.",
)
@click.option(
    "--watchlist",
    "watchlist_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What to look for; without it the numbers 1 to 5 and the published poses.",
)
@click.option(
    "--profile",
    type=click.Choice(["fast", "balanced", "thorough"]),
    default="balanced",
    show_default=True,
    help="How much time a photo gets.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1, max=256),
    metavar="N",
    help="Processes that screen.  [default: one less than there are cores]",
)
@click.option(
    "--kind",
    type=click.Choice(["auto", "avatar", "post"]),
    default="auto",
    show_default=True,
    help="What the pictures are; auto goes by name and size.",
)
@click.option(
    "--manifest",
    "manifest_file",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Account, kind, date and web address of each file.",
)
@click.option(
    "--shard", callback=_parse_shard, metavar="I/N", help="Only the I-th of N parts, as in 1/3."
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Screen on a dask cluster instead, as in tcp://192.168.1.5:8786.",
)
@click.option("--observations", is_flag=True, help="Keep everything seen, asked for or not.")
@click.option("--quiet", is_flag=True, help="No progress, only the summary.")
@click.pass_context
def screen(
    ctx: click.Context,
    sources: tuple[Path, ...],
    folder: Path,
    watchlist_file: Path | None,
    profile: Profile,
    workers: int | None,
    kind: KindOption,
    manifest_file: Path | None,
    shard: Shard | None,
    scheduler: str | None,
    observations: bool,
    quiet: bool,
) -> None:
    """Look through photos and videos, and go on where the last call stopped.

    SOURCE is a photo, a video or a folder, which is walked with all folders in it. The first level
    of folders below it are the accounts, unless a manifest says otherwise.
    """
    if scheduler is not None and workers is not None:
        raise click.UsageError("--workers is about this PC; with --scheduler the cluster decides")
    watchlist = Watchlist.default() if watchlist_file is None else Watchlist.load(watchlist_file)
    manifest = None if manifest_file is None else read_manifest(manifest_file)
    with Run.start(folder, watchlist, profile, observations=observations) as run:
        try:
            screen_into(
                run,
                sources,
                workers=workers,
                kind=kind,
                manifest=manifest,
                shard=shard,
                scheduler=scheduler,
                quiet=quiet,
            )
        except KeyboardInterrupt:
            warn("Interrupted; everything screened so far is kept. To go on:")
            warn(f"  {typed_command(ctx)}")
            ctx.exit(INTERRUPTED)


def screen_into(
    run: Run,
    sources: tuple[Path, ...],
    *,
    workers: int | None = None,
    kind: KindOption = "auto",
    manifest: Manifest | None = None,
    shard: Shard | None = None,
    scheduler: str | None = None,
    quiet: bool = False,
) -> None:
    """Screen with a bar, write the report, and print the run in numbers."""
    # Walked twice: a list of a million files would not fit beside the workers of a small PC.
    listing, total = _list(sources, shard, manifest)
    if manifest is not None:
        _warn_about(manifest)
    part = "1/1" if shard is None else f"{shard.index}/{shard.count}"
    run.begin_shard(part)
    with _engine(run, workers, scheduler) as engine:
        entries = list_entries(sources, kind=kind, manifest=manifest, shard=shard)
        # Closed while workers and store still are open, wherever an interrupt falls.
        with closing(screen_entries(run, entries, engine)) as steps:
            follow(steps, total, quiet=quiet)
    run.end_shard(part, listing)
    write_report(run, run.report_path)
    print_summary(run)


def _engine(run: Run, workers: int | None, scheduler: str | None) -> Workers | Cluster:
    watchlist_file = run.folder / "watchlist" / "watchlist.toml"
    if scheduler is None:
        return Workers(
            workers or default_count(), watchlist_file, run.profile, observations=run.observations
        )
    try:
        from netravision.run.dask_cluster import Cluster
    except ModuleNotFoundError as error:
        raise MissingRequirementError(
            f'--scheduler needs the package {error.name}: python -m pip install "netravision[dask]"'
        ) from error
    return Cluster(scheduler, watchlist_file, run.profile, observations=run.observations)


def _list(
    sources: tuple[Path, ...], shard: Shard | None, manifest: Manifest | None
) -> tuple[Listing, int]:
    """All files of the sources, and how many of them are in the part."""
    files = part = numbers = 0
    for entry in list_entries(sources, manifest=manifest):
        files += 1
        part += shard is None or shard.has(entry.path)
        numbers += path_number(entry.path)
    return Listing(files, f"{numbers % 2**256:064x}"), part


def _warn_about(manifest: Manifest) -> None:
    problems = manifest.problems + [
        f"{path!r} is in the manifest and in no source" for path in manifest.unmet()
    ]
    warn_about("Manifest", problems)
