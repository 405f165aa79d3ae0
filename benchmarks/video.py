"""How many poses held for a moment are in a chosen frame of a video, and in one chosen by clock.

    python -m benchmarks.video

Reels of 30 s are rendered from pictures in ``fixtures/`` (vertical, 540 × 960, 15 frames a
second, coded as MPEG-4 with four bits a pixel). In each, six hands come up and go down again,
23 px long, 2.4 % of the longer side, as in the median of real scenes. The clock has as many frames.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.hand import paste, trace_hand
from netravision.imaging.image import read_image
from netravision.imaging.video import open_video
from tests.reels import write_reel

Rgb = NDArray[np.uint8]

LENGTH_S, RATE, SHOWN = 30, 15, 6
HELD_S = (0.4, 0.8, 1.6)
MOVEMENTS = ("tripod", "handheld", "pan", "cuts")
SCENES = ("dinas_contoh/ruang_kerja_1.jpg", "dinas_contoh/halaman_kantor.jpg")
HAND_PX = 23
POSES = ("one", "two", "thumb_up", "five")


def main() -> None:
    """Render, choose, print."""
    cv2.setNumThreads(1)
    print("| camera | frames | held 0.4 s | 0.8 s | 1.6 s | by clock 0.4 s | 0.8 s | 1.6 s |")
    print("|---|---|---|---|---|---|---|---|")
    for movement in MOVEMENTS:
        chosen_hits, clock_hits, count = [], [], []
        for held in HELD_S:
            hits = [0, 0]
            for seed, scene in enumerate(SCENES):
                begins = _begins(held, seed)
                seconds = _chosen(movement, scene, held, begins, seed)
                count.append(len(seconds))
                clock = (np.arange(len(seconds)) + 0.5) * LENGTH_S / len(seconds)
                for which, looked in enumerate((np.array(seconds), clock)):
                    hits[which] += sum(
                        bool(((looked >= begin) & (looked < begin + held)).any())
                        for begin in begins
                    )
            shown = SHOWN * len(SCENES)
            chosen_hits.append(f"{hits[0] / shown:.2f}")
            clock_hits.append(f"{hits[1] / shown:.2f}")
        cells = [movement, f"{np.mean(count):.0f}", *chosen_hits, *clock_hits]
        print("| " + " | ".join(cells) + " |", flush=True)


def _begins(held: float, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng((seed, int(10 * held)))
    slot = LENGTH_S / SHOWN
    begins = np.arange(SHOWN) * slot + rng.uniform(0.2, slot - held - 0.2, SHOWN)
    return np.round(begins * RATE) / RATE


def _chosen(
    movement: str, scene: str, held: float, begins: NDArray[np.float64], seed: int
) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        reel = Path(folder) / "reel.mp4"
        write_reel(reel, _reel(movement, scene, held, begins, seed), rate=RATE)
        with open_video(reel) as video:
            assert video is not None
            return [frame.second for frame in video.chosen_frames()]


def _reel(
    movement: str, scene: str, held: float, begins: NDArray[np.float64], seed: int
) -> Iterator[Rgb]:
    rng = np.random.default_rng(seed)
    photos = Path(__file__).parent.parent / "fixtures" / "photos"
    wide = cv2.resize(read_image(photos / scene).rgb, (1400, 1000))
    other = cv2.resize(read_image(photos / SCENES[seed - 1]).rgb, (1400, 1000))
    hands = [
        trace_hand(POSES[i % len(POSES)], length_px=HAND_PX, skin="tan", seed=i)
        for i in range(SHOWN)
    ]
    places = rng.integers((60, 200), (440, 800), (SHOWN, 2))
    for number in range(LENGTH_S * RATE):
        second = number / RATE
        left, top = 400, 20
        if movement == "handheld":
            left += round(8 * np.sin(second * 2.1))
            top += round(6 * np.sin(second * 3.3))
        elif movement == "pan":
            left = round(400 + 380 * np.sin(second * 0.25))
        cut = movement == "cuts" and int(second / 3.5) % 2
        frame = np.ascontiguousarray((other if cut else wide)[top : top + 960, left : left + 540])
        for hand, begin, (x, y) in zip(hands, begins, places, strict=True):
            if begin <= second < begin + held:
                paste(frame, hand.rgb, hand.alpha, int(x), int(y))
        noisy = frame.astype(np.int16) + rng.integers(-5, 6, frame.shape, dtype=np.int16)
        yield np.clip(noisy, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
