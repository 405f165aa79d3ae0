"""The page of ``netravision start`` as a real process, in a browser: from folder to review."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from netravision.run import Run
from tests.browser import Page
from tests.made_run import Folder
from tests.review.test_accessibility import violations
from tests.review.test_page import wait
from tests.review.test_server import Served

FORM = {"Content_Type": "application/x-www-form-urlencoded"}

OpenPage = Callable[..., AbstractContextManager[Page]]


class Start(Served):
    """``netravision start`` of a user with a home of their own, in Indonesian."""

    def __init__(self, home: Path) -> None:
        own = {name: str(home) for name in ("HOME", "USERPROFILE")}
        super().__init__("start", "--lang", "id", env=os.environ | own)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "rumah").mkdir()
    return tmp_path / "rumah"


@pytest.fixture
def started(home: Path) -> Iterator[Served]:
    started = Start(home)
    yield started
    assert started.end() == 0


def test_a_folder_is_chosen_screened_and_reviewed(
    started: Served, home: Path, fixtures_dir: Path, open_page: OpenPage
) -> None:
    account = home / "foto & <kegiatan>" / "dinas_contoh"
    account.mkdir(parents=True)
    shutil.copy(fixtures_dir / "photos" / "dinas_contoh" / "halaman_kantor.jpg", account)
    (account.parent / "pilkada.toml").write_text(
        'schema = 1\nname = "Uji"\n[[number]]\nvalue = 2\nlabel = "Paslon 2"\n', encoding="utf-8"
    )
    with open_page(started.address) as page:
        assert page.evaluate("document.querySelector('h1').innerText") == (
            "Foto mana yang akan disaring?"
        )
        assert violations(page) == []
        page.resize(400, 800)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.resize(1366, 768)
        with page.another_page():
            page.evaluate("document.querySelector('.folders a').click()")
        assert page.evaluate("document.querySelector('.way > bdi').innerText") == (
            account.parent.name
        )
        assert page.evaluate("document.querySelector('select').selectedOptions[0].text") == (
            "pilkada.toml"
        )
        with page.another_page():
            page.evaluate("document.getElementById('begin').click()")
        assert page.evaluate("document.querySelector('h1').innerText") == "Foto sedang disaring"
        assert violations(page) == []
        wait(page, "document.body?.className === 'review'")
        wait(page, "document.querySelector('[data-number=all]')?.textContent === '4'")
        assert page.messages == []
    run = home / f"{account.parent.name}-netravision"
    with Run.open(run) as screened:
        (result,) = screened.results(with_findings=True)
    assert {finding.rule for finding in result.findings} == {"number-2"}
    assert result.photo.account == "dinas_contoh"


def test_what_goes_wrong_is_said_on_the_page(started: Served, home: Path) -> None:
    (home / "kosong").mkdir()
    (home / "rusak.toml").write_text("schema = 1", encoding="utf-8")
    for body, said in (
        (f"folder={home / 'kosong'}", "tidak ada berkas di folder ini"),
        (f"folder={home}&watchlist={home / 'rusak.toml'}", "rusak.toml"),
    ):
        assert started.ask("POST", "/", body, **FORM).status == 303
        end = time.monotonic() + 30
        while b'"screening"' in started.ask("GET", "/progress").body:
            assert time.monotonic() < end
        page = started.ask("GET", "/").body.decode()
        assert said in page
        assert 'role="alert"' in page
    assert "tidak dapat dibuka" in started.ask("GET", "/?folder=/tidak/ada").body.decode()
    assert started.ask("POST", "/review", f"folder={home}", **FORM).status == 400


def test_stopped_it_keeps_what_is_done(
    started: Served, home: Path, draw: Callable[..., Path]
) -> None:
    for seed in range(250):
        draw(home / "foto" / f"{seed}.png", seed)
    assert started.ask("POST", "/", f"folder={home / 'foto'}", **FORM).status == 303
    end = time.monotonic() + 60
    while b'"done": 0' in (told := started.ask("GET", "/progress").body):
        assert b'"screening"' in told
        assert time.monotonic() < end
    assert started.ask("POST", "/stop", **FORM).status == 303
    assert "Dihentikan" in started.ask("GET", "/").body.decode()
    with Run.open(home / "foto-netravision") as run:
        assert 0 < sum(1 for _ in run.results()) < 250


def test_nobody_else_may_choose(started: Served, home: Path) -> None:
    body = f"folder={home}"
    assert started.ask("POST", "/", body, **FORM, Origin="http://example.org").status == 403
    assert started.ask("POST", "/", body, **FORM, Cookie=None).status == 403
    assert started.ask("GET", "/", Cookie=None).status == 403


def test_the_results_of_before_are_reviewed_at_once(started: Served, folder: Folder) -> None:
    run = folder.run.folder
    page = started.ask("GET", f"/?folder={run}").body.decode()
    assert "Telaah hasil ini" in page
    assert "Saring folder ini" not in page
    assert started.ask("POST", "/review", f"folder={run}", **FORM).status == 303
    assert started.ask("GET", "/candidates").status == 200
