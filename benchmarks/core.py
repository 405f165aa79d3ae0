"""The core beside its peers: hashes beside ``imagehash``, the Hamming search beside ``faiss``.

    NETRAVISION_DATA=../shared/data python benchmarks/core.py --plots docs

prints a table for each of

    equality   bits off imagehash on every picture of hands/ and logos/, and on every JPEG of them
               from a reduced decode
    hashes     time of a hash from a decoded photo, from small grays, from a JPEG file
    bits256    distances of the 256-bit hash: the same picture changed, and other pictures
    search     1,000 queries among 1,000,000 hashes, by distance, and the nearest
    groups     near-duplicate groups among up to 1,000,000 hashes

or of those named with ``--only``. ``--every 5`` takes every fifth picture. Times are processor
time of one thread, ours and theirs in turn, the median of the rounds. ``search`` needs
``faiss-cpu``. ``groups`` and ``--plots`` need no pictures.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

# One thread, like the peers; read when NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import imagehash
import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from netravision.core.groups import near_duplicates
from netravision.core.hamming import nearest, within
from netravision.core.hashing import dhash, from_hex, luma, phash, phash256
from netravision.errors import PhotoError
from netravision.imaging.image import read_image
from netravision.imaging.jpeg import small_gray

Bytes = NDArray[np.uint8]
ROUNDS = 9


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    tables = {
        "equality": equality,
        "hashes": hashes,
        "bits256": bits256,
        "search": search,
        "groups": groups,
    }
    parser.add_argument("--only", nargs="+", choices=tables, default=list(tables))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--plots", type=Path, help="folder for the plots of search and groups")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    warnings.simplefilter("ignore")  # what Pillow thinks of the pictures
    print(
        f"imagehash {imagehash.__version__}, Pillow {PIL.__version__}, "
        f"NumPy {np.__version__}, OpenCV {cv2.__version__}"
    )
    for name in arguments.only:
        print(f"\n{name}")
        tables[name](arguments)
    if arguments.plots:
        plot(arguments.plots)


def files(every: int) -> list[Path]:
    """Pictures of the evaluation data."""
    data = os.environ.get("NETRAVISION_DATA")
    if not data:
        sys.exit("set NETRAVISION_DATA to the folder of evaluation pictures, or use --only groups")
    found = [file for folder in ("hands", "logos") for file in (Path(data) / folder).rglob("*.*")]
    return sorted(found)[::every]


def pictures(every: int) -> Iterator[tuple[Path, Bytes]]:
    """Decoded pictures of the evaluation data."""
    for file in files(every):
        try:
            yield file, read_image(file).rgb
        except PhotoError:
            continue  # the manifests lie beside the pictures


def of_imagehash(image: Image.Image, peer: Callable[..., object] = imagehash.phash) -> Bytes:
    """Packed hash as the peer computes it."""
    return from_hex([str(peer(image))])[0]


def of_photo(hasher: Callable[[list[Bytes]], Bytes], rgb: Bytes) -> Bytes:
    """Ours, from a decoded photo."""
    return hasher([luma(rgb)])


def of_imagehash_file(data: bytes) -> object:
    """The peer's, from a file."""
    return imagehash.phash(Image.open(io.BytesIO(data)))


def of_file(data: bytes) -> Bytes:
    """Ours, from a file."""
    small = small_gray(data)
    assert small is not None, "a picture just saved is a JPEG"
    return phash([small])


def in_turn(*tasks: Callable[[], object], rounds: int = ROUNDS, repeats: int = 1) -> list[float]:
    """Milliseconds of processor time of each task: of the rounds the median.

    Of the repeats within a round the fastest counts: the caches are then the task's own.
    """
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, taken in zip(tasks, times, strict=True):
            repeated = []
            for _ in range(repeats):
                start = time.thread_time()
                task()
                repeated.append((time.thread_time() - start) * 1e3)
            taken.append(min(repeated))
    return [median(taken) for taken in times]


def equality(arguments: argparse.Namespace) -> None:
    """Bits off imagehash."""
    bits: dict[str, list[int]] = {}

    def note(name: str, ours: Bytes, theirs: Bytes) -> None:
        bits.setdefault(name, []).append(int(np.bitwise_count(ours ^ theirs).sum()))

    for file, rgb in pictures(arguments.every):
        image, gray = Image.fromarray(rgb), luma(rgb)
        kind = file.relative_to(os.environ["NETRAVISION_DATA"]).parts[0]
        note(f"phash, {kind}", phash([gray])[0], of_imagehash(image))
        note(f"dhash, {kind}", dhash([gray])[0], of_imagehash(image, imagehash.dhash))
        small = small_gray(file.read_bytes())
        if small is not None:
            note(f"phash, {kind}, reduced", phash([small])[0], of_imagehash(image))
    print("hash                      pictures    equal  at most 2  at most 4  largest")
    for name in sorted(bits):
        off = np.array(bits[name])
        print(
            f"{name:24}  {len(off):8}  {(off == 0).mean():7.2%}  {(off <= 2).mean():9.2%}  "
            f"{(off <= 4).mean():9.2%}  {off.max():7}"
        )


