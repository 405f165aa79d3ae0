"""Nothing leaves the machine: no network where none is needed, and none asked for.

Screening, reporting and exporting are watched in three ways at once: by Python itself in every
process, in a place without any network, and by the system calls. Pipes and local sockets between
a program and its workers are no network; internet sockets are, even those to the same machine.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from tests.reels import write_reel

SHOWN = (
    "akun_jari/two_400px_tan_left.jpg",
    "relawan_fajar/nomor_2_circle_stroke.jpg",
    "relawan_fajar/poster.jpg",
    "warga_arunika/avatar_polos.jpg",
)

ASKING = {
    "playlist.mp4": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/1.ts\n#EXT-X-ENDLIST\n",
    "concat.mov": b"ffconcat version 1.0\nfile 'http://127.0.0.1:9/1.mp4'\n",
    "gambar.png": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/1"/></svg>',
    "halaman.jpg": b'<html><img src="http://127.0.0.1:9/1.jpg"></html>',
}

COMMANDS = (
    "screen foto --run run --watchlist dicari.toml --profile fast --workers 2 --observations",
    "report run",
    "export run --output keluar.jsonl",
    "export run --format csv --output keluar.csv",
    "export run --format parquet --output keluar.parquet",
    "export run --compare run --output banding.jsonl",
    "evaluate label.csv --run run",
    "merge run --run gabung",
    "watchlist check satu.toml",
    "doctor",
)

#: Loaded by every Python process that is started with it on the path, workers included.
GUARD = """
import os, socket, sys

def note(*what):
    with open(os.environ["SILENCE_LOG"], "a") as log:
        print(*what, file=log)

def watch(event, args):
    asked = event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
    if event == "socket.__new__":
        asked = args[1] in (socket.AF_INET, socket.AF_INET6)
    if asked:
        note("asked for the network:", event, args)
        raise PermissionError("no network here")

note("guarded", os.getpid())
sys.addaudithook(watch)
"""

# All commands in one process, as what is watched starts slowly.
TYPES = """
import sys
from netravision.cli import main
for command in sys.argv[1:]:
    try:
        main(command.split())
    except SystemExit as end:
        assert not end.code, command
    print("ended:", command)
