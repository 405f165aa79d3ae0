"""Files shipped with the package: read as bytes, used only if their checksum is the published one.

Networks are handed on as bytes because MediaPipe fails on some Windows paths.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from netravision.errors import AssetError

__all__ = ["checksums", "fixtures", "load"]

_PACKAGE = Path(__file__).resolve().parent
# Wheels carry models and fixtures inside the package; a checkout has them beside it.
_FOLDERS = (_PACKAGE / "models", _PACKAGE.parent / "models")
_LISTING = "SHA256SUMS"


def load(name: str) -> bytes:
    """The bytes of a shipped model file.

    Parameters
    ----------
    name : str
        As listed in ``models/SHA256SUMS``, for example ``"hand_landmarker.task"``.

    Returns
    -------
    bytes

    Raises
    ------
    AssetError
        If the file is not listed, missing, or differs from its published checksum.
    """
    folder = _folder()
    published = checksums().get(name)
    if published is None:
        raise AssetError(f"{name} is not listed in {folder / _LISTING}")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise AssetError(
            f"{folder / name} cannot be read ({error.strerror}); install netravision again"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != published:
        raise AssetError(
            f"{folder / name}: expected SHA-256 {published}, got {found}; install netravision again"
        )
    return content


def fixtures() -> Path:
    """The folder of rendered photos that comes with the package, with their watchlist.

    Raises
    ------
    AssetError
        If it is missing.
    """
    for folder in (_PACKAGE / "fixtures", _PACKAGE.parent / "fixtures"):
        if (folder / "watchlist.toml").is_file():
            return folder
    raise AssetError("the rendered photos are missing; install netravision again")


@cache
def checksums() -> dict[str, str]:
    """Published SHA-256 (hexadecimal) of every shipped model file, by name."""
    lines = (_folder() / _LISTING).read_text(encoding="ascii").splitlines()
    return {name: sha256 for sha256, name in (line.split() for line in lines)}


def _folder() -> Path:
    for folder in _FOLDERS:
        if (folder / _LISTING).is_file():
            return folder
    raise AssetError(f"{_LISTING} not found in {' or '.join(map(str, _FOLDERS))}")
