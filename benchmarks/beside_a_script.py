"""netravision beside the script that one would write, as whole processes, start included.

    NETRAVISION_DATA=../shared/data python benchmarks/beside_a_script.py

prints for ordinary photos (``hands/negatives``) and for photos of groups (``hands/groups``) the
processor seconds of ``usual_script.py`` and of ``netravision screen --workers 1``, once for each
profile, with the same photos, 8 emblems and 1 color; the photos a second of each beside the
script's; and, of groups, how many of the hands that show a listed pose became a right finding, and
how many of these a second. For netravision the numbers 1 to 5 and the published poses are looked
for; the script is right where it counts the fingers that are out.

Processor seconds of all processes, as other programs on the machine do not count; emblems are
enrolled before. One run of each, in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from hand_groups import LISTED, Group, judge, read_groups
from pipeline import write_watchlist

from netravision import Run, Watchlist, assets
from netravision.core.box import Box

SCRIPT = Path(__file__).with_name("usual_script.py")
PROFILES = ("fast", "balanced")
POSES = "".join(
    [f'\n[[number]]\nvalue = {value}\nlabel = "Paslon {value}"' for value in (4, 5)]
    + [f'\n[[pose]]\nname = "{each.name}"' for each in Watchlist.default().poses]
)

T = TypeVar("T")


class Outcome(NamedTuple):
    """Processor seconds, and findings of hands by photo: box, rule and score."""

    seconds: float
    hands: dict[str, list[tuple[Box, str, float]]]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ordinary", type=int, default=48, help="how many ordinary photos")
    parser.add_argument("--groups", type=int, default=16, help="how many photos of groups")
    args = parser.parse_args()
    data = Path(os.environ["NETRAVISION_DATA"]).resolve() / "hands"
    negatives = sorted(path for path in (data / "negatives").rglob("*.*") if path.is_file())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["NETRAVISION_CACHE"] = str(folder / "cache")
        os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
        (folder / "model.task").write_bytes(assets.load("hand_landmarker.task"))
        (folder / "watchlist").mkdir()
        watchlist = write_watchlist(data.parent / "logos" / "provinces", folder / "watchlist")
        with watchlist.open("a", encoding="utf-8") as stream:
            stream.write(POSES)
        screen(spread(negatives, 1), folder, "fast")  # enrolls
        compare("ordinary photos", spread(negatives, args.ordinary), folder)
        groups = spread(read_groups(data), args.groups)
        compare("photos of groups", [group.path for group in groups], folder, groups)


def spread(all_of_them: list[T], number: int) -> list[T]:
    """So many, evenly among all."""
    return [all_of_them[i * len(all_of_them) // number] for i in range(number)]


def compare(what: str, photos: Sequence[Path], folder: Path, groups: Sequence[Group] = ()) -> None:
    """Print one table."""
    outcomes = {"script": run_script(photos, folder)}
    for profile in PROFILES:
        outcomes[profile] = screen(photos, folder, profile)
    listed = sum(code in LISTED for group in groups for _box, code in group.labels)
    print(
        f"\n{len(photos)} {what}" + (f", {listed} hands that show a listed pose" if groups else "")
    )
    print(
        f"{'':10} {'seconds':>8} {'photos':>8}" + (f" {'right':>6} {'a second':>9}" * bool(groups))
    )
    theirs = outcomes["script"]
    for name, outcome in outcomes.items():
        line = f"{name:10} {outcome.seconds:8.1f} {theirs.seconds / outcome.seconds:6.2f} ×"
        if groups:
            right = count_right(outcome, groups)
            line += f" {right:6} {right / outcome.seconds:9.3f}"
        print(line, flush=True)


def run_script(photos: Sequence[Path], folder: Path) -> Outcome:
    """The script in a process of its own."""
    (folder / "photos.txt").write_text("\n".join(map(str, photos)), encoding="utf-8")
    words = [folder / "photos.txt", folder / "watchlist", folder / "model.task"]
    seconds, text = measured([sys.executable, str(SCRIPT), *map(str, words)], folder)
    hands: dict[str, list[tuple[Box, str, float]]] = {}
    for line in text.splitlines():
        seen = json.loads(line)
        hands[seen["photo"]] = [
            (tuple(hand["box"]), f"number-{sum(hand['fingers'])}", 1.0) for hand in seen["hands"]
        ]
    return Outcome(seconds, hands)


def screen(photos: Sequence[Path], folder: Path, profile: str) -> Outcome:
    """``netravision screen`` of the photos, into a new run."""
    for name in ("photos", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "photos").mkdir()
    names = {}
    for number, photo in enumerate(photos):
        names[f"{number:04}{photo.suffix}"] = str(photo)
        shutil.copy(photo, folder / "photos" / f"{number:04}{photo.suffix}")
    words = ["-m", "netravision", "screen", "photos", "--run", "run", "--workers", "1", "--quiet"]
    words += ["--watchlist", "watchlist/watchlist.toml", "--profile", profile]
    seconds, _text = measured([sys.executable, *words], folder)
    with Run.open(folder / "run") as run:
        hands = {
            names[result.photo.path or ""]: [
                (finding.box, finding.rule or "", finding.score)
                for finding in result.findings
                if finding.detector == "hands" and finding.box is not None
            ]
            for result in run.results()
        }
    return Outcome(seconds, hands)


def measured(command: Sequence[str], folder: Path) -> tuple[float, str]:
    """Processor seconds of a command and all that it started, and what it wrote."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = {"PYTHONPATH": str(Path(__file__).parents[1])}
    text = subprocess.run(
        command, cwd=folder, env=os.environ | path, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, text


def count_right(outcome: Outcome, groups: Sequence[Group]) -> int:
    """Hands with a right finding."""
    return sum(
        len({each.label for each in judge(outcome.hands[str(group.path)], group) if each.right})
        for group in groups
    )


if __name__ == "__main__":
    main()
