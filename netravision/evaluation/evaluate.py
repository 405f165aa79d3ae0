"""A run measured by what people say is in its photos: precision, recall, calibration.

What is counted is a rule in a photo, as a person looks at a photo once: its score is that of the
strongest finding, and it is right if what the rule asks for is anywhere in the photo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netravision.core.metrics import counts_at_thresholds, reliability
from netravision.csv_input import as_path, path_key
from netravision.errors import RunError
from netravision.evaluation.ground_truth import GroundTruth, PhotoTruth
from netravision.evaluation.results import (
    WANTED_PRECISION,
    Claim,
    DetectorResult,
    Evaluation,
    PrecisionRecall,
    Proposal,
    Rate,
)
from netravision.evidence import HandEvidence
from netravision.finding import Finding
from netravision.languages import gettext as _
from netravision.result import Result
from netravision.rules import Rule
from netravision.run import Run
from netravision.visible_text import visible
from netravision.watchlist import Watchlist, account_key

__all__ = ["THRESHOLDS", "Question", "evaluate_run"]

#: Scores at which precision and recall are told in the tables.
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)

_HUNDREDTHS = tuple(hundredth / 100 for hundredth in range(100))


@dataclass(frozen=True, slots=True)
class Question:
    """Whether what a rule asks for is in a photo, and what each detector claims.

    Attributes
    ----------
    rule : str
    there : bool
        Whether people say that it is in the photo.
    claims : tuple of Claim
        One of each detector that could find it.
    """

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


def evaluate_run(
    run: Run,
    labels: GroundTruth,
    only: Iterable[str] = (),
    *,
    wanted: float = WANTED_PRECISION,
) -> Evaluation:
    """Measure a run by labels.

    Parameters
    ----------
    run : Run
        Read once.
    labels : GroundTruth
        Photos that are not in the run, or that stand for several of its photos, are named among
        the problems and left out.
    only : iterable of str
        Kinds of rules to measure, as ``"emblem"``; all if empty.
    wanted : float
        The precision that thresholds are proposed for, in (0, 1).

    Returns
    -------
    Evaluation

    Raises
    ------
    RunError
        If the watchlist has no rule of these kinds.
    """
    kinds = frozenset(only) or frozenset(run.watchlist.tables)
    rules = [rule for rule in run.watchlist.rules if rule.kind in kinds]
    if not rules:
        raise RunError(
            _("the watchlist of {run} has nothing of {kinds}; there is nothing to measure").format(
                run=run.folder, kinds=", ".join(sorted(kinds))
            )
        )
    evaluation = Evaluation(
        complete=labels.complete,
        observations=run.observations,
        problems=[*labels.problems],
        wanted=wanted,
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
    for rule in (each.name for each in rules):
        own = [question for question in questions if question.rule == rule]
        line = _line_of_rule(own, labels.complete)
        if line.there or line.found:
            evaluation.rules[rule] = line
    claims = [claim for question in questions for claim in question.claims]
    for name in run.watchlist.detectors:
        evaluation.proposals += _proposals(
            name,
            [each for each in claims if each.detector == name and each.found],
            wanted,
        )
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


def _matched(
    run: Run, labels: GroundTruth, problems: list[str]
) -> Iterator[tuple[PhotoTruth, Result]]:
    """Each labelled photo with its result; what cannot be told apart is named instead."""
    by_path: dict[str, list[PhotoTruth]] = {}
    for photo in labels.photos:
        by_path.setdefault(path_key(photo.path, fold=True), []).append(photo)
    met: dict[int, list[Result]] = {}
    shared: set[int] = set()
    for result in run.results():
        # As a CSV export says it.
        own = account_key(visible(result.photo.account or ""))
        path = _label_path(result)
        meant = [
            photo
            for photo in by_path.get(path_key(path, fold=True), ())
            if photo.account is None or photo.account == own
        ]
        meant = [photo for photo in meant if photo.path == path] or meant
        for photo in meant:
            met.setdefault(photo.row, []).append(result)
        if len(meant) > 1:
            shared |= {photo.row for photo in meant}
    for photo in labels.photos:
        results = met.get(photo.row, [])
        # Upper and lower case are one only where no photo is spelled as the label is.
        as_spelled = [each for each in results if _label_path(each) == photo.path]
        results = as_spelled or results
        named = repr(photo.path)
        if photo.account is not None:
            named = _("{path} of {account}").format(path=named, account=photo.account)
        if not results:
            problem = _("row {row}: {photo} is not in the run; left out")
        elif len(results) > 1:
            problem = _("row {row}: {photo} is {n} photos of the run; name the account; left out")
        elif photo.row in shared:
            problem = _(
                "row {row}: {photo} is also named by rows with or without account; left out"
            )
        else:
            yield photo, results[0]
            continue
        problems.append(problem.format(row=photo.row, photo=named, n=len(results)))


def _label_path(result: Result) -> str:
    """The path of a photo as labels have it."""
    return path_key(as_path(visible(result.photo.path or "")))


def _questions(
    watchlist: Watchlist, rules: Sequence[Rule], photo: PhotoTruth, result: Result
) -> Iterator[Question]:
    """What people and detectors say of each rule in one photo, where either says it is there."""
    found = _strongest((_named(photo, each.rule, each), each) for each in result.findings)
    seen = _strongest(
        (_named(photo, rule.name, each), each)
        for each in result.observations
        # Findings of colors depend on their area, not on a score alone.
        if (rule := watchlist.rule_for(each, result.photo.kind)) and rule.kind != "color"
    )
    for rule in rules:
        name = rule.name
        there = photo.has(name)
        # An official account may wear its emblem: nobody asks for it there.
        if there is None or watchlist.is_official(result.photo.account, name):
            continue
        claims = []
        for detector in rule.detectors:
            score = found.get((name, detector), 0.0)
            claims.append(
                Claim(
                    path=result.photo.path or "",
                    account=result.photo.account,
                    rule=name,
                    detector=detector,
                    found=score,
                    seen=score or seen.get((name, detector), 0.0),
                    there=photo.has_for(name, detector),
                    right=photo.is_right(name, detector),
                )
            )
        if there or any(claim.seen for claim in claims):
            yield Question(name, there, tuple(claims))


def _strongest(
    scored: Iterable[tuple[str | None, Finding]],
) -> dict[tuple[str, str], float]:
    best: dict[tuple[str, str], float] = {}
    for rule, finding in scored:
        if rule is not None:
            key = rule, finding.detector
            best[key] = max(best.get(key, 0.0), finding.score)
    return best


def _named(photo: PhotoTruth, rule: str | None, seen: Finding) -> str | None:
    """The rule as people name it: a hand is reported by its number, they may name its pose."""
    is_hand = isinstance(seen.evidence, HandEvidence)
    if is_hand and rule is not None and not photo.has(rule):
        pose = Rule("pose", seen.label).name
        return pose if photo.has(pose) else rule
    return rule


def _line_of_rule(questions: Sequence[Question], complete: bool) -> PrecisionRecall:
    """Counts of one rule, whichever detector finds it."""
    right = sum(question.there and question.found for question in questions)
    return PrecisionRecall(
        there=sum(question.there for question in questions) if complete else 0,
        hits=right if complete else 0,
        found=sum(question.found for question in questions),
        right=right,
    )


def _measure(name: str, claims: Sequence[Claim], complete: bool) -> DetectorResult:
    there = sum(_counts_for_recall(claim, complete) for claim in claims)
    known = [claim for claim in claims if claim.right is not None]
    found = [claim for claim in known if claim.found]
    seen = [claim for claim in known if claim.seen]
    scores, right = [claim.seen for claim in seen], [claim.right is True for claim in seen]
    own = [_counts_for_recall(claim, complete) for claim in seen]
    at, hits = (
        counts_at_thresholds(scores, right, THRESHOLDS),
        counts_at_thresholds(scores, own, THRESHOLDS),
    )
    return DetectorResult(
        name,
        line=PrecisionRecall(
            there,
            hits=sum(_counts_for_recall(claim, complete) for claim in found),
            found=len(found),
            right=sum(claim.right is True for claim in found),
        ),
        thresholds={
            threshold: PrecisionRecall(
                there, int(hits.correct[row]), int(at.found[row]), int(at.correct[row])
            )
            for row, threshold in enumerate(THRESHOLDS)
            if at.found[row]
        },
        curve=counts_at_thresholds(scores, right),
        hits=counts_at_thresholds(scores, own),
        calibration=reliability(scores, right),
    )


def _proposals(name: str, found: Sequence[Claim], wanted: float) -> Iterator[Proposal]:
    """Of a detector, then of its rules; those in which all that was found may stay are left out."""
    known = [claim for claim in found if claim.right is not None]
    for rule in (None, *sorted({claim.rule for claim in known})):
        own = [claim for claim in known if rule in (None, claim.rule)]
        right = [claim.right is True for claim in own]
        at = counts_at_thresholds([claim.found for claim in own], right, _HUNDREDTHS)
        rates = [
            Rate(int(correct), int(trials))
            for correct, trials in zip(at.correct, at.found, strict=True)
        ]
        enough = [rate.interval is not None and rate.interval[0] >= wanted for rate in rates]
        if not own or enough[0]:
            continue
        place = enough.index(True) if True in enough else None
        kept = Rate(0, 0) if place is None else rates[place]
        score = None if place is None else _HUNDREDTHS[place]
        yield Proposal(rule, name, score, kept, 0 if place is None else sum(right) - kept.hits)


def _counts_for_recall(claim: Claim, complete: bool) -> bool:
    return complete and claim.there is True