def hashes(arguments: argparse.Namespace) -> None:
    """Time of hashes beside imagehash."""
    print("what                                            imagehash ms   ours ms  ratio")

    def row(name: str, theirs: float, ours: float) -> None:
        print(f"{name:47} {theirs:12.2f}  {ours:8.2f}  {theirs / ours:5.1f}")

    photos = [
        (file, rgb)
        for file, rgb in pictures(arguments.every * 3)
        if "hands" in file.parts and 600_000 <= rgb.shape[0] * rgb.shape[1] <= 1_600_000
    ]
    for name, ours, peer in (
        ("phash", phash, imagehash.phash),
        ("dhash", dhash, imagehash.dhash),
    ):
        times = []
        for _, rgb in photos:
            image = Image.fromarray(rgb)
            phash([luma(rgb)])  # the weights of a new size are computed once
            times.append(
                in_turn(partial(peer, image), partial(of_photo, ours, rgb), rounds=3, repeats=3)
            )
        row(f"{name} of {len(photos)} decoded photos, 0.6 to 1.6 MP", *np.median(times, axis=0))

    grays = np.random.default_rng(0).integers(0, 256, (4096, 32, 32), np.uint8)
    row(
        "phash of 4,096 grays of 32 × 32, theirs singly",
        *in_turn(
            lambda: [imagehash.phash(Image.fromarray(gray)) for gray in grays],
            lambda: phash(grays),
            repeats=3,
        ),
    )
    largest = sorted(photos, key=lambda photo: -photo[1].size)[:6]
    for width, height in ((1080, 1350), (4000, 3000)):
        for progressive in (False, True):
            times = []
            for _, rgb in largest:
                upright = (
                    rgb if (rgb.shape[0] > rgb.shape[1]) == (height > width) else (np.rot90(rgb))
                )
                image = Image.fromarray(np.ascontiguousarray(upright))
                file = io.BytesIO()
                image.resize((width, height), Image.Resampling.BICUBIC).save(
                    file, "JPEG", quality=85, progressive=progressive
                )
                data = file.getvalue()
                times.append(
                    in_turn(
                        partial(of_imagehash_file, data),
                        partial(of_file, data),
                        rounds=3,
                        repeats=3,
                    )
                )
            kind = "progressive" if progressive else "baseline"
            row(f"phash of a {kind} JPEG, {width} × {height}", *np.median(times, axis=0))


