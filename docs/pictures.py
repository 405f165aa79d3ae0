"""The pictures of the documentation: pages of the program in Chromium, over the fixtures.

``python -m docs.pictures netravision-demo`` after ``netravision demo`` writes all of them again.
The run itself is not changed: what is decided for a picture is decided in a copy.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.browser import Page, open_page

_DOCS = Path(__file__).parent

#: Colors of a picture, the first that keep it small. Pages are flat and photos rendered: more are
#: not seen, and weigh.
_COLORS = (160, 96, 48, 24)
_MAX_BYTES = 150_000


#: Whether every small picture in sight is there; they come one by one.
_ALL_THERE = """[...document.querySelectorAll('#grid img')].every((image) =>
    image.getBoundingClientRect().top > innerHeight || (image.complete && image.naturalWidth))"""


def main(run: Path) -> None:
    """Write the pictures of both languages."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("install chromium to make the pictures")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for language, home in (("en", _DOCS), ("id", _DOCS / "id")):
            work = folder / language
            shutil.copytree(
                run, work / "run", ignore=shutil.ignore_patterns("decisions*", "*.lock")
            )
            _of_language(language, home, work, program)


def _of_language(language: str, home: Path, work: Path, program: str) -> None:
    with (
        _review(work / "run", language) as address,
        open_page(program, work / "profile", address) as page,
    ):
        _wait(page, "document.getElementById('who').open")
        page.resize(1366, 700)
        page.evaluate("document.querySelector('#who input').value = 'Pengawas 1'")
        page.evaluate("document.querySelector('#who button').click()")
        _choose(page, "text", "rapat_kerja")
        _take(page, home / "review.png")
        _choose(page, "text", "")
        page.press("g")
        page.press("Home")
        time.sleep(1)
        _wait(page, _ALL_THERE)
        _take(page, home / "review-grid.png")
        page.press("g")
        for text in ("avatar_polos", "rapat_kerja", "apel_pagi"):
            _choose(page, "text", text)
            page.press("1")
            _wait(page, "document.body.dataset.unsent === '0' || !document.body.dataset.unsent")
            time.sleep(1)
    _netravision(language, "report", "run", cwd=work)
    with open_page(program, work / "profile", work / "run" / "report.html") as page:
        page.resize(1366, 700)
        _take(page, home / "report.png")
    if language == "id":  # the language of case files
        _netravision(language, "evidence", "run", "--output", "berkas", cwd=work)
        case = max((work / "berkas/data").glob("kasus-*"))
        with open_page(program, work / "profile", case / "keterangan.html") as page:
            page.resize(1000, 900)
            _take(page, home / "case.png")


@contextmanager
def _review(run: Path, language: str) -> Iterator[str]:
    """Serve the page of a run; yields its address."""
    process = subprocess.Popen(
        [*_command(language), "review", str(run), "--no-browser"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate()


def _netravision(language: str, *words: str, cwd: Path) -> None:
    subprocess.run([*_command(language), *words], cwd=cwd, check=True)


def _command(language: str) -> list[str]:
    return [sys.executable, "-m", "netravision", "--lang", language]


def _wait(page: Page, condition: str) -> None:
    end = time.monotonic() + 120
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise TimeoutError(condition)
        time.sleep(0.05)


def _choose(page: Page, field: str, value: str) -> None:
    """Choose what the page shows, and wait until its picture is there."""
    page.evaluate(
        f"{{const f = document.querySelector('#filter [name={field}]');"
        f"f.value = {json.dumps(value)};"
        "f.dispatchEvent(new Event('input', {bubbles: true}));"
        "f.dispatchEvent(new Event('change', {bubbles: true})); f.blur()}"
    )
    time.sleep(1)
    _wait(page, "!document.querySelector('.stale')")
    _wait(page, "document.getElementById('picture').complete")


def _take(page: Page, file: Path) -> None:
    """Write what the page shows, with few colors."""
    shot = b64decode(page.call("Page.captureScreenshot")["data"])
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colors in _COLORS:
        image.quantize(colors, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size < _MAX_BYTES:
            return
    raise ValueError(f"{file} stays larger than {_MAX_BYTES} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
