"""Time of ``Run.find`` in a run of a million pictures.

    python -m benchmarks.find                        1,000,000 pictures
    python -m benchmarks.find --pictures 100000

Hashes and rows are made, but for some photos that show a crop of the picture. The photos that are
opened are rendered ones. Times are the medians of several searches, as the clock on the wall and
of the processors; the command's include its start.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image

from netravision.core.hashing import from_stored, to_stored
from netravision.core.pyramid import ImagePyramid
from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from netravision.run import Run
from netravision.run.copies import LOOKED_AT
from netravision.run.run import DATABASE, Listing
from netravision.run.stored_hashes import BLOCK
from netravision.watchlist import Watchlist

PHOTOS = Path(__file__).parents[1] / "fixtures" / "photos" / "alam_raya"
OTHER = PHOTOS.parent / "dinas_contoh" / "apel_pagi.jpg"
SEARCHES = 5

#: Photos that show a crop of the picture: half to 0.95 of its width and of its height.
CROPS = 20


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=1_000_000)
    args = parser.parse_args()
    picture = PHOTOS / "pemandangan_1.jpg"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_run(folder, args.pictures // BLOCK * BLOCK, picture)
        with Run.open(folder / "run") as run:
            print(f"{run.store.hashes.count():,} pictures; seconds, and of processors")
            report("the whole picture", lambda: run.find(picture, parts=False))
            print(f"and parts of it, in at most {LOOKED_AT} photos,")
            report("of a picture that nobody has", lambda: run.find(OTHER))
            found = len(run.find(picture))
            report(f"with {found} of {CROPS} crops found", lambda: run.find(picture))
        report("the command, starting", lambda: command("--help"))
        for asked, where in ((OTHER, "nobody has it"), (picture, "crops of it")):
            report(f"the command, {where}", lambda asked=asked: command(asked, folder / "run"))


def report(what: str, search: Callable[[], object]) -> None:
    """Print how long a search takes."""
    walls, processors = [], []
    for _ in range(SEARCHES):
        wall, processor = time.perf_counter(), sum(os.times()[:4])
        search()
        walls.append(time.perf_counter() - wall)
        processors.append(sum(os.times()[:4]) - processor)
    print(f"{what:32} {statistics.median(walls):.2f} {statistics.median(processors):.2f}")


def command(*words: object) -> None:
    """Type ``netravision find``."""
    program = (sys.executable, "-m", "netravision", "find")
    subprocess.run([*program, *map(str, words)], stdout=subprocess.DEVNULL, check=True)


def make_run(folder: Path, count: int, picture: Path) -> None:
    """A run with made hashes, but for those of crops of a picture."""
    with Run.start(folder / "run", Watchlist.default()):
        pass
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 256, (count, 32), np.uint8)
    crops = {}
    with Image.open(picture) as image:
        for number in rng.choice(count, CROPS, replace=False).tolist():
            width, height = (rng.uniform(0.5, 0.95, 2) * image.size).astype(int).tolist()
            left, top = (rng.random(2) * (image.width - width, image.height - height)).astype(int)
            crops[number] = folder / f"{number}.jpg"
            image.crop((left, top, left + width, top + height)).save(crops[number], quality=60)
            crop = hash_picture(ImagePyramid(read_image(crops[number]).rgb))
            hashes[number] = from_stored("phash256", [crop.phash256])[0]
    others = cycle(sorted(set(PHOTOS.glob("*.jpg")) - {picture}))
    stored = to_stored("phash256", hashes)
    algorithm = stored[0].partition(":")[0]

    def appearance(number: int) -> tuple[object, ...]:
        path = f"akun_{number // 500:05}/{number:07}.jpg"
        file = crops.get(number) or next(others)
        # A file has one row, so each row spells one of a few files in another way.
        spelled = "".join("/." if bit == "1" else "/" for bit in f"{number:020b}")
        said = path, path.partition("/")[0], "post", 0, None, None, 1, 1, f"{number:064x}"
        return (f"{file.parent}{spelled}/{file.name}".encode(), *said, None, None, None, "{}")

    with closing(sqlite3.connect(folder / "run" / DATABASE)) as connection, connection:
        connection.executemany(
            "INSERT INTO hashes VALUES (?, ?, 'phash-2:0000000000000000', ?, 90)",
            ((number + 1, f"{number:064x}", stored[number]) for number in range(count)),
        )
        connection.executemany(
            "INSERT INTO hash_blocks VALUES (?, ?, ?)",
            (
                (block, algorithm, hashes[block * BLOCK : (block + 1) * BLOCK].tobytes())
                for block in range(count // BLOCK)
            ),
        )
        connection.executemany(
            f"INSERT INTO appearances VALUES ({', '.join('?' * 14)})",
            map(appearance, range(count)),
        )
        connection.execute(
            "INSERT INTO content SELECT content, 'post', 960, 640, 0, NULL, NULL, '[]', '[]', 1"
            " FROM hashes"
        )
    with Run.start(folder / "run", Watchlist.default()) as run:
        run.begin_shard("1/1")
        run.end_shard("1/1", Listing(count, "0" * 64))


if __name__ == "__main__":
    main()
