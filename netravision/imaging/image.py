"""Bytes to an upright RGB image: the one place that decodes image files.

Whatever the color mode, what comes out is (H, W, 3) uint8 sRGB, turned upright by its EXIF
orientation. Videos are read in :mod:`netravision.imaging.video`.
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
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from netravision.errors import PhotoError
from netravision.imaging.file import read_bytes
from netravision.imaging.file_type import (
    HEAD_BYTES,
    IMAGE_FORMATS,
    Format,
    ends_early,
    identify,
)
from netravision.imaging.other_files import refusal
from netravision.languages import count
from netravision.languages import gettext as _

__all__ = [
    "MAX_PIXELS",
    "DecodedImage",
    "decode_image",
    "header_size",
    "image_from_array",
    "read_image",
    "require_heic",
]

#: Decoded, this is 360 MB, the most that two workers of an 8 GB office PC can bear; phones
#: take up to 108 megapixels.
MAX_PIXELS = 120_000_000

# Without a handler, what Pillow logs about a broken header goes to standard error.
logging.getLogger("PIL").addHandler(logging.NullHandler())

# Pillow's own limit warns and raises by thresholds of its own; ours is checked before decoding.
Image.MAX_IMAGE_PIXELS = None

# Rows that are converted at a time.
_BAND = 256

# Pixels from which on the memory of a decoder counts: 28 MB in Pillow, of a WebP 60.
_LARGE = 4_000_000

# What Pillow does with a file that ends early is set for the whole process, not for a picture.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """Pixels of an image, and where they come from.

    Attributes
    ----------
    rgb : (H, W, 3) uint8 ndarray
        C-contiguous, upright.
    sha256 : str
        Of the file's bytes; of shape and pixels where an array was given.
    truncated : bool
        The file ended early; the missing part is gray.
    alpha : (H, W) uint8 ndarray or None
        Transparency, 0 to 255, if it was to be kept and there is some; `rgb` is then as stored,
        else as it shows on white.
    """

    rgb: NDArray[np.uint8]
    sha256: str
    truncated: bool = False
    alpha: NDArray[np.uint8] | None = None


def read_image(source: str | os.PathLike[str] | bytes, *, keep_alpha: bool = False) -> DecodedImage:
    """Decode an image file, by its path or its bytes.

    Parameters
    ----------
    source : path or bytes
    keep_alpha : bool
        Keep transparency apart instead of showing the image on white.

    Returns
    -------
    DecodedImage

    Raises
    ------
    PhotoError
        With one of the codes of :data:`netravision.result.ERROR_CODES`.
    """
    data = source if isinstance(source, bytes) else read_bytes(source)
    return decode_image(data, keep_alpha=keep_alpha)


def decode_image(data: bytes, *, keep_alpha: bool = False) -> DecodedImage:
    """Decode the bytes of an image file.

    Parameters
    ----------
    data : bytes
    keep_alpha : bool
        As for :func:`read_image`.

    Returns
    -------
    DecodedImage

    Raises
    ------
    PhotoError
        With one of the codes of :data:`netravision.result.ERROR_CODES`.
    """
    pixels, truncated = _decode(data, keep_alpha)
    sha256 = hashlib.sha256(data).hexdigest()
    if pixels.shape[2] == 3:
        return DecodedImage(pixels, sha256, truncated)
    rgb = np.ascontiguousarray(pixels[..., :3])
    return DecodedImage(rgb, sha256, truncated, np.ascontiguousarray(pixels[..., 3]))


def image_from_array(rgb: NDArray[np.uint8]) -> DecodedImage:
    """Take an (H, W, 3) uint8 RGB array as it is.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 ndarray

    Returns
    -------
    DecodedImage

    Raises
    ------
    TypeError, ValueError
        If it is another kind of array; that is the caller's mistake, not the photo's.
    """
    if rgb.dtype != np.uint8:
        raise TypeError(f"expected an array of uint8, got {rgb.dtype}")
    if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise ValueError(f"expected an array of shape (H, W, 3), got {rgb.shape}")
    rgb = np.ascontiguousarray(rgb)
    digest = hashlib.sha256(repr(rgb.shape).encode())
    digest.update(rgb.data)
    return DecodedImage(rgb, digest.hexdigest())


def header_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as an image file says, before any EXIF turn; None without any.

    For a JPEG, :func:`netravision.imaging.jpeg.read_header` is the faster way.

    Parameters
    ----------
    data : bytes
        Of an image file.

    Returns
    -------
    (int, int) or None
    """
    # Pillow joins all comments before the first frame of a GIF, in time that grows with the
    # square of their number.
    if identify(data[:HEAD_BYTES]) == "GIF" and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    try:
        with _opened(data) as image:
            return image.size
    except Exception:  # as in _decode: a header can fail in any way it likes
        return None


