"""Small pictures drawn on the spot, in folders as downloads have them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

Draw = Callable[..., None]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Save a gray gradient, different for each seed, in which there is nothing to find."""

    def _draw(file: Path, seed: int, size: tuple[int, int] = (120, 80)) -> None:
        width, height = size
        ramp = np.linspace(60, 180, width, dtype=np.uint8)
        rgb = np.broadcast_to(ramp[None, :, None], (height, width, 3)).copy()
        rgb[0, 0] = seed
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rgb).save(file)

    return _draw


@pytest.fixture
def photos(tmp_path: Path, draw: Draw) -> Path:
    """Two accounts with five photos, one of them in both, and two files that are no photos."""
    folder = tmp_path / "foto"
    for seed, name in enumerate(("akun_a/1.png", "akun_a/2.png", "akun_b/1.png", "akun_b/2.png")):
        draw(folder / name, seed)
    (folder / "akun_b" / "copy.png").write_bytes((folder / "akun_a" / "1.png").read_bytes())
    (folder / "akun_b" / "empty.jpg").touch()
    (folder / "catatan.txt").write_text("rapat hari Senin")
    return folder
