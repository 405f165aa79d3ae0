"""The pages by axe, in a real browser: contrast, names, roles, in both languages and colors."""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netravision.case_files.bag import write_case_files
from netravision.core.pyramid import ImagePyramid
from netravision.finding import Finding
from netravision.picture_hashes import hash_picture
from netravision.review.copies_page import write_copies_page, write_duplicates_page
from netravision.review.report import write_report
from netravision.run.copies import Copy
from netravision.run.decisions import Decisions, View
from netravision.run.duplicates import duplicates
from tests.browser import Page
from tests.made_evidence import EMBLEM
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, WATCHLIST, Folder
from tests.review.test_page import choose, given, settled, wait
from tests.review.test_page import open_review as open_review
from tests.review.test_page import review as review

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")

LOOKS = [(1366, "dark", "id"), (400, "light", "en")]

#: Every two of a width, colors and a language meet.
ALL_LOOKS = [*LOOKS, (1366, "light", "en"), (400, "dark", "id")]

EMBLEM_RULE = """
[[emblem]]
id = "arunika"
label = "Lambang Provinsi Arunika"
images = ["arunika.png"]
"""

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


def looked_at(page: Page, look: tuple[int, str, str]) -> None:
    """Have a width, colors and a language, and hold the page against the rules."""
    width, scheme, language = look
    page.resize(width, 768)
    color(page, scheme)
    page.evaluate(f"document.querySelector('label[for=language-{language}]').click()")
    time.sleep(0.1)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    held = "[...document.querySelectorAll('button')].every((b) => b.scrollWidth <= b.clientWidth)"
    assert page.evaluate(held)


@pytest.fixture
def folder(tmp_path: Path, fixtures_dir: Path) -> Iterator[Folder]:
    """With an emblem to look for, too."""
    shutil.copyfile(fixtures_dir / "marks" / "arunika.png", tmp_path / "arunika.png")
    made = Folder(tmp_path, WATCHLIST + EMBLEM_RULE)
    with made.run:
        yield made


@pytest.fixture
def copied(folder: Folder, fixtures_dir: Path) -> Folder:
    """A photo that two accounts have, with a hand and an emblem in it, decided twice."""
    emblem = Finding("emblem", "emblem-arunika", "arunika", 0.98, (20, 20, 90, 90), EMBLEM)
    photo = Image.open(fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg")
    for number, quality in enumerate((90, 40)):
        file = folder.root / f"salinan{number}.jpg"
        photo.resize((480, 320)).save(file, quality=quality)
        hashes = hash_picture(ImagePyramid(np.asarray(Image.open(file))))
        folder.add(file, TWO, emblem, account=f"akun_{number}", hashes=hashes)
    folder.add(folder.picture("lain.png"), account="akun_0")
    with Decisions(folder.run.folder, create=True) as decisions:
        for result in folder.run.results(with_findings=True):
            for name, choice in (("Pengawas 1", "right"), ("Pengawas 2", "wrong")):
                said = [(found, View(choice, "yes", "lihat", name)) for found in result.findings]
                decisions.add(folder.run.content(result), "post", said)
        decisions.warn("akun_0", date(2024, 10, 7), "Pengawas 1")
    return folder


def test_all_that_is_shown_on_demand_and_the_accounts(copied: Folder, open_review) -> None:
    with open_review() as page:
        choose(page, "decision", "")
        settled(page)
        wait(page, "!!document.querySelector('#text .copies')")
        page.evaluate("document.querySelectorAll('#text details').forEach((d) => d.open = true)")
        wait(page, "document.querySelector('.others-of img')?.naturalWidth > 0")
        wait(page, "document.querySelector('.compare img:last-child')?.naturalWidth > 0")
        assert page.evaluate("document.querySelectorAll('#text .history li').length") == 4
        for look in LOOKS:
            looked_at(page, look)
        with page.another_page():
            page.evaluate("document.querySelector('a[href=\"/accounts\"]').click()")
        wait(page, "'ready' in document.body.dataset")
        page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
        for look in LOOKS:
            looked_at(page, look)


def test_pages_that_are_handed_on(copied: Folder, open_page) -> None:
    picture = np.asarray(Image.open(copied.root / "salinan0.jpg"))
    found = copied.run.find(picture, parts=False)
    part = Copy(found[0].photo, found[0].file, "https://contoh.invalid/a", None, True, TWO.box, 0.9)
    write_copies_page(copied.root / "salinan.html", "rapat.jpg", picture, [*found, part])
    write_case_files(copied.run, copied.root / "bukti", {"conflict"})
    case = copied.root / "bukti" / "data"
    groups = list(duplicates(copied.run.store))
    assert [len(group) for group in groups] == [2]
    write_duplicates_page(copied.root / "kelompok.html", "netravision-run", [*groups, [part]])
    pages = [
        copied.root / "salinan.html",
        copied.root / "kelompok.html",
        case / "sampul.html",
        case / "kasus-0001/keterangan.html",
    ]
    with open_page(pages[0]) as page:
        for file in pages:
            with page.another_page():
                page.call("Page.navigate", url=file.as_uri())
            for look in LOOKS:
                looked_at(page, look)


def test_the_review_page(three: Folder, open_review) -> None:
    with open_review() as page:
        settled(page)
        for key in ("1", "n"):
            page.press(key)
        choose(page, "decision", "")
        for width, scheme, language in ALL_LOOKS:
            page.resize(width, 768)
            color(page, scheme)
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
            page.evaluate("document.querySelector('#who button').click()")
            given(page)


def test_the_report(three: Folder, open_page) -> None:
    with Decisions(three.run.folder, create=True) as decisions:
        for result in three.run.results():
            said = [
                (finding, View("right", "yes", "x", "Pengawas 1")) for finding in result.findings
            ]
            decisions.add(three.run.content(result), "post", said)
    write_report(three.run, three.root / "report.html")
    with open_page(three.root / "report.html") as page:
        for width, scheme, language in ALL_LOOKS:
            page.resize(width, 768)
            color(page, scheme)
            page.evaluate(f"document.querySelector('label[for=language-{language}]').click()")
            assert violations(page) == []
