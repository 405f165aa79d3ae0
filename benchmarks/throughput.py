"""Photos a second of a whole run, by profile and number of workers; what is read only; disk.

    python benchmarks/throughput.py                                             rendered photos
    python benchmarks/throughput.py --photos ../shared/data/hands/negatives     ordinary photos

From real worker processes into a real run folder, counted from the first finished photo on, so
that starting up is left out. On a quiet machine: of a busy one only the ratios mean something.
``--plots FOLDER`` draws the rates.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, get_args

from netravision.arguments import Profile
from netravision.imaging.inspection import inspect_file
from netravision.run import Run
from netravision.run.pipeline import screen_entries
from netravision.run.run import DATABASE
from netravision.run.sources import Entry, list_entries
from netravision.watchlist import Watchlist
from netravision.worker_screener import load_screener
from netravision.workers import Workers

if sys.platform != "win32":
    import resource

ROOT = Path(__file__).parents[1]

#: Copies of one photo for the line that says what a photo costs that was seen before.
COPIES = 2000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, default=ROOT / "fixtures" / "photos")
    parser.add_argument("--watchlist", type=Path, default=ROOT / "fixtures" / "watchlist.toml")
    parser.add_argument("--every", type=int, default=1, help="only every N-th photo")
    parser.add_argument("--profiles", nargs="+", default=list(get_args(Profile)))
    cores = os.cpu_count() or 1
    parser.add_argument("--workers", nargs="+", type=int, default=sorted({1, cores}))
    parser.add_argument("--plots", type=Path, help="folder for the plot of photos a second")
    args = parser.parse_args()
    entries = list(list_entries([args.photos]))[:: args.every]
    watchlist = Watchlist.load(args.watchlist)
    contents = [inspect_file(entry.file) for entry in entries]
    sizes = sorted(max(content.size) for content in contents if content.size)
    print(
        f"{len(entries)} photos, longest side {sizes[len(sizes) // 2]} px in the median, "
        f"{cores} cores\n"
    )

    print("profile    workers  CPU s a photo  photos/s  to balanced, 1 worker  a million photos")
    base = 0.0
    rates: dict[int, dict[Profile, float]] = {count: {} for count in args.workers}
    for profile in sorted(args.profiles, key=lambda profile: profile != "balanced"):
        begun = screened(entries[:1], watchlist, profile, 1).cpu_s
        for count in args.workers:
            done = screened(entries, watchlist, profile, count)
            # What it takes to begin is taken off, with the first photo.
            cpu_s = (done.cpu_s - count * begun) / (len(entries) - 1)
            base = base or done.rate
            rates[count][profile] = done.rate
            print(
                f"{profile:10} {count:7} {cpu_s:14.2f} {done.rate:9.2f} {done.rate / base:22.2f} "
                f"{1e6 / done.rate / 86400:9.1f} days"
            )
            sys.stdout.flush()
    print(f"\ndatabase: {done.disk / len(entries):,.0f} bytes a photo")
    if sys.platform != "win32":
        unit = 2**20 if sys.platform == "darwin" else 2**10
        for name, who in (("worker", resource.RUSAGE_CHILDREN), ("command", resource.RUSAGE_SELF)):
            print(f"most memory of a {name}: {resource.getrusage(who).ru_maxrss / unit:.0f} MB")
    for name, rate in of_copies(entries[0], watchlist):
        print(f"{name}: {rate:,.0f} photos/s")
    if args.plots:
        plot(rates, args.plots / "throughput.svg")


class Screened(NamedTuple):
    """Photos a second after the first, CPU seconds of the workers, bytes of the database."""

    rate: float
    cpu_s: float
    disk: int


def screened(entries: list[Entry], watchlist: Watchlist, profile: Profile, count: int) -> Screened:
    """Screen into a run of its own. The first photo comes when all processes have begun."""
    with tempfile.TemporaryDirectory() as folder:
        cpu_s = of_children()
        with Run.start(folder, watchlist, profile) as run:
            copy = Path(folder, "watchlist", "watchlist.toml")
            make = partial(load_screener, copy, profile, observations=False)
            with Workers(count, make) as workers:
                steps = screen_entries(run, entries, workers)
                next(steps)
                started = time.perf_counter()
                finished = sum(1 for _ in steps)
                rate = finished / (time.perf_counter() - started)
        return Screened(rate, of_children() - cpu_s, Path(folder, DATABASE).stat().st_size)


def of_children() -> float:
    """CPU seconds of all processes that have ended; Windows does not tell."""
    if sys.platform == "win32":
        return math.nan
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def of_copies(entry: Entry, watchlist: Watchlist) -> Iterator[tuple[str, float]]:
    """Rates of photos whose content is known, and of photos that were done by a former call."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "foto")
        source.mkdir()
        for number in range(COPIES):
            shutil.copyfile(entry.file, source / f"{number}{entry.file.suffix}")
        with Run.start(Path(folder, "run"), watchlist, "fast") as run:
            copy = run.folder / "watchlist" / "watchlist.toml"
            make = partial(load_screener, copy, "fast", observations=False)
            with Workers(1, make) as workers:
                for name in ("copies of a photo", "done by a former call"):
                    steps = screen_entries(run, list_entries([source]), workers)
                    next(steps)
                    started = time.perf_counter()
                    finished = sum(1 for _ in steps)
                    yield name, finished / (time.perf_counter() - started)


def plot(rates: dict[int, dict[Profile, float]], file: Path) -> None:
    """Photos a second of each profile, a bar for each number of workers."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "netravision"
    import matplotlib.pyplot as plt

    profiles = [name for name in get_args(Profile) if name in next(iter(rates.values()))]
    figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
    width = 0.8 / len(rates)
    for place, (count, by_profile) in enumerate(rates.items()):
        bars = axes.bar(
            [number + place * width for number in range(len(profiles))],
            [by_profile[name] for name in profiles],
            width,
            label="1 worker" if count == 1 else f"{count} workers",
        )
        axes.bar_label(bars, fmt="%.1f", fontsize=8)
    axes.set_xticks([number + 0.4 - width / 2 for number in range(len(profiles))], profiles)
    axes.set_ylabel("photos a second")
    axes.margins(y=0.15)
    axes.legend(fontsize=8, loc="upper right")
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
