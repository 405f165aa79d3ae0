"""``netravision screen``: photos in, a run folder out."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.arguments import Profile
from netravision.cli import INTERRUPTED, typed_command
from netravision.cli.progress import print_summary, progress_display, warn
from netravision.errors import ArgumentError
from netravision.folder_screening import screen_folder
from netravision.run.sources import KindOption, Shard

__all__ = ["screen"]


def _parse_shard(ctx: click.Context, param: click.Parameter, value: str | None) -> Shard | None:
    if value is None:
        return None
    try:
        return Shard.parse(value)
    except ArgumentError as error:
        raise click.BadParameter(f"expected {error.args[2]}; got {value!r}") from error


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
    try:
        with (
            progress_display(quiet=quiet) as display,
            screen_folder(
                sources,
                folder,
                watchlist=watchlist_file,
                profile=profile,
                observations=observations,
                kind=kind,
                manifest=manifest_file,
                shard=shard,
                workers=workers,
                scheduler=scheduler,
                progress=display,
            ) as run,
        ):
            print_summary(run)
    except KeyboardInterrupt:
        warn("Interrupted; everything screened so far is kept. To go on:")
        warn(f"  {typed_command(ctx)}")
        ctx.exit(INTERRUPTED)
