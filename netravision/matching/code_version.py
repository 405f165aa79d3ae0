"""Which code computes what is kept, so that no change of it is overlooked."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import PIL

from netravision.imaging import image
from netravision.matching import references

__all__ = ["code_version"]


def code_version(folder: Path) -> str | None:
    """Hash of the sources of a package, of what reads its pictures, and of the libraries' versions.

    Parameters
    ----------
    folder : Path
        Of the package.

    Returns
    -------
    str or None
        16 hexadecimal digits. None where the sources are not installed: nothing would tell one
        version from the next.
    """
    libraries = f"{cv2.__version__} {np.__version__} {PIL.__version__}"
    digest = hashlib.sha256(libraries.encode())
    sources = sorted(folder.glob("*.py"))
    try:
        for source in (*sources, Path(references.__file__), Path(image.__file__)):
            digest.update(source.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()[:16]
