"""Files that are no picture and no video of ours: which of them a person should hear about.

A caption, a sidecar or an archive is passed over; a picture in a format that is not read, or with
a broken beginning, is a photo that nobody has looked at.
"""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from netravision.errors import PhotoError
from netravision.imaging.file_type import IMAGE_FORMATS, VIDEO_FORMATS
from netravision.languages import gettext as _

__all__ = ["is_named_as_media", "refusal"]

# Beginnings of pictures and videos that are not read: Photoshop, icons, JPEG 2000 and XL, OpenEXR,
# Radiance, DirectDraw, QOI, FITS, PCX, raw photos of Fuji, Olympus, Panasonic, Sigma and Minolta,
# PostScript, SVG, XPM, Flash, RealMedia, Theora, MPEG and others.
_PICTURES = re.compile(
    rb"8BPS|8BPB|\0\0[\x01\x02]\0[\x01-\xff]\0|icns|\0\0\0\x0c(jP  |JXL )\r\n\x87\n"
    rb"|\xff\x4f\xff\x51|\xff\x0a"
    rb"|\x76\x2f\x31\x01|#\?RADIANCE|DDS |qoif|SIMPLE  =|\x0a[\0-\x05]\x01[\x01\x02\x04\x08]"
    rb"|P[1-6fF]\s+(#[^\n]*\n\s*)*[0-9]+\s+[0-9]+\s|P7\nWIDTH "
    rb"|FUJIFILM|IIR[OS]|MMOR|IIU\0|FOVb|\0MRM|II\x1a\0\0\0HEAPCCDR|\xc5\xd0\xd3\xc6|%!PS[^\n]*EPSF"
    rb"|(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--((?!-->).)*-->\s*)*"
    rb"(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]"
    rb"|/\* XPM|FLV\x01|\.RMF|OggS.{24}\x80theora|\0\0\x01[\xb3\xba]|BLP[12]|\x59\xa6\x6a\x95"
    rb"|\x01\xda[\0\x01][\x01\x02]|AT&TFORM|DanM|LinS|\xb1\x68\xde\x3a|II\xbc\x01"
    rb"|gimp xcf|FORM....(ILBM|PBM )|\xd7\xcd\xc6\x9a\0\0|\x01\0\0\0.{36} EMF",
    re.DOTALL,
)
# Frames of Autodesk animations, and raw photos of Canon and sequences of pictures in ISO files,
# have their mark behind the first bytes.
_PICTURES_LATER = ((4, (b"\x11\xaf", b"\x12\xaf")), (8, (b"crx ", b"jxl ", b"jp2 ")))

# Beginnings of what people and programs keep beside photos: archives, documents, databases (also
# Thumbs.db, an OLE file), sound, fonts, programs, shortcuts, e-mail.
_OTHERS = re.compile(
    rb"PK(\x03\x04|\x05\x06|\x07\x08)|\x1f\x8b|\x1f[\x9d\xa0]|BZh|\xfd7zXZ\0|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07"
    rb"|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|%PDF-|%!PS|\{\\rtf"
    rb"|SQLite format 3\0|bplist00|MZ|\x7fELF|\xca\xfe\xba\xbe|[\xcf\xce]\xfa\xed\xfe|\0asm"
    rb"|ID3|\xff[\xf1-\xf3\xf9-\xfb]|fLaC|OggS|MThd|#!AMR|RIFF....WAVE|FORM....AIF|ADIF"
    rb"|wOF[F2]|OTTO|\0\x01\0\0\0|ttcf|L\0\0\0\x01\x14\x02\0|\0\x05\x16\x07|\x80\x04\x95|Cr24|\x1aE\xdf\xa3|BEGIN:VC"
    rb"|!<arch>\n|!BDN|ITSF|MSCF|\x93NUMPY|\x89HDF|PAR1|\0\0\0\x01Bud1",
    re.DOTALL,
)
_TAR_AT = 257

# Control characters that no text has.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_MEDIA_SUFFIXES = frozenset(
    (
        *("jpg", "jpeg", "jpe", "jfif", "jif", "mpo", "png", "apng", "webp", "gif", "bmp", "dib"),
        *("tif", "tiff", "avif", "avifs", "heic", "heif", "hif"),
        *("jp2", "j2k", "jpf", "jpx", "jxl", "jxr", "ico", "cur", "icns", "psd", "psb", "tga"),
        *("pcx", "pbm", "pgm", "ppm", "pnm", "pfm", "dds", "exr", "hdr", "qoi", "svg", "eps"),
        *("arw", "cr2", "cr3", "crw", "dng", "nef", "nrw", "orf", "pef", "raf", "raw", "rw2"),
        *("srw", "x3f", "mp4", "m4v", "mov", "qt", "webm", "mkv", "avi", "ts", "mts", "m2ts"),
        *("wmv", "asf", "3gp", "3g2", "flv", "f4v", "mpg", "mpeg", "mpe", "vob", "ogv", "rm"),
        *("rmvb", "divx", "fli", "flc"),
    )
)


def refusal(head: bytes, name: str | None = None) -> PhotoError:
    r"""Why a file is not looked at whose format :func:`identify` does not know.

    Content decides; where it says nothing, the name does, for a photo with a broken beginning must
    not be taken for a sidecar.

    Parameters
    ----------
    head : bytes
        At least :data:`netravision.imaging.file_type.HEAD_BYTES`, or the whole file where it is
        shorter.
    name : str, optional
        Of the file; without one it is taken for a photo's.

    Returns
    -------
    PhotoError
        Code ``not_a_picture`` for what is surely something else, or not called a picture;
        ``empty`` or ``unsupported`` otherwise.

    Examples
    --------
    >>> refusal(b"rapat hari Senin", "1.jpg").code
    'not_a_picture'
    >>> refusal(b"8BPS\0\1", "1.psd").code
    'unsupported'
    >>> refusal(b"", "1.jpg").code, refusal(b"", "1.txt").code
    ('empty', 'not_a_picture')
    """
    message = _("neither a picture ({pictures}) nor a video ({videos})").format(
        pictures=", ".join(IMAGE_FORMATS), videos=", ".join(VIDEO_FORMATS)
    )
    if not _is_picture(head):
        is_called_otherwise = name is not None and _suffix(name) not in ("", *_MEDIA_SUFFIXES)
        if is_called_otherwise or (head and _is_something_else(head)):
            return PhotoError("not_a_picture", message)
        if not head:
            return PhotoError("empty", _("the file has no content"))
    return PhotoError("unsupported", message)


def is_named_as_media(name: str) -> bool:
    """Whether a file is called as pictures and videos are: what a count before reading goes by.

    Parameters
    ----------
    name : str
        Of the file, or its path.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_named_as_media("akun_a/IMG_1.JPG"), is_named_as_media("akun_a/1.json.xz")
    (True, False)
    """
    return _suffix(name) in _MEDIA_SUFFIXES


def _suffix(name: str) -> str:
    return PurePath(name).suffix[1:].lower()


def _is_picture(head: bytes) -> bool:
    return _PICTURES.match(head) is not None or any(
        head[at:].startswith(marks) for at, marks in _PICTURES_LATER
    )


def _is_something_else(head: bytes) -> bool:
    return (
        _OTHERS.match(head) is not None
        or head[_TAR_AT:].startswith(b"ustar")
        or head[4:8] == b"ftyp"
        or _is_text(head)
    )


def _is_text(head: bytes) -> bool:
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # The last character may be cut.
    decoder = codecs.getincrementaldecoder("utf-16" if is_wide else "utf-8")()
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(text) is None
