"""Commands, groups and options that speak the language in force; click's own words included.

A command is described when its module is loaded, and shown later, in the language that its user
has chosen. So texts are marked with ``N_`` and translated when they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types
import click.utils

from netravision.languages import (
    LANGUAGES,
    N_,
    gettext,
    ngettext,
    set_language,
    system_language,
)
from netravision.visible_text import visible, visible_lines

__all__ = [
    "Command",
    "Group",
    "Option",
    "WholeNumber",
    "chosen_language",
    "echo",
    "set_language_of",
    "warn",
]

#: Where the context of a command keeps the language that ``--lang`` names.
_CHOSEN = "netravision.language"


class _Translated:
    """Something with a help text, translated paragraph by paragraph."""

    _help: str | None = None

    @property
    def help(self) -> str | None:
        """What it does, in the language in force."""
        if not self._help:
            return self._help
        return "\n\n".join(map(gettext, self._help.split("\n\n")))

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text


class Option(_Translated, click.Option):
    """An option; its help is marked with ``N_``."""


class _WithLanguage(_Translated, click.Command):
    """A command that takes ``--lang``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params: list[click.Parameter] = [*self.params, _lang_option()]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words after the name of the command in its usage, in the language in force."""
        return [gettext(piece) for piece in super().collect_usage_pieces(ctx)]


class Command(_WithLanguage):
    """A command; its help is marked with ``N_``, paragraphs on their own are looked up alone."""


class Group(_WithLanguage, click.Group):
    """A group of commands."""

    command_class = Command


class WholeNumber(click.IntRange):
    """A whole number; click has no word for it that it would translate."""

    @property
    def name(self) -> str:  # type: ignore[override]
        """What a mistake says is expected."""
        return gettext("whole number")


def chosen_language(ctx: click.Context) -> str | None:
    """The language that ``--lang`` names; None if the command goes by its surroundings.

    Parameters
    ----------
    ctx : click.Context

    Returns
    -------
    str or None
    """
    chosen: str | None = ctx.meta.get(_CHOSEN)
    return chosen


def set_language_of(args: Sequence[str]) -> None:
    """Speak the language that a command line asks for, also of its own mistakes.

    Read from the words as they are: click names an unknown option before it reads any other.

    Parameters
    ----------
    args : sequence of str
        The words behind ``netravision``.
    """
    options = args[: args.index("--")] if "--" in args else args
    set_language(system_language())
    for word, following in zip(options, [*options[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        asked = value if equals else following
        if name == "--lang" and asked in LANGUAGES:
            set_language(asked)


def _lang_option() -> Option:
    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        callback=_choose_language,
        expose_value=False,
        help=N_("The language to speak; by default that of NETRAVISION_LANG, or of the system."),
    )


def _choose_language(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_CHOSEN] = value


#: What click says to our users; its other words are about what we do not use. A word that another
#: version of click has instead stays English.
CLICK_SAYS = (
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("%(prog)s, version %(version)s"),
    N_("default: {default}"),
    N_("required"),
    N_("Aborted!"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Option {name!r} does not take a value."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("file"),
    N_("directory"),
    N_("path"),
    ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 2),
    ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 2),
    ngettext(
        "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 2
    ),
    ngettext(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 2
    ),
)


def echo(message: Any = None, *args: Any, **options: Any) -> None:
    """What every ``click.echo`` does here: no character reaches a terminal that could steer it.

    Parameters
    ----------
    message : object
        Written as text; line ends and tabs stay.
    *args, **options
        As ``click.echo`` takes them.
    """
    _click_echo(None if message is None else visible_lines(str(message)), *args, **options)


def warn(message: str) -> None:
    """One line on standard error.

    Parameters
    ----------
    message : str
    """
    click.echo(visible(message), err=True)


_click_echo = click.utils.echo

# Click takes its words from the standard gettext, which knows compiled catalogs only and the
# language of the system. So its modules are given ours, by the names they call it by.
for _module in (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.types,
):
    vars(_module).update(_=gettext, ngettext=ngettext)

# Names of files come from strangers and are in errors of usage, too, which click writes itself.
for _module in (click, click.core, click.exceptions):
    vars(_module).update(echo=echo)
