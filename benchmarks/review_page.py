"""How soon the review page of a large run shows its first candidate, in a real Chromium.

    python -m benchmarks.review_page                        100,000 photos with 5,000 candidates
    python -m benchmarks.review_page --photos 10000 --candidates 500

The run is made, not screened: only the strongest candidates have pictures, copies of a rendered
one, for the page shows no more of them at first. Each line is a browser of its own, counted from
the navigation until the first candidate's words and its picture are on the screen. The first one
comes as soon as the program prints its address; by then the program has yet to read the run. On a
busy machine look at the processor time, of the program without the browser (Linux only).
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from netravision.candidates import candidates
from netravision.finding import Finding
from netravision.imaging.inspection import inspect_file
from netravision.result import Photo, Result
from netravision.run import Run
from netravision.run.store import Appearance
from netravision.watchlist import Watchlist
from tests import made_evidence
from tests.browser import Page, open_page

FIXTURES = Path(__file__).parents[1] / "fixtures" / "photos"
#: Photos that have a picture, of those with candidates.
SHOWN = 12
#: Photos of an account.
ACCOUNT = 200

_READY = """
document.querySelector('#text .candidate.current')?.checkVisibility()
    && document.getElementById('picture').complete
    && !document.querySelector('.stale')
"""


def main() -> None:
    """Print one line for each opening."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--candidates", type=int, default=5_000)
    parser.add_argument("--openings", type=int, default=4)
    args = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make_run(folder, args.photos, args.candidates)
        print(f"{args.photos:,} photos, {made:,} candidates")
        began = time.perf_counter()
        program = subprocess.Popen(
            [sys.executable, "-m", "netravision", "review", str(folder / "run"), "--no-browser"],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            assert program.stdout is not None
            address = program.stdout.readline().partition(": ")[2].strip()
            print(f"the program prints its address after {time.perf_counter() - began:.2f} s")
            seconds = []
            for number in range(args.openings):
                with open_page(chromium, folder / f"profile-{number}", "about:blank") as page:
                    used = processor_s(program.pid)
                    seconds.append(opened(page, address))
                used = processor_s(program.pid) - used
                print(
                    f"opening {number + 1}: first candidate after {seconds[-1]:.2f} s, "
                    f"{used:.2f} s of processor time"
                )
                sys.stdout.flush()
            print(f"median {statistics.median(seconds):.2f} s")
        finally:
            program.terminate()
            program.wait()


def opened(page: Page, address: str) -> float:
    """Seconds from the navigation to the first candidate on the screen."""
    began = time.perf_counter()
    page.call("Page.navigate", url=address)
    while not page.evaluate(_READY):
        time.sleep(0.01)
    return time.perf_counter() - began


def processor_s(process: int) -> float:
    """Processor time that a process has used, in seconds."""
    state = Path("/proc", str(process), "stat")
    if not state.is_file():
        return math.nan
    fields = state.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_run(folder: Path, photos: int, wanted: int) -> int:
    """A run of so many photos, evenly strewn with candidates; returns how many there are."""
    pictures = sorted(FIXTURES.rglob("*.jpg"))
    every = photos // wanted
    made = 0
    with Run.start(folder / "run", Watchlist.default()) as run:
        for number in range(photos):
            account = f"akun_{number // ACCOUNT:04}"
            path = f"{account}/{number:06}.jpg"
            file = folder / "foto" / path
            sha256 = hashlib.sha256(path.encode()).hexdigest()
            digest, size = None, (1080, 1350)
            findings: tuple[Finding, ...] = ()
            if number % every == 0:
                rank = number // every
                findings = hands(rank)
                made += len(candidates(findings))
                if rank < SHOWN:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    data = pictures[0].read_bytes() + rank.to_bytes(4, "big")
                    file.write_bytes(data)
                    sha256 = hashlib.sha256(data).hexdigest()
                    size = inspect_file(file).size or size
            posted = f"2024-{1 + number % 12:02}-{1 + number % 28:02}T08:00:00Z"
            run.store.add(
                Appearance(
                    *(file, path, account, "post", False, posted, None, 1, 1, sha256, None, digest)
                ),
                Result(Photo(path, sha256, *size), None, findings),
            )
    return made


def hands(rank: int) -> tuple[Finding, ...]:
    """A raised hand, which is a number and a pose."""
    score = 0.99 - 0.6 * rank / 5_000
    left, top = 100 + rank % 7 * 40, 100 + rank % 5 * 30
    box = (left, top, left + 60.5, top + 80.25)
    evidence = replace(made_evidence.HAND, pose_probability=score)
    return (
        Finding("hands", "number-2", "two", score, box, evidence),
        Finding("hands", "pose-two", "two", score - 0.01, box, evidence),
    )


if __name__ == "__main__":
    main()
