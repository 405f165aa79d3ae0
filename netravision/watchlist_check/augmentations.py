"""What people do to a mark before it is seen: 13 augmentations of one picture.

The exam of ``benchmarks/`` and ``netravision watchlist check`` ask about the same ones. Everything
is deterministic: a picture depends on the mark, the augmentation, the seed and the scene alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from netravision.core.resizing import resize_longest_side

__all__ = ["AUGMENTATIONS", "SCENE_SIDE", "Rgb", "Rgba", "Scene", "augment", "clutter"]

Rgb = NDArray[np.uint8]
Rgba = NDArray[np.uint8]

#: Makes the photo that a mark is put on.
Scene = Callable[[np.random.Generator], Rgb]

#: Long side of a scene in pixels.
SCENE_SIDE = 800


def augment(rgba: Rgba, name: str, seed: str, scene: Scene) -> Rgb:
    """One of the 13 augmentations, with its random choices drawn from the seed.

    Parameters
    ----------
    rgba : (H, W, 4) uint8 ndarray
        The mark; transparent around it.
    name : str
        A key of :data:`AUGMENTATIONS`.
    seed : str
    scene : callable
        The photo for ``half of a photo`` and ``fifth of a photo``.

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    rng = np.random.default_rng(zlib.crc32(f"{seed}:{name}".encode()))
    return AUGMENTATIONS[name](rgba, rng, scene)


