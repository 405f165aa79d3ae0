"""Memory of a worker, as photo after photo is screened.

    NETRAVISION_DATA=../shared/data python benchmarks/memory.py --every 4
    NETRAVISION_DATA=../shared/data python benchmarks/memory.py --photos 10000 --profiles balanced

One real worker screens into a real run folder. Photos are those of hands/negatives and hands/scenes
of any size, the largest last, round after round; each copy has bytes of its own, so that none is
known already. The watchlist is that of ``benchmarks/pipeline.py``.

It says how many MB the worker holds after so many photos, and the most that it ever held until
then; on Linux, which knows that. ``benchmarks/growth.py`` says the same of the command.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import get_args

import psutil

from netravision.arguments import Profile
from netravision.imaging.inspection import inspect_file
from netravision.run import Run
from netravision.run.pipeline import screen_entries
from netravision.run.sources import Entry
from netravision.watchlist import Watchlist
from netravision.worker_screener import load_screener
from netravision.workers import Workers

#: Photos after which it is told.
MARKS = (1, 100, 500, 1000, 2000, 5000, 10000)

JPEG = b"\xff\xd8"


def main() -> None:
    """Print the table."""
    # Here, as a worker loads this file, too, and is to hold what it holds in a real run.
    from pipeline import write_watchlist

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=int, help="how many; all of them once if left out")
    parser.add_argument("--every", type=int, default=1, help="only every N-th photo by size")
    parser.add_argument("--profiles", nargs="+", default=list(get_args(Profile)))
    args = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    folders = (data / "hands" / "negatives", data / "hands" / "scenes")
    photos = [photo for folder in folders for photo in sorted(folder.rglob("*.*"))]
    # When the largest come, the worker holds all that it ever will.
    photos = sorted(photos, key=pixels, reverse=True)[:: args.every][::-1]
    count = args.photos or len(photos)
    print(f"{len(photos)} photos of up to {pixels(photos[-1]) / 1e6:.1f} MP, in MB")
    print(f"{'profile':10} {'photos':>7} {'holds':>6} {'most':>6}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        watchlist = Watchlist.load(write_watchlist(data / "logos" / "provinces", folder))
        for profile in args.profiles:
            measure(photos, count, watchlist, profile, folder / profile)


def pixels(photo: Path) -> int:
    """How many the header of a photo says; 0 if it cannot be read."""
    width, height = inspect_file(photo).size or (0, 0)
    return width * height


def measure(
    photos: list[Path], count: int, watchlist: Watchlist, profile: Profile, folder: Path
) -> None:
    """Print the lines of one profile."""
    with Run.start(folder / "run", watchlist, profile) as run:
        copy = run.folder / "watchlist" / "watchlist.toml"
        with Workers(1, partial(load_screener, copy, profile, observations=False)) as workers:
            steps = screen_entries(run, in_turn(photos, count, folder / "photos"), workers)
            for number, step in enumerate(steps, 1):
                if step.how != "screened":
                    raise SystemExit(f"{step.path} was {step.how}, and is to be screened")
                Path(folder, "photos", step.path).unlink()
                if number in (*MARKS, count):
                    children = [status(child.pid) for child in psutil.Process().children()]
                    worker = max(children, key=lambda child: child["VmRSS"])
                    held = f"{worker['VmRSS']:6.0f} {worker['VmHWM']:6.0f}"
                    print(f"{profile:10} {number:7,} {held}", flush=True)


def in_turn(photos: list[Path], count: int, folder: Path) -> Iterator[Entry]:
    """Copies with bytes that no decoder looks at, made when they are asked for."""
    folder.mkdir()
    for number, photo in zip(range(count), cycle(photos), strict=False):
        file = folder / f"{number}{photo.suffix}"
        data, mark = photo.read_bytes(), number.to_bytes(4, "big")
        if data.startswith(JPEG):
            # A segment for applications; behind its end marker a JPEG is not as whole as it was.
            data = JPEG + b"\xff\xe9\x00\x06" + mark + data[len(JPEG) :]
        else:
            data += mark
        file.write_bytes(data)
        yield Entry(file, file.name)


def status(pid: int) -> dict[str, float]:
    """MB of a process that Linux tells by name."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return {name: int(kb) / 1024 for name, kb in re.findall(r"(Vm\w+):\s+(\d+) kB", text)}


if __name__ == "__main__":
    main()
