"""What ``docs/library.md`` and the how-to pages promise about threads, processes and services."""

import asyncio
import copy
import multiprocessing
import os
import pickle
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from PIL import Image

from netravision import Result, Screener, Watchlist
from netravision.errors import ScreenerClosedError

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "library.md").read_text("utf-8")
PHOTOS = ("akun_jari/two_130px_brown_right.jpg", "warga_arunika/avatar_polos.jpg")

Findings = list[tuple[str | None, float]]


def program(page: str, word: str) -> str:
    """The block of code of a how-to page that holds a word."""
    text = (DOCS / "how-to" / page).read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    (block,) = [block for block in blocks if word in block]
    return block


def given_back() -> dict[str, str]:
    """The environment in which glibc gives memory back, as the page says."""
    return dict(re.findall(r"(MALLOC_\w+_)=(\d+)", PAGE))


def found(result: Result) -> Findings:
    return [(finding.rule, finding.score) for finding in result.findings]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    """A folder with the watchlist and the photos that the page names."""
    folder = tmp_path_factory.mktemp("kantor")
    shutil.copytree(fixtures_dir / "marks", folder / "marks")
    shutil.copytree(fixtures_dir / "photos", folder / "foto")
    shutil.copy(fixtures_dir / "watchlist.toml", folder / "pilkada.toml")
    return folder


@pytest.fixture(scope="module")
def screener(office: Path) -> Iterator[Screener]:
    with Screener(Watchlist.load(office / "pilkada.toml"), "fast") as built:
        yield built


@pytest.fixture(scope="module")
def alone(office: Path, screener: Screener) -> list[Findings]:
    """What is found in each photo by a screener that nothing else asks."""
    seen = [found(screener.screen(office / "foto" / name)) for name in PHOTOS]
    assert all(seen)
    return seen


@pytest.fixture
def service(office: Path) -> Iterator[str]:
    """The page's web service in a process of its own, and its address."""
    # The profile that the other tests have, too, so that results can be compared.
    code = program("web-service.md", "FastAPI").replace(
        '"pilkada.toml"), ', '"pilkada.toml"), "fast", '
    )
    assert '"fast"' in code
    (office / "service.py").write_text(code, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-m", "uvicorn", "service:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen([sys.executable, *words], cwd=office)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def test_eight_clients_get_what_one_gets(service: str, office: Path, alone: list[Findings]) -> None:
    def ask(name: str) -> Findings:
        with (office / "foto" / name).open("rb") as file:
            answer = httpx.post(
                f"{service}/photos",
                files={"photo": (name, file)},
                data={"account": "x"},
                timeout=120,
            )
        result = Result.from_dict(answer.raise_for_status().json())
        assert (result.photo.path, result.photo.account) == (Path(name).name, "x")
        return found(result)

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(ask, PHOTOS * 4))
    rounded = [[(rule, round(score, 4)) for rule, score in seen] for seen in alone]
    assert answers == rounded * 4
    photo = (office / "foto" / PHOTOS[0]).read_bytes()
    for name, content, said, status in (
        ("x.jpg", b"a text", {}, 415),
        ("x.jpg", b"", {}, 422),
        ("x.jpg", b"\x00\x00\x00\x18ftypmp42", {}, 415),
        ("x.jpg", photo, {"posted_at": "kemarin"}, 422),
        ("../../etc/x.jpg", photo, {"kind": "avatar"}, 200),
    ):
        files = {"photo": (name, content)}
        answer = httpx.post(f"{service}/photos", files=files, data=said, timeout=240)
        assert answer.status_code == status, answer.text
    assert answer.json()["photo"]["path"] == "x.jpg"
    assert answer.json()["photo"]["kind"] == "avatar"


