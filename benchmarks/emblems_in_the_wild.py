"""Real screens, letterheads, posters and photos, with all shared provinces enrolled.

    NETRAVISION_DATA=../shared/data python benchmarks/emblems_in_the_wild.py --profile thorough

All drawings of each province are enrolled. Prints, for every labelled provincial emblem, its
size and the score found there, and for every other picture the best score of a misidentification.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import cv2
import exam

from netravision.core.pyramid import ImagePyramid
from netravision.detectors.emblem import EFFORTS, THRESHOLD
from netravision.imaging.image import read_image
from netravision.matching.templates.index import TemplateIndex


def main() -> None:
    """Search each picture and compare with its labels."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", choices=list(EFFORTS), default="thorough")
    parser.add_argument("--drawings", type=int, default=9, help="enrolled of each province")
    arguments = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    marks = exam.read_marks(data, "provinces")
    index = TemplateIndex(exam.references(exam.enrol(marks, drawings=arguments.drawings)))
    effort = EFFORTS[arguments.profile]
    labels = json.loads((data / "logos/in_the_wild/annotations.json").read_text(encoding="utf-8"))
    found = labelled = flagged = 0
    for label in labels:
        rgb = read_image(data / "logos" / label["path"]).rgb
        matches = {match.id: match for match in index.search(ImagePyramid(rgb), effort)}
        for box in label["boxes"]:
            kind, _, slug = box["label"].partition(":")
            if kind != "province":
                continue
            x0, y0, x1, y1 = box["xyxy_frac"]
            size = f"{(x1 - x0) * rgb.shape[1]:.0f} × {(y1 - y0) * rgb.shape[0]:.0f} px"
            match = matches.pop(slug, None)
            score = match.score if match else 0.0
            labelled, found = labelled + 1, found + (score >= THRESHOLD)
            print(f"{label['path']:<20} {slug:<18} {size:<14} {score:.3f}  {label['desc'][:50]}")
        wrong = max(matches.values(), key=lambda match: match.score, default=None)
        flagged += wrong is not None and wrong.score >= THRESHOLD
        if wrong:
            print(f"{label['path']:<20} wrong: {wrong.id} {wrong.score:.3f}")
    print(f"{found} of {labelled} found, {flagged} of {len(labels)} pictures misidentified")


if __name__ == "__main__":
    main()
