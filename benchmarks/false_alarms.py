"""What an office with a full watchlist is shown of pictures in which nothing of it is.

    NETRAVISION_DATA=../shared/data python benchmarks/false_alarms.py

All shared provinces are enrolled as emblems and all parties as symbols, each by one file, the
screens and posters ``in_the_wild`` as material; numbers, poses and three colors are asked for.
Prints how many pictures have a finding, by kind, and where each finding is that is no color.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import exam

from netravision import Screener, Watchlist
from netravision.arguments import Kind, Profile
from netravision.finding import Finding
from netravision.watchlist import Color, Emblem, Material, Symbol

#: Light blue, yellow and orange, as in docs/insignia.md, with their watchlist's defaults.
COLORS = {"light-blue": "#8fd3f4", "yellow": "#ffd500", "orange": "#f26522"}


def full_watchlist(data: Path) -> Watchlist:
    """The numbers and poses of the default watchlist with marks, material and colors."""
    emblems, symbols = (
        exam.enrol(exam.read_marks(data, kind)).items() for kind in ("provinces", "parties")
    )
    posters = exam.read_marks(data, "in_the_wild")
    return Watchlist.default().model_copy(
        update={
            "emblems": tuple(Emblem(**_rule(slug, marks)) for slug, marks in emblems),
            "symbols": tuple(Symbol(**_rule(slug, marks)) for slug, marks in symbols),
            "materials": tuple(Material(**_rule(mark.path.stem, [mark])) for mark in posters),
            "colors": tuple(Color(id=id_, label=id_, srgb=srgb) for id_, srgb in COLORS.items()),
        }
    )


def _rule(slug: str, marks: list[exam.Mark]) -> dict[str, Any]:
    return {"id": slug, "label": slug, "images": tuple(mark.path for mark in marks)}


def pictures(data: Path) -> Iterator[tuple[str, Kind, list[Path]]]:
    """Groups of pictures without anything of the watchlist, and how they were posted."""
    yield "ordinary photos", "post", exam.photo_paths(data)
    for kind in ("avatars_negative", "regencies", "institutions"):
        yield kind, "avatar", [mark.path for mark in exam.read_marks(data, kind)]


def kind_of(finding: Finding) -> str:
    """Such as ``"hands"``, ``"emblem"``, ``"badge"`` or ``"color"``."""
    return finding.evidence.kind


def main() -> None:
    """Screen each group and print what is found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", choices=["fast", "balanced", "thorough"], default="balanced")
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture")
    arguments = parser.parse_args()
    profile: Profile = arguments.profile
    data = Path(os.environ["NETRAVISION_DATA"]).resolve()
    cv2.setNumThreads(1)
    with Screener(full_watchlist(data), profile=profile) as screener:
        for name, posted_as, paths in pictures(data):
            asked = paths[:: arguments.every]
            flagged: Counter[str] = Counter()
            lines = []
            for path in asked:
                findings = screener.screen(path, kind=posted_as).findings
                kinds = {kind_of(finding) for finding in findings}
                flagged.update(kinds)
                flagged["anything"] += bool(kinds)
                flagged["more than a color"] += bool(kinds - {"color"})
                lines += [
                    f"  {path.relative_to(data).as_posix()}: {finding.rule} {finding.score:.2f}"
                    for finding in findings
                    if kind_of(finding) != "color"
                ]
            counts = ", ".join(f"{kind} {count}" for kind, count in flagged.most_common() if count)
            print(f"{name}: {len(asked)} pictures, with {counts or 'nothing'}", *lines, sep="\n")


if __name__ == "__main__":
    main()
