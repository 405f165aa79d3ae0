"""``netravision find``: who else posted this picture."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option, warn
from netravision.cli.options import file_option, runs_argument
from netravision.imaging.image import read_image
from netravision.languages import N_, count, ngettext, score_text
from netravision.languages import gettext as _
from netravision.run import Run
from netravision.run.copies import Copy
from netravision.run.find import find as find_copies

__all__ = ["copy_line", "find", "warn_of_missing_hashes"]


@click.command(
    cls=Command,
    help=COMMANDS["find"]
    + "\n\n"
    + N_(
        "RUN are the folders that “screen” filled. Found are recompressed, resized and mirrored "
        "copies of PICTURE, by the hash of the whole; and parts of it, in the photos that are "
        "most alike. One line a photo: how it is a copy, path, account, date and web address."
    ),
)
@click.argument("picture", type=click.Path(dir_okay=False, path_type=Path))
@runs_argument()
@click.option(
    "--whole",
    cls=Option,
    is_flag=True,
    help=N_("Only copies of the whole picture."),
)
@file_option(
    "--page", metavar="FILE.html", help=N_("Also write a page with the photos, faces blurred.")
)
def find(picture: Path, folders: tuple[Path, ...], whole: bool, page: Path | None) -> None:
    """Print the photos of runs that show a picture."""
    rgb = read_image(picture).rgb
    with ExitStack() as opened:
        runs = [opened.enter_context(Run.open(folder)) for folder in folders]
        for run in runs:
            warn_of_missing_hashes(run)
        copies = find_copies(rgb, runs, parts=not whole)
    for copy in copies:
        click.echo(copy_line(copy))
    if not copies:
        warn(_("No photo shows this picture."))
    if page is not None:
        # Only here, as it loads templates and the search for faces, a tenth of a second.
        from netravision.review.copies_page import write_copies_page

        write_copies_page(page, picture.name, rgb, copies)
        click.echo(page)


def copy_line(copy: Copy) -> str:
    """One line about a copy.

    Parameters
    ----------
    copy : Copy

    Returns
    -------
    str
        Cells with tabs between them, which spreadsheets take.
    """
    if copy.score is not None:
        how = _("part, score {score}").format(score=score_text(copy.score))
    else:
        how = ngettext("same, {n} bit off", "same, {n} bits off", copy.distance or 0).format(
            n=copy.distance
        )
    if copy.mirrored:
        how = _("{how}, mirrored").format(how=how)
    photo = copy.photo
    cells = (how, photo.path, photo.account, photo.posted_at, copy.url)
    return "\t".join(" ".join((cell or "").split()) for cell in cells).rstrip()


def warn_of_missing_hashes(run: Run) -> None:
    """Say how many photos cannot be found, as a former version screened them.

    Parameters
    ----------
    run : Run
    """
    if missing := run.unhashed:
        warn(
            ngettext(
                "{run}: {n} picture was screened by a former version and cannot be found; screen "
                "into a new run",
                "{run}: {n} pictures were screened by a former version and cannot be found; "
                "screen into a new run",
                missing,
            ).format(run=run.folder, n=count(missing))
        )
