"""The review page as a real process that is asked by HTTP, by friend and foe, and in a browser."""

import csv
import http.client
import io
import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from PIL import Image

from netravision.finding import Finding
from netravision.result import Photo, Result
from netravision.review.server import MAX_NOTE, MAX_REQUEST, MAX_WAITING
from netravision.run import Run
from netravision.run.decisions import Decisions, View
from netravision.run.store import Appearance
from netravision.visible_text import visible, visible_lines
from netravision.watchlist import Watchlist
from tests.html.strict_html import Document
from tests.made_evidence import BADGE, EMBLEM
from tests.made_run import BLUE, HOSTILE, THUMB, TWO, TWO_POSE, Folder
from tests.program import POSIX, run_program, without_privileges

# Addresses of this computer other than 127.0.0.1 that Linux answers for, too.
OTHER_LOOPBACK = "127.0.0.2"


# In the picture of made_run: a thumb in the color, two fingers that are number and pose, and this.
THIRD = replace(TWO, score=0.5, box=(150, 30, 190, 90))


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def page(self) -> Document:
        assert self.status == 200, self.body
        return Document(self.body.decode("utf-8"))


class Review:
    """``netravision review`` in a process of its own, and a browser's side of the talk."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netravision", "review", str(folder), "--no-browser"],
            **options,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.folder = folder
        self.address = self.process.stdout.readline().partition(": ")[2].strip()
        assert self.address, self.process.communicate()[1]
        parts = urlsplit(self.address)
        self.host, self.port = parts.netloc, parts.port or 0
        self.token = parts.query.removeprefix("token=")
        self.cookie = f"netravision-{self.port}={self.token}"

    def ask(self, method: str, path: str, body: str | None = None, **headers: str | None) -> Answer:
        """One request; a header of None is left out, others are as a browser sends them."""
        sent = {"Host": self.host, "Cookie": self.cookie}
        if method == "POST":
            sent["Origin"] = f"http://{self.host}"
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (sent | {"Content-Length": str(len(body or ""))}).items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders((body or "").encode())
        answer = connection.getresponse()
        found = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return found

    def page(self, **query: str) -> Document:
        return self.ask("GET", f"/?{urlencode({'choice': 'undecided'} | query)}").page

    def send(self, form: dict[str, str], path: str) -> Document:
        """Send a form and follow to where it leads."""
        answer = self.ask("POST", path, urlencode(form))
        assert answer.status == 303, answer.body
        return self.ask("GET", answer.headers["Location"]).page

    def decide(self, page: Document, candidate: str, choice: str, **fields: str) -> Document:
        return self.send({"candidate": candidate, "choice": choice} | fields, actions(page)[-1])

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        self.process.communicate(timeout=30)
        return self.process.returncode


def actions(page: Document) -> list[str]:
    """Where the forms about the photo lead."""
    return [form["action"] or "" for form in page.all("form", "decide")]


def shown(page: Document) -> str:
    """The path of the photo on the page."""
    return next((data for _, tags, data in page.texts if tags[-1] == "bdi" and "/" in data), "")


def states(page: Document) -> list[str]:
    return [(candidate["class"] or "").split()[1] for candidate in page.all("li", "candidate")]


def current(page: Document) -> str | None:
    return next(candidate["id"] for candidate in page.all("li", "current"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Review]]:
    """Start a review of the run; a ``folder`` stays locked, as while it is screened into."""
    started: list[Review] = []

    def begin(**options: Any) -> Review:
        started.append(Review(tmp_path / "run", **options))
        return started[-1]

    yield begin
    for review in started:
        review.process.kill()
        review.process.communicate()


@pytest.fixture
def three(folder: Folder) -> Folder:
    """Three photos with candidates and one without."""
    return add_three(folder)


def add_three(folder: Folder) -> Folder:
    folder.add(folder.picture("biru.png", seed=1), BLUE, account="akun_b")
    folder.add(folder.picture("dua.png", seed=2), TWO, TWO_POSE)
    folder.add(folder.picture("banyak.png", seed=3), TWO, TWO_POSE, THUMB, BLUE, THIRD)
    folder.add(folder.picture("kosong.png", seed=4))
    return folder


FORM = urlencode({"candidate": "1", "choice": "right"})


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("GET", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("GET", {"Sec-Fetch-Site": "none"}, 200),
        ("GET", {"Cookie": None}, 403),
        ("GET", {"Cookie": "netravision-{port}="}, 403),
        ("GET", {"Cookie": "netravision-{port}=x{token}"}, 403),
        ("GET", {"Cookie": "netravision-{port}=\xe9"}, 403),
        ("GET", {"Cookie": "netravision-1={token}"}, 403),
        ("GET", {"Host": "contoh.go.id"}, 403),
        ("GET", {"Host": "contoh.go.id:{port}"}, 403),
        ("GET", {"Host": "localhost:{port}"}, 403),
        ("GET", {"Host": "127.0.0.1"}, 403),
        ("GET", {"Host": "127.0.0.1:1"}, 403),
        ("GET", {"Host": None}, 403),
        ("GET", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("GET", {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", {}, 303),
        ("POST", {"Origin": None}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "http://contoh.go.id"}, 403),
        ("POST", {"Origin": "https://127.0.0.1:{port}"}, 403),
        ("POST", {"Origin": "http://127.0.0.1:1"}, 403),
        ("POST", {"Origin": "http://127.0.0.1:{port}.contoh.go.id"}, 403),
        ("POST", {"Cookie": None}, 403),
        ("POST", {"Host": "contoh.go.id", "Origin": "http://contoh.go.id"}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("OPTIONS", {"Cookie": None, "Origin": "http://contoh.go.id"}, 403),
    ],
)
def test_who_may_talk_to_it(open_review: Review, method: str, headers, status: int):
    review = open_review
    given = {
        name.replace("-", "_"): value and value.format(port=review.port, token=review.token)
        for name, value in headers.items()
    }
    path = actions(review.page(choice=""))[-1] if method == "POST" else "/"
    before = decided(review)
    answer = review.ask(method, path, FORM if method == "POST" else None, **given)
    assert answer.status == status
    if status == 403:
        assert b"netravision review" in answer.body
        assert b"akun" not in answer.body
    assert (decided(review) > before) is (status == 303)


def decided(review: Review) -> int:
    """Decisions made so far, as the server has written them."""
    found = sqlite3.connect(review.folder / "decisions.sqlite")
    count: int = found.execute("SELECT count(*) FROM decisions").fetchone()[0]
    found.close()
    return count


@pytest.fixture(scope="module")
def open_review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """One review that many requests are tried on."""
    made = Folder(tmp_path_factory.mktemp("kantor"))
    made.add(made.picture("a.png"), TWO, TWO_POSE, THUMB)
    made.run.close()
    review = Review(made.root / "run")
    yield review
    review.process.kill()
    review.process.communicate()


def test_the_address_opens_the_page_once_and_then_is_a_cookie(open_review: Review):
    answer = open_review.ask("GET", f"/?token={open_review.token}", Cookie=None)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(open_review.cookie)
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Expires" not in cookie
    assert open_review.ask("GET", "/?token=", Cookie=None).status == 403
    assert open_review.ask("GET", "/?token=x", Cookie=None).status == 403
    assert open_review.ask("POST", f"/undo?token={open_review.token}", Cookie=None).status == 403


@pytest.mark.skipif(sys.platform != "linux", reason="others have no second loopback address")
def test_it_listens_on_the_loopback_address_alone(open_review: Review):
    socket.create_connection(("127.0.0.1", open_review.port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((OTHER_LOOPBACK, open_review.port), timeout=5)


@pytest.mark.parametrize("path", ["/", "/large", "/nowhere", "/static/x", "/../run.sqlite"])
@pytest.mark.parametrize("cookie", [True, False])
def test_every_answer_is_kept_to_itself(open_review: Review, path: str, cookie: bool):
    headers = {} if cookie else {"Cookie": None}
    answer = open_review.ask("GET", path, **headers)
    assert answer.status == (403 if not cookie else 200 if path == "/" else 404)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Server" not in answer.headers


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"candidate": "1"},
        {"choice": "right"},
        {"candidate": "1", "choice": "perhaps"},
        {"candidate": "0", "choice": "right"},
        {"candidate": "3", "choice": "right"},
        {"candidate": "satu", "choice": "right"},
        {"candidate": "1", "choice": "note", "note": "x" * (MAX_NOTE + 1)},
    ],
)
def test_a_wrong_form_decides_nothing(open_review: Review, form: dict[str, str]):
    before = decided(open_review)
    path = actions(open_review.page(choice=""))[-1]
    assert open_review.ask("POST", path, urlencode(form)).status == 400
    assert open_review.ask("POST", "/decide?photo=nowhere", FORM).status == 400
    assert decided(open_review) == before


def test_a_huge_form_is_refused(open_review: Review):
    form = urlencode({"candidate": "1", "choice": "note", "note": "x" * (2 * MAX_REQUEST)})
    assert open_review.ask("POST", actions(open_review.page(choice=""))[-1], form).status == 413


def test_strongest_first_one_photo_a_page_in_both_languages(three: Folder, start):
    review = start()
    page = review.page()
    assert shown(page) == "akun_a/banyak.png"
    assert len(page.all("article")) == 1
    # The photo with its boxes, and each box once: two fingers are a number and a pose.
    assert [image.size for image in page.images()] == [(200, 120)] + [(224, 224)] * 3
    assert states(page) == ["undecided"] * 3
    for language in ("id", "en"):
        for finding in (TWO, TWO_POSE, THUMB, BLUE):
            said = finding.explain(language, labels=three.run.watchlist.labels)
            assert said in page.text(language)
    assert "0 dari 5 kandidat sudah diputuskan" in page.text("id")
    assert "0 of 5 candidates decided" in page.text("en")
    assert "foto 1 dari 3" in page.text("id")
    for cookie, code in (("id", "id"), ("en", "en"), ("xx", "en")):
        page = review.ask("GET", "/?choice=", Cookie=f"{review.cookie}; language={cookie}").page
        assert page.source.startswith(f'<!DOCTYPE html>\n<html lang="{code}">')
    for word in ("viol" + "ation", "gui" + "lty", "pelanggar", "bersalah", "melanggar"):
        assert word not in page.source.lower()


def test_candidate_by_candidate_and_photo_by_photo(three: Folder, start):
    review = start()
    page = review.page()
    assert current(page) == "candidate-1"
    page = review.decide(page, "2", "wrong")
    assert (shown(page), current(page)) == ("akun_a/banyak.png", "candidate-3")
    page = review.decide(page, "3", "right")
    # What was skipped comes back before the next photo.
    assert (shown(page), current(page)) == ("akun_a/banyak.png", "candidate-1")
    assert states(page) == ["undecided", "wrong", "right"]
    page = review.decide(page, "1", "right")
    assert (shown(page), states(page)) == ("akun_a/dua.png", ["undecided"])
    page = review.decide(page, "1", "right")
    assert shown(page) == "akun_b/biru.png"
    assert "4 of 5 candidates decided" in page.text("en")
    page = review.decide(page, "1", "wrong")
    assert "Semua kandidat sudah diputuskan" in page.text("id")
    assert shown(review.page(choice="wrong")) == "akun_a/banyak.png"
    for expected in ("akun_b/biru.png", "akun_a/dua.png"):
        page = review.send({}, "/undo?choice=undecided")
        assert (shown(page), states(page)) == (expected, ["undecided"])
    review.send({}, "/undo?choice=undecided")
    page = review.send({}, "/undo?choice=undecided")
    assert states(page) == ["undecided", "wrong", "undecided"]
    review.send({}, "/undo?choice=undecided")
    page = review.send({}, "/undo?choice=undecided")  # there is nothing left to undo
    assert states(page) == ["undecided"] * 3


def test_all_candidates_at_once_leaves_what_was_decided(three: Folder, start):
    review = start()
    page = review.decide(review.page(), "1", "right", note="lihat akun")
    page = review.decide(page, "all", "wrong")
    assert shown(page) == "akun_a/dua.png"
    page = review.page(choice="right")
    assert states(page) == ["right", "wrong", "wrong"]
    page = review.send({}, "/undo?choice=")
    assert states(page) == ["right", "undecided", "undecided"]
    assert [field["value"] for field in page.all("input") if field["name"] == "note"] == [
        "lihat akun",
        "",
        "",
    ]


def test_a_note_decides_nothing_and_stays(three: Folder, start):
    review = start()
    page = review.decide(review.page(), "1", "note", note=HOSTILE)
    assert (states(page)[0], current(page)) == ("undecided", "candidate-1")
    page = review.decide(page, "1", "right", note=HOSTILE)
    page = review.page(choice="right")
    notes = [field["value"] for field in page.all("input") if field["name"] == "note"]
    assert notes[0] == visible(HOSTILE)
    assert len(page.all("script")) == 1
    page = review.decide(page, "1", "undecided")
    assert states(page)[0] == "undecided"


@pytest.fixture(scope="module")
def one_confirmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """A review that is only read, in which the second photo is right."""
    made = add_three(Folder(tmp_path_factory.mktemp("kantor")))
    made.run.close()
    review = Review(made.root / "run")
    second = next(link["href"] for link in review.page().all("a") if link.get("id") == "next")
    review.decide(review.ask("GET", f"/{second}").page, "1", "right")
    yield review
    review.process.kill()
    review.process.communicate()


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        ({}, ["akun_a/banyak.png", "akun_a/dua.png", "akun_b/biru.png"]),
        ({"detector": "insignia"}, ["akun_a/banyak.png", "akun_b/biru.png"]),
        ({"rule": "pose-two"}, ["akun_a/banyak.png", "akun_a/dua.png"]),
        ({"account": "akun_b"}, ["akun_b/biru.png"]),
        ({"rule": "pose-two", "account": "akun_b"}, []),
        ({"choice": "right"}, ["akun_a/dua.png"]),
        ({"choice": "undecided", "rule": "number-2"}, ["akun_a/banyak.png"]),
        ({"choice": "wrong"}, []),
        ({"choice": "nonsense"}, []),
    ],
)
def test_a_filter_leads_through_the_photos_that_fit(one_confirmed: Review, wanted, paths):
    review = one_confirmed
    page, seen = review.page(**{"choice": ""} | wanted), []
    while shown(page):
        seen.append(shown(page))
        follow = [link["href"] for link in page.all("a") if link.get("id") == "next"]
        if not follow:
            break
        page = review.ask("GET", f"/{follow[0]}").page
    assert seen == paths
    for path in reversed(paths[:-1]):
        back = next(link["href"] for link in page.all("a") if link.get("id") == "previous")
        page = review.ask("GET", f"/{back}").page
        assert shown(page) == path


def test_decisions_survive_a_restart_and_are_exported(three: Folder, start):
    review = start()
    review.decide(review.decide(review.page(), "2", "wrong"), "1", "right", note="=1+1")
    assert review.end() == (0 if sys.platform != "win32" else signal.SIGTERM)
    page = start().page()
    assert states(page) == ["right", "wrong", "undecided"]
    rows = exported(three.root / "run")
    said = {(row["path"], row["rule"], row["x0"]): (row["decision"], row["note"]) for row in rows}
    assert said["akun_a/banyak.png", "pose-thumb_up", "100"] == ("right", "'=1+1")
    assert said["akun_a/banyak.png", "color-biru-muda", ""] == ("right", "'=1+1")
    assert said["akun_a/banyak.png", "number-2", "40"] == ("wrong", "")
    assert said["akun_a/banyak.png", "pose-two", "40"] == ("wrong", "")
    assert said["akun_a/banyak.png", "number-2", "150"] == ("undecided", "")
    assert said["akun_a/dua.png", "number-2", "40"] == ("undecided", "")
    assert said["akun_a/kosong.png", "", ""] == ("", "")
    for row in rows:
        assert bool(row["decided_at"]) is (row["decision"] in ("right", "wrong"))


def exported(run: Path) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "netravision", "export", str(run), "--format", "csv"],
        capture_output=True,
        check=True,
    )
    return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"), newline="")))


def test_decisions_survive_resuming_and_screening_anew(tmp_path: Path, start, fixtures_dir: Path):
    photos = tmp_path / "foto" / "akun_jari"
    photos.mkdir(parents=True)
    source = fixtures_dir / "photos" / "akun_jari"
    shutil.copy(source / "two_400px_tan_left.jpg", photos)
    screen(tmp_path)
    review = start()
    review.decide(review.page(), "1", "right")
    review.end()
    shutil.copy(source / "two_130px_brown_right.jpg", photos)
    shutil.copy(source / "two_400px_tan_left.jpg", photos / "lagi.jpg")
    screen(tmp_path)
    resumed = exported(tmp_path / "run")
    assert {row["path"]: row["decision"] for row in resumed} == {
        "akun_jari/lagi.jpg": "right",  # the same bytes
        "akun_jari/two_130px_brown_right.jpg": "undecided",
        "akun_jari/two_400px_tan_left.jpg": "right",
    }
    (tmp_path / "run" / "run.sqlite").unlink()
    screen(tmp_path)
    assert exported(tmp_path / "run") == resumed


def screen(place: Path) -> None:
    command = ("screen", "foto", "--run", "run", "--profile", "fast", "--workers", "1", "--quiet")
    subprocess.run([sys.executable, "-m", "netravision", *command], cwd=place, check=True)


def test_what_is_screened_meanwhile_comes_in(three: Folder, start):
    review = start()
    strong = replace(TWO, score=0.99)
    three.add(three.picture("baru.png", seed=9), strong)
    assert "3" in review.page().text("en").split("photo 1 of ")[1][:2]
    assert shown(review.ask("GET", "/").page) == "akun_a/baru.png"


def test_the_same_photo_is_decided_once_and_named_everywhere(folder: Folder, start):
    file = folder.picture()
    for account in ("akun_a", "akun_b", "akun_c"):
        folder.add(file, TWO, account=account, as_file=folder.root / account)
    review = start()
    page = review.page(account="akun_c")
    assert "photo 1 of 1" in page.text("en")
    for path in ("akun_a/a.png", "akun_b/a.png", "akun_c/a.png"):
        assert path in page.text("en")
    review.decide(page, "1", "wrong")
    assert [row["decision"] for row in exported(folder.root / "run")] == ["wrong"] * 3


def test_a_copy_with_other_metadata_is_decided_about_with_the_first(folder: Folder, start):
    file = folder.root / "a.jpg"
    Image.open(folder.picture()).save(file, quality=85)
    copy = folder.root / "b.jpg"
    data = file.read_bytes()
    copy.write_bytes(data[:2] + b"\xff\xfe\x00\x0adownload" + data[2:])  # a comment segment
    folder.add(file, TWO, account="akun_a")
    folder.add(copy, TWO, account="akun_b")
    review = start()
    page = review.page()
    assert "photo 1 of 1" in page.text("en")
    assert "akun_b/b.jpg" in page.text("en")
    review.decide(page, "1", "right")
    assert [row["decision"] for row in exported(folder.root / "run")] == ["right"] * 2


@pytest.mark.parametrize(
    "begun", ["", "GET /", "POST /decide HTTP/1.1\r\nContent-Length: 9\r\n\r\nc"]
)
def test_connections_that_keep_silent_hold_nobody_up(three: Folder, start, begun: str):
    review = start()
    silent = []
    for _ in range(4 * MAX_WAITING):
        silent.append(socket.create_connection(("127.0.0.1", review.port), timeout=10))
        silent[-1].sendall(begun.encode())
    begin = time.monotonic()
    assert review.ask("GET", "/").status == 200
    assert time.monotonic() - begin < 10
    for connection in silent:
        connection.close()
    assert review.decide(review.page(), "1", "confirmed")


@POSIX
def test_a_run_that_cannot_be_written_to_is_shown_and_not_decided_about(three: Folder, start):
    with Decisions(three.run.folder, create=True) as decisions:
        biru = next(each for each in three.run.results() if BLUE in each.findings[:1])
        content = three.run.content(biru)
        decisions.add(content, "post", [(BLUE, View("right", note="lihat akun"))])
    three.run.close()
    three.run.folder.chmod(0o500)
    review = start(preexec_fn=without_privileges)
    page = review.page(choice="")
    assert "cannot be written to, so nothing can be decided" in page.text("en")
    assert "tidak ada yang dapat diputuskan" in page.text("id")
    assert page.all("form", "decide") == []
    assert review.ask("POST", "/decide?choice=", FORM).status == 403
    assert "lihat akun" in review.page(choice="right").text("en")
    three.run.folder.chmod(0o700)


@pytest.mark.parametrize("name", [HOSTILE, "</span></bdi>", "{{ 7 * 7 }}", "' onload='x", "a\nb"])
def test_every_name_is_shown_as_text(folder: Folder, start, name: str):
    finding = replace(BLUE, label=HOSTILE, evidence=replace(BADGE, digits=HOSTILE))
    file = folder.picture()
    folder.add(file, finding, account=name, path=f"{name}/{HOSTILE}.png", url=HOSTILE)
    folder.add(file, finding, account=None, path=HOSTILE, as_file=folder.root / "x")
    review = start()
    page = review.page(account=visible(name), rule="", detector=HOSTILE)
    assert len(page.all("script")) == 1
    page = review.page(account=visible(name))
    assert len(page.all("script")) == 1
    assert visible_lines(f"{name}/{HOSTILE}.png") in [data for _, _, data in page.texts]
    assert [option.get("selected", "no") for option in page.all("option")].count(None) == 4
    for tag, attrs in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "base", "b\u202e")
        assert (attrs.get("src") or "data:").startswith("data:")
        assert (attrs.get("href") or "/").startswith(("/", "?"))


def test_the_large_picture_is_a_jpeg_without_metadata(folder: Folder, start):
    file = folder.root / "a.jpg"
    exif = Image.Exif()
    exif[0x010E] = HOSTILE
    exif.get_ifd(0x8825)[1] = "S"
    Image.new("RGB", (1500, 900), "gray").save(file, exif=exif)
    folder.add(file, TWO)
    review = start()
    page = review.page()
    link = next(a["href"] or "" for a in page.all("a") if (a["href"] or "").startswith("/large"))
    answer = review.ask("GET", link)
    assert answer.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.body)) as image:
        assert image.size == (1500, 900)
        assert not image.getexif()
    assert HOSTILE not in page.source


def test_a_photo_that_is_gone_can_still_be_decided_about(folder: Folder, start):
    file = folder.picture()
    folder.add(file, TWO)
    file.unlink()
    review = start()
    page = review.page()
    assert "The photo is no longer where it was." in page.text("en")
    assert "All candidates are decided" in review.decide(page, "1", "right").text("en")


def test_an_empty_run_says_so(folder: Folder, start):
    page = start().page()
    assert "Tidak ada kandidat" in page.text("id")
    assert not page.all("article")


def test_eight_thousand_candidates_are_a_page_of_the_same_size(folder: Folder, start):
    for number in range(8000):
        sha256, path = f"{number:064x}", f"akun_{number % 100}/{number}.jpg"
        photo = Photo(path, sha256, 200, 120)
        finding = replace(TWO, score=number / 8000)
        folder.run.store.add(
            Appearance(
                Path(path), path, f"akun_{number % 100}", "post", False, None, None, 1, 1, sha256
            ),
            Result(photo, None, (finding,)),
        )
    review = start()
    page = review.page()
    assert shown(page) == "akun_99/7999.jpg"
    assert "0 dari 8.000 kandidat" in page.text("id")
    assert "photo 1 of 8,000" in page.text("en")
    assert len(page.source) < 100_000
    page = review.decide(page, "1", "right")
    assert shown(page) == "akun_98/7998.jpg"
    assert "photo 1 of 7,999" in page.text("en")


@pytest.mark.parametrize("name", ["missing", "."])
def test_no_run_folder_is_wrong_usage(tmp_path: Path, name: str):
    done = run_program("review", name, "--no-browser", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a run folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_watchlist_with_other_official_accounts_shows_less(tmp_path: Path, start):
    watchlist = tmp_path / "dicari.toml"
    Image.new("RGB", (64, 64), "red").save(tmp_path / "a.png")
    watchlist.write_text(
        'schema = 1\nname = "Uji"\n[[emblem]]\nid = "a"\nlabel = "A"\nimages = ["a.png"]\n'
        'official_accounts = ["resmi"]\n[[pose]]\nname = "two"\n'
    )
    emblem = Finding("emblem", "emblem-a", "a", 0.99, None, EMBLEM)
    with Run.start(tmp_path / "run", Watchlist.load(watchlist)) as run:
        for account in ("lain", "resmi"):
            path, sha256 = f"{account}/1.png", "ab" * 32
            run.store.add(
                Appearance(
                    tmp_path / path, path, account, "avatar", False, None, None, 1, 1, sha256
                ),
                Result(Photo(path, sha256, 64, 64), None, (emblem, TWO_POSE)),
            )
    review = start()
    page = review.page()
    assert (shown(page), len(states(page))) == ("lain/1.png", 2)
    # The pose is decided about once; the emblem is nobody's business in the official account.
    page = review.decide(page, "2", "right")
    page = review.page(account="resmi", choice="")
    assert (shown(page), states(page)) == ("resmi/1.png", ["right"])


def test_in_a_browser(three: Folder, start, open_page):
    review = start()
    with open_page(review.address) as page:
        assert page.messages == []
        assert page.evaluate("location.search") == ""
        assert page.evaluate("document.cookie") == ""
        assert page.evaluate(
            "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
        )
        for width, height in ((1366, 768), (1366, 620), (800, 900)):
            page.resize(width, height)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.resize(1366, 620)
        # The photo, the first candidate and its buttons are seen without scrolling.
        for part in (".photo img", "#candidate-1 .yes", "#candidate-1 .no", "#next"):
            bottom = page.evaluate(
                f"document.querySelector('{part}').getBoundingClientRect().bottom"
            )
            assert bottom <= 620, part
        path = "document.querySelector('.path').innerText"
        state = "[...document.querySelectorAll('.candidate')].map((p) => p.classList[1]).join(' ')"
        here = "document.querySelector('.current').id"

        def press(key: str, *, shift: bool = False) -> None:
            with page.another_page():
                page.press(key, shift=shift)

        press("j")
        assert page.evaluate(path) == "akun_a/dua.png"
        press("ArrowLeft")
        assert page.evaluate(path) == "akun_a/banyak.png"
        page.press("ArrowDown")
        assert page.evaluate(here) == "candidate-2"
        press("n")
        assert page.evaluate(state) == "undecided wrong undecided"
        assert page.evaluate(here) == "candidate-3"
        press("y")
        press("u")
        assert page.evaluate(state) == "undecided wrong undecided"
        page.evaluate("document.querySelector('#candidate-3 input[name=note]').focus()")
        for letter in "yun":
            page.press(letter)
        assert page.evaluate("document.activeElement.value") == "yun"
        assert page.evaluate(state) == "undecided wrong undecided"
        press("Enter")
        assert (
            page.evaluate("document.querySelector('#candidate-3 input[name=note]').value") == "yun"
        )
        assert page.evaluate(state) == "undecided wrong undecided"
        press("Y", shift=True)
        assert page.evaluate(path) == "akun_a/dua.png"
        page.evaluate("document.querySelector('label[for=language-en]').click()")
        assert page.evaluate("document.documentElement.lang") == "en"
        press("y")
        assert page.evaluate("document.documentElement.lang") == "en"
        progress = page.evaluate("document.querySelector('.progress').innerText").split()
        assert progress[:5] == ["4", "of", "5", "candidates", "decided"]
        with page.another_page():
            page.evaluate(
                """(() => {
                    const select = document.querySelector("select[name=choice]");
                    select.value = "wrong";
                    select.dispatchEvent(new Event("change", { bubbles: true }));
                })()"""
            )
        assert page.evaluate(path) == "akun_a/banyak.png"
        assert page.messages == []
        hosts = {urlsplit(url).netloc for url in page.requests if not url.startswith("data:")}
        assert hosts == {review.host}


def test_in_a_browser_another_page_can_do_nothing(three: Folder, start, open_page, tmp_path: Path):
    review = start()
    action = actions(review.page())[-1]
    with open_page(review.address) as page:
        foreign = tmp_path / "foreign.html"
        foreign.write_text(
            f'<form method="post" action="http://{review.host}{action.replace("&", "&amp;")}">'
            '<input name="candidate" value="1">'
            '<button name="choice" value="right">x</button></form>'
        )
        with page.another_page():
            page.call("Page.navigate", url=foreign.as_uri())
        with page.another_page():
            page.evaluate("document.querySelector('button').click()")
        assert "netravision review" in page.evaluate("document.body.innerText")
    assert states(review.page()) == ["undecided"] * 3


def test_in_a_browser_without_script(three: Folder, start, open_page):
    review = start()
    with open_page(review.address, script=False) as page:
        with page.another_page():
            page.evaluate("document.querySelector('#candidate-1 .yes').click()")
        assert page.evaluate("document.querySelector('#candidate-1').classList[1]") == "right"


def test_the_record_has_no_key_for_decisions(three: Folder, start):
    review = start()
    review.decide(review.page(), "1", "right", note="catatan")
    done = subprocess.run(
        [sys.executable, "-m", "netravision", "export", str(three.root / "run")],
        capture_output=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        assert set(json.loads(line)) == {
            "schema",
            "photo",
            "status",
            "error",
            "findings",
            "observations",
        }
    assert b"catatan" not in done.stdout
