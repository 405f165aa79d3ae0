"""QR codes that lead to a campaign: what netravision must know before it looks at a photo.

This module is imported for every watchlist with a table ``[[qr]]``, also by commands that look at
no photo. What needs OpenCV is in ``detector.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from netravision.entries import IdentifiedEntry, Text
from netravision.evidence import Evidence, register
from netravision.languages import translator
from netravision.plugins import DetectorPlugin

__all__ = ["PLUGIN", "QrCode", "QrEvidence"]

_ = translator("netravision_qr")


class QrCode(IdentifiedEntry):
    """One ``[[qr]]`` of the watchlist; it has an ``id`` and a ``label``, too.

    Attributes
    ----------
    contains : str
        Part of the text of the code, in upper or lower case.
    """

    table = "qr"

    contains: Text


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class QrEvidence(Evidence):
    """A QR code that was read.

    Attributes
    ----------
    text : str
        What it says.
    side_px : int
        Mean length of its sides in pixels.
    """

    detector = "qr"
    kind = "qr"

    text: str
    side_px: int


def _sentence(label: str, seen: QrEvidence) -> str:
    return _("A QR code of {side} px says “{text}”.").format(side=seen.side_px, text=seen.text)


PLUGIN = DetectorPlugin(
    name="qr",
    title="QR code",
    entries=(QrCode,),
    sentence=_sentence,
    detector="netravision_qr.detector:QrDetector",
    examples="netravision_qr.examples:examples",
    measures={"text": "text of the code", "side_px": "length of a side in pixels"},
    gettext=_,
)
