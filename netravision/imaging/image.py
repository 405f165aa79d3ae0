"""Bytes to an upright RGB image: the one place that decodes image files.

Whatever the color mode, what comes out is (H, W, 3) uint8 sRGB, turned upright by its EXIF
orientation. Videos are read in :mod:`netravision.imaging.video`.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile
from PIL.PngImagePlugin import PngImageFile
from simplejpeg import decode_jpeg, decode_jpeg_header

from netravision.errors import PhotoError
from netravision.imaging.bmp import parse_bmp
from netravision.imaging.exif import QUARTER_TURNS, exif_orientation, upright
from netravision.imaging.file import read_bytes
from netravision.imaging.file_type import (
    HEAD_BYTES,
    IMAGE_FORMATS,
    Format,
    ImageFormat,
    ends_early,
    identify,
)
from netravision.imaging.gif import parse_gif
from netravision.imaging.heif import clean_aperture, parse_heif
from netravision.imaging.jpeg import parse_jpeg
from netravision.imaging.other_files import refusal
from netravision.imaging.parts import Parts, ends_in_zeros
from netravision.imaging.png import parse_png
from netravision.imaging.tiff import directories, parse_tiff
from netravision.imaging.tiff_samples import eight_bit, read_tiff
from netravision.imaging.webp import parse_webp
from netravision.languages import count
from netravision.languages import gettext as _

__all__ = [
    "MAX_PIXELS",
    "DecodedImage",
    "decode_image",
    "image_from_array",
    "image_from_pillow",
    "read_image",
    "read_reduced",
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

# Pixels of a WebP from which on memory counts: 60 MB in Pillow.
_LARGE = 4_000_000

# How Pillow calls RGB of 16 bits in a PNG.
_DEEP_RGB = "RGB;16B"

# What readers raise that say no more than this.
_OF_DAMAGED_HEADERS = (SyntaxError, IndexError, TypeError, struct.error)

# What a JPEG of each colors is decoded to, without those of print.
_SPACES = {"Gray": "GRAY", "YCbCr": "RGB", "RGB": "RGB"}

# What libjpeg says of a file without an end marker.
_END_IS_MISSING = "Premature end of JPEG file"

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


def read_reduced(
    source: str | os.PathLike[str], longest: int
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Decode an image file that is only looked at small.

    A sound JPEG is decoded at a half, quarter or eighth of its size, in a fraction of the time and
    of the memory; everything else at its own.

    Parameters
    ----------
    source : path
    longest : int
        Pixels that the longer side must keep.

    Returns
    -------
    rgb : (H, W, 3) uint8 ndarray
        Upright.
    size_wh : (int, int)
        Width and height of the whole picture, upright.

    Raises
    ------
    PhotoError
        As :func:`read_image`.
    """
    data = read_bytes(source)
    if identify(data[:HEAD_BYTES]) == "JPEG":
        parts = parse_jpeg(data)
        # What is damaged, or of a kind that only Pillow reads, is decoded as ever.
        with suppress(ValueError):
            height, width, colors, _sampling = decode_jpeg_header(parts.pixels)
            _check_size((width, height))
            step = next((step for step in (8, 4, 2) if max(height, width) >= step * longest), 1)
            if step > 1 and colors in _SPACES:
                decoded = decode_jpeg(
                    parts.pixels,
                    _SPACES[colors],
                    min_height=ceil(height / step),
                    min_width=ceil(width / step),
                    strict=True,
                )
                rgb = upright(_profile_applied(decoded, parts.profile), parts.orientation)
                is_turned = parts.orientation in QUARTER_TURNS
                return rgb, (height, width) if is_turned else (width, height)
    rgb = decode_image(data).rgb
    return rgb, (rgb.shape[1], rgb.shape[0])


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


def image_from_array(pixels: NDArray[np.uint8], *, bgr: bool = False) -> DecodedImage:
    """Take the pixels of an array; what is transparent is shown on white, as in a file.

    Parameters
    ----------
    pixels : (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) uint8 ndarray
        Gray, RGB or RGBA. RGB that is C-contiguous is not copied.
    bgr : bool
        Three or four channels begin with blue, as OpenCV has them.

    Returns
    -------
    DecodedImage

    Raises
    ------
    PhotoError
        With code ``too_large`` if it has more than :data:`MAX_PIXELS`.
    """
    _check_size((pixels.shape[1], pixels.shape[0]))
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] == 1:
        return _of_pixels(np.repeat(pixels, 3, axis=2))
    if bgr:
        pixels = pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]
    pixels = np.ascontiguousarray(pixels)
    if pixels.shape[2] == 4:
        pixels = _banded(Image.fromarray(pixels), None, keep_alpha=False)
    return _of_pixels(pixels)


