"""The documentation: links lead somewhere, files and commands that it names exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from netravision.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/*.md")],
    key=lambda file: file.as_posix(),
)
IDS = [file.relative_to(ROOT).as_posix() for file in DOCUMENTS]

FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
#: A file in backticks: `run/store.py`, `tests/run`, `html/templates/review.js`.
NAMED_FILE = re.compile(r"`((?:[\w-]+/)+(?:[\w.-]+\.(?:py|js|css|j2|md|toml|json))?|\w+\.py)`")
#: A file with names in it: `watchlist.py` (`Pose`, the names).
NAMES_IN_FILE = re.compile(r"`([\w/]+\.\w+)` \(([^)]*)\)")
COMMAND = re.compile(rf"netravision ((?:{'|'.join(COMMANDS)})\b.*)")


def anchors(text: str) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    names = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", name) for name in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in names}


@pytest.mark.parametrize("file", DOCUMENTS, ids=IDS)
def test_every_link_leads_somewhere(file: Path) -> None:
    text = FENCE.sub("", file.read_text(encoding="utf-8"))
    for link in ("".join(found) for found in LINK.findall(text)):
        if link.startswith(("https://", "http://")):
            continue
        path, _, fragment = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(FENCE.sub("", target.read_text(encoding="utf-8"))), link


def named_files() -> list[tuple[str, str]]:
    """Every file that a page names with its folder, with the page."""
    pages = [file for file in DOCUMENTS if file.name in ("architecture.md", "CONTRIBUTING.md")]
    return [
        (page.name, path)
        for page in pages
        for path in NAMED_FILE.findall(page.read_text(encoding="utf-8"))
    ]


def file_named(path: str) -> Path:
    """A file as the pages name it: from the root, or from the package."""
    inside = ROOT / "netravision" / path
    return inside if inside.exists() else ROOT / path


@pytest.mark.parametrize(("page", "path"), named_files())
def test_every_file_named_exists(page: str, path: str) -> None:
    assert file_named(path).exists()


def test_every_name_is_in_its_file() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = [
        (path, name)
        for path, names in NAMES_IN_FILE.findall(text)
        for name in re.findall(r"`(\w+)`", names)
    ]
    assert len(named) > 5
    for path, name in named:
        assert re.search(rf"\b{name}\b", file_named(path).read_text(encoding="utf-8")), (path, name)


def test_the_architecture_names_every_package() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = [file.parent.name for file in (ROOT / "netravision").glob("*/__init__.py")]
    assert [name for name in packages if f"`{name}/`" not in text] == []


def documented_commands() -> list[tuple[str, str]]:
    """Every command line of netravision in a block of code, with its page."""
    return [
        (file.name, line.split("#")[0].strip())
        for file in DOCUMENTS
        if file.parent.name != "decisions"
        for block in FENCE.findall(file.read_text(encoding="utf-8"))
        for line in COMMAND.findall(block)
    ]


@pytest.mark.parametrize(("page", "line"), documented_commands())
def test_every_command_in_a_block_is_one(page: str, line: str) -> None:
    name, *words = shlex.split(line, posix=False)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, page


@pytest.mark.parametrize("name", ["commands.md", "record.md"])
def test_pages_are_found_from_the_readme(name: str) -> None:
    assert f"(docs/{name})" in (ROOT / "README.md").read_text(encoding="utf-8")
