"""A run measured by what people say is in its photos: precision, recall, calibration.

What is counted is a rule in a photo, as a person looks at a photo once: its score is that of the
strongest finding, and it is right if what the rule asks for is anywhere in the photo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np

from netravision.core.rates import Counts, Reliability, counts_at, reliability, wilson_interval
from netravision.errors import RunError
from netravision.result import DetectorName, Finding, Result
from netravision.review.labels import DETECTORS_OF, Labels, PhotoLabels, family, rules_of
from netravision.run import Run
from netravision.watchlist import Watchlist, account_key

SCHEMA = "netravision.evaluation/1"

#: Scores at which precision and recall are told in the tables.
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that was counted.

    >>> Rate(9, 10).to_dict()
    {'value': 0.9, 'low': 0.5958, 'high': 0.9821}
    """

    hits: int
    trials: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1]; None where nothing could be counted."""
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval."""
        if not self.trials:
            return None
        low, high = wilson_interval(self.hits, self.trials).tolist()
        return low, high

    def to_dict(self) -> dict[str, float] | None:
        """Value and interval; the counts stand beside it."""
        if self.value is None or self.interval is None:
            return None
        low, high = self.interval
        return {"value": round(self.value, 4), "low": round(low, 4), "high": round(high, 4)}


@dataclass(frozen=True, slots=True)
class Line:
    """Counts of one rule, one detector, or one threshold, in rules of photos.

    Attributes
    ----------
    there : int
        People say it is there; 0 where they have not said so of all photos, as nothing is known
        of recall then.
    hits : int
        Of those, found.
    found : int
        Found where people say whether it is there.
    right : int
        Of those, there.
    """

    there: int
    hits: int
    found: int
    right: int

    @property
    def precision(self) -> Rate:
        """What share of the findings is right."""
        return Rate(self.right, self.found)

    @property
    def recall(self) -> Rate:
        """What share of what is there is found."""
        return Rate(self.hits, self.there)

    def to_dict(self) -> dict[str, Any]:
        """Counts and rates."""
        return {
            "there": self.there,
            "hits": self.hits,
            "found": self.found,
            "right": self.right,
            "precision": self.precision.to_dict(),
            "recall": self.recall.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One rule in one photo: what a detector says of it, and people.

    Attributes
    ----------
    path : str
    account : str or None
    rule : str
    detector : str
    found : float
        Score of the strongest finding; 0 where there is none.
    seen : float
        The same, or of the strongest observation that the rule would ask for.
    there : bool or None
        Whether it is there for this detector to find; None where a number is there, and nobody
        has said whether by a hand or on a badge.
    right : bool or None
        Whether a finding is right; None where nobody has said.
    """

    path: str
    account: str | None
    rule: str
    detector: DetectorName
    found: float
    seen: float
    there: bool | None
    right: bool | None


@dataclass(frozen=True, slots=True)
class Question:
    """Whether what a rule asks for is in a photo, and what each detector claims."""

    rule: str
    there: bool
    claims: tuple[Claim, ...]

    @property
    def found(self) -> bool:
        """Whether any detector has found it."""
        return any(claim.found for claim in self.claims)

    @property
    def nearest(self) -> Claim:
        """The claim with the highest score."""
        return max(self.claims, key=lambda claim: claim.seen)


@dataclass(frozen=True, slots=True)
class DetectorMeasure:
    """How good one detector is.

    Attributes
    ----------
    name : str
    line : Line
        Of its findings.
    thresholds : dict of float to Line
        Of everything seen with at least that score; what was seen below the score of a finding
        is known of runs with observations only.
    curve : Counts
        The same at every score that occurs.
    hits : Counts
        Those that are there for this detector, for its recall.
    calibration : Reliability
    """

    name: DetectorName
    line: Line
    thresholds: dict[float, Line]
    curve: Counts
    hits: Counts
    calibration: Reliability

    def to_dict(self) -> dict[str, Any]:
        """The ``detectors`` part of the record."""
        bins = self.calibration
        error = bins.error
        return {
            "detector": self.name,
            **self.line.to_dict(),
            "thresholds": [
                {"threshold": threshold, **line.to_dict()}
                for threshold, line in self.thresholds.items()
            ],
            "calibration": {
                "error": None if np.isnan(error) else round(error, 4),
                "bins": [
                    {
                        "from": round(float(bins.edges[number]), 4),
                        "to": round(float(bins.edges[number + 1]), 4),
                        "found": int(bins.found[number]),
                        "right": int(bins.right[number]),
                        "mean_score": round(float(bins.mean_score[number]), 4),
                        "share_right": self.share_right(number).to_dict(),
                    }
                    for number in self.filled_bins
                ],
            },
        }

    @property
    def telling_thresholds(self) -> dict[float, Line]:
        """The thresholds without those at which no more is found than at the next one."""
        lines = list(self.thresholds.items())
        return {
            threshold: line
            for (threshold, line), (_, above) in zip(
                lines, [*lines[1:], (1.0, Line(0, 0, 0, 0))], strict=True
            )
            if line.found > above.found
        }

    @property
    def filled_bins(self) -> list[int]:
        """Numbers of the bins of the calibration that are not empty."""
        return [int(number) for number in np.flatnonzero(self.calibration.found)]

    def share_right(self, number: int) -> Rate:
        """How much of a bin of the calibration is right."""
        return Rate(int(self.calibration.right[number]), int(self.calibration.found[number]))


@dataclass(slots=True)
class Evaluation:
    """How good a run is on the photos that people have labelled.

    Attributes
    ----------
    photos : int
        Labelled photos of the run.
    failed : int
        Of those, the ones that could not be screened; nothing is found in them.
    clean : int
        Photos that were screened and in which nothing is that was looked for; 0 where the labels
        are not complete.
    flagged : int
        Of those, the ones with a finding.
    complete : bool
        Whether all that is there is labelled; otherwise nothing can be said of recall.
    observations : bool
        Whether the run knows what was seen below the score of a finding.
    rules : dict of str to Line
        Rules that were found or are there, in the watchlist's order.
    detectors : list of DetectorMeasure
        Those that found or could have found something.
    wrong : list of Claim
        Findings of what is not there, strongest first.
    missed : list of Claim
        What is there and no detector has found, with the score at which it was seen.
    problems : list of str
        One sentence for each row or photo that was left out.
    """

    photos: int = 0
    failed: int = 0
    clean: int = 0
    flagged: int = 0
    complete: bool = True
    observations: bool = False
    rules: dict[str, Line] = field(default_factory=dict)
    detectors: list[DetectorMeasure] = field(default_factory=list)
    wrong: list[Claim] = field(default_factory=list)
    missed: list[Claim] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def false_alarms(self) -> Rate:
        """What share of the photos with nothing in them is shown to a person."""
        return Rate(self.flagged, self.clean)

    def to_dict(self) -> dict[str, Any]:
        """The record ``netravision.evaluation/1``, ready for ``json.dumps``."""
        return {
            "schema": SCHEMA,
            "photos": self.photos,
            "failed": self.failed,
            "clean": self.clean,
            "flagged": self.flagged,
            "false_alarms": self.false_alarms.to_dict(),
            "complete": self.complete,
            "observations": self.observations,
            "rules": [{"rule": rule, **line.to_dict()} for rule, line in self.rules.items()],
            "detectors": [measure.to_dict() for measure in self.detectors],
            "wrong": [{**_place(claim), "score": round(claim.found, 4)} for claim in self.wrong],
            "missed": [
                {**_place(claim), "seen": round(claim.seen, 4) or None} for claim in self.missed
            ],
            "problems": self.problems,
        }


def _place(claim: Claim) -> dict[str, str | None]:
    return {
        "path": claim.path,
        "account": claim.account,
        "rule": claim.rule,
        "detector": claim.detector,
    }


def evaluate_run(run: Run, labels: Labels, only: Iterable[str] = ()) -> Evaluation:
    """Measure a run by labels.

    Parameters
    ----------
    run : Run
        Read once.
    labels : Labels
        Photos that are not in the run, or that stand for several of its photos, are named among
        the problems and left out.
    only : iterable of str
        Families of rules to measure, as ``"emblem"``; all if empty.

    Raises
    ------
    RunError
        If the watchlist has no rule of these families.
    """
    families = frozenset(only) or frozenset(DETECTORS_OF)
    rules = [rule for rule in rules_of(run.watchlist) if family(rule) in families]
    if not rules:
        raise RunError(
            f"the watchlist of {run.folder} has nothing of {', '.join(sorted(families))}; "
            "there is nothing to measure"
        )
    evaluation = Evaluation(
        complete=labels.complete, observations=run.observations, problems=[*labels.problems]
    )
    questions: list[Question] = []
    for photo, result in _matched(run, labels, evaluation.problems):
        evaluation.photos += 1
        evaluation.failed += result.error is not None
        asked = list(_questions(run.watchlist, rules, photo, result))
        questions += asked
        is_clean = not any(question.there for question in asked)
        if labels.complete and result.error is None and is_clean:
            evaluation.clean += 1
            evaluation.flagged += any(question.found for question in asked)
    for rule in rules:
        own = [question for question in questions if question.rule == rule]
        line = _line_of_rule(own, labels.complete)
        if line.there or line.found:
            evaluation.rules[rule] = line
    claims = [claim for question in questions for claim in question.claims]
    for name in get_args(DetectorName):
        measure = _measure(
            name, [claim for claim in claims if claim.detector == name], labels.complete
        )
        if measure.line.there or measure.curve.found.any():
            evaluation.detectors.append(measure)
    wrong = [claim for claim in claims if claim.found and claim.right is False]
    evaluation.wrong = sorted(wrong, key=lambda claim: -claim.found)
    evaluation.missed = [
        question.nearest for question in questions if question.there and not question.found
    ]
    return evaluation


def _matched(run: Run, labels: Labels, problems: list[str]) -> Iterator[tuple[PhotoLabels, Result]]:
    """Each labelled photo with its result; what cannot be told apart is named instead."""
    by_path: dict[str, list[PhotoLabels]] = {}
    for photo in labels.photos:
        by_path.setdefault(photo.path, []).append(photo)
    met: dict[int, list[Result]] = {}
    shared: set[int] = set()
    for result in run.results():
        own = account_key(result.photo.account or "")
        meant = [
            photo
            for photo in by_path.get(result.photo.path or "", ())
            if photo.account is None or photo.account == own
        ]
        for photo in meant:
            met.setdefault(photo.row, []).append(result)
        if len(meant) > 1:
            shared |= {photo.row for photo in meant}
    for photo in labels.photos:
        results = met.get(photo.row, [])
        whose = "" if photo.account is None else f" of {photo.account}"
        where = f"row {photo.row}: {photo.path!r}{whose}"
        if not results:
            problems.append(f"{where} is not in the run; left out")
        elif len(results) > 1:
            problems.append(
                f"{where} is {len(results)} photos of the run; name the account; left out"
            )
        elif photo.row in shared:
            problems.append(f"{where} is also named by rows with or without account; left out")
        else:
            yield photo, results[0]


def _questions(
    watchlist: Watchlist, rules: Sequence[str], photo: PhotoLabels, result: Result
) -> Iterator[Question]:
    """What people and detectors say of each rule in one photo, where either says it is there."""
    found = _strongest((_named(photo, each.rule, each), each) for each in result.findings)
    kind = result.photo.kind
    seen = _strongest(
        (_named(photo, asking_rule(watchlist, each, kind), each), each)
        for each in result.observations
    )
    for rule in rules:
        there = photo.has(rule)
        # An official account may wear its emblem: nobody asks for it there.
        if there is None or watchlist.is_official(result.photo.account, rule):
            continue
        claims = []
        for detector in DETECTORS_OF[family(rule)]:
            score = found.get((rule, detector), 0.0)
            claims.append(
                Claim(
                    path=result.photo.path or "",
                    account=result.photo.account,
                    rule=rule,
                    detector=detector,
                    found=score,
                    seen=score or seen.get((rule, detector), 0.0),
                    there=photo.has_for(rule, detector),
                    right=photo.is_right(rule, detector),
                )
            )
        if there or any(claim.seen for claim in claims):
            yield Question(rule, there, tuple(claims))


def _strongest(
    scored: Iterable[tuple[str | None, Finding]],
) -> dict[tuple[str, DetectorName], float]:
    best: dict[tuple[str, DetectorName], float] = {}
    for rule, finding in scored:
        if rule is not None:
            key = rule, finding.detector
            best[key] = max(best.get(key, 0.0), finding.score)
    return best


def _named(photo: PhotoLabels, rule: str | None, seen: Finding) -> str | None:
    """The rule as people name it: a hand is reported by its number, they may name its pose."""
    if seen.detector == "hands" and rule is not None and not photo.has(rule):
        pose = f"pose-{seen.label}"
        return pose if photo.has(pose) else rule
    return rule


def asking_rule(watchlist: Watchlist, seen: Finding, kind: str) -> str | None:
    """The rule that would ask for an observation, had it a higher score.

    None for colors, whose findings depend on their area and not on a score alone.
    """
    if seen.detector == "hands":
        number = seen.evidence.get("number")
        if any(rule.value == number for rule in watchlist.numbers):
            return f"number-{number}"
        listed = any(rule.name == seen.label for rule in watchlist.poses)
        return f"pose-{seen.label}" if listed else None
    if seen.detector == "emblem":
        worn = kind == "avatar" or seen.evidence.get("wear") == "worn"
        return f"emblem-{seen.label}" if worn else None
    what = seen.evidence.get("kind")
    if what == "badge":
        value = int(seen.label)
        listed = any(rule.value == value for rule in watchlist.numbers)
        return f"number-{value}" if listed else None
    return f"{what}-{seen.label}" if what in ("symbol", "material") else None


def _line_of_rule(questions: Sequence[Question], complete: bool) -> Line:
    """Counts of one rule, whichever detector finds it."""
    right = sum(question.there and question.found for question in questions)
    return Line(
        there=sum(question.there for question in questions) if complete else 0,
        hits=right if complete else 0,
        found=sum(question.found for question in questions),
        right=right,
    )


def _measure(name: DetectorName, claims: Sequence[Claim], complete: bool) -> DetectorMeasure:
    there = sum(_counts_for_recall(claim, complete) for claim in claims)
    known = [claim for claim in claims if claim.right is not None]
    found = [claim for claim in known if claim.found]
    seen = [claim for claim in known if claim.seen]
    scores, right = [claim.seen for claim in seen], [claim.right is True for claim in seen]
    own = [_counts_for_recall(claim, complete) for claim in seen]
    at, hits = counts_at(scores, right, THRESHOLDS), counts_at(scores, own, THRESHOLDS)
    return DetectorMeasure(
        name,
        line=Line(
            there,
            hits=sum(_counts_for_recall(claim, complete) for claim in found),
            found=len(found),
            right=sum(claim.right is True for claim in found),
        ),
        thresholds={
            threshold: Line(there, int(hits.right[row]), int(at.found[row]), int(at.right[row]))
            for row, threshold in enumerate(THRESHOLDS)
            if at.found[row]
        },
        curve=counts_at(scores, right),
        hits=counts_at(scores, own),
        calibration=reliability(scores, right),
    )


def _counts_for_recall(claim: Claim, complete: bool) -> bool:
    return complete and claim.there is True
