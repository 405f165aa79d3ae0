"""The command line: one file a command, loaded when it is called.

``netravision --help`` loads none of them: the table below has what it shows.
"""

from __future__ import annotations

import io
import logging
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from netravision import __version__
from netravision.cli.commands import Group, Option, set_language_of
from netravision.errors import AssetError, MissingRequirementError, NetravisionError
from netravision.languages import N_
from netravision.languages import gettext as _
from netravision.visible_text import visible

__all__ = ["COMMANDS", "INTERRUPTED", "WRONG_ENVIRONMENT", "WRONG_INPUT", "main", "typed_command"]

#: Exit codes beside 0; 2 is what click gives wrong usage, too.
WRONG_INPUT = 2
WRONG_ENVIRONMENT = 3
INTERRUPTED = 130

#: Commands with the first line of their help, in the order one meets them.
COMMANDS = {
    "start": N_("Open a local page on which a folder is chosen, screened and reviewed."),
    "screen": N_("Look through photos and videos, and go on where the last call stopped."),
    "review": N_("Open a local page where a person confirms or rejects candidates."),
    "report": N_("Write a run's candidates as one self-contained HTML file."),
    "evidence": N_("Write case files of what was decided, with checksums and forms."),
    "accounts": N_("List what each account has, and what became of it since an older run."),
    "find": N_("Say which photos show a picture, whole or in part."),
    "duplicates": N_("Group the photos of a run that show the same picture."),
    "export": N_("Write a run's results for other programs."),
    "merge": N_("Join the runs of several PCs to one."),
    "evaluate": N_("Measure a run by what people say is in its photos."),
    "watchlist": N_("Write a new watchlist, or check one."),
    "demo": N_("Screen the rendered pictures that come with netravision."),
    "doctor": N_("Say what is installed, what is missing, and how to mend it."),
}


class _Commands(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"netravision.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(what)) for name, what in COMMANDS.items()])

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        set_language_of(args)
        # Kept as typed, to be shown to who has interrupted the command.
        return super().make_context(info_name, args, parent, obj=tuple(args), **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that was foreseen becomes one line and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            # A name that the console cannot show must not end a night's run.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        log, handler = logging.getLogger("netravision"), _LogToStandardError()
        log.addHandler(handler)
        try:
            with _ended_as_interrupted():
                return super().invoke(ctx)
        except (AssetError, MissingRequirementError) as error:
            raise _Foreseen(str(error), WRONG_ENVIRONMENT) from error
        except NetravisionError as error:
            raise _Foreseen(str(error), WRONG_INPUT) from error
        except sqlite3.Error as error:
            raise _Foreseen(_what_to_do(error), WRONG_ENVIRONMENT) from error
        except BrokenPipeError:
            raise  # who reads an export may stop early; click ends quietly
        except OSError as error:
            raise _Foreseen(str(error), WRONG_ENVIRONMENT) from error
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        finally:
            log.removeHandler(handler)


@contextmanager
def _ended_as_interrupted() -> Iterator[None]:
    """Take the end of a session or of its terminal for Ctrl-C: what is finished is kept."""

    def interrupt(number: int, _frame: object) -> None:
        if number != signal.SIGTERM:
            # To write to a terminal that is gone is an error of its own.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2):
                if os.isatty(stream):
                    os.dup2(nowhere, stream)
        raise KeyboardInterrupt

    numbers = [
        getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
    ]
    in_main = threading.current_thread() is threading.main_thread()
    # Whoever ignores one, as nohup does, has a reason.
    former = {
        number: signal.signal(number, interrupt)
        for number in numbers
        if in_main and signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _LogToStandardError(logging.Handler):
    """What the library warns of, one line each."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(visible(record.getMessage()), err=True)


def _what_to_do(error: sqlite3.Error) -> str:
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more than anybody asks
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        why = _("another program has locked it; close that")
    elif kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        why = _("{error}; make room on its disk").format(error=error)
    else:
        why = _("{error}; look after its disk and your right to write there").format(error=error)
    return _(
        "the run's database cannot be used: {why}, then give the same command again: "
        "it goes on where it stopped"
    ).format(why=why)


class _Foreseen(click.ClickException):
    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc] # click documents it for instances


def typed_command(ctx: click.Context) -> str:
    """The command as it was typed, ready to be typed again.

    Parameters
    ----------
    ctx : click.Context

    Returns
    -------
    str
    """
    words = ["netravision", *ctx.find_root().obj]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Look through photos for what a watchlist names.")
    + "\n\n"
    + N_(
        "What is found is a candidate, a reason for a person to look, and never a verdict. No "
        "photo leaves this machine."
    ),
)
@click.version_option(
    __version__, prog_name="netravision", cls=Option, help=N_("Show the version and exit.")
)
def main() -> None:
    """The program; its commands are in :data:`COMMANDS`."""
