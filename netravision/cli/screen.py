"""``netravision screen``: photos in, a run folder out."""

from __future__ import annotations

from pathlib import Path

import click

from netravision.arguments import Profile
from netravision.cli import COMMANDS, INTERRUPTED, typed_command
from netravision.cli.commands import Command, Option, WholeNumber, warn
from netravision.cli.options import DEFAULT_RUN, choice_option, run_option
from netravision.cli.progress import print_summary, progress_display
from netravision.errors import ArgumentError
from netravision.folder_screening import screen_folder
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.run.sources import KindOption, Shard

__all__ = ["screen"]


def _parse_shard(ctx: click.Context, param: click.Parameter, value: str | None) -> Shard | None:
    if value is None:
        return None
    try:
        return Shard.parse(value)
    except ArgumentError as error:
        raise click.BadParameter(
            _("expected {expected}; got {given}").format(expected=error.args[2], given=repr(value))
        ) from error


@click.command(
    cls=Command,
    help=COMMANDS["screen"]
    + "\n\n"
    + N_(
        "SOURCE is a photo, a video or a folder, which is walked with all folders in it. The first "
        "level of folders below it are the accounts, unless a manifest says otherwise."
    ),
)
@click.argument(
    "sources",
    metavar="SOURCE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@run_option(
    default=DEFAULT_RUN,
    show_default=True,
    help=N_("Where results go, and where a former call is resumed."),
)
@click.option(
    "--watchlist",
    "watchlist_file",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_(
        "What to look for; without it that of the run, at first the numbers 1 to 5 and the "
        "published poses."
    ),
)
@choice_option(
    "--profile",
    choices=["fast", "balanced", "thorough"],
    default="balanced",
    help=N_("How much time a photo gets."),
)
@click.option(
    "--workers",
    cls=Option,
    type=WholeNumber(min=1, max=256),
    metavar="N",
    help=N_("Processes that screen; by default one less than there are cores."),
)
@choice_option(
    "--kind",
    choices=["auto", "avatar", "post"],
    default="auto",
    help=N_("What the pictures are; auto goes by name and size."),
)
@click.option(
    "--manifest",
    "manifest_file",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help=N_("Account, kind, date and web address of each file."),
)
@click.option(
    "--shard",
    cls=Option,
    callback=_parse_shard,
    metavar="I/N",
    help=N_("Only the I-th of N parts, as in 1/3."),
)
@click.option(
    "--scheduler",
    cls=Option,
    metavar="ADDRESS",
    help=N_("Screen on a dask cluster instead, as in tcp://192.168.1.5:8786."),
)
@click.option(
    "--observations",
    cls=Option,
    is_flag=True,
    help=N_("Keep everything seen, asked for or not."),
)
@click.option("--quiet", cls=Option, is_flag=True, help=N_("No progress, only the summary."))
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
    """Screen files and folders into a run, and print its summary."""
    if scheduler is not None and workers is not None:
        raise click.UsageError(
            _("--workers is about this PC; with --scheduler the cluster decides")
        )
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
        warn(_("Interrupted; everything screened so far is kept. To go on:"))
        warn(f"  {typed_command(ctx)}")
        ctx.exit(INTERRUPTED)
