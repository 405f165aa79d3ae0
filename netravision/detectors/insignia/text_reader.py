"""Lines of text of an image, by RapidOCR with the networks that its package holds.

PP-OCR's networks (Apache-2.0) come with the extra ``text``. They are named by their files, so
RapidOCR has nothing to fetch.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.core.resizing import longest_side_size
from netravision.detectors.insignia.phrases import Line
from netravision.errors import WatchlistError
from netravision.languages import gettext as _

__all__ = ["LONG_SIDE", "TextReader"]

#: Long side at which text is looked for: letters of 12 pixels are found there.
LONG_SIDE = {"fast": 640, "balanced": 960, "thorough": 1440}
#: Smaller images are enlarged to this side, at most so many times: a ballot card of 168 pixels.
_LEAST_SIDE, _ENLARGED = 480, 3.0
#: Below, what is read is noise: foliage and fabric.
_MIN_CERTAINTY = 0.5

#: The networks by their place in RapidOCR's parameters. Releases of 3.8 end the names differently.
_MODELS = {
    "Det": "ch_PP-OCRv4_det_*.onnx",
    "Rec": "ch_PP-OCRv4_rec_*.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_*.onnx",
}


class TextReader:
    """Reads text; holds the networks for it, 60 MB when it first looks.

    Parameters
    ----------
    profile : {"fast", "balanced", "thorough"}
        Decides how small letters are looked for: :data:`LONG_SIDE`.

    Raises
    ------
    WatchlistError
        If the extra is not installed.
    """

    def __init__(self, profile: Profile) -> None:
        self._long_side = LONG_SIDE[profile]
        try:
            rapidocr = importlib.import_module("rapidocr")
            importlib.import_module("onnxruntime")
            folder = Path(str(rapidocr.__file__)).parent / "models"
            models = {
                f"{place}.model_path": str(next(folder.glob(pattern)))
                for place, pattern in _MODELS.items()
            }
        except (ImportError, StopIteration) as error:
            raise WatchlistError(
                _(
                    "[[text]] needs a text recogniser that is not installed, or not in the version "
                    'needed: python -m pip install "netravision[text]"'
                )
            ) from error
        self._read: Any = rapidocr.RapidOCR(
            params={
                **models,
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.text_score": _MIN_CERTAINTY,
                # Larger images are resized before; see __call__.
                "Det.limit_type": "max",
                # Workers are processes.
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def __call__(self, image: ImagePyramid) -> list[Line]:
        """Lines of text, in no particular order.

        Parameters
        ----------
        image : ImagePyramid
            Of an upright (H, W, 3) RGB image.

        Returns
        -------
        list of Line
        """
        width, height = image.size_wh
        longest = max(width, height)
        side = min(self._long_side, max(longest, min(_LEAST_SIDE, round(_ENLARGED * longest))))
        size = longest_side_size((width, height), side)
        level = image.level(image.level_for(longest / side))
        shrinks = size[0] < level.shape[1]
        rgb = cv2.resize(level, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        seen = self._read(np.ascontiguousarray(rgb[..., ::-1]))
        if not seen.txts:
            return []
        scale = np.array([width / size[0], height / size[1]])
        lines = []
        for text, certainty, corners in zip(seen.txts, seen.scores, seen.boxes, strict=True):
            (x0, y0), (x1, y1) = (
                (edge * scale).clip(0, (width, height)).tolist()
                for edge in (np.min(corners, axis=0), np.max(corners, axis=0))
            )
            lines.append(Line(text, float(certainty), (x0, y0, x1, y1)))
        return lines
