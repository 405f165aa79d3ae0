"""What the tests that see a page rely on: nothing is left of another test, and nothing hangs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests import browser as chromium
from tests.browser import Browser, Page

OpenPage = Callable[..., AbstractContextManager[Page]]

SEEN = "[localStorage.x, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches].join()"


def test_a_page_knows_nothing_of_the_one_before(open_page: OpenPage, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><p>x")
    for _again in range(2):
        with open_page(file, width=640) as page:
            assert page.evaluate(SEEN) == ",640,false"
            page.evaluate("localStorage.x = 'kept'; console.error(localStorage.x)")
            page.resize(500, 400)
            dark = [{"name": "prefers-color-scheme", "value": "dark"}]
            page.call("Emulation.setEmulatedMedia", features=dark)
            assert page.evaluate(SEEN) == "kept,500,true"
            assert page.requests == [file.as_uri()]


def test_a_browser_that_hangs_fails_its_test_and_no_other(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><p>x")

    started: list[int | None] = []

    def hang() -> None:
        with browser.open(file) as page:
            started.append(browser.pid)
            monkeypatch.setattr(chromium, "_PATIENCE_S", 0.2)
            page.evaluate("for (;;);")

    with pytest.raises(TimeoutError):
        hang()
    monkeypatch.undo()
    with browser.open(file) as page:
        assert page.evaluate("1 + 1") == 2
        assert browser.pid not in started  # the one that hung takes nobody's time
