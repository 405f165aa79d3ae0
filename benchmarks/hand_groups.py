"""Group photos: what is found of the hands that show something, and what else is flagged.

Used by ``benchmarks/hands.py``. Photos of one source are alike, so recall is printed by source as
well, the worst first. Nothing in the detector was trained or tuned on these photos.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from netravision.core.box import Box

__all__ = [
    "Group",
    "Looked",
    "Outcome",
    "judge",
    "label_at",
    "middle_in",
    "plot_groups",
    "print_groups",
    "read_groups",
]

#: Codes of hands that show a pose of the default watchlist.
LISTED = frozenset("12345TLCRH")
#: Codes of which nobody can tell what they show: neither right nor wrong.
UNKNOWN = "U"
SMALL_PX = 30
# Precision of fewer findings says nothing.
_LEAST_FINDINGS = 20

#: Rules of the default watchlist that fit what a hand of each code shows.
RULES_OF_CODE: dict[str, frozenset[str]] = {
    **{number: frozenset({f"number-{number}"}) for number in "12345"},
    "T": frozenset({"pose-thumb_up"}),
    "L": frozenset({"pose-pistol", "number-2"}),
    "C": frozenset({"pose-call"}),
    "R": frozenset({"pose-rock", "pose-ily"}),
    "H": frozenset({"pose-finger_heart"}),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A photo: its path, its source, and its labelled hands."""

    path: Path
    source: str
    labels: tuple[tuple[Box, str], ...]

    @property
    def nobody_shows_anything(self) -> bool:
        """Whether no hand shows a listed pose or one that nobody can tell."""
        return not any(code in LISTED or code == UNKNOWN for _box, code in self.labels)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finding, and the code of the hand there; None where no hand is labelled."""

    box: Box
    rule: str
    score: float
    code: str | None
    label: int | None

    @property
    def right(self) -> bool:
        """Whether the rule is about what the hand shows."""
        return self.code is not None and self.rule in RULES_OF_CODE.get(self.code, ())


#: A photo, what its findings are about, the number each labelled hand was read as, and seconds.
Looked = tuple[Group, list[Outcome], dict[int, int | None], float]


def read_groups(folder: Path) -> list[Group]:
    """All photos of ``hands/groups``, in the order of the labels."""
    labels = json.loads((folder / "groups_labels.json").read_text(encoding="utf-8"))
    with (folder / "groups_manifest.csv").open(encoding="utf-8", newline="") as stream:
        source = {row["path"]: row["source_repo"] for row in csv.DictReader(stream)}
    return [
        Group(
            folder / "groups" / path,
            source[f"groups/{path}"],
            tuple((tuple(hand["box"]), hand["code"]) for hand in photo["hands"]),
        )
        for path, photo in labels.items()
    ]


def label_at(box: Box, labels: Sequence[tuple[Box, str]]) -> int | None:
    """Number of the labelled hand that a box is about: the nearest of those it may be about.

    The middle of one box lies within the other enlarged by a quarter, and the longer side of one
    is at most four times the other's.
    """
    best, nearest = None, float("inf")
    for number, (label, _code) in enumerate(labels):
        ratio = _longer(box) / max(_longer(label), 1e-6)
        if 0.25 <= ratio <= 4 and (middle_in(box, label) or middle_in(label, box)):
            apart = float(np.hypot(*(np.subtract(_middle(box), _middle(label)))))
            distance = apart / _longer(label) + 0.3 * abs(float(np.log(ratio)))
            if distance < nearest:
                best, nearest = number, distance
    return best


def middle_in(box: Sequence[float], other: Sequence[float]) -> bool:
    """Whether a box has its middle in another, enlarged by a quarter of its size on each side."""
    x, y = _middle(box)
    slack_x, slack_y = (other[2] - other[0]) / 4, (other[3] - other[1]) / 4
    return (
        other[0] - slack_x <= x <= other[2] + slack_x
        and other[1] - slack_y <= y <= other[3] + slack_y
    )


def judge(findings: Iterable[tuple[Box, str, float]], group: Group) -> list[Outcome]:
    """What each finding of a photo is about; those about hands that nobody can tell are left out.

    Parameters
    ----------
    findings : iterable of (box, rule, score)
    group : Group
    """
    outcomes = []
    for box, rule, score in findings:
        label = label_at(box, group.labels)
        code = None if label is None else group.labels[label][1]
        if code != UNKNOWN:
            outcomes.append(Outcome(box, rule, score, code, label))
    return outcomes


def print_groups(photos: Sequence[Looked]) -> None:
    """Print the table."""
    listed: list[tuple[str, float, bool]] = []
    outcomes: list[Outcome] = []
    quiet: list[bool] = []
    numbers: list[bool] = []
    by_source: dict[str, list[bool]] = defaultdict(list)
    for group, found, read, _seconds in photos:
        hit = {outcome.label for outcome in found if outcome.right}
        for number, (box, code) in enumerate(group.labels):
            if code in LISTED:
                listed.append((code, _longer(box), number in hit))
                by_source[group.source].append(number in hit)
            if code in "12345" and number in read:
                numbers.append(read[number] == int(code))
        outcomes += found
        if group.nobody_shows_anything:
            quiet.append(bool(found))
    small = [hit for _code, size, hit in listed if size < SMALL_PX]
    right = [outcome.right for outcome in outcomes]
    print(
        f"group photos: {len(photos)} of {len({group.source for group, *_rest in photos})} sources"
    )
    hits = _share(hit for *_rest, hit in listed)
    print(f"hands showing a listed pose that become the right finding: {hits}")
    print(f"of these, under {SMALL_PX} px: {_share(small)}")
    print(f"precision of hand findings: {_share(right)}")
    print(f"photos in which nobody shows anything, flagged: {_share(quiet)}")
    print(f"number right among found 1 to 5: {_share(numbers)}")
    for low, high in ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        inside = [outcome.right for outcome in outcomes if low <= outcome.score < high]
        print(f"findings scored {low} to {min(high, 1.0)}: right {_share(inside)}")
    codes = sorted({code for code, _size, _hit in listed})
    print(
        "by code: "
        + ", ".join(f"{code} {_share(h for c, _s, h in listed if c == code)}" for code in codes)
    )
    wrong = Counter((outcome.rule, outcome.code) for outcome in outcomes if not outcome.right)
    print(
        "false alarms: "
        + ", ".join(f"{rule} on {code} {n}" for (rule, code), n in wrong.most_common(14))
    )
    worst = sorted(by_source.items(), key=lambda item: np.mean(item[1]))
    print("worst sources: " + ", ".join(_share(hits) for _name, hits in worst if len(hits) >= 5))
    print(f"{1000 * np.mean([seconds for *_rest, seconds in photos]):.0f} ms a photo")


def plot_groups(results: Mapping[str, Sequence[Looked]], path: Path) -> None:
    """Draw precision against recall at every lowest score, a line for each profile.

    Parameters
    ----------
    results : mapping of str to sequence of Looked
        By profile.
    path : Path
        Of the SVG.
    """
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "netravision", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for name, photos in results.items():
        shown = sum(code in LISTED for group, *_rest in photos for _box, code in group.labels)
        found = sorted(
            (
                (outcome.score, number, outcome)
                for number, (_group, outcomes, *_rest) in enumerate(photos)
                for outcome in outcomes
            ),
            key=lambda each: -each[0],
        )
        hits = set[tuple[int, int | None]]()
        recall, right = [], np.cumsum([outcome.right for *_rest, outcome in found])
        for _score, number, outcome in found:
            if outcome.right:
                hits.add((number, outcome.label))
            recall.append(len(hits) / shown)
        seconds = np.mean([seconds for *_rest, seconds in photos])
        first = _LEAST_FINDINGS - 1
        precision = right / np.arange(1, len(found) + 1)
        axes.plot(recall[first:], precision[first:], label=f"{name}, {seconds:.1f} s a photo")
        axes.plot(recall[-1:], precision[-1:], "ko", markersize=4)
    axes.set(xlabel="shown hands that become the right finding", ylabel="findings that are right")
    axes.set(xlim=(0, 1), ylim=(0.5, 1.02))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    figure.savefig(path, metadata={"Date": None})


def _share(values: Iterable[bool]) -> str:
    known = list(values)
    return f"{np.mean(known):.3f} of {len(known)}" if known else "none"


def _middle(box: Sequence[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _longer(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])
