"""Invented marks, drawn for the tests: shields with a few shapes, no real emblem."""

import cv2
import numpy as np

COLORS = [
    (200, 30, 40),
    (240, 200, 30),
    (30, 120, 60),
    (30, 60, 170),
    (245, 245, 245),
    (20, 20, 20),
]


def mark(seed: int, side: int = 200) -> np.ndarray:
    """An RGBA shield with discs, bars and triangles in places of its own."""
    rng = np.random.default_rng(seed)
    colors = [COLORS[i] for i in rng.permutation(len(COLORS))]
    rgba = np.zeros((side, side, 4), np.uint8)
    left, right, foot = (rng.uniform(*span) for span in ((0.04, 0.2), (0.8, 0.96), (0.55, 0.8)))
    shield = np.array([[left, 0.04], [right, 0.04], [right, foot], [0.5, 0.97], [left, foot]])
    cv2.fillPoly(rgba, [np.int32(shield * side)], (*colors[0], 255), cv2.LINE_AA)
    shapes = np.zeros_like(rgba)
    for color in (*colors[1:], *colors[1:4]):
        x, y, size = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.7), rng.uniform(0.05, 0.15)
        kind = rng.integers(3)
        at = (int(x * side), int(y * side))
        if kind == 0:
            cv2.circle(shapes, at, int(size * side), (*color, 255), -1, cv2.LINE_AA)
        elif kind == 1:
            half = np.array([size * rng.uniform(0.4, 2), size]) * side
            corner = np.int32(np.array(at) - half), np.int32(np.array(at) + half)
            cv2.rectangle(
                shapes, tuple(map(int, corner[0])), tuple(map(int, corner[1])), (*color, 255), -1
            )
        else:
            points = np.array([[x - size, y + size], [x + size, y + size], [x, y - size]])
            cv2.fillPoly(shapes, [np.int32(points * side)], (*color, 255), cv2.LINE_AA)
    inside = (shapes[..., 3:] > 0) & (rgba[..., 3:] > 0)
    return np.where(inside, shapes, rgba)


def white_mark(seed: int, side: int = 200) -> np.ndarray:
    """The shield in white with its shapes cut out, as the one-color version of a logo."""
    rgba = mark(seed, side)
    colors, counts = np.unique(rgba[rgba[..., 3] > 0], axis=0, return_counts=True)
    rgba[(rgba != colors[counts.argmax()]).any(axis=2), 3] = 0
    rgba[..., :3] = 255
    return rgba


def on_canvas(rgba: np.ndarray, height: int, width: int, x: int, y: int, color=(255, 255, 255)):
    """The mark on a plain picture at (x, y)."""
    canvas = np.full((height, width, 3), color, np.uint8)
    region = canvas[y : y + rgba.shape[0], x : x + rgba.shape[1]]
    region[rgba[..., 3] > 127] = rgba[..., :3][rgba[..., 3] > 127]
    return canvas


def scene(seed: int, height: int = 400, width: int = 600) -> np.ndarray:
    """A smooth colored background with blobs, standing in for a photo."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (8, 12, 3)).astype(np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
