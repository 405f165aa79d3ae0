"""Time of ``Run.find`` in a run of a million pictures.

    python -m benchmarks.find                        1,000,000 pictures
    python -m benchmarks.find --pictures 100000

Hashes and rows are made; the photos that are opened to look for a part of the picture are rendered
ones, and some of them show one. Times are of processors, the median of several searches, and so
hold on a busy machine.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image

from netravision.core.hamming import nearest
from netravision.core.hashing import from_stored, to_stored
from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from netravision.run import Run
from netravision.run.copies import LOOKED_AT
from netravision.run.run import DATABASE
from netravision.run.stored_hashes import BLOCK
from netravision.watchlist import Watchlist

PHOTOS = Path(__file__).parents[1] / "fixtures" / "photos" / "alam_raya"
SEARCHES = 5

#: Of the photos that are opened, how many show two thirds of the picture in each direction.
SHOWING = 3


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
            print(f"{run.store.hashes.count():,} pictures")
            whole = seconds(lambda: run.find(picture, parts=False))
            print(f"the whole picture: {whole:.2f} s")
            parts = seconds(lambda: run.find(picture))
            print(f"and parts of it, in the {LOOKED_AT} nearest photos: {parts:.2f} s")
            print(f"found: {len(run.find(picture))} photos, {SHOWING} show a part")


def seconds(search: Callable[[], object]) -> float:
    """Processor seconds of a search, the median of several."""
    taken = []
    for _ in range(SEARCHES):
        began = time.process_time()
        search()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def make_run(folder: Path, count: int, picture: Path) -> None:
    """A run with made hashes; the photos nearest to a picture are on the disk."""
    with Run.start(folder / "run", Watchlist.default()):
        pass
    hashes = np.random.default_rng(0).integers(0, 256, (count, 32), np.uint8)
    rgb = read_image(picture).rgb
    sides = (rgb, np.ascontiguousarray(rgb[:, ::-1]))
    queries = from_stored("phash256", [hash_picture(side).phash256 for side in sides])
    near = set(nearest(queries, hashes, LOOKED_AT // 2)[0].ravel().tolist())
    others = cycle(sorted(set(PHOTOS.glob("*.jpg")) - {picture}))
    part = folder / "part.jpg"
    with Image.open(picture) as image:
        image.crop((0, 0, image.width * 2 // 3, image.height * 2 // 3)).save(part, quality=85)
    showing = sorted(near)[:SHOWING]
    stored = to_stored("phash256", hashes)
    algorithm = stored[0].partition(":")[0]

    def appearance(number: int) -> tuple[object, ...]:
        path = f"akun_{number // 500:05}/{number:07}.jpg"
        file = folder / "foto" / path
        if number in near:
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part if number in showing else next(others), file)
        said = path, path.partition("/")[0], "post", 0, None, None, 1, 1, f"{number:064x}"
        return (bytes(file), *said, None, None, None, "{}")

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


if __name__ == "__main__":
    main()
