"""What a large run costs who reads it: merging ten parts, export, report, accounts, find.

    python benchmarks/large_run.py                                1,000, 10,000 and 100,000 photos
    python benchmarks/large_run.py --photos 1000000

The run is made up, not screened: one photo in twenty has a finding, accounts have 200 photos each,
files of photos are not there. Ten parts of it are merged, then each command reads the whole.
Processor seconds and most memory of each command; ``benchmarks/growth.py`` does the same for
listing, screening and resuming.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from netravision.core.hashing import to_stored
from netravision.evidence import HandEvidence
from netravision.finding import Finding
from netravision.result import Photo, PictureHashes, Result
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.run.run import Listing
from netravision.watchlist import Watchlist

PARTS = 10
#: Photos of an account.
ACCOUNT = 200
#: One photo of so many has a finding.
FINDING_EVERY = 20

HAND = HandEvidence(
    fingers=(0, 1, 1, 0, 0),
    number=2,
    pose_probability=0.98,
    presence=0.97,
    hand_probability=0.9,
    shown=0.9,
    same_number=1,
    raised_hands=1,
    hand_px=80,
)
FOUND = Finding("hands", "number-2", "two", 0.9, (100.0, 100.0, 180.0, 180.0), HAND)

COMMANDS = {
    "merge of ten": ("merge", *(f"bagian-{part}" for part in range(PARTS)), "--run", "semua"),
    "export csv": ("export", "semua", "--format", "csv", "--output", "semua.csv"),
    "export jsonl": ("export", "semua", "--output", "semua.jsonl"),
    "report": ("report", "semua"),
    "accounts": ("accounts", "semua", "--output", "akun.csv"),
    "find": ("find", "dicari.png", "semua", "--whole"),
}


class Cost(NamedTuple):
    """Of one command."""

    seconds: float
    mb: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    args = parser.parse_args()
    print(f"{'processor s, most MB':>20} " + " ".join(f"{name:>16}" for name in COMMANDS))
    for photos in args.photos:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            for part in range(PARTS):
                make_part(place, part, photos)
            rng = np.random.default_rng(0)
            pixels = rng.integers(0, 256, (300, 400, 3), np.uint8)
            Image.fromarray(pixels).save(place / "dicari.png")
            costs = [run_command(words, place) for words in COMMANDS.values()]
        cells = (f"{cost.seconds:8.1f} {cost.mb:7.0f}" for cost in costs)
        print(f"{photos:20,} " + " ".join(cells), flush=True)


def make_part(place: Path, part: int, photos: int) -> None:
    """A finished run of every tenth photo."""
    rng = np.random.default_rng(part)
    own = range(part, photos, PARTS)
    short = to_stored("phash", rng.integers(0, 256, (len(own), 8), np.uint8))
    long = to_stored("phash256", rng.integers(0, 256, (len(own), 32), np.uint8))
    shard = f"{part + 1}/{PARTS}"
    with Run.start(place / f"bagian-{part}", Watchlist.default()) as run:
        run.begin_shard(shard)
        for number, phash, phash256 in zip(own, short, long, strict=True):
            account = f"akun_{number // ACCOUNT:05}"
            path = f"{account}/IMG_{number:07}.jpg"
            sha256 = hashlib.sha256(path.encode()).hexdigest()
            appearance = Appearance(
                *(place / "foto" / path, path, account, "post", False, None, None),
                *(250_000, 1, sha256),
            )
            findings = (FOUND,) if number % FINDING_EVERY == 0 else ()
            hashes = PictureHashes(phash, phash256, 90)
            photo = Photo(path, sha256, 1080, 1350)
            run.store.add(appearance, Result(photo, None, findings, (), hashes))
        run.end_shard(shard, Listing(photos, "0" * 64))


def run_command(words: tuple[str, ...], place: Path) -> Cost:
    """Processor seconds and most memory of a command."""
    process = subprocess.Popen(
        [sys.executable, "-m", "netravision", *words], cwd=place, stdout=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"netravision {words[0]} has failed with exit code {process.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


if __name__ == "__main__":
    main()
