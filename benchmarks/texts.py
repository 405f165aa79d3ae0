"""Phrases in drawn posters, captions, video frames and banners, and in ordinary photos.

    NETRAVISION_DATA=../shared/data python -m benchmarks.texts --every 3

Needs the extra ``text`` and the fonts of benchmarks/badge_pictures.py.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from pathlib import Path
from typing import get_args

import cv2

from benchmarks.insignia import ordinary_photos
from benchmarks.text_pictures import PHRASES, Rgb, draw_texts
from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.insignia.texts import Texts
from netravision.finding import Finding
from netravision.imaging.image import read_image
from netravision.watchlist import Phrases


def main() -> None:
    """Print how many phrases are found, and what else is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--profile", choices=get_args(Profile), default="balanced")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    data = Path(os.environ["NETRAVISION_DATA"])
    photos = ordinary_photos(data)
    entries = tuple(
        Phrases(id=f"p{number}", label=phrase, phrases=(phrase,))
        for number, phrase in enumerate(PHRASES)
    )
    labels = {entry.id: entry.label for entry in entries}
    texts = Texts(entries, arguments.profile)
    drawn: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wrong = asked = 0
    seconds = 0.0
    # In pairs, one picture with a phrase and one without: every n-th pair.

    def found_in(picture: Rgb) -> list[Finding]:
        return texts.look(texts.read(ImagePyramid(picture))).findings

    for number, picture in enumerate(draw_texts(photos[::5])):
        if (number // 2) % arguments.every:
            continue
        start = time.process_time()
        seen = {labels[each.label] for each in found_in(picture.picture)}
        seconds, asked = seconds + time.process_time() - start, asked + 1
        wrong += bool(seen - {picture.phrase})
        if picture.phrase is not None:
            drawn[picture.kind] += 1
            found[picture.kind] += picture.phrase in seen
    for kind, number in drawn.items():
        print(f"{kind}: {found[kind]} of {number} phrases found")
    print(
        f"all: {found.total() / drawn.total():.3f} found, {wrong} of {asked} pictures with a wrong "
        f"one, {seconds / asked:.2f} s of processor time each"
    )
    some = photos[:: arguments.every]
    flagged = sum(bool(found_in(read_image(path).rgb)) for path in some)
    print(f"ordinary photos: {flagged} of {len(some)} flagged")


if __name__ == "__main__":
    main()
