"""What happens to office PCs: a run that is killed, a full disk, a locked database.

Whatever it was, the same command goes on, and the export is the one of a run that nothing
happened to, byte for byte.
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from click.testing import CliRunner
from PIL import Image

from netravision.cli import main
from netravision.errors import NetravisionError
from netravision.run import Run
from netravision.run.store import Store

if sys.platform != "win32":
    import resource

#: Six take 10 s; more by hand: NETRAVISION_KILLS=60 python -m pytest tests/run/test_faults.py
KILLS = int(os.environ.get("NETRAVISION_KILLS", "6"))

#: 21, copies of three, and two that are broken.
PHOTOS = 26

COMMAND = (
    *("screen", "foto", "--run", "run", "--watchlist", "dicari.toml"),
    *("--profile", "fast", "--workers", "2"),
)


@pytest.fixture
def place(tmp_path: Path, fixtures_dir: Path) -> Path:
    """A folder with avatars, ordinary photos, copies and broken files, and a watchlist."""
    return arrange(tmp_path, fixtures_dir)


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> list[bytes]:
    """The export of a run that nothing happened to."""
    place = arrange(tmp_path_factory.mktemp("undisturbed"), fixtures_dir)
    assert finish(place)[0] == 0
    lines = exported(place / "run")
    assert len(lines) == PHOTOS
    assert sum(b'"rule": "emblem-arunika"' in line for line in lines) >= 7
    return lines


def arrange(place: Path, fixtures: Path) -> Path:
    mark = fixtures / "marks" / "arunika.png"
    shutil.copy(mark, place / "arunika.png")
    (place / "dicari.toml").write_text(
        'schema = 1\nname = "Uji"\n'
        '[[emblem]]\nid = "arunika"\nlabel = "Arunika"\nimages = ["arunika.png"]\n'
        # Hands take long enough that something can happen meanwhile.
        '[[number]]\nvalue = 2\nlabel = "Dua"\n'
    )
    with Image.open(mark) as image:
        avatar = np.asarray(image.convert("RGBA").convert("RGB").resize((128, 128)))
    ramp = np.linspace(60, 180, 120, dtype=np.uint8)
    plain = np.tile(ramp[None, :, None], (80, 1, 3))
    (place / "foto" / "salinan").mkdir(parents=True)
    for number in range(21):
        rgb = (avatar if number % 3 == 0 else plain).copy()
        rgb[0, 0] = number
        file = place / "foto" / f"akun_{number % 4}" / f"{number:02}.png"
        file.parent.mkdir(exist_ok=True)
        Image.fromarray(rgb).save(file)
        if number % 7 == 0:
            shutil.copy(file, place / "foto" / "salinan" / f"{number}.png")
    (place / "foto" / "salinan" / "kosong.jpg").touch()
    (place / "foto" / "salinan" / "putus.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    return place


def start(place: Path, **options: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "netravision", *COMMAND],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        **options,  # type: ignore[call-overload]
    )


def finish(place: Path, **options: object) -> tuple[int, str]:
    process = start(place, **options)
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def exported(folder: Path) -> list[bytes]:
    done = CliRunner().invoke(main, ["export", str(folder)])
    assert done.exit_code == 0, done.output
    return sorted(done.stdout_bytes.splitlines())


def stored(folder: Path) -> list[bytes]:
    """What an export of an unfinished run gives; nothing before there is a database."""
    try:
        Run.open(folder).close()
    except NetravisionError:
        return []
    return exported(folder)


def count(folder: Path) -> int:
    try:
        with Run.open(folder) as run:
            return run.store.count()
    except (NetravisionError, sqlite3.Error):  # being made just now
        return 0


def kill(process: "subprocess.Popen[str]", *, workers_too: bool) -> None:
    """As the power does it, or the task manager: nobody gets to clean up."""
    with contextlib.suppress(ProcessLookupError):
        if workers_too and sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate(timeout=60)


@pytest.mark.alone
def test_killed_at_any_moment_the_same_command_goes_on(place: Path, expected: list[bytes]) -> None:
    moments = random.Random(7)
    folder, killed = place / "run", 0
    before: list[bytes] = []
    for _ in range(KILLS):
        process = start(place)
        if moments.random() < 0.4:
            deadline = time.monotonic() + moments.uniform(0, 4)  # about what a whole run takes
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
        else:
            awaited = count(folder) + moments.randrange(1, 5)
            while process.poll() is None and count(folder) < awaited:
                time.sleep(0.002)
        killed += process.poll() is None
        kill(process, workers_too=moments.random() < 0.7)
        now = stored(folder)
        assert set(before) <= set(now) <= set(expected)
        assert len(set(now)) == len(now)
        before = now
        if len(now) == PHOTOS:
            shutil.rmtree(folder)
            before = []
        # Photos and run go to another place in between, as to a new PC.
        place = place.rename(place.with_name(f"{place.name}_"))
        folder = place / "run"
    assert killed >= KILLS / 2
    code, errors = finish(place)
    assert code == 0, errors
    assert exported(folder) == expected


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_the_end_of_a_session_keeps_what_is_finished(place: Path, expected: list[bytes]) -> None:
    kept: set[bytes] = set()
    for names in (["SIGTERM"], ["SIGHUP"], ["SIGINT", "SIGINT"]):
        process = start(place)
        while process.poll() is None and count(place / "run") < len(kept) + 2:
            time.sleep(0.01)
        workers = psutil.Process(process.pid).children(recursive=True)
        for name in names:
            process.send_signal(getattr(signal, name))
            time.sleep(0.2)
        _, errors = process.communicate(timeout=60)
        # A second interrupt may come while the first one's end is under way, and ends it at once.
        ends = {130} if len(names) == 1 else {130, -signal.SIGINT}
        assert process.returncode in ends, errors
        assert "everything screened so far is kept" in errors
        assert psutil.wait_procs(workers, timeout=10)[1] == []
        now = set(stored(place / "run"))
        assert kept < now <= set(expected)
        kept = now
    assert finish(place)[0] == 0
    assert exported(place / "run") == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit what a process writes")
@pytest.mark.parametrize("room", [4_096, 100_000], ids=["at the start", "in mid-run"])
def test_a_full_disk_is_named_and_the_same_command_goes_on(
    place: Path, expected: list[bytes], room: int
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    code, errors = finish(place, preexec_fn=limit)
    assert code == 3, errors
    assert "make room" in errors
    assert "Traceback" not in errors
    assert (count(place / "run") > 0) == (room > 50_000)
    assert count(place / "run") < PHOTOS
    code, errors = finish(place)
    assert code == 0, errors
    assert exported(place / "run") == expected


def test_a_locked_database_is_named_and_the_same_command_goes_on(
    place: Path, expected: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netravision.run.database.LOCK_WAIT_S", 0.2)
    monkeypatch.chdir(place)
    assert finish(place)[0] == 0
    for args in (COMMAND, ("export", "run")):
        with closing(sqlite3.connect(place / "run" / "run.sqlite", isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            done = CliRunner().invoke(main, args)
        assert done.exit_code == 3, done.output
        assert "another program has locked it" in done.output
        assert "the same command" in done.output
        assert CliRunner().invoke(main, args).exit_code == 0
        assert exported(place / "run") == expected


def test_a_database_locked_in_mid_run_loses_nothing(
    place: Path, expected: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netravision.run.database.LOCK_WAIT_S", 0.2)
    monkeypatch.chdir(place)
    run, add = place / "run", Store.add
    with closing(sqlite3.connect(place / "later.sqlite", isolation_level=None)) as other:

        def add_and_lock(self: Store, *args: Any, **named: Any) -> None:
            add(self, *args, **named)
            if self.count() == 5:
                other.execute("ATTACH ? AS run", [str(run / "run.sqlite")])
                other.execute("BEGIN IMMEDIATE")

        with monkeypatch.context() as patch:
            patch.setattr(Store, "add", add_and_lock)
            done = CliRunner().invoke(main, COMMAND)
    assert done.exit_code == 3, done.output
    assert "another program has locked it" in done.output
    assert count(run) == 5
    assert finish(place)[0] == 0
    assert exported(run) == expected


@pytest.mark.alone
def test_who_screens_is_alone_and_a_dead_one_leaves_no_lock(place: Path) -> None:
    first = start(place)
    while first.poll() is None and count(place / "run") == 0:
        time.sleep(0.01)
    psutil.Process(first.pid).suspend()  # or it might end before the second has begun
    code, errors = finish(place)
    assert code == 2
    assert "another netravision is screening into" in errors
    # Its workers live on for a moment and hold nothing.
    kill(first, workers_too=False)
    code, errors = finish(place)
    assert code == 0, errors
