"""What Windows is known for, as far as another system can show it: consoles, names, paths.

Windows itself has not been tried here. A console in the code page 1252 is a pipe that takes no
other characters; names that Windows refuses are met, and never made.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import run_program

# Of an office PC in Western Europe or Indonesia.
CONSOLE = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}

WATCHLIST = """
schema = 1
name = "Kampanye – 選挙 → menang"
[[color]]
id = "con"
label = "Biru ☀ muda"
srgb = "#8fd3f4"
"""

#: Names of devices, signs that it keeps to itself, ends that it cuts off.
REFUSED = re.compile(
    r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[<>:\"|?*\\\x00-\x1f].*|.*[. ]", re.DOTALL
)

LONG = "akun_dengan_nama_yang_panjang_sekali"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    """A run over photos whose names no console of Windows can show, or no folder of it can hold."""
    place = tmp_path_factory.mktemp("kantor")
    photo = fixtures_dir / "photos" / "warga_1" / "avatar.jpg"
    deep = Path("foto", *[f"{LONG}_{level}" for level in range(12)])
    names = ["選挙/年度 → 1.jpg", "Ćirić/ž ☀.jpg", "biasa/café.jpg"]
    if sys.platform != "win32":
        names += ["CON/nul.jpg", "aux./a:b? 1.jpg", "C:\\foto\\2.jpg"]
    for number, name in enumerate([*names, deep.relative_to("foto") / "1.jpg"]):
        (place / "foto" / name).parent.mkdir(parents=True, exist_ok=True)
        # Each a picture of its own: what follows its end changes no pixel, but what it is known by.
        data = photo.read_bytes()
        (place / "foto" / name).write_bytes(data[:2] + b"\xff\xfe\0\x03%d" % number + data[2:])
    (place / "rusak").mkdir()
    (place / "rusak" / "gagal ☀.jpg").write_bytes(photo.read_bytes()[:200])
    (place / "dicari.toml").write_text(WATCHLIST, encoding="utf-8")
    return place


def console(place: Path, *words: str) -> str:
    """What a command writes, read as the console would."""
    done = subprocess.run(
        [sys.executable, "-m", "netravision", *words],
        cwd=place,
        env=CONSOLE,
        capture_output=True,
        timeout=240,
        check=False,
    )
    told = (done.stdout + done.stderr).decode("cp1252")
    assert done.returncode == 0, told
    assert "Traceback" not in told
    return told


def written(folder: Path) -> Iterator[str]:
    """Names of all files and folders below one, and of those in ZIP files there."""
    for file in folder.rglob("*"):
        yield file.name
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as packed:
                yield from (part for name in packed.namelist() for part in name.split("/") if part)


def test_a_console_that_lacks_signs_and_names_that_windows_refuses(office: Path) -> None:
    words = ("--watchlist", "dicari.toml", "--profile", "fast", "--workers", "1", "--lang", "id")
    told = console(office, "screen", "foto", "rusak", "--run", "hasil", *words)
    assert "disaring" in told
    console(office, "export", "hasil", "--format", "csv", "--output", "hasil.csv")
    with (office / "hasil.csv").open(encoding="utf-8-sig", newline="") as table:
        paths = {row["path"] for row in csv.DictReader(table)}
    assert {"選挙/年度 → 1.jpg", "Ćirić/ž ☀.jpg"} <= {path.removeprefix("foto/") for path in paths}
    assert len(paths) == len(list(office.glob("*/**/*.jpg")))
    found = [json.loads(line) for line in console(office, "export", "hasil").splitlines()]
    assert {result["photo"]["account"] for result in found} >= {"選挙", "Ćirić", "biasa"}
    assert all("\\" not in result["photo"]["path"] or sys.platform != "win32" for result in found)
    assert max(len(result["photo"]["path"]) for result in found) > 260
    console(office, "find", "foto/biasa/café.jpg", "hasil", "--whole")
    console(office, "accounts", "hasil", "--lang", "id")
    console(office, "report", "hasil", "--output", "laporan.html")
    for name in written(office / "hasil"):
        assert not REFUSED.fullmatch(name)
        assert len(name) < 100


def test_a_folder_of_results_that_moves_to_a_longer_path_is_read(
    office: Path, tmp_path: Path
) -> None:
    place = tmp_path.joinpath(*[f"{LONG}_{level}" for level in range(8)])
    shutil.copytree(office / "hasil", place / "hasil")
    done = run_program("export", "hasil", cwd=place)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(list(office.glob("*/**/*.jpg")))


#: What a program holds open, Windows neither replaces, renames nor deletes.
LOCKS = """
import os
from pathlib import Path

def is_open(path):
    place = os.path.realpath(path)
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == place:
                return True
        except OSError:
            pass
    return False

def guarded(change):
    def changed(*paths, **options):
        for path in paths[:2]:
            if isinstance(path, (str, os.PathLike)) and "dir_fd" not in options and is_open(path):
                raise PermissionError(13, "held open by a process", os.fspath(path))
        return change(*paths, **options)
    return changed

for name in ("replace", "rename", "remove", "unlink"):
    setattr(os, name, guarded(getattr(os, name)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what is open is read from /proc")
def test_files_that_are_open_are_in_nobodys_way_and_said_to_be_open(
    office: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(LOCKS, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": path, "NETRAVISION_CACHE": str(tmp_path / "kept")}

    def told(*words: str, fails: bool = False) -> str:
        done = run_program(*words, cwd=office, env=env)
        assert bool(done.returncode) is fails, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    screen = ("screen", "foto", "--watchlist", "dicari.toml", "--run", "terkunci")
    screen += ("--quiet", "--profile", "fast", "--workers", "1")
    for _ in range(2):
        told(*screen)
    told("report", "terkunci", "--all")
    told("export", "terkunci", "--format", "csv", "--output", "hasil.csv")
    told("merge", "terkunci", "--run", "gabungan")
    assert not list(office.rglob("*.part"))
    # A table that Excel shows.
    export = ("export", "terkunci", "--format", "csv", "--output", "hasil.csv")
    with (office / "hasil.csv").open("rb") as held:
        before = held.read()
        assert "hasil.csv" in told(*export, fails=True)
        held.seek(0)
        assert held.read() == before
    assert not list(office.rglob("*.part"))
    told(*export)
    # A report in an editor: the new one goes beside the run.
    with (office / "terkunci" / "report.html").open("rb"):
        told("report", "terkunci")
    assert (office / "terkunci-report.html").is_file()
