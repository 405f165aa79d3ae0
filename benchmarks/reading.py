"""Pictures read by netravision and by libvips: what one refuses, and where the two differ.

    python benchmarks/reading.py FOLDER

For folders that other projects test their decoders with, such as those of Pillow, libavif, libheif,
sharp, image-rs, TwelveMonkeys and libpng. libvips (`python -m pip install "pyvips[binary]"`) is
asked for what netravision promises: upright 8-bit sRGB, on white. Every refused and every
different picture is a line; the counts come last. Exits with 1 if more than 1 % of what libvips
reads is refused.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray

from netravision.errors import PhotoError
from netravision.imaging.file_type import HEAD_BYTES, IMAGE_FORMATS, identify
from netravision.imaging.image import MAX_PIXELS, read_image

#: Of the pictures that libvips reads, the most that may be refused.
REFUSED = 0.01

#: Levels of 255: means beyond it are no rounding. Decoders of JPEG and the conversion of profiles
#: differ by 1 to 2.
DIFFERENT = 3.0

#: Nor is it rounding where more than a hundredth of the pixels differ by more than an eighth.
FAR, FAR_SHARE = 32, 0.01

Rgb = NDArray[np.uint8]


def main() -> int:
    """Print what differs, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="+")
    outcomes: Counter[str] = Counter()
    for folder in parser.parse_args().folder:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and is_picture(path):
                outcome, detail = compared(path)
                outcomes[outcome] += 1
                if detail:
                    print(f"{outcome:10}  {path.relative_to(folder)}: {detail}")
    read_by_libvips = outcomes["same"] + outcomes["different"] + outcomes["refused"]
    share = outcomes["refused"] / max(read_by_libvips, 1)
    print()
    for outcome, number in sorted(outcomes.items()):
        print(f"{outcome:20} {number}")
    print(f"refused of what libvips reads: {share:.1%}")
    return int(share > REFUSED)


def is_picture(path: Path) -> bool:
    """Whether a file begins as a picture in a format that is read."""
    with path.open("rb") as file:
        return identify(file.read(HEAD_BYTES)) in IMAGE_FORMATS


def compared(path: Path) -> tuple[str, str]:
    """What became of a picture, and how it differs or why it was refused."""
    expected = by_libvips(path)
    try:
        image = read_image(path)
    except PhotoError as error:
        return (
            ("refused by both", "") if expected is None else ("refused", f"{error.code}, {error}")
        )
    mark = ", marked as cut off or damaged" if image.truncated else ""
    if expected is None:
        return "read here only", ""
    if expected.shape != image.rgb.shape:
        sizes = " instead of ".join(f"{w} × {h}" for h, w, _ in (image.rgb.shape, expected.shape))
        return "different", sizes + mark
    difference = np.abs(image.rgb.astype(np.int16) - expected)
    mean, far = float(difference.mean()), float((difference.max(axis=2) > FAR).mean())
    if mean > DIFFERENT or far > FAR_SHARE:
        return "different", f"by {mean:.1f} levels, {far:.0%} of pixels by far{mark}"
    return "same", ""


def by_libvips(path: Path) -> Rgb | None:
    """Upright 8-bit sRGB, on white; None if libvips refuses."""
    try:
        image = pyvips.Image.new_from_file(str(path))
        if image.width * image.height > MAX_PIXELS:
            return None
        image = image.autorot()
        if image.get_typeof("icc-profile-data"):
            try:
                image = image.icc_transform("srgb", embedded=True)
            except pyvips.Error:  # a profile that is none: colors as they are
                image = image.copy()
        image = image.colourspace("srgb")
        if image.hasalpha():
            image = image.flatten(background=[255])
        image = image.cast("uchar")
        pixels = np.asarray(image.numpy(), np.uint8)
    except pyvips.Error:
        return None
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    return np.ascontiguousarray(
        np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels[..., :3]
    )


if __name__ == "__main__":
    sys.exit(main())