def bits256(arguments: argparse.Namespace) -> None:
    """Distances of the 256-bit hash."""
    originals, changed, names = [], {"q30": [], "half": [], "q10 third": []}, []
    for file, rgb in pictures(arguments.every):
        if "single" in file.parts or min(rgb.shape[:2]) < 128:
            continue  # the single hands are many frames of few videos
        names.append(file)
        originals.append(luma(rgb))
        image = Image.fromarray(rgb)
        for name, scale, quality in (("q30", 1, 30), ("half", 2, 90), ("q10 third", 3, 10)):
            small = image.resize((image.width // scale, image.height // scale))
            encoded = io.BytesIO()
            small.save(encoded, "JPEG", quality=quality)
            changed[name].append(luma(np.asarray(Image.open(encoded).convert("RGB"))))
    hashes_256, quality_256 = phash256(originals)
    print(f"{len(names)} pictures; quality below 50: {(quality_256 < 50).mean():.1%}")
    print("distance                   median      99 %   largest   share at most 31, 256 bits")
    for name, grays in changed.items():
        off = np.bitwise_count(phash256(grays)[0] ^ hashes_256).sum(axis=1)
        print(
            f"{name:24}  {np.median(off):7.0f}  {np.quantile(off, 0.99):8.0f}  {off.max():8}   "
            f"{(off <= 31).mean():8.2%}"
        )
    # Drawings of one emblem are near each other, photos of one series too: photos of different
    # sources are other pictures for sure.
    photos = [row for row, file in enumerate(names) if "negatives" in file.parts]
    pairs = within(hashes_256[photos], hashes_256[photos], 256)
    other = pairs.distance[pairs.query < pairs.reference]
    print(
        f"{'other photos':24}  {np.median(other):7.0f}  {np.quantile(other, 0.01):8.0f}  "
        f"{other.min():8}   {(other <= 31).mean():8.4%}   (1 % and smallest)"
    )


def archive(count: int, width: int = 8) -> Bytes:
    """A third near copies of the rest, each bit flipped with 3 %, as recompression does."""
    rng = np.random.default_rng(count)
    made = rng.integers(0, 256, (count, width), np.uint8)
    copies = count // 3
    bits = np.unpackbits(made[rng.integers(copies, count, copies)], axis=1)
    made[:copies] = np.packbits(bits ^ (rng.random(bits.shape) < 0.03), axis=1)
    return made


def search(arguments: argparse.Namespace) -> None:
    """Time of a search beside faiss."""
    import faiss

    faiss.omp_set_num_threads(1)
    print(f"faiss {faiss.__version__}, IndexBinaryFlat")
    print("search                                     pairs   faiss ms   ours ms  ratio  same")
    for width, thresholds in ((8, (0, 4, 8, 10, 12, 16)), (32, (16, 31))):
        references = archive(1_000_000, width)
        queries = references[np.random.default_rng(1).permutation(len(references))[:1000]]
        index = faiss.IndexBinaryFlat(8 * width)
        index.add(references)
        for threshold in thresholds:
            theirs, ours = in_turn(
                partial(index.range_search, queries, threshold + 1),
                partial(within, queries, references, threshold),
                rounds=3,
            )
            limits, _, labels = index.range_search(queries, threshold + 1)
            pairs = within(queries, references, threshold)
            query = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
            order = np.lexsort((labels, query))
            same = np.array_equal(pairs.query, query[order]) and np.array_equal(
                pairs.reference, labels[order]
            )
            print(
                f"{8 * width} bits, 1,000 × 1,000,000, within {threshold:2}  {len(labels):8}  "
                f"{theirs:9.0f}  {ours:8.0f}  {theirs / ours:5.2f}  {same}"
            )
        theirs, ours = in_turn(
            partial(index.search, queries, 10), partial(nearest, queries, references, 10), rounds=1
        )
        same = np.array_equal(index.search(queries, 10)[0], nearest(queries, references, 10)[1])
        print(
            f"{8 * width} bits, 1,000 × 1,000,000, 10 nearest {len(queries) * 10:7}  "
            f"{theirs:9.0f}  {ours:8.0f}  {theirs / ours:5.2f}  {same}"
        )


def groups(arguments: argparse.Namespace) -> None:
    """Time and memory of near-duplicate groups."""
    del arguments
    print("groups, 64 bits                          seconds   groups   MB of this process, at most")
    for count in (1_000, 10_000, 100_000, 1_000_000):
        made = archive(count)
        start = time.thread_time()
        found = near_duplicates(made, 8)
        taken = time.thread_time() - start
        print(
            f"{count:9,} hashes, distance 8      {taken:12.3f}  {len(np.unique(found)):7}   "
            f"{memory():.0f}"
        )
    # One picture in a million variants: every pair is near, and there are 5e11 of them.
    rng = np.random.default_rng(0)
    bits = np.zeros((1_000_000, 64), np.uint8)
    for _ in range(4):
        bits[np.arange(len(bits)), rng.integers(0, 64, len(bits))] = 1
    start = time.thread_time()
    found = near_duplicates(np.packbits(bits, axis=1), 8)
    taken = time.thread_time() - start
    print(f"1,000,000 variants of one picture {taken:9.3f}  {len(np.unique(found)):7}")


def memory() -> float:
    """Largest resident size of this process in MB, where the system tells; else NaN."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def plot(folder: Path) -> None:
    """Search and groups by size of the archive."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "netravision", "svg.fonttype": "none"})
    from matplotlib import pyplot

    sizes = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
    lines: dict[str, list[float]] = {}
    for size in sizes:
        references = archive(size)
        queries = references[:1000]
        for name, task in (
            ("1,000 searched, distance ≤ 8", partial(within, queries, references, 8)),
            ("1,000 searched, distance ≤ 20", partial(within, queries, references, 20)),
            ("all grouped, distance ≤ 8", partial(near_duplicates, references, 8)),
        ):
            lines.setdefault(name, []).append(in_turn(task, rounds=1)[0] / 1e3)
    figure, axes = pyplot.subplots(figsize=(6, 3.6))
    for name, seconds in lines.items():
        axes.plot(sizes, seconds, marker="o", label=name)
    # Where every hash is compared with every other, at the measured pace of one such search.
    pace = lines["1,000 searched, distance ≤ 20"][-1] / 1000 / sizes[-1]
    axes.plot(
        sizes, [pace * s * s / 2 for s in sizes], "k:", label="all grouped pair by pair (computed)"
    )
    axes.set(
        xscale="log", yscale="log", xlabel="hashes in the archive", ylabel="seconds, one thread"
    )
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(folder / "search-by-size.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
