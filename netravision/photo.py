"""Bytes to an upright RGB picture: the one place that touches image files.

Formats are told by content, never by suffix. Whatever the colour mode, what comes out is
(H, W, 3) uint8 sRGB, turned upright by its EXIF orientation.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from netravision.errors import PhotoError

#: MPO is read by Pillow's JPEG plugin, which alone is registered.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")

#: Decoded, this is 360 MB, the most that two workers of an 8 GB office PC can bear; phones
#: take up to 108 megapixels.
MAX_PIXELS = 120_000_000

#: No photo comes near it; archives renamed to .jpg do.
MAX_BYTES = 256 * 2**20

# Without a handler, what Pillow logs about a broken header goes to standard error.
logging.getLogger("PIL").addHandler(logging.NullHandler())

# Pillow's own limit warns and raises by thresholds of its own; ours is checked before decoding.
Image.MAX_IMAGE_PIXELS = None

Source = str | os.PathLike[str] | bytes | NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    rgb : (H, W, 3) uint8 ndarray
        C-contiguous, upright.
    sha256 : str
        Of the file's bytes; of shape and pixels where an array was given.
    truncated : bool
        The file ended early; the missing part is gray.
    """

    rgb: NDArray[np.uint8]
    sha256: str
    truncated: bool = False


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Content of a file.

    Raises
    ------
    PhotoError
        With code ``vanished``, ``permission_denied``, ``empty``, ``too_large`` or
        ``unreadable``.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise PhotoError(
                "too_large", f"{path.name} has {size:,} bytes; at most {MAX_BYTES:,} are read"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PhotoError("vanished", f"{path.name} is no longer there") from error
    except PermissionError as error:
        raise PhotoError(
            "permission_denied", f"{path.name} may not be read by this user"
        ) from error
    except OSError as error:
        raise PhotoError("unreadable", f"{path.name} cannot be read: {error.strerror}") from error


def read_picture(source: Source) -> Picture:
    """Decode a path, the bytes of an image file, or take an RGB array as it is.

    Parameters
    ----------
    source : path, bytes or (H, W, 3) uint8 ndarray

    Raises
    ------
    PhotoError
        With one of the codes of :data:`netravision.result.ERROR_CODES`.
    TypeError, ValueError
        If an array is not (H, W, 3) uint8; that is the caller's mistake, not the photo's.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    data = source if isinstance(source, bytes) else read_bytes(source)
    if not data:
        raise PhotoError("empty", "the file has no content")
    rgb, truncated = _decode(data)
    return Picture(rgb, hashlib.sha256(data).hexdigest(), truncated)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the file's header gives them, before any EXIF turn.

    None where there is no header to read. Nothing is decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return image.size
    except Exception:  # as in _decode: a header can fail in any way it likes
        return None


def _from_array(rgb: NDArray[np.uint8]) -> Picture:
    if rgb.dtype != np.uint8:
        raise TypeError(f"expected an array of uint8, got {rgb.dtype}")
    if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise ValueError(f"expected an array of shape (H, W, 3), got {rgb.shape}")
    rgb = np.ascontiguousarray(rgb)
    digest = hashlib.sha256(repr(rgb.shape).encode())
    digest.update(rgb.data)
    return Picture(rgb, digest.hexdigest())


def _decode(data: bytes) -> tuple[NDArray[np.uint8], bool]:
    """Upright RGB pixels, and whether the file ended early."""
    # A decoder fed with garbage can fail in any way it likes; whatever it raises is this
    # photo's failure and no one else's. MemoryError is among them: a decompression bomb.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_size(image)
                try:
                    image.load()
                    return _to_rgb(image), False
                except OSError:
                    pass
            with _truncation_allowed(), Image.open(io.BytesIO(data), formats=FORMATS) as image:
                image.load()
                return _to_rgb(image), True
    except PhotoError:
        raise
    except UnidentifiedImageError as error:
        raise PhotoError(
            "unsupported", f"not a picture in one of the formats {', '.join(FORMATS)}"
        ) from error
    except (Exception, MemoryError) as error:
        raise PhotoError("unreadable", f"the picture cannot be decoded: {error}") from error


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoError(
            "too_large", f"{width} × {height} pixels; at most {MAX_PIXELS:,} pixels are decoded"
        )


@contextmanager
def _truncation_allowed() -> Iterator[None]:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = _to_8_bits(image)
    if image.has_transparency_data:
        # White is what chat programs and browsers show behind a transparent picture.
        image = image.convert("RGBA")
        canvas = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(canvas, image)
    elif profile and image.mode in ("RGB", "CMYK"):
        image = _to_srgb(image, profile)
    return np.ascontiguousarray(image.convert("RGB"), dtype=np.uint8)


def _to_8_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit, 32-bit and float gray to 8 bits.

    Pillow would clip at 255. Integers are taken as 16-bit when they exceed 8; floats are
    stretched over their own range, as they have no other.
    """
    values = np.asarray(image, dtype=np.float64)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = (values.min(), values.max()) if image.mode == "F" else (0.0, 65535.0)
    if image.mode == "I" and values.max() <= 255:
        high = 255.0
    scaled = np.clip((values - low) / max(high - low, 1e-12), 0, 1) * 255
    return Image.fromarray(np.rint(scaled).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colors as sRGB; an unusable profile leaves them as they are, as viewers do."""
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if converted is None else converted
