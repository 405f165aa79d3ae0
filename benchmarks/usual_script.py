"""What one writes in an afternoon for the same task: the peer of ``beside_a_script.py``.

    python benchmarks/usual_script.py PHOTOS EMBLEMS MODEL

prints one line of JSON for each photo of the list in the file PHOTOS: its hash, the best match of
an emblem of the folder EMBLEMS, the share in the campaign's color, and each hand with its box and
the fingers that are out. It imports nothing of netravision; MODEL is MediaPipe's published task.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("GLOG_minloglevel", "3")

import cv2
import imagehash
import mediapipe as mp
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgb = NDArray[np.uint8]

#: Heights of an emblem as shares of the shorter side that ``fast`` looks for, 1.3 times apart.
SCALES = (0.3, 0.39, 0.51, 0.66, 0.86)
#: Longer side at which emblems are matched: at full size it takes most of a second.
SIDE = 512
COLOR = "#f0821e"

# Tip and middle joint of each finger, thumb to pinky, among MediaPipe's landmarks.
FINGERS = ((4, 3), (8, 6), (12, 10), (16, 14), (20, 18))


def main() -> None:
    """Look at every photo of the list."""
    cv2.setNumThreads(1)
    photos, folder, model = map(Path, sys.argv[1:])
    pictures = [file for file in sorted(folder.iterdir()) if file.suffix in (".png", ".jpg")]
    emblems = [cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in pictures]
    look_for_hands = stock_hands(model.read_bytes())
    for photo in photos.read_text(encoding="utf-8").splitlines():
        image = Image.open(photo).convert("RGB")
        rgb = np.asarray(image)
        small = image.copy()
        small.thumbnail((SIDE, SIDE))
        seen = {
            "photo": photo,
            "phash": str(imagehash.phash(image)),
            "emblem": match_templates(np.asarray(small), emblems),
            "color": hsv_mask(rgb),
            "hands": hands(look_for_hands(rgb), image.size),
        }
        print(json.dumps(seen))


def match_templates(rgb: Rgb, emblems: list[Rgb]) -> float:
    """Best correlation of any emblem at any size."""
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    best = 0.0
    for emblem in emblems:
        for scale in SCALES:
            height = round(scale * min(gray.shape))
            width = round(height * emblem.shape[1] / emblem.shape[0])
            if width > gray.shape[1]:
                continue
            template = cv2.resize(emblem, (width, height), interpolation=cv2.INTER_AREA)
            found = cv2.matchTemplate(gray, template, cv2.TM_CCOEFF_NORMED)
            best = max(best, cv2.minMaxLoc(found)[1])
    return best


def stock_hands(model: bytes) -> Callable[[Rgb], Any]:
    """MediaPipe's own task on the whole photo."""
    vision = mp.tasks.vision
    base = mp.tasks.BaseOptions(model_asset_buffer=model)
    options = vision.HandLandmarkerOptions(base_options=base, num_hands=30)
    landmarker = vision.HandLandmarker.create_from_options(options)

    def look(rgb: Rgb) -> Any:
        pixels = np.ascontiguousarray(rgb)
        return landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels))

    return look


def hands(seen: Any, size: tuple[int, int]) -> list[dict[str, Any]]:
    """Box of each hand, and which fingers reach farther from the wrist than their joint."""
    found = []
    for landmarks in seen.hand_landmarks:
        points = np.array([(each.x * size[0], each.y * size[1]) for each in landmarks])
        reach = np.linalg.norm(points - points[0], axis=1)
        box = [*points.min(axis=0), *points.max(axis=0)]
        out = [bool(reach[tip] > reach[joint]) for tip, joint in FINGERS]
        found.append({"box": [float(side) for side in box], "fingers": out})
    return found


def hsv_mask(rgb: Rgb) -> float:
    """Share of the photo in the campaign's color."""
    red, green, blue = bytes.fromhex(COLOR[1:])
    hue = int(cv2.cvtColor(np.array([[[red, green, blue]]], np.uint8), cv2.COLOR_RGB2HSV)[0, 0, 0])
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    mask = cv2.inRange(hsv, np.array([hue - 8, 90, 90]), np.array([hue + 8, 255, 255]))
    return float(mask.mean() / 255)


if __name__ == "__main__":
    main()
