"""Hashing, search and groups on made-up arrays, in the sizes the pipeline has."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np

from netravision.core.color import color_shares
from netravision.core.geometry import box_iou, group_boxes
from netravision.core.groups import near_duplicates
from netravision.core.hamming import nearest, within
from netravision.core.hand_features import pose_features
from netravision.core.hashing import dhash, luma, phash, phash256, resize_lanczos


def random_bytes(*shape: int) -> np.ndarray:
    """The same bytes in every run."""
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


class Hashes:
    """Hashes of batches of small grays."""

    params = (1, 64, 4096)
    param_names = ("pictures",)

    def setup(self, pictures: int) -> None:
        self.grays = random_bytes(pictures, 32, 32)
        self.larger = random_bytes(pictures, 64, 64)

    def time_phash(self, pictures: int) -> None:
        phash(self.grays)

    def time_dhash(self, pictures: int) -> None:
        dhash(self.grays)

    def time_phash256(self, pictures: int) -> None:
        phash256(self.larger)


class Photos:
    """From pixels to the small gray."""

    params = (((640, 480), (1350, 1080), (4000, 3000)),)
    param_names = ("size",)

    def setup(self, size: tuple[int, int]) -> None:
        cv2.setNumThreads(1)
        self.rgb = random_bytes(*size, 3)
        self.gray = luma(self.rgb)[None]

    def time_luma(self, size: tuple[int, int]) -> None:
        luma(self.rgb)

    def time_resize(self, size: tuple[int, int]) -> None:
        resize_lanczos(self.gray, 32, 32)


class Search:
    """A thousand queries."""

    params = ((8, 32), (10_000, 1_000_000), (4, 8, 20))
    param_names = ("width", "references", "distance")
    timeout = 300

    def setup(self, width: int, references: int, distance: int) -> None:
        self.references = random_bytes(references, width)
        self.queries = self.references[:1000]

    def time_within(self, width: int, references: int, distance: int) -> None:
        within(self.queries, self.references, distance)


class Nearest:
    """The ten nearest of a thousand queries."""

    params = (8, 32)
    param_names = ("width",)

    def setup(self, width: int) -> None:
        self.references = random_bytes(100_000, width)

    def time_nearest(self, width: int) -> None:
        nearest(self.references[:1000], self.references, 10)


class Groups:
    """Near-duplicates of an archive; a third of the hashes are copies."""

    params = (1_000, 10_000, 100_000)
    param_names = ("hashes",)
    timeout = 300

    def setup(self, hashes: int) -> None:
        self.hashes = random_bytes(hashes, 8)
        self.hashes[: hashes // 3] = self.hashes[-(hashes // 3) :] ^ 1

    def time_near_duplicates(self, hashes: int) -> None:
        near_duplicates(self.hashes, 8)

    def peakmem_near_duplicates(self, hashes: int) -> None:
        near_duplicates(self.hashes, 8)


class Rest:
    """Boxes, colors and joints, as many as a photo may have."""

    def setup(self) -> None:
        rng = np.random.default_rng(0)
        corners = rng.random((300, 2)) * 1000
        self.boxes = np.concatenate([corners, corners + rng.random((300, 2)) * 200], axis=1)
        self.scores = rng.random(300)
        self.pictures = random_bytes(4, 192, 256, 3) & 0xE0  # as many colors as a photo has
        self.landmarks = rng.normal(size=(60, 21, 3))

    def time_box_iou(self) -> None:
        box_iou(self.boxes, self.boxes)

    def time_group_boxes(self) -> None:
        group_boxes(self.boxes, self.scores, 0.5)

    def time_color_shares(self) -> None:
        color_shares(self.pictures, [[60, -10, -30], [40, 60, 40]], [10, 10])

    def time_pose_features(self) -> None:
        pose_features(self.landmarks)


class Imports:
    """What a caller waits for before anything happens."""

    params = ("netravision", "netravision.core.hashing", "netravision.core.groups")
    param_names = ("module",)

    def time_import(self, module: str) -> None:
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
