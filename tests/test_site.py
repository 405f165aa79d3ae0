"""The documentation site: built with warnings as errors, and loading nothing from elsewhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import netravision
from netravision.cli import COMMANDS

ROOT = Path(__file__).parents[1]

#: What makes a browser fetch something, in HTML and in CSS.
FETCHING = {"src", "srcset", "poster", "data"}
IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?(?!data:|#)([^\"')\s]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as ``poe site`` builds it."""
    pytest.importorskip("sphinx", reason='pip install ".[docs]" to build the site')
    folder = tmp_path_factory.mktemp("site")
    words = ["-q", "-W", "--keep-going", "-c", "docs", "."]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


class _Fetches(HTMLParser):
    """The addresses that a page has fetched when it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.addresses += [value for name, value in named.items() if name in FETCHING]
        if tag == "link" and named.get("rel") not in ("next", "prev", "search", "index"):
            self.addresses.append(named["href"])
        self.addresses += IN_STYLES.findall(named.get("style", ""))


@pytest.fixture(scope="module")
def fetched(site: Path) -> list[tuple[Path, str]]:
    """What each page and style makes a browser fetch."""
    return [
        (file, address)
        for file in [*site.rglob("*.html"), *site.rglob("*.css")]
        for address in _addresses(file)
    ]


def test_a_page_loads_nothing_from_elsewhere(fetched: list[tuple[Path, str]]) -> None:
    assert len(fetched) > 100
    assert [each for each in fetched if re.match(r"//|\w+:", each[1])] == []


def test_what_a_page_loads_is_there(fetched: list[tuple[Path, str]]) -> None:
    files = {file.parent / re.split("[?#]", address)[0] for file, address in fetched}
    assert [file for file in files if not file.exists()] == []


def test_the_reference_has_every_public_name_and_command(site: Path) -> None:
    package = (site / "docs/reference/python.html").read_text(encoding="utf-8")
    # Modules have pages of their own.
    names = [name for name in netravision.__all__ if name not in ("core", "errors", "evidence")]
    assert [name for name in names if f'id="netravision.{name}"' not in package] == []
    commands = (site / "docs/reference/command-line.html").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f'id="netravision-{name}"' not in commands] == []


def test_the_address_without_a_page_leads_to_one(site: Path) -> None:
    target = re.search(r"url=([\w/.]+)", (site / "index.html").read_text(encoding="utf-8"))
    assert target is not None
    assert (site / target[1]).is_file()


def _addresses(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".css":
        return IN_STYLES.findall(text)
    parser = _Fetches()
    parser.feed(text)
    return parser.addresses
