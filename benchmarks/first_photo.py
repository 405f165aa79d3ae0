"""How soon the first photo's result is there, from the command on.

    python benchmarks/first_photo.py

prints, for each profile, the seconds from the start of ``netravision screen --workers 1`` until
the first result is in the run, where that is an ordinary photo and where it is one of a group that
raises fingers, and beside it those of a bare ``import numpy, cv2``, in turn. The photos are
rendered; the watchlist has eight rendered emblems, which a call before has enrolled, and the
numbers 1 to 3. Modules are compiled by that call, too, as an installation has them. Seconds of the
clock, the best of several, as other programs on the machine only add; the ratio carries over.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).parents[1]))

from fixtures.emblems import EMBLEMS, LOOKALIKES, draw_emblem
from netravision.arguments import Profile
from netravision.run.run import DATABASE

FIXTURES = Path(__file__).parents[1] / "fixtures"
OFFICE = FIXTURES / "photos" / "dinas_contoh"
PHOTOS = {"ordinary": OFFICE / "ruang_kerja_1.jpg", "group": OFFICE / "halaman_kantor.jpg"}
BARE = ["-c", "import numpy, cv2"]
POLL_S = 0.003


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=5, help="calls of which the best counts")
    parser.add_argument("--profiles", nargs="+", default=list(get_args(Profile)))
    args = parser.parse_args()
    bare: list[float] = []
    first: dict[tuple[str, str], list[float]] = {
        (profile, photo): [] for profile in args.profiles for photo in PHOTOS
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["NETRAVISION_CACHE"] = str(folder / "cache")
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        write_watchlist(folder / "watchlist.toml")
        for photo, file in PHOTOS.items():
            (folder / photo).mkdir()
            shutil.copy(file, folder / photo)
        for number in range(args.times + 1):  # the first one compiles and enrolls
            for (profile, photo), seconds_of in first.items():
                seconds = first_result(folder, photo, profile)
                if number:
                    seconds_of.append(seconds)
                    bare.append(bare_import())
    print(f"{'':24} {'seconds':>8} {'× bare':>7}")
    print(f"{'import numpy, cv2':24} {min(bare):8.2f} {1:7.1f}")
    for names, seconds_of in first.items():
        best = min(seconds_of)
        print(f"{', '.join(names):24} {best:8.2f} {best / min(bare):7.1f}")


def write_watchlist(file: Path) -> None:
    """Eight emblems of their own, three numbers."""
    drawings = {**EMBLEMS, **LOOKALIKES}
    for source, shape in (("arunika", "round"), ("wanasari", "shield"), ("sagara", "pentagon")):
        drawings[f"{source}-{shape}"] = replace(drawings[source], shape=shape)
    lines = ["schema = 1", 'name = "Foto pertama"']
    for key, emblem in drawings.items():
        draw_emblem(emblem, 512).save(file.with_name(f"{key}.png"))
        lines += ["[[emblem]]", f'id = "{key}"', f'label = "{key}"', f'images = ["{key}.png"]']
    for value in (1, 2, 3):
        lines += ["[[number]]", f"value = {value}", f'label = "Paslon {value}"']
    file.write_text("\n".join(lines), encoding="utf-8")


def first_result(folder: Path, photo: str, profile: str) -> float:
    """Seconds until a result is in a new run of a folder with one photo."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    words = ["-m", "netravision", "screen", photo, "--run", "run", "--workers", "1", "--quiet"]
    words += ["--watchlist", "watchlist.toml", "--profile", profile]
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, *words], cwd=folder, stdout=subprocess.DEVNULL) as call:
        while not has_result(run / DATABASE):
            if call.poll() not in (None, 0):
                raise SystemExit(f"netravision has failed with exit code {call.returncode}")
            time.sleep(POLL_S)
        return time.perf_counter() - began


def has_result(database: Path) -> bool:
    """Whether another process has written a result there."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) FROM appearances").fetchone()[0])
    except sqlite3.OperationalError:  # no tables yet
        return False


def bare_import() -> float:
    """Seconds that Python takes with NumPy and OpenCV alone."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *BARE], check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
