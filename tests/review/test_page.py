"""The review page in a real browser, used as a person does: by keys, fast, and in both views."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from netravision.core.pyramid import ImagePyramid
from netravision.picture_hashes import hash_picture
from netravision.result import Photo, Result
from netravision.run.appearance import Appearance
from tests.browser import Page
from tests.made_run import BLUE, THUMB, TWO, TWO_POSE, Folder
from tests.review.test_server import THIRD, Review

STATE = "[...document.querySelectorAll('#text .candidate .state')].map((s) => s.innerText).join()"
PATH = "document.querySelector('#text .path').innerText"


def wait(page: Page, condition: str) -> None:
    """Until something holds on the page."""
    end = time.monotonic() + 60
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        time.sleep(0.02)


def settled(page: Page) -> None:
    """Until the photo is shown and all that was said is kept."""
    wait(page, "document.body.dataset.unsent === '0' || !document.body.dataset.unsent")
    wait(page, "!document.querySelector('.stale')")


def given(page: Page) -> None:
    """Until a name is given and keys no longer go to its field, which the next frame sees to."""
    wait(page, "!document.getElementById('who').open")
    wait(page, "document.activeElement === document.body")


def kept(folder: Folder) -> list[tuple[str, str, str, str]]:
    """All that was said, in order, once for each candidate."""
    found = sqlite3.connect(folder.run.folder / "decisions.sqlite")
    rows = found.execute(
        "SELECT content, box, choice, follow_up, max(reviewer) FROM decisions"
        " WHERE box IS NOT NULL"  # colors come with something else
        " GROUP BY content, box, choice, follow_up ORDER BY min(id)"
    ).fetchall()
    found.close()
    return rows


def add_three(folder: Folder) -> None:
    """Three photos with five hands and two colors."""
    folder.add(folder.picture("biru.png", seed=1), BLUE, account="akun_b")
    folder.add(folder.picture("dua.png", seed=2), TWO, TWO_POSE)
    folder.add(folder.picture("banyak.png", seed=3), TWO, TWO_POSE, THUMB, BLUE, THIRD)


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of one review of three photos, for all who decide nothing."""
    made = Folder(tmp_path_factory.mktemp("kantor"))
    add_three(made)
    made.run.close()
    review = Review(made.root / "run")
    yield review.address
    review.process.kill()
    review.process.communicate()


@pytest.fixture
def review(folder: Folder) -> Iterator[Callable[[], Review]]:
    started: list[Review] = []

    def begin() -> Review:
        started.append(Review(folder.run.folder))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def open_review(review, open_page):
    """Open the page of a run, with the reviewer's name given."""

    @contextmanager
    def opened(name: str = "Pengawas 1", address: str = "") -> Iterator[Page]:
        with open_page(address or review().address) as page:
            wait(page, "'ready' in document.body.dataset")
            assert page.evaluate("document.getElementById('who').open")
            page.evaluate(f"document.querySelector('#who input').value = {json.dumps(name)}")
            page.evaluate("document.querySelector('#who button').click()")
            given(page)
            settled(page)
            yield page
            assert page.messages == []

    return opened


@pytest.fixture
def three(folder: Folder) -> Folder:
    add_three(folder)
    return folder


def test_one_key_an_answer_and_the_next_candidate(three: Folder, open_review):
    with open_review() as page:
        settled(page)
        assert page.evaluate(PATH) == "akun_a/banyak.png"
        page.press("1")
        assert page.evaluate(STATE) == "Right\nfollow-up: Yes,Undecided,Undecided"
        page.press("y")  # the second question is still open
        assert page.evaluate(STATE) == "Right\nfollow-up: Yes,Right,Undecided"
        page.press("2")
        page.press("n")
        settled(page)
        assert page.evaluate(PATH) == "akun_a/dua.png"
        page.press("u")
        settled(page)
        assert page.evaluate(STATE).endswith("follow-up: No,Undecided")
        page.press("m")
        settled(page)
        page.press("k")
        settled(page)
        assert page.evaluate(STATE).endswith("follow-up: No,Unsure")
        text = page.evaluate("document.getElementById('progress').innerText")
        assert text.startswith("3 of 5 candidates decided")
        assert page.evaluate("document.querySelector('.position').innerText") == "1 of 5"
        page.press("ArrowDown")
        assert page.evaluate("document.querySelector('.position').innerText") == "2 of 5"
        assert page.evaluate("document.querySelector('.current').dataset.number") == "1"
        hosts = {urlsplit(url).netloc for url in page.requests if url.startswith("http")}
        assert len(hosts) == 1


