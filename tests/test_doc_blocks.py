"""Every block of code in the documentation runs, or says above it why it cannot be run here."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import netravision
from netravision.cli import COMMANDS, main
from netravision.run.decisions import Decisions, View
from netravision.watchlist import Watchlist
from tests.test_docs import DOCUMENTS, ROOT

#: Why a block is not run, as `<!-- not run: … -->` above it says.
REASONS = {
    "installs",
    "needs FiftyOne",
    "needs Windows",
    "needs a broker",
    "needs duckdb",
    "needs several PCs",
    "starts a server",
}
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<kind>\S*)[^\n]*\n(?P<text>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
#: A line that somebody types: a prompt, variables and a program that the tests know.
TYPED = re.compile(
    r"(?:(?:pc\d)?\$ )?(?:[A-Z_]+=\S+ )*"
    r"(?P<program>netravision|poe|(?:\.venv/bin/)?python|pip|uvicorn|curl|dask|git|sphinx-build)"
    r" (?P<words>.*)"
)
#: Programs that are not run, as they install something, or take minutes or the evaluation pictures.
#: What they name must be there.
NAMED = re.compile(r"(?:benchmarks|models|tests)(?:[./]\w+)+")
#: Commands that do not end by themselves, take long, or ask how netravision is installed.
ONLY_PARSED = {"demo", "doctor", "evaluate", "review", "start"}
#: What the pages' office looks for; less than the fixtures' watchlist, which takes longer.
WATCHLIST = """
schema = 1
name = "Contoh"
[[emblem]]
id = "arunika"
label = "Lambang Provinsi Arunika"
images = ["marks/arunika.png"]
[[number]]
value = 2
label = "Paslon 2"
"""


@dataclass(frozen=True)
class Block:
    page: str
    kind: str
    text: str
    reason: str | None


def blocks() -> Iterator[Block]:
    for file in DOCUMENTS:
        page = file.relative_to(ROOT).as_posix()
        if file.parent.name != "decisions" and page != "CHANGELOG.md":
            for found in BLOCK.finditer(file.read_text(encoding="utf-8")):
                yield Block(page, found["kind"], found["text"], found["reason"])


ALL = list(blocks())
RUN = [block for block in ALL if block.reason is None]


WEB_SERVICE = "docs/how-to/web-service.md"  # eight clients of test_library_page.py ask it
OWN_DETECTOR = "docs/own-detector.md"  # parts of a package, which has tests of its own


def pages_with(kind: str) -> list[str]:
    return sorted({block.page for block in RUN if block.kind == kind} - {WEB_SERVICE, OWN_DETECTOR})


def lines_typed() -> list[tuple[str, str, str]]:
    """What somebody types: page, program, words."""
    return [
        (block.page, found["program"], found["words"].split(" #")[0])
        for block in RUN
        if block.kind in ("", "console", "powershell")
        for line in block.text.splitlines()
        for part in line.split(" && ")
        if (found := TYPED.fullmatch(part.strip()))
    ]


def of_netravision() -> dict[str, list[list[str]]]:
    """The commands of each page."""
    pages: dict[str, list[list[str]]] = {}
    for page, program, words in lines_typed():
        if program == "netravision" and set(words.split()) & set(COMMANDS):
            pages.setdefault(page, []).append(shlex.split(words))
    return pages


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    """A folder as the pages speak of it, with two photos screened and decided about."""
    folder = tmp_path_factory.mktemp("office")
    for photo in ("dinas_contoh/rapat_kerja.jpg", "warga_arunika/avatar_polos.jpg"):
        for home in ("foto", "foto-september", "foto-november", "profil"):
            (folder / home / photo).parent.mkdir(parents=True)
            shutil.copy(fixtures_dir / "photos" / photo, folder / home / photo)
    shutil.copytree(fixtures_dir / "marks", folder / "marks")
    shutil.copytree(fixtures_dir / "marks", folder / "fixtures" / "marks")
    shutil.copy(fixtures_dir / "marks" / "poster.jpg", folder / "poster.jpg")
    shutil.copytree(fixtures_dir / "marks", folder / "materi")
    for manifest in ("daftar.csv", "september.csv", "november.csv"):
        (folder / manifest).write_text("path,posted_at\ndinas_contoh/rapat_kerja.jpg,2024-10-01\n")
    (folder / "label.csv").write_text(
        "path,rule,detector\ndinas_contoh/rapat_kerja.jpg,number-2,\n"
    )
    _write_watchlists(folder)
    with (
        netravision.screen_folder(
            folder / "foto",
            folder / "netravision-run",
            watchlist=folder / "pilkada.toml",
            workers=1,
        ) as run,
        Decisions(run.folder, create=True) as decisions,
    ):
        for result in run.results(with_findings=True):
            said = [(each, View("right", "yes", "", "Pengawas 1")) for each in result.findings]
            decisions.add(run.content(result), result.photo.kind, said)
    for name in ("netravision-demo", "run-2024-09", "run-september", "run-oktober"):
        shutil.copytree(folder / "netravision-run", folder / name)
    for name in ("september", "november"):
        shutil.copytree(folder / "netravision-run", folder / name)
    return folder


@pytest.fixture(scope="module")
def already() -> set[object]:
    """Commands with options that have been run: on another page they are only parsed."""
    return set()


@pytest.fixture
def in_office(office: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(office)
    _write_watchlists(office)  # a page may write its own
    return office


def _write_watchlists(folder: Path) -> None:
    for name in ("pilkada.toml", "mine.toml", "watchlist.toml", "fixtures/watchlist.toml"):
        (folder / name).write_text(WATCHLIST, encoding="utf-8")


def test_a_block_that_is_not_run_says_why() -> None:
    assert len(RUN) > 60
    assert {block.reason for block in ALL if block.reason} == REASONS


@pytest.mark.parametrize("page", pages_with("python"))
def test_the_python_of_a_page_runs(page: str, in_office: Path) -> None:
    # What a page takes as given.
    paths = sorted(Path("foto").rglob("*.jpg"))
    given = {"paths": paths, "pictures": [np.asarray(Image.open(path)) for path in paths]}
    given |= {"__name__": "__main__", "path": paths[0], "n": 2}
    for block in RUN:
        if (block.page, block.kind) == (page, "python"):
            exec(compile(block.text, page, "exec"), given)


def test_what_the_page_on_own_detectors_shows_is_in_the_example() -> None:
    files = [*ROOT.glob("examples/**/*.py"), *ROOT.glob("examples/**/*.toml")]
    lines = {line for file in files for line in file.read_text(encoding="utf-8").splitlines()}
    shown = [block for block in RUN if block.page == OWN_DETECTOR and block.kind]
    assert len(shown) > 5
    for block in shown:
        assert set(block.text.splitlines()) <= lines, block.text


def test_python_that_is_not_run_is_python() -> None:
    for block in ALL:
        if block.reason and block.kind == "python":
            compile(block.text, block.page, "exec")


@pytest.mark.parametrize("page", of_netravision())
def test_the_commands_of_a_page_run(page: str, in_office: Path, already: set[object]) -> None:
    for words in of_netravision()[page]:
        shape = tuple(word for word in words if word in COMMANDS or word.startswith("-"))
        if _runs_here(words) and shape not in already:
            already.add(shape)
            _remove_what_is_written(words)
            done = CliRunner().invoke(main, words)
            assert (done.exit_code, done.exception) == (0, None), (words, done.output)
        else:
            _parse(words)


@pytest.mark.parametrize("page", pages_with("toml"))
def test_a_watchlist_on_a_page_is_one(page: str, tmp_path: Path, fixtures_dir: Path) -> None:
    for number, block in enumerate(block for block in RUN if block.page == page):
        if block.kind == "toml":
            text = block.text if "schema" in block.text else "schema = 1\nname = 'x'\n" + block.text
            for name in re.findall(r'"([\w/-]+\.(?:png|jpg))"', text):
                (tmp_path / name).parent.mkdir(exist_ok=True)
                shutil.copy(fixtures_dir / "marks" / "arunika.png", tmp_path / name)
            file = tmp_path / f"{number}.toml"
            file.write_text(text, encoding="utf-8")
            assert Watchlist.load(file).rules


def test_what_other_commands_name_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tasks, extras = project["tool"]["poe"]["tasks"], project["project"]["optional-dependencies"]
    for page, program, words in lines_typed():
        if program == "poe":
            assert words.split()[0] in tasks, page
        for name in NAMED.findall(words):
            path = ROOT / name
            module = ROOT / (name.replace(".", "/") + ".py")
            assert path.exists() or module.exists(), (page, name)
        if "install" in words:
            for extra in re.findall(r"\[([\w,]+)\]", words):
                assert set(extra.split(",")) <= set(extras), page


def _runs_here(words: list[str]) -> bool:
    name = next(word for word in words if word in COMMANDS)
    if name == "screen":
        # Others screen the same photos into another run, which takes its time and shows no more.
        return "foto" in words and not {"--run", "--scheduler", "--shard"} & set(words)
    return name not in ONLY_PARSED


def _parse(words: list[str]) -> None:
    at = next(number for number, word in enumerate(words) if word in COMMANDS)
    command = main.get_command(click.Context(main), words[at])
    assert command is not None
    command.make_context(words[at], words[at + 1 :])


def _remove_what_is_written(words: list[str]) -> None:
    """Take away what a command is to write, where it lies from another page."""
    options = ("--output", "--new-letter", "new")
    for option, value in pairwise(words):
        if option in options and Path(value).is_file():
            Path(value).unlink()
