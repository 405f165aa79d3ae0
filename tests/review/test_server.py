"""The review page as a real process that is asked by HTTP, by friend and foe, and in a browser."""

import csv
import http.client
import io
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from PIL import Image

from netravision.cli import main
from netravision.finding import Finding
from netravision.folder_screening import screen_folder
from netravision.result import Photo, Result
from netravision.review.local_server import MAX_REQUEST, MAX_WAITING
from netravision.review.server import MAX_NAME, MAX_NOTE
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.run.decisions import Decisions, View
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


class Served:
    """A command that serves a page, in a process of its own, and a browser's side of the talk."""

    def __init__(self, *words: str, **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netravision", *words, "--no-browser"],
            **options,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
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
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (sent | {"Content-Length": str(len((body or "").encode()))}).items():
            if value is not None:
                connection.putheader(name, value)
        # What is too large is refused before all of it has been read.
        with suppress(BrokenPipeError):
            connection.endheaders((body or "").encode())
        answer = connection.getresponse()
        found = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return found

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        self.process.communicate(timeout=30)
        return self.process.returncode


class Review(Served):
    """``netravision review`` of a run."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__("review", str(folder), **options)
        self.folder = folder

    def photos(self) -> list[dict[str, Any]]:
        """What the page knows, as it is told when it is opened."""
        assert self.ask("GET", "/").status == 200
        photos: list[dict[str, Any]] = json.loads(self.ask("GET", "/candidates").body)["photos"]
        return photos

    def saying(self, photo: int = 0, candidate: int = 0, **said: Any) -> dict[str, Any]:
        return {
            "photo": self.photos()[photo]["id"],
            "candidates": [candidate],
            "choice": "right",
            "follow_up": "undecided",
            "note": "",
            "reviewer": "Pengawas 1",
        } | said

    def say(self, photo: int = 0, candidate: int = 0, **said: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/say", json.dumps([self.saying(photo, candidate, **said)]))
        assert answer.status == 200, answer.body
        views: dict[str, Any] = json.loads(answer.body)
        return views

    def text(self, photo: int = 0) -> Document:
        return self.ask("GET", f"/photo/{self.photos()[photo]['id']}").page


def paths(review: Review) -> list[str]:
    return [photo["paths"][0] for photo in review.photos()]


def choices(review: Review, photo: int = 0) -> list[list[tuple[str, str]]]:
    """Who said what about each candidate of a photo."""
    return [
        [(view["reviewer"], view["choice"]) for view in candidate["views"]]
        for candidate in review.photos()[photo]["candidates"]
    ]


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
    folder.add(folder.picture("biru.png", seed=1), BLUE, account="akun_b")
    folder.add(folder.picture("dua.png", seed=2), TWO, TWO_POSE)
    folder.add(folder.picture("banyak.png", seed=3), TWO, TWO_POSE, THUMB, BLUE, THIRD)
    folder.add(folder.picture("kosong.png", seed=4))
    return folder


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
        ("POST", {}, 200),
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
    path, body = ("/say", json.dumps([review.saying()])) if method == "POST" else ("/", None)
    before = decided(review)
    answer = review.ask(method, path, body, **given)
    assert answer.status == status
    if status == 403:
        assert b"Open the address that netravision printed" in answer.body
        assert b"akun" not in answer.body
    assert (decided(review) > before) is (method == "POST" and status == 200)


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
    assert open_review.ask("POST", f"/say?token={open_review.token}", Cookie=None).status == 403


@pytest.mark.skipif(sys.platform != "linux", reason="others have no second loopback address")
def test_it_listens_on_the_loopback_address_alone(open_review: Review):
    socket.create_connection(("127.0.0.1", open_review.port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((OTHER_LOOPBACK, open_review.port), timeout=5)


@pytest.mark.parametrize(
    "path",
    ["/", "/candidates", "/picture/x", "/thumbnail/x/0", "/nowhere", "/static/x", "/../run.sqlite"],
)
@pytest.mark.parametrize("cookie", [True, False])
def test_every_answer_is_kept_to_itself(open_review: Review, path: str, cookie: bool):
    headers = {} if cookie else {"Cookie": None}
    answer = open_review.ask("GET", path, **headers)
    assert answer.status == (403 if not cookie else 200 if path in ("/", "/candidates") else 404)
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
    "said",
    [
        {"photo": "nowhere"},
        {"candidates": []},
        {"candidates": [2]},
        {"candidates": [-1]},
        {"candidates": ["satu"]},
        {"candidates": None},
        {"choice": "perhaps"},
        {"choice": "conflict"},
        {"follow_up": "perhaps"},
        {"follow_up": None},
        {"note": "x" * (MAX_NOTE + 1)},
        {"note": None},
        {"reviewer": "  "},
        {"reviewer": 5},
        {"reviewer": "x" * (MAX_NAME + 1)},
    ],
)
def test_what_is_wrong_is_kept_wholly_or_in_part_by_nobody(open_review: Review, said):
    before = decided(open_review)
    right, wrong = open_review.saying(), open_review.saying() | said
    for body in (json.dumps([right, wrong]), json.dumps(wrong), "[", json.dumps([[]])):
        assert open_review.ask("POST", "/say", body).status == 400
    assert open_review.ask("POST", "/say", "choice=right", Content_Type="text/plain").status == 400
    assert decided(open_review) == before


def test_a_huge_request_is_refused(open_review: Review):
    body = json.dumps([open_review.saying(note="x" * (2 * MAX_REQUEST))])
    assert open_review.ask("POST", "/say", body).status == 413


def test_strongest_first_with_all_that_is_known_in_both_languages(three: Folder, start):
    review = start()
    assert paths(review) == ["akun_a/banyak.png", "akun_a/dua.png", "akun_b/biru.png"]
    many = review.photos()[0]
    assert [len(photo["candidates"]) for photo in review.photos()] == [3, 1, 1]
    text = review.text()
    for language in ("id", "en"):
        for finding in (TWO, TWO_POSE, THUMB, BLUE):
            said = finding.explain(language, labels=three.run.watchlist.labels)
            assert said in text.text(language)
    sizes = []
    for address in (f"/picture/{many['id']}", *(f"/thumbnail/{many['id']}/{n}" for n in range(3))):
        answer = review.ask("GET", address)
        assert answer.headers["Content-Type"] == "image/jpeg"
        sizes.append(Image.open(io.BytesIO(answer.body)).size)
    # The photo with its boxes, and each candidate enlarged.
    assert sizes == [(200, 120)] + [(224, 224)] * 3
    assert review.ask("GET", f"/thumbnail/{many['id']}/3").status == 404
    assert review.ask("GET", f"/picture/{many['id']}?candidate=3").status == 400
    for cookie, code in (("id", "id"), ("en", "en"), ("xx", "en")):
        page = review.ask("GET", "/", Cookie=f"{review.cookie}; language={cookie}").page
        assert page.source.startswith(f'<!DOCTYPE html>\n<html lang="{code}">')
        for word in ("viol" + "ation", "gui" + "lty", "pelanggar", "bersalah", "melanggar"):
            assert word not in (page.source + text.source).lower()


def test_what_two_people_say_stands_side_by_side(three: Folder, start):
    review, other = start(), start()
    review.say(candidate=1, choice="right", follow_up="yes")
    views = other.say(
        candidate=1, choice="wrong", follow_up="no", reviewer="Pengawas 2", note="bukan"
    )
    (photo,) = views.values()
    assert [(view["reviewer"], view["choice"]) for view in photo[1]] == [
        ("Pengawas 1", "right"),
        ("Pengawas 2", "wrong"),
    ]
    assert (
        choices(review)
        == choices(other)
        == [[], [("Pengawas 1", "right"), ("Pengawas 2", "wrong")], []]
    )
    rows = {(row["path"], row["rule"], row["x0"]): row for row in exported(review.folder)}
    row = rows["akun_a/banyak.png", "pose-two", "40"]
    assert (row["decision"], row["follow_up"], row["reviewer"], row["note"]) == (
        *("conflict", "conflict", "Pengawas 1, Pengawas 2", "bukan"),
    )
    review.say(candidate=1, choice="right", follow_up="yes", settles=True)
    assert choices(other) == [[], [("Pengawas 1", "right")], []]
    history = review.text().text("en")
    assert re.search(
        "Pengawas 1 .*: Right.*Pengawas 2 .*: Wrong.*bukan.*Pengawas 1 .*: Right.*settles", history
    )


def test_decisions_survive_a_restart_and_are_exported(three: Folder, start):
    review = start()
    review.say(candidate=1, choice="wrong", follow_up="no")
    review.say(candidate=0, follow_up="later", note="=1+1")
    assert review.end() == (0 if sys.platform != "win32" else signal.SIGTERM)
    assert choices(start()) == [[("Pengawas 1", "right")], [("Pengawas 1", "wrong")], []]
    rows = exported(three.root / "run")
    said = {
        (row["path"], row["rule"], row["x0"]): (row["decision"], row["follow_up"], row["note"])
        for row in rows
    }
    assert said["akun_a/banyak.png", "pose-thumb_up", "100"] == ("right", "later", "'=1+1")
    assert said["akun_a/banyak.png", "color-biru-muda", ""] == ("right", "later", "'=1+1")
    assert said["akun_a/banyak.png", "number-2", "40"] == ("wrong", "no", "")
    assert said["akun_a/banyak.png", "pose-two", "40"] == ("wrong", "no", "")
    assert said["akun_a/banyak.png", "number-2", "150"] == ("undecided", "undecided", "")
    assert said["akun_a/kosong.png", "", ""] == ("", "", "")
    for row in rows:
        assert bool(row["decided_at"]) is (row["decision"] in ("right", "wrong"))
        assert row["reviewer"] == ("Pengawas 1" if row["decided_at"] else "")


def exported(run: Path) -> list[dict[str, str]]:
    done = CliRunner().invoke(main, ["export", str(run), "--format", "csv"])
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout_bytes.decode("utf-8-sig"), newline="")))


def test_decisions_survive_resuming_and_screening_again(tmp_path: Path, start, fixtures_dir: Path):
    photos = tmp_path / "foto" / "akun_jari"
    photos.mkdir(parents=True)
    source = fixtures_dir / "photos" / "akun_jari"
    shutil.copy(source / "two_400px_tan_left.jpg", photos)
    screen(tmp_path)
    review = start()
    review.say()
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
    screen_folder(place / "foto", place / "run", profile="fast", workers=1).close()


def test_what_is_screened_meanwhile_comes_in(three: Folder, start):
    review = start()
    assert len(review.photos()) == 3
    three.add(three.picture("baru.png", seed=9), replace(TWO, score=0.99))
    assert paths(review)[0] == "akun_a/baru.png"


def test_the_same_photo_is_decided_once_and_named_everywhere(folder: Folder, start):
    file = folder.picture()
    for account in ("akun_a", "akun_b", "akun_c"):
        folder.add(file, TWO, account=account, as_file=folder.root / account)
    review = start()
    (photo,) = review.photos()
    assert photo["accounts"] == ["akun_a", "akun_b", "akun_c"]
    for path in ("akun_a/a.png", "akun_b/a.png", "akun_c/a.png"):
        assert path in review.text().text("en")
    review.say(choice="wrong")
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
    (photo,) = review.photos()
    assert photo["paths"] == ["akun_a/a.jpg", "akun_b/b.jpg"]
    review.say()
    assert [row["decision"] for row in exported(folder.root / "run")] == ["right"] * 2


def test_connections_that_keep_silent_hold_nobody_up(three: Folder, start):
    review = start()
    for begun in (b"", b"GET /", b"POST /say HTTP/1.1\r\nContent-Length: 9\r\n\r\nc"):
        silent = []
        for _ in range(4 * MAX_WAITING):
            silent.append(socket.create_connection(("127.0.0.1", review.port), timeout=10))
            silent[-1].sendall(begun)
        begin = time.monotonic()
        assert review.ask("GET", "/").status == 200
        assert time.monotonic() - begin < 10
        for connection in silent:
            connection.close()
        assert review.say()


@POSIX
def test_a_run_that_cannot_be_written_to_is_shown_and_not_decided_about(three: Folder, start):
    with Decisions(three.run.folder, create=True) as decisions:
        biru = next(each for each in three.run.results() if BLUE in each.findings[:1])
        content = three.run.content(biru)
        decisions.add(
            content, "post", [(BLUE, View("right", note="lihat akun", reviewer="Pengawas 1"))]
        )
    three.run.close()
    three.run.folder.chmod(0o500)
    review = start(preexec_fn=without_privileges)
    page = review.ask("GET", "/").page
    assert "cannot be written to, so nothing can be decided" in page.text("en")
    assert "tidak ada yang dapat diputuskan" in page.text("id")
    assert review.ask("POST", "/say", json.dumps([review.saying()])).status == 403
    assert choices(review, 2) == [[("Pengawas 1", "right")]]
    assert review.ask("GET", f"/thumbnail/{review.photos()[0]['id']}/0").status == 200
    three.run.folder.chmod(0o700)


def test_every_name_is_shown_as_text(folder: Folder, start):
    finding = replace(BLUE, label=HOSTILE, evidence=replace(BADGE, digits=HOSTILE))
    names = [HOSTILE, "</span></bdi>", "{{ 7 * 7 }}", "' onload='x", "a\nb"]
    for seed, name in enumerate(names):
        file = folder.picture(f"{seed}.png", seed=seed)
        folder.add(file, finding, account=name, path=f"{name}/{HOSTILE}.png", url=HOSTILE)
        folder.add(file, finding, account=None, path=HOSTILE * (seed + 1), as_file=file / "x")
    review = start()
    for name in names:
        accounts = [photo["accounts"] for photo in review.photos()]
        number = accounts.index([visible(name)])
        review.say(number, note=HOSTILE, reviewer=name.strip())
        text = review.text(number)
        assert visible_lines(f"{name}/{HOSTILE}.png") in [data for _, _, data in text.texts]
        for tag, attrs in text.elements:
            assert tag not in ("script", "link", "iframe", "object", "embed", "base", "b\u202e")
            assert (attrs.get("src") or "/").startswith("/")
            assert "href" not in attrs
            assert not any(attr.startswith("on") for attr in attrs)
    assert len(review.ask("GET", "/").page.all("script")) == 1


def test_pictures_have_no_metadata_and_the_large_one_is_large(folder: Folder, start):
    file = folder.root / "a.jpg"
    exif = Image.Exif()
    exif[0x010E] = HOSTILE
    exif.get_ifd(0x8825)[1] = "S"
    Image.new("RGB", (1500, 900), "gray").save(file, exif=exif)
    folder.add(file, TWO)
    review = start()
    address = f"/picture/{review.photos()[0]['id']}"
    for query, size in (("", (900, 540)), ("?large", (1500, 900)), ("?candidate=0", (900, 540))):
        with Image.open(io.BytesIO(review.ask("GET", address + query).body)) as image:
            assert image.size == size
            assert not image.getexif()


def test_a_photo_that_is_gone_can_still_be_decided_about(folder: Folder, start):
    file = folder.picture()
    folder.add(file, TWO)
    file.unlink()
    review = start()
    (photo,) = review.photos()
    answer = review.ask("GET", f"/picture/{photo['id']}")
    assert (answer.status, answer.body) == (404, b"missing")
    assert review.ask("GET", f"/thumbnail/{photo['id']}/0").status == 404
    review.say()
    assert choices(review) == [[("Pengawas 1", "right")]]


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
    assert [(p["paths"][0], len(p["candidates"])) for p in review.photos()] == [
        ("lain/1.png", 2),
        ("resmi/1.png", 1),
    ]
    # The pose is decided about once; the emblem is nobody's business in the official account.
    changed = review.say(0, 1)
    assert len(changed) == 2
    assert choices(review, 1) == [[("Pengawas 1", "right")]]
    assert "Beside the picture of the watchlist" in review.text().text("en")
    assert review.ask("GET", "/reference/emblem-a/0").headers["Content-Type"] == "image/jpeg"
    assert review.ask("GET", "/reference/emblem-a/1").status == 404
    assert review.ask("GET", "/reference/pose-two/0").status == 404


@pytest.mark.parametrize("name", ["missing", "."])
def test_no_run_folder_is_wrong_usage(tmp_path: Path, name: str):
    done = run_program("review", name, "--no-browser", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a run folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_record_has_no_key_for_decisions(three: Folder, start):
    review = start()
    review.say(note="catatan")
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
