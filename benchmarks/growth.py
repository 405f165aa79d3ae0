"""What a run costs as it grows: time, memory of its processes, disk, and the second call.

    python benchmarks/growth.py                                   1,000, 10,000 and 100,000 pictures
    python benchmarks/growth.py --photos ../shared/data/hands/negatives --pictures 10000
    python benchmarks/growth.py --plots docs

Pictures are rendered, each another and so small that what a run does around its photos is not
lost behind them, and only a color is looked for. Real photos (``--photos``) are copied in turn,
each copy with bytes of its own, and the default watchlist is looked for. Each size is screened
twice into one run folder, as by two calls of ``netravision screen --profile fast --workers 1``.
Time is of processors, of the command and of its worker, and so holds on a busy machine.
``--plots`` draws the cost up to a million photos: measured points as dots, lines beyond them
dashed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from netravision.folder_screening import screen_folder
from netravision.run.run import DATABASE

#: Height of a rendered picture in pixels.
HEIGHT = 24
#: Pictures of an account, which is a folder.
ACCOUNT = 200

WATCHLIST = "watchlist.toml"
COLOR = """
schema = 1
name = "Warna"
[[color]]
id = "jingga"
label = "Jingga"
srgb = "#f0821e"
"""


class Call(NamedTuple):
    """Processor seconds of a call, in the command and in its worker; most memory in MB."""

    command_s: float
    worker_s: float
    command_mb: float
    worker_mb: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--photos", type=Path, help="a folder of photos, instead of rendered ones")
    parser.add_argument("--plots", type=Path, help="folder for the plot")
    args = parser.parse_args()
    print(f"{'':>9} {'first call, s':>16} {'second':>8}  {'most memory, MB':>22} {'disk a':>8}")
    print(
        f"{'pictures':>9} {'command':>8}{'worker':>8} {'call, s':>8}  "
        f"{'command, second, worker':>22} {'picture':>8}"
    )
    seconds: dict[int, tuple[float, float]] = {}
    for count in args.pictures:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if args.photos is None:
                render(folder / "foto", count)
                (folder / WATCHLIST).write_text(COLOR, encoding="utf-8")
            else:
                copy(args.photos, folder / "foto", count)
            first, second = (call(folder) for _ in range(2))
            disk = (folder / "run" / DATABASE).stat().st_size / count
        seconds[count] = (first.command_s + first.worker_s, second.command_s + second.worker_s)
        print(
            f"{count:9,} {first.command_s:8.1f}{first.worker_s:8.1f} {seconds[count][1]:8.2f}  "
            f"{first.command_mb:8.0f}{second.command_mb:7.0f}{first.worker_mb:7.0f} "
            f"{disk:8.0f} B"
        )
        sys.stdout.flush()
    if args.plots:
        plot(seconds, args.plots / "run-by-size.svg")


def render(folder: Path, count: int) -> None:
    """Soft patches of random colors."""
    rng = np.random.default_rng(0)
    for number in range(count):
        account = folder / f"akun_{number // ACCOUNT:05}"
        account.mkdir(parents=True, exist_ok=True)
        patches = rng.integers(0, 256, (3, 4, 3), np.uint8)
        picture = cv2.resize(patches, (HEIGHT * 4 // 3, HEIGHT), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(account / f"{number % ACCOUNT:03}.png"), picture)


def copy(photos: Path, folder: Path, count: int) -> None:
    """Photos in turn, with bytes behind their end that no decoder reads."""
    files = sorted(path for path in photos.rglob("*") if path.suffix.lower() in (".jpg", ".png"))
    for number, file in zip(range(count), cycle(files), strict=False):
        account = folder / f"akun_{number // ACCOUNT:05}"
        account.mkdir(parents=True, exist_ok=True)
        data = file.read_bytes() + number.to_bytes(4, "big")
        (account / f"{number % ACCOUNT:03}{file.suffix}").write_bytes(data)


def call(folder: Path) -> Call:
    """Screen in a process of its own, whose memory is nobody else's."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_screen, args=(folder, theirs))
    process.start()
    told: Call = ours.recv()
    process.join()
    return told


def _screen(folder: Path, told: Connection) -> None:
    file = folder / WATCHLIST
    screen_folder(
        folder / "foto",
        folder / "run",
        watchlist=file if file.is_file() else None,
        profile="fast",
        workers=1,
    ).close()
    unit = 2**20 if sys.platform == "darwin" else 2**10
    command, worker = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    told.send(
        Call(
            command.ru_utime + command.ru_stime,
            worker.ru_utime + worker.ru_stime,
            command.ru_maxrss / unit,
            worker.ru_maxrss / unit,
        )
    )


def plot(seconds: dict[int, tuple[float, float]], file: Path) -> None:
    """Processor seconds of both calls by pictures, drawn on to a million."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "netravision"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    counts = sorted(seconds)
    for which, name in enumerate(("first call", "the same command again")):
        measured = [seconds[count][which] for count in counts]
        (line,) = axes.plot(counts, measured, marker="o", label=name)
        # By the cost of one more picture between the two largest runs.
        slope = (measured[-1] - measured[-2]) / (counts[-1] - counts[-2])
        beyond = measured[-1] + slope * (1_000_000 - counts[-1])
        axes.plot([counts[-1], 1_000_000], [measured[-1], beyond], "--", color=line.get_color())
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="small pictures in the run (dashed: extrapolated)",
        ylabel="processor seconds",
    )
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