def image_from_pillow(image: Image.Image) -> DecodedImage:
    """Take an image of Pillow, with its color profile and its EXIF orientation.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode; of an animation the frame that it stands at.

    Returns
    -------
    DecodedImage

    Raises
    ------
    PhotoError
        With code ``too_large`` if it has more than :data:`MAX_PIXELS`, and ``unreadable`` if Pillow
        cannot load it.
    """
    _check_size(image.size)
    try:
        with _one_at_a_time:
            image.load()
        orientation = exif_orientation(image.info.get("exif", b""))
        pixels = _banded(_of_8_bits(image), image.info.get("icc_profile"), keep_alpha=False)
        return _of_pixels(upright(pixels, orientation))
    except (Exception, MemoryError) as error:  # as in _decode
        message = _("the {format} cannot be decoded: {why}").format(
            format=image.format or "PIL.Image", why=error
        )
        raise PhotoError("unreadable", message) from error


def _of_pixels(rgb: NDArray[np.uint8]) -> DecodedImage:
    digest = hashlib.sha256(repr(rgb.shape).encode())
    digest.update(rgb.data)
    return DecodedImage(rgb, digest.hexdigest())


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
    """Upright RGB or RGBA pixels, and whether some of them are missing or damaged."""
    form = identify(data[:HEAD_BYTES])
    parts = Parts(b"")
    # A decoder fed with garbage can fail in any way it likes; whatever it raises is this
    # photo's failure and no one else's. MemoryError is among them: a decompression bomb.
    try:
        parts, form = _parts(data)
        rgb, is_sound = _decoded_jpeg(parts, form)
        if rgb is not None:
            return upright(rgb, parts.orientation), parts.incomplete
        with _one_at_a_time:
            try:
                pixels = _read_by_pillow(parts, form, keep_alpha)
                return pixels, parts.incomplete or not is_sound
            except OSError:
                with _truncation_allowed():
                    return _read_by_pillow(parts, form, keep_alpha, damaged=True), True
    except PhotoError:
        raise
    except (Exception, MemoryError) as error:
        is_cut = parts.incomplete or ends_in_zeros(data)
        if form is not None and (is_cut or ends_early(io.BytesIO(data), form)):
            message = _("the {format} ends before its first pixels").format(format=form)
            raise PhotoError("truncated", message) from error
        # libavif has words for what it refuses.
        damaged = isinstance(error, _OF_DAMAGED_HEADERS) and form != "AVIF"
        message = _("the {format} cannot be decoded: {why}").format(
            format=form, why=_("its header is damaged") if damaged else error
        )
        raise PhotoError("unreadable", message) from error


def _read_by_pillow(
    parts: Parts, form: ImageFormat, keep_alpha: bool, *, damaged: bool = False
) -> NDArray[np.uint8]:
    with _opened(parts, form, damaged=damaged) as image:
        _check_size(image.size)
        pixels = _decoded_in_place(parts, image)
        return _to_pixels(image, parts, keep_alpha) if pixels is None else pixels


def _parts(data: bytes) -> tuple[Parts, ImageFormat]:
    """Pixels and what is said about them, and the format that the pixels have."""
    form = identify(data[:HEAD_BYTES])
    if form not in IMAGE_FORMATS:
        raise _wrong_format(data, form)
    if form == "HEIC":
        require_heic()
    parts = _PARSERS[form](data)
    # A raw photo is a TIFF that holds a JPEG.
    return parts, "JPEG" if identify(parts.pixels[:HEAD_BYTES]) == "JPEG" else form


_PARSERS: dict[ImageFormat, Callable[[bytes], Parts]] = {
    "JPEG": parse_jpeg,
    "PNG": parse_png,
    "WEBP": parse_webp,
    "GIF": parse_gif,
    "BMP": parse_bmp,
    "TIFF": parse_tiff,
    "AVIF": parse_heif,
    "HEIC": parse_heif,
}


