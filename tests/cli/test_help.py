"""Help: fast, complete, and the same in the table, the commands and the page of commands."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from netravision.cli import COMMANDS, main

COMMANDS_PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def commands() -> list[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    found = []
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", below) for sub, below in command.commands.items()]
        else:
            found.append((name, command))
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert (command.help or "").partition("\n")[0] == COMMANDS[name]


@pytest.mark.parametrize(("name", "command"), commands())
def test_the_docs_name_every_command_and_option(name: str, command: click.Command) -> None:
    text = COMMANDS_PAGE.read_text(encoding="utf-8")
    assert f"`netravision {name}" in text
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in text, f"{option} of {name}"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import json, sys; from netravision.cli import main;"
        "main(['--help'], standalone_mode=False); print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert "Commands:" in done.stdout
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    heavy = {"cv2", "mediapipe", "numpy", "PIL", "pebble", "pydantic", "rich", "skimage"}
    assert not heavy & loaded


def test_an_unknown_command_is_wrong_usage(netravision) -> None:  # type: ignore[no-untyped-def]
    done = netravision("scren")
    assert done.returncode == 2
    assert "No such command" in done.stderr
