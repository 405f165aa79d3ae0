"""Reads the QR codes of a photo with OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from netravision.arguments import Kind, Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections, findings_of
from netravision.finding import Finding
from netravision.watchlist import Watchlist
from netravision_qr import QrCode, QrEvidence

__all__ = ["QrDetector"]

#: A code is read whole or not at all, so its score says nothing about the code: a person looks
#: whether it is an advertisement or a poster in the background.
SCORE = 0.9

# Shortest side in pixels of an image in which the smallest code, 21 modules, can be read.
_SMALLEST = 21


class QrDetector:
    """Finds QR codes whose text the watchlist names.

    Parameters
    ----------
    watchlist : Watchlist
    profile : {"fast", "balanced", "thorough"}
        Makes no difference.
    observations : bool
        Makes no difference: all codes are read in one look.
    """

    name = "qr"

    def __init__(self, watchlist: Watchlist, profile: Profile, *, observations: bool) -> None:
        self._watchlist = watchlist
        self._codes = watchlist.entries(QrCode)
        self._reader = cv2.QRCodeDetector()

    def detect(self, image: ImagePyramid, kind: Kind) -> Detections:
        """All codes that can be read are observed; those that the watchlist names are findings."""
        rgb = image.pixels
        if min(rgb.shape[:2]) < _SMALLEST:
            return Detections([], [])
        gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        _found, texts, corners, _codes = self._reader.detectAndDecodeMulti(gray)
        seen = [
            self._observation(text, quad)
            for text, quad in zip(texts, [] if corners is None else corners, strict=True)
            if text
        ]
        return Detections(findings_of(seen, self._watchlist, SCORE, kind), seen)

    def _observation(self, text: str, quad: np.ndarray) -> Finding:
        sides = np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1)
        evidence = QrEvidence(text=text, side_px=round(float(sides.mean())))
        (x0, y0), (x1, y1) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
        return Finding("qr", None, self._label(text), SCORE, (x0, y0, x1, y1), evidence)

    def _label(self, text: str) -> str:
        """The id of the entry that names the code; the text, which is no id, where none does."""
        named = (code.id for code in self._codes if code.contains.lower() in text.lower())
        return next(named, f"“{text}”")
