"""What people say is in photos: the table that a run is measured by.

It has the columns of a run's CSV export, so that a corrected export, or a reviewed one, is such a
table, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from netravision.csv_input import (
    as_path,
    in_every_language,
    is_shortened_number,
    path_key,
    read_table,
)
from netravision.errors import RunError
from netravision.export.columns import CHOICES as CHOICE_WORDS
from netravision.export.columns import RESULT_COLUMNS
from netravision.export.csv_output import unescape_formula
from netravision.languages import count
from netravision.languages import gettext as _
from netravision.rules import Rule
from netravision.run import Run
from netravision.run.decisions import CHOICES, Choice, Decisions
from netravision.visible_text import visible
from netravision.watchlist import Watchlist, account_key

__all__ = ["COLUMNS", "GroundTruth", "PhotoTruth", "decided_ground_truth", "read_ground_truth"]

#: The columns that are read; the others of an export are passed over.
COLUMNS = ("path", "account", "rule", "detector", "decision")


@dataclass(slots=True)
class PhotoTruth:
    """What people say of one photo.

    Attributes
    ----------
    path : str
    account : str or None
        None where the path alone says which photo it is.
    row : int
        The first that names the photo.
    complete : bool
        What is not named is not there; otherwise nobody has said.
    """

    path: str
    account: str | None
    row: int
    complete: bool
    _said: dict[str, dict[str | None, set[Choice]]] = field(default_factory=dict)

    def say(self, rule: str, detector: str | None, choice: Choice) -> None:
        """Take in one row.

        Parameters
        ----------
        rule : str
        detector : str or None
            None where the row names none.
        choice : {"right", "wrong", "unsure", "undecided", "conflict"}
        """
        self._said.setdefault(rule, {}).setdefault(detector, set()).add(choice)

    @property
    def says_anything(self) -> bool:
        """Whether it is said of any rule that it is there, or in a review that it is not."""
        return any(self.has(rule) is not None for rule in self._said)

    def has(self, rule: str) -> bool | None:
        """Whether what the rule asks for is in the photo; None where nobody has said.

        Parameters
        ----------
        rule : str

        Returns
        -------
        bool or None
        """
        by_detector = self._said.get(rule, {}).values()
        return self._verdict({choice for choices in by_detector for choice in choices})

    def has_for(self, rule: str, detector: str) -> bool | None:
        """Whether it is there for one detector, as a number shown by a hand or by a badge.

        None where nobody has said whether it is there, or for whom.

        Parameters
        ----------
        rule : str
        detector : str

        Returns
        -------
        bool or None
        """
        said = self._said.get(rule, {})
        if None in said and len(Rule.parse(rule).detectors) > 1:
            return False if self.has(rule) is False else None
        return self._verdict(said.get(detector, set()) | said.get(None, set()))

    def is_right(self, rule: str, detector: str) -> bool | None:
        """Whether a finding of a detector is right; a number by whatever means if nobody says.

        Parameters
        ----------
        rule : str
        detector : str

        Returns
        -------
        bool or None
            None where nobody has said.
        """
        if None in self._said.get(rule, {}):
            return self.has(rule)
        return self.has_for(rule, detector)

    def _verdict(self, choices: set[Choice]) -> bool | None:
        if "right" in choices:
            return True
        if choices & {"unsure", "undecided", "conflict"}:
            return None
        return False if choices or self.complete else None


@dataclass(slots=True)
class GroundTruth:
    """The photos of a table of labels.

    Attributes
    ----------
    photos : list of PhotoTruth
    complete : bool
        Whether the photos' labels are complete; those of a review are not.
    problems : list of str
        One sentence for each row or photo that was left out.
    """

    photos: list[PhotoTruth]
    complete: bool
    problems: list[str]


def read_ground_truth(file: Path, watchlist: Watchlist) -> GroundTruth:
    """Read a CSV with one row for each thing in a photo.

    Photos of which a row is wrong are left out whole, and named: to pass over the row would make
    what it says a thing that is not there.

    Parameters
    ----------
    file : Path
        Columns ``path`` and ``rule``, and any of ``account``, ``detector`` and ``decision``; an
        empty rule says that nothing is in the photo. With ``decision`` only what was found right or
        wrong counts, and nothing is said of the rest of the photo.
    watchlist : Watchlist
        Whose rules may stand there.

    Returns
    -------
    GroundTruth

    Raises
    ------
    RunError
        If the file cannot be read, its header is wrong, or it says nothing of any photo.
    """
    known = {column.name for column in RESULT_COLUMNS}
    table = read_table(file, known)
    twice = {name for name in table.names if table.names.count(name) > 1}
    unknown = [name for name in table.names if name not in known]
    if not {"path", "rule"} <= set(table.names) or unknown or twice:
        raise RunError(
            _(
                "{file}: the first line must name the columns path and rule, and may name "
                "{others} and the others of a CSV export, each once; got {found}"
            ).format(
                file=file,
                others=", ".join(name for name in COLUMNS if name not in ("path", "rule")),
                found=", ".join(table.names) or _("nothing"),
            )
        )
    complete = "decision" not in table.names
    labels = GroundTruth([], complete, table.problems)
    rules = frozenset(rule.name for rule in watchlist.rules)
    photos: dict[tuple[str, str | None], PhotoTruth] = {}
    at = table.names.index("path")
    spoilt = {_path(cells[at]): number for number, cells in table.misfits if len(cells) > at}
    empty: dict[tuple[str, str | None], int] = {}
    answers = in_every_language(CHOICE_WORDS) | {choice: choice for choice in CHOICES}
    for number, values in table.rows:
        path, account, rule, detector, decision = map(values.get, COLUMNS)
        decision = None if decision is None else answers.get(decision.lower(), decision)
        # Where a spreadsheet has rounded the number of an account, the path says whose photo it is.
        named = None if account is None or is_shortened_number(account) else account
        key = _path(path or ""), named and account_key(visible(unescape_formula(named)))
        problem = _problem(key[0], rule, detector, decision, rules)
        if problem is None:
            photo = photos.setdefault(key, PhotoTruth(*key, number, complete))
            if rule is None:
                empty.setdefault(key, number)
            else:
                photo.say(rule, detector, _choice(decision, complete=complete))
        else:
            told = _("row {row}: {problem}; skipped").format(row=number, problem=problem)
            labels.problems.append(told)
            spoilt.setdefault(key[0], number)
    for key, photo in photos.items():
        if photo.path in spoilt:
            why = _("row {row} about it was skipped").format(row=spoilt[photo.path])
        elif complete and key in empty and photo.says_anything:
            why = _("row {row} says that nothing is in it, and others name something").format(
                row=empty[key]
            )
        elif not complete and not photo.says_anything:
            continue  # most photos of a reviewed run have no candidate, and nobody has seen them
        else:
            labels.photos.append(photo)
            continue
        told = _("{path}: left out, as {why}").format(path=repr(photo.path), why=why)
        labels.problems.append(told)
    if not labels.photos:
        raise RunError(_nothing(file, labels))
    return labels


def decided_ground_truth(run: Run) -> GroundTruth:
    """What people said in the review about the findings of a run, by the first question.

    Parameters
    ----------
    run : Run

    Returns
    -------
    GroundTruth
        Of photos with a finding that was called right or wrong; nothing is said of the rest.
    """
    photos = []
    with Decisions(run.folder) as decisions:
        for number, (result, content) in enumerate(run.found(), start=1):
            account = result.photo.account
            photo = PhotoTruth(
                _path(result.photo.path or ""),
                None if account is None else account_key(visible(account)),
                number,
                complete=False,
            )
            decided = decisions.of(content, result)
            for finding, decision in zip(result.findings, decided, strict=True):
                photo.say(finding.rule or "", finding.detector, decision.choice)
            if photo.says_anything:
                photos.append(photo)
    return GroundTruth(photos, complete=False, problems=[])


def _path(cell: str) -> str:
    return path_key(as_path(visible(unescape_formula(cell.strip()))))


def _choice(decision: str | None, *, complete: bool) -> Choice:
    if complete:
        return "right"
    return next((choice for choice in CHOICES if choice == decision), "undecided")


def _problem(
    path: str,
    rule: str | None,
    detector: str | None,
    decision: str | None,
    rules: Iterable[str],
) -> str | None:
    if not path:
        return _("path is missing")
    if decision not in (None, *CHOICES):
        return _("decision must be one of {choices}, or empty; got {given}").format(
            choices=", ".join(CHOICES), given=repr(decision)
        )
    if rule is None:
        if detector is None:
            return None
        return _("detector is {detector}, and rule is missing").format(detector=repr(detector))
    if rule not in rules:
        return _("{rule} is no rule of the run's watchlist").format(rule=repr(rule))
    able = Rule.parse(rule).detectors
    if detector is not None and detector not in able:
        return _("detector of {rule} must be one of {choices}, or empty; got {given}").format(
            rule=rule, choices=", ".join(able), given=repr(detector)
        )
    return None


def _nothing(file: Path, labels: GroundTruth) -> str:
    if labels.problems:
        told = _("{file}: no photo is left: {problem}").format(
            file=file, problem=labels.problems[0]
        )
        if len(labels.problems) > 1:
            told += " " + _("(and {n} more)").format(n=count(len(labels.problems) - 1))
        return told
    if not labels.complete:
        return _(
            "{file}: nothing is decided in its column decision; if the rows are right as they "
            "are, and none is missing, remove that column"
        ).format(file=file)
    return _("{file}: has no rows").format(file=file)
