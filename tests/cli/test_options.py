"""Options that several commands take are the same in all of them."""

from pathlib import Path

import click
from click.testing import CliRunner

from netravision.cli.commands import Command
from netravision.cli.options import (
    DEFAULT_RUN,
    choice_option,
    file_option,
    older_run_option,
    run_argument,
    run_option,
    runs_argument,
)


def test_a_command_gets_paths_and_words() -> None:
    got: dict[str, object] = {}

    @click.command(cls=Command)
    @run_argument()
    @older_run_option("--since", help="")
    @choice_option("--format", "form", choices=("csv", "jsonl"), default="csv", help="")
    @file_option("--output", help="")
    def asked(**given: object) -> None:
        got.update(given)

    done = CliRunner().invoke(asked, ["run-a", "--since", "run-b", "--output", "x.csv"])
    assert done.exit_code == 0, done.output
    assert got == {
        "folder": Path("run-a"),
        "older_folder": Path("run-b"),
        "form": "csv",
        "output": Path("x.csv"),
    }
    assert CliRunner().invoke(asked, ["run-a", "--format", "xls"]).exit_code == 2


def test_a_run_that_is_not_named_is_where_screen_puts_it() -> None:
    @click.command(cls=Command)
    @run_option(default=DEFAULT_RUN, help="")
    def asked(folder: Path) -> None:
        click.echo(folder)

    assert CliRunner().invoke(asked, []).output == "netravision-run\n"
    assert CliRunner().invoke(asked, ["--run", "lain"]).output == "lain\n"


def test_no_run_is_wrong_usage() -> None:
    @click.command(cls=Command)
    @runs_argument()
    def asked(folders: tuple[Path, ...]) -> None:
        click.echo(len(folders))

    assert CliRunner().invoke(asked, []).exit_code == 2
    assert CliRunner().invoke(asked, ["a", "b"]).output == "2\n"
