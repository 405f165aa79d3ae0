"""The pages by axe, in a real browser: contrast, names, roles, in both languages and colors."""

import json
import time
from importlib.resources import files

import pytest

from netravision.review.report import write_report
from netravision.run.decisions import Decisions, View
from tests.browser import Page
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, Folder
from tests.review.test_page import choose, settled, wait
from tests.review.test_page import open_review as open_review
from tests.review.test_page import review as review

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page) -> list[str]:
    page.evaluate(f"if (!window.axe) {{ {AXE} }}")
    page.evaluate(
        f"window.found = null; axe.run({{ runOnly: {json.dumps(RULES)} }})"
        ".then((r) => { window.found = r.violations; })"
    )
    wait(page, "window.found !== null")
    found = json.loads(page.evaluate("JSON.stringify(window.found)"))
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def color(page: Page, scheme: str) -> None:
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    page.call("Emulation.setEmulatedMedia", features=media)


@pytest.fixture
def three(folder: Folder) -> Folder:
    folder.add(folder.picture("biru.png", seed=1), BLUE, account="akun_b")
    folder.add(folder.picture("banyak.png", seed=3), TWO, TWO_POSE, THUMB)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 400])
def test_the_review_page(three: Folder, open_review, scheme: str, width: int) -> None:
    with open_review() as page:
        color(page, scheme)
        page.resize(width, 768)
        settled(page)
        for key in ("1", "n"):
            page.press(key)
        choose(page, "decision", "")
        for language in ("id", "en"):
            page.evaluate(f"document.querySelector('label[for=language-{language}]').click()")
            page.press("Home")
            settled(page)
            assert violations(page) == []
            page.press("g")
            page.press("x")
            wait(page, "[...document.querySelectorAll('.tile img')].every((i) => i.complete)")
            assert violations(page) == []
            page.press("Escape")
            page.press("g")
        page.evaluate("document.getElementById('reviewer').click()")
        time.sleep(0.1)
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report(three: Folder, open_page, scheme: str) -> None:
    with Decisions(three.run.folder, create=True) as decisions:
        for result in three.run.results():
            said = [
                (finding, View("right", "yes", "x", "Pengawas 1")) for finding in result.findings
            ]
            decisions.add(three.run.content(result), "post", said)
    write_report(three.run, three.root / "report.html")
    with open_page(three.root / "report.html") as page:
        color(page, scheme)
        for language in ("id", "en"):
            page.evaluate(f"document.querySelector('label[for=language-{language}]').click()")
            assert violations(page) == []
