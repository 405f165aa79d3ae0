"""Arguments and options that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from netravision.cli.commands import Option

__all__ = [
    "DEFAULT_RUN",
    "choice_option",
    "file_option",
    "older_run_option",
    "run_argument",
    "run_option",
    "runs_argument",
]

#: Where ``screen`` puts its results, and where others look for them.
DEFAULT_RUN = Path("netravision-run")

_CommandT = TypeVar("_CommandT", bound=Callable[..., Any])


def run_argument() -> Callable[[_CommandT], _CommandT]:
    """A run folder to read, as ``folder``.

    Returns
    -------
    decorator of a command
    """
    return click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))


def runs_argument() -> Callable[[_CommandT], _CommandT]:
    """Run folders to read, at least one, as ``folders``.

    Returns
    -------
    decorator of a command
    """
    return click.argument(
        "folders", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path)
    )


def run_option(*, help: str, **settings: Any) -> Callable[[_CommandT], _CommandT]:
    """``--run DIR``, as ``folder``.

    Parameters
    ----------
    help : str
        Marked with ``N_``.
    **settings
        More that ``click.option`` takes.

    Returns
    -------
    decorator of a command
    """
    return click.option(
        "--run",
        "folder",
        cls=Option,
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help=help,
        **settings,
    )


def older_run_option(name: str, *, help: str) -> Callable[[_CommandT], _CommandT]:
    """A run to compare with, as ``older_folder``.

    Parameters
    ----------
    name : str
        As ``"--since"``.
    help : str
        Marked with ``N_``.

    Returns
    -------
    decorator of a command
    """
    return click.option(
        name,
        "older_folder",
        cls=Option,
        type=click.Path(path_type=Path),
        metavar="OLDER_RUN",
        help=help,
    )


def choice_option(
    *names: str, choices: Sequence[str], default: str, help: str
) -> Callable[[_CommandT], _CommandT]:
    """One of some words.

    Parameters
    ----------
    *names : str
        As ``"--format"``, and the name of the parameter where that is another.
    choices : sequence of str
    default : str
    help : str
        Marked with ``N_``.

    Returns
    -------
    decorator of a command
    """
    return click.option(
        *names,
        cls=Option,
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help=help,
    )


def file_option(name: str, *, help: str, metavar: str = "FILE") -> Callable[[_CommandT], _CommandT]:
    """A file to read or write.

    Parameters
    ----------
    name : str
        As ``"--output"``.
    help : str
        Marked with ``N_``.
    metavar : str
        What it is called in the help.

    Returns
    -------
    decorator of a command
    """
    return click.option(
        name,
        cls=Option,
        type=click.Path(dir_okay=False, path_type=Path),
        metavar=metavar,
        help=help,
    )
