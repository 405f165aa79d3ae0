"""What is said of a run that was measured: the record ``netravision.evaluation/1``."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from netravision.core.metrics import Reliability, ThresholdCounts, wilson_interval

__all__ = [
    "SCHEMA",
    "WANTED_PRECISION",
    "Claim",
    "DetectorResult",
    "Evaluation",
    "PrecisionRecall",
    "Proposal",
    "Rate",
]

SCHEMA = "netravision.evaluation/1"

#: The precision that thresholds are proposed for: four in five are worth a person's time.
WANTED_PRECISION = 0.8


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that was counted.

    Attributes
    ----------
    hits : int
        0 to `trials`.
    trials : int

    Examples
    --------
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
class PrecisionRecall:
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
    detector: str
    found: float
    seen: float
    there: bool | None
    right: bool | None


@dataclass(frozen=True, slots=True)
class DetectorResult:
    """How good one detector is.

    Attributes
    ----------
    name : str
    line : PrecisionRecall
        Of its findings.
    thresholds : dict of float to PrecisionRecall
        Of everything seen with at least that score; what was seen below the score of a finding
        is known of runs with observations only.
    curve : ThresholdCounts
        The same at every score that occurs.
    hits : ThresholdCounts
        Those that are there for this detector, for its recall.
    calibration : Reliability
    """

    name: str
    line: PrecisionRecall
    thresholds: dict[float, PrecisionRecall]
    curve: ThresholdCounts
    hits: ThresholdCounts
    calibration: Reliability

    def to_dict(self) -> dict[str, Any]:
        """The ``detectors`` part of the record."""
        bins = self.calibration
        error = bins.expected_calibration_error
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
                        "right": int(bins.correct[number]),
                        "mean_score": round(float(bins.mean_score[number]), 4),
                        "share_right": self.share_right(number).to_dict(),
                    }
                    for number in self.filled_bins
                ],
            },
        }

    @property
    def telling_thresholds(self) -> dict[float, PrecisionRecall]:
        """The thresholds without those at which no more is found than at the next one."""
        lines = [*self.thresholds.items(), (1.0, PrecisionRecall(0, 0, 0, 0))]
        return {
            threshold: line
            for (threshold, line), (_, above) in pairwise(lines)
            if line.found > above.found
        }

    @property
    def filled_bins(self) -> list[int]:
        """Numbers of the bins of the calibration that are not empty."""
        return [int(number) for number in np.flatnonzero(self.calibration.found)]

    def share_right(self, number: int) -> Rate:
        """How much of a bin of the calibration is right.

        Parameters
        ----------
        number : int
            Of the bin, from 0.

        Returns
        -------
        Rate
        """
        return Rate(int(self.calibration.correct[number]), int(self.calibration.found[number]))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A score from which the findings of a rule are right often enough; never applied by itself.

    Attributes
    ----------
    rule : str or None
        None for all of the detector.
    detector : str
    score : float or None
        The lowest, in hundredths; None where no score is high enough for it to be known.
    kept : Rate
        Findings with at least that score, and how many of them are right.
    lost : int
        Right findings with less.
    """

    rule: str | None
    detector: str
    score: float | None
    kept: Rate
    lost: int

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``proposals`` in the record."""
        return {
            "rule": self.rule,
            "detector": self.detector,
            "score": self.score,
            "found": self.kept.trials,
            "right": self.kept.hits,
            "precision": self.kept.to_dict(),
            "lost": self.lost,
        }


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
    rules : dict of str to PrecisionRecall
        Rules that were found or are there, in the watchlist's order.
    detectors : list of DetectorResult
        Those that found or could have found something.
    wrong : list of Claim
        Findings of what is not there, strongest first.
    missed : list of Claim
        What is there and no detector has found, with the score at which it was seen.
    problems : list of str
        One sentence for each row or photo that was left out.
    wanted : float
        The precision that thresholds are proposed for.
    proposals : list of Proposal
        For each detector, and each of its rules.
    """

    photos: int = 0
    failed: int = 0
    clean: int = 0
    flagged: int = 0
    complete: bool = True
    observations: bool = False
    rules: dict[str, PrecisionRecall] = field(default_factory=dict)
    detectors: list[DetectorResult] = field(default_factory=list)
    wrong: list[Claim] = field(default_factory=list)
    missed: list[Claim] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    wanted: float = WANTED_PRECISION
    proposals: list[Proposal] = field(default_factory=list)

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
            "wanted_precision": self.wanted,
            "proposals": [proposal.to_dict() for proposal in self.proposals],
            "problems": self.problems,
        }


def _place(claim: Claim) -> dict[str, str | None]:
    return {
        "path": claim.path,
        "account": claim.account,
        "rule": claim.rule,
        "detector": claim.detector,
    }
