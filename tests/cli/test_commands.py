"""Commands speak the language in force, and nothing that they say steers a terminal."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from netravision.cli import COMMANDS
from netravision.cli.commands import Command, Option, WholeNumber, chosen_language, set_language_of
from netravision.languages import N_, in_language, language
from tests.made_run import Folder
from tests.program import POSIX, run_here


def test_the_module_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netravision", "--help"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        (["report", "--lang", "id"], "id"),
        (["report", "--lang=id"], "id"),
        (["report", "--lang", "xx"], "en"),
        (["report", "--", "--lang", "id"], "en"),
    ],
)
def test_a_mistake_is_named_in_the_language_that_is_asked_for(
    words: list[str], spoken: str
) -> None:
    with in_language("en"):
        set_language_of(words)
        assert language() == spoken


def test_what_a_command_is_told_is_in_the_language_in_force() -> None:
    @click.command(cls=Command, help=N_("Error: {message}"))
    @click.option("--n", cls=Option, type=WholeNumber(0, 9), help=N_("required"))
    @click.pass_context
    def asked(ctx: click.Context, n: int) -> None:
        click.echo(f"{n}: {chosen_language(ctx)}")

    with in_language("id"):
        shown = CliRunner().invoke(asked, ["--help"]).output
        refused = CliRunner().invoke(asked, ["--n", "x"]).output
    assert "Galat: {message}" in shown
    assert "wajib" in shown
    assert "bilangan bulat" in refused
    assert CliRunner().invoke(asked, ["--n", "3", "--lang", "id"]).output == "3: id\n"
    assert CliRunner().invoke(asked, ["--n", "3"]).output == "3: None\n"


STEERING = ("\x1b]0;x\x07", "\x9b2J", "\u202e", "\x7f")


@POSIX
@pytest.mark.parametrize(
    "words",
    [
        ("screen", "{}"),
        ("screen", "a.png", "--{}"),
        ("screen", "a.png", "--manifest", "{}"),
        ("watchlist", "check", "dicari.toml"),
        ("export", "{}"),
        ("report", "run", "--output", "{}/x"),
        ("{}",),
    ],
)
def test_no_name_steers_a_terminal(folder: Folder, words: tuple[str, ...]) -> None:
    folder.picture()
    folder.run.close()
    name = "".join(STEERING)
    (folder.root / "dicari.toml").write_text(
        f'schema = 1\nname = "x"\n"\\u001b[2J\\u009b" = "{STEERING[2]}"\n', encoding="utf-8"
    )
    done = run_here(*(word.format(name) for word in words), cwd=folder.root)
    assert done.returncode == 2
    assert "\\x9b" in done.stderr
    assert not [sign for sign in "\x1b\x07\x9b\u202e\x7f" if sign in done.stdout + done.stderr]