def require_heic() -> None:
    """Have Pillow read HEIC.

    Raises
    ------
    PhotoError
        With code ``unsupported`` if the package that reads it is not installed.
    """
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise PhotoError(
            "unsupported",
            _(
                "HEIC needs an extra package: python -m pip install pillow-heif, "
                "or netravision with the extra [heic]"
            ),
        ) from error
    register_heif_opener()


def _decode(data: bytes, keep_alpha: bool) -> tuple[NDArray[np.uint8], bool]:
    """Upright RGB or RGBA pixels, and whether the file ended early."""
    # A decoder fed with garbage can fail in any way it likes; whatever it raises is this
    # photo's failure and no one else's. MemoryError is among them: a decompression bomb.
    try:
        with _one_at_a_time:
            with _opened(data) as image:
                _check_size(image)
                try:
                    rgb = _decoded_in_place(data, image)
                    return _to_pixels(image, keep_alpha) if rgb is None else rgb, False
                except OSError:
                    pass
            with _truncation_allowed(), _opened(data) as image:
                return _to_pixels(image, keep_alpha), True
    except PhotoError:
        raise
    except (Exception, MemoryError) as error:
        form = identify(data[:HEAD_BYTES])
        if form is not None and ends_early(io.BytesIO(data), form):
            message = _("the {format} ends before its first pixels").format(format=form)
            raise PhotoError("truncated", message) from error
        damaged = isinstance(error, UnidentifiedImageError)
        message = _("the {format} cannot be decoded: {why}").format(
            format=form, why=_("its header is damaged") if damaged else error
        )
        raise PhotoError("unreadable", message) from error


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Pillow's image, of which only the header is read, and its warnings silenced.

    Only the reader of the format that the content shows is tried; of Pillow's others, some
    run programs.
    """
    form = identify(data[:HEAD_BYTES])
    if form not in IMAGE_FORMATS:
        raise _wrong_format(data, form)
    if form == "HEIC":
        require_heic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = "HEIF" if form == "HEIC" else str(form)
        with Image.open(io.BytesIO(data), formats=[reader]) as image:
            yield image


def _wrong_format(data: bytes, form: Format | None) -> PhotoError:
    if form is None:
        return refusal(data[:HEAD_BYTES])
    told = _("a video ({format}), where a picture is needed").format(format=form)
    return PhotoError("unsupported", told)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoError(
            "too_large",
            _("{width} × {height} pixels; at most {limit} pixels are decoded").format(
                width=width, height=height, limit=count(MAX_PIXELS)
            ),
        )


@contextmanager
def _truncation_allowed() -> Iterator[None]:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _decoded_in_place(data: bytes, image: Image.Image) -> NDArray[np.uint8] | None:
    """Pixels in sRGB of a large JPEG or WebP that Pillow has opened; None of any other picture.

    Pillow takes 7 bytes a pixel for a JPEG, and 15 for a WebP, which it decodes as the animation
    that it could be. OpenCV takes 6, has the same libraries, and made the same pixels of all 1,077
    photos that were compared.
    """
    width, height = image.size
    if width * height < _LARGE or image.format not in ("JPEG", "WEBP") or image.mode != "RGB":
        return None
    # A JPEG that was cut off has no end marker; OpenCV would not say so.
    if image.format == "JPEG" and not data.endswith(b"\xff\xd9"):
        return None
    is_upright = image.getexif().get(ExifTags.Base.Orientation, 1) == 1
    if not is_upright or getattr(image, "is_animated", False):
        return None
    import cv2  # only here: the command itself reads photos and never decodes one

    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if decoded is None:
        return None
    rgb = np.asarray(decoded, np.uint8)
    if profile := image.info.get("icc_profile"):
        for top in range(0, height, _BAND):
            band = rgb[top : top + _BAND]
            band[:] = np.asarray(_to_srgb(Image.fromarray(band), profile))
    return rgb


def _to_pixels(image: Image.Image, keep_alpha: bool) -> NDArray[np.uint8]:
    """Upright pixels in sRGB, band by band, as each step in Pillow takes 4 bytes a pixel.

    (H, W, 4) if the image has transparency and it is to be kept, else (H, W, 3).
    """
    image.load()
    profile = image.info.get("icc_profile")
    # In place: turned or not, of a photo of 12 megapixels each copy takes 48 MB.
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = _to_8_bits(image)
    width, height = image.size
    channels = 4 if keep_alpha and image.has_transparency_data else 3
    pixels = np.empty((height, width, channels), np.uint8)
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        band = image.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(_shown(band, profile, keep_alpha))
    return pixels


def _shown(image: Image.Image, profile: bytes | None, keep_alpha: bool) -> Image.Image:
    """In sRGB; what is transparent is kept, or shown as a browser does."""
    if not image.has_transparency_data:
        return _to_srgb(image, profile)
    alpha = image.convert("RGBA").getchannel("A")
    opaque = _to_srgb(_without_alpha(image), profile)
    if keep_alpha:
        opaque.putalpha(alpha)
        return opaque
    # White is what chat programs and browsers show behind a transparent picture.
    return Image.composite(opaque, Image.new("RGB", image.size, "white"), alpha)


def _in_rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def _without_alpha(image: Image.Image) -> Image.Image:
    """Colors of a picture whose transparency is kept elsewhere, in a mode profiles know."""
    if image.mode in ("L", "LA"):
        return image.convert("L")
    return image.convert("RGBA").convert("RGB")


def _to_8_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit, 32-bit and float gray to 8 bits.

    Pillow would clip at 255. Integers are taken as 16-bit when they exceed 8; floats are
    stretched over their own range, as they have no other.
    """
    if image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = values.min(), values.max()
    else:
        # Exact for 16 bits, and in place below: 100 megapixels would take gigabytes.
        values = np.array(image, dtype=np.float32)
        low, high = 0.0, 255.0 if image.mode == "I" and values.max() <= 255 else 65535.0
    values -= low
    values /= max(high - low, 1e-12)
    np.clip(values, 0, 1, out=values)
    values *= 255
    return Image.fromarray(np.rint(values, out=values).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB as sRGB; an unusable profile leaves the colors as they are, as viewers do."""
    if image.mode == "LAB":
        profile = None
    elif not profile:
        return _in_rgb(image)
    elif image.mode not in ("L", "RGB", "CMYK"):
        # Palettes are RGB, and so is what JPEG keeps as luminance and chroma.
        image = image.convert("L" if image.mode == "1" else "RGB")
    try:
        converted = ImageCms.applyTransform(image, _transform(image.mode, profile))
    except (ImageCms.PyCMSError, OSError, ValueError):
        converted = None
    return _in_rgb(image) if converted is None else converted


# Kept, as all bands of a picture have the same.
@lru_cache(maxsize=1)
def _transform(mode: str, profile: bytes | None) -> ImageCms.ImageCmsTransform:
    """From a profile, or without one from Lab, to sRGB."""
    source = ImageCms.createProfile("LAB") if profile is None else io.BytesIO(profile)
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(source), ImageCms.createProfile("sRGB"), mode, "RGB"
    )