def clutter(rng: np.random.Generator) -> Rgb:
    """A generated photo: soft light, things with edges before it, the noise of a phone.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    (H, W, 3) uint8 ndarray
    """
    width, height = SCENE_SIDE, SCENE_SIDE * 3 // 4
    light = rng.integers(40, 216, (4, 6, 3)).astype(np.uint8)
    picture = np.asarray(cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC))
    for _ in range(40):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        axes = tuple(int(side) for side in rng.integers(10, 110, 2))
        color = tuple(int(channel) for channel in rng.integers(0, 256, 3))
        if rng.random() < 0.5:
            cv2.ellipse(picture, (x, y), axes, rng.uniform(0, 180), 0, 360, color, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(picture, (x, y), (x + axes[0], y + axes[1]), color, -1)
    soft = cv2.GaussianBlur(picture, (0, 0), 1.5).astype(np.float32)
    noisy: Rgb = np.clip(soft + rng.normal(0, 6, soft.shape), 0, 255).astype(np.uint8)
    return noisy


def _over(rgba: Rgba, canvas: Rgb, x: int, y: int) -> Rgb:
    height, width = rgba.shape[:2]
    out = canvas.copy()
    alpha = rgba[..., 3:].astype(np.float32) / 255
    region = out[y : y + height, x : x + width]
    region[:] = np.rint(rgba[..., :3] * alpha + region * (1 - alpha))
    return out


def _canvas(height: int, width: int, color: tuple[int, ...] | Rgb) -> Rgb:
    return np.full((height, width, 3), color, np.uint8)


def _color(rng: np.random.Generator) -> Rgb:
    return rng.integers(20, 256, 3).astype(np.uint8)


def _plain(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    return _over(rgba, _canvas(rgba.shape[0], rgba.shape[1], (255, 255, 255)), 0, 0)


def _on_square(rgba: Rgba, share: float, color: tuple[int, ...] | Rgb) -> Rgb:
    side = round(max(rgba.shape[:2]) / share)
    x, y = (side - rgba.shape[1]) // 2, (side - rgba.shape[0]) // 2
    return _over(rgba, _canvas(side, side, color), x, y)


def _padded(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    return _on_square(rgba, rng.uniform(0.45, 0.8), _color(rng))


def _circle(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    inside = (255, 255, 255) if rng.random() < 0.6 else _color(rng)
    outside = (255, 255, 255) if rng.random() < 0.6 else (0, 0, 0)
    square = _on_square(rgba, rng.uniform(0.8, 0.98), inside)
    side = square.shape[0]
    y, x = np.ogrid[:side, :side]
    radius = side / 2
    square[(x - radius + 0.5) ** 2 + (y - radius + 0.5) ** 2 > radius**2] = outside
    return square


def _tiny(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    return resize_longest_side(_on_square(rgba, 0.96, (255, 255, 255)), 48)


def _q15(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    small = resize_longest_side(_plain(rgba, rng, scene), 200)
    encoded = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 15])[1]
    decoded = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def _gray(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    gray = cv2.cvtColor(_plain(rgba, rng, scene), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB), np.uint8)


def _tint(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    plain = _plain(rgba, rng, scene).astype(np.float32)
    gains, contrast = rng.uniform(0.7, 1.15, 3), rng.uniform(0.6, 1.3)
    return np.clip((plain * gains - 128) * contrast + 128, 0, 255).astype(np.uint8)


def _rotated(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    square = _on_square(rgba, 0.75, (255, 255, 255))
    side = square.shape[0]
    angle = rng.uniform(8, 20) * rng.choice((-1, 1))
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
    turned = cv2.warpAffine(
        square, matrix, (side, side), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
    )
    return np.asarray(turned, np.uint8)


def _banner(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    square = _on_square(rgba, 0.92, (255, 255, 255))
    side = square.shape[0]
    color = _color(rng)
    square[round(side * 0.8) :] = color
    ink = (0, 0, 0) if int(color.sum()) > 380 else (255, 255, 255)
    at = (round(side * 0.08), round(side * 0.93))
    font, width = cv2.FONT_HERSHEY_SIMPLEX, max(1, side // 200)
    cv2.putText(square, "KAMI SIAP", at, font, side / 220, ink, width, cv2.LINE_AA)
    return square


def _half(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    photo = scene(rng)
    mark = resize_longest_side(rgba, min(photo.shape[:2]) * 0.5)
    x = rng.integers(photo.shape[1] - mark.shape[1] + 1)
    y = rng.integers(photo.shape[0] - mark.shape[0] + 1)
    return _over(mark, photo, int(x), int(y))


def _fifth(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    photo = scene(rng)
    mark = resize_longest_side(rgba, min(photo.shape[:2]) * 0.2)
    gap = round(min(photo.shape[:2]) * 0.03)
    x = gap if rng.random() < 0.5 else photo.shape[1] - mark.shape[1] - gap
    y = gap if rng.random() < 0.5 else photo.shape[0] - mark.shape[0] - gap
    return _over(mark, photo, x, y)


def _cropped(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    plain = _plain(rgba, rng, scene)
    height, width = (round(side * 0.8) for side in plain.shape[:2])
    y = int(rng.integers(plain.shape[0] - height + 1))
    x = int(rng.integers(plain.shape[1] - width + 1))
    return np.ascontiguousarray(plain[y : y + height, x : x + width])


def _print(rgba: Rgba, rng: np.random.Generator, scene: Scene) -> Rgb:
    square = _on_square(
        resize_longest_side(rgba, 320), 0.75, rng.integers(190, 256, 3).astype(np.uint8)
    )
    side = square.shape[0]
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    moved = corners + rng.uniform(-0.08, 0.08, (4, 2)).astype(np.float32) * side
    matrix = cv2.getPerspectiveTransform(corners, moved)
    warped = cv2.warpPerspective(square, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    blurred = cv2.GaussianBlur(warped, (0, 0), rng.uniform(0.8, 2.0)).astype(np.float32)
    shade = np.linspace(rng.uniform(0.7, 1), rng.uniform(0.7, 1), side)[None, :, None]
    noisy = blurred * shade + rng.normal(0, 8, blurred.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


AUGMENTATIONS: dict[str, Callable[[Rgba, np.random.Generator, Scene], Rgb]] = {
    "plain": _plain,
    "padded": _padded,
    "circle": _circle,
    "48 px": _tiny,
    "q15": _q15,
    "gray": _gray,
    "tint": _tint,
    "rotated": _rotated,
    "banner": _banner,
    "half of a photo": _half,
    "fifth of a photo": _fifth,
    "cropped": _cropped,
    "printed": _print,
}
