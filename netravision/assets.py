"""Files shipped with the package: read as bytes, used only if their checksum is the published one.

Networks are handed on as bytes because MediaPipe fails on some Windows paths.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from netravision.errors import AssetError, cause
from netravision.languages import gettext as _

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
        raise AssetError(
            _("{name} is not listed in {file}").format(name=name, file=folder / _LISTING)
        )
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise AssetError(
            _("{file} cannot be read ({why}); install netravision again").format(
                file=folder / name, why=cause(error)
            )
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != published:
        raise AssetError(
            _("{file}: expected SHA-256 {expected}, got {found}; install netravision again").format(
                file=folder / name, expected=published, found=found
            )
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
    raise AssetError(_("the rendered photos are missing; install netravision again"))


@cache
def checksums() -> dict[str, str]:
    """Published SHA-256 (hexadecimal) of every shipped model file, by name."""
    lines = (_folder() / _LISTING).read_text(encoding="ascii").splitlines()
    return {name: sha256 for sha256, name in (line.split() for line in lines)}


def _folder() -> Path:
    for folder in _FOLDERS:
        if (folder / _LISTING).is_file():
            return folder
    raise AssetError(
        _("{name} is in none of: {folders}; install netravision again").format(
            name=_LISTING, folders=", ".join(map(str, _FOLDERS))
        )
    )
