"""``netravision doctor``: what is installed, what is missing, and how to mend it."""

from __future__ import annotations

import ctypes
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import click
from packaging.requirements import Requirement
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from netravision import assets, installed_detectors, plugins
from netravision.cli import COMMANDS, WRONG_ENVIRONMENT
from netravision.cli.commands import Command
from netravision.errors import NetravisionError
from netravision.imaging.pdf import can_read_pdf
from netravision.languages import N_, count
from netravision.languages import gettext as _
from netravision.visible_text import visible

__all__ = ["doctor"]

_MEND = "python -m pip install --force-reinstall netravision"

#: OpenCV's wheels are linked against it and do not carry it. No other wheel needs a library that a
#: system may lack: ``readelf -d`` on each.
_LINUX_LIBRARIES = {"libGL.so.1": "libgl1"}


#: What an installation may do without: the extra, what it is for, and its package.
_EXTRAS = {
    "evaluate": (N_("plots of evaluate"), "matplotlib"),
    "evidence": (N_("case files"), "bagit"),
    "parquet": (N_("export to Parquet"), "pyarrow"),
    "xlsx": (N_("export to Excel"), "xlsxwriter"),
    "text": (N_("words in pictures"), "rapidocr"),
    "dask": (N_("spare PCs that help"), "distributed"),
}


@dataclass(frozen=True, slots=True)
class _Check:
    what: str
    found: str
    mend: str | None = None
    """What to do; None where all is well."""


@click.command(
    cls=Command,
    help=COMMANDS["doctor"]
    + "\n\n"
    + N_(
        "Looks at Python, the packages, the model files, the system's libraries and the disk of "
        "the current folder, and screens one empty picture. Ends with exit code 3 if anything is "
        "missing."
    ),
)
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Print a line for each check, and what to do about those that failed."""
    table = Table("", _("what"), _("found"), show_edge=False)
    problems = []
    for check in _checks():
        good = check.mend is None
        table.add_row("ok" if good else "[bold red]!![/]", check.what, escape(visible(check.found)))
        if not good:
            problems.append(check)
    Console().print(table)
    if not problems:
        click.echo(_("All is well."))
        return
    click.echo()
    for check in problems:
        click.echo(f"{check.what}: {check.mend}")
    ctx.exit(WRONG_ENVIRONMENT)


def _checks() -> Iterator[_Check]:
    yield _python()
    yield from _packages()
    yield _cv2_providers()
    yield from _formats()
    yield from _extras()
    yield _second_opinion()
    yield from _detectors()
    yield from _libraries()
    yield from _models()
    yield _disk()
    yield _screening()


def _python() -> _Check:
    found = platform.python_version()
    if (3, 11) <= sys.version_info < (3, 15):
        return _Check("Python", found)
    return _Check("Python", found, _("install Python 3.11, 3.12, 3.13 or 3.14"))


def _packages() -> Iterator[_Check]:
    try:
        requirements = metadata.requires("netravision") or []
    except metadata.PackageNotFoundError:
        yield _Check("netravision", _("not installed"), "python -m pip install .")
        return
    for requirement in map(Requirement, requirements):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        mend = f'python -m pip install "{requirement.name}{requirement.specifier}"'
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield _Check(requirement.name, _("not installed"), mend)
            continue
        fits = requirement.specifier.contains(version, prereleases=True)
        wanted = _("{version}, needed is {wanted}").format(
            version=version, wanted=requirement.specifier
        )
        yield _Check(requirement.name, version if fits else wanted, None if fits else mend)


def _cv2_providers() -> _Check:
    """Distributions overwrite each other's cv2 folder without a word."""
    providers = sorted(set(metadata.packages_distributions().get("cv2", [])))
    found = _("from {packages}").format(packages=", ".join(providers) or _("none"))
    if len(providers) == 1:
        return _Check("cv2", found)
    others = " ".join(name for name in providers if name != "opencv-python")
    remove = f"python -m pip uninstall -y {others} && " if others else ""
    return _Check(
        "cv2",
        found,
        f"{remove}python -m pip install --force-reinstall --no-deps opencv-python",
    )