#: The most memory that a large photo takes, and eight of them by as many threads, in MB.
_HELD = """
import re, sys, threading
from pathlib import Path
from netravision import Screener, Watchlist

def status(line):
    return int(re.search(line + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

def grown(calls):
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is
    before = status("VmRSS")
    threads = [threading.Thread(target=screener.screen, args=(data,)) for _ in range(calls)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return status("VmHWM") - before

data = Path(sys.argv[2]).read_bytes()
with Screener(Watchlist.load(sys.argv[1]), "fast") as screener:
    screener.screen(sys.argv[3])
    print(grown(1), grown(8))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak")
def test_eight_threads_hold_two_photos_and_not_eight(tmp_path: Path) -> None:
    Image.new("RGB", (6000, 4000), "#336699").save(tmp_path / "large.jpg")
    Image.new("RGB", (60, 40), "#336699").save(tmp_path / "small.jpg")
    color = 'schema = 1\nname = "x"\n[[color]]\nid = "a"\nlabel = "A"\nsrgb = "#8fd3f4"\n'
    (tmp_path / "x.toml").write_text(color, "utf-8")
    files = [str(tmp_path / name) for name in ("x.toml", "large.jpg", "small.jpg")]
    done = subprocess.run(
        [sys.executable, "-c", _HELD, *files],
        env={**os.environ, **given_back()},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    one, eight = map(float, done.stdout.split())
    assert one > 6000 * 4000 * 3 / 2**20
    assert eight < 3 * one  # unbounded it is 6 and more


def test_asyncio_has_threads(office: Path, screener: Screener, alone: list[Findings]) -> None:
    (call,) = re.findall(r"`result = await (asyncio\.to_thread\(.*\))`", PAGE)

    async def screened() -> list[Result]:
        photos = [(office / "foto" / name).read_bytes() for name in PHOTOS]
        scope = {"asyncio": asyncio, "screener": screener}
        return await asyncio.gather(*(eval(call, {**scope, "data": data}) for data in photos))

    assert [found(result) for result in asyncio.run(screened())] == alone


def _told(screener: Screener, photos: list[Path], told: "multiprocessing.Queue[object]") -> None:
    told.put([found(screener.screen(photo)) for photo in photos])


@pytest.mark.parametrize(
    "method",
    [
        pytest.param("fork", marks=pytest.mark.skipif(os.name != "posix", reason="no fork")),
        "spawn",
    ],
)
# Python warns of every fork with threads; tests before this one have left some.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_goes_on_with_a_screener_that_it_was_given(
    office: Path, screener: Screener, alone: list[Findings], method: str
) -> None:
    context = multiprocessing.get_context(method)
    told = context.Queue()
    photos = [office / "foto" / name for name in PHOTOS]
    process = context.Process(target=_told, args=(screener, photos, told))
    process.start()
    assert told.get(timeout=240) == alone
    process.join(60)
    assert process.exitcode == 0
    assert found(screener.screen(photos[0])) == alone[0]


@pytest.mark.skipif(os.name != "posix", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_forked_while_a_thread_looks_has_detectors_of_its_own(
    office: Path, screener: Screener, alone: list[Findings]
) -> None:
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    photo = office / "foto" / PHOTOS[0]
    shared = screener._shared
    assert shared is not None
    taken = shared.free.get()  # what a thread that looks has done
    try:
        process = context.Process(target=_told, args=(screener, [photo], told))
        process.start()
        assert told.get(timeout=240) == alone[:1]
        process.join(60)
    finally:
        shared.free.put(taken)


def test_copies_are_screeners_of_their_own(
    office: Path, screener: Screener, alone: list[Findings]
) -> None:
    copies = [copy.copy(screener), copy.deepcopy(screener), pickle.loads(pickle.dumps(screener))]
    for each in copies:
        with each:
            assert (each.profile, each.threads) == ("fast", 1)
        with pytest.raises(ScreenerClosedError):
            pickle.dumps(each)
    assert found(screener.screen(office / "foto" / PHOTOS[0])) == alone[0]


def test_a_queue_of_celery(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("celery", reason='pip install "celery[redis]" to run the page\'s task')
    monkeypatch.chdir(office)
    scope: dict[str, object] = {"__name__": "tasks"}
    exec(program("queue.md", "Celery"), scope)
    record = scope["screen"]("foto/" + PHOTOS[0], account="akun_jari")  # type: ignore[operator]
    assert "number-2" in {finding["rule"] for finding in record["findings"]}