"""

# Brings up the way to itself, the only one there is, then reviews: the page, and a picture of it.
REVIEWS = """
import fcntl, http.cookiejar, json, signal, socket, struct, subprocess, sys, urllib.request
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
    fcntl.ioctl(asked, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
command = [*sys.argv[1:], sys.executable, "-m", "netravision", "review", "run", "--no-browser"]
review = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
address = review.stdout.readline().partition(": ")[2].strip()
browser = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
)
assert b"netravision" in browser.open(address).read()
place = address.partition("?")[0]
photos = json.load(browser.open(place + "candidates"))["photos"]
assert "number-2" in json.dumps(photos), photos
picture = browser.open(place + "thumbnail/" + photos[0]["id"] + "/0").read()
assert picture[:2] == bytes.fromhex("ffd8"), picture[:20]
review.send_signal(signal.SIGINT)
assert review.wait(30) == 0
"""

ASKS = "import socket; socket.socket(socket.AF_INET)"


class Watched(NamedTuple):
    """Where every command was run, and what watched it; None where the system has no such thing."""

    place: Path
    guard_log: Path
    guarded: dict[str, str]
    apart: list[str] | None
    strace: list[str] | None

    @property
    def calls(self) -> str:
        return (self.place / "calls").read_text(errors="replace")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Watched:
    """All commands, once, watched in every way that this system has."""
    place = tmp_path_factory.mktemp("silence")
    fill(place, fixtures_dir)
    (place / "guard").mkdir()
    (place / "guard" / "sitecustomize.py").write_text(GUARD)
    path = os.pathsep.join([str(place / "guard"), os.environ.get("PYTHONPATH", "")])
    guarded = {**os.environ, "PYTHONPATH": path, "SILENCE_LOG": str(place / "log")}
    apart = usable("unshare", "--map-root-user", "--net")
    # --seccomp-bpf: only the calls that are watched stop a process.
    options = ("-A", "-o", str(place / "calls"), "-e", "trace=network", "-e", "signal=none")
    strace = usable("strace", "-f", "--seccomp-bpf", *options)
    watched = Watched(place, place / "log", guarded, apart, strace)
    run_all(place, *(apart or []), *(strace or []), env=guarded)
    return watched


def usable(program: str, *options: str) -> list[str] | None:
    """The command before another one, if the system has it and this user may use it."""
    found = shutil.which(program)
    command = [found or program, *options]
    if found is None or subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        return None
    return command


def fill(tmp_path: Path, fixtures_dir: Path) -> None:
    """Photos with something for every detector, and a watchlist of everything."""
    for name in SHOWN:
        (tmp_path / "foto" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(fixtures_dir / "photos" / name, tmp_path / "foto" / name)
    with Image.open(tmp_path / "foto" / SHOWN[0]) as image:
        still = np.asarray(image.convert("RGB").resize((320, 240)))
    reel = write_reel(tmp_path / "foto" / "akun_jari" / "reel.mp4", [still] * 20)
    # What asks for more by an address, under names and beginnings of other formats.
    for name, content in ASKING.items():
        (tmp_path / "foto" / name).write_bytes(content)
        (tmp_path / "foto" / f"ftyp-{name}").write_bytes(reel.read_bytes()[:32] + content)
    shutil.copytree(fixtures_dir / "marks", tmp_path / "marks")
    shutil.copy(fixtures_dir / "watchlist.toml", tmp_path / "dicari.toml")
    (tmp_path / "label.csv").write_text(f"path,rule\n{SHOWN[0]},number-2\n")
    (tmp_path / "satu.toml").write_text('schema = 1\nname = "Satu"\n[[pose]]\nname = "two"\n')


def run_all(place: Path, *before: str, env: dict[str, str]) -> None:
    """Every command, by way of the program named before it."""
    done = subprocess.run(
        [*before, sys.executable, "-c", TYPES, *COMMANDS],
        cwd=place,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert done.stdout.count("ended: ") == len(COMMANDS)
    found = (place / "keluar.jsonl").read_text()
    for detector in ("emblem", "hands", "insignia"):
        assert f'"detector": "{detector}"' in found
    records = [json.loads(line) for line in found.splitlines()]
    names = {*ASKING, *(f"ftyp-{name}" for name in ASKING)}
    asking = [each for each in records if Path(each["photo"]["path"]).name in names]
    assert len(asking) == len(names)
    assert {each["status"] for each in asking} <= {"failed", "skipped"}


def test_no_process_asks_for_the_network(watched: Watched) -> None:
    lines = watched.guard_log.read_text().splitlines()
    assert [line for line in lines if not line.startswith("guarded")] == []
    assert len({*lines}) >= 3, "the workers are guarded, too"
    # The guard sees what it is to see.
    env = {**watched.guarded, "SILENCE_LOG": str(watched.place / "asked")}
    asking = subprocess.run([sys.executable, "-c", ASKS], env=env, capture_output=True, check=False)
    assert asking.returncode != 0
    assert "asked for the network: socket.__new__" in (watched.place / "asked").read_text()


def test_all_is_done_where_there_is_no_network(watched: Watched) -> None:
    if watched.apart is None:
        pytest.skip("needs unshare (Linux, util-linux) and a user who may use --net")
    asks = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    asking = subprocess.run(
        [*watched.apart, sys.executable, "-c", asks],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Network is unreachable" in asking.stderr


def test_a_review_talks_to_its_own_machine_alone(watched: Watched) -> None:
    if watched.apart is None or watched.strace is None:
        pytest.skip("needs unshare and strace (Linux), and a user who may use both")
    log = watched.place / "review_calls"
    # Detached (-D), so that Ctrl-C reaches the review and not its watcher.
    strace = [watched.strace[0], "-D", "-f", "-o", str(log), "-e", "trace=bind,connect,sendto"]
    review = [*watched.apart, sys.executable, "-c", REVIEWS, *strace]
    subprocess.run(review, cwd=watched.place, check=True)
    asked = re.findall(r"(\w+)\(.*AF_INET6?\b.*?\"([\d.:]+)\"", log.read_text(errors="replace"))
    assert asked == [("bind", "127.0.0.1")]


def test_no_system_call_opens_an_internet_socket(watched: Watched) -> None:
    if watched.strace is None:
        pytest.skip("needs strace (Linux), and a user who may watch system calls (ptrace)")
    # Not one of them asks a name server or the list of the machine's own addresses, either.
    assert re.findall(r".*\bAF_(?:INET6?|NETLINK|PACKET)\b.*", watched.calls) == []
    assert watched.calls.count("exited with 0") >= 3  # the program and its workers
    # The watcher sees what it is to see.
    log = watched.place / "asking_calls"
    strace = [str(log) if word == str(watched.place / "calls") else word for word in watched.strace]
    subprocess.run([*strace, sys.executable, "-c", ASKS], check=True)
    assert "AF_INET" in log.read_text(errors="replace")