@pytest.mark.parametrize("seconds", [0.08, 0.0])
def test_keys_typed_fast_are_all_honoured_in_order(folder: Folder, open_review, seconds: float):
    for number in range(40):
        finding = replace(TWO, score=0.9 - number / 100)
        folder.add(folder.picture(f"{number}.png", seed=number), finding)
    typed = ("1n2m3y1" * 6)[:40]
    with open_review() as page:
        began = time.monotonic()
        for number, key in enumerate(typed):
            time.sleep(max(0.0, began + number * seconds - time.monotonic()))
            page.press(key)
        settled(page)
    meant = {
        "1": ("right", "yes"),
        "2": ("right", "no"),
        "3": ("right", "later"),
        "n": ("wrong", "no"),
        "m": ("unsure", "undecided"),
        "y": ("right", "undecided"),
    }
    # Y leaves the second question open, so the key after it is about the same candidate.
    expected = [meant[key] for key in typed]
    found = sqlite3.connect(folder.run.folder / "decisions.sqlite")
    rows = found.execute("SELECT choice, follow_up, content FROM decisions ORDER BY id").fetchall()
    found.close()
    assert [row[:2] for row in rows] == expected
    order = [result.photo for result in folder.run.results()]
    strongest = sorted(order, key=lambda photo: int(Path(photo.path or "").stem))
    photos = list(dict.fromkeys(row[2] for row in rows))
    contents = {r.photo.path: folder.run.content(r) for r in folder.run.results()}
    assert photos == [contents[photo.path] for photo in strongest][: len(photos)]
    assert len(photos) == 40 - typed.count("y")


def test_several_at_once_in_the_grid_and_back(three: Folder, open_review):
    with open_review() as page:
        page.press("g")
        wait(page, "document.querySelectorAll('.tile').length === 5")
        wait(page, "[...document.querySelectorAll('.tile img')].every((i) => i.complete)")
        page.press("a")
        text = page.evaluate("document.getElementById('chosen').innerText")
        assert text.startswith("3 selected")
        page.press("3")
        settled(page)
        states = "[...document.querySelectorAll('.tile')].map((t) => t.dataset.followUp).join()"
        assert page.evaluate(states) == "later,later,later,undecided,undecided"
        page.press("u")
        settled(page)
        assert page.evaluate(states) == ",".join(["undecided"] * 5)
        page.press("Enter")
        settled(page)
        assert page.evaluate(PATH) == "akun_a/banyak.png"
        page.press("N", shift=True)
        settled(page)
        assert page.evaluate(PATH) == "akun_a/dua.png"
    choices = [row[2] for row in kept(three)]
    assert choices == ["right"] * 3 + ["undecided"] * 3 + ["wrong"] * 3


