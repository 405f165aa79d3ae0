"""Photos of hands in the evaluation data: what is known of them, and which a training may see.

Photos of one event are alike, so a training never sees some photos of a source and is measured on
others: :func:`left_out_sources` parts ``groups`` and ``pool`` by source. ``negatives`` and
``single`` are parted by the hash of the path: a training sees half 0, half 1 measures.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netravision.imaging.image import read_image

__all__ = [
    "IGNORED",
    "REJECTED",
    "RESTING",
    "SIGN_OF_CODE",
    "Fold",
    "HandPhoto",
    "half",
    "hand_photos",
    "left_out_sources",
    "training_photos",
]

Floats = NDArray[np.float32]
Fold = Literal["a", "b", "none"]

#: The sign of each code of ``groups_labels.json``.
SIGN_OF_CODE = {
    "r": "resting",
    "N": "no_hand",
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "T": "thumb_up",
    "D": "thumb_down",
    "L": "pistol",
    "C": "call",
    "R": "rock",
    "O": "ok",
    "H": "finger_heart",
    "HH": "hand_heart",
    "F": "fist",
    "S": "pressed",
    "W": "two_handed",
    "P": "pointing",
    "X": "unnamed",
}
#: Codes of what is no hand, of what cannot be told, and of a hand that shows nothing.
REJECTED, IGNORED, RESTING = "N", "U", "r"
# A hand of these codes is shown: sources are ordered by their number.
_SHOWN = frozenset("12345TLCRH")

# The words of the manifest for what single photos show. Three fingers of any kind may be both
# forms of three; fingers that no pose is made of are unnamed, as is the curled O.
_SIGN_OF_WORD = {
    "point": "one",
    "victory": "two",
    "three": "three",
    "three_thumb": "three",
    "three_any": "three",
    "four": "four",
    "palm": "five",
    "like": "thumb_up",
    "dislike": "thumb_down",
    "call": "call",
    "rock": "rock",
    "ok": "ok",
    "fist": "fist",
    "three_asl7": "unnamed",
    "three_asl8": "unnamed",
    "zero_o": "unnamed",
}


@dataclass(frozen=True, slots=True)
class HandPhoto:
    """A photo and what people have written down about it.

    Attributes
    ----------
    path : str
        Below ``hands/``, with forward slashes.
    part : {"groups", "pool", "negatives", "single"}
    source : str
        The repository it comes from.
    boxes : (N, 4) float32 ndarray
        ``x0, y0, x1, y1`` in pixels of the upright photo, of ``groups`` only: hands, and what is
        none but looks like one.
    codes : tuple of str
        What each box holds; a key of :data:`SIGN_OF_CODE`, or :data:`IGNORED`.
    drawn : tuple of bool
        Whether each box was drawn by eye. The teacher's hold less of the fingers.
    sign : str
        What the one hand of a ``single`` photo shows; else empty.
    """

    path: str
    part: str
    source: str
    boxes: Floats = field(default_factory=lambda: np.empty((0, 4), np.float32))
    codes: tuple[str, ...] = ()
    drawn: tuple[bool, ...] = ()
    sign: str = ""

    def read(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB, upright."""
        return read_image(_folder() / self.path).rgb


def hand_photos() -> list[HandPhoto]:
    """All photos of ``groups``, ``pool``, ``negatives`` and ``single``.

    Raises
    ------
    OSError
        If ``NETRAVISION_DATA`` names no folder with ``hands/groups_labels.json``,
        ``groups_manifest.csv``, ``pool_manifest.csv`` and ``manifest.csv``.
    """
    labels = json.loads((_folder() / "groups_labels.json").read_text(encoding="utf-8"))
    photos = []
    for row in _rows("groups_manifest.csv"):
        hands = labels[row["path"].removeprefix("groups/")]["hands"]
        photos.append(
            HandPhoto(
                row["path"],
                "groups",
                row["source_repo"],
                np.array([hand["box"] for hand in hands], np.float32).reshape(-1, 4),
                tuple(hand["code"] for hand in hands),
                tuple(hand["by"] != "teacher" for hand in hands),
            )
        )
    photos += [
        HandPhoto(row["path"], "pool", row["source_repo"]) for row in _rows("pool_manifest.csv")
    ]
    for row in _rows("manifest.csv"):
        if row["split"] in ("negatives", "single"):
            sign = _SIGN_OF_WORD[row["label_pose"]] if row["split"] == "single" else ""
            photos.append(HandPhoto(row["path"], row["split"], row["source_repo"], sign=sign))
    return photos


def left_out_sources(photos: Sequence[HandPhoto], fold: Fold | Literal["groups"]) -> frozenset[str]:
    """Sources that a training of this fold does not see.

    Parameters
    ----------
    photos : sequence of HandPhoto
        All there are.
    fold : {"a", "b", "none", "groups"}
        ``a`` and ``b`` are the two halves of the sources of ``groups``: ordered by their number of
        shown hands, every second one, so that each half has as many of the rich ones. ``groups``
        is all of them.
    """
    shown = Counter[str]()
    for photo in photos:
        if photo.part == "groups":
            shown[photo.source] += sum(code in _SHOWN for code in photo.codes)
    ordered = sorted(shown, key=lambda source: (-shown[source], source))
    chosen = {"a": ordered[1::2], "b": ordered[0::2], "none": [], "groups": ordered}
    return frozenset(chosen[fold])


def training_photos(photos: Sequence[HandPhoto], left_out: frozenset[str]) -> list[HandPhoto]:
    """Photos that a training may see when some sources are left out."""
    return [
        photo
        for photo in photos
        if (
            photo.source not in left_out
            if photo.part in ("groups", "pool")
            else half(photo.path) == 0
        )
    ]


def half(path: str) -> int:
    """0 or 1, by the path alone, so that the halves stay what they are when photos are added."""
    return hashlib.sha256(path.encode()).digest()[-1] % 2


def _rows(manifest: str) -> Iterator[dict[str, str]]:
    with (_folder() / manifest).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _folder() -> Path:
    if not (data := os.environ.get("NETRAVISION_DATA")):
        raise FileNotFoundError("set NETRAVISION_DATA to the folder of the evaluation data")
    return Path(data) / "hands"
