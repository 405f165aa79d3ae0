"""A run folder made of stored findings, without screening anything."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from netravision.arguments import Kind
from netravision.finding import Finding
from netravision.imaging.jpeg import read_header
from netravision.result import Failure, Photo, PictureHashes, Result
from netravision.run import Run
from netravision.run.appearance import Appearance
from netravision.watchlist import Watchlist
from tests import made_evidence

HOSTILE = "<script>alert(1)</script>\"'&<b>\u202e"

WATCHLIST = """
schema = 1
name = "Pilkada <i>contoh</i> & kawan"
period = { start = 2024-09-25, end = 2024-11-23 }
[[number]]
value = 2
label = "Paslon 2 <b>tebal</b>"
[[pose]]
name = "thumb_up"
[[pose]]
name = "two"
[[color]]
id = "biru-muda"
label = "Biru muda"
srgb = "#8fd3f4"
"""

HAND = replace(made_evidence.HAND, pose_probability=0.913579, hand_px=40)
AREA = replace(made_evidence.COLOR, share=0.213456, areas=2, largest_area=0.2, mean_distance=3.25)

TWO = Finding("hands", "number-2", "two", 0.91, (40, 30, 80, 90), HAND)
TWO_POSE = Finding("hands", "pose-two", "two", 0.85, (40, 30, 80, 90), HAND)
THUMB = Finding("hands", "pose-thumb_up", "thumb_up", 0.97, (100, 30, 140, 90), HAND)
BLUE = Finding("insignia", "color-biru-muda", "biru-muda", 0.4, None, AREA)


class Folder:
    """A run folder under construction."""

    def __init__(self, root: Path, watchlist: str = WATCHLIST) -> None:
        self.root = root
        file = root / "pilkada.toml"
        file.write_text(watchlist, encoding="utf-8")
        self.run = Run.start(root / "run", Watchlist.load(file))

    def picture(self, name: str = "a.png", size: tuple[int, int] = (200, 120), seed=0) -> Path:
        pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
        file = self.root / name
        Image.fromarray(pixels).save(file)
        return file

    def add(
        self,
        file: Path,
        *findings: Finding,
        path: str | None = None,
        account: str | None = "akun_a",
        posted_at: str | None = None,
        url: str | None = None,
        error: Failure | None = None,
        as_file: Path | None = None,
        observations: tuple[Finding, ...] = (),
        known_from: dict | None = None,
        hashes: PictureHashes | None = None,
        kind: Kind = "post",
    ) -> None:
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None
        path = path or f"{account}/{file.name}"
        digest = read_header(file.read_bytes()).digest if file.exists() else None
        place = as_file or file, path, account
        self.run.store.add(
            Appearance(
                *(*place, kind, False, posted_at, url, 1, 1, sha256, error, digest),
                known_from=known_from or {},
            ),
            Result(Photo(path, sha256, 200, 120), None, findings, observations, hashes)
            if sha256
            else None,
        )