def test_copies_are_one_card_and_answered_together_only_when_asked(
    fixtures_dir: Path, folder: Folder, open_review
) -> None:
    photo = Image.open(fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg")
    for number, quality in enumerate((90, 40, 30)):
        file = folder.root / f"salinan{number}.jpg"
        photo.resize((200 * (3 - number), 120 * (3 - number))).save(file, quality=quality)
        hashes = hash_picture(ImagePyramid(np.asarray(Image.open(file))))
        score = 0.9 - number / 10
        found = replace(TWO, score=score), replace(TWO_POSE, score=score - 0.01)
        folder.add(file, *found, account=f"akun_{number}", hashes=hashes)
    folder.add(folder.picture("lain.png", seed=1), replace(TWO, score=0.3))
    with open_review() as page:
        wait(page, "!!document.querySelector('.copies')")
        assert page.evaluate("document.querySelector('.position').innerText") == "1 of 2"
        text = page.evaluate("document.querySelector('.copies p').innerText")
        assert text == "The same picture, saved again: 2 photos, 2 accounts"
        page.press("1")  # of this one only, so the next copy comes
        settled(page)
        assert page.evaluate(PATH) == "akun_1/salinan1.jpg"
        page.press("u")
        page.press("c")
        text = page.evaluate("document.getElementById('chosen').innerText")
        assert text.startswith("3 selected")
        page.press("2")
        settled(page)
        assert page.evaluate(PATH) == "akun_a/lain.png"
        text = page.evaluate("document.getElementById('progress').innerText")
        assert text.startswith("3 of 4 candidates decided")
    answers = [(choice, follow_up) for _content, _box, choice, follow_up, _who in kept(folder)]
    assert answers == [("right", "yes"), ("undecided", "undecided")] + [("right", "no")] * 3


def choose(page: Page, name: str, value: str) -> None:
    page.evaluate(
        f"(() => {{ const field = document.getElementById('filter').elements.{name};"
        f" field.value = {json.dumps(value)};"
        " field.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )


@pytest.mark.parametrize(
    ("chosen", "fitting", "first"),
    [
        ({}, 5, "banyak"),
        ({"detector": "insignia"}, 2, "banyak"),
        ({"rule": "pose-two"}, 2, "banyak"),
        ({"account": "akun_b"}, 1, "biru"),
        ({"account": "akun_b", "rule": "pose-two"}, 0, None),
        ({"score": "60"}, 3, "banyak"),
        ({"text": "DUA.png"}, 1, "dua"),
        ({"text": "akun_b jempol"}, 0, None),
        ({"text": "tebal"}, 4, "banyak"),
        ({"decision": "yes"}, 0, None),
        ({"order": "account"}, 5, "banyak"),
        ({"order": "place"}, 5, "banyak"),
    ],
)
def test_filters_choose_and_survive(undecided: str, open_review, chosen, fitting, first):
    with open_review(address=undecided) as page:
        for name, value in chosen.items():
            choose(page, name, value)
        for again in (False, True):
            if again:
                with page.another_page():
                    page.call("Page.reload")
                wait(page, "'ready' in document.body.dataset")
            shown = page.evaluate("document.querySelector('[data-number=fitting]').innerText")
            assert int(shown) == fitting
            if first:
                settled(page)
                assert page.evaluate(PATH) == f"akun_{'b' if first == 'biru' else 'a'}/{first}.png"
            else:
                assert not page.evaluate("document.querySelector('[data-nothing=filter]').hidden")


def test_two_people_differ_and_one_settles_it(three: Folder, open_review, review):
    server = review()
    with open_review(address=server.address) as page:
        page.press("1")
        settled(page)
        page.evaluate("document.getElementById('reviewer').click()")
        page.evaluate("document.querySelector('#who input').value = 'Pengawas 2'")
        page.evaluate("document.querySelector('#who button').click()")
        given(page)
        choose(page, "decision", "")
        page.press("Home")
        assert not page.evaluate("document.querySelector('[aria-pressed=true]')")
        page.press("n")
        settled(page)
        page.press("Home")
        line = page.evaluate("document.getElementById('others').innerText")
        assert line.startswith(
            "Views differ:\nPengawas 1: Right, follow-up: Yes · Pengawas 2: Wrong"
        )
        assert not page.evaluate("document.getElementById('conflicts').hidden")
        page.evaluate("document.getElementById('settle').click()")
        settled(page)
        page.press("Home")
        settled(page)
        assert page.evaluate("document.getElementById('others').hidden")
        assert page.evaluate("document.getElementById('conflicts').hidden")
        page.press("u")
        settled(page)
        assert not page.evaluate("document.getElementById('conflicts').hidden")


def test_the_other_candidates_of_the_account_are_one_click_away(undecided: str, open_review):
    with open_review(address=undecided) as page:
        button = "document.querySelector('.of-account')"
        assert page.evaluate(f"{button}.innerText") == "Other candidates of this account: 1"
        page.evaluate(f"{button}.click()")
        assert page.evaluate("document.querySelector('.position').innerText") == "1 of 4"
        assert page.evaluate("document.getElementById('filter').elements.account.value") == "akun_a"


def test_a_note_is_typed_without_deciding(three: Folder, open_review):
    with open_review() as page:
        settled(page)
        page.evaluate("document.querySelector('#note input').focus()")
        for letter in "yun1":
            page.press(letter)
        assert page.evaluate("document.activeElement.value") == "yun1"
        page.press("Enter")
        settled(page)
        assert page.evaluate(STATE) == "Undecided,Undecided,Undecided"
        page.press("y")
        settled(page)
        assert page.evaluate("document.querySelector('#note input').value") == "yun1"


def test_what_cannot_be_kept_is_told_and_sent_again(three: Folder, open_review):
    with open_review() as page:
        settled(page)
        page.call("Network.emulateNetworkConditions", offline=True, latency=0,
                  downloadThroughput=-1, uploadThroughput=-1)  # fmt: skip
        page.press("1")
        page.press("n")
        wait(page, "!document.querySelector('[data-saved=failed]').hidden")
        page.call("Network.emulateNetworkConditions", offline=False, latency=0,
                  downloadThroughput=-1, uploadThroughput=-1)  # fmt: skip
        wait(page, "document.body.dataset.unsent === '0'")
        assert page.evaluate("document.querySelector('[data-saved=failed]').hidden")
        page.messages.clear()
    assert [row[2] for row in kept(three)] == ["right", "wrong"]


def test_more_is_shown_on_demand(fixtures_dir: Path, folder: Folder, open_review):
    photo = fixtures_dir / "photos" / "dinas_contoh" / "rapat_kerja.jpg"
    folder.add(photo, TWO)
    folder.add(folder.picture("lain.png", seed=1))
    with open_review() as page:
        settled(page)
        hidden = page.evaluate("document.getElementById('picture').src")
        # The face of the person, the joints of the hand: while the key is held.
        for key in "ol":
            typed = {"key": key, "code": f"Key{key.upper()}"}
            page.call("Input.dispatchKeyEvent", type="keyDown", text=key, **typed)
            wait(page, f"document.getElementById('picture').src !== {json.dumps(hidden)}")
            page.call("Input.dispatchKeyEvent", type="keyUp", **typed)
            wait(page, f"document.getElementById('picture').src === {json.dumps(hidden)}")
        page.evaluate("document.querySelector('.others-of summary').click()")
        wait(page, "document.querySelector('.others-of img')?.naturalWidth > 0")
        assert (
            page.evaluate("document.querySelector('.others-of li').innerText") == "akun_a/lain.png"
        )


def test_five_thousand_candidates(folder: Folder, open_review):
    for number in range(5000):
        sha256, path = f"{number:064x}", f"akun_{number % 100}/{number}.jpg"
        photo = Photo(path, sha256, 200, 120)
        found = (replace(TWO, score=number / 5000),)
        place = folder.root / path, path, f"akun_{number % 100}"
        folder.run.store.add(
            Appearance(*place, "post", False, None, None, 1, 1, sha256), Result(photo, None, found)
        )
    with open_review() as page:
        assert page.evaluate("document.querySelector('.position').innerText") == "1 of 5,000"
        # A decision does not go through all of them on the server.
        page.press("n")
        page.press("g")
        wait(page, "document.querySelectorAll('.tile').length >= 200")
        assert page.evaluate("document.querySelectorAll('.tile').length") < 1000
        page.press("End")
        wait(page, "document.querySelectorAll('.tile').length === 5000")
        page.messages.clear()  # the photos are not there


def test_it_fits_every_screen_in_both_languages(undecided: str, open_review):
    with open_review(address=undecided) as page:
        settled(page)
        for language in ("id", "en"):
            page.evaluate(f"document.querySelector('label[for=language-{language}]').click()")
            for width, height in ((1366, 768), (1366, 620), (800, 900), (400, 800)):
                page.resize(width, height)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.resize(1366, 620)
            # The photo, the first candidate and the answers are seen without scrolling.
            for part in ("#picture", "#text .candidate .finding p", "#answers", "#next"):
                bottom = page.evaluate(
                    f"document.querySelector('{part}').getBoundingClientRect().bottom"
                )
                assert bottom <= 620, part
        assert page.evaluate("document.documentElement.lang") == "en"


def test_another_page_can_do_nothing(three: Folder, review, open_page, tmp_path: Path):
    server = review()
    with open_page(server.address) as page:
        foreign = tmp_path / "foreign.html"
        foreign.write_text(
            f'<form method="post" action="http://{server.host}/say" enctype="text/plain">'
            f"<input name='{json.dumps([server.saying()])}' value=''><button>x</button></form>"
        )
        with page.another_page():
            page.call("Page.navigate", url=foreign.as_uri())
        with page.another_page():
            page.evaluate("document.querySelector('button').click()")
        assert "Open the address that netravision printed" in page.evaluate(
            "document.body.innerText"
        )
    assert not (three.run.folder / "decisions.sqlite").stat().st_size or kept(three) == []
