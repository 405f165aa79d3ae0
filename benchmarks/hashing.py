"""How far the hashes agree with ``imagehash``, and how long each takes.

    NETRAVISION_DATA=../shared/data python benchmarks/hashing.py

hashes every picture of ``hands/`` and ``logos/`` from the same decoded pixels, and a batch of
4,096 small grays. ``--every 5`` takes every fifth picture. Times are medians of one thread.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# One thread, like the peer; read when NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import imagehash
import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from netravision.core.hashing import dhash, from_hex, luma, phash
from netravision.errors import PhotoError
from netravision.photo import read_picture

Bytes = NDArray[np.uint8]
Hasher = Callable[[Bytes], Bytes]


def pictures(data: Path, every: int) -> Iterator[Bytes]:
    """Decoded pictures of the evaluation data."""
    files = sorted(file for folder in ("hands", "logos") for file in (data / folder).rglob("*.*"))
    for file in files[::every]:
        try:
            yield read_picture(file).rgb
        except PhotoError:
            continue  # the manifests lie beside the pictures


def timed(hasher: Hasher, rgb: Bytes) -> tuple[Bytes, float]:
    """A hash and the milliseconds it took."""
    start = time.perf_counter()
    value = hasher(rgb)
    return value, (time.perf_counter() - start) * 1e3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    every = parser.parse_args().every
    algorithms: dict[str, tuple[Hasher, Hasher]] = {
        "phash": (
            lambda rgb: phash(luma(rgb)[None]),
            lambda rgb: from_hex([str(imagehash.phash(Image.fromarray(rgb)))]),
        ),
        "dhash": (
            lambda rgb: dhash(luma(rgb)[None]),
            lambda rgb: from_hex([str(imagehash.dhash(Image.fromarray(rgb)))]),
        ),
    }
    bits: dict[str, list[int]] = {name: [] for name in algorithms}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in algorithms}
    for rgb in pictures(Path(os.environ["NETRAVISION_DATA"]), every):
        for name, (ours, theirs) in algorithms.items():
            ours(rgb)  # the weights of a new size are computed once
            (a, our_time), (b, their_time) = timed(ours, rgb), timed(theirs, rgb)
            bits[name].append(int(np.bitwise_count(a ^ b).sum()))
            if rgb.shape[0] * rgb.shape[1] >= 500_000:
                times[name].append((our_time, their_time))
    print(f"imagehash {imagehash.__version__}, Pillow {PIL.__version__}, NumPy {np.__version__}")
    print(
        "hash    pictures   equal  at most 2 bits  largest   ms   imagehash ms  ratio (>= 0.5 MP)"
    )
    for name in algorithms:
        differing = np.array(bits[name])
        ours_ms, theirs_ms = np.median(np.array(times[name]), axis=0)
        print(
            f"{name:7} {len(differing):8}  {(differing == 0).mean():6.2%}  "
            f"{(differing <= 2).mean():14.2%}  {differing.max():7}  {ours_ms:5.2f}  "
            f"{theirs_ms:11.2f}  {theirs_ms / ours_ms:5.1f}"
        )
    grays = np.random.default_rng(0).integers(0, 256, (4096, 32, 32), np.uint8)
    ours_s = min(timed(phash, grays)[1] for _ in range(5))
    start = time.perf_counter()
    for gray in grays[:1024]:
        imagehash.phash(Image.fromarray(gray))
    theirs_s = (time.perf_counter() - start) * 4e3
    print(
        f"phash of 4,096 grays of 32 × 32: {ours_s:.1f} ms, imagehash one at a time "
        f"{theirs_s:.0f} ms: {theirs_s / ours_s:.0f} ×"
    )


if __name__ == "__main__":
    main()
