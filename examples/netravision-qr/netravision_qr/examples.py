"""Pictures to try the detector on, drawn here."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from netravision.detectors.base import Example
from netravision.watchlist import Watchlist

__all__ = ["drawn_code", "examples"]

_WATCHLIST = """
schema = 1
name = "Contoh"

[[qr]]
id = "paslon-2"
label = "Laman Paslon 2"
contains = "paslon-dua.example"
"""


def drawn_code(text: str, side_px: int = 240) -> np.ndarray:
    """A gray (400, 600, 3) uint8 RGB picture with a QR code in its middle."""
    code = cv2.QRCodeEncoder.create().encode(text)
    code = np.pad(code, 2, constant_values=255)  # no reader finds it without a margin
    code = cv2.resize(code, (side_px, side_px), interpolation=cv2.INTER_NEAREST)
    picture = np.full((400, 600, 3), 190, np.uint8)
    top, left = (400 - side_px) // 2, (600 - side_px) // 2
    picture[top : top + side_px, left : left + side_px] = code[..., None]
    return picture


def examples() -> Iterator[Example]:
    """A code of the watchlist, another one, and no code."""
    watchlist = Watchlist.loads(_WATCHLIST)
    campaign = drawn_code("https://Paslon-Dua.example/gabung")
    yield Example(watchlist, campaign, "post", frozenset({"qr-paslon-2"}))
    yield Example(watchlist, drawn_code("https://menu.example"), "post", frozenset())
    yield Example(watchlist, np.full((300, 300, 3), 90, np.uint8), "avatar", frozenset())