def _formats() -> Iterator[_Check]:
    """What wheels may lack: AVIF in Pillow, codecs in PyAV; HEIC and PDF, which are extras."""
    mend = "python -m pip install --force-reinstall --only-binary :all: pillow av"
    avif, video = _attempt("AVIF", _find_avif, mend), _attempt(_("video"), _find_ffmpeg, mend)
    yield avif
    for extra, found in (("heic", find_spec("pillow_heif") is not None), ("pdf", can_read_pdf())):
        told = _('not read: it takes “python -m pip install "netravision[{extra}]"”')
        yield _Check(extra.upper(), _("read") if found else told.format(extra=extra))
    yield video


def _extras() -> Iterator[_Check]:
    for extra, (what, module) in _EXTRAS.items():
        told = _('no: it takes “python -m pip install "netravision[{extra}]"”').format(extra=extra)
        if find_spec(module) is not None:
            told = _("yes, by {package}").format(package=module)
        yield _Check(_(what), told)


def _second_opinion() -> _Check:
    """MediaPipe is required where it has a wheel, and nothing but evidence misses it elsewhere."""
    told = _("no: mediapipe has no wheel for this system")
    if find_spec("mediapipe") is not None:
        told = _("yes, by {package}").format(package="mediapipe")
    return _Check(_("second opinion on hands"), told)


def _detectors() -> Iterator[_Check]:
    """Those of other packages, which a watchlist asks for by a table of their name."""
    for name in installed_detectors.installed():

        def found(name: str = name) -> str:
            plugins.find(name)
            return installed_detectors.origin(name) or ""

        mend = _("update or remove the package that brings it")
        yield _attempt(_("detector {name}").format(name=name), found, mend)


def _find_avif() -> str:
    from PIL import features

    if not features.check("avif"):
        raise ImportError(_("this Pillow has no AVIF"))
    return _("read")


def _find_ffmpeg() -> str:
    from netravision.imaging.file_type import VIDEO_FORMATS
    from netravision.imaging.video_decoding import missing_codecs

    missing = missing_codecs()
    if missing:
        raise ImportError(_("this PyAV cannot decode {codecs}").format(codecs=", ".join(missing)))
    return _("{formats} are read").format(formats=", ".join(VIDEO_FORMATS))


def _libraries() -> Iterator[_Check]:
    if not sys.platform.startswith("linux"):
        return
    for library, package in _LINUX_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            yield _Check(library, _("missing"), f"sudo apt-get install {package}")
        else:
            yield _Check(library, _("found"))


def _models() -> Iterator[_Check]:
    try:
        names = list(assets.checksums())
    except NetravisionError as error:
        yield _Check(_("models"), str(error), _MEND)
        return
    for name in names:
        yield _attempt(name, partial(_load_model, name), _MEND)


def _load_model(name: str) -> str:
    return _("{n} bytes, checked").format(n=count(len(assets.load(name))))


def _disk() -> _Check:
    """Runs need SQLite's write-ahead log, which network shares do not offer."""
    what = _("disk of this folder")
    mend = _("keep run folders on a local disk that you may write to (--run)")
    try:
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".netravision-") as folder:
            connection = sqlite3.connect(Path(folder) / "try.sqlite")
            try:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            finally:
                connection.close()
    except (OSError, sqlite3.Error) as error:
        return _Check(what, str(error), mend)
    found = _("SQLite {version}, journal {mode}").format(version=sqlite3.sqlite_version, mode=mode)
    return _Check(what, found, None if mode == "wal" else mend)


def _screening() -> _Check:
    def screen_empty_picture() -> str:
        import numpy as np

        from netravision import Screener, Watchlist

        with Screener(Watchlist.default()) as screener:
            screener.screen(np.full((240, 320, 3), 127, np.uint8))
        return _("an empty picture went through")

    mend = _("see the lines above; {command}").format(command=_MEND)
    return _attempt(_("screening"), screen_empty_picture, mend)


def _attempt(what: str, do: Callable[[], str], mend: str) -> _Check:
    # Whatever goes wrong on somebody's machine, the doctor says it and goes on.
    try:
        return _Check(what, do())
    except Exception as error:
        return _Check(what, f"{type(error).__name__}: {error}", mend)