@contextmanager
def _opened(parts: Parts, form: ImageFormat, *, damaged: bool = False) -> Iterator[Image.Image]:
    """Pillow's image, of which only the header is read, and its warnings silenced.

    Its reader is called by name: `Image.open` would hide what the reader says.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if form == "TIFF":  # decoded at once
            _check_size(next(directories(parts.pixels)).size)
            yield read_tiff(parts.pixels, damaged=damaged)
            return
        if form not in Image.OPEN:
            Image.init()
        reader, _accepts = Image.OPEN["HEIF" if form == "HEIC" else form]
        with reader(io.BytesIO(parts.pixels), "") as image:
            yield image


def _wrong_format(data: bytes, form: Format | None) -> PhotoError:
    if form is None:
        return refusal(data[:HEAD_BYTES])
    told = _("a video ({format}), where a picture is needed").format(format=form)
    return PhotoError("unsupported", told)


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
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


def _decoded_jpeg(parts: Parts, form: ImageFormat) -> tuple[NDArray[np.uint8] | None, bool]:
    """Pixels in sRGB of a sound JPEG in gray or color, else None, and whether it is sound.

    Pillow keeps to itself what libjpeg says about damage, and takes 7 bytes a pixel where 3 do.
    Both made the same pixels of all 452 photos that were compared.
    """
    if form != "JPEG":
        return None, True
    try:
        height, width, colors, _sampling = decode_jpeg_header(parts.pixels)
    except ValueError:  # a kind that only Pillow reads, or none
        return None, True
    _check_size((width, height))
    space = {"Gray": "GRAY", "CMYK": "CMYK", "YCCK": "CMYK"}.get(colors, "RGB")
    try:
        decoded = decode_jpeg(parts.pixels, space, strict=True)
    except ValueError as error:
        # An end that is missing may have cost nothing: Pillow tells.
        return None, _END_IS_MISSING in str(error)
    if space == "CMYK":
        return None, True
    return _profile_applied(decoded, parts.profile), True


def _profile_applied(levels: NDArray[np.uint8], profile: bytes | None) -> NDArray[np.uint8]:
    """(H, W, 3) pixels in sRGB of (H, W, 1 or 3) ones, in place where it can be."""
    if levels.shape[2] == 3 and not profile:
        return levels
    rgb = levels if levels.shape[2] == 3 else np.empty((*levels.shape[:2], 3), np.uint8)
    if levels.shape[2] == 1:
        levels = levels[..., 0]
    for top in range(0, len(levels), _BAND):
        band = Image.fromarray(levels[top : top + _BAND])
        rgb[top : top + _BAND] = np.asarray(_to_srgb(band, profile))
    return rgb


def _decoded_in_place(parts: Parts, image: Image.Image) -> NDArray[np.uint8] | None:
    """Pixels in sRGB of a large WebP that Pillow has opened; None of any other picture.

    Pillow takes 15 bytes a pixel, as it decodes it as the animation that it could be. OpenCV takes
    6, has the same library, and made the same pixels of all photos that were compared.
    """
    width, height = image.size
    if width * height < _LARGE or image.format != "WEBP" or image.mode != "RGB":
        return None
    if getattr(image, "is_animated", False):
        return None
    import cv2  # only here: the command itself reads photos and never decodes one

    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    decoded = cv2.imdecode(np.frombuffer(parts.pixels, np.uint8), flags)
    if decoded is None:
        return None
    rgb = _profile_applied(np.asarray(decoded, np.uint8), parts.profile)
    return upright(rgb, parts.orientation)


def _to_pixels(image: Image.Image, parts: Parts, keep_alpha: bool) -> NDArray[np.uint8]:
    """Upright pixels in sRGB of a file that Pillow has opened."""
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else []
    is_deep = bool(tiles) and tiles[0].args == _DEEP_RGB
    image.load()
    if is_deep and "transparency" in image.info:
        _make_transparent(image, parts)
    profile = parts.profile or image.info.get("icc_profile")
    orientation = parts.orientation
    if image.format == "AVIF":
        # The container's own turn, as Pillow passes it on; no EXIF is left in the file.
        orientation = exif_orientation(image.info.get("exif", b""))
        if seen := clean_aperture(parts.pixels, *image.size):
            image = image.crop(seen)
    return upright(_banded(_of_8_bits(image), profile, keep_alpha=keep_alpha), orientation)


def _banded(image: Image.Image, profile: bytes | None, *, keep_alpha: bool) -> NDArray[np.uint8]:
    """Pixels in sRGB, band by band, as each step in Pillow takes 4 bytes a pixel.

    (H, W, 4) if the image has transparency and it is to be kept, else (H, W, 3).
    """
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


def _of_8_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit gray, which Pillow would clip at 255; with the value that is transparent."""
    if not (image.mode.startswith("I;16") or image.mode in ("I", "F")):
        return image
    values = np.asarray(image)
    gray = Image.fromarray(eight_bit(values.astype(np.uint16)))
    see_through = image.info.get("transparency")
    if isinstance(see_through, int):
        gray.putalpha(Image.fromarray(np.where(values == see_through, 0, 255).astype(np.uint8)))
    return gray


def _make_transparent(image: Image.Image, parts: Parts) -> None:
    """Give a PNG its transparent color, which has 16 bits where Pillow keeps the upper 8."""
    red, green, blue = image.info.pop("transparency")
    with PngImageFile(io.BytesIO(parts.pixels)) as lower_bits:
        lower_bits.tile = [lower_bits.tile[0]._replace(args="RGB;16L")]
        colors = np.asarray(image).astype(np.uint16) << 8 | np.asarray(lower_bits)
    is_clear = (colors == (red, green, blue)).all(axis=2)
    image.putalpha(Image.fromarray(np.where(is_clear, 0, 255).astype(np.uint8)))


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
